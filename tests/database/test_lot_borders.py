"""Lots through communes that share a border: areas as they are stored, and the country's real ones."""

import pytest
from sqlalchemy import text

from coverage.actions.lot_views import see_lots
from coverage.actions.lots import propose_lots
from coverage.actions.people import act_for
from coverage.lots import bordering
from coverage.lots.borders import TOLERANCE_M
from coverage.people import OrganisationKind, Role
from coverage.storage.lots import commune_areas
from tests.builders import a_zone, zone_id
from tests.reported import VINTAGE, load_places, report

# Three communes in a row from south to north, and one that lies apart.
SQUARES = {"18073": 18.0, "18100": 18.3, "18103": 18.6, "18199": 20.0}
NEAR = text(
    "SELECT one.code AS one, other.code AS other FROM phusong.unit AS one"
    " JOIN phusong.unit AS other ON other.vintage = one.vintage AND other.level = one.level"
    "  AND other.province_code = one.province_code AND other.code <> one.code"
    "  AND ST_DWithin(one.area::geography, other.area::geography, :metres)"
    " WHERE one.vintage = :vintage AND one.level = 'commune' AND one.province_code = :province"
)


@pytest.fixture
def officer(database, authority, province):
    load_places(database, authority, approximate=False)
    with database.transaction(authority) as connection:
        for code, south in SQUARES.items():
            connection.execute(
                text("UPDATE phusong.unit SET area = ST_Multi(ST_MakeEnvelope(105, :south, 105.3,"
                     " :north, 4326)) WHERE vintage = :vintage AND code = :code"),
                {"south": south, "north": south + 0.3, "vintage": VINTAGE, "code": code},
            )  # fmt: skip
    made = province("42")
    report(
        database, made,
        *(a_zone(n, commune_code=code, latitude=SQUARES[code] + 0.01, longitude=105.1)
          for n, code in enumerate(("18073", "18100", "18103"), start=1)),
    )  # fmt: skip
    return made


def test_bordering_communes_are_one_lot_where_areas_are_exact(database, authority, officer):
    plan = propose_lots(database, authority, "42")
    assert plan.bordered is True
    assert [set(lot.zone_ids) for lot in plan.lots] == [{zone_id(1), zone_id(2), zone_id(3)}]
    assert plan.lots[0].totals["widest_gap_m"] > 30_000
    assert see_lots(database, authority, "42").bordered


def test_where_they_are_approximate_only_the_gap_counts(database, authority, officer):
    with database.transaction(authority) as connection:
        connection.execute(text("UPDATE phusong.vintage SET approximate = true"))
    plan = propose_lots(database, authority, "42")
    assert plan.bordered is False
    assert len(plan.lots) == 3
    assert not see_lots(database, authority, "42").bordered


def test_real_communes_border_where_the_database_says_so(real_country, country_database):
    authority = act_for(
        country_database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử"
    )
    with country_database.transaction(authority) as connection:
        codes = connection.execute(
            text("SELECT code FROM phusong.unit WHERE vintage = :vintage AND level = 'commune'"
                 " AND province_code = :province"),
            {"vintage": VINTAGE, "province": "42"},
        ).scalars()  # fmt: skip
        areas = commune_areas(connection, {(VINTAGE, each) for each in codes})
        near = connection.execute(
            NEAR, {"vintage": VINTAGE, "province": "42", "metres": TOLERANCE_M}
        ).all()
    found = {(one[1], other[1]) for one, others in bordering(areas).items() for other in others}
    assert len(found) > 150
    assert found == {(row.one, row.other) for row in near}
