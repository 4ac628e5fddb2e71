"""Lists of units in the database: loaded whole, checked, put in force."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from coverage.actions import places
from coverage.actions.people import act_for
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.people import OrganisationKind, Role
from coverage.places import Level
from coverage.storage import audit
from coverage.storage import places as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.sessions import read_anew
from tests.consulted import in_days
from tests.small_country import NOW, provinces, square
from tests.small_country_lists import (
    NEXT,
    all_communes,
    everything,
    in_force,
    load,
    status_of,
    written,
)


@pytest.fixture
def small(database, authority):
    """The database with the small country's two lists, the newer one in force."""
    return in_force(database, authority)


# --- The package's lists ---------------------------------------------------------------------------


def test_the_national_list_loads_whole_and_once(database, authority):
    outcome = places.load_national_list(database, authority, activate=True)
    assert outcome.changed
    assert outcome.counts == {Level.PROVINCE: 34, Level.COMMUNE: 3321}
    assert {found.rule for found in outcome.findings} == {"place.centroid_moved"}
    vintages = {vintage.name: vintage for vintage in places.list_vintages(database, authority)}
    assert vintages["2025-06-30"].counts == {
        Level.PROVINCE: 63, Level.DISTRICT: 696, Level.COMMUNE: 10035
    }  # fmt: skip
    assert vintages["2025-07-01"].approximate
    assert (vintages["2025-06-30"].status, vintages["2025-07-01"].status) == ("retired", "active")
    with database.transaction(authority) as connection:
        names = connection.execute(
            text("SELECT name FROM phusong.organisation WHERE kind = 'province' ORDER BY name")
        ).scalars().all()  # fmt: skip
        gazetteer = stored.gazetteer(connection)
        entries = list(audit.entries(connection))
    assert len(names) == 34
    assert "Sở Khoa học và Công nghệ tỉnh Điện Biên" in names
    assert [(entry.act, entry.subject) for entry in entries] == [("places.loaded", "2025-07-01")]
    assert gazetteer.approximate
    for code in ("20333", "22736"):  # both archipelagos have an area
        assert gazetteer.commune(code).shape.area > 0
    assert gazetteer.nearest_commune(8.64, 111.92) == ("22736", 0.0)
    assert gazetteer.nearest_commune(16.53, 111.61) == ("20333", 0.0)

    before = everything(database, authority)
    assert not places.load_national_list(database, authority, activate=True).changed
    assert everything(database, authority) == before


def test_former_codes_and_names_of_the_package_resolve(country_database):
    actor = act_for(country_database, OrganisationKind.AUTHORITY, Role.REVIEWER, "thử")
    with country_database.transaction(actor) as connection:
        gazetteer = stored.gazetteer(connection)

    def meant(*args, **stated):
        return gazetteer.resolve_commune(*args, **stated).commune_code

    assert meant("Xã Hoàng Thu Phố", province_code="15", district="Huyện Bắc Hà") == "02839"
    assert meant("Xã Tà Xi Láng", province_code="15", province="Yên Bái") == "04603"
    assert meant(None, province_code="79", district="Huyện Côn Đảo") == "26732"
    assert meant("Đặc khu Lý Sơn", province_code="51") == "21548"
    bac_ninh = gazetteer.resolve_commune(None, "07210", province_code="24")  # Bắc Giang's own
    assert bac_ninh.commune_code == "07210"
    split = gazetteer.resolve_commune("Xã Đặng Xá", province_code="01", district="Gia Lâm")
    assert len(split.candidates) > 1
    # Ba Chẽ has 06970 in the package and 06978 in the newer file: both mean it
    assert meant(None, "06970", province_code="22") == meant("Xã Ba Chẽ", province_code="22")


def test_the_seven_reused_province_codes(country_database):
    actor = act_for(country_database, OrganisationKind.AUTHORITY, Role.REVIEWER, "thử")
    with country_database.transaction(actor) as connection:
        former_units = {
            u.code: u.name for u in stored.units(connection, "2025-06-30", Level.PROVINCE)
        }
        now = {u.code: u.name for u in stored.units(connection, "2025-07-01", Level.PROVINCE)}
        gazetteer = stored.gazetteer(connection)
    reused = {code for code in now if code in former_units and now[code] != former_units[code]}
    assert reused == {"15", "24", "44", "52", "80", "82", "91"}
    for code in reused:
        match = gazetteer.resolve_commune("x", province_code=code, province=former_units[code])
        assert match.findings[0].rule == "place.province_former"


