"""Random rules and zones: the preview against a naive one, and against what adoption really does."""

import itertools
import uuid
from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coverage.actions import rule_changes
from coverage.criteria import QueueRule
from coverage.errors import ChangeRefused
from coverage.findings import Language
from coverage.rule_changes import (
    FIELDS,
    RuleKind,
    Standing,
    check_change,
    findings_of_rules,
    known_settings,
    read_change,
)
from coverage.rule_changes.previews import PreviewedZone, queue_effect
from coverage.zones import Queue
from tests import databases
from tests.ruled import TODAY, Ruled, criteria_set

MAYBE = st.sampled_from([None, True, False])
PAYERS = st.sampled_from([queue for queue in Queue if queue is not Queue.UNDECIDED])
FACTS = ("grid_power", "specially_difficult", "served", "promised")


@st.composite
def rule_sets(draw):
    return [
        QueueRule(
            number, draw(st.integers(1, 5)), draw(MAYBE), draw(MAYBE), draw(PAYERS),
            f"căn cứ {number}", draw(MAYBE), draw(MAYBE),
        )
        for number in range(draw(st.integers(0, 6)))
    ]  # fmt: skip


@st.composite
def previewed_zones(draw):
    count = draw(st.integers(0, 8))
    return [
        PreviewedZone(
            uuid.UUID(int=number), f"Bản {number}", draw(st.sampled_from(["11", "42"])),
            draw(st.integers(1, 500)), draw(MAYBE), draw(MAYBE), draw(st.booleans()),
            draw(st.sampled_from(list(Queue))), None, draw(st.sampled_from(["", "", "package"])),
        )
        for number in range(count)
    ]  # fmt: skip


def naive_payer(rules, known):
    """Try the rules one by one for every way in which the unknown facts may turn out."""
    unknown = [name for name in FACTS if known[name] is None]
    outcomes = set()
    for guessed in itertools.product((True, False), repeat=len(unknown)):
        facts = known | dict(zip(unknown, guessed, strict=True))
        outcome = "undecided"
        for rule in sorted(rules, key=lambda one: (one.position, one.id)):
            if all(getattr(rule, name) in {None, facts[name]} for name in FACTS):
                outcome = rule.queue.value
                break
        outcomes.add(outcome)
    return outcomes.pop() if len(outcomes) == 1 else "undecided"


@given(rule_sets(), rule_sets(), previewed_zones(), st.data())
def test_the_preview_counts_what_a_naive_one_counts(before, after, zones, data):
    ids = [zone.id for zone in zones]
    served = [data.draw(st.sets(st.sampled_from(ids))) if ids else set() for _ in range(2)]
    effect = queue_effect(zones, before, after, *served)
    expected, households = Counter(), Counter()
    for zone in zones:
        sides = [
            naive_payer(rules, {
                "grid_power": zone.grid_power, "specially_difficult": zone.specially_difficult,
                "served": zone.id in shown, "promised": zone.promised,
            })
            for rules, shown in zip((before, after), served, strict=True)
        ]  # fmt: skip
        if sides[0] != sides[1] and not zone.kept:
            expected[tuple(sides)] += 1
            households[tuple(sides)] += zone.households
    counted, sums = Counter(), Counter()
    for moved in effect.moved:
        counted[moved.source.value, moved.target.value] += 1
        sums[moved.source.value, moved.target.value] += moved.zone.households
    assert (counted, sums) == (expected, households)
    assert effect.zones == sum(not zone.kept for zone in zones)


@given(rule_sets())
def test_what_is_said_of_a_set_of_rules_is_true(rules):
    told = Counter(each.rule for each in findings_of_rules(rules))
    if not rules:
        assert told == {"rule.no_rule_left": 1}
        return
    everything = [
        dict(zip(FACTS, values, strict=True))
        for values in itertools.product((True, False), repeat=len(FACTS))
    ]
    assert told["rule.combination_undecided"] == sum(
        naive_payer(rules, facts) == "undecided" for facts in everything
    )
    needed = set()
    for facts in everything:
        for rule in sorted(rules, key=lambda one: (one.position, one.id)):
            if all(getattr(rule, name) in {None, facts[name]} for name in FACTS):
                needed.add(rule.id)
                break
    assert told["rule.unreachable"] == len(rules) - len(needed)


@st.composite
def countries(draw):
    """What is random of a country: zones, sites, service areas, promises."""
    count = draw(st.integers(3, 12))
    return [
        {
            "zone": {
                "grid_power": draw(MAYBE), "specially_difficult": draw(MAYBE),
                "signal": draw(st.sampled_from([None, "none", "patchy"])),
                "households": draw(st.integers(1, 300)),
                "province_code": draw(st.sampled_from(["42", "11"])),
            },
            "site_m": draw(st.sampled_from([None, 400.0, 1900.0, 2900.0, 3100.0, 6000.0])),
            "technologies": draw(st.sampled_from([("4G",), ("3G",), ("2G", "4G")])),
            "service": draw(st.sampled_from(["inside", "inside", "weak", "outside"])),
            "promised": draw(st.integers(0, 4)) == 0,
            "by_hand": draw(st.integers(0, 5)) == 0,
        }
        for _ in range(count)
    ]  # fmt: skip


def placed(site_m, *, promised=False):
    """A village of the fund whose operator says that it serves it, with a site so far away."""
    zone = {"grid_power": True, "specially_difficult": True, "signal": "none", "households": 9,
            "province_code": "42"}  # fmt: skip
    return {"zone": zone, "site_m": site_m, "technologies": ("4G",), "service": "inside",
            "promised": promised, "by_hand": False}  # fmt: skip


