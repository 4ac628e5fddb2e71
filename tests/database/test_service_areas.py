"""Service areas in the database: replaced, kept, walled off, all or nothing; pieces that are the whole."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import evidence, service_areas
from coverage.actions.audit import verify
from coverage.actions.service_areas import ServiceAreaRequest
from coverage.actions.towers import RegisterRequest, load_register
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.evidence import Service, Verdict
from coverage.people import Role
from coverage.storage import service_areas as stored
from coverage.towers import Technology
from tests.http.stored import a_vintage, a_zone
from tests.maps_of_areas import BOX, BOX_KM2, a_map

TODAY = date(2026, 11, 23)
OTHER = shapely.box(105.9, 18.1, 106.0, 18.3)
TOUCHED = ("service_area_file", "service_area", "organisation", "audit_entry", "verdict")
G4 = Technology.G4


class Loader:
    """Loads areas into a test's database and shows what stands."""

    def __init__(self, database, authority, folder):
        self.database, self.authority, self.folder = database, authority, folder
        self.owner = database.owner()

    def request(self, shapes, name="vung_4G.gpkg", operator="Viettel", columns=None, **facts):
        content = a_map(self.folder, shapes, columns=columns)
        return ServiceAreaRequest(name, content, operator, **facts)

    def load(self, shapes, actor=None, **facts):
        request = self.request(shapes, **facts)
        return service_areas.load(self.database, actor or self.authority, request, TODAY)

    def rows(self, sql, **facts):
        with self.owner.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql), facts)]

    def everything(self):
        return {
            table: self.rows(f"SELECT xmin, t.* FROM phusong.{table} AS t ORDER BY ctid")
            for table in TOUCHED
        }


@pytest.fixture
def loader(database, authority, tmp_path):
    made = Loader(database, authority, tmp_path)
    yield made
    made.owner.dispose()


def test_a_file_becomes_the_word_on_its_technology(loader):
    done = loader.load([BOX, OTHER], columns={"muc": ["tốt", "yếu"]}, published_on=TODAY)
    assert done.changed
    assert loader.rows(
        "SELECT o.name, f.technology, f.file_name, f.crs, f.published_on, f.replaced_at,"
        " length(f.raw) > 0, f.loaded_by FROM phusong.service_area_file f"
        " JOIN phusong.organisation o ON o.id = f.operator_id"
    ) == [("Viettel", "4G", "vung_4G.gpkg", "WGS 84", TODAY, None, True, "kiểm thử")]
    assert loader.rows(
        "SELECT weak, ST_Extent(area)::text FROM phusong.service_area GROUP BY weak ORDER BY weak"
    ) == [(False, "BOX(105.5 18.1,105.7 18.3)"), (True, "BOX(105.9 18.1,106 18.3)")]
    [(act, subject)] = loader.rows("SELECT act, subject FROM phusong.audit_entry")
    assert (act, subject) == ("service_areas.loaded", "Viettel")


def test_the_same_file_again_changes_nothing(loader):
    request = loader.request([BOX])
    first = service_areas.load(loader.database, loader.authority, request, TODAY)
    before = loader.everything()
    again = service_areas.load(loader.database, loader.authority, request, TODAY)
    assert not again.changed
    assert again.files == first.files
    assert loader.everything() == before


def test_a_newer_file_replaces_and_the_older_is_kept(loader):
    old = loader.load([BOX])
    new = loader.load([OTHER], name="moi_4G.gpkg")
    assert [kept.id for kept in new.replaced] == [old.files[G4]]
    assert loader.rows(
        "SELECT file_name, replaced_at IS NULL FROM phusong.service_area_file ORDER BY loaded_at"
    ) == [("vung_4G.gpkg", False), ("moi_4G.gpkg", True)]
    assert loader.rows("SELECT DISTINCT file_id FROM phusong.service_area") == [(new.files[G4],)]
    name, raw = service_areas.raw_file(loader.database, loader.authority, old.files[G4])
    assert name == "vung_4G.gpkg"
    assert raw.startswith(b"SQLite format 3")
    assert verify(loader.database, loader.authority) == (2, None)


