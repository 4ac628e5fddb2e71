"""What verdicts rest on: registers, service areas, disputes, promises and terrain, as stored."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from coverage.actions.evidence import assess
from coverage.actions.terrain import load_terrain
from coverage.actions.towers import RegisterRequest, load_register
from coverage.evidence import Reason, Service, Verdict
from coverage.nearest import bits_of
from coverage.storage import evidence_inputs
from coverage.storage.sessions import Database
from coverage.towers import Technology
from tests.judged import TODAY, Field
from tests.rasters import of_degrees


@pytest.fixture
def field(database, authority, province, operator):
    made = Field(database, authority, province, operator)
    yield made
    made.owner.dispose()


def stations(field):
    with field.database.transaction(field.authority) as connection:
        return evidence_inputs.stations(connection, list(field.operators.values()))


def test_stations_come_as_they_are_stored(field):
    first = field.site(21.0123456789, 105.1, technologies=("2G", "4G"), height=42.5)
    second = field.site(-8.5, -0.25, technologies=())
    planned = field.site(22.0, 106.0, on_air=False)
    silent = field.site(23.0, 106.0, on_air=None)  # what a register does not say is on air
    found = stations(field)
    own = found[field.operators["Viettel"]]
    rows = {
        int(site): tuple(rest)
        for site, *rest in zip(
            own.on_air.site_ids, own.on_air.latitudes, own.on_air.longitudes,
            own.on_air.technologies, own.on_air.antenna_heights_m, strict=True,
        )
    }  # fmt: skip
    assert rows[first] == (21.0123456789, 105.1, bits_of((Technology.G2, Technology.G4)), 42.5)
    assert rows[second][:3] == (-8.5, -0.25, 0)
    assert np.isnan(rows[second][3])
    assert set(rows) == {first, second, silent}
    assert own.planned.site_ids.tolist() == [planned]
    assert len(found[field.operators["VNPT"]].on_air) == 0


def test_an_operator_is_shown_its_own_stations_only(field, operator):
    field.site(21.0, 105.0)
    field.site(21.0, 105.0, "VNPT")
    with field.database.transaction(operator("VNPT")) as connection:
        found = evidence_inputs.stations(connection, list(field.operators.values()))
    assert {name: len(found[key].on_air) for name, key in field.operators.items()} == {
        "MobiFone": 0, "VNPT": 1, "Viettel": 0,
    }  # fmt: skip


def test_a_planned_site_is_not_the_nearest_but_is_told_of_its_technology(field):
    field.site(21.01, 105.0, on_air=False, technologies=("3G",))
    on_air = field.site(21.2, 105.0, technologies=("3G", "4G"))
    zone = field.zone(21.0, 105.0, signal="none")
    done = field.assess()
    three, four = (field.judged(done, zone, technology=each) for each in ("3G", "4G"))
    assert (three.site_id, three.verdict) == (on_air, Verdict.NONE)
    assert Reason.PLANNED_SITE_WITHIN_REACH in three.reasons
    assert Reason.PLANNED_SITE_WITHIN_REACH not in four.reasons


def test_a_site_that_does_not_say_its_technologies_counts_for_each(field):
    site = field.site(21.01, 105.0, technologies=())
    zone = field.zone(21.0, 105.0)
    done = field.assess()
    for technology in Technology:
        judged = field.judged(done, zone, technology=technology)
        assert judged.site_id == site
        assert Reason.TECHNOLOGY_NOT_STATED in judged.reasons


def test_where_service_areas_put_a_village(field):
    field.site(21.0, 105.0, technologies=("3G", "4G"))
    field.service((104, 20, 106, 22, False), technology="3G")  # the file before, replaced
    file = field.service((104.9, 20.9, 105.1, 21.1, True), (104.95, 20.95, 105.05, 21.05, False))
    three = field.service((104, 20, 104.99, 22, False), technology="3G")
    inside, weak, out = field.zone(21.0, 105.0), field.zone(21.0, 105.08), field.zone(21.0, 105.2)
    done = field.assess()
    assert {
        zone: (judged.service, judged.service_file_id)
        for zone in (inside, weak, out)
        for judged in [field.judged(done, zone)]
    } == {
        inside: (Service.INSIDE, file), weak: (Service.WEAK, file), out: (Service.OUTSIDE, file),
    }  # fmt: skip
    assert field.judged(done, inside).verdict is Verdict.SERVED
    assert field.judged(done, out).verdict is Verdict.NONE
    # Of a technology that nothing was published of, nothing is concluded.
    nothing = field.judged(done, inside, technology="2G")
    assert (nothing.service, nothing.service_file_id) == (None, None)
    assert nothing.verdict is Verdict.UNKNOWN
    assert field.judged(done, inside, technology="3G").service_file_id == three
    assert field.judged(done, inside, technology="3G").verdict is Verdict.NONE
    # A village served with broadband is no dead zone.
    assert field.queue(inside)[0::2] == ("covered", 4)
    assert field.queue(out)[0] == "fund"


def test_an_operator_that_publishes_without_a_register_is_judged_but_never_served(field):
    field.service((104, 20, 106, 22, False), operator="MobiFone")
    zone = field.zone(21.0, 105.0)
    done = field.assess()
    assert list(done.operators.values()) == ["MobiFone"]
    judged = field.judged(done, zone, "MobiFone")
    assert judged.verdict is Verdict.UNKNOWN
    assert Reason.NO_REGISTER in judged.reasons
    assert field.queue(zone)[0] == "fund"


def test_the_newest_upheld_dispute_stands_in_place(field):
    field.site(21.2, 105.0)
    zone, other = field.zone(21.0, 105.0, signal="none"), field.zone(21.0, 106.0, signal="none")
    field.assess()
    field.upheld(zone, "weak")
    newest = field.upheld(zone, "served")
    done = field.assess(only=["Viettel"])
    judged = field.judged(done, zone)
    assert (judged.verdict, judged.dispute_id) == (Verdict.SERVED, newest)
    assert judged.reasons[0] is Reason.DISPUTE_UPHELD
    assert (done.verdicts_changed, done.queues_changed) == (1, 1)
    assert field.queue(zone)[0] == "covered"
    assert field.judged(done, other).verdict is Verdict.NONE
    assert field.judged(done, zone, technology="3G").verdict is Verdict.NONE


def test_a_standing_promise_decides_who_pays_until_its_day(field):
    zone = field.zone(21.0, 105.0)
    field.promise(zone, date(2027, 1, 31))
    field.assess(date(2027, 1, 31))
    assert field.queue(zone)[0::2] == ("operator", 5)
    field.assess(date(2027, 2, 1))
    assert field.queue(zone)[0::2] == ("fund", 2)


def test_second_generation_alone_is_no_broadband(field):
    field.site(21.0, 105.0, technologies=("2G",))
    field.service((104, 20, 106, 22, False), technology="2G")
    zone = field.zone(21.0, 105.0)
    assert field.judged(field.assess(), zone, technology="2G").verdict is Verdict.SERVED
    assert field.queue(zone)[0] == "fund"


def ridge(lon, lat):
    return 10 + 190 * np.exp(-(((lon - 105.01) / 0.002) ** 2)) + 0 * lat


def test_terrain_tells_whether_a_site_within_reach_is_seen(field, tmp_path):
    raster = of_degrees(tmp_path / "núi.tif", 104.95, 20.95, 0.1, 0.0003, ridge, unit="m")
    knowing = Database(field.database.url, field.database.owner_url, var=tmp_path / "var")
    load_terrain(knowing, field.authority, raster, tmp_path / "var", TODAY)
    west, east = field.site(21.0, 104.995, "VNPT"), field.site(21.0, 105.02)
    field.service((104, 20, 106, 22, False))
    field.service((104, 20, 106, 22, False), operator="VNPT")
    zone, away = field.zone(21.0, 105.0), field.zone(21.5, 106.0)
    field.site(21.51, 106.0)
    done = assess(knowing, field.authority, TODAY)
    hidden, seen = field.judged(done, zone), field.judged(done, zone, "VNPT")
    assert (hidden.site_id, hidden.line_of_sight, hidden.verdict) == (east, False, Verdict.WEAK)
    assert Reason.TERRAIN_BLOCKS in hidden.reasons
    assert (seen.site_id, seen.line_of_sight, seen.verdict) == (west, True, Verdict.SERVED)
    # Where no terrain is loaded nothing is known of the ground, and that is said.
    assert field.judged(done, away).line_of_sight is None
    assert Reason.OUTSIDE_TERRAIN in field.judged(done, away).reasons
    # A mast beyond reach is not looked for.
    assert field.judged(done, away, "VNPT").line_of_sight is None
    assert assess(knowing, field.authority, TODAY).verdicts_changed == 0
    # Where its files lie is not known here: no verdict is given as if there were none.
    with pytest.raises(LookupError):
        field.assess()
    knowing.close()


@pytest.mark.parametrize("loads", ["authority", "operator"])
def test_a_register_that_moves_one_site_changes_only_what_is_near_it(field, operator, loads):
    """A mast that stands in the next register too is the same mast, under the same id."""
    header = "Mã trạm,Nhà mạng,Công nghệ,Vĩ độ,Kinh độ\n"
    rows = [f"T{n},Viettel,4G,{21 + n / 10},105" for n in range(5)] + ["V,VNPT,4G,21.0,105"]

    def load(name, rows, actor):
        content = (header + "\n".join(rows)).encode()
        request = RegisterRequest(f"{name}.csv", content)
        return load_register(field.database, actor, request, TODAY)

    load("trước", rows, field.authority)
    loader = field.authority if loads == "authority" else operator("Viettel")
    zones = [field.zone(21.01 + n / 10, 105.0, village=f"Bản {n}") for n in range(5)]
    field.assess()
    kept = "SELECT operator_id, zone_id, technology, site_id FROM phusong.verdict"
    before = {tuple(row) for row in field.rows(kept)}
    moved = [rows[0], "T1,Viettel,4G,21.105,105", *rows[2:5]]
    done = load("sau", moved, loader)
    assert done.operator_ids == (field.operators["Viettel"],)
    again = field.assess(only=["Viettel"])
    # Where Viettel stood with VNPT its new site has an id of its own; T1 has moved.
    after = {tuple(row) for row in field.rows(kept)}
    assert {row[1] for row in before - after} == {zones[0], zones[1]}
    assert again.verdicts_changed == 2
    load("lại", [*moved, "T9,Viettel,4G,23,105"], loader)
    assert field.assess(only=["Viettel"]).verdicts_changed == 0
