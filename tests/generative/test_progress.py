"""Random histories of zones, replayed in plain Python against the counts of the database."""

import datetime as dt
import json
import uuid
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from coverage.progress import STAGE_OF, Stage, Tally, days_of, month_ends
from coverage.storage import progress as stored
from coverage.zones import ZoneStatus
from tests.http.stored import VINTAGE, a_vintage
from tests.reported import as_owner

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = dt.date(2026, 11, 23)
START = dt.datetime(2026, 5, 28, tzinfo=VIETNAM)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([status.value for status in ZoneStatus]),
        "households": st.integers(1, 9),
        "province_code": st.sampled_from(["40", "42"]),
        "queue": st.sampled_from(["fund", "power"]),
    },
)
# Hours after the start: many fall near midnight of a month's last day, in Viet Nam and in UTC.
EDGES = [
    int((dt.datetime(2026, month, 1, tzinfo=VIETNAM) - START).total_seconds() // 3600) + hours
    for month in (6, 7, 8, 9, 10, 11) for hours in (-8, -1, 0, 1, 6, 7, 8)
]  # fmt: skip
HOURS = st.one_of(st.sampled_from(EDGES), st.integers(0, 24 * 178))
LIVES = st.lists(
    st.tuples(
        st.sampled_from(["40", "42"]), st.integers(1, 9), HOURS,
        st.lists(st.tuples(HOURS, FACTS), max_size=6),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@pytest.fixture
def place(database, authority, province):
    a_vintage(database, authority)
    return province("42")


def lived(lives):
    """Each zone's birth, first facts and changes that really change something, in their order."""
    told = []
    for code, households, hours, steps in lives:
        born = START + dt.timedelta(hours=hours)
        facts = {"status": "reported", "households": households, "province_code": code,
                 "queue": "undecided"}  # fmt: skip
        first, changes = dict(facts), []
        for later, wanted in sorted(steps, key=lambda step: step[0]):
            new = {key: value for key, value in wanted.items() if facts[key] != value}
            if new and later >= hours:
                before = {key: facts[key] for key in new}
                changes.append((START + dt.timedelta(hours=later, minutes=1), before, new))
                facts.update(new)
        told.append((born, first, changes, facts))
    return told


def oracle(zones, day, province_code=None):
    """What stood at the end of a day, found by living every life again."""
    ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), VIETNAM)
    counted, households = Counter(), Counter()
    for born, first, changes, _ in zones:
        if born >= ends:
            continue
        facts = dict(first)
        for at, _before, after in changes:
            if at < ends:
                facts.update(after)
        stage = STAGE_OF.get(ZoneStatus(facts["status"]))
        if stage and province_code in {None, facts["province_code"]}:
            counted[stage] += 1
            households[stage] += facts["households"]
    return {stage: Tally(counted[stage], households[stage]) for stage in Stage}


def keep(connection, actor, zones):
    """Write zones as they stand after all, and what became of them as the trigger writes it."""
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL search_path = phusong, public"))
    for place, (born, _first, changes, facts) in enumerate(zones):
        zone_id = uuid.uuid4()
        status = facts["status"]
        connection.execute(
            text("INSERT INTO phusong.zone (id, organisation_id, province_code, commune_code,"
                 " vintage, village, village_key, point, households, status, status_by,"
                 " status_reason, reviewer, merged_into, queue, created_at)"
                 " VALUES (:id, :organisation, :province, '18073', :vintage, :village, :village,"
                 " ST_SetSRID(ST_MakePoint(105.6, 18.3), 4326), :households, :status, 'An', 'lý do',"
                 " :reviewer, :merged, :queue, :born)"),
            {
                "id": zone_id, "organisation": actor.organisation_id, "vintage": VINTAGE,
                "province": facts["province_code"], "village": f"ban {place}", "born": born,
                "households": facts["households"], "status": status, "queue": facts["queue"],
                "reviewer": "An" if status == "under_review" else None,
                "merged": uuid.uuid4() if status == "merged" else None,
            },
        )  # fmt: skip
        for version, (at, before, after) in enumerate(changes, 2):
            connection.execute(
                text("INSERT INTO phusong.zone_event (zone_id, at, organisation_id, actor, version,"
                     " before, after) VALUES (:zone, :at, :organisation, 'An', :version,"
                     " CAST(:before AS jsonb), CAST(:after AS jsonb))"),
                {
                    "zone": zone_id, "at": at, "organisation": actor.organisation_id,
                    "version": version, "before": json.dumps(before), "after": json.dumps(after),
                },
            )  # fmt: skip


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(lives=LIVES)
def test_each_month_end_is_what_living_every_life_again_finds(database, place, lives):
    zones = lived(lives)
    with as_owner(database, place) as connection:
        spot = connection.begin_nested()
        keep(connection, place, zones)
        for code in (None, "40", "42"):
            changes = stored.changes(connection, code)
            found = {end.day: dict(end.stages) for end in month_ends(changes, TODAY)}
            first = min(born for born, *_ in zones).astimezone(VIETNAM).date().replace(day=1)
            for day in days_of(first, TODAY):
                nothing = dict.fromkeys(Stage, Tally())
                assert found.get(day, nothing) == oracle(zones, day, code), (day, code)
        spot.rollback()


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(lives=LIVES, later=st.lists(FACTS, min_size=1, max_size=4))
def test_what_is_changed_today_changes_no_month_that_is_over(database, place, lives, later):
    today = int((dt.datetime(2026, 11, 23, 9, tzinfo=VIETNAM) - START).total_seconds() // 3600)
    grown = [
        (code, households, hours, [*steps, *((today, facts) for facts in later)])
        for code, households, hours, steps in lives
    ]
    found = []
    for told in (lived(lives), lived(grown)):
        with as_owner(database, place) as connection:
            spot = connection.begin_nested()
            keep(connection, place, told)
            ends = month_ends(stored.changes(connection, None), TODAY)
            found.append({end.day: end.stages for end in ends if end.day != TODAY})
            spot.rollback()
    assert found[0] == found[1]


def test_a_change_near_midnight_belongs_to_the_month_in_viet_nam(database, place):
    in_utc = dt.datetime(2026, 6, 30, 17, 30, tzinfo=dt.UTC)  # 0:30 of 1 July in Viet Nam
    first = {"status": "reported", "households": 7, "province_code": "42", "queue": "fund"}
    after = {"status": "approved"}
    born = dt.datetime(2026, 6, 3, tzinfo=dt.UTC)
    zones = [(born, first, [(in_utc, {"status": "reported"}, after)], first | after)]
    with as_owner(database, place) as connection:
        keep(connection, place, zones)
        ends = month_ends(stored.changes(connection, None), TODAY)
    assert [(end.day, end.stages[Stage.REPORTED].zones) for end in ends[:2]] == [
        (dt.date(2026, 6, 30), 1), (dt.date(2026, 7, 31), 0)]  # fmt: skip
    assert ends[1].stages[Stage.APPROVED] == Tally(1, 7)