def test_technologies_and_operators_stand_beside_one_another(loader):
    both = loader.load([BOX, OTHER], columns={"cong_nghe": ["3G", "4G"]})
    loader.load([OTHER], operator="VNPT")
    newer = loader.load([BOX], name="4G moi.gpkg")
    standing = {
        (kept.operator, kept.technology.value): kept.id
        for kept in service_areas.list_files(loader.database, loader.authority, standing_only=True)
    }
    assert standing["Viettel", "3G"] == both.files[Technology.G3]
    assert standing["Viettel", "4G"] == newer.files[G4]
    assert len(standing) == 3


def test_a_check_writes_nothing_and_says_what_would_change(loader, province):
    a_vintage(loader.database, loader.authority)
    officer = province("42")
    inside = a_zone(loader.database, officer, at=(105.6, 18.2), signal="none")
    a_zone(loader.database, officer, at=(105.95, 18.2), signal="none")
    a_zone(loader.database, officer, at=(104.0, 19.0), status="rejected")
    before = loader.everything()
    report = service_areas.check(loader.database, loader.authority, loader.request([BOX]), TODAY)
    assert loader.everything() == before
    [seen] = report.previews
    assert seen.zones == {Service.INSIDE: 1, Service.WEAK: 0, Service.OUTSIDE: 1}
    assert sum(seen.changes.values()) == 2  # neither zone had a verdict about Viettel yet
    told = report.as_json()
    assert told["areas"][0]["area_km2"] == pytest.approx(BOX_KM2, abs=0.001)
    assert inside


def test_an_operator_loads_its_own_only(loader, operator):
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    mine = loader.load([BOX], actor=viettel, operator=None)
    loader.load([OTHER], actor=vnpt, operator=None)
    with pytest.raises(NotFound):
        loader.load([BOX], actor=vnpt, operator="Viettel")
    seen = service_areas.list_files(loader.database, vnpt)
    assert {kept.operator for kept in seen} == {"VNPT"}
    with pytest.raises(NotFound):
        service_areas.raw_file(loader.database, vnpt, mine.files[G4])
    with loader.database.transaction(vnpt) as connection:
        pieces = connection.execute(text("SELECT DISTINCT operator_id FROM service_area")).scalars()
        assert list(pieces) == [vnpt.organisation_id]


def test_an_operator_replaces_what_the_authority_loaded_for_it(loader, operator):
    loader.load([BOX])
    viettel = operator("Viettel")
    done = loader.load([OTHER], actor=viettel, operator=None, name="moi_4G.gpkg")
    assert len(done.replaced) == 1
    assert loader.rows(
        "SELECT count(*) FROM phusong.service_area_file WHERE replaced_at IS NULL"
    ) == [(1,)]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD])
def test_other_roles_may_not_load(loader, role):
    from dataclasses import replace  # noqa: PLC0415

    with pytest.raises(NotAllowed):
        loader.load([BOX], actor=replace(loader.authority, role=role))


def test_an_operator_that_nobody_knows_is_not_made_up(loader):
    before = loader.everything()
    with pytest.raises(NotFound):
        loader.load([BOX], operator="Vietel Telekom")
    with pytest.raises(InputRefused) as why:
        loader.load([BOX], operator=None)
    assert [found.rule for found in why.value.findings] == ["service_area.operator_missing"]
    assert loader.everything() == before


def test_a_failing_cut_leaves_everything_as_it_was(loader, monkeypatch):
    loader.load([BOX])
    before = loader.everything()
    monkeypatch.setattr(stored, "PIECE_VERTICES", 2)  # PostGIS refuses fewer than five
    with pytest.raises(DBAPIError):
        loader.load([OTHER], name="moi_4G.gpkg")
    assert loader.everything() == before


def test_a_connection_that_dies_leaves_everything_as_it_was(loader, monkeypatch):
    loader.load([BOX])
    before = loader.everything()
    real = stored.copy_lines

    def killed(connection, statement, lines):
        real(connection, statement, lines)
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with loader.owner.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 60000)"), {"pid": backend})

    monkeypatch.setattr(stored, "copy_lines", killed)
    with pytest.raises(DBAPIError):
        loader.load([OTHER], name="moi_4G.gpkg")
    assert loader.everything() == before


