"""A made-up country of two provinces and eight communes, with a list before it.

Every present commune is a square of a tenth of a degree (10 to 11 km). Province 15 lies in the
west (104.0 to 104.4), 10 beside it in the east:

    row 22.1   A1 00001 Tân An      A2 00002 Mường Nhé   | B1 00005 Hòa Bình   B2 00006 Sơn Hà
    row 22.0   A3 00003 Sơn Hà      A4 00004 Đắk Lắk     | B3 00007 Sơn Hạ     B4 00008 Thủy An

Before 2025-07-01 there were the provinces Yên Bái (15) and Lào Cai (10) in the west, which
became Lào Cai (15), and Điện Biên (11) in the east, now 10: three codes changed their meaning.
"""

from shapely import MultiPolygon, box

from coverage.places import Change, Gazetteer, Level, Unit, UnitList

NOW, BEFORE = "2025-07-01", "2025-06-30"
SIDE = 0.1
CORNERS = {
    "00001": (104.0, 22.1), "00002": (104.1, 22.1), "00003": (104.0, 22.0), "00004": (104.1, 22.0),
    "00005": (104.2, 22.1), "00006": (104.3, 22.1), "00007": (104.2, 22.0), "00008": (104.3, 22.0),
}  # fmt: skip
NAMES = {
    "00001": "Xã Tân An", "00002": "Xã Mường Nhé", "00003": "Xã Sơn Hà", "00004": "Phường Đắk Lắk",
    "00005": "Xã Hòa Bình", "00006": "Xã Sơn Hà", "00007": "Xã Sơn Hạ", "00008": "Xã Thủy An",
}  # fmt: skip
# code: name, district, old province, (present communes), whether only in parts
FORMER = {
    "00001": ("Xã Bản Mới", "080", "10", ("00004",)),  # the code is another commune's today
    "00002": ("Xã Mường Nhé", "080", "10", ("00002",)),
    "00011": ("Xã Tân Lập", "080", "10", ("00001",)),
    "00012": ("Xã Tân Lập", "130", "15", ("00003",)),  # the same name in another district
    "00013": ("Xã Tân Lập", "131", "15", ("00002",)),
    "00014": ("Xã Khe Sến", "130", "15", ("00001", "00003")),  # split
    "00015": ("Thị trấn Bắc Hà", "080", "10", ("00001",)),
    "00016": ("Xã Bắc Hà", "080", "10", ("00002",)),  # a town and a commune of one name
    "00017": ("Xã Nà Lại", "131", "15", ("00004",)),
    "00018": ("Xã Hoà Bình", "131", "15", ("00003",)),  # a present commune of province 10 too
    "00019": ("Xã Tân An", "131", "15", ("00003",)),  # a present commune's name, elsewhere
    "00021": ("Xã Púng Luông", "094", "11", ("00005",)),
}
DISTRICTS = {
    "080": ("Huyện Bắc Hà", "10"), "130": ("Huyện Văn Yên", "15"), "131": ("Thị xã Nghĩa Lộ", "15"),
    "094": ("Huyện Mường Nhé", "11"), "755": ("Huyện Cồn Cỏ", "11"),
}  # fmt: skip
OLD_PROVINCES = {"10": "Tỉnh Lào Cai", "15": "Tỉnh Yên Bái", "11": "Tỉnh Điện Biên"}
PROVINCES = {"15": "Tỉnh Lào Cai", "10": "Tỉnh Điện Biên"}


def province_of(code):
    return "15" if code <= "00004" else "10"


def square(west, south, side=SIDE):
    return MultiPolygon([box(west, south, west + side, south + side)])


def communes():
    return [
        Unit(Level.COMMUNE, code, NAMES[code].split(" ", 1)[1], NAMES[code], province_of(code),
             area=square(*corner), point=(corner[0] + SIDE / 2, corner[1] + SIDE / 2))
        for code, corner in CORNERS.items()
    ]  # fmt: skip


def provinces():
    return [
        Unit(Level.PROVINCE, code, name.split(" ", 1)[1], name, code)
        for code, name in PROVINCES.items()
    ]


def current(vintage=NOW, approximate=False):
    return UnitList(vintage, "thử", approximate, (*provinces(), *communes()))


def former():
    units = [
        Unit(Level.PROVINCE, code, name.split(" ", 1)[1], name, code)
        for code, name in OLD_PROVINCES.items()
    ]
    units += [
        Unit(Level.DISTRICT, code, name.split(" ", 1)[1], name, province)
        for code, (name, province) in DISTRICTS.items()
    ]
    units += [
        Unit(Level.COMMUNE, code, name, name, province, district_code=district)
        for code, (name, district, province, _) in FORMER.items()
    ]
    return UnitList(BEFORE, "thử", True, tuple(units))


def changes():
    found = [
        Change(BEFORE, old, NOW, new, part=len(news) > 1)
        for old, (_, _, _, news) in FORMER.items()
        for new in news
    ]
    found.append(Change(BEFORE, "755", NOW, "00008", part=False, level=Level.DISTRICT))
    found += [
        Change(BEFORE, old, NOW, new, part=False, level=Level.PROVINCE)
        for old, new in (("10", "15"), ("15", "15"), ("11", "10"))
    ]
    return found


def gazetteer(**options):
    return Gazetteer.from_units(current(**options), [former()], changes())
