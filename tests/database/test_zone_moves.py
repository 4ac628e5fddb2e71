"""The table of moves: every move tried by every role from every status, in Python and in SQL."""

import itertools
import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import review, zone_moves
from coverage.actions.people import act_for
from coverage.actions.zone_moves import Seen, Wish
from coverage.errors import Conflict, NotAllowed
from coverage.people import OrganisationKind, Role
from coverage.storage import on_air as deliveries
from coverage.storage.people import ensure_organisation
from coverage.zone_life import DECISIONS, TRANSITIONS, Move, Need, must_permit, transition
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.reported import as_owner, report
from tests.reviewed import KIND_OF, everybody, standing_now

pytestmark = pytest.mark.usefixtures("small_places")

ME = "cán bộ thử"
LOT = uuid.UUID(int=77)
OTHER = 9_000  # the zone that others are merged into

# The table by another hand: the words, status by status. Roles: p province, r reviewer,
# n planner, l lead, a administrator, o operator.
WORDS = """
report          returned withdrawn                            reported      p
withdraw        reported returned                             withdrawn     p
take_up         reported                                      under_review  r l a
put_back        under_review                                  reported      r l a
approve         under_review                                  approved      r l a
return          under_review                                  returned      r l a
reject          under_review                                  rejected      r l a
merge           reported under_review approved returned       merged        r l a
reopen          approved rejected merged withdrawn confirmed  under_review  l a
enter_package   approved                                      in_package    l a
leave_package   in_package                                    approved      l a
award           in_package                                    awarded       l a
cancel_award    awarded                                       approved      l a
take_back_award awarded                                       in_package    l a
record_awarded  reported under_review approved                awarded       n l a
go_on_air       awarded approved                              on_air        n l a
record_covered  reported under_review                         on_air        n l a
report_on_air   awarded                                       on_air        o
refuse_report   on_air                                        awarded       n l a
refuse_on_air   on_air                                        under_review  n l a
confirm         on_air                                        confirmed     n l a
"""
ROLES = {
    "p": {Role.PROVINCE_OFFICER, Role.PROVINCE_APPROVER}, "r": {Role.REVIEWER},
    "n": {Role.PLANNER}, "l": {Role.LEAD}, "a": {Role.ADMINISTRATOR}, "o": {Role.OPERATOR},
}  # fmt: skip
WITH_REASON = set(Move) - {
    Move.REPORT, Move.TAKE_UP, Move.PUT_BACK, Move.APPROVE, Move.ENTER_PACKAGE,
}  # fmt: skip
# A lot is awarded and reported as a whole, in actions of its own.
OF_AWARDS = {Move.TAKE_BACK_AWARD, Move.REPORT_ON_AIR, Move.REFUSE_REPORT}


@pytest.fixture
def people(database, authority, officer, operator):
    with database.transaction(authority) as connection:
        ensure_organisation(connection, OrganisationKind.AUDITOR, "Kiểm toán")
    auditor = act_for(database, OrganisationKind.AUDITOR, Role.AUDITOR, ME)
    return everybody(authority, officer, operator("Viettel"), auditor, ME)


def test_the_table_is_the_one_that_was_asked_for():
    told = {}
    for line in WORDS.strip().splitlines():
        move, *words = line.split()
        statuses = [ZoneStatus(word) for word in words if len(word) > 1]
        roles = set().union(*(ROLES[word] for word in words if len(word) == 1))
        told[Move(move)] = (set(statuses[:-1]), statuses[-1], roles)
    assert told == {row.move: (set(row.sources), row.target, set(row.roles)) for row in TRANSITIONS}
    assert {row.move for row in TRANSITIONS if Need.REASON in row.needs} == WITH_REASON


