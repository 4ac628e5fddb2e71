"""Sites chosen for lots in the database: kept while nothing changes, walled, told in packages."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from coverage.actions import audit as audit_actions
from coverage.actions.lot_sites import choose_lot_sites, sites_of_lot
from coverage.actions.lots import propose_lots
from coverage.actions.package_sources import read_source
from coverage.actions.people import act_for
from coverage.costs import CostKind
from coverage.errors import NotAllowed, NotFound, NothingToDo
from coverage.layers import LayerKind
from coverage.lot_sites import SitesAsked
from coverage.packages import SiteKind, assemble
from coverage.people import OrganisationKind, Role
from coverage.storage import audit, layers, lot_sites, openings
from coverage.storage import lots as stored_lots
from coverage.storage.people import ensure_organisation
from tests.builders import a_zone, zone_id
from tests.reported import as_owner, change, report

pytestmark = pytest.mark.usefixtures("small_places")

KM = 1 / 111.32
TODAY = date(2026, 11, 23)
ALL = SitesAsked()


@pytest.fixture
def lots(database, authority, officer):
    """A lone village in the north; two in the south, 5 km apart: no site reaches both."""
    report(
        database, officer,
        a_zone(1), a_zone(2, latitude=18.3 + 7 * KM, commune_code="18100", households=60),
        a_zone(3, latitude=18.3 + 60 * KM, commune_code="18103"),
    )  # fmt: skip
    return propose_lots(database, authority, "42").lots


@pytest.fixture
def choose(database, authority, lots):
    def ask(asked=ALL, lot_ids=None, actor=authority):
        return choose_lot_sites(database, actor, "42", asked, TODAY, lot_ids)

    return ask


@pytest.fixture
def mast(database, authority):
    """Puts a mast of an operator into a register in force; return its id."""

    def put(latitude, longitude, *, operator="Viettel", shareable=True, on_air=True):
        with database.transaction(authority) as connection:
            organisation = ensure_organisation(connection, OrganisationKind.OPERATOR, operator)
            register = connection.execute(
                text(
                    "INSERT INTO phusong.register (organisation_id, file_name, sha256, raw, crs,"
                    " totals) VALUES (:me, 'thử.csv', :sha, '', 'EPSG:4326', '{}') RETURNING id"
                ),
                {"me": authority.organisation_id, "sha": uuid.uuid4().hex * 2},
            ).scalar_one()
            point = {"longitude": longitude, "latitude": latitude}
            site = connection.execute(
                text(
                    "INSERT INTO phusong.site (register_id, shared_code, point) VALUES (:register,"
                    " 'COT-BI-MAT', ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326))"
                    " RETURNING id"
                ),
                {"register": register, **point},
            ).scalar_one()
            connection.execute(
                text(
                    "INSERT INTO phusong.site_operator (site_id, operator_id, site_code,"
                    " technologies, on_air, shareable, point) VALUES (:site, :operator,"
                    " 'TRAM-BI-MAT', '{4G}', :on_air, :shareable,"
                    " ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326))"
                ),
                {"site": site, "operator": organisation, "on_air": on_air,
                 "shareable": shareable, **point},
            )  # fmt: skip
        return site

    return put


def put_layer(database, authority, kind, *shapes):
    facts = {
        "kind": kind.value, "layer_name": "", "crs": "WGS 84", "features": len(shapes),
        "length_km": None, "findings": [], "loaded_by": authority.name,
    }  # fmt: skip
    content = layers.LayerContent("duong.gpkg", "0" * 64, b"raw", "", {})
    with database.transaction(authority) as connection:
        layers.keep(connection, content, np.array(shapes, dtype=object), facts)


def put_setting(database, authority, name, value):
    with as_owner(database, authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.setting (name, valid_from, value, citation)"
                " VALUES (:name, :today, CAST(:value AS jsonb), 'thử')"
            ),
            {"name": name, "today": TODAY, "value": str(value)},
        )


def acts(database, authority):
    with database.transaction(authority) as connection:
        return [entry.act for entry in audit.entries(connection)].count("lot_sites.chosen")


def served(sited):
    return sorted(key for each in sited for site in each.siting.sites for key in site.zone_ids)


def test_every_zone_of_every_lot_is_served_by_one_site(choose):
    sited = choose()
    assert served(sited) == sorted([zone_id(1), zone_id(2), zone_id(3)])
    assert [len(each.siting.sites) for each in sited] == [1, 2]
    assert all(each.changed and each.siting.gap == 0 for each in sited)
    assert [each.siting.households_covered for each in sited] == [40, 100]
    assert sited[1].siting.cost_vnd == sited[1].cost.total_vnd


def test_what_no_layer_tells_is_absent_and_never_zero(database, authority, choose, mast):
    assert choose()[0].cost.absent == (CostKind.ROAD, CostKind.POWER, CostKind.BACKHAUL)
    put_layer(database, authority, LayerKind.ROAD, shapely.Point(105.6, 18.5))
    mast(18.0, 105.0, shareable=False)
    lone = choose()[0]
    assert lone.cost.absent == (CostKind.POWER,)
    assert lone.siting.inputs["layers"] == {"road": "0" * 64, "power_line": None}


def test_choosing_again_with_nothing_changed_changes_nothing(database, authority, choose):
    first = choose()
    again = choose()
    assert not any(each.changed for each in again)
    assert [each.siting for each in again] == [each.siting for each in first]
    assert acts(database, authority) == 1
    assert audit_actions.verify(database, authority)[1] is None


def test_only_the_lots_whose_inputs_changed_are_chosen_anew(database, authority, choose, mast):
    choose()
    put_setting(database, authority, "cost_tower_vnd", 1_600_000_000)
    assert [each.changed for each in choose()] == [True, True]
    put_layer(database, authority, LayerKind.ROAD, shapely.Point(105.6, 18.5))
    assert [each.changed for each in choose()] == [True, True]
    mast(18.3, 105.7)
    assert [each.changed for each in choose()] == [True, True]
    mast(18.3 + 60 * KM, 105.61)
    again = choose()
    assert [each.changed for each in again] == [True, False]
    assert again[0].siting.sites[0].shared
    assert [each.changed for each in choose(SitesAsked(sites=1))] == [True, True]


def test_a_mast_that_may_be_shared_goes_before_a_new_one(choose, mast):
    taken = mast(18.3 + KM, 105.6, operator="VNPT")
    northern, southern = choose()
    assert [(site.shared, site.mast_id) for site in southern.siting.sites] == [
        (False, None), (True, taken),
    ]  # fmt: skip
    assert southern.siting.inputs["candidates"]["masts"] == 1
    assert not northern.siting.sites[0].shared


@pytest.mark.parametrize(
    "facts", [{"shareable": False}, {"shareable": None}, {"shareable": True, "on_air": False}]
)
def test_a_mast_that_nobody_shares_or_that_does_not_stand_is_none(choose, mast, facts):
    mast(18.3 + KM, 105.6, **facts)
    assert not any(site.shared for each in choose() for site in each.siting.sites)


def test_so_many_sites_or_a_budget_are_asked_of_each_lot(choose):
    lone, both = choose(SitesAsked(sites=1))
    assert (len(lone.siting.sites), len(both.siting.sites)) == (1, 1)
    assert (both.siting.households_covered, both.siting.bound) == (60, 60)
    assert both.siting.asked == {"sites": 1, "budget_vnd": None}
    few = choose(SitesAsked(budget_vnd=2_000_000_000))
    assert [each.siting.households_covered for each in few] == [40, 60]
    assert all(each.siting.cost_vnd <= 2_000_000_000 for each in few)
    none = choose(SitesAsked(budget_vnd=1))
    assert [each.siting.sites for each in none] == [(), ()]


def test_one_lot_may_be_asked_for_and_an_unknown_one_is_refused(choose, lots):
    assert [each.lot.id for each in choose(lot_ids=[lots[1].id])] == [lots[1].id]
    with pytest.raises(NotFound):
        choose(lot_ids=[uuid.UUID(int=7)])


def test_new_sites_stand_on_the_provinces_own_ground(database, authority, choose):
    """West of 105.6 lies another province, and around the lone village the sea."""
    own = shapely.MultiPolygon([shapely.box(105.6, 18.2, 106.0, 18.5)])
    other = shapely.MultiPolygon([shapely.box(105.0, 18.2, 105.6, 18.5)])
    with as_owner(database, authority) as connection:
        for code, area in (("18073", own), ("18199", other)):
            connection.execute(
                text(
                    "UPDATE phusong.unit SET area = ST_SetSRID(CAST(:area AS geometry), 4326),"
                    " province_code = CASE code WHEN '18199' THEN '40' ELSE province_code END"
                    " WHERE vintage = '2026-04-30' AND code = :code"
                ),
                {"code": code, "area": area.wkt},
            )
    lone, both = choose()
    assert lone.siting.inputs["candidates"] == {"masts": 0, "zones": 1, "grid": 0}
    assert 10 < both.siting.inputs["candidates"]["grid"] < 40
    assert {site.commune_code for site in both.siting.sites} <= {"18073", "18100"}


def test_a_planner_chooses_and_an_auditor_reads_and_others_see_nothing(  # noqa: PLR0917 - fixtures
    database, authority, lots, choose, officer, operator
):
    reviewer = act_for(database, OrganisationKind.AUTHORITY, Role.REVIEWER, "thẩm định viên")
    for actor in (reviewer, officer, operator("Viettel")):
        with pytest.raises(NotAllowed):
            choose(actor=actor)
    choose()
    auditor = act_for(database, OrganisationKind.AUDITOR, Role.AUDITOR, "kiểm toán thử")
    shown = sites_of_lot(database, auditor, lots[1].id)
    assert [zone.zone.village for zone in shown.zones.values()]
    assert set(shown.communes) == {site.commune_code for site in shown.sited.siting.sites}
    for actor in (officer, operator("Viettel")):
        with database.transaction(actor) as connection:
            assert lot_sites.of_lots(connection, [lot.id for lot in lots]) == {}


def test_sites_chosen_by_former_rates_or_households_are_told_as_stale(
    database, authority, lots, choose
):
    def is_stale():
        return sites_of_lot(database, authority, lots[1].id).stale

    choose()
    assert not is_stale()
    put_setting(database, authority, "cost_road_vnd_per_km", 1)
    assert is_stale()
    choose()
    assert not is_stale()
    put_layer(database, authority, LayerKind.ROAD, shapely.Point(105.6, 18.5))
    assert is_stale()
    choose()
    change(database, authority, zone_id(1), households=41)
    assert is_stale()
    choose()
    assert not is_stale()


def test_a_lot_without_sites_shows_none_and_a_province_without_lots_is_refused(
    database, authority, lots, province
):
    assert sites_of_lot(database, authority, lots[0].id) is None
    with pytest.raises(NotFound):
        sites_of_lot(database, authority, uuid.UUID(int=7))
    with pytest.raises(NothingToDo):
        choose_lot_sites(database, authority, "40", ALL, TODAY)


def test_a_package_tells_new_sites_and_nothing_of_a_mast_that_stands(
    database, authority, lots, choose, mast
):
    mast(18.3 + KM, 105.612345, operator="VNPT")
    choose()
    with database.transaction(authority) as connection:
        source = read_source(
            connection, authority, "42", "Tỉnh Hà Tĩnh", stored_lots.lots_of(connection, "42")
        )
    package = assemble(source.frame("GT-2026-42-001", draft=True), source.lots, source.evidence)
    by_kind = {(lot.number, site.kind): site for lot in package.lots for site in lot.sites}
    shared, new = by_kind[2, SiteKind.SHARED], by_kind[1, SiteKind.NEW]
    assert (shared.latitude, shared.longitude) == (None, None)
    assert shared.commune == "Xã Hương Sơn"
    assert new.latitude == pytest.approx(18.3 + 60 * KM, abs=0.03)
    assert "105.61234" not in repr(package)
    assert "BI-MAT" not in repr(package)
    assert package.lots[0].cost.total_vnd == new.cost.total_vnd


def test_new_sites_make_a_package_of_another_date(database, authority, lots, choose):
    def dated():
        with database.transaction(authority) as connection:
            return stored_lots.newest_change(connection, [lot.id for lot in lots])

    before = dated()
    choose()
    after = dated()
    assert before < after
    choose()
    assert dated() == after


def test_the_sites_of_a_lot_go_with_what_an_amendment_makes_of_it(
    database, authority, lots, choose
):
    old = choose()[1]
    kept = [key for key in old.lot.zone_ids if key != zone_id(1)]
    new = replace(old.lot, id=uuid.UUID(int=42), zone_ids=tuple(kept), number=9)
    with database.transaction(authority) as connection:
        openings.add_waiting_lots(connection, [new], {new.id: old.lot.id})
        copied = lot_sites.of_lots(connection, [new.id])[new.id]
    [site] = copied.sites
    assert site.zone_ids == tuple(kept)
    assert copied.cost_vnd == site.cost.total_vnd
    assert (copied.households_covered, copied.inputs) == (60, old.siting.inputs)
