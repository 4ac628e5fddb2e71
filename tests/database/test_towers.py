"""Loading registers: whole or not at all, once, and each newer one in place of the older."""

from __future__ import annotations

import dataclasses
import threading
from datetime import date

import pytest
from sqlalchemy import text

from coverage.actions.audit import verify
from coverage.actions.towers import RegisterRequest, Step, load_register
from coverage.coordinates import Extent
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.people import Role
from coverage.storage import towers as stored

TODAY = date(2026, 11, 23)
HEADER = "Mã trạm,Nhà mạng,Công nghệ,Vĩ độ,Kinh độ,Mã vị trí dùng chung\n"
TWO_SITES = (
    HEADER
    + "VTL1,Viettel,4G,21.0,105.0,DC1\nVNP1,VNPT,2G;4G,21.0,105.0,DC1\nVTL2,Viettel,4G,21.1,105.0,\n"
)
# What a register may touch; a refused one must leave every row of it as it was.
TOUCHED = ("register", "site", "site_operator", "organisation", "audit_entry", "verdict", "setting")


class Loader:
    """Loads registers into a test's database and shows what stands."""

    def __init__(self, database, authority):
        self.database, self.authority = database, authority
        self.owner = database.owner()

    def load(self, content, actor=None, name="tram.csv", **facts):
        data = content.encode() if isinstance(content, str) else content
        request = RegisterRequest(name, data, **facts)
        return load_register(self.database, actor or self.authority, request, TODAY)

    def refused(self, content, **facts):
        """Load what must be refused; return the rules, having seen that nothing changed."""
        before = self.everything()
        with pytest.raises(InputRefused) as refused:
            self.load(content, **facts)
        assert self.everything() == before
        return [found.rule for found in refused.value.findings]

    def rows(self, sql):
        with self.owner.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def everything(self):
        return {
            table: self.rows(f"SELECT xmin, t.* FROM phusong.{table} AS t ORDER BY ctid")
            for table in TOUCHED
        }

    def standing(self):
        """Operator, station code and site for everything in force."""
        return self.rows(
            "SELECT name, site_code, site_id FROM phusong.site_operator"
            ' JOIN phusong.organisation o ON o.id = operator_id ORDER BY name COLLATE "C", site_code'
        )


@pytest.fixture
def loader(database, authority):
    made = Loader(database, authority)
    yield made
    made.owner.dispose()


def test_a_register_becomes_sites_with_their_operators(loader):
    steps = []
    done = load_register(
        loader.database, loader.authority, RegisterRequest("tram.csv", TWO_SITES.encode()), TODAY,
        progress=steps.append,
    )  # fmt: skip
    assert steps == list(Step)
    assert done.changed
    assert done.totals == {
        "rows": 3, "loaded": 3, "rejected": 0, "without_position": 0, "sites": 2,
        "shared_sites": 1, "planned": 0,
        "operators": {"VNPT": {"rows": 1, "sites": 1}, "Viettel": {"rows": 2, "sites": 2}},
        "technologies": {"2G": 1, "3G": 0, "4G": 3, "5G": 0},
    }  # fmt: skip
    assert loader.rows("SELECT shared_code, ST_Y(point), ST_X(point) FROM phusong.site ORDER BY id") == [
        ("DC1", 21.0, 105.0), (None, 21.1, 105.0),
    ]  # fmt: skip
    [(first, shared), (_, second)] = [
        (row[2], row[2]) for row in loader.standing() if row[1] in ("VNP1", "VTL2")
    ]
    assert first == shared < second
    assert loader.rows(
        "SELECT technologies, bands_mhz, on_air FROM phusong.site_operator WHERE site_code = 'VNP1'"
    ) == [(["2G", "4G"], [], None)]
    [(name, sha256, raw, crs, totals)] = loader.rows(
        "SELECT file_name, sha256, raw, crs, totals FROM phusong.register"
    )
    assert (name, bytes(raw), crs, totals) == (
        "tram.csv",
        TWO_SITES.encode(),
        "EPSG:4326",
        done.totals,
    )
    assert sha256 == done.sha256
    assert loader.rows("SELECT act, subject FROM phusong.audit_entry") == [
        ("towers.loaded", "tram.csv")
    ]


def test_all_columns_are_kept(loader):
    loader.load(
        "Mã trạm,Nhà mạng,Công nghệ,Vĩ độ,Kinh độ,Độ cao anten (m),Băng tần,Trạng thái,Dùng chung\n"
        'A\\1,Viettel,4G;5G,21,105,42.5,900;1800,Kế hoạch,Có\n"B\t2",Viettel,,21.5,105,,,,\n'
    )
    assert loader.rows(
        "SELECT site_code, technologies, bands_mhz, antenna_height_m, on_air, shareable, ST_Y(point)"
        " FROM phusong.site_operator ORDER BY site_code"
    ) == [
        ("A\\1", ["4G", "5G"], [900, 1800], 42.5, False, True, 21.0),
        ("B 2", [], [], None, None, None, 21.5),
    ]


