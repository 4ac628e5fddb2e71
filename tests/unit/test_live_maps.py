"""The live map's tables: months added up, changes of a zone, the legend of what comes by tiles."""

import datetime as dt
import uuid

from hypothesis import given
from hypothesis import strategies as some

from coverage.zones import Queue, ZoneStatus
from maps.content import Count, Live, Month
from maps.document import map_document
from maps.live import live_sections, live_table, live_totals, months_of
from maps.symbols import NOT_DRAWN, STAGES, stage_of
from maps.texts import words_in
from tests.builders import a_zone
from tests.drawn import a_country, a_province
from tests.golden.test_maps_document import data_of

WORDS = words_in(a_country().language)
COUNTS = (
    Count("42", Queue.FUND, ZoneStatus.APPROVED, 3, 120),
    Count("42", Queue.FUND, ZoneStatus.IN_PACKAGE, 2, 50),
    Count("56", Queue.POWER, ZoneStatus.REPORTED, 1, 1000),
)


def a_live(**differences):
    facts = {"zones_tiled": True, "sites_tiled": True, "counts": COUNTS, "sites": {"VNPT": 7}}
    return Live(**facts | differences)


def day(text):
    return dt.date.fromisoformat(text)


def test_months_are_added_up_from_the_first_to_the_one_before_this():
    changes = [
        (day("2026-01-01"), ZoneStatus.REPORTED, 5, 50),
        (day("2026-03-01"), ZoneStatus.REPORTED, -2, -20),
        (day("2026-03-01"), ZoneStatus.APPROVED, 1, 12),
        (day("2026-03-01"), ZoneStatus.REJECTED, 1, 8),
        (day("2026-04-01"), ZoneStatus.AWARDED, 9, 90),
    ]
    nobody = ((0, 0),) * 2
    assert months_of(changes, day("2026-04-30")) == (
        Month(day("2026-01-31"), ((5, 50), (0, 0), *nobody)),
        Month(day("2026-02-28"), ((5, 50), (0, 0), *nobody)),
        Month(day("2026-03-31"), ((3, 30), (1, 12), *nobody)),
    )
    assert months_of([], day("2026-04-30")) == ()
    assert months_of(changes[:1], day("2026-01-31")) == ()


@given(
    some.lists(
        some.tuples(
            some.integers(1, 12).map(lambda month: dt.date(2026, month, 1)),
            some.sampled_from(ZoneStatus), some.integers(1, 9), some.integers(1, 99),
        ),
        min_size=1,
    )
)  # fmt: skip
def test_the_last_month_has_the_sum_of_all_that_is_drawn(changes):
    *_, last = months_of(changes, day("2027-01-01"))
    assert last.day == day("2026-12-31")
    for place, stage in enumerate(STAGES):
        of_stage = [one for one in changes if one[1] in stage.statuses]
        assert last.stages[place] == (
            sum(z for _, _, z, _ in of_stage),
            sum(h for *_, h in of_stage),
        )


def test_a_zone_is_told_by_the_months_in_which_its_stage_changed():
    months = tuple(Month(day(end), ()) for end in ("2026-01-31", "2026-02-28", "2026-03-31"))
    zone = a_zone(1, status=ZoneStatus.AWARDED)
    moves = {
        zone.id: [
            (day("2026-01-31"), ZoneStatus.REPORTED),
            (day("2026-02-01"), ZoneStatus.UNDER_REVIEW),  # looks as before
            (day("2026-02-28"), ZoneStatus.REJECTED),
            (day("2026-03-01"), ZoneStatus.UNDER_REVIEW),
            (day("2026-03-02"), ZoneStatus.APPROVED),
            (day("2026-04-01"), ZoneStatus.AWARDED),  # no month has ended since
        ]
    }
    live = a_live(zones_tiled=False, months=months, moves=moves)
    other = a_zone(2)
    table = live_table(a_province([zone, other]), live, [zone, other], WORDS)
    assert table["moves"] == [[0, 0, 1, -1, 2, 1], []]
    assert table["months"][0] == ["2026-01-31", ()]
    assert table["days"] == ["31/01/2026", "28/02/2026", "31/03/2026"]


def test_the_legend_of_tiles_counts_all_zones():
    queues, signals, stages = live_sections(a_live(), WORDS)
    assert [entry.note for entry in queues.entries] == ["5 điểm, 170 hộ", "1 điểm, 1.000 hộ"]
    assert len(signals.entries) == 3
    assert [entry.value for entry in stages.entries] == ["0", "1", "2"]
    assert live_totals(COUNTS, WORDS) == WORDS("page.totals", zones="6", households="1.170")
    assert live_totals((), WORDS) == WORDS("page.empty")
    earlier = a_live(months=(Month(day("2026-01-31"), ()),))
    assert len(live_sections(earlier, WORDS)[2].entries) == len(STAGES)


def test_statuses_are_told_by_the_codes_that_tiles_carry():
    codes = data_of(map_document(a_country(live=a_live())))["live"]["codes"]
    assert codes["queue"] == [queue.value for queue in Queue]
    for status in ZoneStatus:
        expected = None if status in NOT_DRAWN else STAGES.index(stage_of(status))
        assert codes["stage"].get(status.value) == expected


def test_a_map_of_tiles_holds_no_zone_and_no_site():
    document = map_document(a_country(live=a_live()))
    data = data_of(document)
    assert data["zones"]["x"] == []
    assert data["sites"] == []
    assert [row["operator"] for row in data["live"]["operators"]] == ["VNPT"]
    assert b"phusong.tiledZones" in document
    assert b"phusong.bridge = " in document
    assert b"phusong.bridge = " not in map_document(a_country())
    assert uuid.UUID(int=1).hex not in document.decode()
