"""Lists of units in the database: loaded whole, checked, put in force, or not touched at all."""

from dataclasses import replace

import geopandas as gpd
import pytest
from shapely import MultiPolygon, Polygon
from sqlalchemy import text

from coverage.actions import places
from coverage.actions.people import act_for
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.people import OrganisationKind, Role
from coverage.places import Level, UnitList
from coverage.storage import audit
from coverage.storage import places as stored
from tests.small_country import NOW, changes, communes, former, provinces, square

NEXT = "2026-04-30"


def islands():
    return [
        replace(communes()[-1], code=code, name=name, full_name=f"Đặc khu {name}",
                area=square(112.0, south), point=(112.05, south + 0.05))
        for code, name, south in (("20333", "Hoàng Sa", 16.5), ("22736", "Trường Sa", 8.6))
    ]  # fmt: skip


def all_communes():
    return [*communes(), *islands()]


@pytest.fixture
def small(database, authority):
    """The database with the small country's two lists, the newer one in force."""
    listed = UnitList(NOW, "thử", True, (*provinces(), *all_communes()))
    with database.transaction(authority) as connection:
        for vintage, status in ((former(), "retired"), (listed, "loaded")):
            stored.add_vintage(connection, vintage, status=status)
            for level in Level:
                stored.replace_units(connection, vintage.vintage, level, vintage.of(level))
        stored.replace_changes(connection, former().vintage, NOW, changes())
        stored.set_active(connection, NOW)
    return database


def written(path, units=None, level=Level.COMMUNE, **columns):
    units = all_communes() if units is None else units
    content = {"code": [unit.code for unit in units],
               "full_name": [unit.full_name for unit in units]} | columns  # fmt: skip
    if level is Level.COMMUNE:
        content["province_code"] = [unit.province_code for unit in units]
    gpd.GeoDataFrame(content, geometry=[unit.area for unit in units], crs="EPSG:4326").to_file(path)
    return path


def load(database, actor, path, vintage=NEXT, *, level=Level.COMMUNE, activate=False):
    return places.load_boundaries(database, actor, path, vintage, level, activate=activate)


def everything(database, actor):
    """All rows that an act on places may touch, as text."""
    with database.transaction(actor) as connection:
        return [
            connection.execute(text(f"SELECT {row}::text FROM phusong.{row} ORDER BY 1"))
            .scalars()
            .all()
            for row in ("vintage", "unit", "unit_change", "organisation", "audit_entry")
        ]


def status_of(database, actor, name):
    return {v.name: v.status for v in places.list_vintages(database, actor)}[name]


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


# --- What is refused leaves everything as it was ---------------------------------------------------


def wrong_province():
    return [replace(unit, province_code="15") if unit.code == "00008" else unit
            for unit in all_communes()]  # fmt: skip


@pytest.mark.parametrize(
    ("units", "rule"),
    [
        (all_communes()[:5], "place.incomplete"),
        (communes(), "place.archipelago_missing"),
        ([replace(u, full_name=o.full_name) for u, o in
          zip(all_communes(), reversed(all_communes()), strict=True)], "place.codes_reused"),
    ],
)  # fmt: skip
def test_activation_is_refused_while_an_error_stands(small, authority, tmp_path, units, rule):
    before = everything(small, authority)
    file = written(tmp_path / "xa.gpkg", units)
    with pytest.raises(InputRefused) as refusal:
        load(small, authority, file, activate=True)
    assert rule in [found.rule for found in refusal.value.findings]
    assert everything(small, authority) == before
    load(small, authority, file)  # without activation it may be looked at
    with pytest.raises(InputRefused):
        places.activate(small, authority, NEXT)
    assert status_of(small, authority, NOW) == "active"
    vintage, check = places.check(small, authority, NEXT)
    assert vintage.status == "loaded"
    assert rule in [found.rule for found in check.errors]


