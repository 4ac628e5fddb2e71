"""Whatever stands in a sheet: every row is somewhere, and nothing ends in a traceback."""

import datetime as dt
import json
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.errors import InputRefused
from coverage.findings import Language
from coverage.intake.document import Kind
from tests.surveys import HEADER, PLACES, checked, grid, point, row

EXAMPLES = int(os.environ.get("GENTEST_EXAMPLES", "150"))
A = "Xã Tân An"

words = st.sampled_from(
    [
        "", " ", "-", "x", "X", "nt", '"', "Có", "Không", "I", "II.", "1.", "A", "(1)", "STT", "Xã", "Thôn",
        "Vĩ độ", "Kinh độ", "Số hộ", "Tổng cộng", "Cộng", "Ghi chú:", "KT. GIÁM ĐỐC", "Xã Tân An",
        "Xã Mường Nhé", "Bản Một", "Huyện Bắc Hà", "Tỉnh Lào Cai", "22,151234", "104.052345",
        "22.151234, 104.052345", "22°09'04\"N", "khoảng 50", "1.250", "50 hộ", "Trắng sóng", "5 thôn",
        "https://maps.google.com/?q=22.1,104.0", "#REF!", "=1+1", "2451541.16", "428639.62", "\u00a0",
        "Tọa độ (VN2000, KTT 104⁰45’)", "00001", "x\u0301", "﷽", "😀", "a" * 300, "0", "-5", "NaN",
    ],
)  # fmt: skip
numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=32),
    st.sampled_from([0.0, 1.0, 50.0, -1.0, 22.151234, 104.052345, 22151234.0, 2451541.16, 428639.62, 1e18]),
    st.integers(-10, 20_000),
)  # fmt: skip
times = st.sampled_from(
    [
        dt.date(2025, 5, 12),
        dt.datetime(2025, 5, 12, 3, 4),  # noqa: DTZ001 - Excel knows no zones
        dt.time(22, 9, 4),
        dt.timedelta(hours=105),
    ]
)
cells = st.one_of(words, words, numbers, st.text(max_size=12), times, st.booleans())
sheets = st.lists(st.lists(cells, max_size=9), min_size=1, max_size=14)
areas = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 4), st.integers(0, 7), st.integers(0, 3)).map(
        lambda area: (area[0], area[0] + area[1], area[2], area[2] + area[3])
    ),
    max_size=3,
)


def blank(cells):
    return all(cell == "" for cell in cells)


def account(found, rows):
    """Every row that is not blank is data or is named for what it was taken for, and only once."""
    data = [entry.row for entry in found.rows]
    assert len(data) == len(set(data))
    totals = found.totals()
    assert totals["rows"] == len(data) == totals["accepted"] + totals["warned"] + totals["rejected"]
    elsewhere = []
    for table in found.form["sheets"]:
        elsewhere += table["header_rows"] + table["rows_above"]
        for role in ("group", "total", "note", "repeated_header", "numbered"):
            elsewhere += table[f"{role}_rows"]
    assert set(data).isdisjoint(elsewhere)
    held = {number for number, cells in enumerate(rows, 1) if not blank(cells)}
    assert set(data) <= held
    read = {table["sheet"] for table in found.form["sheets"]}
    assert read
    return held - set(data) - set(elsewhere)


@settings(max_examples=EXAMPLES, deadline=None)
@given(sheets, areas, st.sampled_from([Kind.XLSX, Kind.CSV]))
def test_any_sheet_is_reported_or_refused(rows, merged, kind):
    try:
        found = checked(grid([cells if not blank(cells) else None for cells in rows], merged=merged, kind=kind),
                        kind=kind).report  # fmt: skip
    except InputRefused as refused:
        told = [one.message(language) for one in refused.findings for language in Language]
        assert told
        return
    account(found, rows)
    for language in Language:
        json.dumps(found.as_json(language), ensure_ascii=False, default=str)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=6), max_size=10), areas)
def test_under_a_header_no_row_is_lost(rows, merged):
    sheet = [HEADER, row(1, A, "Bản Một"), *rows, row(2, A, "Bản Hai")]
    found = checked(
        grid([cells if not blank(cells) else None for cells in sheet], merged=merged)
    ).report
    numbers = {entry.row: entry for entry in found.rows}
    assert account(found, sheet) == set()
    assert len(sheet) in numbers
    if 2 in numbers and not merged:
        assert numbers[2].village == "Bản Một"


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(PLACES)), st.integers(1, 9999)), min_size=1, max_size=20
    )
)
def test_good_rows_are_always_taken_as_they_are(villages):
    rows = [row(n, commune, f"Nà Bó {n}", homes) for n, (commune, homes) in enumerate(villages, 1)]
    found = checked(grid([HEADER, *rows])).report
    for entry, (commune, homes), n in zip(found.rows, villages, range(1, 99), strict=False):
        assert entry.status != "rejected"
        assert (entry.latitude, entry.longitude) == point(commune, n)
        assert (entry.households, entry.commune_code) == (homes, PLACES[commune][0])


@settings(max_examples=EXAMPLES, deadline=None)
@given(cells, st.integers(0, 5))
def test_one_bad_cell_never_changes_another_row(cell, column):
    rows = [row(n, A, f"Nà Bó {n}") for n in range(1, 6)]
    before = checked(grid([HEADER, *rows])).report
    rows[2][column] = cell
    after = {entry.row: entry for entry in checked(grid([HEADER, *rows])).report.rows}
    for entry in before.rows:
        if entry.row != 4:
            assert after[entry.row].reading() == entry.reading()


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=6), st.sampled_from(["households", "village", "x", "ignored"]), max_size=2
    )
)
def test_any_mapping_is_used_or_refused(mapping):
    try:
        checked(grid([HEADER, row(1, A, "Bản Một")]), mapping=mapping)
    except InputRefused as refused:
        rules = {told.rule for told in refused.findings}
        assert rules == {"column.mapping_unused"}