def make(database, actor, move, seen):
    """Make a move the way its own action does."""
    match move:
        case Move.TAKE_UP:
            review.take_up(database, actor, zone_ids=[seen.zone_id])
        case Move.PUT_BACK:
            review.put_back(database, actor, [seen.zone_id])
        case Move.REPORT_ON_AIR:  # a zone that was awarded to this very operator
            must_permit(move, actor.role)
            with database.transaction(actor) as connection:
                if not deliveries.go_on_air(connection, [seen.zone_id], actor.name, "vì thế"):
                    raise Conflict("zone", "not_from_here")
        # A package's, or an award's: what it goes through.
        case Move.ENTER_PACKAGE | Move.TAKE_BACK_AWARD | Move.REFUSE_REPORT:
            must_permit(move, actor.role)
            with database.transaction(actor) as connection:
                locked = zone_moves.lock_seen(connection, [seen])
                zone_moves.check(connection, actor, locked, Wish(move, "vì thế"))
                zone_moves.carry_out(connection, actor, locked, Wish(move, "vì thế"))
        case _ if move in DECISIONS:
            into = zone_id(OTHER) if move is Move.MERGE else None
            review.decide(database, actor, move, [seen], reason="vì thế", merged_into=into)
        case _:
            review.make_move(database, actor, move, [seen], "vì thế")


@pytest.mark.parametrize("move", Move)
def test_every_move_by_every_role_from_every_status(database, authority, officer, people, move):
    row = transition(move)
    # A decision takes up what is only reported.
    sources = row.sources | ({ZoneStatus.REPORTED} if move in DECISIONS else set())
    holder = "thẩm định viên" if move is Move.TAKE_UP else ME
    tried = list(enumerate(itertools.product(people.items(), ZoneStatus), 1))
    report(
        database, officer, a_zone(OTHER),
        *(a_zone(number, status=status, merged_into=zone_id(OTHER), reviewer=holder)
          for number, (_, status) in tried),
    )  # fmt: skip
    if move is Move.REPORT_ON_AIR:
        award_all(database, people[Role.OPERATOR])
    expected = {}
    for number, ((role, actor), status) in tried:
        seen = Seen(zone_id(number), 1)
        expected[seen.zone_id] = (status, 1)
        if role not in row.roles:
            with pytest.raises(NotAllowed):
                make(database, actor, move, seen)
        elif status not in sources:
            with pytest.raises(Conflict):
                make(database, actor, move, seen)
        else:
            make(database, actor, move, seen)
            steps = 1 + (move in DECISIONS and status is ZoneStatus.REPORTED)
            expected[seen.zone_id] = (row.target, 1 + steps)
    now = standing_now(database, authority, *expected)
    assert {key: (one.zone.status, one.version) for key, one in now.items()} == expected
    assert {one.zone.status_by for one in now.values() if one.version > 1} == {ME}


def test_the_database_permits_the_same_moves_and_no_other(database, authority, officer, people):
    wanted = {
        (KIND_OF[role].value, source.value, row.target.value)
        for row in TRANSITIONS for role in row.roles for source in row.sources
    }  # fmt: skip
    with database.transaction(authority) as connection:
        written = connection.execute(text("SELECT kind, source, target FROM phusong.zone_move"))
        assert {tuple(one) for one in written} == wanted
    report(database, officer, a_zone(OTHER))
    numbers = {status: number for number, status in enumerate(ZoneStatus, 1)}
    for status, number in numbers.items():
        report(database, officer, a_zone(number, status=status, merged_into=zone_id(OTHER)))
    done = {
        (kind, source.value, target.value)
        for kind, role in KINDS.items() for source in ZoneStatus for target in ZoneStatus
        if source is not target
        and updates(database, people[role], zone_id(numbers[source]), target)
    }  # fmt: skip
    # An operator writes no zone but through phusong.go_on_air, of what was awarded to it.
    assert done == {move for move in wanted if move[0] != "operator"}


