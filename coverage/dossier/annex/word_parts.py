"""Pieces of a Word document that its library has no word for: tables, marks, page numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.shape import CT_Inline
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from coverage.dossier.annex.content import Align, Annex
from coverage.fonts import drawable

FONT = "Times New Roman"
RED = RGBColor(0xB0, 0x00, 0x20)
_TWIPS_PER_MM = 56.6929
_SHORT = 4  # rows of a table that is not torn apart
_NAME_MM = 48.0
_HEADING_SIZES = {1: 13, 2: 13, 3: 12.5}
_EDGE = (
    '<w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="6E6E6E"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders>"
)  # fmt: skip
Told = tuple[str, float, str]
"""A line of the head: its text, size in points, and whether it is bold, italic or both."""


def shift_text(text: str) -> str:
    """Return a text as both forms of the annex have it: one line, no letter that paper lacks."""
    return drawable(text)


def dressed(document: Document) -> None:
    """Give the document its type: Times New Roman, headings in black."""
    styles: Any = document.styles
    normal = styles["Normal"]
    _typed(normal, 12.5)
    normal.paragraph_format.space_after = Pt(5)
    normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.08
    for level, size in _HEADING_SIZES.items():
        style = styles[f"Heading {level}"]
        _typed(style, size)
        style.font.bold, style.font.italic = True, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before = Pt(9)
        style.paragraph_format.space_after = Pt(5)
        style.paragraph_format.keep_with_next = True


def _typed(style: Any, size: float) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def dress_page(section: Section, annex: Annex, margins_mm: Sequence[float]) -> None:
    """Give a part of the document its margins, its head with the marks, and page x/y."""
    left, right, top, bottom = margins_mm
    if section.orientation == 0:
        section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.header_distance, section.footer_distance = Mm(10), Mm(8)
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    head = section.header.paragraphs[0]
    head.paragraph_format.tab_stops.clear_all()
    wide = 210 - left - right if section.orientation == 0 else 297 - left - right
    _right_tab(head, wide)
    _run(head, annex.running, 9.5)
    _run(head, "\t" + "  ·  ".join(annex.marks), 9.5, bold=True, red=True)
    if annex.watermark:
        head._p.append(parse_xml(_watermark(annex.watermark)))  # noqa: SLF001 - a picture in a run
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(foot, "Trang ", 9.5)
    field(foot, "PAGE")
    _run(foot, "/", 9.5)
    field(foot, "NUMPAGES")


def field(paragraph: Paragraph, instruction: str) -> None:
    """Add a number that Word works out: of this page, of all pages."""
    paragraph._p.append(  # noqa: SLF001 - the library has no fields
        parse_xml(
            f"<w:fldSimple {nsdecls('w')} w:instr={quoteattr(f' {instruction} ')}><w:r><w:rPr>"
            '<w:sz w:val="19"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )


def line(
    document: Document, text: str, size: float, *, bold: bool = False, red: bool = False,
    before: float = 0,
) -> Paragraph:  # fmt: skip
    """Add a line in the middle."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = Pt(before)
    _run(paragraph, shift_text(text), size, bold=bold, red=red)
    return paragraph


def two_columns(
    document: Document, left: Sequence[Told], right: Sequence[Told], wide_mm: Sequence[float], *,
    left_side: bool = False,
) -> None:  # fmt: skip
    """Add two columns of lines side by side, without edges."""
    table: Any = document.add_table(1, 2)
    table.autofit = False
    for column, wide in zip(table.columns, wide_mm, strict=True):
        column.width = Mm(wide)
    for cell, told, wide in zip(table.rows[0].cells, (left, right), wide_mm, strict=True):
        cell.width = Mm(wide)
        for place, (text, size, looks) in enumerate(told):
            paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(1)
            if told is right or not left_side:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(paragraph, shift_text(text), size, bold="bold" in looks, italic="italic" in looks)
    _unbroken(table.rows[0])


