"""Where there are tiles, and when a day ends."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from coverage.errors import NotFound
from coverage.tiles import DEEPEST, TileLayer, TilePlace, end_of


def test_a_day_ends_at_midnight_in_viet_nam():
    assert end_of(date(2026, 3, 31)) == datetime(2026, 3, 31, 17, tzinfo=UTC)
    assert end_of(date(2027, 12, 31)) == datetime(2027, 12, 31, 17, tzinfo=UTC)


@pytest.mark.parametrize("z", range(DEEPEST + 1))
def test_the_corners_of_the_map_exist_and_what_lies_beyond_does_not(z):
    last = 2**z - 1
    for x, y in ((0, 0), (last, last), (0, last), (last, 0)):
        TilePlace(TileLayer.ZONES, z, x, y).must_exist()
    for x, y in ((-1, 0), (0, -1), (last + 1, 0), (0, last + 1)):
        with pytest.raises(NotFound):
            TilePlace(TileLayer.SITES, z, x, y).must_exist()


@pytest.mark.parametrize("z", [-1, DEEPEST + 1])
def test_there_is_no_such_zoom(z):
    with pytest.raises(NotFound):
        TilePlace(TileLayer.ZONES, z, 0, 0).must_exist()
