"""Progress over HTTP: the figures agree with every other list, and tell nobody too much."""

import csv
import datetime as dt
import io
import re
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text

from api.progress_tables import Chart
from coverage.actions import awards, promises
from coverage.actions.people import act_for
from coverage.consultation import Wish
from coverage.people import OrganisationKind, Role
from coverage.progress import STAGE_OF, waits
from coverage.storage.people import ensure_organisation
from coverage.zones import Queue, Signal, ZoneStatus
from tests import databases
from tests.builders import a_zone, zone_id
from tests.consulted import in_days, open_now
from tests.delivered import a_wish, published, send
from tests.reported import approve, as_owner, change, load_places, report

PROGRESS = "/api/v1/progress"


@pytest.fixture
def neighbour(province):
    return province("40")


@pytest.fixture
def vnpt(operator):
    return operator("VNPT")


def happened(database):
    """Lot 2 late at Viettel with one zone on air, lot 1 soon due at VNPT; others wait."""

    def who(kind, role, name, code=None):
        authority = act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử")
        with database.transaction(authority) as connection:
            ensure_organisation(connection, kind, name, code)
        wanted = {"province_code": code} if code else {"organisation": name}
        return act_for(database, kind, role, "kiểm thử", **wanted)

    authority = act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử")
    province, operator = OrganisationKind.PROVINCE, OrganisationKind.OPERATOR
    officer = who(province, Role.PROVINCE_OFFICER, "Sở KH&CN tỉnh 42", "42")
    neighbour = who(province, Role.PROVINCE_OFFICER, "Sở KH&CN tỉnh 40", "40")
    viettel = who(operator, Role.OPERATOR, "Viettel")
    who(operator, Role.OPERATOR, "VNPT")
    number = published(database, authority, officer)
    awards.award_lots(
        database, authority, [a_wish(number), a_wish(number, lot="1", operator="VNPT")]
    )
    send(database, viettel, 2)
    passes(database, authority, "Viettel", dt.timedelta(days=-3))
    passes(database, authority, "VNPT", dt.timedelta(days=10))
    report(
        database, officer,
        a_zone(11, status=ZoneStatus.REPORTED, queue=Queue.UNDECIDED, signal=Signal.PATCHY),
        a_zone(12, status=ZoneStatus.RETURNED, queue=Queue.POWER, households=7),
        a_zone(13, status=ZoneStatus.REJECTED), a_zone(14, queue=Queue.COVERED),
    )  # fmt: skip
    report(database, neighbour,
           *(a_zone(20 + n, province_code="40", households=10 + n) for n in range(6)),
           a_zone(29, province_code="40", status=ZoneStatus.CONFIRMED, households=500))  # fmt: skip


@pytest.fixture(scope="module")
def furnished(cluster, template, project):
    """The name of a template in which all that has happened today: made once, not for each test."""
    code = [project / name for name in ("migrations", "coverage", "tests/delivered.py")]
    state = databases.state_of(*code, Path(__file__)) + f"_{in_days(0):%Y%m%d}"
    return databases.made_once(cluster, "progress", state, happened, base=template)


@pytest.fixture
def database(request, cluster, template):
    """A database of the test's own, furnished for those that ask for the world."""
    furnished = "world" in request.fixturenames
    base = request.getfixturevalue("furnished") if furnished else template
    with databases.clone(cluster, base) as made:
        yield made


@pytest.fixture
def world():
    """The number of the package that was awarded in the furnished database."""
    return f"GT-{in_days(0).year}-42-001"


def passes(database, authority, operator, away):
    """Let an operator's awards be due so long from today."""
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE phusong.award SET awarded_on = :due - 100, due_on = :due FROM"
                 " phusong.organisation WHERE organisation.id = operator_id AND name = :name"),
            {"due": in_days(away.days), "name": operator},
        )  # fmt: skip


def zones_of(client):
    """Every zone that the list hands out."""
    found = client.get("/api/v1/zones?limit=1000").json()
    assert found["numberMatched"] == len(found["features"])
    return [feature["properties"] for feature in found["features"]]


def tally(zones):
    return {"zones": len(zones), "households": sum(zone["households"] for zone in zones)}


def total(tallies):
    return {name: sum(each[name] for each in tallies) for name in ("zones", "households")}


WHO = ("authority", "auditor", "officer", "neighbour", "viettel", "vnpt")


def test_the_figures_are_those_of_the_lists_of_the_same_viewer(world, program, request):
    for who in WHO:
        client = program(request.getfixturevalue(who))
        told = client.get(PROGRESS).json()
        agrees_with_zones(told, zones_of(client), history=who not in {"viettel", "vnpt"})
        agrees_with_deliveries(told, client.get("/api/v1/deliveries").json())


