"""Ground layers in the database: one of a kind stands, and what is measured from it."""

import numpy as np
import pytest
import shapely

from coverage.distances import to_nearest
from coverage.layers import LayerKind
from coverage.storage import layers as stored
from coverage.storage.layers import LayerContent
from tests.vincenty import inverse

ROAD = shapely.LineString([(105.5, 18.1), (105.5, 18.2), (105.6, 18.2)])


@pytest.fixture
def keep(database, authority):
    def put(shapes, kind=LayerKind.ROAD, name="duong.gpkg"):
        content = LayerContent(name, "0" * 64, b"raw", "nguồn thử", {})
        facts = {
            "kind": kind.value, "layer_name": "", "crs": "WGS 84", "features": len(shapes),
            "length_km": None, "findings": [], "loaded_by": authority.name,
        }  # fmt: skip
        with database.transaction(authority) as connection:
            return stored.keep(connection, content, np.array(shapes, dtype=object), facts)

    return put


@pytest.fixture
def measured(database, authority):
    def ask(points, kind=LayerKind.ROAD, actor=authority):
        with database.transaction(actor) as connection:
            return stored.distances_m(connection, kind, points)

    return ask


def test_without_a_layer_nothing_is_measured(measured, keep):
    assert measured([(105.5, 18.1)]) is None
    keep([ROAD])
    assert measured([(105.5, 18.1)]) == [pytest.approx(0)]
    assert measured([(105.5, 18.1)], LayerKind.POWER_LINE) is None
    assert measured([]) == []


def test_far_and_near_points_are_measured_alike(measured, keep):
    """The features are read by and by, those around the points first."""
    rng = np.random.default_rng(5)
    start = np.column_stack((rng.uniform(104, 108, 60), rng.uniform(14, 20, 60)))
    walks = start[:, None, :] + np.cumsum(rng.normal(0, 0.01, (60, 100, 2)), axis=1)
    lines = [shapely.LineString(walk) for walk in walks]
    keep(lines)
    places = np.column_stack((rng.uniform(102, 110, 150), rng.uniform(8, 23, 150)))
    expected = to_nearest((places[:, 1], places[:, 0]), np.array(lines, dtype=object))
    assert expected.min() < 10_000
    assert expected.max() > 80_000
    assert measured(places.tolist()) == pytest.approx(expected.tolist(), abs=1e-3)
    for place, wanted in zip(places[:20].tolist(), expected, strict=False):
        assert measured([place]) == [pytest.approx(wanted, abs=1e-3)]


def test_what_stands_just_beyond_what_was_read_first_may_be_the_nearest(measured, keep):
    corner, straight = shapely.Point(105.085, 18.085), shapely.Point(105.11, 18.0)
    keep([corner, straight])
    assert measured([(105.0, 18.0)])[0] == pytest.approx(
        inverse((18.0, 105.0), (18.0, 105.11))[0], abs=0.01
    )


def test_a_load_takes_the_place_of_the_one_before_and_the_file_stays(
    database, authority, measured, keep
):
    before = keep([ROAD], name="truoc.gpkg")
    after = keep([shapely.Point(105.7, 18.1)], name="sau.gpkg")
    assert measured([(105.7, 18.1)]) == [pytest.approx(0)]
    assert measured([(105.5, 18.1)])[0] > 20_000
    with database.transaction(authority) as connection:
        assert [(each.id, each.replaced_at is None) for each in stored.every(connection)] == [
            (after, True), (before, False),
        ]  # fmt: skip
        assert stored.loaded(connection)[LayerKind.ROAD].file_name == "sau.gpkg"
        assert stored.raw_file(connection, before) == ("truoc.gpkg", b"raw")


def test_kinds_do_not_mix(measured, keep):
    keep([ROAD])
    keep([shapely.Point(105.55, 18.15)], LayerKind.SCHOOL)
    assert measured([(105.55, 18.15)], LayerKind.SCHOOL) == [pytest.approx(0)]
    assert measured([(105.55, 18.15)])[0] > 5_000


def test_only_the_authority_and_the_auditor_see_layers(measured, keep, province, operator, auditor):
    keep([ROAD])
    assert measured([(105.5, 18.1)], actor=auditor) == [pytest.approx(0)]
    for actor in (province("42"), operator("Viettel")):
        assert measured([(105.5, 18.1)], actor=actor) is None
