"""Rounds of consultation: who may do what, who sees which, and when."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from coverage.actions import consultation, people, promises, zones
from coverage.actions.consultation import NewRound
from coverage.consultation import RoundState
from coverage.errors import Conflict, NotAllowed, NotFound, NothingToDo
from coverage.people import MAY, ROLES_OF, Act, OrganisationKind, Role
from coverage.storage.zones import ZoneFilter
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.consulted import (
    a_table,
    acts,
    in_days,
    open_now,
    promise,
    queue_of,
    shift_round,
)
from tests.reported import report

STRANGER = uuid.UUID(int=77)


@pytest.fixture
def table(database, authority, province):
    """Four approved zones of the fund's queue."""
    return a_table(database, authority, province)


@pytest.fixture
def everyone(database, authority, province, operator):
    """One of each whom a round may concern, by the part they play."""
    return {
        "authority": authority,
        "auditor": people.act_for(database, OrganisationKind.AUDITOR, Role.AUDITOR, "kiểm toán"),
        "own": province("42"), "other": province("40"),
        "maker": operator("Viettel"), "rival": operator("VNPT"),
    }  # fmt: skip


ROLES = [(kind, role) for kind, roles in ROLES_OF.items() for role in sorted(roles)]


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_every_role_tries_every_act(database, everyone, table, kind, role):
    authority, viettel = everyone["authority"], everyone["maker"]
    number = open_now(database, authority, table)
    (made,) = promise(database, viettel, number, table[0])
    actor = {
        OrganisationKind.AUTHORITY: authority, OrganisationKind.PROVINCE: everyone["own"],
        OrganisationKind.OPERATOR: viettel, OrganisationKind.AUDITOR: everyone["auditor"],
    }[kind]  # fmt: skip
    actor = replace(actor, role=role)
    soon = datetime.now(UTC) + timedelta(days=60)
    tries = {
        "preview": (Act.OPEN_CONSULTATION, lambda: consultation.preview_round(database, actor)),
        "open": (Act.OPEN_CONSULTATION, lambda: consultation.open_round(
            database, actor, NewRound("Đợt", "CV", soon, soon + timedelta(1)))),
        "extend": (Act.OPEN_CONSULTATION, lambda: consultation.extend_round(
            database, actor, number, soon, "thêm thời gian")),
        "promise": (Act.PROMISE, lambda: promise(database, actor, number, table[1])),
        "preview promises": (Act.PROMISE, lambda: promises.preview_promises(
            database, actor, number, f"zone_id,on_air_by\n{table[2]},{in_days(9)}\n".encode(),
            name="a.csv")),
        "record": (Act.OPEN_CONSULTATION, lambda: promises.record_promise(
            database, actor, "Viettel", table[3], on_air_by=in_days(9), document="CV 9")),
        "withdraw": (Act.PROMISE if kind is OrganisationKind.OPERATOR else Act.OPEN_CONSULTATION,
                     lambda: promises.withdraw_promise(database, actor, made.id, "đổi kế hoạch")),
        "lapse": (Act.OPEN_CONSULTATION, lambda: promises.lapse(database, actor, in_days(0))),
        "cancel": (Act.OPEN_CONSULTATION, lambda: consultation.cancel_round(
            database, actor, number, "nhầm danh sách")),
    }  # fmt: skip
    before = len(acts(database, authority))
    for name, (act, attempt) in tries.items():
        if role in MAY[act]:
            if name == "open":
                with pytest.raises(NothingToDo):  # every zone is on the table already
                    attempt()
            else:
                attempt()
        else:
            with pytest.raises(NotAllowed):
                attempt()
    may = {name for name, (act, _) in tries.items() if role in MAY[act]}
    logged = acts(database, authority)[before:]
    assert len(logged) == len(may & {"extend", "promise", "record", "withdraw", "cancel"})


def test_rounds_are_seen_by_whom_they_concern(database, everyone, table):
    report(database, everyone["other"], a_zone(50, province_code="40", status=ZoneStatus.APPROVED))
    number = open_now(database, everyone["authority"], table)
    promise(database, everyone["maker"], number, table[0], table[1])
    seen = {
        name: consultation.see_round(database, actor, number) for name, actor in everyone.items()
    }
    zones_seen = {name: each.asked.zones for name, each in seen.items()}
    made = {name: len(each.promises) for name, each in seen.items()}
    assert zones_seen == {
        "authority": 4, "auditor": 4, "own": 4, "other": 0, "maker": 4, "rival": 4,
    }  # fmt: skip
    assert made == {"authority": 2, "auditor": 2, "own": 0, "other": 0, "maker": 2, "rival": 0}
    assert seen["authority"].promised.zones == 2
    assert seen["authority"].promised.households == 80


def test_a_planned_round_is_nobodys_but_the_authoritys(database, everyone, table):
    authority = everyone["authority"]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    new = NewRound("Đợt 1", "CV 1", tomorrow, tomorrow + timedelta(days=30))
    planned = consultation.open_round(database, authority, new)
    assert planned.state is RoundState.PLANNED
    number = planned.round.number
    assert consultation.see_round(database, everyone["auditor"], number).asked.zones == 4
    for stranger in (everyone["maker"], everyone["own"]):
        assert consultation.list_rounds(database, stranger) == []
        with pytest.raises(NotFound):
            consultation.see_round(database, stranger, number)
        with pytest.raises(NotFound):
            consultation.round_file(database, stranger, number, "csv")
    assert zones.list_zones(database, everyone["maker"], ZoneFilter()).zones == 0
    with pytest.raises(NotFound):
        promise(database, everyone["maker"], number, table[0])
    shift_round(database, authority, number, -1)
    assert consultation.see_round(database, everyone["maker"], number).state is RoundState.OPEN
    assert zones.list_zones(database, everyone["maker"], ZoneFilter()).zones == 4


