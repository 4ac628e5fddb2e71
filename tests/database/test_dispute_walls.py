"""Disputes: who may do what, and what the database itself keeps of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from coverage.actions import dispute_answers, disputes, own_verdicts
from coverage.actions import zones as zone_actions
from coverage.actions.disputes import Proof
from coverage.errors import NotAllowed, NotFound
from coverage.people import MAY, ROLES_OF, Act, OrganisationKind
from coverage.storage import audit
from coverage.storage.own_verdicts import VerdictFilter
from coverage.storage.zones import ZoneFilter
from tests.disputed import DRIVE_TEST, disputed, judged, rows, set_setting

ALL = VerdictFilter()
PROOF = Proof("Có sóng tại nhà văn hóa.", "đo kiểm.csv", DRIVE_TEST)


@pytest.fixture
def world(database, authority, province, operator):
    return judged(database, authority, province, operator)


ROLES = [(kind, role) for kind, roles in ROLES_OF.items() for role in sorted(roles)]


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=lambda value: value.value)
def test_who_may_do_what(  # noqa: PLR0917
    database, authority, world, auditor, kind, role
):
    number = disputed(database, world)
    actor = replace(
        {
            OrganisationKind.PROVINCE: world.officer,
            OrganisationKind.AUTHORITY: authority,
            OrganisationKind.OPERATOR: world.viettel,
            OrganisationKind.AUDITOR: auditor,
        }[kind],
        role=role,
    )
    acts = {
        "list": lambda: disputes.list_disputes(database, actor),
        "get": lambda: disputes.get_dispute(database, actor, number),
        "file": lambda: disputes.raw_file(database, actor, number),
        "verdicts": lambda: own_verdicts.verdicts_about_me(database, actor, world.day, ALL),
        "raise": lambda: disputed(database, world, 1, actor=actor),
        "answer": lambda: dispute_answers.answer(
            database, actor, world.day, [number], upheld=False, answer="Không."
        ),
        "close": lambda: dispute_answers.close_unanswered(database, actor, world.day),
        "withdraw": lambda: disputes.withdraw_dispute(database, actor, number),
    }
    reads = set() if kind is OrganisationKind.PROVINCE else {"list", "get", "file"}
    disputes_it = {"verdicts", "raise", "withdraw"} if role in MAY[Act.DISPUTE_VERDICT] else set()
    answers = {"answer", "close"} if role in MAY[Act.ANSWER_DISPUTE] else set()
    done = set()
    for name, act in acts.items():
        try:
            act()
            done.add(name)
        except NotAllowed:
            continue
    assert done == reads | disputes_it | answers


def test_nobody_learns_of_anothers_dispute(database, authority, world, auditor):
    number = disputed(database, world)
    other = disputes.list_disputes(database, world.vnpt)
    assert (list(other.disputes), other.total) == ([], 0)
    for act in (disputes.get_dispute, disputes.raw_file, disputes.withdraw_dispute):
        with pytest.raises(NotFound):
            act(database, world.vnpt, number)
    for table in ("dispute", "dispute_file"):
        counted = {
            actor.name: rows(database, actor, f"SELECT count(*) FROM phusong.{table}")[0][0]
            for actor in (world.viettel, world.vnpt, world.officer, authority, auditor)
        }
        assert set(counted.values()) == {0, 1}
        assert counted[world.vnpt.name] == counted[world.officer.name] == 0

    def seen_disputed(actor):
        found = zone_actions.list_zones(database, actor, ZoneFilter(disputed=True))
        return [listed.zone.village for listed in found.page.zones if listed.disputed]

    for actor in (authority, auditor, world.officer, world.viettel):
        assert seen_disputed(actor) == ["Bản Cọ"], actor.name
    assert seen_disputed(world.vnpt) == []
    disputes.withdraw_dispute(database, world.viettel, number)
    assert seen_disputed(authority) == []


def refused_by_the_database(database, actor, statement, **values):
    with pytest.raises((DBAPIError, ProgrammingError)), database.transaction(actor) as connection:
        connection.execute(text(statement), values)


def test_the_database_itself_keeps_what_was_claimed(database, authority, world, auditor):
    number = disputed(database, world)
    operators = [
        "SET status = 'upheld', answer = 'x', answered_by = 'x', answered_at = now()",
        "SET status = 'dismissed', answer = 'x', answered_by = 'x', answered_at = now()",
        "SET reason = 'khác'", "SET claimed = 'weak'", "SET answer = 'x'", "SET sha256 = 'x'",
        "SET answer_by = answer_by - 60",
    ]  # fmt: skip
    authoritys = [
        "SET claimed = 'weak'", "SET reason = 'khác'", "SET disputed = 'unknown'",
        "SET status = 'withdrawn', answered_by = 'x', answered_at = now()", "SET answer = 'x'",
        "SET status = 'upheld', answered_by = 'x', answered_at = now()",
        "SET file_name = 'x'", "SET raised_by = 'x'", "SET answer_by = answer_by + 60",
    ]  # fmt: skip
    for actor, changes in ((world.viettel, operators), (authority, authoritys)):
        for change in changes:
            refused_by_the_database(database, actor, f"UPDATE phusong.dispute {change}")
        for table in ("dispute", "dispute_file"):
            refused_by_the_database(database, actor, f"DELETE FROM phusong.{table}")
        refused_by_the_database(database, actor, "UPDATE phusong.dispute_file SET raw = 'x'")
    answered = "SET status = 'dismissed', answer = 'x', answered_by = 'x', answered_at = now()"
    for actor in (world.vnpt, world.officer, auditor):
        with database.transaction(actor) as connection:
            assert connection.execute(text(f"UPDATE phusong.dispute {answered}")).rowcount == 0
    dispute_answers.answer(database, authority, world.day, [number], upheld=False, answer="Không.")
    refused_by_the_database(
        database, authority, "UPDATE phusong.dispute SET answer = 'khác', answered_by = 'x'"
    )


@pytest.mark.parametrize(
    "forged",
    [{}, {"status": "upheld", "answer": "x", "answered_by": "x", "answered_at": "2026-01-01"},
     {"disputed": "weak"}, {"disputed_at": "2027-01-01"}, {"raised_at": "2026-01-01"},
     {"technology": "5G", "disputed": "served", "claimed": "none"}, {"operator": "vnpt"}],
)  # fmt: skip
def test_a_forged_dispute_is_not_stored(database, world, forged):
    disputed(database, world, 1)  # its file is there
    standing = rows(
        database, world.viettel,
        "SELECT verdict, assessed_at FROM phusong.verdict WHERE zone_id = :zone AND technology = '4G'",
        zone=world.zones[0],
    )[0]  # fmt: skip
    values = {
        "zone_id": world.zones[0], "operator_id": world.viettel.organisation_id,
        "technology": "4G", "disputed": standing.verdict, "disputed_at": standing.assessed_at,
        "claimed": "served", "reason": "x", "file_name": "x", "raised_by": "x",
        "answer_by": world.last,
        "sha256": rows(database, world.viettel, "SELECT sha256 FROM phusong.dispute_file")[0][0],
    }  # fmt: skip
    if forged.pop("operator", None):
        values["operator_id"] = world.vnpt.organisation_id
    values |= forged
    names = ", ".join(values)
    statement = (
        f"INSERT INTO phusong.dispute ({names}) VALUES ({', '.join(f':{name}' for name in values)})"
    )
    refused_by_the_database(database, world.vnpt, statement, **values)
    if forged or values["operator_id"] != world.viettel.organisation_id:
        refused_by_the_database(database, world.viettel, statement, **values)
        return
    with database.transaction(world.viettel) as connection:  # what is true is taken
        connection.execute(text(statement), values)


@pytest.mark.parametrize("act", ["raise", "withdraw", "uphold", "close"])
def test_an_act_that_breaks_off_leaves_nothing(database, authority, world, monkeypatch, act):
    set_setting(database, authority, "dispute_answer_silence", '"upheld"', world.day)
    number = disputed(database, world, 1) if act != "raise" else 0
    tables = ("dispute", "dispute_file", "verdict", "former_verdict", "zone_event", "audit_entry")

    def everything():
        return [
            rows(database, authority, f"SELECT to_jsonb(t) FROM phusong.{table} t ORDER BY 1")
            for table in tables
        ]

    before = everything()

    def broken(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(audit, "append", broken)
    acts = {
        "raise": lambda: disputed(database, world),
        "withdraw": lambda: disputes.withdraw_dispute(database, world.viettel, number),
        "uphold": lambda: dispute_answers.answer(
            database, authority, world.day, [number], upheld=True, answer="Đúng."
        ),
        "close": lambda: dispute_answers.close_unanswered(
            database, authority, world.day + timedelta(days=99)
        ),
    }
    with pytest.raises(KeyboardInterrupt):
        acts[act]()
    monkeypatch.undo()
    assert everything() == before


def test_the_number_of_a_dispute_counts_only_ones_own(database, world):
    """Were all counted together, two numbers of one's own would tell how many others raised."""
    first = disputed(database, world, 0)
    disputed(database, world, 0, actor=world.vnpt)
    disputed(database, world, 1, actor=world.vnpt)
    assert disputed(database, world, 1) == first + 1
