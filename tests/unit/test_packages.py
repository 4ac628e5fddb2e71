"""Packages by hand: numbers, marks, totals, the manifest, and what is made from zones."""

import uuid
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from coverage.packages import (
    Evidence,
    LotOfZones,
    PackageFrame,
    PackageVintage,
    assemble,
    manifest,
    next_number,
    package_number,
    sha256,
)
from coverage.packages.content import PackageZone
from tests.builders import a_package, a_zone, zone_id

DATED = datetime(2026, 11, 23, 3, 4, 5, 678901, tzinfo=UTC)


def a_frame(**facts):
    given = {
        "number": "GT-2026-42-001", "version": 1, "draft": True, "dated": DATED,
        "authority": "Cục Viễn thông", "province_code": "42", "province": "Tỉnh Hà Tĩnh",
        "vintage": PackageVintage("2026-04-30", "Danh mục", approximate=False), "criteria": (),
        "commune_names": {"18073": "Xã Hương Sơn"}, "declared_names": {"18150": "Xã Sơn Tây (cũ)"},
        "former_names": {},
    }  # fmt: skip
    return PackageFrame(**(given | facts))


def a_lot(*zones, number=1):
    return LotOfZones(uuid.UUID(int=number), number, f"Lô {number}", zones)


def test_numbers_count_within_year_and_province():
    assert package_number(2026, "42", 1) == "GT-2026-42-001"
    taken = ["GT-2026-42-001", "GT-2026-42-007", "GT-2026-40-011", "GT-2025-42-099", "khác"]
    assert next_number(taken, DATED, "42") == "GT-2026-42-008"
    assert next_number([], DATED, "01") == "GT-2026-01-001"
    assert next_number(["GT-2026-42-999"], DATED, "42") == "GT-2026-42-1000"
    assert next_number(["GT-2026-42-1000"], DATED, "42") == "GT-2026-42-1001"


def test_the_year_of_a_number_is_the_vietnamese_year():
    new_years_morning = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # 00:00 on 1 January there
    assert next_number([], new_years_morning, "42") == "GT-2027-42-001"


@pytest.mark.parametrize(
    ("draft", "approximate", "marks"),
    [
        (True, True, ("DỰ THẢO", "Ranh giới gần đúng")),
        (True, False, ("DỰ THẢO",)),
        (False, True, ("Ranh giới gần đúng",)),
        (False, False, ()),
    ],
)
def test_marks(draft, approximate, marks):
    vintage = replace(a_package().vintage, approximate=approximate)
    package = a_package(draft=draft, vintage=vintage)
    assert package.marks == marks
    assert ("du-thao" in package.file_name) is draft


def test_totals_and_the_date_on_paper():
    assert a_package().totals() == {
        "lots": 2, "zones": 5, "households": 115, "population": 412, "zones_without_population": 1,
    }  # fmt: skip
    assert a_package(dated=datetime(2026, 11, 22, 17, 30, tzinfo=UTC)).local_date == "23/11/2026"


def test_the_manifest_lists_every_file_with_size_and_hash():
    listed = manifest(a_package(), {"b.txt": b"hai", "a.txt": "một".encode()})
    assert listed["files"] == [
        {"name": "a.txt", "size": 5, "sha256": sha256("một".encode())},
        {"name": "b.txt", "size": 3, "sha256": sha256(b"hai")},
    ]
    assert listed["built_from"]["approximate"] is True
    assert listed["crs"] == {"geographic": "EPSG:4326", "projected": "EPSG:9209"}
    assert listed["date"] == "2026-11-23T03:04:05Z"


def test_zones_are_ordered_labelled_and_named():
    package = assemble(
        a_frame(),
        [
            a_lot(a_zone(4, village="Bản D"), number=2),
            a_lot(a_zone(2, village="Bản B"), a_zone(1, commune_code="18999"), number=1),
        ],
        {},
    )
    assert [(lot.number, zone.label, zone.village, zone.commune) for lot, zone in package.zones] == [
        (1, "L1-01", "Bản B", "Xã Hương Sơn"), (1, "L1-02", "Bản 1", "18999"),
        (2, "L2-01", "Bản D", "Xã Hương Sơn"),
    ]  # fmt: skip
    assert package.dated == DATED.replace(microsecond=0)
    assert package.legal_bases == ("Nghị định 295/2025/NĐ-CP",)


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (None, (None, None)),
        ("18073", (None, None)),  # the commune the point lies in: nothing to add
        ("18150", ("18150", "Xã Sơn Tây (cũ)")),
        ("18151", ("18151", "18151")),
    ],
)
def test_the_declared_commune_is_told_only_when_it_differs(declared, told):
    package = assemble(a_frame(), [a_lot(a_zone(declared_commune_code=declared))], {})
    ((_, zone),) = package.zones
    assert (zone.declared_commune_code, zone.declared_commune) == told


def test_vn2000_is_on_the_provinces_own_meridian():
    """The published test point of Khánh Hòa's grid (EPSG:9217, 108°15′)."""
    zone = a_zone(province_code="56", latitude=11.349358, longitude=108.877201)
    package = assemble(a_frame(province_code="56"), [a_lot(zone)], {})
    assert (package.grid.epsg, package.grid.meridian) == (9217, "108°15′")
    ((_, placed),) = package.zones
    assert placed.northing_m == pytest.approx(1_255_172.51, abs=0.06)
    assert placed.easting_m == pytest.approx(568_262.924, abs=0.06)


def test_a_province_without_a_known_meridian_has_no_metres():
    package = assemble(a_frame(province_code="98"), [a_lot(a_zone(province_code="98"))], {})
    ((_, zone),) = package.zones
    assert (package.grid, zone.northing_m, zone.easting_m) == (None, None, None)


def test_evidence_is_a_count_and_absent_is_not_zero():
    package = assemble(
        a_frame(), [a_lot(a_zone(1), a_zone(2))], {zone_id(1): Evidence(assessed=4, within_reach=0)}
    )
    told = {
        zone.id: (zone.operators_assessed, zone.operators_within_reach) for _, zone in package.zones
    }
    assert told == {zone_id(1): (4, 0), zone_id(2): (None, None)}


def test_a_package_zone_has_no_field_for_a_site():
    names = {field.name for field in fields(PackageZone)}
    assert not [name for name in names if "site" in name or "distance" in name]
