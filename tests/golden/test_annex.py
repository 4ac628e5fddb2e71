"""The technical annex, read back from PDF and DOCX: the same content, on marked, numbered pages.

The golden text is ``tests/golden/annex/annex.txt``; what was written instead is left beside the
test databases, under ``var/tests/annex``, to be looked at and copied when it is right.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from coverage.dossier import sheets
from coverage.dossier.annex import annex_of, docx, pdf
from coverage.dossier.annex.content import Facts, Paragraph, Table
from coverage.fonts import drawable
from coverage.packages import (
    PackageAnswer,
    PackageKey,
    PackageRequirement,
    PackageVintage,
    ProcurementMode,
)
from maps.printed import draw
from tests.annexed import content_of, dump, strings_of
from tests.builders import a_package, a_package_zone
from tests.full_package import a_first_version, a_second_version
from tests.printed import ground_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARKS = ("DỰ THẢO", "Ranh giới gần đúng")
KEY = PackageKey("/.well-known/phusong/package-signing-key.pem", "0123456789abcdef" * 4, "pem")
LEVEL = PackageRequirement("4G", -110.0, 5.0, 2.5, 95.0, "Đo tại tâm thôn")
LENGTHY = "Khóm " + "ồ" * 295
HOSTILE = (
    "#set text(red)", "$x$ *b* _i_ `c` @ref <label> [x] {y} \\ // /* */", "<b>&amp;]]></b>",
    "</w:t></w:r>", LENGTHY, "\u202eerT oàR", "שלום Bản", "😀 Bản 👍", "Bản\x00\x0b\ufffe",
    "=1+1", "'; --", "#image(\"/etc/passwd\")",
)  # fmt: skip

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext is not on this machine"
)


def asked(package):
    """The package with what its criteria set asks of the service."""
    used = replace(package.criteria[0], requirements=(LEVEL,))
    return replace(package, criteria=(used,))


def written(package):
    """Every file of the annex and the maps, by name."""
    drawings = draw(ground_of(package), package)
    annex = annex_of(package)
    return {
        "annex.pdf": pdf.write(annex, drawings),
        "annex.docx": docx.write(annex, drawings),
        "maps.pdf": sheets.write(package, drawings),
    }


def pages_of(content, tmp_path):
    path = tmp_path / "read.pdf"
    path.write_bytes(content)
    told = subprocess.run(["pdftotext", "-q", path, "-"], capture_output=True, check=True)
    return told.stdout.decode().rstrip("\f").split("\f")


def squeezed(text):
    return re.sub(r"[\s\u200b\u00ad]", "", text)


def lines_of(part):
    """The paragraphs of a part of a Word file, those in tables too."""
    return [
        "".join(node.text or "" for node in paragraph.iter(f"{W}t"))
        for paragraph in etree.fromstring(part).iter(f"{W}p")
    ]


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        return read.read(name)


@pytest.fixture(scope="module")
def package():
    return asked(a_second_version(a_first_version(draft=True), key=KEY))


@pytest.fixture(scope="module")
def first():
    return asked(a_first_version())


@pytest.fixture(scope="module")
def files(package):
    return written(package)


@pytest.mark.parametrize("name", ["first", "second"])
def test_the_annex_says_what_was_read_and_found_good(name, package, first, project):
    told = dump(annex_of({"first": first, "second": package}[name]))
    left = project / "var" / "tests" / "annex" / f"{name}.txt"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_text(told, encoding="utf-8")
    golden = project / "tests" / "golden" / "annex" / f"{name}.txt"
    assert told == golden.read_text(encoding="utf-8")


def test_the_word_file_has_the_whole_content_and_nothing_else(package, files):
    lines = [squeezed(line) for line in lines_of(part(files["annex.docx"], "word/document.xml"))]
    wanted = [squeezed(drawable(text)) for text in content_of(annex_of(package))]
    found = iter(lines)
    assert all(any(text in line for line in found) for text in _joined(annex_of(package)))
    everything = "".join(lines)
    assert all(text in everything for text in wanted)


def _joined(annex):
    """The content as Word has it by paragraph: a fact is one paragraph, a cell is one."""
    for section in [*annex.sections, *(s for each in annex.appendices for s in each.sections)]:
        yield squeezed(section.title)
        for block in section.blocks:
            match block:
                case Facts():
                    yield from (squeezed(name + told) for name, told in block.lines)
                case _:
                    yield from (squeezed(drawable(text)) for text in strings_of(block))


@needs_poppler
def test_the_pdf_has_the_whole_content(package, files, tmp_path):
    pages = [squeezed(page) for page in pages_of(files["annex.pdf"], tmp_path)]
    everything = "".join(pages)
    annex = annex_of(package)
    in_tables = [text for block in annex.blocks if isinstance(block, Table)
                 for text in strings_of(block)]  # fmt: skip
    for text in map(drawable, content_of(annex)):
        # A paragraph may go on behind a page's foot and the next one's head; the lines of cells
        # that stand side by side come out in turn.
        pieces = (
            text.replace("/", " ").split()
            if text in in_tables
            else [squeezed(text)[:25], squeezed(text)[-15:]]
        )
        for piece in pieces:
            assert piece[:16] in everything, text


@needs_poppler
@pytest.mark.parametrize("form", ["annex.pdf", "maps.pdf"])
def test_every_page_has_its_number_and_the_marks(files, tmp_path, form):
    pages = pages_of(files[form], tmp_path)
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Trang {number}/{len(pages)}" in page
        assert "GT-2026-42-001" in page
        for mark in MARKS:
            assert mark in page, (number, mark)


def test_every_part_of_the_word_file_has_the_marks_and_page_numbers(files):
    with zipfile.ZipFile(io.BytesIO(files["annex.docx"])) as read:
        heads = [read.read(name).decode() for name in read.namelist() if "word/header" in name]
        feet = [read.read(name).decode() for name in read.namelist() if "word/footer" in name]
        document = read.read("word/document.xml").decode()
    assert len(heads) == len(feet) == document.count("<w:sectPr") == 2
    assert document.count("headerReference") == document.count("footerReference") == 2
    for head in heads:
        assert all(mark in head for mark in MARKS)
        assert 'string="DỰ THẢO"' in head
    for foot in feet:
        assert re.findall(r'w:instr=" (\w+) "', foot) == ["PAGE", "NUMPAGES"]


def test_headings_are_headings_and_header_rows_are_repeated(package, files):
    document = etree.fromstring(part(files["annex.docx"], "word/document.xml"))
    styles = [style.get(f"{W}val") for style in document.iter(f"{W}pStyle")]
    annex = annex_of(package)
    assert styles.count("Heading1") == len(annex.appendices)
    assert styles.count("Heading2") == len(annex.sections)
    assert styles.count("Heading3") == sum(len(each.sections) for each in annex.appendices)
    tables = [block for block in annex.blocks if isinstance(block, Table)]
    repeated = [
        row for row in document.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None
    ]
    assert len(repeated) == len(tables)
    assert len(list(document.iter(f"{W}drawing"))) == len(package.lots) + 1


@needs_poppler
def test_a_published_package_on_real_areas_has_no_mark(first, tmp_path):
    vintage = PackageVintage("2026-04-30", "Ranh giới thật", approximate=False)
    made = written(replace(first, draft=False, vintage=vintage))
    for form in ("annex.pdf", "maps.pdf"):
        whole = " ".join(pages_of(made[form], tmp_path))
        assert not any(mark in whole for mark in MARKS)
    for name in ("word/document.xml", "word/header1.xml", "word/header2.xml"):
        assert not any(mark.encode() in part(made["annex.docx"], name) for mark in MARKS)


def test_the_annex_and_the_package_have_the_same_numbers(first):
    annex = annex_of(first)
    cells = {cell for block in annex.blocks if isinstance(block, Table)
             for row in (*block.rows, block.total) for cell in row}  # fmt: skip
    for lot, zone in first.zones:
        row = next(row for block in annex.blocks if isinstance(block, Table)
                   for row in block.rows if row and row[0] == zone.label)  # fmt: skip
        assert (float(row[4]), float(row[5])) == (zone.latitude, zone.longitude)
        assert (float(row[6]), float(row[7])) == (zone.northing_m, zone.easting_m)
        assert (row[8], row[9]) == (str(zone.households), str(zone.population or "–"))
        assert f"{lot.households}" in cells
    for lot in first.lots:
        for cost in (lot.cost, *(site.cost for site in lot.sites)):
            assert f"{cost.total_vnd:,}".replace(",", ".") in cells
        for kind in lot.cost.parts:
            told = "Chưa có số liệu" if kind.amount_vnd is None else f"{kind.amount_vnd:,}"
            assert told.replace(",", ".") in cells
    assert {"−110", "5", "2,5", "95", "Đo tại tâm thôn"} <= cells


def test_where_a_site_stands_already_no_form_tells_its_place(first):
    row = next(row for block in annex_of(first).blocks if isinstance(block, Table)
               for row in block.rows if row[0] == "T1-02")  # fmt: skip
    assert row[1] == "Dùng chung hạ tầng có sẵn (*)"
    assert row[3:5] == ("–", "–")
    told = [block.text for block in annex_of(first).blocks if isinstance(block, Paragraph)]
    assert "Hạ tầng có sẵn; Cục cung cấp thông tin cho doanh nghiệp được chọn." in told


def test_nothing_that_nobody_said_is_told_as_a_figure():
    zone = a_package_zone(
        population=None, signal=None, grid_power=None, specially_difficult=None,
        northing_m=None, easting_m=None, operators_assessed=None, operators_within_reach=None,
    )  # fmt: skip
    plain = a_package()
    lot = replace(plain.lots[0], zones=(zone,))
    annex = annex_of(replace(plain, lots=(lot,), grid=None, criteria=(), legal_bases=()))
    row = next(block.rows[0] for block in annex.blocks if isinstance(block, Table)
               and block.rows[0][0] == "L1-01")  # fmt: skip
    assert row[6:8] == ("–", "–")
    assert row[9:] == ("–", "Chưa rõ", "Chưa rõ", "Chưa rõ", "Chưa đánh giá")
    text = "\n".join(content_of(annex))
    for told in ("chưa có ngưỡng kỹ thuật", "chưa đề xuất vị trí trạm cho gói thầu này",
                 "Chưa lập ước tính", "Chưa có thông tin về điện", "Chưa xác định khi lập gói thầu",
                 "chưa xác định kinh tuyến trục", "Chưa có kết quả đánh giá"):  # fmt: skip
        assert told in text
    provisional = "\n".join(content_of(annex_of(plain)))
    assert "Bộ tiêu chí chưa quy định mức thu, tốc độ và độ khả dụng" in provisional
    assert "Bộ tiêu chí này dùng tạm" in provisional
    assert "dBm" not in provisional


@needs_poppler
def test_no_name_is_markup_of_any_writer(tmp_path):
    plain = a_package(answers=(PackageAnswer(
        1, a_package().dated, "\n".join(HOSTILE), "#panic()\n\n</w:p>", a_package().dated),))  # fmt: skip
    zones = tuple(
        replace(a_package_zone(number, village=name, label=f"L1-{number:02d}"),
                former_communes=(name,))
        for number, name in enumerate(HOSTILE, start=1)
    )  # fmt: skip
    package = replace(
        plain, lots=(replace(plain.lots[0], name=f"Lô 1 – {HOSTILE[1]}", zones=zones),)
    )
    made = written(package)
    lines = lines_of(part(made["annex.docx"], "word/document.xml"))
    for name in HOSTILE:
        assert drawable(name) in lines
    whole = squeezed("".join(pages_of(made["annex.pdf"], tmp_path)))
    for name in HOSTILE:
        if "שלום" not in name:  # its letters come back in the other direction
            assert squeezed(drawable(name)) in whole, name
    assert b"/JavaScript" not in made["annex.pdf"]


@needs_poppler
def test_nothing_leaves_the_paper(tmp_path):
    """A name of three hundred letters without a blank stays inside its cell."""
    plain = a_package()
    zone = a_package_zone(village=LENGTHY, commune="Xã " + "W" * 120)
    package = replace(plain, lots=(replace(plain.lots[0], zones=(zone,)),))
    path = tmp_path / "wide.pdf"
    path.write_bytes(written(package)["annex.pdf"])
    told = subprocess.run(["pdftotext", "-q", "-bbox", path, "-"], capture_output=True, check=True)
    page_mm = None
    for line in told.stdout.decode().splitlines():
        if found := re.search(r'<page width="([\d.]+)"', line):
            page_mm = float(found[1])
        elif found := re.search(r'<word xMin="([-\d.]+)".* xMax="([-\d.]+)"', line):
            assert float(found[1]) > 0
            assert float(found[2]) < page_mm


def test_the_pdf_says_that_it_is_pdf_a_and_carries_its_fonts(files):
    for form in ("annex.pdf", "maps.pdf"):
        assert b"<pdfaid:part>2</pdfaid:part>" in files[form]
        assert b"<pdfaid:conformance>B</pdfaid:conformance>" in files[form]
        assert b"/StructTreeRoot" in files[form] or b"/ObjStm" in files[form]
        assert b"LiberationS" in files[form] or b"/ObjStm" in files[form]


@pytest.mark.parametrize("mode", ProcurementMode)
def test_each_way_to_find_the_operator_has_its_words(mode):
    annex = annex_of(a_package(mode=mode))
    text = "\n".join(content_of(annex))
    way, other = {
        ProcurementMode.TENDER: ("đấu thầu", "đặt hàng"),
        ProcurementMode.ORDER: ("đặt hàng", "trao thầu"),
        ProcurementMode.ASSIGNMENT: ("giao nhiệm vụ", "trao thầu"),
    }[mode]
    assert f"bằng hình thức {way}" in text
    assert other not in text
    assert annex.title.startswith("CHƯƠNG V") is (mode is ProcurementMode.TENDER)


def test_the_templates_fetch_nothing(project):
    for template in (project / "coverage" / "dossier" / "templates").glob("*.typ"):
        text = template.read_text(encoding="utf-8")
        assert "#import" not in text
        assert "@" not in text


def test_two_builds_are_the_same_bytes_in_other_processes(project):
    build = (
        "import hashlib; from tests.golden.test_annex import written, asked;"
        "from tests.full_package import a_second_version;"
        "made = written(asked(a_second_version()));"
        "print(*(hashlib.sha256(made[name]).hexdigest() for name in sorted(made)))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", build], cwd=project, capture_output=True, text=True, check=True,
            env={"PATH": os.environ["PATH"], **surroundings},
        ).stdout
        for surroundings in (
            {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"},
            {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"},
        )
    }  # fmt: skip
    assert len(told) == 1
    assert len(told.pop().split()) == 3


@needs_poppler
def test_what_is_typed_can_be_copied_from_the_page(package, files, tmp_path):
    whole = "".join(pages_of(files["annex.pdf"], tmp_path))
    assert "\u200b" not in whole
    assert KEY.address in whole
    assert f"phusong package verify {package.file_name}" in " ".join(whole.split())
    fingerprint = squeezed("".join(pages_of(files["annex.pdf"], tmp_path)))
    assert f"Dấuvântay(SHA-256){KEY.fingerprint}" in fingerprint


def test_an_authority_of_any_name_is_the_author_of_its_word_file(first):
    """A name with control letters, longer than what a document's properties take."""
    named = replace(first, authority="Cục\x01 Viễn\x1b thông " * 30)
    content = docx.write(annex_of(named), draw(ground_of(named), named))
    author = etree.fromstring(part(content, "docProps/core.xml")).findtext("{*}creator")
    assert 200 < len(author) <= 255
    assert author.startswith("Cục Viễn thông")
