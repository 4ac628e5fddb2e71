"""One meaning, one look, for every reader: also for those who see fewer colours."""

import itertools

import numpy as np
import pytest
from shapely import Polygon

from coverage.zones import Queue, Signal, ZoneStatus
from maps.legend import sections, size_samples, totals
from maps.symbols import (
    FILLINGS,
    LOT_COLOURS,
    NO_LOT_COLOUR,
    NOT_DRAWN,
    OPERATOR_MARKS,
    OTHER_OPERATOR,
    QUEUE_COLOURS,
    SITE_EDGE,
    STAGES,
    darker,
    mark_of,
    stage_of,
)
from maps.texts import words_in
from tests.drawn import a_country, a_province, some_zones

LAND = "#fcfaf4"

# Machado, Oliveira and Fernandes 2009, severity 1, in linear RGB.
SIGHT = {
    "usual": np.eye(3),
    "no red": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
    "no green": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
    "no blue": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip
TO_XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip


def linear(colour):
    shares = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(light):
    scaled = TO_XYZ @ np.clip(light, 0, 1) / np.array([0.95047, 1, 1.08883])
    root = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def contrast(one, other):
    light = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def corners(path):
    """The numbers of a path, enough to tell one shape from another."""
    return path.replace("Z", "").strip()


MEANINGS = {
    "who pays": QUEUE_COLOURS,
    "progress": {stage.key: stage.colour for stage in STAGES},
    "lots": dict(enumerate((*LOT_COLOURS, NO_LOT_COLOUR))),
}


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("meaning", MEANINGS)
def test_colours_of_one_meaning_can_be_told_by_every_eye(meaning, sight):
    colours = MEANINGS[meaning].items()
    seen = {name: lab(SIGHT[sight] @ linear(colour)) for name, colour in colours}
    for one, other in itertools.combinations(seen, 2):
        # 2.3 is a just noticeable difference; symbols of a few pixels need several times that.
        assert np.linalg.norm(seen[one] - seen[other]) > 16, (one, other)


def test_edges_stand_out_from_the_land():
    for queue, colour in QUEUE_COLOURS.items():
        assert contrast(darker(colour), LAND) > 4.5, queue
    for stage in STAGES:
        assert contrast(darker(stage.colour), LAND) > 4.5, stage.key
    for colour in LOT_COLOURS:  # a lot's number is lettered in it
        assert contrast(colour, LAND) > 4.5, colour
    assert contrast(SITE_EDGE, LAND) > 4.5


def test_no_colour_has_two_meanings():
    colours = [
        *QUEUE_COLOURS.values(), *(stage.colour for stage in STAGES), *LOT_COLOURS, NO_LOT_COLOUR, OTHER_OPERATOR.colour,
        *(mark.colour for mark in OPERATOR_MARKS.values()),
    ]  # fmt: skip
    assert len(colours) == len(set(colours))


def test_no_shape_has_two_meanings():
    paths = [stage.path for stage in STAGES]
    paths += [mark.path for mark in OPERATOR_MARKS.values()] + [OTHER_OPERATOR.path]
    assert len({corners(path) for path in paths}) == len(paths)


def test_every_status_is_drawn_one_way_or_not_at_all():
    for status in ZoneStatus:
        looks = [stage.key for stage in STAGES if status in stage.statuses]
        assert len(looks) == (0 if status in NOT_DRAWN else 1), status
    with pytest.raises(KeyError):
        stage_of(ZoneStatus.REJECTED)


def test_every_queue_and_signal_has_its_look():
    assert set(QUEUE_COLOURS) == set(Queue)
    assert set(FILLINGS) == {*Signal, None}
    assert len(set(FILLINGS.values())) == len(FILLINGS)


def test_tables_keep_the_order_that_the_scripts_count_by():
    assert list(QUEUE_COLOURS) == list(Queue)
    assert list(FILLINGS) == [Signal.NONE, Signal.PATCHY, None]


def test_an_unknown_operator_shares_one_mark():
    assert mark_of("Mạng Mới") is OTHER_OPERATOR
    assert mark_of("Viettel") is not OTHER_OPERATOR


def test_squares_and_diamonds_are_closed_shapes_of_like_size():
    def area(path):
        numbers = [float(part) for part in path.translate(str.maketrans("MLZ", "   ")).split()]
        return Polygon(list(zip(numbers[::2], numbers[1::2], strict=True))).area

    # The diamond is the one of the zones' shapes that is written in plain pairs.
    assert 2.5 < area(STAGES[2].path) < 3.6  # a circle of radius 1 has 3.14


def test_the_legend_has_what_is_on_the_map_and_nothing_else():
    words = words_in(a_province().language)
    zones = [zone for zone in some_zones(40) if zone.queue in (Queue.FUND, Queue.POWER)]
    found = {section.heading: section for section in sections(a_province(zones), zones, words)}
    labels = [entry.label for entry in found[words("legend.queue")].entries]
    assert labels == [words("queue.fund"), words("queue.power")]
    operators = [entry.label for entry in found[words("legend.sites")].entries]
    assert operators == ["Mạng Mới", "VNPT", "Viettel"]


def test_the_legend_counts():
    words = words_in(a_country().language)
    zones = some_zones(40)
    fund = [zone for zone in zones if zone.queue is Queue.FUND]
    entry = sections(a_country(zones), zones, words)[0].entries[0]
    households = words.number(sum(zone.households for zone in fund))
    assert entry.note == f"{len(fund)} điểm, {households} hộ"


def test_a_map_without_zones_says_so():
    words = words_in(a_country().language)
    assert sections(a_country(), [], words) == []
    assert size_samples([]) == ()
    assert totals([], words) == words("page.empty")