def test_two_loads_at_once_leave_one_standing(loader):
    requests = [loader.request([BOX]), loader.request([OTHER], name="moi_4G.gpkg")]
    threads = [
        threading.Thread(
            target=service_areas.load, args=(loader.database, loader.authority, request, TODAY)
        )
        for request in requests
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [(standing,)] = loader.rows(
        "SELECT id FROM phusong.service_area_file WHERE replaced_at IS NULL"
    )
    assert loader.rows("SELECT DISTINCT file_id FROM phusong.service_area") == [(standing,)]


RINGS = st.lists(
    st.tuples(st.floats(105.0, 106.0), st.floats(18.0, 19.0), st.floats(0.01, 0.2)),
    min_size=1, max_size=6,
)  # fmt: skip


@given(discs=RINGS, holes=RINGS, seed=st.integers(0, 2**20))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_pieces_are_the_whole(loader, discs, holes, seed):
    """Random points lie in the stored pieces exactly where they lie in the original."""
    area = shapely.union_all([shapely.Point(x, y).buffer(r, quad_segs=40) for x, y, r in discs])
    area = area.difference(
        shapely.union_all([shapely.Point(x, y).buffer(r / 3) for x, y, r in holes])
    )
    if area.area < 1e-6:
        return
    loader.load([area], name=f"{seed}_4G.gpkg")
    random = np.random.default_rng(seed)
    points = np.column_stack([random.uniform(104.7, 106.3, 400), random.uniform(17.7, 19.3, 400)])
    clear = shapely.distance(area.boundary, shapely.points(points)) > 1e-9
    points = points[clear]
    expected = shapely.contains_xy(area, points[:, 0], points[:, 1]).tolist()
    found = loader.rows(
        "SELECT EXISTS (SELECT 1 FROM phusong.service_area"
        " WHERE ST_Covers(area, ST_SetSRID(ST_MakePoint(x, y), 4326)))"
        " FROM unnest(CAST(:xs AS float8[]), CAST(:ys AS float8[])) WITH ORDINALITY AS p (x, y, n)"
        " ORDER BY n",
        xs=points[:, 0].tolist(), ys=points[:, 1].tolist(),
    )  # fmt: skip
    assert [row[0] for row in found] == expected
    [(most,)] = loader.rows("SELECT max(ST_NPoints(area)) FROM phusong.service_area")
    assert most <= stored.PIECE_VERTICES


def test_a_preview_is_what_the_assessment_then_does(loader, province, operator):
    """Zones on both sides of the border, with and without a site: as the authority and as itself."""
    a_vintage(loader.database, loader.authority)
    officer = province("42")
    random = np.random.default_rng(11)
    for number in range(30):
        a_zone(
            loader.database, officer, village=f"Bản {number}",
            at=(float(random.uniform(105.4, 105.8)), float(random.uniform(18.0, 18.4))),
            signal=[None, "none", "patchy"][number % 3],
        )  # fmt: skip
    sites = "Mã trạm,Nhà mạng,Công nghệ,Vĩ độ,Kinh độ\n" + "".join(
        f"A{n},Viettel,4G,{random.uniform(18.0, 18.4):.5f},{random.uniform(105.4, 105.8):.5f}\n"
        for n in range(25)
    )
    load_register(
        loader.database, loader.authority, RegisterRequest("t.csv", sites.encode()), TODAY
    )
    evidence.assess(loader.database, loader.authority, TODAY)
    half = shapely.box(105.6, 18.1, 105.75, 18.3)
    request = loader.request([BOX, half], columns={"muc": ["tốt", "yếu"]})
    before = verdicts(loader)
    told = service_areas.check(loader.database, loader.authority, request, TODAY)
    told_operator = service_areas.check(loader.database, operator("Viettel"), request, TODAY)
    assert told_operator.previews == told.previews
    service_areas.load(loader.database, loader.authority, request, TODAY)
    evidence.assess(loader.database, loader.authority, TODAY)
    after = verdicts(loader)
    [seen] = told.previews
    assert seen.changes == Counter(
        (Verdict(before[zone]), Verdict(after[zone]))
        for zone in after
        if before[zone] != after[zone]
    )
    assert len(set(seen.changes)) > 1
    stood = Counter(
        row[0] for row in loader.rows("SELECT service FROM phusong.verdict WHERE technology = '4G'")
    )
    assert {each.value: count for each, count in seen.zones.items() if count} == stood


def verdicts(loader):
    """What is said of Viettel's 4G at each zone."""
    return dict(
        loader.rows(
            "SELECT zone_id, verdict FROM phusong.verdict v JOIN phusong.organisation o"
            " ON o.id = v.operator_id WHERE technology = '4G' AND o.name = 'Viettel'"
        )
    )