def test_the_same_file_again_changes_nothing(loader):
    first = loader.load(TWO_SITES)
    before = loader.everything()
    again = loader.load(TWO_SITES, name="tên khác.csv")
    assert not again.changed
    assert (again.sha256, again.totals, again.crs) == (first.sha256, first.totals, first.crs)
    assert loader.everything() == before


def test_the_order_of_rows_does_not_matter(loader):
    lines = TWO_SITES.splitlines()
    loader.load("\n".join(lines))
    sites = "SELECT shared_code, ST_Y(point), ST_X(point) FROM phusong.site ORDER BY id"
    one, stations = loader.rows(sites), [row[:2] for row in loader.standing()]
    done = loader.load("\n".join([lines[0], *reversed(lines[1:])]))
    assert done.changed
    assert loader.rows(sites) == one
    assert [row[:2] for row in loader.standing()] == stations


def test_a_newer_register_replaces_its_operators_only(loader):
    loader.load(TWO_SITES)
    done = loader.load(HEADER + "VTL9,Viettel,5G,21.0,105.0,\n", name="mới.csv")
    assert [row[:2] for row in loader.standing()] == [("VNPT", "VNP1"), ("Viettel", "VTL9")]
    [replaced] = done.replaced
    assert (replaced.operator, replaced.file_name, replaced.sites) == ("Viettel", "tram.csv", 2)
    # The shared site stays for VNPT; Viettel's own is gone; both raw files are kept.
    assert loader.rows("SELECT count(*) FROM phusong.site") == [(2,)]
    assert loader.rows("SELECT file_name FROM phusong.register ORDER BY loaded_at") == [
        ("tram.csv",), ("mới.csv",),
    ]  # fmt: skip


def test_an_earlier_register_can_come_back(loader):
    loader.load(TWO_SITES)
    loader.load(HEADER + "VTL9,Viettel,5G,21.0,105.0,\n")
    assert loader.load(TWO_SITES).changed
    assert [row[1] for row in loader.standing()] == ["VNP1", "VTL1", "VTL2"]
    assert loader.rows("SELECT count(*) FROM phusong.site") == [(2,)]
    assert verify(loader.database, loader.authority) == (3, None)


def test_the_same_file_read_otherwise_is_read_again(loader):
    content = "Nhà mạng,x,y\nViettel,500000,2300000\n"
    loader.load(content, crs="EPSG:9209")
    east = "SELECT round(ST_X(point)::numeric, 2)::float FROM phusong.site"
    assert loader.rows(east) == [(105.5,)]
    assert loader.load(content, crs="EPSG:9206").changed
    assert loader.rows(east) == [(104.0,)]


def test_another_loaders_same_file_is_a_load_of_its_own(loader, operator):
    content = HEADER + "VTL5,Viettel,4G,21.0,105.0,\n"
    assert loader.load(content, operator("Viettel")).changed
    assert loader.load(content, operator="Viettel").changed
    assert len(loader.standing()) == 1


def test_a_shrunken_register_is_told(loader):
    loader.load(HEADER + "".join(f"A{n},Viettel,4G,21.{n},105,\n" for n in range(9)))
    done = loader.load(HEADER + "A1,Viettel,4G,21.1,105,\n")
    [found] = done.findings
    assert (found.rule, found.facts["count"], found.facts["before"]) == (
        "tower.register_shrinks", "1", "9",
    )  # fmt: skip


def test_a_part_can_be_added_but_nothing_twice(loader):
    loader.load(TWO_SITES)
    done = loader.load(HEADER + "VTL3,Viettel,4G,21.2,105.0,\n", add=True)
    assert [row[1] for row in loader.standing()] == ["VNP1", "VTL1", "VTL2", "VTL3"]
    assert done.replaced == ()
    same_code = HEADER + "VTL3,Viettel,4G,21.9,105.0,\n"
    same_place = HEADER + "VTL7,Viettel,4G,21.10010,105.0,\n"
    for content in (same_code, same_place):
        assert loader.refused(content, add=True) == ["tower.listed_before"]
    # Another operator on the same mast is no repetition.
    loader.load(HEADER + "MBF1,MobiFone,4G,21.1,105.0,\n", add=True)
    assert not loader.load(HEADER + "VTL3,Viettel,4G,21.2,105.0,\n", add=True).changed


