"""What a change of the dated rules may be: tables of contents, and what stands on which day."""

from datetime import date, timedelta

import pytest

from coverage.criteria import CriteriaSet, QueueFacts, QueueRule, queue_of
from coverage.findings import Language, Severity
from coverage.people import same_person
from coverage.rule_changes import (
    Change,
    DatedRow,
    LegalBasis,
    RuleKind,
    SettingType,
    SettingValue,
    Standing,
    bases_on,
    changed_by,
    check_change,
    criteria_on,
    findings_of_rules,
    known_settings,
    read_change,
    rule_in_words,
    rules_on,
    setting_on,
)
from coverage.zones import Queue

TODAY = date(2026, 11, 23)
FIRST = date(2021, 12, 31)
TOMORROW = TODAY + timedelta(days=1)

RULE = {
    "position": 15, "grid_power": True, "specially_difficult": None, "served": None,
    "promised": None, "queue": "operator", "citation": "Nghị định thử", "valid_from": "2026-11-23",
}  # fmt: skip
CRITERIA = {
    "name": "Bộ tiêu chí thử", "document": "Công văn 1603/BTTTT-CVT", "official": True,
    "reach_m": 2500, "broadband": ["4G", "5G"], "valid_from": "2026-11-23",
}  # fmt: skip
SETTING = {
    "name": "dispute_days", "value": 45, "citation": "Quyết định thử", "valid_from": "2026-11-23",
}  # fmt: skip
BASIS = {
    "document": "Nghị định 1/2027/NĐ-CP", "title": "Thử", "issued_on": "1999-01-01",
    "source": "Công báo", "valid_from": "2027-01-01",
}  # fmt: skip
VALID = {
    RuleKind.QUEUE_RULE: RULE,
    RuleKind.CRITERIA_SET: CRITERIA,
    RuleKind.SETTING: SETTING,
    RuleKind.LEGAL_BASIS: BASIS,
}


def a_rule(number, position, queue, **conditions):
    wanted = {"grid_power": None, "specially_difficult": None, **conditions}
    rule = QueueRule(number, position, queue=queue, citation=f"quy tắc {number}", **wanted)
    return DatedRow(number, rule, FIRST)


def a_setting(name, value, first=FIRST, number=1):
    return DatedRow(number, SettingValue(name, value, "Mặc định"), first)


DAY_ONE = Standing(
    criteria=(DatedRow(1, CriteriaSet(1, "Tạm", "Tạm", False, FIRST, 3000.0), FIRST),),
    rules=(
        a_rule(4, 1, Queue.COVERED, served=True),
        a_rule(5, 2, Queue.OPERATOR, promised=True),
        a_rule(1, 10, Queue.POWER, grid_power=False),
        a_rule(2, 20, Queue.FUND, grid_power=True, specially_difficult=True),
        a_rule(3, 30, Queue.OPERATOR, grid_power=True, specially_difficult=False),
    ),
    settings=(
        a_setting("dispute_days", 60),
        a_setting("border_band_m", 300, number=2),
        a_setting("commune_tolerance_m", 1500, number=3),
    ),
    bases=(DatedRow(1, LegalBasis("Luật 24/2023/QH15", "Luật", None, "Công báo"), FIRST),),
)


def found(kind, content, standing=DAY_ONE):
    """The rules that a content breaks, with their severity's first letter."""
    change, findings = read_change(kind, content)
    if change is not None:
        findings = check_change(change, standing, TODAY)
    return sorted(f"{each.rule.removeprefix('rule.')}:{each.severity[0]}" for each in findings)


@pytest.mark.parametrize("kind", RuleKind)
def test_a_valid_content_is_read(kind):
    change, findings = read_change(kind, VALID[kind])
    assert findings == []
    assert change.kind is kind
    errors = [each for each in check_change(change, DAY_ONE, TODAY)
              if each.severity is Severity.ERROR]  # fmt: skip
    assert errors == []


