"""A preview says exactly what submitting then does, and writes nothing itself."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from coverage.actions import surveys
from coverage.actions.survey_previews import preview
from coverage.errors import Conflict, NotAllowed, NotFound
from coverage.impact import Effect
from coverage.people import Role
from coverage.storage import places as stored_places
from coverage.zones import ZoneStatus
from tests.reported import approve
from tests.small_country import NOW
from tests.small_country_lists import in_force
from tests.surveys import HEADER, row

A, B, C = "Xã Tân An", "Xã Mường Nhé", "Xã Sơn Hà"


@pytest.fixture
def places(database, authority):
    in_force(database, authority)
    with database.transaction(authority) as connection:
        stored_places.set_exact(connection, NOW)


@pytest.fixture
def officer(places, province):
    return province("15")


def csv(*rows, header=HEADER):
    return "\n".join(",".join(map(str, cells)) for cells in (header, *rows)).encode()


def zones(database, actor):
    """Return id → every column, of all zones that the actor sees."""
    with database.transaction(actor) as connection:
        found = connection.execute(text("SELECT * FROM phusong.zone"))
        return {zone.id: dict(zone._mapping) for zone in found}


def compared(database, officer, content, **more):
    """Preview and submit the same file; the two must agree. Return the preview's impact."""
    before = zones(database, officer)
    seen = preview(database, officer, content, "tep.csv", "15", **more)
    assert zones(database, officer) == before
    receipt = surveys.submit(database, officer, content, "tep.csv", "15", **more)
    after = zones(database, officer)
    impact = seen.impact
    totals = impact.totals()
    if receipt.already:
        assert impact.already == receipt.number
        assert after == before
        return impact
    assert seen.report.as_json() == receipt.report.as_json()
    assert totals["new"] == receipt.totals["zones_added"] == len(after) - len(before)
    assert totals["changed"] == receipt.totals["zones_changed"]
    assert totals["withdrawn"] == receipt.totals.get("zones_withdrawn", 0)
    touched = {key for key in before if before[key]["version"] != after[key]["version"]}
    foretold = {one.zone.id for one in impact.of(Effect.CHANGED)}
    foretold |= {one.zone.id for one in impact.missing if one.withdrawn}
    assert touched == foretold
    for one in impact.of(Effect.CHANGED):
        assert one.changes
        for change in one.changes:
            if change.fact != "point":
                assert before[one.zone.id][change.fact] == change.old
                assert after[one.zone.id][change.fact] == change.new
    told = {change.fact for one in impact.of(Effect.CHANGED) for change in one.changes}
    quiet = {
            "version", "updated_at", "village_key", "queue", "queue_reason", "queue_rule_id",
            "status_by", "status_reason",
        }  # fmt: skip
    differ = {
        name for key in foretold & {one.zone.id for one in impact.of(Effect.CHANGED)}
        for name, value in before[key].items() if after[key][name] != value
    } - quiet  # fmt: skip
    assert differ == told
    return impact


def test_a_first_file_makes_new_zones_only(database, officer):
    impact = compared(
        database, officer, csv(row(1, A, "Bản Một"), row(2, B, "Bản Hai", "khoảng 50"))
    )
    assert impact.totals() == {
        "new": 1, "changed": 0, "unchanged": 0, "kept": 0, "missing": 0, "withdrawn": 0,
        "repeated": 0,
    }  # fmt: skip


def test_changed_unchanged_new_and_missing_are_told_apart(database, officer):
    surveys.submit(
        database, officer,
        csv(row(1, A, "Bản Một"), row(2, B, "Bản Hai"), row(3, C, "Bản Ba"), row(4, C, "Bản Tư")),
        "tep.csv", "15",
    )  # fmt: skip
    impact = compared(
        database, officer,
        csv(row(1, A, "Bản Một", 61), row(2, B, "Bản Hai"), row(5, C, "Bản Năm"),
            row(4, C, "Bản Tư", "khoảng 50")),
    )  # fmt: skip
    (changed,) = impact.of(Effect.CHANGED)
    assert [(one.fact, one.old, one.new) for one in changed.changes] == [("households", 50, 61)]
    assert [one.row.village for one in impact.of(Effect.UNCHANGED)] == ["Bản Hai"]
    assert [one.row.village for one in impact.of(Effect.NEW)] == ["Bản Năm"]
    missing = {one.zone.village: one.rejected_row for one in impact.missing}
    assert missing["Bản Ba"] is None
    assert missing["Bản Tư"].row == 5
    assert not any(one.withdrawn for one in impact.missing)
    assert not impact.repeated  # that a village was reported before is its effect