def test_verdicts_outlive_the_site_they_rested_on(loader, province):
    loader.load(TWO_SITES)
    officer = province("42")
    with loader.owner.begin() as connection:
        connection.execute(
            text("INSERT INTO phusong.vintage (name, approximate, source) VALUES ('thử', true, '')")
        )
        connection.execute(
            text(
                "WITH new AS (INSERT INTO phusong.zone (organisation_id, province_code, commune_code,"
                " vintage, village, village_key, point, households) VALUES (:o, '42', '1', 'thử', 'x',"
                " 'x', ST_SetSRID(ST_MakePoint(105, 21), 4326), 5) RETURNING id)"
                " INSERT INTO phusong.verdict (zone_id, operator_id, technology, criteria_set_id,"
                " site_id, distance_m, verdict) SELECT new.id, operator_id, '4G', 1, site_id, 0,"
                " 'unknown' FROM new, phusong.site_operator WHERE site_code = 'VTL1'"
            ),
            {"o": officer.organisation_id},
        )
    state = "SELECT xmin, * FROM phusong.verdict"
    [before] = loader.rows(state)
    loader.load(HEADER + "VTL9,Viettel,5G,21.5,105.0,\nVNP9,VNPT,5G,21.5,105.0,\n")
    assert loader.rows("SELECT 1 FROM phusong.site JOIN phusong.verdict ON site_id = site.id") == []
    # It says what it was given by until the next one; loading a register is no judgement.
    assert loader.rows(state) == [before]


def test_a_site_that_stands_in_the_next_register_keeps_its_id(loader):
    ids = "SELECT site_code, site.id, count(*) OVER () FROM phusong.site_operator JOIN phusong.site ON site.id = site_id ORDER BY 1"
    rows = [f"VTL{n},Viettel,4G,{21 + n / 10:.1f},105.0,\n" for n in range(4)]
    loader.load(HEADER + "".join(rows))
    before = {row[0]: row[1] for row in loader.rows(ids)}
    moved = rows[1].replace("105.0", "105.001")
    loader.load(HEADER + "".join([rows[3].replace("4G", "5G"), moved, rows[0], rows[2]]))
    after = {row[0]: row[1] for row in loader.rows(ids)}
    assert {code for code in before if before[code] != after[code]} == {"VTL1"}
    assert after["VTL1"] not in before.values()


@pytest.mark.parametrize(
    ("content", "facts", "rule"),
    [
        (b"", {}, "file.empty"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 8, {}, "file.wrong_type"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00[Content_Types].xml", {}, "file.damaged"),
        (b"%PDF-1.7\n%%EOF", {}, "file.wrong_type"),
        (HEADER, {}, "tower.no_rows"),
        ("a,b\n1,2\n", {}, "tower.no_columns"),
        ("Nhà mạng,x,y\nViettel,500000,2300000\n", {}, "tower.crs_missing"),
        ("Nhà mạng,x,y\nViettel,500000,2300000\n", {"crs": "EPSG:99999"}, "tower.crs_unknown"),
        (HEADER + "A,Viettel,4G,48.9,2.3,\nB,Viettel,4G,21,105,\n", {}, "tower.outside_extent"),
        (HEADER + "A,Viettel,4G,chợ,105,\nB,Viettel,4G,21,105,\n", {}, "tower.position_unreadable"),
        (HEADER + "A,,4G,21,105,\nB,Viettel,4G,21,105,\n", {}, "tower.operator_blank"),
        (HEADER + "A,Viettel,4G,,,\n", {}, "tower.position_missing"),
        (TWO_SITES, {"operator": "Viettel"}, "tower.other_operator"),
    ],
)
@pytest.mark.parametrize("standing", [False, True])
def test_what_is_refused_leaves_the_database_as_it_was(loader, content, facts, rule, standing):
    if standing:
        loader.load(TWO_SITES)
    assert loader.refused(content, **facts) == [rule]


def test_a_truncated_workbook_leaves_the_database_as_it_was(loader, tmp_path):
    import openpyxl  # noqa: PLC0415 - only this test makes one

    book = openpyxl.Workbook()
    book.active.append(["Nhà mạng", "Vĩ độ", "Kinh độ"])
    for step in range(500):
        book.active.append(["Viettel", 21 + step / 1000, 105])
    book.save(tmp_path / "a.xlsx")
    whole = (tmp_path / "a.xlsx").read_bytes()
    assert loader.refused(whole[: len(whole) // 2], name="a.xlsx") == ["file.damaged"]
    assert loader.load(whole, name="a.xlsx").totals["sites"] == 500


def test_good_rows_alone_only_when_asked(loader):
    content = HEADER + "A,Viettel,4G,48.9,2.3,\nB,Viettel,4G,21,105,\n"
    assert loader.refused(content) == ["tower.outside_extent"]
    done = loader.load(content, accepted_only=True)
    assert (done.totals["loaded"], done.totals["rejected"]) == (1, 1)
    assert [found.rule for found in done.findings] == ["tower.outside_extent"]
    assert [row[1] for row in loader.standing()] == ["B"]


def test_a_failure_in_the_middle_leaves_nothing(loader, monkeypatch):
    loader.load(TWO_SITES)
    before = loader.everything()

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr(stored, "keep", fail)
    with pytest.raises(RuntimeError):
        loader.load(HEADER + "VTL9,Viettel,5G,21.0,105.0,\n")
    assert loader.everything() == before


def test_the_extent_is_a_dated_setting_and_can_be_given_for_one_file(loader):
    paris = "Nhà mạng,Vĩ độ,Kinh độ\n20801,48.85,2.35\n"
    assert loader.refused(paris) == ["tower.outside_extent"]
    assert loader.load(paris, extent=Extent(41, -5, 51, 10)).totals["sites"] == 1
    with loader.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.setting VALUES ('country_extent', '2026-01-01',"
                ' \'{"west": -5, "south": 41, "east": 10, "north": 51}\', \'thử\')'
            )
        )
    assert loader.refused(TWO_SITES) == ["tower.mostly_outside"]
    assert loader.load(paris + "20810,48.9,2.4\n").totals["sites"] == 2


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(16.53, 111.6), (8.64, 111.92), (10.4, 114.35)]
)
def test_hoang_sa_and_truong_sa_are_inside_the_extent(loader, latitude, longitude):
    assert loader.load(HEADER + f"A,Viettel,4G,{latitude},{longitude},\n").totals["sites"] == 1


