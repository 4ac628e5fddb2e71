"""A new list of units keeps every zone's id and history, and gives it the codes of its point."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shapely import MultiPolygon, box
from sqlalchemy import text

from coverage.actions import places, review, surveys
from coverage.actions.audit import verify
from coverage.actions.people import act_for
from coverage.actions.zone_history import history
from coverage.actions.zone_moves import Seen
from coverage.actions.zone_names import former_names, rename_village
from coverage.actions.zone_places import (
    place_zone,
    preview_of_vintage,
    settle_zones,
    zones_to_place,
)
from coverage.actions.zones import get_zone
from coverage.errors import Conflict, NotAllowed, NotFound
from coverage.people import OrganisationKind, Role
from coverage.places.moving import Doubt
from coverage.places.units import Level, Unit, UnitList
from coverage.storage import places as stored
from coverage.storage.people import ensure_organisation
from coverage.zone_life import Move
from tests.small_country import NOW, PROVINCES, provinces
from tests.small_country_lists import NEXT, all_communes, in_force, load, written

HEAD = "Xã,Thôn,Vĩ độ,Kinh độ,Số hộ,Điện lưới,Đặc biệt khó khăn,Hiện trạng sóng\n"
LINE = "{commune},{village},{latitude},{longitude},{households},Có,Có,Trắng sóng\n"


@pytest.fixture
def small(database, authority):
    in_force(database, authority)
    with database.transaction(authority) as connection:
        for code, name in PROVINCES.items():
            ensure_organisation(connection, OrganisationKind.PROVINCE, f"Sở {name}", code)
    return database


@pytest.fixture
def west(small):
    return act_for(
        small, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "cán bộ tây", province_code="15"
    )


@pytest.fixture
def east(small):
    return act_for(
        small, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "cán bộ đông", province_code="10"
    )


def file_of(*rows):
    lines = [
        LINE.format(**dict(zip(("commune", "village", "latitude", "longitude", "households"), row,
                               strict=True)))
        for row in rows
    ]  # fmt: skip
    return (HEAD + "".join(lines)).encode()


def put_in_force(database, actor, units):
    """Bring a list into force without the checks that a file must pass; return the moves."""
    listed = UnitList(NEXT, "thử", approximate=False, units=tuple(units))
    codes = {unit.province_code for unit in units}
    with database.transaction(actor) as connection:
        stored.add_vintage(connection, listed)
        stored.replace_units(connection, NEXT, Level.COMMUNE, units)
        stored.replace_units(
            connection, NEXT, Level.PROVINCE, [unit for unit in provinces() if unit.code in codes]
        )
        places._link(connection, NEXT)
    foretold = preview_of_vintage(database, actor, NEXT)
    with database.transaction(actor) as connection:
        assert places._activate(connection, NEXT) == (NOW, foretold)
    return foretold


WEST = (
    ("Xã Tân An", "Nà Lại", 22.151234, 104.022345, 31),
    ("Xã Tân An", "Khe Cạn", 22.152234, 104.082345, 32),
    ("Xã Sơn Hà", "Bản Mới", 22.051234, 104.052345, 33),
)
EAST = (("Xã Hòa Bình", "Púng Luông", 22.151234, 104.252345, 34),)


def submitted(database, actor, code, rows):
    receipt = surveys.submit(database, actor, file_of(*rows), f"{len(rows)}.csv", code)
    assert receipt.totals["rejected"] == 0, [
        found.message() for row in receipt.report.rows for found in row.findings
    ]
    return receipt


def zones(database, actor):
    """Every zone by its village: id, vintage, codes, owner, version."""
    with database.transaction(actor) as connection:
        rows = connection.execute(
            text(
                "SELECT village, id, vintage, province_code, commune_code, declared_commune_code,"
                " organisation_id, version, status FROM phusong.zone ORDER BY village"
            )
        )
        return {row.village: row for row in rows}


def split():
    """The next list: Tân An is cut at 104.06 and its east gets a code and name of its own."""
    units = []
    for unit in all_communes():
        if unit.code == "00001":
            units.append(replace(unit, area=MultiPolygon([box(104.0, 22.1, 104.06, 22.2)])))
            units.append(
                Unit(
                    Level.COMMUNE, "00021", "Khe Cạn", "Xã Khe Cạn", "15",
                    area=MultiPolygon([box(104.06, 22.1, 104.1, 22.2)]), point=(104.08, 22.15),
                )
            )  # fmt: skip
        else:
            units.append(unit)
    return units


def merged():
    """The next list: both provinces are one, of the code 15."""
    return [replace(unit, province_code="15") for unit in split()]


def test_a_split_commune_moves_the_zones_of_its_other_half(small, authority, west, tmp_path):
    submitted(small, west, "15", WEST)
    before = zones(small, authority)
    load(small, authority, written(tmp_path / "a.gpkg", split()))
    foretold = preview_of_vintage(small, authority, NEXT)
    assert zones(small, authority) == before
    outcome = places.activate(small, authority, NEXT)
    assert outcome.zones == foretold
    assert foretold.counts() == {
        "zones": 3, "communes": 1, "provinces": 0, "owners": 0, "doubtful": 0
    }  # fmt: skip
    after = zones(small, authority)
    assert {village: zone.id for village, zone in after.items()} == {
        village: zone.id for village, zone in before.items()
    }
    assert {zone.vintage for zone in after.values()} == {NEXT}
    assert after["Khe Cạn"].commune_code == "00021"
    assert after["Nà Lại"].commune_code == "00001"
    # What was declared is the old Tân An: where it was cut, the point says which half is meant.
    assert after["Nà Lại"].declared_commune_code == "00001"
    (name,) = former_names(small, authority, after["Khe Cạn"].id)
    assert (name.place.vintage, name.place.commune) == (NOW, "Xã Tân An")
    assert former_names(small, authority, after["Nà Lại"].id) == ()
    told = history(small, authority, after["Khe Cạn"].id)
    assert told[-1].before["commune_code"] == "00001"
    assert told[-1].before["vintage"] == NOW
    assert verify(small, authority)[1] is None


def test_a_merged_province_hands_over_its_zones(small, authority, west, east, tmp_path):
    submitted(small, west, "15", WEST)
    submitted(small, east, "10", EAST)
    before = zones(small, authority)
    moves = put_in_force(small, authority, merged())
    assert moves.counts() == {
        "zones": 4, "communes": 1, "provinces": 1, "owners": 1, "doubtful": 0
    }  # fmt: skip
    after = zones(small, authority)
    moved = after["Púng Luông"]
    assert moved.id == before["Púng Luông"].id
    assert moved.province_code == "15"
    assert moved.organisation_id == west.organisation_id
    assert get_zone(small, west, moved.id).zone.village == "Púng Luông"
    (name,) = former_names(small, authority, moved.id)
    assert name.place.province == "Tỉnh Điện Biên"
    # The province that there is now reports the village under its old province and commune.
    again = submitted(small, west, "15", [*WEST, *EAST])
    assert again.totals["zones_added"] == 0
    assert {zone.id for zone in zones(small, authority).values()} == {
        zone.id for zone in before.values()
    }
    assert verify(small, authority)[1] is None


def test_a_commune_cut_into_two_of_other_names_is_known_by_its_old_one(small, authority, west):
    submitted(small, west, "15", WEST)
    before = zones(small, authority)
    halves = {"00001": ("00022", "Xã Nà Lại Thượng"), "00021": ("00023", "Xã Khe Cạn Hạ")}
    units = [
        replace(unit, code=halves[unit.code][0], full_name=halves[unit.code][1])
        if unit.code in halves else unit
        for unit in split()
    ]  # fmt: skip
    assert put_in_force(small, authority, units).doubtful == ()
    after = zones(small, authority)
    assert [after[name].commune_code for name in ("Nà Lại", "Khe Cạn")] == ["00022", "00023"]
    assert [after[name].declared_commune_code for name in ("Nà Lại", "Khe Cạn")] == [
        "00022", "00023",
    ]  # fmt: skip
    again = submitted(small, west, "15", WEST)
    assert again.totals["zones_added"] == 0 or again.already
    assert surveys.submit(small, west, file_of(*WEST[:2]), "x.csv", "15").totals["zones_added"] == 0
    assert {zone.id for zone in zones(small, authority).values()} == {
        zone.id for zone in before.values()
    }


def test_a_village_reported_under_its_former_commune_is_the_same(small, authority, west, tmp_path):
    submitted(small, west, "15", WEST)
    before = zones(small, authority)
    load(small, authority, written(tmp_path / "a.gpkg", split()), activate=True)
    again = submitted(small, west, "15", [*WEST[:1], ("Xã Tân An", *WEST[1][1:4], 99)])
    assert (again.totals["zones_added"], len(zones(small, authority))) == (0, 3)
    assert zones(small, authority)["Khe Cạn"].id == before["Khe Cạn"].id


def test_what_no_area_covers_and_foreign_provinces_are_left_to_a_person(
    small, authority, west, tmp_path
):
    submitted(small, west, "15", [*WEST, ("Xã Mường Nhé", "Rìa Đông", 22.151234, 104.195345, 35)])
    before = zones(small, authority)
    # The east's Hòa Bình is drawn a kilometre into the west's Mường Nhé; Sơn Hà loses a half.
    shapes = {"00005": box(104.19, 22.1, 104.3, 22.2), "00002": box(104.1, 22.1, 104.19, 22.2),
              "00003": box(104.0, 22.0, 104.05, 22.1)}  # fmt: skip
    units = [
        replace(unit, area=MultiPolygon([shapes[unit.code]])) if unit.code in shapes else unit
        for unit in all_communes()
    ]
    foretold = put_in_force(small, authority, units)
    assert {zone.village: zone.doubt for zone in foretold.doubtful} == {
        "Rìa Đông": Doubt.OTHER_PROVINCE,
        "Bản Mới": Doubt.NO_AREA,
    }
    doubtful = {"Rìa Đông", "Bản Mới"}
    after = zones(small, authority)
    assert {name: after[name] for name in doubtful} == {name: before[name] for name in doubtful}
    left = zones_to_place(small, authority)
    assert {(zone.village, zone.province_code) for zone in left} == {
        ("Rìa Đông", "10"), ("Bản Mới", None),
    }  # fmt: skip
    assert settle_zones(small, authority).zones == 0
    one = after["Rìa Đông"]
    for commune, reason, error in (
        ("00005", " ", Conflict), ("99999", "x", NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            place_zone(small, authority, Seen(one.id, one.version), commune, reason)
    place_zone(small, authority, Seen(one.id, one.version), "00005", "Biên bản bàn giao")
    placed = zones(small, authority)["Rìa Đông"]
    assert (placed.id, placed.vintage, placed.province_code) == (one.id, NEXT, "10")
    assert {zone.village for zone in zones_to_place(small, authority)} == {"Bản Mới"}
    with pytest.raises(Conflict):
        place_zone(small, authority, Seen(one.id, placed.version), "00005", "lần nữa")
    with pytest.raises(NotAllowed):
        settle_zones(small, west)


def test_a_renamed_village_is_found_under_both_names(small, authority, west):
    submitted(small, west, "15", WEST)
    zone = zones(small, authority)["Nà Lại"]
    for name, reason in (("", "x"), ("Nà Lại", "x"), ("Tân Tiến", " ")):
        with pytest.raises(Conflict):
            rename_village(small, authority, Seen(zone.id, zone.version), name, reason)
    with pytest.raises(NotAllowed):
        rename_village(small, west, Seen(zone.id, zone.version), "Tân Tiến", "x")
    rename_village(
        small, authority, Seen(zone.id, zone.version), " Bản  Tân Tiến", "Nghị quyết 12/NQ-HĐND"
    )
    renamed = zones(small, authority)["Bản Tân Tiến"]
    assert (renamed.id, renamed.version) == (zone.id, zone.version + 1)
    (name,) = former_names(small, west, zone.id)
    assert name.place.village == "Nà Lại"
    # The old name finds the zone, and takes neither its name nor its figures away.
    old = surveys.submit(small, west, file_of((*WEST[0][:4], 77), *WEST[1:]), "cũ.csv", "15")
    assert old.totals["zones_added"] == 0
    assert [found.rule for found in old.report.rows[0].findings][-1] == "duplicate.former_name"
    assert zones(small, authority)["Bản Tân Tiến"] == renamed
    # The new name finds it too, and corrects it.
    new = surveys.submit(
        small, west, file_of((WEST[0][0], "Bản Tân Tiến", *WEST[0][2:4], 78), *WEST[1:]),
        "mới.csv", "15",
    )  # fmt: skip
    assert new.totals["zones_added"] == 0
    assert get_zone(small, west, zone.id).zone.households == 78
    assert verify(small, authority)[1] is None


def test_a_merged_village_is_found_in_the_one_that_took_it_in(small, authority, west):
    submitted(small, west, "15", WEST)
    found = zones(small, authority)
    gone, kept = found["Nà Lại"], found["Khe Cạn"]
    review.decide(
        small, authority, Move.MERGE, [Seen(gone.id, gone.version)], reason="Nhập hai thôn",
        merged_into=kept.id,
    )  # fmt: skip
    again = surveys.submit(
        small, west, file_of(*WEST[:2], (*WEST[2][:4], 40)), "lại.csv", "15", replaces=1
    )
    assert again.totals["zones_added"] == 0
    after = zones(small, authority)
    assert len(after) == 3
    assert after["Khe Cạn"].id == kept.id
    assert after["Nà Lại"].status == "merged"
    withdrawn = surveys.withdraw(small, west, again.number)
    assert withdrawn.status == "withdrawn"
    assert set(zones(small, authority)) == {"Nà Lại", "Khe Cạn", "Bản Mới"}
