"""The rules of the approver's word: who needs it, which step from where, what changed."""

from dataclasses import replace

import pytest

from coverage.approvals import (
    FROM,
    ApprovalStatus,
    Step,
    differences,
    fingerprint,
    must_permit,
    needs_approver,
)
from coverage.errors import Conflict
from coverage.findings import finding
from coverage.people import MAY, Act, Role
from coverage.surveys import RowStatus
from tests.surveys import report, row

W, R, T, A = ApprovalStatus
ALLOWED = {
    (Step.HAND_IN, R), (Step.HAND_IN, T), (Step.APPROVE, W), (Step.RETURN, W),
    (Step.TAKE_BACK, W), (Step.DROP, R), (Step.DROP, T),
}  # fmt: skip
IMPACT = {"totals": {"new": 2}, "missing": [], "new": []}


@pytest.fixture(scope="module")
def checked():
    return report([["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"], row(1, "Xã Tân An", "Bản Một"),
                   row(2, "Xã Mường Nhé", "Bản Hai")])  # fmt: skip


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("status", ApprovalStatus)
def test_each_step_is_taken_from_where_it_may(step, status):
    assert set(FROM) == set(Step)
    if (step, status) in ALLOWED:
        must_permit(step, status)
        return
    with pytest.raises(Conflict) as refused:
        must_permit(step, status)
    assert refused.value.facts["reason"] == f"list_{status}"


@pytest.mark.parametrize("role", Role)
def test_who_needs_the_word(role):
    assert not needs_approver(role, has_approver=False)
    assert needs_approver(role, has_approver=True) is (role is not Role.PROVINCE_APPROVER)
    assert MAY[Act.APPROVE_SURVEY] == {Role.PROVINCE_APPROVER}


def test_the_same_check_has_the_same_fingerprint_and_no_differences(checked):
    again = replace(checked, form={"other": 1})  # how it was understood is told by the rows
    assert fingerprint(checked, IMPACT) == fingerprint(again, IMPACT)
    assert differences(checked, again) == []


def test_whatever_an_approver_is_shown_changes_the_fingerprint(checked):
    first, second = checked.rows
    said = finding("duplicate.reported_before", village="Bản Một", distance_m="3")
    others = [
        (replace(checked, sha256="1" * 64), IMPACT),
        (replace(checked, vintage="2030-01-01"), IMPACT),
        (replace(checked, findings=(said,)), IMPACT),
        (replace(checked, rows=(first,)), IMPACT),
        (replace(checked, rows=(second, first)), IMPACT),
        (replace(checked, rows=(replace(first, households=7), second)), IMPACT),
        (replace(checked, rows=(replace(first, findings=(said,)), second)), IMPACT),
        (replace(checked, rows=(replace(first, findings=(replace(said, facts={"x": 1}),)), second)), IMPACT),
        (checked, IMPACT | {"totals": {"new": 1}}),
        (checked, IMPACT | {"missing": [{"zone": "z", "withdrawn": True, "rejected_row": None}]}),
        (checked, IMPACT | {"missing": [{"zone": "z", "withdrawn": False, "rejected_row": None}]}),
    ]  # fmt: skip
    prints = {fingerprint(checked, IMPACT)} | {fingerprint(*each) for each in others}
    assert len(prints) == len(others) + 1


def test_the_authoritys_own_work_is_no_news_of_a_list(checked):
    zone = {"zone": "z", "withdrawn": False, "rejected_row": None}
    first, later = (
        IMPACT | {"missing": [zone | {"status": status}]} for status in ("reported", "approved")
    )
    assert fingerprint(checked, first) == fingerprint(checked, later)


def test_what_two_checks_say_differently(checked):
    first, second = checked.rows
    gone, came = finding("coordinate.few_decimals", decimals=2), finding("households.missing")
    whole = finding("survey.correction_lost", row=3)
    before = replace(checked, rows=(replace(first, findings=(gone, came)), second))
    after = replace(checked, rows=(replace(first, findings=(came,)), replace(second, households=1)),
                    findings=(whole,))  # fmt: skip
    of_file, of_first, of_second = differences(before, after)
    assert (of_file.place, of_file.gone, of_file.came) == (None, (), (whole,))
    assert (of_first.place, of_first.row, of_first.gone, of_first.came) == (
        0,
        first.row,
        (gone,),
        (),
    )
    assert (of_second.place, of_second.gone, of_second.came) == (1, (), ())
    assert (of_second.before, of_second.after) == (RowStatus.ACCEPTED, RowStatus.ACCEPTED)


def test_a_row_that_is_read_no_more_is_told(checked):
    shorter = replace(checked, rows=checked.rows[:1])
    [lost] = differences(checked, shorter)
    assert (lost.place, lost.before, lost.after) == (1, RowStatus.ACCEPTED, None)
    [found] = differences(shorter, checked)
    assert (found.place, found.before, found.after) == (1, None, RowStatus.ACCEPTED)