@pytest.mark.parametrize(
    ("kind", "different", "expected"),
    [
        (RuleKind.SETTING, {"value": 45, "typo": 1}, ["unknown_field:e"]),
        (RuleKind.SETTING, {"citation": "  "}, ["citation_missing:e"]),
        (RuleKind.SETTING, {"citation": "a" * 2001}, ["text_too_long:e"]),
        (RuleKind.SETTING, {"citation": 7}, ["not_a_text:e"]),
        (RuleKind.SETTING, {"citation": "có\x00"}, ["not_a_text:e"]),
        (RuleKind.SETTING, {"valid_from": None}, ["day_missing:e"]),
        (RuleKind.SETTING, {"valid_from": "31/12/2026"}, ["day_unreadable:e"]),
        (RuleKind.SETTING, {"valid_from": "1026-12-31"}, ["day_unreadable:e"]),
        (RuleKind.SETTING, {"valid_from": 20261231}, ["day_unreadable:e"]),
        (RuleKind.SETTING, {"valid_from": "2026-11-22"}, ["day_before_today:e"]),
        (RuleKind.SETTING, {"valid_from": "2026-11-22", "back_dated": "Công văn"}, ["back_dated:w"]),
        (RuleKind.SETTING, {"valid_from": "2030-01-01"}, []),
        (RuleKind.SETTING, {"name": "dispute_dayz"}, ["setting_unknown:e"]),
        (RuleKind.SETTING, {"value": 0}, ["out_of_bounds:e"]),
        (RuleKind.SETTING, {"value": 366}, ["out_of_bounds:e"]),
        (RuleKind.SETTING, {"value": 45.5}, ["not_whole:e"]),
        (RuleKind.SETTING, {"value": "45"}, ["not_a_number:e"]),
        (RuleKind.SETTING, {"value": True}, ["not_a_number:e"]),
        (RuleKind.SETTING, {"value": float("nan")}, ["not_a_number:e"]),
        (RuleKind.SETTING, {"value": None}, ["not_a_number:e"]),
        (RuleKind.SETTING, {"value": 60, "citation": "Mặc định"}, ["nothing_changes:e"]),
        (RuleKind.SETTING, {"value": 60}, []),  # another citation is a change
        (RuleKind.SETTING, {"name": "border_band_m", "value": 1501}, ["band_beyond_tolerance:e"]),
        (RuleKind.SETTING, {"name": "border_band_m", "value": 1500}, []),
        (RuleKind.SETTING, {"name": "commune_tolerance_m", "value": 299},
         ["band_beyond_tolerance:e"]),
        (RuleKind.SETTING, {"name": "rules_four_eyes", "value": "no"}, ["not_a_switch:e"]),
        (RuleKind.SETTING, {"name": "rules_four_eyes", "value": False}, []),
        (RuleKind.SETTING, {"name": "dispute_silence", "value": "yes"}, ["not_a_choice:e"]),
        (RuleKind.SETTING, {"name": "dispute_silence", "value": ["accepted"]}, ["not_a_choice:e"]),
        (RuleKind.SETTING, {"name": "dispute_silence", "value": "neutral"}, []),
        (RuleKind.SETTING, {"name": "review_four_eyes", "value": ["approve", "merge"]}, []),
        (RuleKind.SETTING, {"name": "review_four_eyes", "value": ["approve", "approve"]},
         ["not_a_choice:e"]),
        (RuleKind.SETTING, {"name": "review_four_eyes", "value": ["sleep"]}, ["not_a_choice:e"]),
        (RuleKind.SETTING, {"name": "review_four_eyes", "value": [{}]}, ["not_a_choice:e"]),
        (RuleKind.SETTING, {"name": "country_extent", "value":
                            {"west": 118, "south": 6, "east": 102, "north": 23}}, ["box_sides:e"]),
        (RuleKind.SETTING, {"name": "country_extent", "value": {"west": 102}}, ["box_sides:e"]),
        (RuleKind.SETTING, {"name": "ocds_prefix", "value": "ocds-abc123"}, []),
        (RuleKind.SETTING, {"name": "ocds_prefix", "value": "ocds-abc123 "}, ["not_of_form:e"]),
        (RuleKind.SETTING, {"name": "ocds_prefix", "value": 7}, ["not_of_form:e"]),
        (RuleKind.SETTING, {"replaces": 1}, ["unknown_field:e"]),
        (RuleKind.QUEUE_RULE, {"citation": ""}, ["citation_missing:e"]),
        (RuleKind.QUEUE_RULE, {"position": 0}, ["whole_between:e"]),
        (RuleKind.QUEUE_RULE, {"position": 1.5}, ["whole_between:e"]),
        (RuleKind.QUEUE_RULE, {"position": 10**9}, ["whole_between:e"]),
        (RuleKind.QUEUE_RULE, {"grid_power": "có"}, ["not_yes_or_no:e"]),
        (RuleKind.QUEUE_RULE, {"queue": "undecided"}, ["queue_unknown:e"]),
        (RuleKind.QUEUE_RULE, {"queue": None}, ["queue_unknown:e"]),
        (RuleKind.QUEUE_RULE, {"replaces": 99}, ["replaced_unknown:e"]),
        (RuleKind.QUEUE_RULE, {"replaces": "2"}, ["row_unknown:e"]),
        (RuleKind.QUEUE_RULE, {"replaces": True}, ["row_unknown:e"]),
        (RuleKind.QUEUE_RULE, {"removed": True, "replaces": 3}, ["combination_undecided:w"]),
        (RuleKind.QUEUE_RULE, {"removed": True}, ["nothing_to_end:e"]),
        (RuleKind.QUEUE_RULE, {"position": 30, "specially_difficult": False},
         ["same_position:w", "unreachable:w"]),
        (RuleKind.QUEUE_RULE, {"position": 31, "specially_difficult": False}, ["unreachable:w"]),
        (RuleKind.CRITERIA_SET, {"reach_m": 0}, ["number_between:e"]),
        (RuleKind.CRITERIA_SET, {"reach_m": -5}, ["number_between:e"]),
        (RuleKind.CRITERIA_SET, {"reach_m": float("inf")}, ["number_between:e"]),
        (RuleKind.CRITERIA_SET, {"broadband": []}, ["broadband_unknown:e"]),
        (RuleKind.CRITERIA_SET, {"broadband": ["6G"]}, ["broadband_unknown:e"]),
        (RuleKind.CRITERIA_SET, {"broadband": "4G"}, ["broadband_unknown:e"]),
        (RuleKind.CRITERIA_SET, {"broadband": [["4G"]]}, ["broadband_unknown:e"]),
        (RuleKind.CRITERIA_SET, {"broadband": ["2G", "4G"]}, ["broadband_2g:w"]),
        (RuleKind.CRITERIA_SET, {"official": None}, ["not_yes_or_no:e"]),
        (RuleKind.CRITERIA_SET, {"service": {"4G": {"level_dbm": -110, "down_mbps": 5}}}, []),
        (RuleKind.CRITERIA_SET, {"service": {"4G": {"level_dbm": 110}}}, ["service_between:e"]),
        (RuleKind.CRITERIA_SET, {"service": {"4G": {"down_mbps": "5"}}}, ["service_between:e"]),
        (RuleKind.CRITERIA_SET, {"service": {"4G": {"up_mbps": True}}}, ["service_between:e"]),
        (RuleKind.CRITERIA_SET, {"service": {"4G": {"availability_percent": float("nan")}}},
         ["service_between:e"]),
        (RuleKind.CRITERIA_SET, {"service": {"4G": {"down_mbps": 2, "up_mbps": 5}}},
         ["service_up_above_down:e"]),
        (RuleKind.CRITERIA_SET, {"service": {"6G": {}}}, ["service_technology:e"]),
        (RuleKind.CRITERIA_SET, {"service": {"4G": {"speed": 5}}}, ["unknown_field:e"]),
        (RuleKind.CRITERIA_SET, {"service": {"4G": {"measured": "a\x00b"}}}, ["not_a_text:e"]),
        (RuleKind.CRITERIA_SET, {"service": ["4G"]}, ["service_unreadable:e"]),
        (RuleKind.CRITERIA_SET, {"service": {"4G": 5}}, ["service_unreadable:e"]),
        (RuleKind.CRITERIA_SET, {"document": "Công văn của Bộ"}, ["official_without_number:e"]),
        (RuleKind.CRITERIA_SET, {"official": False, "document": "Công văn của Bộ"}, []),
        (RuleKind.CRITERIA_SET, {"document": "", "name": ""}, ["text_missing:e", "text_missing:e"]),
        (RuleKind.LEGAL_BASIS, {"issued_on": "hôm qua"}, ["day_unreadable:e"]),
        (RuleKind.LEGAL_BASIS, {"source": None}, ["text_missing:e"]),
        (RuleKind.LEGAL_BASIS, {"replaces": 1, "valid_from": "2026-12-01"}, []),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_told(kind, different, expected):
    assert found(kind, VALID[kind] | different) == expected


WEIGHTS = known_settings()["score_weights"].choices


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (dict.fromkeys(WEIGHTS, 1 / 7), []),
        ({**dict.fromkeys(WEIGHTS, 0), "waiting": 1}, []),
        (dict.fromkeys(WEIGHTS, 0.1), ["weights_sum:e"]),
        ({**dict.fromkeys(WEIGHTS, 0), "waiting": 1.5, "households": -0.5},
         ["weight_out_of_bounds:e", "weight_out_of_bounds:e"]),
        ({**dict.fromkeys(WEIGHTS, 0), "waiting": "1"}, ["weight_out_of_bounds:e"]),
        ({"waiting": 1}, ["weights_named:e"]),
        ({**dict.fromkeys(WEIGHTS, 0), "waiting": 1, "mood": 0}, ["weights_named:e"]),
        ([1], ["weights_named:e"]),
    ],
)  # fmt: skip
def test_weights_are_named_and_sum_to_one(weights, expected):
    content = SETTING | {"name": "score_weights", "value": weights}
    assert found(RuleKind.SETTING, content) == expected


