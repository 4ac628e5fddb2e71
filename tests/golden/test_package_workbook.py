"""The files of a package for people are read back, every number held against the package's own.

The truth is the value that the files are written from; each reader is another program or library
than the writer, or the plain text that a person would read.
"""

import html.parser
import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

from coverage.dossier.lot_columns import COST_WORDS
from coverage.dossier.seal import seal
from tests.full_package import a_first_version, a_second_version
from tests.told import truth_of_sites, truth_of_zones


@pytest.fixture(scope="module", params=[a_first_version, a_second_version])
def package(request):
    return request.param()


@pytest.fixture(scope="module")
def files(package):
    with zipfile.ZipFile(io.BytesIO(seal(package, {}).content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def book(files):
    return openpyxl.load_workbook(io.BytesIO(files["danh-sach.xlsx"]), data_only=True)


def by_header(sheet, first):
    """The lines of a table under the header that begins with ``first``, up to the sums."""
    lines = list(sheet.iter_rows(values_only=True))
    header = next(place for place, line in enumerate(lines) if line[0] == first)
    found = []
    for line in lines[header + 1 :]:
        if line[0] is None or str(line[0]).startswith("Cộng"):
            break
        found.append(dict(zip(lines[header], line, strict=True)))
    return found


def sums_below(sheet, first):
    lines = list(sheet.iter_rows(values_only=True))
    header = next(line for line in lines if line[0] == first)
    sums = next(line for line in lines if str(line[0]).startswith("Cộng"))
    return {name: value for name, value in zip(header, sums, strict=True) if name}


def test_zones_in_the_workbook(package, book):
    headings = ("Ký hiệu", "Lô", "Thôn, bản", "Xã, phường", "Mã xã", "Số hộ", "Số khẩu",
                "Vĩ độ (WGS 84)", "Kinh độ (WGS 84)", "X Bắc (VN-2000, m)", "Y Đông (VN-2000, m)",
                "Nhà mạng có trạm trong tầm", "Xã, phường cũ")  # fmt: skip
    rows = by_header(book["Danh sách"], "Ký hiệu")
    found = {row["Mã vùng"]: tuple(row[name] for name in headings) for row in rows}
    former = {str(zone.id): "; ".join(zone.former_communes) or None for _, zone in package.zones}
    for key, told in truth_of_zones(package).items():
        *facts, assessed, within = told
        evidence = f"{within}/{assessed}" if assessed else "Chưa đánh giá"
        assert found.pop(key) == (*facts, evidence, former[key])
    assert not found


def test_sums_in_the_workbook(package, book):
    totals = package.totals()
    listed = sums_below(book["Danh sách"], "Ký hiệu")
    assert (listed["Số hộ"], listed["Số khẩu"]) == (totals["households"], totals["population"])
    lots = {row["Lô"]: row for row in by_header(book["Tổng hợp"], "Lô")}
    for lot in package.lots:
        row = lots[lot.number]
        stated = [zone.population for zone in lot.zones if zone.population is not None]
        assert (row["Số vùng"], row["Số hộ"], row["Số khẩu (đã có số liệu)"]) == (
            len(lot.zones), lot.households, sum(stated) if stated else "–",
        )  # fmt: skip
        assert row["Ước tính (đồng)"] == (lot.cost.total_vnd if lot.cost else "–")
    below = sums_below(book["Tổng hợp"], "Lô")
    assert (below["Số vùng"], below["Số hộ"]) == (totals["zones"], totals["households"])
    costs = [lot.cost for lot in package.lots]
    whole = "–" if None in costs else sum(cost.total_vnd for cost in costs)
    assert below["Ước tính (đồng)"] == whole


def test_sites_and_costs_in_the_workbook(package, book):
    found = {row["Ký hiệu"]: row for row in by_header(book["Trạm đề xuất"], "Ký hiệu")}
    truth = truth_of_sites(package)
    assert found.keys() == truth.keys()
    for label, (lot, latitude, longitude, households, parts, total) in truth.items():
        row = found[label]
        assert (row["Lô"], row["Vĩ độ (WGS 84)"], row["Kinh độ (WGS 84)"], row["Số hộ"]) == (
            lot, latitude, longitude, households,
        )  # fmt: skip
        for kind, words in COST_WORDS.items():
            expected = parts.get(kind) if parts.get(kind, 0) is not None else "–"
            assert row[words] == expected, (label, kind)
        assert row["Cộng (đồng)"] == total
    by_lot = {row["Lô"]: row for row in by_header(book["Chi phí"], "Lô")}
    for lot in package.lots:
        row = by_lot[lot.number]
        assert row["Số trạm"] == len(lot.sites)
        assert row["Cộng (đồng)"] == (lot.cost.total_vnd if lot.cost else "–")
        for part in lot.cost.parts if lot.cost else ():
            assert row[COST_WORDS[part.kind]] == (
                "–" if part.amount_vnd is None else part.amount_vnd
            )
        if lot.cost:
            served = sum(site.households for site in lot.sites)
            assert abs(row["Bình quân một hộ (đồng)"] - lot.cost.total_vnd / served) <= 0.5


def test_readiness_and_clocks_in_the_workbook(package, book):
    rows = {row["Lô"]: row for row in by_header(book["Điều kiện và thời hạn"], "Lô")}
    for lot in package.lots:
        row = rows[lot.number]
        if lot.clock:
            assert (row["Thời hạn (tháng)"], row["Lý do"], row["Căn cứ"]) == (
                lot.clock.months, lot.clock.reason, lot.clock.citation,
            )  # fmt: skip
        else:
            assert row["Thời hạn (tháng)"] == "–"
        states = {one.kind.value: one.state.value for one in lot.readiness}
        words = {"ready": "Sẵn sàng", "not_ready": "Chưa sẵn sàng"}
        for kind, heading in (
            ("power", "Điện"), ("road", "Đường"), ("land", "Mặt bằng"), ("permits", "Giấy phép"),
        ):  # fmt: skip
            assert row[heading] == words.get(states.get(kind), "Chưa rõ")


class Cells(html.parser.HTMLParser):
    """The cells of each line of the first table."""

    def __init__(self):
        super().__init__()
        self.lines, self.inside = [], False

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag == "tr":
            self.lines.append([])
        self.inside = tag in ("td", "th")
        if self.inside:
            self.lines[-1].append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.lines[-1][-1] += data


def whole(text):
    """A number as Vietnamese papers write it; None where it is said to be unknown."""
    found = re.match(r"[\d.]+", text)
    return int(found[0].replace(".", "")) if found else None


def test_numbers_on_the_front_page(package, files):
    cells = Cells()
    cells.feed(files["index.html"].decode())
    lines = {line[0]: line[1:] for line in cells.lines}
    for lot in package.lots:
        stated = [zone.population for zone in lot.zones if zone.population is not None]
        assert [whole(cell) for cell in lines[lot.name]] == [
            len(lot.zones), lot.households, sum(stated) if stated else None,
            len(lot.sites) or None, lot.cost.total_vnd if lot.cost else None,
            lot.clock.months if lot.clock else None,
        ]  # fmt: skip
    totals = package.totals()
    costs = [lot.cost for lot in package.lots]
    assert [whole(cell) for cell in lines["Cộng"][:5]] == [
        totals["zones"], totals["households"], totals["population"],
        sum(len(lot.sites) for lot in package.lots) or None,
        None if None in costs else sum(cost.total_vnd for cost in costs),
    ]  # fmt: skip


def test_numbers_in_the_readme(package, files):
    text = " ".join(files["DOC-TRUOC.txt"].decode("utf-8-sig").split())
    totals = package.totals()
    assert f"{totals['lots']} lô, {totals['zones']} vùng, {totals['households']} hộ" in text
    for lot in package.lots:
        said = re.search(
            rf"{re.escape(lot.name)}: (\d+) vùng, ([\d.]+) hộ(.*?)(?=Lô \d|CÁC TỆP|$)", text
        )
        assert (int(said[1]), whole(said[2])) == (len(lot.zones), lot.households)
        if lot.cost:
            cost = re.search(r"ước tính ([\d.]+) đồng", said[3])
            assert whole(cost[1]) == lot.cost.total_vnd
        if lot.clock:
            assert f"phát sóng trong {lot.clock.months} tháng" in said[3]


def test_changes_and_answers_are_told_in_every_file_for_people(package, files, book):
    if not package.changes:
        return
    sheet = " ".join(
        str(cell) for row in book["Sửa đổi và làm rõ"].iter_rows(values_only=True) for cell in row
    )
    texts = [sheet, *(
        " ".join(files[name].decode().split()) for name in ("DOC-TRUOC.txt", "index.html")
    )]  # fmt: skip
    for text in texts:
        for told in ("Hai thôn đã có sóng", "L3-01 Bản Rào Tre 6", "L2-02 Bản Rào Tre 5",
                     "20 → 21", "Có được dùng chung cột?", "Được."):  # fmt: skip
            assert told in text


@pytest.mark.skipif(shutil.which("w3m") is None, reason="w3m is not on this machine")
def test_a_text_only_browser_shows_the_front_page(package, files):
    """Every lot on a line with its numbers, every file by name, every command whole."""
    told = subprocess.run(
        ["w3m", "-dump", "-T", "text/html", "-cols", "140"], input=files["index.html"],
        capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    lines = told.splitlines()
    for lot in package.lots:
        shown = next(line for line in lines if lot.name in line)
        figures = shown.split(lot.name)[1].split()
        assert figures[:2] == [str(len(lot.zones)), str(lot.households)]
    for name in files.keys() - {"index.html"}:
        assert any(name in line for line in lines), name
    assert any("sha256sum -c SHA256SUMS" in line for line in lines)


def test_the_front_page_asks_for_nothing_outside(files):
    page = files["index.html"].decode()
    assert not re.search(r"https?://|<script|<img|<link|url\(|@import", page)
    assert set(re.findall(r'href="([^"]*)"', page)) == files.keys() - {"index.html"}