# --- Polygons --------------------------------------------------------------------------------------


def test_polygons_are_loaded_inactive_then_activated(small, authority, tmp_path):
    outcome = load(small, authority, written(tmp_path / "xa.gpkg"))
    assert outcome.changed
    assert (outcome.active, outcome.counts) == (NOW, {Level.COMMUNE: 10, Level.PROVINCE: 2})
    assert status_of(small, authority, NEXT) == "checked"
    activated = places.activate(small, authority, NEXT)
    assert (activated.retired, activated.active) == (NOW, NEXT)
    assert status_of(small, authority, NOW) == "retired"
    with small.transaction(authority) as connection:
        assert stored.active_vintage(connection) == NEXT
        assert stored.province_name(connection, "15") == "Tỉnh Lào Cai"
        derived = stored.units(connection, NEXT, Level.PROVINCE)
    assert derived[1].area.symmetric_difference(square(104.0, 22.0, 0.2)).area < 1e-9
    assert not places.activate(small, authority, NEXT).changed


def test_loading_the_same_polygons_again_changes_nothing(small, authority, tmp_path):
    load(small, authority, written(tmp_path / "xa.gpkg"), activate=True)
    before = everything(small, authority)
    again = load(small, authority, written(tmp_path / "cung.geojson"), activate=True)
    assert not again.changed
    assert everything(small, authority) == before


def test_a_newer_file_replaces_one_that_is_not_in_force(small, authority, tmp_path):
    load(small, authority, written(tmp_path / "a.gpkg"))
    named = [replace(all_communes()[0], full_name="Xã Tên Khác"), *all_communes()[1:]]
    outcome = load(small, authority, written(tmp_path / "b.gpkg", named))
    assert "place.renamed" in {found.rule for found in outcome.findings}
    with small.transaction(authority) as connection:
        assert stored.units(connection, NEXT, Level.COMMUNE)[0].full_name == "Xã Tên Khác"


def test_a_list_in_force_takes_new_areas_but_no_other_codes(small, authority, tmp_path):
    load(small, authority, written(tmp_path / "a.gpkg"), activate=True)
    wider = [replace(unit, area=square(104.0, 22.1, 0.099)) if unit.code == "00001" else unit
             for unit in all_communes()]  # fmt: skip
    assert load(small, authority, written(tmp_path / "b.gpkg", wider)).changed
    before = everything(small, authority)
    for other in (
        all_communes()[1:],
        [replace(all_communes()[0], province_code="10"), *all_communes()[1:]],
    ):
        with pytest.raises(InputRefused) as refusal:
            load(small, authority, written(tmp_path / "c.gpkg", other))
        assert refusal.value.findings[0].rule == "place.codes_stand"
    assert everything(small, authority) == before


def test_provinces_first_then_communes(small, authority, tmp_path):
    renamed = [
        replace(unit, full_name=f"Thành phố {unit.name}", area=square(west, 22.0, 0.2))
        for unit, west in zip(provinces(), (104.0, 104.2), strict=True)
    ]
    load(
        small,
        authority,
        written(tmp_path / "tinh.geojson", renamed, Level.PROVINCE),
        level=Level.PROVINCE,
    )
    assert status_of(small, authority, NEXT) == "loaded"
    with pytest.raises(InputRefused) as refusal:
        places.activate(small, authority, NEXT)
    assert "place.level_missing" in [found.rule for found in refusal.value.findings]
    load(small, authority, written(tmp_path / "xa.gpkg"), activate=True)
    with small.transaction(authority) as connection:
        assert stored.province_name(connection, "15") == "Thành phố Lào Cai"
        names = connection.execute(
            text("SELECT name FROM phusong.organisation WHERE province_code = '15'")
        ).scalars().all()  # fmt: skip
    assert names == ["Sở Khoa học và Công nghệ thành phố Lào Cai"]


