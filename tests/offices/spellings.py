"""The ways a point is written in a cell or two (domain notes on coordinates in office files)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyproj import Transformer
from pyproj.crs import CRS

# Coordinate-frame parameters of EPSG:6960, written here as position-vector for PROJ.
HELMERT = "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"


def comma(number: float, digits: int = 6) -> str:
    return f"{number:.{digits}f}".replace(".", ",")


def dms(value: float, pattern: str, digits: int = 2) -> str:
    """Write degrees with ``pattern`` over d, m and s; seconds to ``digits`` decimals."""
    total = round(value * 3600, digits)
    degrees = int(total // 3600)
    minutes = int((total - degrees * 3600) // 60)
    seconds = round(total - degrees * 3600 - minutes * 60, digits)
    return pattern.format(d=degrees, m=minutes, s=f"{seconds:0{3 + digits}.{digits}f}",
                          sc=f"{seconds:0{3 + digits}.{digits}f}".replace(".", ","))  # fmt: skip


def degree_minutes(value: float) -> str:
    degrees = int(value)
    return f"{degrees}°{(value - degrees) * 60:.5f}'"


@dataclass(frozen=True)
class TwoCells:
    """A spelling in two columns; ``header`` goes above both, ``names`` above each."""

    name: str
    write: Callable[[float, float], tuple[object, object]]
    names: tuple[str, str] = ("Vĩ độ", "Kinh độ")
    header: str = "Tọa độ"


@dataclass(frozen=True)
class OneCell:
    """A spelling of the whole point in one column."""

    name: str
    write: Callable[[float, float], str]
    header: str = "Tọa độ"


DEGREES = [
    TwoCells("dot", lambda la, lo: (la, lo)),
    TwoCells("text dot", lambda la, lo: (f"{la:.6f}", f"{lo:.6f}"), ("Lat", "Long")),
    TwoCells("comma", lambda la, lo: (comma(la), comma(lo)), ("Vĩ độ (B)", "Kinh độ (Đ)")),
    TwoCells("dms quotes", lambda la, lo: (dms(la, "{d}°{m}'{s}\"N"), dms(lo, "{d}°{m}'{s}\"E"))),
    TwoCells("dms Vietnamese", lambda la, lo: (dms(la, "{d}º{m:02}’{sc}’’ B"), dms(lo, "{d}º{m:02}’{sc}’’ Đ"))),
    TwoCells("dms zero for degree", lambda la, lo: (dms(la, "{d}0{m:02}'{s}\""), dms(lo, "{d}0{m:02}'{s}\""))),
    TwoCells("dms spaces", lambda la, lo: (dms(la, "{d} {m} {s}"), dms(lo, "{d} {m} {s}"))),
    TwoCells("dms dashes", lambda la, lo: (dms(la, "{d}-{m:02}-{s}"), dms(lo, "{d}-{m:02}-{s}"))),
    TwoCells("dms words", lambda la, lo: (dms(la, "{d} độ {m} phút {s} giây"), dms(lo, "{d} độ {m} phút {s} giây"))),
    TwoCells("superscript zero", lambda la, lo: (dms(la, "{d}⁰{m:02}′{s}″"), dms(lo, "{d}⁰{m:02}′{s}″"))),
    TwoCells("degree minutes", lambda la, lo: (degree_minutes(la), degree_minutes(lo))),
    TwoCells("letters first", lambda la, lo: (f"N {la:.6f}", f"E {lo:.6f}")),
    TwoCells("no separator", lambda la, lo: (round(la * 1e6), round(lo * 1e6))),
    TwoCells("swapped headers", lambda la, lo: (lo, la), ("Kinh độ", "Vĩ độ")),
    TwoCells("English", lambda la, lo: (la, lo), ("Latitude", "Longitude"), "GPS"),
]  # fmt: skip

PAIRS = [
    OneCell("lon/lat slash comma", lambda la, lo: f"{comma(lo, 5)}/{comma(la, 5)}"),
    OneCell("lat, lon", lambda la, lo: f"{la:.6f}, {lo:.6f}", "Tọa độ GPS"),
    OneCell("lat;lon commas", lambda la, lo: f"{comma(la)}; {comma(lo)}"),
    OneCell("lat lon space", lambda la, lo: f"{la:.6f} {lo:.6f}", "Vị trí (tọa độ)"),
    OneCell("brackets", lambda la, lo: f"({la:.6f}; {lo:.6f})"),
    OneCell("dms pair", lambda la, lo: dms(la, "{d}°{m}'{s}\"N") + " " + dms(lo, "{d}°{m}'{s}\"E")),
    OneCell("dms pair comma", lambda la, lo: dms(la, "{d}°{m}'{s}\"N") + ", " + dms(lo, "{d}°{m}'{s}\"E")),
    OneCell("labelled", lambda la, lo: f"Vĩ độ: {la:.6f} - Kinh độ: {lo:.6f}"),
    OneCell("new line", lambda la, lo: f"{la:.6f}\n{lo:.6f}"),
    OneCell("comma comma", lambda la, lo: f"{comma(la, 5)}, {comma(lo, 5)}"),
    OneCell("map link @", lambda la, lo: f"https://www.google.com/maps/@{la:.6f},{lo:.6f},17z", "Link bản đồ"),
    OneCell("map link q", lambda la, lo: f"https://maps.google.com/?q={la:.6f},{lo:.6f}", "Vị trí"),
]  # fmt: skip


def grid(
    latitude: float, longitude: float, meridian: float, k: float = 0.9999
) -> tuple[float, float]:
    """Return northing, easting in VN-2000 on a central meridian, by PROJ directly."""
    crs = CRS.from_proj4(
        f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k={k} +x_0=500000 +y_0=0 +ellps=WGS84"
        f" +towgs84={HELMERT} +units=m +no_defs"
    )
    to_grid = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    easting, northing = to_grid.transform(longitude, latitude)
    return round(northing, 2), round(easting, 2)


def meridian_spellings(degrees: float) -> list[str]:
    """Return headers that state a meridian as people write it."""
    whole, minutes = int(degrees), round((degrees - int(degrees)) * 60)
    return [
        f"Tọa độ (VN2000, Kinh tuyến trục {whole}⁰{minutes:02}’, múi chiếu 3⁰)",
        f"Tọa độ VN-2000, KTT {whole}°{minutes:02}', múi 3 độ",
        f"Toạ độ VN2000 (kinh tuyến trục {whole}0{minutes:02}’, múi chiếu 30)",
        f"Tọa độ hệ VN-2000 kinh tuyến {whole} độ {minutes:02} phút",
    ]