@pytest.mark.parametrize("activate", [True, False])
@pytest.mark.parametrize(
    ("units", "rule"),
    [
        (wrong_province(), "place.wrong_province"),
        ([replace(all_communes()[0], area=square(22.0, 104.0)), *all_communes()[1:]],
         "place.outside_country"),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_not_loaded(  # noqa: PLR0917
    small, authority, tmp_path, units, rule, activate
):
    before = everything(small, authority)
    with pytest.raises(InputRefused) as refusal:
        load(small, authority, written(tmp_path / "xa.gpkg", units), activate=activate)
    assert [found.rule for found in refusal.value.findings] == [rule]
    assert everything(small, authority) == before


def test_bad_files_and_names_leave_everything_as_it_was(small, authority, tmp_path):
    before = everything(small, authority)
    whole = written(tmp_path / "xa.gpkg").read_bytes()
    (tmp_path / "cut.gpkg").write_bytes(whole[: len(whole) // 2])
    twice = [all_communes()[0], *all_communes()]
    bow = replace(all_communes()[0], area=_bow_tie())
    for file, vintage, rule in [
        (tmp_path / "cut.gpkg", NEXT, "place.damaged"),
        (tmp_path / "none.gpkg", NEXT, "place.unreadable"),
        (written(tmp_path / "twice.gpkg", twice), NEXT, "place.code_twice"),
        (written(tmp_path / "bow.gpkg", [bow, *all_communes()[1:]]), NEXT, "place.shape_invalid"),
        (tmp_path / "xa.gpkg", "30/04/2026", "place.vintage_name"),
    ]:
        with pytest.raises(InputRefused) as refusal:
            load(small, authority, file, vintage)
        assert refusal.value.findings[0].rule == rule
    with pytest.raises(NotFound):
        places.activate(small, authority, "2030-01-01")
    with pytest.raises(NotFound):
        places.check(small, authority, "2030-01-01")
    assert everything(small, authority) == before


def _bow_tie():
    return MultiPolygon([Polygon([(104, 22), (104.1, 22.1), (104.1, 22), (104, 22.1)])])


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
                " ('border_band_m', current_date - 1, '250', 'thử'),"
                " ('border_band_m', current_date + 1, '999', 'thử')"
            )
        )
        assert stored.setting(connection, "border_band_m") == 250.0
        with pytest.raises(NotFound):
            stored.setting(connection, "không_có")


# --- The official table of changes -----------------------------------------------------------------

HEADER = "Tỉnh,Tên Xã mới,Mã Xã mới,Tên Xã cũ,Mã Xã cũ,Ghi chú,Quận/huyện,Tỉnh cũ\n"


def table(path, *rows):
    title = "Đơn vị hành chính từ ngày 01/7/2025,,,,,,,\n"
    path.write_text(title + HEADER + "\n".join(rows), encoding="utf-8-sig")
    return path


ROWS = [
    "Lào Cai (15),Xã Tân An,1,Xã Tân Lập,00011,Nhập toàn bộ ,Huyện Bắc Hà (080),Lào Cai (10)",
    "Lào Cai (15),Xã Tân An,00001,Xã Khe Sến,00014,Nhâp  một phần diện tích,Huyện Văn Yên (130),",
    "Lào Cai (15),Xã Sơn Hà,00003,Xã Khe Sến,00014,Nhập toàn bộ diện tích,Huyện Văn Yên (130),",
    "Lào Cai (15),Xã Sơn Hà,00003,Xã Tân Lập,00099,Nhập toàn bộ,Huyện Văn Yên (130),",
    "Điện Biên (10),Xã Thủy An,00008,,,Sắp xếp toàn bộ huyện Cồn Cỏ,Huyện Cồn Cỏ (755),",
    "Điện Biên (10),Xã Thủy An,00008,Bãi bồi ven sông,,Nhập toàn bộ,Huyện Mường Nhé (094),",
]


def test_the_official_table_replaces_what_the_package_knew(small, authority, tmp_path):
    outcome = places.load_changes(small, authority, table(tmp_path / "a.csv", *ROWS))
    assert outcome.changed
    assert [found.rule for found in outcome.findings] == [
        "place.change_code_mended", "place.change_no_unit", "place.changes_differ"
    ]  # fmt: skip
    assert outcome.findings[0].facts["used"] == "00012"
    with small.transaction(authority) as connection:
        found = {(c.old_code, c.new_code): c.part for c in stored.changes(connection)
                 if c.level is not Level.PROVINCE}  # fmt: skip
        gazetteer = stored.gazetteer(connection)
    assert found == {
        ("00011", "00001"): False, ("00014", "00001"): True, ("00014", "00003"): True,
        ("00012", "00003"): False, ("755", "00008"): False,
    }  # fmt: skip
    assert gazetteer.resolve_commune("Xã Nà Lại", province_code="15").is_refused  # no longer there
    before = everything(small, authority)
    assert not places.load_changes(small, authority, tmp_path / "a.csv").changed
    assert everything(small, authority) == before


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"", "place.changes_columns"), (b"a,b,c\n1,2,3\n", "place.changes_columns"),
     (b"\xff\xfe\x00\x01", "place.changes_columns"),
     ((HEADER + "x,Y,99999,Z,88888,Nhap,,").encode(), "place.changes_codes"),
     (HEADER.encode(), "place.changes_codes")],
)  # fmt: skip
def test_another_table_is_refused(small, authority, tmp_path, content, rule):
    before = everything(small, authority)
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputRefused) as refusal:
        places.load_changes(small, authority, tmp_path / "a.csv")
    assert [found.rule for found in refusal.value.findings] == [rule]
    with pytest.raises(InputRefused):
        places.load_changes(small, authority, tmp_path / "none.csv")
    assert everything(small, authority) == before


def test_changes_need_the_lists_they_connect(database, authority, tmp_path):
    with pytest.raises(NotFound):
        places.load_changes(database, authority, table(tmp_path / "a.csv", *ROWS))