def test_provinces_after_the_communes_replace_the_derived_outlines(small, authority, tmp_path):
    load(small, authority, written(tmp_path / "xa.gpkg"), activate=True)
    outlined = [
        replace(unit, area=square(west, 22.0, 0.199))
        for unit, west in zip(provinces(), (104.0, 104.2), strict=True)
    ]
    file = written(tmp_path / "tinh.geojson", outlined, Level.PROVINCE)
    assert load(small, authority, file, level=Level.PROVINCE).changed
    with small.transaction(authority) as connection:
        found = stored.units(connection, NEXT, Level.PROVINCE)
    assert [unit.area.area for unit in found] == pytest.approx([0.199**2] * 2)


def test_a_province_that_changes_its_name_keeps_its_organisation(small, authority, tmp_path):
    load(small, authority, written(tmp_path / "a.gpkg"), activate=True)
    with small.transaction(authority) as connection:
        query = text("SELECT id FROM phusong.organisation WHERE province_code = '10'")
        before = connection.execute(query).scalar_one()
    renamed = [replace(unit, full_name=f"Thành phố {unit.name}", area=square(west, 22.0, 0.2))
               for unit, west in zip(provinces(), (104.0, 104.2), strict=True)]  # fmt: skip
    load(
        small,
        authority,
        written(tmp_path / "t.geojson", renamed, Level.PROVINCE),
        "2027-01-01",
        level=Level.PROVINCE,
    )
    load(small, authority, written(tmp_path / "b.gpkg"), "2027-01-01", activate=True)
    with small.transaction(authority) as connection:
        assert connection.execute(query).scalar_one() == before
        name = connection.execute(
            text("SELECT name FROM phusong.organisation WHERE id = :id"), {"id": before}
        ).scalar_one()
    assert name == "Sở Khoa học và Công nghệ thành phố Điện Biên"


def test_former_names_reach_over_several_lists(small, authority, tmp_path):
    moved = [
        replace(unit, code="00095") if unit.code == "00005" else unit for unit in all_communes()
    ]
    load(small, authority, written(tmp_path / "a.gpkg", moved), activate=True)
    with small.transaction(authority) as connection:
        gazetteer = stored.gazetteer(connection)
        older = stored.gazetteer(connection, NOW)
    assert gazetteer.vintage == NEXT
    former_name = gazetteer.resolve_commune("Xã Púng Luông", province_code="10")
    assert former_name.commune_code == "00095"
    former_code = gazetteer.resolve_commune(None, "00005", province_code="10")
    assert former_code.commune_code == "00095"
    assert older.resolve_commune("Xã Púng Luông", province_code="10").commune_code == "00005"


def test_the_gazetteer_is_kept_until_a_list_changes(small, authority, tmp_path):
    def ask():
        with small.transaction(authority) as connection:
            return stored.gazetteer(connection)

    first = ask()
    assert ask() is first
    load(small, authority, written(tmp_path / "a.gpkg"), activate=True)
    assert ask().vintage == NEXT


def test_only_the_authority_changes_lists(small, authority, province, tmp_path):
    officer = province("42")
    with pytest.raises(NotAllowed):
        load(small, officer, written(tmp_path / "xa.gpkg"))
    with pytest.raises(NotAllowed):
        places.activate(small, officer, NOW)
    with small.transaction(officer) as connection:  # and every province may read them
        assert stored.gazetteer(connection).vintage == NOW


def test_without_any_list_there_is_no_gazetteer(database, authority):
    with database.transaction(authority) as connection, pytest.raises(NotFound):
        stored.gazetteer(connection)


def test_settings_are_read_as_of_today(database, authority):
    with database.transaction(authority) as connection:
        limits = stored.limits(connection)
        assert (limits.border_band_m, limits.tolerance_m) == (300.0, 1500.0)
        connection.execute(
            text(
                "INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES"
                " ('border_band_m', :yesterday, '250', 'thử'),"
                " ('border_band_m', :tomorrow, '999', 'thử')"
            ),
            {"yesterday": in_days(-1), "tomorrow": in_days(1)},
        )
        read_anew(connection)
        assert setting_in_force(connection, "border_band_m") == 250.0
        with pytest.raises(NotFound):
            setting_in_force(connection, "không_có")
