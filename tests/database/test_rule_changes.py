"""Dated rules in the database: rows that stand, four eyes, previews that hold, days that begin."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import DBAPIError

from api import worker
from coverage.actions import rule_changes
from coverage.actions.audit import verify
from coverage.actions.people import act_for
from coverage.errors import ChangeRefused, Conflict, NotAllowed, NotFound
from coverage.people import MAY, Act, OrganisationKind, Role
from coverage.rule_changes import (
    RuleChangeStatus,
    RuleKind,
)
from coverage.rule_changes.previews import digest
from tests.ruled import TODAY, TOMORROW, queue_rule, setting


@pytest.mark.parametrize(
    ("proposer", "adopter"),
    [
        ("lan.ke.hoach", "lan.ke.hoach"),
        ("lan.ke.hoach", "Lan.Ke.Hoach"),
        ("lan.ke.hoach", "mã truy cập LAN.ke.hoach"),
        ("mã truy cập lan.ke.hoach", "lan.ke.hoach"),
        ("phusong rules propose", "phusong rules adopt"),
    ],
)
def test_nobody_adopts_what_they_proposed(ruled, propose, proposer, adopter):
    change = propose(actor=ruled.person(proposer))
    with pytest.raises(Conflict, match="same_person"):
        rule_changes.adopt(ruled.database, ruled.person(adopter), change.id, TODAY)
    assert ruled.rows("SELECT 1 FROM phusong.setting WHERE change_id IS NOT NULL") == []
    other = ruled.person("người khác", Role.LEAD)
    done = rule_changes.adopt(ruled.database, other, change.id, TODAY)
    assert (done.status, done.decided_by) == (RuleChangeStatus.ADOPTED, "người khác")


def test_four_eyes_can_be_set_aside_by_two_people_and_counts_from_its_day(
    ruled, propose, planner, lead
):
    off = propose(content=setting(False, "rules_four_eyes", valid_from=TOMORROW.isoformat()))
    rule_changes.adopt(ruled.database, lead, off.id, TODAY)
    own = propose()
    with pytest.raises(Conflict, match="same_person"):
        rule_changes.adopt(ruled.database, planner, own.id, TODAY)
    now = propose(content=setting(False, "rules_four_eyes"))
    rule_changes.adopt(ruled.database, lead, now.id, TODAY)
    assert rule_changes.adopt(ruled.database, planner, own.id, TODAY).decided_by == planner.name


ORGANISATIONS = {
    OrganisationKind.PROVINCE: [Role.PROVINCE_OFFICER, Role.PROVINCE_APPROVER],
    OrganisationKind.AUTHORITY: [Role.REVIEWER, Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR],
    OrganisationKind.OPERATOR: [Role.OPERATOR],
    OrganisationKind.AUDITOR: [Role.AUDITOR],
}
ACTORS = [(kind, role) for kind, roles in ORGANISATIONS.items() for role in roles]
ACTS = {
    "preview": (Act.CHANGE_RULES, lambda db, actor, _: rule_changes.preview(
        db, actor, RuleKind.SETTING, setting(), TODAY)),
    "propose": (Act.CHANGE_RULES, lambda db, actor, _: rule_changes.propose(
        db, actor, RuleKind.SETTING, setting(), "thử", TODAY)),
    "adopt": (Act.ADOPT_RULES, lambda db, actor, change: rule_changes.adopt(
        db, actor, change, TODAY)),
    "reject": (Act.ADOPT_RULES, lambda db, actor, change: rule_changes.reject(
        db, actor, change, "không")),
}  # fmt: skip


@pytest.mark.parametrize("act", [*ACTS, "withdraw"])
@pytest.mark.parametrize(("kind", "role"), ACTORS, ids=str)
def test_every_role_tries_every_act(  # noqa: PLR0917 - three are fixtures
    ruled, province, operator, propose, kind, role, act
):
    actor = {
        OrganisationKind.PROVINCE: lambda: province("42"),
        OrganisationKind.OPERATOR: lambda: operator("Viettel"),
        OrganisationKind.AUTHORITY: lambda: ruled.authority,
        OrganisationKind.AUDITOR: lambda: act_for(
            ruled.database, OrganisationKind.AUDITOR, Role.AUDITOR, "x"
        ),
    }[kind]()
    actor = replace(actor, role=role, name="ai đó")
    change = propose().id
    if act == "withdraw":
        error = Conflict if role in MAY[Act.CHANGE_RULES] else NotAllowed
        with pytest.raises(error):
            rule_changes.withdraw(ruled.database, actor, change)
        return
    needed, attempt = ACTS[act]
    if role in MAY[needed]:
        attempt(ruled.database, actor, change)
    else:
        with pytest.raises(NotAllowed):
            attempt(ruled.database, actor, change)
    inside = kind in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}
    assert bool(rule_changes.list_changes(ruled.database, actor)) is inside
    assert len(rule_changes.in_force(ruled.database, actor, TODAY).standing.rules) == 5
    if not inside:
        with pytest.raises(NotFound):
            rule_changes.show_change(ruled.database, actor, change, TODAY)


@pytest.mark.parametrize("end", ["adopt", "reject", "withdraw"])
def test_a_change_is_decided_once(ruled, propose, planner, lead, end):
    change = propose()
    ends = {
        "adopt": lambda: rule_changes.adopt(ruled.database, lead, change.id, TODAY),
        "reject": lambda: rule_changes.reject(ruled.database, lead, change.id, " không hợp lý "),
        "withdraw": lambda: rule_changes.withdraw(ruled.database, planner, change.id),
    }
    ends[end]()
    for again in ends.values():
        with pytest.raises(Conflict, match="change_"):
            again()
    with pytest.raises(DBAPIError, match="stands as it was"):
        ruled.run("UPDATE phusong.rule_change SET decision_reason = 'khác'")
    [row] = ruled.rows("SELECT decided_by, decision_reason FROM phusong.rule_change")
    assert row == (
        (planner if end == "withdraw" else lead).name, "không hợp lý" if end == "reject" else "",
    )  # fmt: skip
    assert verify(ruled.database, lead) == (2, None)


def test_a_decision_and_a_proposal_need_a_reason(ruled, propose, planner, lead):
    change = propose()
    for reason in ("", "  ", "\x00", "a" * 2001):
        with pytest.raises(ChangeRefused):
            rule_changes.reject(ruled.database, lead, change.id, reason)
        with pytest.raises(ChangeRefused):
            rule_changes.propose(
                ruled.database, planner, RuleKind.SETTING, setting(), reason, TODAY
            )
    assert len(rule_changes.list_changes(ruled.database, lead)) == 1


def test_of_two_who_adopt_at_once_one_does(ruled, propose):
    change = propose(RuleKind.QUEUE_RULE)
    people = [ruled.person(f"người {number}") for number in range(4)]

    def adopt(person):
        try:
            return rule_changes.adopt(ruled.database, person, change.id, TODAY).decided_by
        except Conflict:
            return None

    with ThreadPoolExecutor(4) as pool:
        adopters = [name for name in pool.map(adopt, people) if name]
    assert len(adopters) == 1
    assert len(ruled.rows("SELECT 1 FROM phusong.queue_rule WHERE change_id IS NOT NULL")) == 1


def test_of_two_changes_of_one_row_the_second_is_refused(ruled, propose, lead):
    first, second = (
        propose(RuleKind.QUEUE_RULE, queue_rule(queue, replaces=2)) for queue in ("power", "fund")
    )
    rule_changes.adopt(ruled.database, lead, first.id, TODAY)
    with pytest.raises(ChangeRefused, match="replaced_ended"):
        rule_changes.adopt(ruled.database, lead, second.id, TODAY)
    shown = rule_changes.show_change(ruled.database, lead, second.id, TODAY)
    assert [each.rule for each in shown.refused.findings] == ["rule.replaced_ended"]
    rule_changes.reject(ruled.database, lead, second.id, "đã có thay đổi khác")


def test_a_proposal_of_yesterday_for_yesterday_can_still_be_adopted(ruled, propose, lead):
    change = propose()
    done = rule_changes.adopt(ruled.database, lead, change.id, TODAY + timedelta(days=3))
    assert done.status is RuleChangeStatus.ADOPTED


def test_when_zones_have_changed_since_both_previews_are_shown(ruled, propose, lead):
    ruled.zone()
    ruled.assess()
    change = propose(RuleKind.QUEUE_RULE, queue_rule("power", replaces=2))
    assert [each["zones"] for each in change.preview["queues"]["moves"]] == [1]
    ruled.zone(households=77)
    ruled.assess()
    with pytest.raises(Conflict, match="preview_differs"):
        rule_changes.adopt(ruled.database, lead, change.id, TODAY)
    shown = rule_changes.show_change(ruled.database, lead, change.id, TODAY)
    assert shown.differs
    assert [each["households"] for each in shown.change.preview["queues"]["moves"]] == [10]
    assert [each["households"] for each in shown.now["queues"]["moves"]] == [87]
    with pytest.raises(Conflict, match="preview_differs"):
        rule_changes.adopt(ruled.database, lead, change.id, TODAY, seen="0" * 16)
    ruled.zone(households=3, grid_power=False)  # another zone that the change does not touch
    rule_changes.adopt(ruled.database, lead, change.id, TODAY, seen=digest(shown.now))


def test_zones_in_packages_and_put_by_hand_are_told_apart(ruled, propose):
    ruled.zone()
    ruled.zone(status="in_package", queue="fund")
    ruled.zone(queue="fund", queue_by="người duyệt", queue_reason="chỉ đạo")
    ruled.zone(status="rejected", status_by="x", status_reason="x")
    ruled.zone(grid_power=False, status="in_package", queue="fund")
    ruled.assess()
    told = propose(RuleKind.QUEUE_RULE, queue_rule("power", replaces=2)).preview["queues"]
    assert told["zones"] == 1
    assert told["kept"] == {"by_hand": 1, "package": 1}
    assert [each["zones"] for each in told["moves"]] == [1]


def test_another_citation_moves_nobody_but_is_told(ruled, propose):
    ruled.zone()
    ruled.assess()
    told = propose(RuleKind.QUEUE_RULE, queue_rule("fund", replaces=2)).preview["queues"]
    assert (told["moves"], told["other_rule"]) == ([], 1)


def test_zones_that_were_never_assessed_are_told_as_stale(ruled, propose):
    ruled.zone()
    told = propose(RuleKind.QUEUE_RULE, queue_rule("power", replaces=2)).preview["queues"]
    assert told["stale"] == 1
    assert told["moves"] == [{"from": "fund", "to": "power", "zones": 1, "households": 10}]


def test_a_clock_tells_what_it_reaches(ruled, propose):
    ruled.zone()
    ruled.site(0)
    ruled.assess()
    ruled.promise(0, 1)
    verdicts = len(ruled.verdicts())
    assert verdicts > 0
    today = propose(content=setting(45)).preview["clocks"]
    assert today == {"verdicts_affected": verdicts, "verdicts_kept": 0}
    later = propose(content=setting(45, valid_from=TOMORROW.isoformat())).preview["clocks"]
    assert later == {"verdicts_affected": 0, "verdicts_kept": verdicts}
    promises = propose(content=setting(12, "promise_max_months")).preview["clocks"]
    assert promises == {"promises_affected": 1, "promises_kept": 0}


def test_a_refused_change_leaves_nothing(ruled, propose, lead):
    with pytest.raises(ChangeRefused):
        propose(content=setting(0))
    assert rule_changes.list_changes(ruled.database, lead) == []
    assert verify(ruled.database, lead) == (0, None)
    with pytest.raises(NotFound):
        rule_changes.adopt(ruled.database, lead, 1, TODAY)


def test_the_worker_asks_for_every_province_on_the_day_a_change_begins(
    ruled, propose, lead, monkeypatch
):
    ruled.zone()
    ruled.zone(province_code="11")
    content = queue_rule("power", replaces=2, valid_from=TOMORROW.isoformat())
    rule_changes.adopt(ruled.database, lead, propose(RuleKind.QUEUE_RULE, content).id, TODAY)
    context = SimpleNamespace(additional_context={"database": ruled.database})
    asked = {}
    for day in (TODAY, TOMORROW):
        monkeypatch.setattr(worker, "today", lambda day=day: day)
        worker.bring_rules_into_force(context, 0)
        rows = ruled.rows("SELECT args FROM jobs.procrastinate_jobs ORDER BY id")
        asked[day] = [row.args["province_code"] for row in rows]
    assert asked == {TODAY: [], TOMORROW: ["11", "42"]}
