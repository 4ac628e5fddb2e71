"""A workbook's container: its parts, their relations and types; what is not written stays as it is.

Parts follow the Open Packaging Conventions (ECMA-376 Part 2): names compare without regard to
case, every part has a content type, and a part refers to others by relations of its own.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from coverage.intake.annotated.xml_part import Element, Unmendable, XmlPart, attribute_text

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part says of another: ``kind`` is the last word of the type, ``part`` its name."""

    id: str
    kind: str
    part: str


class Container:
    """The parts of one workbook, by name.

    Raises:
        Unmendable: a part that must be there is missing or cannot be read.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError) as fault:
            raise Unmendable(str(fault)) from fault
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        self._by_key = {name.lower(): name for name in self._entries}
        self._written: dict[str, bytes] = {}
        self.workbook = self._workbook_part()
        self.is_strict = STRICT_MAIN in self.xml(self.workbook).root.attributes.values()

    @property
    def main(self) -> str:
        """The namespace of the workbook's own parts."""
        return STRICT_MAIN if self.is_strict else MAIN

    @property
    def relationships(self) -> str:
        """The namespace of ``r:id``, which the types of relations begin with."""
        return STRICT_RELATIONSHIPS if self.is_strict else RELATIONSHIPS

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._by_key

    def read(self, name: str) -> bytes:
        """Return a part as it now is."""
        known = self._by_key.get(name.lower())
        if known is None:
            raise Unmendable(name)
        if known in self._written:
            return self._written[known]
        try:
            return self._zip.read(known)
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError) as fault:
            raise Unmendable(name) from fault

    def size(self, name: str) -> int:
        """Return the bytes of a part as it came."""
        known = self._by_key.get(name.lower())
        return 0 if known is None else self._entries[known].file_size

    def xml(self, name: str) -> XmlPart:
        """Return a part to be edited; :meth:`write` puts it back."""
        return XmlPart(self.read(name))

    def write(self, name: str, content: bytes) -> None:
        """Put a part in the place of one of the same name, or last."""
        self._written[self._by_key.setdefault(name.lower(), name)] = content

    def new_name(self, pattern: str) -> str:
        """Return the first name of ``pattern``, which may have one {}, that no part has."""
        tried = (pattern.format(number) for number in itertools.count(1))
        return next(name for name in tried if not self.has(name))

    def parts_like(self, ending: str) -> list[str]:
        """Return the names that end so."""
        return [name for key, name in self._by_key.items() if key.endswith(ending)]

    def relations(self, part: str) -> list[Relation]:
        """Return what a part says of others inside the container."""
        name = _relations_of(part)
        if not self.has(name):
            return []
        return [
            Relation(
                each.get("Id") or "",
                (each.get("Type") or "").rsplit("/", 1)[-1],
                _resolved(part, each.get("Target") or ""),
            )
            for each in self.xml(name).root.all("Relationship")
            if (each.get("TargetMode") or "Internal") == "Internal"
        ]

    def related(self, part: str, kind: str) -> Relation | None:
        """Return the first relation of one kind, or None."""
        return next((one for one in self.relations(part) if one.kind == kind), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation to another part and return its id."""
        name = _relations_of(part)
        if not self.has(name):
            empty = f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships"/>'
            self.write(name, empty.encode())
        xml = self.xml(name)
        taken = {each.get("Id") for each in xml.root.all("Relationship")}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        xml.append(
            xml.root,
            f'<{xml.root.prefix}Relationship Id="rId{number}" Type="{self.relationships}/{kind}"'
            f' Target="{attribute_text(_from(part, target))}"/>',
        )
        self.write(name, xml.content())
        return f"rId{number}"

    def forget_relations(self, part: str) -> None:
        """Take away what a part says of others."""
        name = _relations_of(part)
        if self.has(name):
            xml = self.xml(name)
            for each in xml.root.all("Relationship"):
                xml.replace(each, "")
            self.write(name, xml.content())

    def declare(self, part: str, content_type: str) -> None:
        """State the content type of a part, unless its extension or its name states it."""
        types = self.xml(_TYPES)
        if not types.root.children:
            raise Unmendable(_TYPES)
        extension = part.rpartition(".")[2].lower()
        for each in types.root.children:
            stated = each.get("ContentType")
            is_default = (each.get("Extension") or "").lower() == extension
            is_own = (each.get("PartName") or "").lower() == f"/{part.lower()}"
            if stated == content_type and (is_default or is_own):
                return
        if extension == "vml" and not any(
            (each.get("Extension") or "").lower() == "vml" for each in types.root.all("Default")
        ):
            tag = f'Default Extension="vml" ContentType="{content_type}"'
            types.insert_before(types.root.children[0], f"<{types.root.prefix}{tag}/>")
        else:
            tag = f'Override PartName="/{attribute_text(part)}" ContentType="{content_type}"'
            types.append(types.root, f"<{types.root.prefix}{tag}/>")
        self.write(_TYPES, types.content())

    def content(self) -> bytes:
        """Return the container: parts in their order, with their times; new ones last."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in self._every():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o600 << 16
                if (old := self._entries.get(name)) is not None:
                    entry.date_time, entry.compress_type = old.date_time, old.compress_type
                    entry.external_attr, entry.create_system = old.external_attr, old.create_system
                made.writestr(entry, content)
        return held.getvalue()

    def _every(self) -> Iterator[tuple[str, bytes]]:
        for name in self._entries:
            yield name, self.read(name)
        for name, content in self._written.items():
            if name not in self._entries:
                yield name, content

    def _workbook_part(self) -> str:
        for each in self.xml("_rels/.rels").root.all("Relationship"):
            if (each.get("Type") or "").endswith("/officeDocument"):
                return _resolved("", each.get("Target") or "")
        raise Unmendable("workbook")


def relations_prefix(root: Element, namespace: str) -> tuple[str, str]:
    """Return the prefix of ``r:id`` with its colon, and the declaration that it still needs."""
    for name, value in root.attributes.items():
        if value == namespace and name.startswith("xmlns:"):
            return name.removeprefix("xmlns:") + ":", ""
    return "r:", f' xmlns:r="{namespace}"'


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, target: str) -> str:
    path = unquote(re.sub(r"[?#].*", "", target))
    if path.startswith("/"):
        return posixpath.normpath(path).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), path))


def _from(part: str, target: str) -> str:
    """The target as the part names it."""
    return posixpath.relpath(target, posixpath.dirname(part) or ".")
