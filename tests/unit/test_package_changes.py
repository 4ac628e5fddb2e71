"""What two versions of a package say otherwise, and the labels that never change hands."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.packages import (
    Evidence,
    LotOfZones,
    PackageFrame,
    PackageKind,
    PackageVintage,
    ProcurementMode,
    assemble,
    change_of,
    difference,
    labels_given,
    said_of,
)
from coverage.zones import Signal
from tests.builders import a_package, a_package_zone, a_zone, zone_id

FACTS = st.fixed_dictionaries(
    {
        "households": st.integers(1, 3),
        "population": st.none() | st.integers(1, 3),
        "signal": st.none() | st.sampled_from(Signal),
        "grid_power": st.none() | st.booleans(),
        "village": st.sampled_from(["Bản A", "Bản B"]),
    }
)
VERSIONS = st.dictionaries(st.integers(1, 6), FACTS, min_size=1)


def kept(package):
    """What a package says, as the database gives it back."""
    return json.loads(json.dumps(said_of(package)))


def version_of(zones):
    """A package of one lot with these zones."""
    first, *_ = a_package().lots
    members = tuple(a_package_zone(number, **facts) for number, facts in sorted(zones.items()))
    return a_package(lots=(replace(first, zones=members),))


def test_nothing_differs_from_itself():
    assert not difference(kept(a_package()), said_of(a_package()))


@given(VERSIONS, VERSIONS)
@settings(max_examples=60, deadline=None)
def test_a_difference_is_exactly_what_leads_from_one_to_the_other(before, after):
    """Against an oracle that only counts: who came, who went, how many facts are others."""
    found = difference(kept(version_of(before)), said_of(version_of(after)))
    assert {*found.came_ids} == {zone_id(n) for n in set(after) - set(before)}
    assert {*found.went_ids} == {zone_id(n) for n in set(before) - set(after)}
    assert (len(found.came), len(found.went)) == (len(found.came_ids), len(found.went_ids))
    others = sum(
        before[n][fact] != after[n][fact] for n in set(before) & set(after) for fact in before[n]
    )
    assert len(found.changed) == others
    assert bool(found) == (before != after)
    back = difference(kept(version_of(after)), said_of(version_of(before)))
    assert (back.came_ids, back.went_ids) == (found.went_ids, found.came_ids)
    assert sorted((b, a) for *_, a, b in back.changed) == sorted(
        (a, b) for *_, a, b in found.changed
    )


def test_every_fact_is_told_in_words():
    before = a_package()
    lot = before.lots[0]
    zone = replace(
        lot.zones[0], households=99, population=None, signal=Signal.PATCHY, grid_power=False,
        specially_difficult=None, latitude=18.5, declared_commune="Xã Cũ", operators_assessed=3,
    )  # fmt: skip
    after = replace(
        before, lots=(replace(lot, name="Lô 1 – Khác", zones=(zone, *lot.zones[1:])), before.lots[1]),
        mode=ProcurementMode.ASSIGNMENT,
    )  # fmt: skip
    told = {
        (what, heading): (a, b)
        for what, heading, a, b in difference(kept(before), said_of(after)).changed
    }
    named = "L1-01 Bản Rào Tre 1 (Xã Hương Đô)"
    assert told == {
        (named, "Số hộ"): ("21", "99"),
        (named, "Số khẩu"): ("94", "chưa có số liệu"),
        (named, "Hiện trạng sóng"): ("trắng sóng", "lõm sóng"),
        (named, "Điện lưới"): ("có điện lưới", "không có điện lưới"),
        (named, "Địa bàn đặc biệt khó khăn"): ("đặc biệt khó khăn", "chưa có số liệu"),
        (named, "Tọa độ (vĩ độ, kinh độ WGS 84)"): ("18.2050000, 105.4100000", "18.5000000, 105.4100000"),
        (named, "Xã do tỉnh kê khai"): ("chưa có số liệu", "Xã Cũ"),
        (named, "Doanh nghiệp có trạm trong tầm / đã đánh giá"): ("1/4", "1/3"),
        ("Lô 1 – Hương Đô", "Tên lô"): ("Lô 1 – Hương Đô", "Lô 1 – Khác"),
        ("Gói thầu", "Hình thức lựa chọn"): ("đấu thầu", "giao nhiệm vụ"),
    }  # fmt: skip


def test_a_lot_that_came_or_went_is_told_as_a_whole_lot():
    both = a_package()
    one = replace(both, lots=both.lots[:1])
    gone = difference(kept(both), said_of(one))
    assert (both.lots[1].name, "Cả lô", "có trong gói", "không có trong gói") in gone.changed
    back = difference(kept(one), said_of(both))
    assert (both.lots[1].name, "Cả lô", "không có trong gói", "có trong gói") in back.changed


def test_a_fact_that_the_older_version_never_told_is_no_change():
    before = kept(a_package())
    for facts in before["zones"].values():
        del facts["households"]
    del before["mode"]
    after = replace(a_package(), mode=ProcurementMode.ORDER)
    assert not difference(before, said_of(after))


def test_a_change_survives_being_kept():
    before = version_of({1: FACTS_OF_ONE, 2: FACTS_OF_ONE})
    after = version_of({2: FACTS_OF_ONE | {"households": 3}, 3: FACTS_OF_ONE})
    found = difference(kept(before), said_of(after))
    told = change_of(
        2, PackageKind.AMENDMENT, datetime(2026, 12, 1, tzinfo=UTC), "vì thử",
        json.loads(json.dumps(found.as_json())),
    )  # fmt: skip
    assert (told.came, told.went, told.changed) == (found.came, found.went, found.changed)
    assert told.version == 2


FACTS_OF_ONE = {
    "households": 1, "population": 2, "signal": None, "grid_power": True, "village": "Bản A",
}  # fmt: skip


@given(st.lists(st.sets(st.integers(1, 7), min_size=1), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_labels_stay_with_their_zone_through_all_versions(versions):
    """A zone that leaves and comes back has its label again; no label ever names two zones."""
    told, label_of = [], {}
    for members in versions:
        frame = PackageFrame(
            number="GT-2026-42-001", version=len(told) + 1, draft=False,
            dated=datetime(2026, 11, 23, tzinfo=UTC), authority="Cục", province_code="42",
            province="Hà Tĩnh", vintage=PackageVintage("2026-04-30", "thử", approximate=False),
            criteria=(), commune_names={}, declared_names={}, former_names={},
            labels=labels_given(told),
        )  # fmt: skip
        zones = [a_zone(n, village=f"Bản {n}") for n in members]
        package = assemble(
            frame, [LotOfZones(zone_id(99), 1, "Lô 1", zones)], {zone_id(1): Evidence(1, 0)}
        )
        labels = {zone.id: zone.label for _, zone in package.zones}
        assert len(set(labels.values())) == len(labels)
        for key, label in labels.items():
            assert label_of.setdefault(key, label) == label
        told.append(kept(package))
    assert len(set(label_of.values())) == len(label_of)