def agrees_with_zones(told, zones, *, history):
    assert zones
    waiting = [
        zone for zone in zones
        if waits(ZoneStatus(zone["status"]), Queue(zone["queue"] or "undecided"))
    ]  # fmt: skip
    assert told["headline"]["waiting"] == tally(waiting)
    assert total(told["waiting"]) == tally(waiting)
    assert told["headline"]["white"] == tally([z for z in waiting if z["signal"] == "none"])
    for line in told["waiting"]:
        own = [zone for zone in waiting if zone["province_code"] == line["province_code"]]
        assert total(line["queues"].values()) == tally(own)
        for queue, part in line["queues"].items():
            assert part == tally([z for z in own if (z["queue"] or "undecided") == queue])
    if history:
        for stage, part in told["months"][-1]["stages"].items():
            in_stage = [z for z in zones if STAGE_OF.get(ZoneStatus(z["status"])) == stage]
            assert part == tally(in_stage), stage


def agrees_with_deliveries(told, delivered):
    by_state = {
        state: tally([z for z in delivered["zones"] if z["state"] == state])
        for state in ("late", "soon", "due", "on_air", "confirmed")
    }
    assert told["headline"]["late"] == total(told["late"]) == by_state["late"]
    assert total(told["soon"]) == by_state["soon"]
    assert told["soon_days"] == delivered["soon_days"]
    if not told["provinces"]:  # an operator's months are those of its awards
        stages = told["months"][-1]["stages"]
        assert stages["awarded"] == total([by_state[each] for each in ("late", "soon", "due")])
        assert stages["on_air"] == by_state["on_air"]
        assert stages["confirmed"] == by_state["confirmed"]


def test_what_is_late_names_operator_lot_and_days(world, program, authority, viettel):
    [late] = program(authority).get(PROGRESS).json()["late"]
    assert (late["operator"], late["package"], late["lot_number"]) == ("Viettel", world, 2)
    assert (late["late_days"], late["zones"]) == (3, 2)
    [soon] = program(authority).get(PROGRESS).json()["soon"]
    assert (soon["operator"], soon["late_days"]) == ("VNPT", -10)
    own = program(viettel).get(PROGRESS).json()
    assert [each["operator"] for each in (*own["late"], *own["soon"])] == ["Viettel"]


def test_a_province_is_told_of_others_only_what_it_may(world, program, authority, officer):
    every = {one["province_code"]: one for one in program(authority).get(PROGRESS).json()["provinces"]}  # fmt: skip
    seen = {one["province_code"]: one for one in program(officer).get(PROGRESS).json()["provinces"]}
    assert every["40"]["on_air_households"] == 500
    assert every["40"]["payer_share"] == 1
    assert seen["42"] == every["42"] | {"own": True}
    other = seen["40"]
    assert (other["waiting_zones"], other["waiting_households"]) == (6, 75)
    assert (other["on_air_zones"], other["on_air_households"], other["payer_share"]) == (None,) * 3
    assert set(other["hidden"]) >= {"on_air", "payer"}


def test_fewer_than_five_zones_of_another_province_are_not_told(  # noqa: PLR0917
    world, database, authority, officer, neighbour, program
):  # fmt: skip
    change(database, authority, zone_id(20), status="rejected")
    told = {one["province_code"]: one for one in program(officer).get(PROGRESS).json()["provinces"]}
    assert told["40"]["waiting_zones"] == 5
    change(database, authority, zone_id(21), status="rejected")
    told = {one["province_code"]: one for one in program(officer).get(PROGRESS).json()["provinces"]}
    assert (told["40"]["waiting_zones"], told["40"]["waiting_households"]) == (None, None)
    own = {one["province_code"]: one for one in program(neighbour).get(PROGRESS).json()["provinces"]}  # fmt: skip
    assert own["40"]["waiting_zones"] == 4


def test_an_operator_sees_no_other_lots_no_backlogs_and_no_promise_of_a_rival(  # noqa: PLR0917
    world, database, authority, vnpt, viettel, program
):  # fmt: skip
    report(database, authority_of(database, authority), *(
        a_zone(40 + n, households=33, longitude=105.9) for n in range(2)))  # fmt: skip
    number = open_now(database, authority, [zone_id(40), zone_id(41)])
    client = program(vnpt)
    before = client.get(PROGRESS).json()
    assert (before["review"], before["correction"], before["provinces"], before["silent"]) == ([],) * 4  # fmt: skip
    promises.promise(database, viettel, number, [Wish(zone_id(40), in_days(200))])
    assert client.get(PROGRESS).json() == before
    assert "Viettel" not in client.get(PROGRESS).text
    told = program(authority).get(PROGRESS).json()
    assert any("operator" in line["queues"] for line in told["waiting"])


