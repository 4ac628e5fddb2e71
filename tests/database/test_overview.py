"""What a map is drawn from: everything the viewer may see, and nothing else."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text

from api.command_line import phusong
from api.drawing import content_of
from coverage.actions.overview import see_country, see_ground, see_lot, see_province
from coverage.errors import NotFound
from coverage.storage.tables.lots import lot, lot_zone
from coverage.storage.tables.towers import register, site, site_operator
from coverage.zones import ZoneStatus
from maps.document import map_document
from tests.http import stored

SQUARES = {
    ("province", "42", "Hà Tĩnh"): (105, 17.5, 106.5, 18.5),
    ("province", "11", "Điện Biên"): (102, 21, 103.5, 22.5),
    ("commune", "18073", "Hương Khê"): (105, 17.5, 105.75, 18.5),
    ("commune", "18100", "Vũ Quang"): (105.75, 17.5, 106.5, 18.5),
}


@pytest.fixture
def country(database, authority):
    """Two provinces with areas, in two lists that follow one another."""
    with database.transaction(authority) as connection:
        for name, status in (("2025-06-30", "retired"), (stored.VINTAGE, "active")):
            connection.execute(
                text(
                    "INSERT INTO phusong.vintage (name, status, approximate, source)"
                    " VALUES (:name, :status, true, 'danh mục thử')"
                ),
                {"name": name, "status": status},
            )
        for (level, code, name), square in SQUARES.items():
            kind = "Tỉnh" if level == "province" else "Xã"
            connection.execute(
                text(
                    "INSERT INTO phusong.unit"
                    " (vintage, level, code, name, full_name, province_code, area) VALUES"
                    " (:vintage, :level, :code, :name, :full, :province,"
                    " ST_Multi(ST_MakeEnvelope(:w, :s, :e, :n, 4326)))"
                ),
                {
                    "vintage": stored.VINTAGE, "level": level, "code": code, "name": name,
                    "full": f"{kind} {name}", "province": code if level == "province" else "42",
                    **dict(zip("wsen", square, strict=True)),
                },
            )  # fmt: skip
        for code, name in (("18001", "Hương Đô"), ("18073", "Hương Khê"), ("18002", "Lộc Yên")):
            connection.execute(
                text(
                    "INSERT INTO phusong.unit"
                    " (vintage, level, code, name, full_name, province_code)"
                    " VALUES ('2025-06-30', 'commune', :code, :name, 'Xã ' || :name, '42')"
                ),
                {"code": code, "name": name},
            )
            connection.execute(
                text(
                    "INSERT INTO phusong.unit_change"
                    " (old_vintage, old_code, new_vintage, new_code, part)"
                    " VALUES ('2025-06-30', :code, :vintage, '18073', false)"
                ),
                {"code": code, "vintage": stored.VINTAGE},
            )


@pytest.fixture
def ha_tinh(country, province):
    return province("42")


@pytest.fixture
def dien_bien(country, province):
    return province("11")


ELIGIBLE = {"status": "approved", "queue": "fund"}


def a_lot(database, authority, number, zone_ids, status="proposed"):
    lot_id = uuid.uuid4()
    with database.transaction(authority) as connection:
        connection.execute(
            insert(lot).values(
                id=lot_id, province_code="42", vintage=stored.VINTAGE, number=number,
                name=f"Lô thử {number}", status=status, totals={},
            )
        )  # fmt: skip
        connection.execute(
            insert(lot_zone).values(
                [
                    {"lot_id": lot_id, "zone_id": zone_id, "active": status != "dissolved"}
                    for zone_id in zone_ids
                ]
            )
        )
    return lot_id


def some_towers(database, authority, *operators):
    """One shared site inside Hà Tĩnh for all, one in Điện Biên and one planned for the first."""
    with database.transaction(authority) as connection:
        register_id = connection.execute(
            insert(register)
            .values(
                organisation_id=authority.organisation_id, file_name="t.csv", sha256="0",
                raw=b"", crs="EPSG:4326", totals={},
            )
            .returning(register.c.id)
        ).scalar_one()  # fmt: skip

        def stand(longitude, latitude, actor, *, on_air=True):
            point = f"SRID=4326;POINT({longitude} {latitude})"
            site_id = connection.execute(
                insert(site).values(register_id=register_id, point=point).returning(site.c.id)
            ).scalar_one()
            connection.execute(
                insert(site_operator).values(
                    site_id=site_id, operator_id=actor.organisation_id, site_code=f"T{site_id}",
                    technologies=["4G"], on_air=on_air, point=point,
                )
            )  # fmt: skip

        for actor in operators:
            stand(105.5, 18.0, actor)
        stand(103.0, 22.0, operators[0])
        stand(105.6, 18.1, operators[0], on_air=False)


def test_the_authority_sees_the_country(database, authority, ha_tinh, dien_bien):
    one = stored.a_zone(database, ha_tinh)
    other = stored.a_zone(database, dien_bien, at=(102.5, 22.0))
    seen = see_country(database, authority)
    assert {listed.zone.id for listed in seen.zones} == {one, other}
    assert [unit.code for unit in seen.ground.provinces] == ["11", "42"]
    assert seen.ground.communes == ()
    assert seen.sites == ()


def test_a_province_sees_its_own_zones_only(database, ha_tinh, dien_bien):
    one = stored.a_zone(database, ha_tinh)
    stored.a_zone(database, dien_bien, at=(102.5, 22.0))
    assert [listed.zone.id for listed in see_country(database, ha_tinh).zones] == [one]
    assert see_province(database, dien_bien, "42").zones == ()


def test_a_province_has_its_communes_and_their_former_names(database, authority, ha_tinh):
    stored.a_zone(database, ha_tinh)
    ground = see_province(database, authority, "42").ground
    assert [unit.code for unit in ground.communes] == ["18073", "18100"]
    assert ground.former == {"18073": ("Xã Hương Đô", "Xã Lộc Yên")}
    assert all(unit.area is not None for unit in ground.communes)


def test_lots_that_were_dissolved_are_not_drawn(database, authority, ha_tinh):
    zones = [stored.a_zone(database, ha_tinh, village=f"Bản {n}", **ELIGIBLE) for n in range(3)]
    a_lot(database, authority, 1, zones[:1], status="dissolved")
    standing = a_lot(database, authority, 2, zones[1:])
    assert [found.id for found in see_province(database, authority, "42").lots] == [standing]


def test_a_lot_is_drawn_with_its_zones_only(database, authority, ha_tinh):
    zones = [stored.a_zone(database, ha_tinh, village=f"Bản {n}", **ELIGIBLE) for n in range(3)]
    lot_id = a_lot(database, authority, 2, zones[1:])
    seen = see_lot(database, authority, lot_id)
    assert {listed.zone.id for listed in seen.zones} == set(zones[1:])
    assert seen.lot.id == lot_id
    content = content_of(seen, restricted=True)
    assert content.title == "Bản đồ lô 2: Lô thử 2"
    west, south, east, north = content.frame
    assert west < 105.7 < east
    assert south < 18.2 < north


def test_what_is_not_there_is_not_found(database, authority, ha_tinh, dien_bien, operator):
    zone = stored.a_zone(database, ha_tinh, **ELIGIBLE)
    lot_id = a_lot(database, authority, 1, [zone])
    dissolved = a_lot(database, authority, 2, [zone], status="dissolved")
    for actor, asked in (
        (authority, uuid.uuid4()), (authority, dissolved), (dien_bien, lot_id),
        (operator("Viettel"), lot_id),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            see_lot(database, actor, asked)
    with pytest.raises(NotFound):
        see_province(database, authority, "99")
    with pytest.raises(NotFound):
        see_ground(database, authority, "42", "2020-01-01")


def test_without_a_list_in_force_there_is_no_map(database, authority):
    with pytest.raises(NotFound):
        see_country(database, authority)


def test_an_operator_sees_its_own_sites_and_a_province_none(database, authority, ha_tinh, operator):
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    some_towers(database, authority, viettel, vnpt)
    seen = {
        actor.name: sorted(
            (site.operator, site.longitude)
            for site in see_country(database, actor, with_sites=True).sites
        )
        for actor in (authority, viettel, vnpt, ha_tinh)
    }
    assert list(seen.values()) == [
        [("VNPT", 105.5), ("Viettel", 103.0), ("Viettel", 105.5)],
        [("Viettel", 103.0), ("Viettel", 105.5)],
        [("VNPT", 105.5)],
        [],
    ]
    near = see_province(database, authority, "42", with_sites=True).sites
    assert {site.longitude for site in near} == {105.5}
    assert see_country(database, authority).sites == ()


def test_the_day_is_that_of_the_newest_change_in_viet_nam(database, authority, ha_tinh):
    late = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)  # half past one in the morning of the 23rd
    stored.a_zone(database, ha_tinh, updated_at=late)
    stored.a_zone(database, ha_tinh, village="Bản cũ", updated_at=late.replace(day=1))
    content = content_of(see_province(database, authority, "42"), restricted=False)
    assert content.day.isoformat() == "2026-11-23"
    assert content.title == "Bản đồ vùng lõm sóng di động tỉnh Hà Tĩnh"
    assert content.approximate
    assert content.commune_words["18073"].former == ("Xã Hương Đô", "Xã Lộc Yên")


def test_the_same_database_gives_the_same_map(database, authority, ha_tinh):
    for number in range(5):
        stored.a_zone(database, ha_tinh, village=f"Bản {number}", status=ZoneStatus.APPROVED.value)

    def drawn():
        return map_document(content_of(see_province(database, authority, "42"), restricted=True))

    assert drawn() == drawn()


@pytest.fixture
def draw_map(database, monkeypatch, capsys):
    """Runs `phusong map` on the test's database; returns what it says."""
    monkeypatch.setenv("DATABASE_URL", database.url)

    def run(*words):
        phusong.main(["map", *words], standalone_mode=False)
        return capsys.readouterr().out

    return run