@pytest.mark.parametrize("key", known_settings())
def test_every_setting_speaks_both_languages(key):
    known = known_settings()[key]
    for words in (known.name, known.meaning, known.applies):
        assert set(words) == set(Language)
        assert all(words.values())
        assert words[Language.VI] != words[Language.EN]
    needs_bounds = known.type in {SettingType.NUMBER, SettingType.WHOLE}
    assert not needs_bounds or known.minimum < known.maximum


def test_the_rules_of_the_first_day_decide_everything_and_each_is_needed():
    assert findings_of_rules([row.value for row in DAY_ONE.rules]) == []


def test_a_finding_names_the_undecided_case_in_both_languages():
    change, _ = read_change(RuleKind.QUEUE_RULE, {"removed": True, "replaces": 2,
                            "citation": "bãi bỏ", "valid_from": "2026-12-01"})  # fmt: skip
    [told] = check_change(change, DAY_ONE, TODAY)
    assert "có điện lưới, thuộc địa bàn đặc biệt khó khăn" in told.message(Language.VI)
    assert "grid power, specially difficult area" in told.message(Language.EN)


def test_removing_every_rule_is_refused():
    standing = Standing(rules=DAY_ONE.rules[:1])
    content = {"removed": True, "replaces": 4, "citation": "x", "valid_from": "2026-12-01"}
    assert found(RuleKind.QUEUE_RULE, content, standing) == ["no_rule_left:e"]


