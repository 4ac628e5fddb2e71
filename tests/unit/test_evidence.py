"""The verdict on one operator's technology: every combination of what may be known."""

import itertools
from datetime import date

import pytest

from coverage.criteria import CriteriaSet
from coverage.evidence import Inputs, Judgement, Nearest, Reason, Service, Verdict, is_served, judge
from coverage.findings import Language, rulebook
from coverage.towers import Technology
from coverage.zones import Signal
from tests.builders import a_zone

OFFICIAL = CriteriaSet(2, "Bộ tiêu chí 1603", "Công văn 1603", True, date(2024, 4, 25), 3000.0)
PROVISIONAL = CriteriaSet(1, "Bộ tiêu chí tạm", "chưa chính thức", False, date(2024, 4, 25), 3000.0)

NEAR, FAR, NOWHERE = Nearest(7, 3000.0, 12.0), Nearest(7, 3000.01, 12.0), Nearest(None, None)
UNSTATED = Nearest(7, 10.0, 12.0, stated=False)

EVERY_INPUT = [
    Inputs(*values)
    for values in itertools.product(
        (NEAR, UNSTATED, FAR, NOWHERE),
        (True, False),  # registered
        (True, False),  # planned within reach
        (True, False, None),  # line of sight
        (True, False),  # terrain loaded
        (None, *Service),
        (None, *Signal),
        (None, Verdict.NONE, Verdict.WEAK, Verdict.SERVED),  # what an upheld dispute claimed
    )
]


def verdict_of(nearest=NEAR, criteria=OFFICIAL, **known):
    return judge(Inputs(nearest, **known), criteria)


def test_nothing_but_an_operators_own_word_or_an_upheld_dispute_says_served():
    for inputs in EVERY_INPUT:
        verdict, reasons = judge(inputs, PROVISIONAL)
        if verdict is Verdict.SERVED and inputs.upheld is None:
            assert inputs.service is Service.INSIDE
            assert Reason.SITE_WITHIN_REACH in reasons
            assert inputs.line_of_sight is not False


def test_nothing_that_is_unmeasured_and_unreported_says_none():
    for inputs in EVERY_INPUT:
        verdict, reasons = judge(inputs, PROVISIONAL)
        if verdict is Verdict.NONE and inputs.upheld is None:
            said_so = inputs.service is Service.OUTSIDE
            seen = inputs.signal is Signal.NONE and inputs.registered
            assert said_so or seen
            assert said_so or Reason.SITE_WITHIN_REACH not in reasons
        if Reason.NOT_MEASURED in reasons:
            assert verdict is Verdict.UNKNOWN


def test_distance_alone_decides_nothing():
    for nearest in (NEAR, UNSTATED, FAR, NOWHERE):
        for registered in (True, False):
            assert verdict_of(nearest, registered=registered)[0] is Verdict.UNKNOWN


def test_every_verdict_names_what_it_rests_on():
    for inputs in EVERY_INPUT:
        verdict, reasons = judge(inputs, PROVISIONAL)
        assert len(set(reasons)) == len(reasons)
        assert (Reason.DISPUTE_UPHELD in reasons) == (inputs.upheld is not None)
        if inputs.upheld is not None:
            assert verdict is inputs.upheld
        of_the_site = {
            Reason.SITE_WITHIN_REACH, Reason.SITE_BEYOND_REACH, Reason.NO_SITE_ON_AIR,
            Reason.NO_REGISTER,
        }  # fmt: skip
        assert len(of_the_site & set(reasons)) == 1
        assert (Reason.NO_REGISTER in reasons) == (not inputs.registered)
        assert reasons[-1] is Reason.CRITERIA_NOT_OFFICIAL
        assert judge(inputs, OFFICIAL) == (verdict, reasons[:-1])


