"""What a criteria set asks of the service: proposed, adopted, read back by who needs it."""

from coverage.actions import rule_changes
from coverage.criteria import ServiceLevel
from coverage.rule_changes import RuleKind, criteria_on
from tests.ruled import TODAY, criteria_set

SERVICE = {
    "4G": {
        "level_dbm": -110,
        "down_mbps": 5,
        "up_mbps": 2.5,
        "availability_percent": 95,
        "measured": "Đo tại tâm thôn",
    },
    "5G": {},
}


def test_what_is_asked_of_the_service_is_stored_as_a_dated_row(ruled, propose, lead):
    change = propose(RuleKind.CRITERIA_SET, criteria_set(service=SERVICE))
    rule_changes.adopt(ruled.database, lead, change.id, TODAY)
    found = rule_changes.in_force(ruled.database, lead, TODAY)
    criteria = criteria_on(found.standing, TODAY).value
    assert criteria.service == (ServiceLevel("4G", -110, 5, 2.5, 95, "Đo tại tâm thôn"),)
    (stored,) = ruled.rows(
        "SELECT thresholds -> 'service' FROM phusong.criteria_set ORDER BY id DESC LIMIT 1"
    )
    assert stored[0] == {"4G": SERVICE["4G"]}


def test_a_set_that_asks_nothing_has_no_service_levels(ruled, lead):
    found = rule_changes.in_force(ruled.database, lead, TODAY)
    assert criteria_on(found.standing, TODAY).value.service == ()