def test_a_row_that_has_ended_cannot_be_replaced_again():
    first, _ = read_change(RuleKind.QUEUE_RULE, RULE | {"replaces": 3, "valid_from": "2026-12-01"})
    standing = changed_by(DAY_ONE, first)
    again = RULE | {"replaces": 3, "valid_from": "2026-12-05"}
    assert "replaced_ended:e" in found(RuleKind.QUEUE_RULE, again, standing)


def test_a_change_may_not_begin_before_the_row_it_replaces():
    young = Standing(rules=(DatedRow(9, DAY_ONE.rules[0].value, date(2027, 1, 1)),))
    assert "before_the_replaced:e" in found(RuleKind.QUEUE_RULE, RULE | {"replaces": 9}, young)


def test_a_draft_beside_an_official_set_says_that_it_does_not_count():
    official, _ = read_change(RuleKind.CRITERIA_SET, CRITERIA)
    standing = changed_by(DAY_ONE, official)
    draft = CRITERIA | {"official": False, "reach_m": 100}
    assert found(RuleKind.CRITERIA_SET, draft, standing) == ["criteria_not_counted:w"]


def test_an_older_setting_than_the_one_in_force_says_that_it_does_not_count():
    standing = Standing(settings=(a_setting("dispute_days", 30, TODAY),))
    content = SETTING | {"valid_from": "2025-01-01", "back_dated": "lịch sử"}
    assert found(RuleKind.SETTING, content, standing) == ["back_dated:w", "setting_not_counted:w"]


