"""What an annex says, as plain text: for golden files, and to be looked for in its two forms."""

from __future__ import annotations

from coverage.dossier.annex.content import Facts, Figure, Items, Paragraph, Table


def strings_of(block):
    match block:
        case Paragraph():
            yield f"{block.lead} {block.text}".strip()
        case Items():
            yield from block.texts
        case Facts():
            yield from (word for line in block.lines for word in line)
        case Table():
            if block.caption:
                yield block.caption
            yield from (column.heading for column in block.columns)
            yield from (cell for row in (*block.rows, block.total) for cell in row if cell)
        case Figure():
            return


def content_of(annex):
    """Everything that both forms say, in order."""
    for place, section in enumerate(annex.sections, start=1):
        yield f"Mục {place}. {section.title}"
        for block in section.blocks:
            yield from strings_of(block)
    for appendix in annex.appendices:
        yield appendix.title
        for section in appendix.sections:
            yield section.title
            for block in section.blocks:
                yield from strings_of(block)


def dump(annex):
    told = [annex.authority, annex.reference, annex.day, annex.title, *annex.subject, ""]
    for place, section in enumerate(annex.sections, start=1):
        told += ["", f"## Mục {place}. {section.title}"]
        # What commands check a package is told by the notes, and has its tests there.
        told += [*_of(section)] if place < len(annex.sections) else []
    told += ["", *annex.recipients, *annex.signature]
    for appendix in annex.appendices:
        told += ["", f"# {appendix.title}"]
        for section in appendix.sections:
            told += ["", f"## {section.title}", *_of(section)]
    return "\n".join(told) + "\n"


def _of(section):
    for block in section.blocks:
        match block:
            case Table():
                yield f"[{block.caption}]"
                yield " | ".join(column.heading for column in block.columns)
                yield from (" | ".join(row) for row in (*block.rows, block.total) if row)
            case Facts():
                yield from (f"{name}: {told}" for name, told in block.lines)
            case Figure():
                yield f"<{block.text}>"
            case _:
                yield from strings_of(block)
