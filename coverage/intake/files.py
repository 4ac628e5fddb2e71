"""Recognises a file by its content and reads it; whatever cannot be read is refused in words.

document = read(Path("bao-cao.xlsx"))
document = read(uploaded_bytes, "bao-cao.xlsx", Limits(rows=50_000))
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import BinaryIO

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake import signatures
from coverage.intake.archive import Archive, refuse_entities, size_text
from coverage.intake.document import IN_WORDS, Document, Kind, Limits
from coverage.intake.encodings import decode, wide_without_mark
from coverage.intake.packed import TABLES, read_packed
from coverage.intake.signatures import Foreign

Source = Path | bytes | BinaryIO

_HEAD_BYTES = 65_536
_OTHER_TABLES = {".xlsx", ".xls", ".ods", ".xlsb", ".geojson", ".gpkg", ".gpx"}
_KINDS_OF_EXTENSION: dict[str, set[Kind]] = {
    "xlsx": {Kind.XLSX}, "xlsm": {Kind.XLSX}, "xltx": {Kind.XLSX}, "xltm": {Kind.XLSX},
    "xlsb": {Kind.XLSB}, "xls": {Kind.XLS}, "ods": {Kind.ODS}, "ots": {Kind.ODS},
    "csv": {Kind.CSV}, "tsv": {Kind.CSV}, "txt": {Kind.CSV}, "tab": {Kind.CSV},
    "geojson": {Kind.GEOJSON}, "json": {Kind.GEOJSON}, "kml": {Kind.KML}, "kmz": {Kind.KMZ},
    "gpx": {Kind.GPX}, "gpkg": {Kind.GEOPACKAGE}, "zip": {Kind.SHAPEFILE, Kind.KMZ, Kind.CSV},
}  # fmt: skip


def read(source: Source, name: str | None = None, limits: Limits | None = None) -> Document:
    """Read a file of any kind in design.md §2; ``name`` is the file's name as the user knows it.

    A path gives its own name; bytes and streams need one.

    Raises:
        InputRefused: with findings of the families file and text, which say what to do.
    """
    limits = limits or Limits()
    name = name or (source.name if isinstance(source, Path) else "?")
    data = content_of(source, name, limits)
    kind, archive = recognise(data, name, limits)
    document = _read_kind(data, name, kind, limits, archive)
    told = _told_of_extension(name, kind)
    return Document(document.kind, document.encoding, document.sheets, told + document.findings)


def recognise(data: bytes, name: str, limits: Limits) -> tuple[Kind, Archive | None]:
    """Return what the content is, and its opened zip when it is one.

    Raises:
        InputRefused: file.empty, file.wrong_type, file.password, and those of a damaged zip.
    """
    if not data.strip(b"\0\r\n\t "):
        raise InputRefused([finding("file.empty", name=name)])
    if foreign := signatures.foreign_start(data, name):
        raise _wrong_type(name, foreign)
    if data.startswith(signatures.OLE2):
        held = signatures.of_ole2(data)
        if held is None:
            raise InputRefused([finding("file.password", name=name)])
        return _kind_or_refusal(held, name), None
    if data.startswith(signatures.ZIP):
        archive = Archive(data, name, _likely_kind(data), limits)
        return _kind_or_refusal(_of_parts(archive), name), archive
    if data.startswith(signatures.SQLITE):
        is_geopackage = data[68:72] == b"GPKG" or b"gpkg_contents" in data
        return _kind_or_refusal(
            Kind.GEOPACKAGE if is_geopackage else signatures.DATABASE, name
        ), None
    return _of_text(data, name), None


def content_of(source: Source, name: str, limits: Limits) -> bytes:
    """Return the file's bytes; one that is too large is refused before it is read.

    Raises:
        InputRefused: file.missing, file.too_large.
    """
    most = limits.file_bytes
    try:
        if isinstance(source, bytes):
            data, size = source, len(source)
        elif isinstance(source, Path):
            size = source.stat().st_size
            data = b"" if size > most else source.read_bytes()
        else:
            data = source.read(most + 1)
            size = len(data)
    except OSError as fault:
        raise InputRefused([finding("file.missing", name=name, reason=fault.strerror)]) from fault
    if size > most:
        told = finding("file.too_large", name=name, size=size_text(size), limit=size_text(most))
        raise InputRefused([told])
    return data


def _likely_kind(data: bytes) -> Kind | None:
    """What a zip seems to be, for a sentence on a damaged one."""
    for mark, kind in (
        (b"xl/", Kind.XLSX),
        (b"opendocument.spreadsheet", Kind.ODS),
        (b".kml", Kind.KMZ),
    ):
        if mark in data:
            return kind
    return None


def _of_parts(archive: Archive) -> Kind | Foreign:
    """What a zip holds, by the names of its parts."""
    parts = archive.parts
    endings = {PurePath(part).suffix.lower() for part in parts if not part.startswith("__MACOSX")}
    if "[Content_Types].xml" in parts:
        if "xl/workbook.bin" in parts:
            return Kind.XLSB
        folders = {part.split("/", 1)[0] for part in parts}
        if "xl" in folders:
            return Kind.XLSX
        return signatures.WORD if "word" in folders else signatures.SLIDES
    if "mimetype" in parts:
        stated = archive.read("mimetype")
        return Kind.ODS if b"spreadsheet" in stated else signatures.WORD
    if ".shp" in endings:
        return Kind.SHAPEFILE
    if ".kml" in endings:
        return Kind.KMZ
    if endings & TABLES and not endings & _OTHER_TABLES:
        return Kind.CSV
    return signatures.PACKED


def _of_text(data: bytes, name: str) -> Kind:
    head = data[:_HEAD_BYTES]
    unmarked = wide_without_mark(head) is not None
    if not unmarked and signatures.is_binary(head):
        raise _wrong_type(name, signatures.BINARY)
    wide = unmarked or head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:64]
    text = decode(head[: len(head) // 4 * 4], name).text if wide else head.decode("latin-1")
    found = signatures.of_text(text.removeprefix("ï»¿"))
    if found in {Kind.KML, Kind.GPX, signatures.OTHER_XML}:
        refuse_entities(head, name, name)
    return _kind_or_refusal(found, name)


def _kind_or_refusal(found: Kind | Foreign, name: str) -> Kind:
    if isinstance(found, Foreign):
        raise _wrong_type(name, found)
    return found


def _wrong_type(name: str, foreign: Foreign) -> InputRefused:
    send, send_en = foreign.send
    return InputRefused([
        finding(
            "file.wrong_type",
            name=name, what=foreign.what, what_en=foreign.what_en, send=send, send_en=send_en,
        )
    ])  # fmt: skip


def _read_kind(
    data: bytes, name: str, kind: Kind, limits: Limits, archive: Archive | None
) -> Document:
    """Hand the file to its reader; each is imported when it is first needed."""
    if kind.is_workbook:
        from coverage.intake.workbook import read_workbook  # noqa: PLC0415

        return read_workbook(data, name, kind, limits, archive)
    if kind is Kind.CSV and archive is not None:
        return read_packed(archive, name, limits)
    if kind is Kind.CSV:
        from coverage.intake.delimited import read_delimited  # noqa: PLC0415

        return read_delimited(data, name, limits)
    from coverage.intake.features import read_features  # noqa: PLC0415

    return read_features(data, name, kind, limits, archive)


def _told_of_extension(name: str, kind: Kind) -> tuple[Finding, ...]:
    extension = PurePath(name).suffix.lower().removeprefix(".")
    usual = _KINDS_OF_EXTENSION.get(extension)
    if usual is None or kind in usual:
        return ()
    what, what_en = IN_WORDS[kind]
    return (finding("file.extension_differs", name=name, what=what, what_en=what_en),)
