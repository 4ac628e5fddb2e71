"""Zones, proposed sites and lots as KML 2.2: it opens where there is no network and asks for none.

No icon and no link leads outside; a program draws its own pin in the colour that is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coverage.dossier.columns import COLUMNS, Kind, Value, rows
from coverage.dossier.geopackage import hull
from coverage.dossier.listing import plain
from coverage.dossier.lot_columns import LOT_COLUMNS, SITE_COLUMNS, SITE_KIND_WORDS
from coverage.dossier.notes import facts
from coverage.dossier.xml_text import xml_text
from coverage.packages import Package, PackageLot

# KML writes colours as alpha, blue, green, red.
_STYLES = """<Style id="zone"><IconStyle><color>ff1c1ac0</color><scale>0.9</scale></IconStyle>\
<LabelStyle><scale>0.8</scale></LabelStyle></Style>
<Style id="site"><IconStyle><color>ffb06a1f</color><scale>1.1</scale></IconStyle>\
<LabelStyle><scale>0.8</scale></LabelStyle></Style>
<Style id="lot"><LineStyle><color>ff7a4b00</color><width>2</width></LineStyle>\
<PolyStyle><color>33b06a1f</color></PolyStyle></Style>
"""
Data = Iterable[tuple[str, str, Kind, Value]]


def write(package: Package) -> bytes:
    """Return the KML: a folder for each lot with its outline, its zones and its new sites."""
    told = "\n".join([*package.marks, *(f"{name}: {fact}" for name, fact in facts(package))])
    zones: dict[int, list[str]] = {}
    for row in rows(package):
        zone = row[2]
        zones.setdefault(row[1].number, []).append(
            _placemark(
                f"{zone.label} {zone.village}", "zone",
                ((one.key, one.heading, one.kind, one.value(row)) for one in COLUMNS),
                _point(zone.longitude, zone.latitude),
            )
        )  # fmt: skip
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
        f"<name>{xml_text(package.number)}</name>\n<open>1</open>\n"
        f"<description>{xml_text(told)}</description>\n{_STYLES}"
    ]
    for lot in package.lots:
        parts.append(f"<Folder>\n<name>{xml_text(lot.name)}</name>\n")
        parts.append(
            _placemark(
                lot.name, "lot",
                ((one.key, one.heading, one.kind, one.value(lot)) for one in LOT_COLUMNS),
                _outline(package, lot),
            )
        )  # fmt: skip
        parts += zones.get(lot.number, [])
        parts += _sites(lot)
        parts.append("</Folder>\n")
    parts.append("</Document>\n</kml>\n")
    return "".join(parts).encode()


def _sites(lot: PackageLot) -> Iterator[str]:
    """Placemarks of the sites; one that stands already has no place and stays off the map."""
    for site in lot.sites:
        place = (
            ""
            if site.longitude is None or site.latitude is None
            else _point(site.longitude, site.latitude)
        )
        values = ((one.key, one.heading, one.kind, one.value((lot, site))) for one in SITE_COLUMNS)
        yield _placemark(f"{site.label} ({SITE_KIND_WORDS[site.kind]})", "site", values, place)


def _placemark(name: str, style: str, data: Data, geometry: str) -> str:
    told = "".join(
        f'<Data name="{key}"><displayName>{xml_text(heading)}</displayName>'
        f"<value>{xml_text(plain(kind, value))}</value></Data>"
        for key, heading, kind, value in data
        if value is not None
    )
    return (
        f"<Placemark><name>{xml_text(name)}</name><styleUrl>#{style}</styleUrl>"
        f"<ExtendedData>{told}</ExtendedData>{geometry}</Placemark>\n"
    )


def _point(longitude: float, latitude: float) -> str:
    return f"<Point><coordinates>{longitude:.7f},{latitude:.7f}</coordinates></Point>"


def _outline(package: Package, lot: PackageLot) -> str:
    corners = " ".join(f"{x:.7f},{y:.7f}" for x, y in hull(package, lot).exterior.coords)
    return (
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{corners}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )
