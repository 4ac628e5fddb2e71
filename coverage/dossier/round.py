"""The list of a round as files: the same bytes for everybody who asks at the same minute.

Nothing in them depends on who asks, on promises, or on when the file was made.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shapely import Point

from coverage.consultation import WAITING, Round, in_words
from coverage.coordinates import grids_of_province, to_vn2000
from coverage.days import vietnam_day
from coverage.dossier.columns import Kind, Value
from coverage.dossier.geopackage import Layer, write_layers
from coverage.dossier.listing import BYTE_ORDER_MARK, cell
from coverage.zones import Zone

_DEGREE_DECIMALS, _METRE_DECIMALS = 7, 2


@dataclass(frozen=True, slots=True)
class RoundZone:
    """A zone on the table with its place's names and its metres on the province's VN-2000 grid."""

    zone: Zone
    commune: str
    province: str
    vn2000_epsg: int | None
    easting_m: float | None
    northing_m: float | None


def placed(zones: Sequence[tuple[Zone, str | None, str | None]]) -> list[RoundZone]:
    """Place zones, each with its commune's and province's name, on their provinces' grids.

    They keep their order; a zone of a province whose grid is not known has no metres.
    """
    made: dict[int, RoundZone] = {}
    for code in {zone.province_code for zone, *_ in zones}:
        own = [(place, *each) for place, each in enumerate(zones) if each[0].province_code == code]
        grids = grids_of_province(code)
        metres: list[tuple[float | None, float | None]] = [(None, None)] * len(own)
        if grids is not None:
            eastings, northings = to_vn2000(
                grids.present, [zone.longitude for _, zone, *_ in own],
                [zone.latitude for _, zone, *_ in own],
            )  # fmt: skip
            metres = [
                (round(easting, _METRE_DECIMALS), round(northing, _METRE_DECIMALS))
                for easting, northing in zip(eastings.tolist(), northings.tolist(), strict=True)
            ]
        for (place, zone, commune, province), (easting_m, northing_m) in zip(
            own, metres, strict=True
        ):
            made[place] = RoundZone(
                zone, commune or zone.commune_code, province or code,
                grids.present if grids else None, easting_m, northing_m,
            )  # fmt: skip
    return [made[place] for place in range(len(zones))]


@dataclass(frozen=True, slots=True)
class _Column:
    key: str
    kind: Kind
    value: Callable[[RoundZone], Value]


_COLUMNS = (
    _Column("zone_id", Kind.CODE, lambda row: str(row.zone.id)),
    _Column("village", Kind.TEXT, lambda row: row.zone.village),
    _Column("commune", Kind.TEXT, lambda row: row.commune),
    _Column("commune_code", Kind.CODE, lambda row: row.zone.commune_code),
    _Column("province", Kind.TEXT, lambda row: row.province),
    _Column("province_code", Kind.CODE, lambda row: row.zone.province_code),
    _Column("latitude", Kind.DEGREES, lambda row: round(row.zone.latitude, _DEGREE_DECIMALS)),
    _Column("longitude", Kind.DEGREES, lambda row: round(row.zone.longitude, _DEGREE_DECIMALS)),
    _Column("northing_m", Kind.METRES, lambda row: row.northing_m),
    _Column("easting_m", Kind.METRES, lambda row: row.easting_m),
    _Column("vn2000_epsg", Kind.COUNT, lambda row: row.vn2000_epsg),
    _Column("households", Kind.COUNT, lambda row: row.zone.households),
    _Column("population", Kind.COUNT, lambda row: row.zone.population),
    _Column("signal", Kind.CODE, lambda row: row.zone.signal.value if row.zone.signal else None),
    _Column("grid_power", Kind.YES_NO, lambda row: row.zone.grid_power),
    _Column("specially_difficult", Kind.YES_NO, lambda row: row.zone.specially_difficult),
    _Column("waiting", Kind.YES_NO, lambda row: row.zone.status in WAITING),
)
FORM_COLUMN = "on_air_by"
"""The empty column at the end of the CSV that an operator fills in."""

_SQL_TYPES = {
    Kind.TEXT: "TEXT", Kind.CODE: "TEXT", Kind.COUNT: "INTEGER", Kind.DEGREES: "DOUBLE",
    Kind.METRES: "DOUBLE", Kind.YES_NO: "BOOLEAN",
}  # fmt: skip


def as_csv(_: Round, zones: Sequence[RoundZone]) -> bytes:
    """Return the list as CSV (UTF-8 with byte-order mark), with the empty column to fill in."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(column.key for column in _COLUMNS), FORM_COLUMN])
    for row in zones:
        writer.writerow([*(cell(each.kind, each.value(row)) for each in _COLUMNS), ""])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def as_geojson(asked: Round, zones: Sequence[RoundZone]) -> bytes:
    """Return the zones as GeoJSON points (RFC 7946), one feature a line."""
    head = {
        "type": "FeatureCollection",
        "name": asked.name,
        "consultation": asked.number,
        "opens_at": asked.opens_at.isoformat(),
        "closes_at": asked.closes_at.isoformat(),
    }
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    lines = [json.dumps(feature(row), ensure_ascii=False, separators=(",", ":")) for row in zones]
    return (opening + ',"features":[\n' + ",\n".join(lines) + "\n]}\n").encode()


def feature(row: RoundZone) -> dict[str, object]:
    """Return a zone as a GeoJSON feature."""
    values = {column.key: column.value(row) for column in _COLUMNS}
    return {
        "type": "Feature",
        "id": values.pop("zone_id"),
        "geometry": {"type": "Point", "coordinates": [values["longitude"], values["latitude"]]},
        "properties": values,
    }


def as_geopackage(asked: Round, zones: Sequence[RoundZone]) -> bytes:
    """Return the zones as a GeoPackage with one layer ``zones`` of points, WGS 84."""
    layer = Layer(
        "zones",
        "POINT",
        f"Vùng lõm sóng đưa ra tham vấn, đợt {asked.number}: {asked.name};"
        f" nhận cam kết đến {in_words(vietnam_day(asked.closes_at))}.",
        [(column.key, _SQL_TYPES[column.kind]) for column in _COLUMNS],
        [
            (Point(row.zone.longitude, row.zone.latitude), [each.value(row) for each in _COLUMNS])
            for row in zones
        ],
    )
    return write_layers([layer], f"{asked.opens_at:%Y-%m-%dT%H:%M:%S}.000Z")


WRITERS: Mapping[str, Callable[[Round, Sequence[RoundZone]], bytes]] = {
    "csv": as_csv, "gpkg": as_geopackage, "geojson": as_geojson,
}  # fmt: skip
"""What a round can be downloaded as, by the ending of the file's name."""