def test_the_width_of_a_site_is_a_setting(loader):
    content = HEADER + "A,Viettel,4G,21.0,105,\nB,VNPT,4G,21.0009,105,\n"  # 100 m apart
    assert loader.load(content).totals["sites"] == 2
    with loader.owner.begin() as connection:
        connection.execute(
            text("INSERT INTO phusong.setting VALUES ('site_width_m', '2026-01-01', '150', 'thử')")
        )
    assert loader.load(content + "\n\n").totals["sites"] == 1


def test_an_operator_loads_its_own_stations_behind_the_walls(loader, operator):
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    loader.load(TWO_SITES)
    done = loader.load(HEADER + "VTL5,Viettel,4G,21.0,105.0,\n", viettel)
    assert [row[:2] for row in loader.standing()] == [("VNPT", "VNP1"), ("Viettel", "VTL5")]
    assert [(each.operator, each.sites, each.file_name) for each in done.replaced] == [
        ("Viettel", 2, None)
    ]
    # Its own site is new; VNPT keeps the shared one; the one that was Viettel's alone is gone.
    assert loader.rows("SELECT count(*) FROM phusong.site") == [(2,)]
    with pytest.raises(InputRefused) as refused:
        loader.load(HEADER + "X,Viettel,4G,21,105,\n", vnpt)
    assert [found.rule for found in refused.value.findings] == ["tower.other_operator"]
    with pytest.raises(NotFound):
        loader.load(HEADER + "X,Viettel,4G,21,105,\n", vnpt, operator="Viettel")
    with loader.database.transaction(vnpt) as connection:
        seen = (
            connection.execute(text("SELECT site_code FROM phusong.site_operator")).scalars().all()
        )
    assert seen == ["VNP1"]


def test_who_may_load(loader, province):
    for actor in (province("42"), dataclasses.replace(loader.authority, role=Role.REVIEWER)):
        with pytest.raises(NotAllowed):
            loader.load(TWO_SITES, actor)
    assert loader.rows("SELECT 1 FROM phusong.register") == []


def test_the_raw_file_can_not_be_deleted_by_the_program(loader):
    loader.load(TWO_SITES)
    with loader.database.transaction(loader.authority) as connection:
        allowed = connection.execute(
            text("SELECT has_table_privilege('phusong_app', 'phusong.register', 'DELETE')")
        ).scalar()
    assert allowed is False


def test_two_who_load_the_same_file_at_once_make_it_stand_once(loader):
    done, together = [], threading.Barrier(2)

    def run():
        together.wait()
        done.append(loader.load(TWO_SITES).changed)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, True]
    assert len(loader.standing()) == 3


def test_the_synthetic_register_loads_whole(loader, shared_data):
    file = shared_data / "towers_vn_synthetic.csv"
    done = loader.load(file.read_bytes(), name=file.name)
    told = [done.totals[name] for name in ("rows", "loaded", "planned")]
    assert told == [27091, 27091, 1116]
    assert abs(done.totals["sites"] - 13_053) <= 15
    assert done.findings == ()
    assert len(loader.standing()) == 27091
