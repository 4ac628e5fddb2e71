"""What became of submitted rows: counted, filtered and paged, against plain Python."""

from collections import Counter

import pytest

from coverage.actions import review, submissions
from coverage.actions.review import Seen
from coverage.actions.submissions import RowsWanted
from coverage.actions.surveys import submit
from coverage.errors import NotFound
from coverage.surveys import FATES, RowFate, RowStatus
from coverage.zone_life import Move
from coverage.zones import ZoneStatus
from tests.http.files import a_csv


@pytest.fixture
def database(country_database):
    return country_database


def test_every_status_of_a_zone_is_a_fate():
    assert set(FATES) == set(ZoneStatus)
    assert set(FATES.values()) == set(RowFate) - {RowFate.REJECTED}


def test_every_row_tells_what_became_of_it(database, authority, province):
    officer = province("42")
    content = a_csv(database, officer, villages=7, bad=2)
    number = submit(database, officer, content, "bao-cao.csv", "42").number
    see = lambda wanted, page=1, limit=100: submissions.see_submission(  # noqa: E731
        database, officer, number, wanted, page=page, limit=limit
    )
    every = see(RowsWanted())
    ids = [row.zone.zone_id for row in every.rows if row.zone]
    assert (every.found, len(ids)) == (9, 7)
    assert see(None).wanted == RowsWanted(RowStatus.REJECTED)
    for zone_id, move in zip(ids, (Move.APPROVE, Move.RETURN, Move.REJECT), strict=False):
        review.decide(database, authority, move, [Seen(zone_id, 1)], reason="Lý do thử")
    every = see(RowsWanted())
    fates = Counter(row.fate for row in every.rows)
    assert fates == {
        RowFate.REJECTED: 2, RowFate.WAITING: 4, RowFate.APPROVED: 1, RowFate.RETURNED: 1,
        RowFate.REFUSED: 1,
    }  # fmt: skip
    assert {one.fate: one.rows for one in every.counts} == fates
    assert sum(one.households for one in every.counts) == sum(
        row.row.households or 0 for row in every.rows
    )
    assert [row.zone.status_reason for row in every.returned] == ["Lý do thử"]
    for fate in RowFate:
        own = [row.place for row in every.rows if row.fate is fate]
        paged = [row.place for page in (1, 2) for row in see(RowsWanted(fate=fate), page, 2).rows]
        assert paged[: len(own)] == own
        assert see(RowsWanted(fate=fate)).found == len(own)
    assert list(submissions.rows_for_file(database, officer, number)) == list(every.rows)
    with pytest.raises(NotFound):
        submissions.see_submission(
            database, province("40"), number, RowsWanted(), page=1, limit=10
        )  # fmt: skip