def authority_of(database, authority):
    """Whoever stands in for province 42 when zones are put straight into the database."""
    with database.transaction(authority) as connection:
        found = connection.execute(
            text("SELECT id FROM phusong.organisation WHERE province_code = '42'")
        ).scalar_one()
    return type(authority)(found, authority.kind, authority.role, authority.name)


def test_every_table_is_a_file_with_the_same_figures(world, program, authority):
    client = program(authority)
    told = client.get(PROGRESS).json()
    answer = client.get(f"{PROGRESS}/waiting.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [int(row["Hộ còn chờ"]) for row in rows] == [one["households"] for one in told["waiting"]]  # fmt: skip
    assert {row["Số liệu ngày"] for row in rows} == {told["day"]}
    assert {row["Bộ tiêu chí"] for row in rows} == {
        f"{told['criteria']['name']} ({told['criteria']['document']})"}  # fmt: skip
    for chart in Chart:
        answer = client.get(f"{PROGRESS}/{chart.value}.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        assert sheet["A1"].value
        assert client.get(f"{PROGRESS}/{chart.value}.csv").status_code == 200
    assert client.get(f"{PROGRESS}/waiting.pdf").status_code == 422


def test_the_page_tells_the_same_in_both_languages(world, signed_in, program, authority):
    told = program(authority).get(PROGRESS).json()["headline"]
    page = signed_in(authority)
    shown = page.get("/progress").text
    figures = re.findall(r"<dd>([\d.]+)<small>", shown)
    assert figures[:5] == [
        f"{told[name][unit]:,}".replace(",", ".")
        for name, unit in (("waiting", "households"), ("white", "zones"), ("tendered", "households"),
                           ("on_air", "households"), ("late", "households"))
    ]  # fmt: skip
    assert "style=" not in shown.split("<main")[1]
    assert shown.count('role="img"') == 3
    assert re.findall(r'class="(late|soon)"><title>', shown) == ["late", "soon"]
    page.fill("/language", language="en", next="/progress")
    english = page.get("/progress").text
    assert "Households waiting for signal" in english
    assert "Hộ còn chờ" not in english


def test_sorting_works_without_a_script_and_htmx_gets_the_part_alone(world, signed_in, authority):
    page = signed_in(authority)
    whole = page.get("/progress?waiting_by=zones&beside_by=accepted").text
    assert 'href="/progress?waiting_by=days&amp;beside_by=accepted#waiting"' in whole
    headers = {"HX-Request": "true", "HX-Target": "progress-waiting"}
    part = page.get("/progress?waiting_by=zones", headers=headers).text
    assert "<html" not in part
    assert 'aria-current="true"' in part
    assert "<svg" in part
    headers["HX-Target"] = "progress-beside"
    assert 'aria-sort="ascending"' in page.get("/progress?beside_by=decision", headers=headers).text
    assert page.get("/progress?waiting_by=nonsense").status_code == 200


def test_one_province_alone_and_one_that_is_not_known(world, program, signed_in, authority):
    client = program(authority)
    told = client.get(f"{PROGRESS}?province=40").json()
    assert {line["province_code"] for line in told["waiting"]} == {"40"}
    assert told["months"][-1]["stages"]["confirmed"] == {"zones": 1, "households": 500}
    assert told["late"] == []
    assert client.get(f"{PROGRESS}?province=99").status_code == 404
    assert "Tiến độ: Nghệ An" in signed_in(authority).get("/progress?province=40").text


@pytest.mark.parametrize(
    ("who", "teaches"),
    [
        ("authority", "Khi các tỉnh nộp danh sách khảo sát"),
        ("officer", "Khi tỉnh nộp danh sách khảo sát"), ("vnpt", "Khi có đợt tham vấn"),
    ],
)  # fmt: skip
def test_before_there_is_anything_the_page_teaches(  # noqa: PLR0917
    database, authority, signed_in, request, who, teaches
):
    load_places(database, authority)
    shown = signed_in(request.getfixturevalue(who)).get("/progress").text
    assert teaches in shown
    assert "<table" not in shown


def test_before_anything_is_awarded_the_page_says_what_will_be_here(
    database, authority, officer, signed_in
):
    load_places(database, authority)
    report(database, officer, a_zone(1, status=ZoneStatus.REPORTED))
    approve(database, authority)
    shown = signed_in(authority).get("/progress").text
    assert "Chưa lô nào được giao" in shown
    assert "Không lô nào quá hạn" not in shown