@pytest.mark.parametrize(
    ("day", "value"),
    [(FIRST - timedelta(days=1), None), (FIRST, 60), (TODAY - timedelta(days=1), 60),
     (TODAY, 30), (TOMORROW, 30), (date(2027, 1, 1), 10), (date(2099, 1, 1), 10)],
)  # fmt: skip
def test_a_setting_on_a_day_is_the_newest_of_two_rows_of_one_day(day, value):
    standing = Standing(
        settings=(
            a_setting("dispute_days", 60),
            a_setting("dispute_days", 30, TODAY, 8),
            a_setting("dispute_days", 90, TODAY, 7),  # entered before the other one
            a_setting("dispute_days", 10, date(2027, 1, 1), 3),
            a_setting("on_air_months", 1, TODAY, 9),
        )
    )
    row = setting_on(standing, "dispute_days", day)
    assert (row and row.value.value) == value


def test_what_is_replaced_holds_until_the_day_before_and_nothing_else_changes():
    change, _ = read_change(RuleKind.QUEUE_RULE, RULE | {"replaces": 3, "valid_from": "2026-12-01"})
    after = changed_by(DAY_ONE, change)
    before_day, day = date(2026, 11, 30), date(2026, 12, 1)
    assert rules_on(after, before_day) == tuple(
        row if row.id != 3 else DatedRow(3, row.value, FIRST, before_day) for row in DAY_ONE.rules
    )
    assert [row.id for row in rules_on(after, day)][:3] == [4, 5, 1]
    assert [row.value.position for row in rules_on(after, day)] == [1, 2, 10, 15, 20]
    assert (after.criteria, after.settings, after.bases) == (
        DAY_ONE.criteria, DAY_ONE.settings, DAY_ONE.bases,
    )  # fmt: skip


def test_a_criteria_set_is_official_before_new():
    official, _ = read_change(RuleKind.CRITERIA_SET, CRITERIA | {"valid_from": "2026-12-01"})
    after = changed_by(DAY_ONE, official)
    assert criteria_on(after, date(2026, 11, 30)).value.name == "Tạm"
    assert criteria_on(after, date(2026, 12, 1)).value.reach_m == 2500
    assert criteria_on(DAY_ONE, FIRST - timedelta(days=1)) is None


def test_legal_bases_end():
    change = Change(RuleKind.LEGAL_BASIS, None, TODAY, "hết hiệu lực", replaces=1)
    after = changed_by(DAY_ONE, change)
    assert bases_on(after, TODAY) == ()
    assert len(bases_on(after, TODAY - timedelta(days=1))) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("nguoi.a", "nguoi.a", True),
        ("nguoi.a", "Nguoi.A ", True),
        ("nguoi.a", "nguoi.b", False),
        ("mã truy cập nguoi.a", "nguoi.a", True),
        ("mã truy cập Nguoi.A", "nguoi.a", True),
        ("mã truy cập trạm đo", "nguoi.a", False),
        ("phusong rules propose", "phusong rules adopt", True),
        ("phusong rules adopt", "nguoi.a", False),
        ("phusongx", "phusong rules", False),
    ],
)
def test_who_is_one_person(one, other, same):
    assert same_person(one, other) is same
    assert same_person(other, one) is same


def test_a_rule_is_told_as_a_sentence():
    fund = DAY_ONE.rules[3].value
    assert rule_in_words(fund, Language.VI) == (
        "có điện lưới, thuộc địa bàn đặc biệt khó khăn → Quỹ"
    )
    assert rule_in_words(fund, Language.EN) == "grid power, specially difficult area → the fund"
    last = QueueRule(9, 99, None, None, Queue.POWER, "x")
    assert rule_in_words(last, Language.VI) == "mọi vùng còn lại → chờ điện lưới hoặc vệ tinh"


def test_undecided_is_never_what_a_known_case_gets_on_the_first_day():
    rules = [row.value for row in DAY_ONE.rules]
    assert queue_of(rules, QueueFacts(True, None)).missing == ("specially_difficult",)