def reaching(reach_m):
    return RuleKind.CRITERIA_SET, criteria_set(reach_m)


ENDED = {"removed": True, "citation": "bãi bỏ", "valid_from": TODAY.isoformat()}


def built(database, country):
    """The country in a database."""
    ruled = Ruled(database)
    for facts in country:
        hand = {"queue_by": "người duyệt", "queue_reason": "theo chỉ đạo", "queue": "power"}
        ruled.zone(**facts["zone"], **(hand if facts["by_hand"] else {}))
    for place, facts in enumerate(country):
        if facts["site_m"] is not None:
            ruled.site(place, 0, facts["site_m"], facts["technologies"])
        if facts["promised"]:
            ruled.promise(place, 1)
    inside = [place for place, facts in enumerate(country) if facts["service"] != "outside"]
    weak = [place for place, facts in enumerate(country) if facts["service"] == "weak"]
    for technology in ("3G", "4G"):
        ruled.service(inside, 0, technology, weak=weak)
    return ruled


@st.composite
def contents(draw):
    """A change of either kind that may be wrong."""
    if draw(st.booleans()):
        return RuleKind.CRITERIA_SET, {
            "name": "Thử", "document": "Thử 1/QĐ-BKHCN", "official": True,
            "reach_m": draw(st.sampled_from([300, 1000, 2000, 3000, 5000, 9000])),
            "broadband": draw(st.sampled_from([["3G", "4G", "5G"], ["4G", "5G"], ["3G"]])),
            "valid_from": TODAY.isoformat(),
        }  # fmt: skip
    content = {"valid_from": TODAY.isoformat(), "citation": "Quyết định thử"}
    replaced = draw(st.sampled_from([None, 1, 2, 3, 4, 5]))
    if replaced is not None:
        content["replaces"] = replaced
        if draw(st.integers(0, 3)) == 0:
            return RuleKind.QUEUE_RULE, content | {"removed": True}
    return RuleKind.QUEUE_RULE, content | {
        "position": draw(st.integers(1, 40)), "queue": draw(PAYERS).value,
        **{name: draw(MAYBE) for name in FACTS},
    }  # fmt: skip


@pytest.fixture(scope="module")
def fresh(cluster, template):
    """A way to a new database for each example."""
    return lambda: databases.clone(cluster, template)


@settings(
    max_examples=8, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@example(
    country=[placed(400.0), placed(1900.0), placed(2900.0), placed(None, promised=True)],
    changes=[reaching(2000), (RuleKind.QUEUE_RULE, {**ENDED, "replaces": 4}), reaching(9000)],
)
@given(country=countries(), changes=st.lists(contents(), min_size=1, max_size=4))
def test_the_preview_is_what_adoption_and_assessment_do(fresh, country, changes):
    with fresh() as database:
        ruled = built(database, country)
        try:
            ruled.assess()
            for kind, content in changes:
                previewed_and_adopted(ruled, kind, content)
        finally:
            ruled.close()


def previewed_and_adopted(ruled, kind, content):
    """One change: what its preview says is what has changed once it is adopted and assessed."""
    households = dict(ruled.rows("SELECT id, households FROM phusong.zone"))
    queues, verdicts = ruled.queues(), ruled.verdicts()
    planner, lead = ruled.person("người.đề.xuất"), ruled.person("người.thông.qua")
    try:
        change = rule_changes.propose(ruled.database, planner, kind, content, "thử", TODAY)
    except ChangeRefused:
        return
    assert ruled.queues() == queues  # a proposal changes nothing
    told = change.preview
    assert told["queues"]["stale"] == 0
    rule_changes.adopt(ruled.database, lead, change.id, TODAY)
    assert (ruled.queues(), ruled.verdicts()) == (queues, verdicts)  # nor does adoption alone
    ruled.assess()
    moved, sums = Counter(), Counter()
    for zone_id, (queue, _) in ruled.queues().items():
        if queue != queues[zone_id][0]:
            moved[queues[zone_id][0], queue] += 1
            sums[queues[zone_id][0], queue] += households[zone_id]
    assert {(each["from"], each["to"]): (each["zones"], each["households"])
            for each in told["queues"]["moves"]} == {
        move: (count, sums[move]) for move, count in moved.items()
    }  # fmt: skip
    after = ruled.verdicts()
    assert set(after) == set(verdicts)
    changed = Counter(
        (verdicts[key], after[key]) for key in after if after[key] != verdicts[key]
    )  # fmt: skip
    assert {(each["from"], each["to"]): each["verdicts"]
            for each in told.get("verdicts", {"moves": []})["moves"]} == changed  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["2026-11-23", "fund", "4G", 10**400, "\ud800", "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.sampled_from(RuleKind), st.data())
def test_whatever_a_content_holds_is_read_or_told(kind, data):
    names = st.sampled_from(sorted(FIELDS[kind])) | st.text(max_size=8)
    content = data.draw(st.dictionaries(names, JSON, max_size=10))
    if kind is RuleKind.SETTING and data.draw(st.booleans()):
        content["name"] = data.draw(st.sampled_from(sorted(known_settings())))
        content |= {"citation": "x", "valid_from": "2030-01-01"}
    change, found = read_change(kind, content)
    assert (change is None) == bool(found)
    if change is not None:
        found = check_change(change, Standing(), TODAY)
    for each in found:
        for language in Language:
            told = each.message(language) + each.fix(language) + str(each.column) + str(each.value)
            assert told.encode()