@pytest.mark.parametrize(
    ("known", "verdict", "reasons"),
    [
        # What distance says, and what the province saw.
        ({"nearest": NEAR}, "unknown", "site_within_reach distance_is_not_signal not_measured"),
        (
            {"nearest": NEAR, "signal": Signal.NONE},
            "unknown",
            "site_within_reach distance_is_not_signal not_measured",
        ),
        ({"nearest": FAR}, "unknown", "site_beyond_reach not_measured"),
        ({"nearest": FAR, "signal": Signal.PATCHY}, "unknown", "site_beyond_reach not_measured"),
        ({"nearest": FAR, "signal": Signal.NONE}, "none", "site_beyond_reach reported_no_signal"),
        ({"nearest": NOWHERE, "signal": Signal.NONE}, "none", "no_site_on_air reported_no_signal"),
        (
            {"nearest": NOWHERE, "signal": Signal.NONE, "registered": False},
            "unknown",
            "no_register not_measured",
        ),
        # What the operator publishes.
        ({"service": Service.OUTSIDE}, "none", "operator_publishes_no_service site_within_reach"),
        ({"service": Service.INSIDE}, "served", "operator_publishes_service site_within_reach"),
        ({"service": Service.WEAK}, "weak", "operator_publishes_weak_service site_within_reach"),
        (
            {"service": Service.INSIDE, "signal": Signal.NONE},
            "served",
            "operator_publishes_service site_within_reach reported_otherwise",
        ),
        (
            {"service": Service.INSIDE, "signal": Signal.PATCHY},
            "served",
            "operator_publishes_service site_within_reach reported_otherwise",
        ),
        (
            {"service": Service.WEAK, "signal": Signal.PATCHY},
            "weak",
            "operator_publishes_weak_service site_within_reach",
        ),
        (
            {"service": Service.WEAK, "signal": Signal.NONE},
            "weak",
            "operator_publishes_weak_service site_within_reach reported_otherwise",
        ),
        (
            {"service": Service.INSIDE, "nearest": FAR},
            "unknown",
            "operator_publishes_service site_beyond_reach not_measured",
        ),
        (
            {"service": Service.INSIDE, "nearest": NOWHERE, "registered": False},
            "unknown",
            "operator_publishes_service no_register not_measured",
        ),
        # What the ground says of the site.
        (
            {"service": Service.INSIDE, "line_of_sight": False, "terrain_loaded": True},
            "weak",
            "operator_publishes_service site_within_reach terrain_blocks",
        ),
        (
            {"service": Service.INSIDE, "line_of_sight": True, "terrain_loaded": True},
            "served",
            "operator_publishes_service site_within_reach terrain_clear",
        ),
        (
            {"line_of_sight": True, "terrain_loaded": True},
            "unknown",
            "site_within_reach terrain_clear distance_is_not_signal not_measured",
        ),
        (
            {"terrain_loaded": True},
            "unknown",
            "site_within_reach outside_terrain distance_is_not_signal not_measured",
        ),
        (
            {"nearest": UNSTATED},
            "unknown",
            "site_within_reach technology_not_stated distance_is_not_signal not_measured",
        ),
        # What is planned is told, never counted.
        (
            {"nearest": FAR, "signal": Signal.NONE, "planned_within_reach": True},
            "none",
            "site_beyond_reach reported_no_signal planned_site_within_reach",
        ),
        # An upheld dispute stands whatever else is known.
        (
            {"nearest": FAR, "service": Service.OUTSIDE, "upheld": Verdict.SERVED},
            "served",
            "dispute_upheld site_beyond_reach",
        ),
    ],
)
def test_verdict_and_reasons(known, verdict, reasons):
    told = verdict_of(**known)
    assert told == (Verdict(verdict), tuple(Reason(f"evidence.{name}") for name in reasons.split()))


def test_every_reason_has_sentences_over_the_facts_of_a_verdict():
    facts = dict.fromkeys(
        ("operator", "technology", "distance_m", "direction", "reach_m", "criteria"), "…"
    )
    used = set()
    for inputs in EVERY_INPUT:
        used |= set(judge(inputs, PROVISIONAL)[1])
    assert used == set(Reason)
    for reason in Reason:
        for language in Language:
            assert rulebook()[reason].message[language].format_map(facts)
            assert rulebook()[reason].fix[language].format_map(facts)


def test_a_village_is_served_by_any_operators_broadband():
    zone = a_zone(1)

    def judged(verdict, technology):
        return Judgement(zone.id, zone.id, technology, verdict, ())

    assert not is_served([], OFFICIAL)
    assert not is_served([judged(Verdict.SERVED, Technology.G2)], OFFICIAL)
    assert not is_served([judged(Verdict.WEAK, Technology.G4)], OFFICIAL)
    assert is_served(
        [judged(Verdict.NONE, Technology.G3), judged(Verdict.SERVED, Technology.G4)], OFFICIAL
    )