def test_the_command_writes_files_that_do_not_change(
    database, authority, ha_tinh, tmp_path, draw_map
):
    zone = stored.a_zone(database, ha_tinh, village="Bản Rào Tre", households=84, **ELIGIBLE)
    lot_id = a_lot(database, authority, 1, [zone])
    some_towers(database, authority, authority)
    for words in (["national"], ["province", "42"], ["lot", str(lot_id)]):
        first, second = tmp_path / "mới" / "a.html", tmp_path / "b.html"
        draw_map(*words, "-o", str(second))
        said = draw_map(*words, "-o", str(first))
        assert first.read_bytes() == second.read_bytes()
        assert "Bản Rào Tre" in first.read_text(encoding="utf-8")
        assert str(first) in said
        assert "1 điểm lõm sóng, 84 hộ" in said
        assert "0 trạm" in said
        assert "Ranh giới gần đúng" in said


@pytest.mark.usefixtures("ha_tinh")
def test_sites_are_drawn_when_asked_and_the_map_says_so(
    database, authority, operator, tmp_path, draw_map
):
    some_towers(database, authority, operator("Viettel"))
    file = tmp_path / "a.html"
    assert "1 trạm" in draw_map("province", "42", "--sites", "-o", str(file))
    assert "Lưu hành nội bộ" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["province", "99"], ["lot", str(uuid.UUID(int=7))]])
@pytest.mark.usefixtures("country")
def test_an_unknown_province_or_lot_is_refused_and_no_file_is_left(words, tmp_path, draw_map):
    file = tmp_path / "a.html"
    with pytest.raises(NotFound):
        draw_map(*words, "-o", str(file))
    assert not file.exists()
