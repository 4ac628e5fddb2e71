"""The form of a criteria set: what is asked of the service comes back as it was typed."""

from datetime import date

from starlette.datastructures import FormData

from api.pages.rule_fields import content_of, values_of_form, values_of_row
from api.rule_rows import service_in_words
from coverage.criteria import CriteriaSet, ServiceLevel
from coverage.findings import Language
from coverage.rule_changes import DatedRow, RuleKind, read_change

DAY = date(2026, 11, 23)
SET = CriteriaSet(
    7, "Bộ thử", "Công văn 1/BKHCN-CVT", True, DAY, 2500.0, ("4G", "5G"),
    (ServiceLevel("4G", -110.0, 5.0, 2.5, 95.0, "Đo tại tâm thôn"), ServiceLevel("5G", None, 20.0)),
)  # fmt: skip


def test_a_form_filled_from_a_row_makes_the_same_row():
    for language in Language:
        values = values_of_row(RuleKind.CRITERIA_SET, DatedRow(7, SET, DAY), language)
        sent = [(name, one) for name, value in values.items()
                for one in (value if isinstance(value, list) else [value])]  # fmt: skip
        sent = [(name, value) for name, value in sent if name != "valid_from"]
        typed = values_of_form(
            RuleKind.CRITERIA_SET, FormData([*sent, ("valid_from", "23/11/2026")])
        )
        change, findings = read_change(
            RuleKind.CRITERIA_SET, content_of(RuleKind.CRITERIA_SET, typed)
        )
        assert findings == []
        assert change.value.service == SET.service


def test_fields_left_empty_ask_nothing_and_words_stay_to_be_told():
    form = FormData([("name", "Bộ thử"), ("document", "Công văn 1/BKHCN-CVT"), ("official", "yes"),
                     ("reach_m", "2.500"), ("broadband", "4G"), ("valid_from", "23/11/2026"),
                     ("service.4G.down_mbps", "năm"), ("service.5G.up_mbps", " ")])  # fmt: skip
    content = content_of(RuleKind.CRITERIA_SET, values_of_form(RuleKind.CRITERIA_SET, form))
    assert content["service"] == {"4G": {"down_mbps": "năm"}}
    _, findings = read_change(RuleKind.CRITERIA_SET, content)
    assert [found.rule for found in findings] == ["rule.service_between"]
    assert findings[0].column == "service.4G.down_mbps"
    assert "4G, tốc độ tải xuống tối thiểu (Mbit/s): “năm”" in findings[0].message()


def test_what_is_asked_in_one_line():
    asked = SET.service_asked()
    assert service_in_words(asked, Language.VI) == (
        "4G: Mức thu tối thiểu (dBm) -110, Tốc độ tải xuống tối thiểu (Mbit/s) 5, "
        "Tốc độ tải lên tối thiểu (Mbit/s) 2,5, Độ khả dụng tối thiểu (phần trăm) 95, "
        "Cách đo khi nghiệm thu Đo tại tâm thôn; 5G: Tốc độ tải xuống tối thiểu (Mbit/s) 20"
    )
    assert service_in_words({}, Language.EN) == ""
