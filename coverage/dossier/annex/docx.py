"""phu-luc-ky-thuat.docx: the annex for those who go on writing, from the same content.

Word makes the page numbers; everything else is fixed, so that the file is the same each time.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from coverage.dossier.annex.content import (
    Annex,
    Block,
    Facts,
    Figure,
    Items,
    Paragraph,
    Section,
    Table,
)
from coverage.dossier.annex.pdf import Drawings, drawing_of
from coverage.dossier.annex.word_parts import (
    add_fact,
    add_picture,
    add_table,
    dress_page,
    dressed,
    field,
    line,
    shift_text,
    two_columns,
)
from coverage.dossier.typesetting import pictures
from coverage.packages import VIETNAM_TIME

DRAWING_MM = (250.0, 152.0)
_UPRIGHT_MM, _ACROSS_MM = 162.0, 250.0
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONGEST_PROPERTY = 255  # letters; the library refuses more
_NOT_KEPT = {"docProps/thumbnail.jpeg"}  # of the library's own empty document


def write(annex: Annex, drawings: Drawings) -> bytes:
    """Return the annex as DOCX; the same annex and drawings give the same bytes."""
    figures = [block for block in annex.blocks if isinstance(block, Figure)]
    drawn = pictures([drawing_of(each, drawings) for each in figures], *DRAWING_MM)
    images = dict(zip(figures, drawn, strict=True))
    document = docx.Document()
    dressed(document)
    _properties(document, annex)
    dress_page(document.sections[0], annex, (30, 18, 24, 20))
    _head(document, annex)
    for place, section in enumerate(annex.sections, start=1):
        document.add_heading(shift_text(f"Mục {place}. {section.title}"), 2)
        _blocks(document, section, images, _UPRIGHT_MM, 10.5)
    _signatures(document, annex)
    _appendices(document, annex, images)
    return _fixed(document, annex)


def _appendices(document: Document, annex: Annex, images: dict[Figure, bytes]) -> None:
    across = document.add_section()
    across.orientation = WD_ORIENT.LANDSCAPE
    across.page_width, across.page_height = Mm(297), Mm(210)
    dress_page(across, annex, (27, 20, 21, 16))
    for place, appendix in enumerate(annex.appendices):
        heading = document.add_heading(shift_text(appendix.title), 1)
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.paragraph_format.page_break_before = place > 0
        for at, section in enumerate(appendix.sections):
            drawn = any(isinstance(block, Figure) for block in section.blocks)
            title = document.add_heading(shift_text(section.title), 3)
            title.paragraph_format.page_break_before = drawn and at > 0
            _blocks(document, section, images, _ACROSS_MM, 9)


def _head(document: Document, annex: Annex) -> None:
    """The head of an official paper: who writes, the country's name, number and day."""
    left = [(annex.authority.upper(), 12, "bold"), ("──────", 8, ""),
            (f"Số: {annex.reference}", 12, "")]  # fmt: skip
    right = [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, "bold"),
        ("Độc lập - Tự do - Hạnh phúc", 13, "bold"),
        ("───────────", 8, ""),
        (annex.day, 12.5, "italic"),
    ]
    two_columns(document, left, right, (65, 97))
    for mark in annex.marks:
        line(document, mark, 13, bold=True, red=True, before=8)
    line(document, annex.title, 14, bold=True, before=14)
    for told in annex.subject:
        line(document, told, 13, bold=True)
    line(document, "", 12)


def _blocks(
    document: Document, section: Section, images: dict[Figure, bytes], wide_mm: float, size: float
) -> None:
    for block in section.blocks:
        _block(document, block, images, wide_mm, size)


def _block(
    document: Document, block: Block, images: dict[Figure, bytes], wide_mm: float, size: float
) -> None:
    match block:
        case Paragraph():
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.first_line_indent = Mm(10)
            if block.lead:
                paragraph.add_run(shift_text(block.lead) + " ").bold = True
            paragraph.add_run(shift_text(block.text)).bold = block.stressed or None
        case Items():
            for place, told in enumerate(block.texts):
                item = document.add_paragraph(
                    f"{_LETTERS[place % len(_LETTERS)]})\t{shift_text(told)}"
                )
                item.paragraph_format.left_indent = Mm(16)
                item.paragraph_format.first_line_indent = Mm(-6)
                item.paragraph_format.tab_stops.add_tab_stop(Mm(16))
        case Facts():
            for name, told in block.lines:
                add_fact(document, name, told, size + 1.5, kept=wide_mm == _ACROSS_MM)
        case Table():
            if block.caption:
                caption = line(document, block.caption, size + 1, bold=True, before=4)
                caption.alignment = WD_ALIGN_PARAGRAPH.LEFT
                caption.paragraph_format.keep_with_next = True
            whole = sum(column.share for column in block.columns)
            add_table(
                document, [column.heading for column in block.columns], block.rows, block.total,
                [column.share / whole * wide_mm for column in block.columns],
                [column.align for column in block.columns], size,
            )  # fmt: skip
        case Figure():
            add_picture(document, images[block], DRAWING_MM, shift_text(block.text), block.lot or 0)


def _signatures(document: Document, annex: Annex) -> None:
    line(document, "", 12)
    left = [("Nơi nhận:", 12, "bold italic"), *((f"- {told}", 11, "") for told in annex.recipients)]
    right: list[tuple[str, float, str]] = [(annex.signature[0], 13, "bold")]
    right += [(told, 12, "italic") for told in annex.signature[1:]]
    two_columns(document, left, right, (81, 81), left_side=True)


def _properties(document: Document, annex: Annex) -> None:
    moment = annex.dated.astimezone(UTC).replace(tzinfo=None)
    properties = document.core_properties
    properties.title = _property(f"{annex.title} – {annex.reference}")
    properties.author = properties.last_modified_by = _property(annex.authority)
    properties.subject = _property(" ".join(annex.subject))
    properties.keywords = _property(", ".join(annex.marks))
    properties.comments = ""
    properties.language = "vi-VN"
    properties.revision = 1
    properties.created = properties.modified = moment


def _property(text: str) -> str:
    """A text as the properties of a document take it: no control letters, and not too long."""
    return shift_text(text)[:_LONGEST_PROPERTY]


def _fixed(document: Document, annex: Annex) -> bytes:
    """The file with its parts in a fixed order, all dated alike."""
    raw, made = io.BytesIO(), io.BytesIO()
    document.save(raw)
    moment = annex.dated.astimezone(VIETNAM_TIME).timetuple()[:6]
    with zipfile.ZipFile(raw) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        names = [name for name in read.namelist() if name not in _NOT_KEPT]
        for name in sorted(names, key=lambda one: (one != "[Content_Types].xml", one)):
            content = read.read(name)
            if name == "_rels/.rels":
                content = _without_thumbnail(content)
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = (
                zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            )
            entry.create_system = 0
            written.writestr(entry, content)
    return made.getvalue()


def _without_thumbnail(relations: bytes) -> bytes:
    start = relations.find(b"<Relationship ", 0)
    while start != -1:
        end = relations.index(b"/>", start) + 2
        if b"thumbnail" in relations[start:end]:
            return relations[:start] + relations[end:]
        start = relations.find(b"<Relationship ", end)
    return relations


__all__: Sequence[str] = ("DRAWING_MM", "field", "write")
