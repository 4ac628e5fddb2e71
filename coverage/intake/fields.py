"""The facts that a survey's column may hold, by their English names (``--map "D=households"``)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Field(StrEnum):
    """What one column holds."""

    ORDINAL = "ordinal"
    PROVINCE = "province"
    FORMER_PROVINCE = "former_province"
    DISTRICT = "district"
    COMMUNE = "commune"
    FORMER_COMMUNE = "former_commune"
    COMMUNE_CODE = "commune_code"
    VILLAGE = "village"
    ADDRESS = "address"  # village, commune and more in one cell
    LATITUDE = "latitude"
    LATITUDE_MINUTES = "latitude_minutes"
    LATITUDE_SECONDS = "latitude_seconds"
    LONGITUDE = "longitude"
    LONGITUDE_MINUTES = "longitude_minutes"
    LONGITUDE_SECONDS = "longitude_seconds"
    COORDINATES = "coordinates"  # both halves in one cell, or a link to a map
    NORTHING = "northing"
    EASTING = "easting"
    X = "x"  # either axis: people use the letter both ways
    Y = "y"
    ACCURACY = "accuracy"
    ALTITUDE = "altitude"
    HOUSEHOLDS = "households"
    POPULATION = "population"
    SIGNAL = "signal"
    SIGNAL_NONE = "signal_none"  # a mark here means trắng sóng
    SIGNAL_PATCHY = "signal_patchy"  # a mark here means lõm sóng
    GRID_POWER = "grid_power"
    NO_GRID_POWER = "no_grid_power"  # a mark here means no grid
    SPECIALLY_DIFFICULT = "specially_difficult"
    NOT_DIFFICULT = "not_difficult"  # a mark here means it is not
    AREA_CLASS = "area_class"  # khu vực I, II, III
    NOTE = "note"
    IGNORED = "ignored"  # known, and of no interest: a form's own bookkeeping


POSITION_PAIRS = (
    (Field.LATITUDE, Field.LONGITUDE),
    (Field.NORTHING, Field.EASTING),
    (Field.X, Field.Y),
)
"""Columns that hold a position together, in the order in which they are preferred."""

PARTS = (
    (Field.LATITUDE, Field.LATITUDE_MINUTES, Field.LATITUDE_SECONDS),
    (Field.LONGITUDE, Field.LONGITUDE_MINUTES, Field.LONGITUDE_SECONDS),
)
"""Degrees, minutes and seconds in columns of their own."""

POSITIONS = frozenset(
    {
        Field.LATITUDE, Field.LONGITUDE, Field.COORDINATES, Field.NORTHING, Field.EASTING,
        Field.X, Field.Y,
    },
)  # fmt: skip
"""Every column that holds a position or half of one."""

PLACES = frozenset(
    {
        Field.PROVINCE, Field.FORMER_PROVINCE, Field.DISTRICT, Field.COMMUNE,
        Field.FORMER_COMMUNE, Field.COMMUNE_CODE, Field.VILLAGE, Field.ADDRESS,
    },
)  # fmt: skip
"""Every column that says where a village is in words or codes."""

NAMES = {
    Field.ORDINAL: ("số thứ tự", "ordinal"),
    Field.PROVINCE: ("tỉnh", "province"),
    Field.FORMER_PROVINCE: ("tỉnh cũ", "former province"),
    Field.DISTRICT: ("huyện cũ", "district"),
    Field.COMMUNE: ("xã", "commune"),
    Field.FORMER_COMMUNE: ("xã cũ", "former commune"),
    Field.COMMUNE_CODE: ("mã xã", "commune code"),
    Field.VILLAGE: ("tên thôn", "village"),
    Field.ADDRESS: ("địa chỉ", "address"),
    Field.LATITUDE: ("vĩ độ", "latitude"),
    Field.LONGITUDE: ("kinh độ", "longitude"),
    Field.COORDINATES: ("tọa độ", "coordinates"),
    Field.NORTHING: ("tọa độ X (bắc)", "northing"),
    Field.EASTING: ("tọa độ Y (đông)", "easting"),
    Field.X: ("tọa độ X", "x"),
    Field.Y: ("tọa độ Y", "y"),
    Field.HOUSEHOLDS: ("số hộ", "households"),
    Field.POPULATION: ("số khẩu", "population"),
    Field.SIGNAL: ("hiện trạng sóng", "signal"),
    Field.GRID_POWER: ("điện lưới", "grid power"),
    Field.SPECIALLY_DIFFICULT: ("thôn đặc biệt khó khăn", "specially difficult"),
    Field.AREA_CLASS: ("khu vực", "class of area"),
    Field.NOTE: ("ghi chú", "note"),
}
"""How people call the fields, Vietnamese and English."""


def called(field: Field | None) -> dict[str, Any]:
    """Return the facts ``what`` and ``what_en`` that name a field in a message."""
    if field is None:
        return {"what": "", "what_en": ""}
    vietnamese, english = NAMES.get(field, (field.value, field.value.replace("_", " ")))
    return {"what": vietnamese, "what_en": english}