def test_a_replacing_file_withdraws_what_it_leaves_out_and_knows_what_moved(database, officer):
    first = surveys.submit(
        database, officer, csv(row(1, A, "Bản Một"), row(3, C, "Bản Ba")), "tep.csv", "15"
    )
    impact = compared(database, officer, csv(row(30, A, "Bản Một")), replaces=first.number)
    (changed,) = impact.of(Effect.CHANGED)
    assert [one.fact for one in changed.changes] == ["point"]
    assert changed.changes[0].as_json()["moved_m"] > 500
    assert [(one.zone.village, one.withdrawn) for one in impact.missing] == [("Bản Ba", True)]


def test_the_same_file_again_would_do_nothing(database, officer):
    content = csv(row(1, A, "Bản Một"))
    first = surveys.submit(database, officer, content, "tep.csv", "15")
    surveys.submit(database, officer, csv(row(1, A, "Bản Một", 77)), "khac.csv", "15")
    impact = compared(database, officer, content)
    assert impact.already == first.number
    assert impact.totals()["changed"] == 0


def test_a_zone_under_judgement_keeps_its_facts(database, officer, authority):
    surveys.submit(database, officer, csv(row(1, A, "Bản Một")), "tep.csv", "15")
    approve(database, authority)
    impact = compared(database, officer, csv(row(1, A, "Bản Một", 61)))
    (kept,) = impact.of(Effect.KEPT)
    assert kept.zone.status is ZoneStatus.APPROVED
    assert [one.fact for one in kept.changes] == ["households"]


def test_whose_a_repetition_is(database, officer, province):
    twin = [*row(1, A, "Bản Một")[:2], "Bản Một", *row(1, A, "x")[3:]]
    impact = compared(database, officer, csv(row(1, A, "Bản Một"), twin))
    (one,) = impact.repeated
    assert one.as_json()["of"] == {"row": "2"}
    assert one.finding.rule == "duplicate.in_file"


def test_only_what_may_be_submitted_is_previewed(database, officer, province, authority):
    content = csv(row(1, A, "Bản Một"))
    other = province("10")
    for actor in (other, authority):
        with pytest.raises(NotAllowed):
            preview(database, actor, content, "tep.csv", "15")
    with pytest.raises(NotFound):
        preview(database, officer, content, "tep.csv", "15", replaces=99)
    first = surveys.submit(database, officer, content, "tep.csv", "15")
    surveys.withdraw(database, officer, first.number)
    with pytest.raises(Conflict):
        preview(database, officer, content, "tep.csv", "15", replaces=first.number)
    assert officer.role is Role.PROVINCE_OFFICER


VILLAGES = st.lists(
    st.tuples(st.sampled_from([A, B, C]), st.integers(0, 5), st.sampled_from([50, 61, "nhiều"]),
              st.integers(1, 9)),
    min_size=1, max_size=5,
)  # fmt: skip


@given(files=st.lists(st.tuples(VILLAGES, st.booleans()), min_size=2, max_size=3))
@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_any_file_after_any_file_does_what_its_preview_says(database, officer, files):
    for villages, correcting in files:
        content = csv(*(
            row(step, commune, f"Bản Số {number}", households)
            for commune, number, households, step in villages
        ))  # fmt: skip
        standing = [
            one for one in surveys.list_submissions(database, officer) if one.status == "submitted"
        ]
        replaces = standing[0].number if standing and correcting else None
        compared(database, officer, content, replaces=replaces)
