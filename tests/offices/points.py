"""Coordinates as phones, maps and hurried fingers leave them, right ones and hopeless ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from coverage.coordinates import meridian_of_province
from tests.offices.desk import Desk, File, case, count, in_one, point
from tests.offices.grid import Grid, save_workbook
from tests.offices.spellings import comma, dms, grid
from tests.offices.villages import Village

WIDE = {
    ord(letter): ord(letter) + 0xFEE0 for letter in "0123456789."
}  # as East Asian keyboards type them


def saved(desk: Desk, sheet: Grid) -> File:
    return desk.file("toa_do.xlsx", save_workbook(desk.folder / "toa_do.xlsx", sheet))


def dotted(number: float) -> str:
    """Write 2203229.02 as Vietnamese Excel shows it: 2.203.229,02."""
    return f"{number:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


TWO: dict[str, tuple[tuple[str, str], Callable[[float, float], tuple[object, object]]]] = {
    "trailing_letters": (("Vĩ độ", "Kinh độ"), lambda a, o: (f"{a:.6f}N", f"{o:.6f}E")),
    "trailing_letters_vi": (("Vĩ độ", "Kinh độ"), lambda a, o: (comma(a) + " B", comma(o) + " Đ")),
    "degree_sign": (("Vĩ độ", "Kinh độ"), lambda a, o: (f"{a:.6f}°", f"{o:.6f}°")),
    "letter_o": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}o{m:02}'{s}''"), dms(o, "{d}o{m:02}'{s}''"))),
    "star": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}*{m:02}'{s}\""), dms(o, "{d}*{m:02}'{s}\""))),
    "words": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d} độ {m}' {sc}'' vĩ độ Bắc"), dms(o, "{d} độ {m}' {sc}'' kinh độ Đông"))),
    "words_close": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}độ{m}phút{sc}giây"), dms(o, "{d}độ{m}phút{sc}giây"))),
    "dots": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}.{m:02}.{s}"), dms(o, "{d}.{m:02}.{s}"))),
    "dots_comma": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}.{m:02}.{sc}"), dms(o, "{d}.{m:02}.{sc}"))),
    "colons": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}:{m:02}:{s}"), dms(o, "{d}:{m:02}:{s}"))),
    "spaces_inside": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d} ° {m} ' {s} \""), dms(o, "{d} ° {m} ' {s} \""))),
    "letter_first_dms": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "N{d}°{m:02}'{s}\""), dms(o, "E{d}°{m:02}'{s}\""))),
    "acute_accents": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}°{m:02}\u00b4{s}\u00b4\u00b4"), dms(o, "{d}°{m:02}\u00b4{s}\u00b4\u00b4"))),
    "backticks": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}°{m:02}`{s}``"), dms(o, "{d}°{m:02}`{s}``"))),
    "curly_quotes": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}°{m:02}‘{s}“"), dms(o, "{d}°{m:02}‘{s}”"))),
    "minutes_comma": (("Vĩ độ", "Kinh độ"), lambda a, o: (_minutes(a).replace(".", ","), _minutes(o).replace(".", ","))),
    "minutes_space": (("Vĩ độ", "Kinh độ"), lambda a, o: (_minutes(a).replace("°", " "), _minutes(o).replace("°", " "))),
    "apostrophe": (("Vĩ độ", "Kinh độ"), lambda a, o: (f"'{a:.6f}", f"'{o:.6f}")),
    "full_stop": (("Vĩ độ", "Kinh độ"), lambda a, o: (f"{a:.6f}.", f"{o:.6f}.")),
    "space_after_dot": (("Vĩ độ", "Kinh độ"), lambda a, o: (f"{a:.6f}".replace(".", ". "), f"{o:.6f}".replace(".", ". "))),
    "non_breaking": (("Vĩ độ", "Kinh độ"), lambda a, o: (f"\u00a0{a:.6f}\u200b", f"{o:.6f}\u00a0")),
    "full_width": (("Vĩ độ", "Kinh độ"), lambda a, o: (_wide(a), _wide(o))),
    "fifteen_digits": (("Vĩ độ", "Kinh độ"), lambda a, o: (a + 1e-13, o + 1e-13)),
    "labels_inside": (("Vĩ độ", "Kinh độ"), lambda a, o: (f"VĐ: {a:.6f}", f"KĐ: {o:.6f}")),
    "labels_lat_long": (("Vĩ độ", "Kinh độ"), lambda a, o: (f"Lat: {a:.6f}", f"Long: {o:.6f}")),
    "excel_lost_the_dot": (("Vĩ độ", "Kinh độ"), lambda a, o: (int(f"{a:.5f}".replace(".", "")), int(f"{o:.5f}".replace(".", "")))),
    "thousand_dots": (("Vĩ độ", "Kinh độ"), lambda a, o: (_thousands(a), _thousands(o))),
    "minus_longitude": (("Vĩ độ", "Kinh độ"), lambda a, o: (a, -o)),
    "bars": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}-{m:02}-{sc}N"), dms(o, "{d}-{m:02}-{sc}E"))),
    "tiny_degrees": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}˚{m:02}\u02b9{s}\u02ba"), dms(o, "{d}˚{m:02}\u02b9{s}\u02ba"))),
    "ordinal_degrees": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}ᵒ{m:02}'{s}”"), dms(o, "{d}ᵒ{m:02}'{s}”"))),
    "no_seconds_mark": (("Vĩ độ", "Kinh độ"), lambda a, o: (dms(a, "{d}°{m:02}'{s}"), dms(o, "{d}°{m:02}'{s}"))),
    "kinh_do_first": (("Kinh độ", "Vĩ độ"), lambda a, o: (comma(o), comma(a))),
}  # fmt: skip

ONE: dict[str, tuple[str, Callable[[float, float], str]]] = {
    "dms_letters_first": ("Tọa độ", lambda a, o: dms(a, "N{d}°{m:02}'{s}\"") + " " + dms(o, "E{d}°{m:02}'{s}\"")),
    "dms_vietnamese": ("Tọa độ GPS", lambda a, o: dms(a, "{d}°{m:02}'{sc}\"B") + "; " + dms(o, "{d}°{m:02}'{sc}\"Đ")),
    "dms_long_words": ("Vị trí", lambda a, o: dms(a, "{d} độ {m} phút {sc} giây vĩ Bắc") + ", " + dms(o, "{d} độ {m} phút {sc} giây kinh Đông")),
    "dash": ("Tọa độ", lambda a, o: f"{a:.6f} - {o:.6f}"),
    "slash": ("Tọa độ (vĩ độ/kinh độ)", lambda a, o: f"{a:.6f}/{o:.6f}"),
    "kinh_vi": ("Tọa độ (Kinh độ; Vĩ độ)", lambda a, o: f"{comma(o)}; {comma(a)}"),
    "bar": ("Tọa độ", lambda a, o: f"{a:.6f}|{o:.6f}"),
    "tab": ("Tọa độ", lambda a, o: f"{a:.6f}\t{o:.6f}"),
    "and": ("Tọa độ", lambda a, o: f"{comma(a)} và {comma(o)}"),
    "letters_decimal": ("Tọa độ", lambda a, o: f"{a:.6f}N {o:.6f}E"),
    "letters_decimal_close": ("Tọa độ", lambda a, o: f"N{a:.6f}, E{o:.6f}"),
    "letters_equal": ("Tọa độ", lambda a, o: f"B={comma(a)}; Đ={comma(o)}"),
    "lat_long_words": ("Tọa độ", lambda a, o: f"lat: {a:.6f}, long: {o:.6f}"),
    "lat_lng_equal": ("Tọa độ", lambda a, o: f"lat={a:.6f}&lng={o:.6f}"),
    "vi_kinh_words": ("Tọa độ", lambda a, o: f"VĐ {a:.6f}; KĐ {o:.6f}"),
    "json": ("Tọa độ", lambda a, o: f'{{"lat": {a:.6f}, "lng": {o:.6f}}}'),
    "wkt": ("geom", lambda a, o: f"POINT({o:.6f} {a:.6f})"),
    "wkt_z": ("WKT", lambda a, o: f"POINT Z ({o:.6f} {a:.6f} 512)"),
    "with_altitude": ("gps", lambda a, o: f"{a:.6f} {o:.6f} 512.3 4.2"),
    "geo": ("Vị trí", lambda a, o: f"geo:{a:.6f},{o:.6f}"),
    "google_place": ("Vị trí trên bản đồ", lambda a, o: f"https://www.google.com/maps/place/Nh%C3%A0+v%C4%83n+h%C3%B3a/@{a + 0.002:.6f},{o - 0.003:.6f},17z/data=!3m1!4b1!4m4!3m3!8m2!3d{a:.6f}!4d{o:.6f}"),
    "google_search": ("Google Maps", lambda a, o: f"https://www.google.com/maps/search/?api=1&query={a:.6f}%2C{o:.6f}"),
    "google_dir": ("Link", lambda a, o: f"https://www.google.com/maps/dir//{a:.6f},{o:.6f}"),
    "google_loc": ("Link vị trí", lambda a, o: f"http://maps.google.com/maps?q=loc:{a:.6f},{o:.6f}"),
    "google_dms": ("Link vị trí", lambda a, o: "https://www.google.com/maps/place/" + dms(a, "{d}%C2%B0{m:02}'{s}%22N") + "+" + dms(o, "{d}%C2%B0{m:02}'{s}%22E") + f"/@{a:.5f},{o:.5f},17z"),
    "osm": ("Link", lambda a, o: f"https://www.openstreetmap.org/?mlat={a:.6f}&mlon={o:.6f}#map=15/{a - 0.01:.4f}/{o:.4f}"),
    "apple": ("Link", lambda a, o: f"https://maps.apple.com/?ll={a:.6f},{o:.6f}&q=Ghim"),
    "link_in_words": ("Vị trí", lambda a, o: f"Vị trí: https://maps.google.com/?q={a:.6f},{o:.6f} (nhà văn hóa)"),
    "remark": ("Tọa độ", lambda a, o: f"{a:.6f}, {o:.6f} (nhà văn hóa thôn)"),
    "degree_signs": ("Tọa độ", lambda a, o: f"{a:.6f}°, {o:.6f}°"),
    "degree_letters": ("Tọa độ", lambda a, o: f"{a:.6f}° N, {o:.6f}° E"),
    "no_space_comma": ("Tọa độ", lambda a, o: f"{a:.6f},{o:.6f}"),
    "comma_space_close": ("Tọa độ", lambda a, o: f"{comma(a, 5)} {comma(o, 5)}"),
    "commas_only": ("Tọa độ", lambda a, o: f"{comma(a, 5)},{comma(o, 5)}"),
    "dash_commas": ("Tọa độ", lambda a, o: f"{comma(a)}-{comma(o)}"),
}  # fmt: skip


def _minutes(value: float) -> str:
    return f"{int(value)}°{(value - int(value)) * 60:.4f}"


def _wide(value: float) -> str:
    return f"{value:.6f}".translate(WIDE)


def _thousands(value: float) -> str:
    """21.534567 typed in a Vietnamese Excel: the dot taken for thousands, shown as 21.534.567."""
    return f"{round(value * 1e6):,}".replace(",", ".")


def _two(
    name: str, headers: tuple[str, str], write: Callable[[float, float], tuple[object, object]]
) -> None:
    def sheet(desk: Desk) -> File:
        made = Grid()
        made.add("STT", "Xã", "Thôn", *headers, "Số hộ")
        for number, v in enumerate(desk.villages(), 1):
            made.add(number, v.commune.name, v.name, *point(v, write), count(v), village=v)
        return saved(desk, made)

    sheet.__name__ = f"point_{name}"
    case()(sheet)


def _one(name: str, header: str, write: Callable[[float, float], str]) -> None:
    def sheet(desk: Desk) -> File:
        made = Grid()
        made.add("STT", "Xã", "Thôn", header, "Số hộ")
        for number, v in enumerate(desk.villages(), 1):
            made.add(number, v.commune.name, v.name, in_one(v, write), count(v), village=v)
        return saved(desk, made)

    sheet.__name__ = f"pair_{name}"
    case()(sheet)


for _name, (_headers, _write) in TWO.items():
    _two(_name, _headers, _write)
for _name, (_header, _in_one) in ONE.items():
    _one(_name, _header, _in_one)

GRIDS: dict[str, tuple[str, Callable[[float, float], str]]] = {
    "letters": ("Tọa độ VN-2000", lambda n, e: f"X={n:.2f}; Y={e:.2f}"),
    "letters_comma": ("Tọa độ VN2000", lambda n, e: f"X: {comma(n, 2)} - Y: {comma(e, 2)}"),
    "slash": ("Tọa độ VN2000", lambda n, e: f"{n:.2f}/{e:.2f}"),
    "lines": ("Tọa độ VN2000 (X,Y)", lambda n, e: f"{n:.2f}\n{e:.2f}"),
    "dotted": ("Tọa độ VN2000", lambda n, e: f"{dotted(n)}; {dotted(e)}"),
    "east_north": ("Tọa độ VN-2000", lambda n, e: f"E: {e:.0f}; N: {n:.0f}"),
    "brackets": ("Tọa độ VN2000", lambda n, e: f"({n:.2f}, {e:.2f})"),
}  # fmt: skip

GRID_CELLS: dict[str, tuple[tuple[str, str], Callable[[float, float], tuple[object, object]]]] = {
    "dotted": (("X (m)", "Y (m)"), lambda n, e: (dotted(n), dotted(e))),
    "comma": (("X", "Y"), lambda n, e: (comma(n, 2), comma(e, 2))),
    "spaces": (("X", "Y"), lambda n, e: (f"{n:,.2f}".replace(",", " "), f"{e:,.2f}".replace(",", " "))),
    "american": (("X", "Y"), lambda n, e: (f"{n:,.2f}", f"{e:,.2f}")),
    "metres": (("X", "Y"), lambda n, e: (f"{n:.2f}m", f"{e:.2f} m")),
    "whole": (("X", "Y"), lambda n, e: (round(n), round(e))),
    "in_lat_long": (("Vĩ độ", "Kinh độ"), lambda n, e: (n, e)),
    "in_long_lat": (("Kinh độ", "Vĩ độ"), lambda n, e: (e, n)),
    "east_first": (("X (Đông)", "Y (Bắc)"), lambda n, e: (e, n)),
}  # fmt: skip


def _grid_cells(
    name: str, headers: tuple[str, str], write: Callable[[float, float], tuple[object, object]]
) -> None:
    def sheet(desk: Desk) -> File:
        meridian = meridian_of_province(desk.province)
        made = Grid()
        made.add("STT", "Xã", "Thôn", *headers, "Số hộ")
        for number, v in enumerate(desk.villages(), 1):
            cells = point(v, lambda a, o: write(*grid(a, o, meridian)))
            made.add(number, v.commune.name, v.name, *cells, count(v), village=_told_if_grid(v))
        return saved(desk, made)

    sheet.__name__ = f"grid_{name}"
    case()(sheet)


def _grid_one(name: str, header: str, write: Callable[[float, float], str]) -> None:
    def sheet(desk: Desk) -> File:
        meridian = meridian_of_province(desk.province)
        made = Grid()
        made.add("STT", "Xã", "Thôn", header, "Số hộ")
        for number, v in enumerate(desk.villages(), 1):
            flipped = (lambda a, o: write(*grid(o, a, meridian)[::-1])) if v.swapped else None
            cell = in_one(v, flipped or (lambda a, o: write(*grid(a, o, meridian))))
            made.add(number, v.commune.name, v.name, cell, count(v), village=_told_if_grid(v))
        return saved(desk, made)

    sheet.__name__ = f"grid_pair_{name}"
    case()(sheet)


def _told_if_grid(v: Village) -> Village:
    """A meridian that no header states must be told; a swapped pair of an honest label is no fault."""
    return replace(v, expect="accept_flagged") if v.expect == "accept" else v


for _name, (_headers, _cells) in GRID_CELLS.items():
    _grid_cells(_name, _headers, _cells)
for _name, (_header, _text) in GRIDS.items():
    _grid_one(_name, _header, _text)
