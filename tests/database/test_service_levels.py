"""What a criteria set asks of the service: proposed, adopted, read back by who needs it."""

from sqlalchemy import text

from coverage.actions import rule_changes
from coverage.actions.lots import propose_lots
from coverage.actions.packages import build_package
from coverage.criteria import ServiceLevel
from coverage.dossier.annex import annex_of
from coverage.dossier.annex.content import Table
from coverage.packages import PackageRequirement
from coverage.rule_changes import RuleKind, criteria_on
from tests.builders import a_zone, zone_id
from tests.reported import as_owner, judge, load_places, report
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


def test_a_package_tells_what_the_set_of_its_verdicts_asks(
    propose, lead, database, authority, province
):
    load_places(database, authority)
    report(database, province("42"), a_zone(1), a_zone(2, latitude=18.32))
    judge(database, authority, zone_id(1), Viettel=1234.5)
    change = propose(RuleKind.CRITERIA_SET, criteria_set(service=SERVICE))
    adopted = rule_changes.adopt(database, lead, change.id, TODAY)
    with as_owner(database, authority) as connection:
        connection.execute(
            text("UPDATE phusong.verdict SET criteria_set_id = (SELECT id FROM"
                 " phusong.criteria_set WHERE change_id = :change)"), {"change": adopted.id},
        )  # fmt: skip
    propose_lots(database, authority, "42")
    kept = []
    build_package(database, authority, "42", {"x.txt": lambda made: kept.append(made) or b""})
    (used,) = kept[0].criteria
    assert used.requirements == (
        PackageRequirement("4G", -110.0, 5.0, 2.5, 95.0, "Đo tại tâm thôn"),
    )
    told = [block for block in annex_of(kept[0]).blocks if isinstance(block, Table)]
    rows = [row for block in told for row in block.rows]
    assert ("4G", "−110", "5", "2,5", "95", "Đo tại tâm thôn") in rows


def test_where_nobody_was_judged_the_set_in_force_is_asked_for(
    propose, lead, database, authority, province
):
    load_places(database, authority)
    report(database, province("42"), a_zone(1))
    change = propose(RuleKind.CRITERIA_SET, criteria_set(service=SERVICE, official=True))
    rule_changes.adopt(database, lead, change.id, TODAY)
    propose_lots(database, authority, "42")
    kept = []
    build_package(database, authority, "42", {"x": lambda package: kept.append(package) or b""})
    (told,) = kept[0].criteria
    assert [each.technology for each in told.requirements] == ["4G"]