def award_all(database, operator):
    """Put every zone into one lot that stands awarded to the operator."""
    with as_owner(database, operator) as connection:
        connection.execute(text("ALTER TABLE phusong.lot_zone DISABLE TRIGGER lot_takes_eligible"))
        connection.execute(
            text(
                "INSERT INTO phusong.lot (id, province_code, vintage, number, name, status, totals)"
                " VALUES (:lot, '42', '2026-04-30', 1, 'Lô 1', 'in_package', '{}')"
            ),
            {"lot": LOT},
        )
        connection.execute(
            text(
                "INSERT INTO phusong.lot_zone (lot_id, zone_id) SELECT :lot, id FROM phusong.zone"
            ),
            {"lot": LOT},
        )
        connection.execute(
            text(
                "INSERT INTO phusong.package (id, number, province_code, vintage, approximate, status,"
                " totals, manifest, file_name, sha256, content, built_by, published_at) VALUES"
                " (:lot, 'GT-1', '42', '2026-04-30', true, 'published', '{}', '{}', 'a', 'b', '',"
                " 'thử', now())"
            ),
            {"lot": LOT},
        )
        connection.execute(text(
            "INSERT INTO phusong.award (package_id, lot_id, operator_id, price_vnd, decision,"
            " awarded_on, months, clock_reason, due_on, awarded_by) VALUES (:lot, :lot, :operator,"
            " 1, 'QĐ', '2026-11-01', 24, 'usual', '2028-11-01', 'thử')"),
            {"lot": LOT, "operator": operator.organisation_id})  # fmt: skip


KINDS = {
    "province": Role.PROVINCE_OFFICER, "authority": Role.ADMINISTRATOR,
    "operator": Role.OPERATOR, "auditor": Role.AUDITOR,
}  # fmt: skip


def updates(database, actor, key, target):
    """Whether plain SQL may make a zone stand in ``target``; it is taken back."""
    try:
        with database.transaction(actor) as connection:
            done = connection.execute(
                text(
                    "UPDATE phusong.zone SET status = :status, status_by = 'tôi',"
                    " status_reason = 'vì thế', merged_into = :into, reviewer = :reviewer"
                    " WHERE id = :id"
                ),
                {
                    "id": key, "status": target.value,
                    "into": zone_id(OTHER) if target is ZoneStatus.MERGED else None,
                    "reviewer": ME if target is ZoneStatus.UNDER_REVIEW else None,
                },
            ).rowcount  # fmt: skip
            connection.rollback()
    except DBAPIError:
        return False
    return bool(done)


@pytest.mark.parametrize("move", sorted(WITH_REASON - OF_AWARDS))
def test_no_move_that_needs_a_reason_goes_without(database, authority, officer, people, move):
    row = transition(move)
    status = min(row.sources)
    held = {"reviewer": ME} if status is ZoneStatus.UNDER_REVIEW else {}
    zone = a_zone(1, status=status, merged_into=zone_id(OTHER), **held)
    report(database, officer, a_zone(OTHER), zone)
    actor = people[min(row.roles)]
    into = zone_id(OTHER) if move is Move.MERGE else None
    with pytest.raises(Conflict) as refused:
        if move in DECISIONS:
            review.decide(database, actor, move, [Seen(zone.id, 1)], reason=" \n", merged_into=into)
        else:
            review.make_move(database, actor, move, [Seen(zone.id, 1)], "  ")
    assert refused.value.facts["reason"] == "needs_reason"


def test_only_what_the_fund_pays_for_enters_a_package(database, authority, officer, people):
    report(database, officer, a_zone(1, queue=Queue.OPERATOR))
    with pytest.raises(Conflict) as refused:
        make(database, people[Role.LEAD], Move.ENTER_PACKAGE, Seen(zone_id(1), 1))
    assert refused.value.facts["reason"] == "not_fund"


@pytest.mark.parametrize(
    "move", [Move.ENTER_PACKAGE, Move.TAKE_UP, Move.APPROVE, *sorted(OF_AWARDS)]
)
def test_moves_that_have_an_action_of_their_own_go_no_other_way(database, authority, move):
    with pytest.raises(ValueError, match=move.value):
        review.make_move(database, authority, move, [Seen(zone_id(1), 1)], "vì thế")
    with pytest.raises(ValueError, match=Move.REOPEN.value):
        review.decide(database, authority, Move.REOPEN, [Seen(zone_id(1), 1)], reason="vì thế")