def add_table(  # noqa: PLR0917 - a table with its widths and sides
    document: Document, headings: Sequence[str], rows: Sequence[Sequence[str]],
    total: Sequence[str], widths_mm: Sequence[float], sides: Sequence[Align], size: float,
) -> None:  # fmt: skip
    """Add a table whose header row is repeated on each page.

    It is written as XML at once, as the library takes seconds for some hundred rows.
    """
    twips = [round(wide * _TWIPS_PER_MM) for wide in widths_mm]
    parts = [
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblW w:w=\"{sum(twips)}\" w:type=\"dxa\"/>{_EDGE}"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="50" w:type="dxa"/>'
        '<w:right w:w="50" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>',
        *(f'<w:gridCol w:w="{wide}"/>' for wide in twips), "</w:tblGrid>",
    ]  # fmt: skip
    centred = [Align.CENTER] * len(twips)
    parts.append(_row(headings, twips, centred, size, header=True, kept=True))
    kept = _kept(len(rows), total=bool(total))
    parts += [
        _row(cells, twips, sides, size, kept=place in kept) for place, cells in enumerate(rows)
    ]
    if total:
        parts.append(_row(total, twips, sides, size, bold=True))
    parts.append("</w:tbl>")
    body: Any = document.element.body
    body.insert_element_before(parse_xml("".join(parts)), "w:sectPr")
    after = document.add_paragraph()
    after.paragraph_format.space_after = Pt(2)
    after.paragraph_format.line_spacing = Pt(4)


def add_fact(document: Document, name: str, told: str, size: float, *, kept: bool) -> None:
    """Add a name with what is known under it; ``kept``: on the page of what follows."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Mm(_NAME_MM)
    paragraph.paragraph_format.first_line_indent = Mm(-_NAME_MM)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(_NAME_MM))
    paragraph.paragraph_format.space_after = Pt(3)
    paragraph.paragraph_format.keep_with_next = kept
    _run(paragraph, shift_text(name), size, bold=True)
    _run(paragraph, f"\t{shift_text(told)}", size)


def _kept(rows: int, *, total: bool) -> set[int]:
    """The rows that stay on the page of the one after them: of a short table all, else the ends."""
    last = rows - 1 if total else rows - 2
    return set(range(last + 1)) if rows <= _SHORT else {0, last - 1, last}


def add_picture(
    document: Document, png: bytes, size_mm: tuple[float, float], told: str, number: int
) -> None:
    """Add a picture that is read aloud as ``told``; ``number`` tells it from the others.

    The library would look through the whole text for a free number, for every picture again.
    """
    relation, _ = document.part.get_or_add_image(io.BytesIO(png))
    inline = CT_Inline.new_pic_inline(
        number + 1, relation, f"ban-do-{number}.png", Mm(size_mm[0]), Mm(size_mm[1])
    )
    inline.docPr.set("descr", told)
    document.add_paragraph().add_run()._r.add_drawing(inline)  # noqa: SLF001 - as the library does


def _row(
    cells: Sequence[str], twips: Sequence[int], sides: Sequence[Align], size: float, *,
    header: bool = False, bold: bool = False, kept: bool = False,
) -> str:  # fmt: skip
    properties = "<w:cantSplit/>" + ("<w:tblHeader/>" if header else "")
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EBEBEB"/>' if header else ""
    heavy = "<w:b/>" if header or bold else ""
    drawn = []
    for text, wide, side in zip(cells, twips, sides, strict=True):
        drawn.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr>'
            f"{'<w:keepNext/>' if kept else ''}"
            f'<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>'
            f'<w:jc w:val="{side.value}"/></w:pPr><w:r><w:rPr>{heavy}<w:sz w:val="{size * 2:.0f}"/>'
            f'</w:rPr><w:t xml:space="preserve">{escape(shift_text(text))}</w:t></w:r></w:p></w:tc>'
        )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(drawn)}</w:tr>"


def _unbroken(row: Any) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001


def _right_tab(paragraph: Paragraph, at_mm: float) -> None:
    tabs = parse_xml(
        f'<w:tabs {nsdecls("w")}><w:tab w:val="clear" w:pos="4680"/><w:tab w:val="clear" '
        f'w:pos="9360"/><w:tab w:val="right" w:pos="{round(at_mm * _TWIPS_PER_MM)}"/></w:tabs>'
    )
    paragraph._p.get_or_add_pPr().append(tabs)  # noqa: SLF001 - clears the style's own stops


def _run(
    paragraph: Paragraph, text: str, size: float, *, bold: bool = False, italic: bool = False,
    red: bool = False,
) -> None:  # fmt: skip
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold, run.italic = bold or None, italic or None
    if red:
        run.font.color.rgb = RED


def _watermark(mark: str) -> str:
    """A pale word across the page, as Word itself makes one."""
    return (
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office"><w:rPr><w:noProof/></w:rPr><w:pict>'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
        '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
        '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
        '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
        '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
        '<v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="custom" '
        'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" '
        'style="position:absolute;margin-left:0;margin-top:0;width:360pt;height:80pt;rotation:315;'
        "z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" fillcolor="#e6e6e6" stroked="f">'
        f'<v:textpath style="font-family:&quot;{FONT}&quot;;font-size:1pt;font-weight:bold" '
        f"string={quoteattr(mark)}/></v:shape></w:pict></w:r>"
    )
