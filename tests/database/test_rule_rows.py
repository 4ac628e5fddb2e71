"""Rows of the rules: never altered, in force on their days, kept by what they decided."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import rule_changes
from coverage.actions.audit import verify
from coverage.errors import NotFound
from coverage.rule_changes import (
    RuleKind,
    criteria_on,
    known_settings,
    rules_on,
    setting_on,
)
from coverage.rule_changes.known_settings import findings_of_value
from coverage.storage import criteria as stored_criteria
from coverage.storage import rule_changes as stored
from tests.ruled import TODAY, TOMORROW, VALID, criteria_set, queue_rule, setting


def test_every_setting_that_stands_is_known_and_within_its_bounds(database, authority):
    standing = rule_changes.in_force(database, authority, TODAY).standing
    assert {row.value.name for row in standing.settings} == set(known_settings())
    for row in standing.settings:
        assert findings_of_value(known_settings()[row.value.name], row.value.value) == []


@pytest.mark.parametrize("kind", RuleKind)
def test_what_is_adopted_is_a_new_row_and_the_old_one_stays(ruled, propose, lead, kind):
    table = kind.value
    before = {row.id: row for row in ruled.rows(f"SELECT * FROM phusong.{table}")}
    change = propose(kind)
    assert {row.id: row for row in ruled.rows(f"SELECT * FROM phusong.{table}")} == before
    rule_changes.adopt(ruled.database, lead, change.id, TODAY)
    after = {row.id: row for row in ruled.rows(f"SELECT * FROM phusong.{table}")}
    [new] = set(after) - set(before)
    assert after[new].change_id == change.id
    assert after[new].valid_from == TODAY
    for number, row in before.items():
        stood, stands = row._asdict(), after[number]._asdict()
        if number == VALID[kind].get("replaces"):
            assert stands.pop("valid_to") == TODAY - timedelta(days=1)
            assert stood.pop("valid_to") is None
        assert stood == stands
    assert verify(ruled.database, lead) == (2, None)


def test_what_sql_says_is_in_force_is_what_the_rules_say(ruled, propose, lead):
    for content in (setting(30), setting(20), setting(10, valid_from=TOMORROW.isoformat()),
                    setting(99, valid_from="2022-01-01", back_dated="lịch sử")):  # fmt: skip
        rule_changes.adopt(ruled.database, lead, propose(content=content).id, TODAY)
    later = TODAY + timedelta(days=40)
    for kind, content in (
        (RuleKind.QUEUE_RULE, queue_rule(replaces=2, valid_from=later.isoformat())),
        (RuleKind.QUEUE_RULE, queue_rule("power", 40)),
        (RuleKind.CRITERIA_SET, criteria_set(valid_from=later.isoformat())),
        (RuleKind.CRITERIA_SET, criteria_set(900, official=False)),
        (RuleKind.CRITERIA_SET, criteria_set(800, valid_from=later.isoformat())),
    ):
        rule_changes.adopt(ruled.database, lead, propose(kind, content).id, TODAY)
    with ruled.database.transaction(lead) as connection:
        standing = stored.standing(connection)
        for day in (TODAY - timedelta(days=700), TODAY - timedelta(days=1), TODAY, TOMORROW,
                    later - timedelta(days=1), later, later + timedelta(days=1)):  # fmt: skip
            counts = criteria_on(standing, day)
            assert stored_criteria.criteria_in_force(connection, day) == counts.value
            assert stored_criteria.queue_rules_in_force(connection, day) == [
                row.value for row in rules_on(standing, day)
            ]
            for name in known_settings():
                told = setting_on(standing, name, day).value.value
                assert stored_criteria.setting_in_force(connection, name, day) == told
        days = {day: stored_criteria.setting_in_force(connection, "dispute_days", day)
                for day in (TODAY - timedelta(days=1), TODAY, TOMORROW)}  # fmt: skip
        assert days == {TODAY - timedelta(days=1): 99, TODAY: 20, TOMORROW: 10}
        assert stored_criteria.setting_in_force(connection, "dispute_days") == 20
        with pytest.raises(NotFound):
            stored_criteria.setting_in_force(connection, "dispute_days", TODAY.replace(year=2020))


def test_the_database_itself_refuses_the_same_person(ruled, propose, planner):
    change = propose()
    adopt = text("UPDATE phusong.rule_change SET status = 'adopted', decided_by = :by,"
                 " decided_at = now() WHERE id = :id")  # fmt: skip
    with (
        pytest.raises(DBAPIError, match="another than who proposed"),
        ruled.database.transaction(planner) as connection,
    ):
        connection.execute(adopt, {"by": "LAN.KE.HOACH ", "id": change.id})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE phusong.criteria_set SET thresholds = '{\"reach_m\": 1}'",
        "UPDATE phusong.criteria_set SET official = true",
        "DELETE FROM phusong.criteria_set",
        "TRUNCATE phusong.criteria_set CASCADE",
        "UPDATE phusong.queue_rule SET queue = 'fund'",
        "UPDATE phusong.queue_rule SET valid_from = '2020-01-01'",
        "UPDATE phusong.queue_rule SET citation = 'khác', valid_to = '2030-01-01'",
        "DELETE FROM phusong.queue_rule WHERE id = 2",
        "UPDATE phusong.setting SET value = '1'",
        "UPDATE phusong.setting SET citation = 'khác'",
        "DELETE FROM phusong.setting",
        "UPDATE phusong.legal_basis SET document = 'khác'",
        "DELETE FROM phusong.legal_basis",
        "UPDATE phusong.rule_change SET content = '{}'",
        "UPDATE phusong.rule_change SET reason = 'khác'",
        "UPDATE phusong.rule_change SET proposed_by = 'khác'",
        "UPDATE phusong.rule_change SET preview = '{}'",
        "DELETE FROM phusong.rule_change",
    ],
)
@pytest.mark.parametrize("who", ["application", "owner"])
def test_history_is_never_altered(ruled, propose, planner, statement, who):
    propose()
    with pytest.raises(DBAPIError, match=r"permission denied|append-only|stands as"):
        if who == "owner":
            ruled.run(statement)
        else:
            with ruled.database.transaction(planner) as connection:
                connection.execute(text(statement))


@pytest.mark.parametrize("table", ["criteria_set", "queue_rule", "legal_basis"])
def test_a_row_ends_once(ruled, planner, table):
    end = text(f"UPDATE phusong.{table} SET valid_to = :day WHERE id = 1")
    with ruled.database.transaction(planner) as connection:
        connection.execute(end, {"day": TODAY})
    for day in (TOMORROW, None):
        with (
            pytest.raises(DBAPIError, match="stands as it was adopted"),
            ruled.database.transaction(planner) as connection,
        ):
            connection.execute(end, {"day": day})


def test_a_row_does_not_end_before_it_began(ruled, planner):
    with (
        pytest.raises(DBAPIError, match="queue_rule_ended_check"),
        ruled.database.transaction(planner) as connection,
    ):
        connection.execute(text("UPDATE phusong.queue_rule SET valid_to = '2000-01-01'"))


def test_old_verdicts_keep_their_set_until_assessed_and_the_history_keeps_it_then(
    ruled, propose, lead
):
    ruled.zone()
    ruled.site(0, distance_m=2000)
    ruled.service([0])
    ruled.assess()
    served = ruled.rows(
        "SELECT criteria_set_id, verdict FROM phusong.verdict WHERE technology = '4G'"
        " AND operator_id = :o", o=ruled.operators[0],
    )  # fmt: skip
    assert served == [(1, "served")]
    [(queue, rule)] = ruled.queues().values()
    assert (queue, rule) == ("covered", 4)
    change = propose(RuleKind.CRITERIA_SET, criteria_set(1500))
    assert change.preview["queues"]["moves"] == [
        {"from": "covered", "to": "fund", "zones": 1, "households": 10}
    ]
    rule_changes.adopt(ruled.database, lead, change.id, TODAY)
    assert ruled.rows("SELECT DISTINCT criteria_set_id FROM phusong.verdict") == [(1,)]
    assert ruled.rows("SELECT 1 FROM phusong.former_verdict") == []
    done = ruled.assess()
    [new] = ruled.rows("SELECT DISTINCT criteria_set_id FROM phusong.verdict").pop()
    assert done.criteria.id == new != 1
    former = ruled.rows(
        "SELECT criteria_set_id, verdict FROM phusong.former_verdict WHERE technology = '4G'"
        " AND operator_id = :o", o=ruled.operators[0],
    )  # fmt: skip
    assert former == [(1, "served")]
    assert list(ruled.queues().values()) == [("fund", 2)]


def test_a_zone_keeps_pointing_at_the_rule_that_decided(ruled, propose, lead):
    zone = ruled.zone()
    ruled.assess()
    change = propose(RuleKind.QUEUE_RULE, queue_rule("power", replaces=2))
    rule_changes.adopt(ruled.database, lead, change.id, TODAY)
    assert ruled.queues()[zone] == ("fund", 2)
    standing = rule_changes.in_force(ruled.database, lead, TODAY).standing
    old = next(row for row in standing.rules if row.id == 2)
    assert old.value.queue.value == "fund"
    assert old.valid_to == TODAY - timedelta(days=1)
    ruled.assess()
    queue, rule = ruled.queues()[zone]
    assert queue == "power"
    assert rule not in {1, 2, 3, 4, 5}


def test_a_change_of_tomorrow_does_nothing_today_and_begins_tomorrow(ruled, propose, lead):
    ruled.zone()
    ruled.assess()
    content = queue_rule("power", replaces=2, valid_from=TOMORROW.isoformat())
    change = rule_changes.adopt(
        ruled.database, lead, propose(RuleKind.QUEUE_RULE, content).id, TODAY
    )
    assert change.preview["queues"]["moves"][0]["zones"] == 1
    assert not rule_changes.is_in_force(change, TODAY)
    assert ruled.assess().queues_changed == 0
    assert rule_changes.is_in_force(change, TOMORROW)
    days = [rule_changes.begins_on(ruled.database, lead, TODAY + timedelta(days=n))
            for n in (-1, 0, 1, 2)]  # fmt: skip
    assert days == [False, False, True, False]
    assert ruled.assess(TOMORROW).queues_changed == 1


def test_what_an_upheld_dispute_put_in_place_stands_under_every_criteria_set(ruled, propose):
    zone = ruled.zone()
    ruled.site(0, distance_m=2000)
    ruled.run_unguarded(
        "INSERT INTO phusong.dispute (number, zone_id, operator_id, technology, disputed, disputed_at,"
        " claimed, reason, file_name, sha256, raised_by, answer_by, status, answer,"
        " answered_by, answered_at) VALUES (1000001, :z, :o, '4G', 'unknown', now(), 'served', 'đã đo',"
        " 'x', 'y', 'thử', '2030-01-01', 'upheld', 'đúng', 'thử', now())",
        z=zone, o=ruled.operators[0],
    )  # fmt: skip
    ruled.assess()
    assert ruled.queues()[zone] == ("covered", 4)
    told = propose(RuleKind.CRITERIA_SET, criteria_set(500)).preview
    assert told["queues"]["moves"] == []
    assert {move["from"] for move in told["verdicts"]["moves"]} <= {"unknown"}
    assert told["verdicts"]["stale"] == 0
