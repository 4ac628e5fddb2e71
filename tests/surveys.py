"""Survey files made in memory for the made-up country, and what the check makes of them."""

from coverage.intake.check import Surroundings, check
from coverage.intake.document import Document, Kind, Merged, Sheet, column_letters
from coverage.intake.selection import Remembered
from tests.small_country import gazetteer

PLACES = {
    "Xã Tân An": ("00001", 22.151234, 104.052345),
    "Xã Mường Nhé": ("00002", 22.151234, 104.152345),
    "Xã Sơn Hà": ("00003", 22.051234, 104.052345),
    "Phường Đắk Lắk": ("00004", 22.051234, 104.152345),
}
HEADER = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"]


def point(commune, step=0):
    """Return a latitude and longitude inside a commune; each step lies about a kilometre on."""
    _, latitude, longitude = PLACES[commune]
    return round(latitude + 0.006 * (step % 7), 6), round(longitude + 0.004 * (step // 7), 6)


def row(number, commune, village, households=50, written=True, **more):
    """Return a good data row under HEADER; ``written`` False leaves the commune blank."""
    latitude, longitude = point(commune, number)
    cells = [number, commune if written else "", village, latitude, longitude, households]
    return [*cells, *more.get("also", [])]


def grid(rows, *, kind=Kind.XLSX, name="DS", merged=(), hidden=False):
    """Return a sheet of ``rows``; None stands for a blank row that the reader leaves out."""
    kept = [(number, cells) for number, cells in enumerate(rows, 1) if cells is not None]
    width = max((len(cells) for _, cells in kept), default=0)
    return Sheet(
        "" if kind is Kind.CSV else name,
        [["" if cell is None else cell for cell in cells] for _, cells in kept],
        [number for number, _ in kept],
        column_letters(width), hidden, tuple(Merged(*area) for area in merged),
    )  # fmt: skip


def checked(*sheets, kind=Kind.XLSX, mapping=None, before=None, province="15", **around):
    """Check sheets as one file of a province of the made-up country."""
    document = Document(kind, "unicode", tuple(sheets))
    more = {name: around.pop(name) for name in ("corrections", "progress") if name in around}
    surroundings = Surroundings(around.pop("gazetteer", None) or COUNTRY, province, **around)
    remembered = Remembered(mapping or {}, before or {})
    return check(document, "tep", "0" * 64, surroundings, remembered, **more)


def report(rows, *, kind=Kind.XLSX, merged=(), mapping=None, **around):
    """Check one sheet and return the report."""
    return checked(
        grid(rows, kind=kind, merged=merged), kind=kind, mapping=mapping, **around
    ).report


def rules(found):
    """Return the rules of findings, or of a row's."""
    return [told.rule for told in getattr(found, "findings", found)]


def summary(found):
    """Return (row, village, declared code, status) of every row."""
    return [(r.row, r.village, r.declared_commune_code, r.status.value) for r in found.rows]


COUNTRY = gazetteer()