def test_an_opening_that_has_passed_is_now(database, authority, table):
    now = datetime.now(UTC)
    new = NewRound("Đợt 1", "CV 1", now - timedelta(days=9), now + timedelta(days=1))
    assert consultation.open_round(database, authority, new).round.opens_at >= now


@pytest.mark.parametrize(
    ("differences", "reason"),
    [
        ({"name": "  "}, "round_unnamed"),
        ({"basis": ""}, "round_unnamed"),
        ({"closes_at": datetime(2020, 1, 1, tzinfo=UTC)}, "round_ends_too_early"),
    ],
)
def test_a_round_that_makes_no_sense(database, authority, table, differences, reason):
    now = datetime.now(UTC)
    new = replace(NewRound("Đợt 1", "CV 1", now, now + timedelta(days=9)), **differences)
    with pytest.raises(Conflict) as refused:
        consultation.open_round(database, authority, new)
    assert refused.value.facts["reason"] == reason


def test_a_round_asks_for_waiting_fund_zones_that_no_live_round_has(
    database, authority, province, table
):
    officer = province("42")
    report(
        database, officer,
        a_zone(11, queue=Queue.OPERATOR, status=ZoneStatus.APPROVED),
        a_zone(12, status=ZoneStatus.REPORTED),
        a_zone(13, status=ZoneStatus.UNDER_REVIEW),
        a_zone(14, status=ZoneStatus.IN_PACKAGE),
    )  # fmt: skip
    first = open_now(database, authority, table[:2])
    (line,) = consultation.preview_round(database, authority)
    assert (line.province_code, line.zones, line.households, line.taken) == ("42", 3, 120, 2)
    second = open_now(database, authority)
    asked = {each.zone.id for each in consultation.zones_of_round(database, authority, second)}
    assert asked == {table[2], table[3], zone_id(13)}
    for taken, reason in ((table[0], "zone_in_round"), (zone_id(14), "zone_not_waiting")):
        with pytest.raises(Conflict) as refused:
            open_now(database, authority, [taken])
        assert refused.value.facts["reason"] == reason
    with pytest.raises(NotFound):
        open_now(database, authority, [STRANGER])
    # Free again: the round was cancelled, or is over.
    consultation.cancel_round(database, authority, first, "làm lại")
    shift_round(database, authority, second, -40)
    assert consultation.preview_round(database, authority)[0].zones == 5


def test_a_round_ends_later_for_a_reason_only(database, authority, operator, table):
    number = open_now(database, authority, days=2)
    later = datetime.now(UTC) + timedelta(days=9)
    for until, reason, refusal in (
        (later, " ", "needs_reason"), (datetime.now(UTC), "chậm", "round_not_later"),
    ):  # fmt: skip
        with pytest.raises(Conflict) as refused:
            consultation.extend_round(database, authority, number, until, reason)
        assert refused.value.facts["reason"] == refusal
    assert consultation.extend_round(
        database, authority, number, later, "doanh nghiệp xin thêm"
    ).round.closes_at == later  # fmt: skip
    shift_round(database, authority, number, -20)
    for attempt in (
        lambda: consultation.extend_round(
            database, authority, number, later + timedelta(99), "chậm"
        ),
        lambda: consultation.cancel_round(database, authority, number, "nhầm"),
        lambda: promise(database, operator("Viettel"), number, table[0]),
    ):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.facts["reason"] == "round_closed"


def test_a_cancelled_round_takes_nothing_and_its_promises_stand(
    database, authority, operator, table
):
    viettel = operator("Viettel")
    number = open_now(database, authority)
    promise(database, viettel, number, table[0])
    with pytest.raises(Conflict):
        consultation.cancel_round(database, authority, number, "")
    consultation.cancel_round(database, authority, number, "sai danh sách")
    with pytest.raises(Conflict) as refused:
        promise(database, viettel, number, table[1])
    assert refused.value.facts["reason"] == "round_cancelled"
    assert consultation.see_round(database, viettel, number).round.cancel_reason == "sai danh sách"
    assert queue_of(database, authority, table[0])[0] is Queue.OPERATOR
    # What it promised is still its to see; the rest of the table is not.
    seen = zones.list_zones(database, viettel, ZoneFilter()).page.zones
    assert [each.zone.id for each in seen] == [table[0]]
    assert zones.list_zones(database, operator("VNPT"), ZoneFilter()).zones == 0


def test_many_rounds_are_read_like_one_each_with_its_own_promises(
    database, authority, operator, table
):
    said = []

    def listen(*about):
        said.append(about[2])

    def listed():
        said.clear()
        event.listen(Engine, "before_cursor_execute", listen)
        try:
            return consultation.list_rounds(database, authority), len(said)
        finally:
            event.remove(Engine, "before_cursor_execute", listen)

    promise(database, operator("Viettel"), open_now(database, authority, table[:1]), table[0])
    _, statements = listed()
    promise(database, operator("VNPT"), open_now(database, authority, table[1:2]), table[1])
    open_now(database, authority, table[2:])
    seen, now = listed()
    assert now == statements
    assert [(each.asked.zones, len(each.standing)) for each in seen] == [(2, 0), (1, 1), (1, 1)]
    assert [each.standing[0].operator for each in seen[1:]] == ["VNPT", "Viettel"]
