"""Questions about a package, answers to all, notices to who took it; the asker stays unknown."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from coverage.actions.cancelling import cancel_package
from coverage.actions.notices import count_unread, list_notices, mark_read
from coverage.actions.package_questions import (
    LONGEST,
    answer_questions,
    ask_question,
    read_letters,
)
from coverage.actions.packages import build_package, download_package
from coverage.errors import Conflict, NotAllowed, NotFound
from tests.builders import zone_id
from tests.published import NO_MORE, SOON, amended, clarified, let_pass, published, two_lots

pytestmark = pytest.mark.usefixtures("small_places")


@pytest.fixture
def lots(database, authority, officer):
    return two_lots(database, authority, officer)


@pytest.fixture
def first(database, authority, lots):
    return published(database, authority)


@pytest.fixture
def companies(operator):
    return operator("Viettel"), operator("VNPT")


def subjects(database, actor):
    return [(one.subject, one.version, one.answer_number) for one in list_notices(database, actor)]


def test_an_answer_goes_to_all_and_nobody_learns_who_asked(
    database, authority, companies, auditor, first
):
    viettel, vnpt = companies
    asked = ask_question(database, viettel, first.number, "  Có điện ở Bản 1 chưa?  ")
    assert read_letters(database, vnpt, first.number).questions == ()
    assert len(read_letters(database, viettel, first.number).questions) == 1
    (seen,) = read_letters(database, auditor, first.number).questions
    assert (seen.organisation, seen.question) == ("Viettel", "Có điện ở Bản 1 chưa?")
    answer = answer_questions(
        database, authority, first.number, [asked.id], "Có, từ 2024.", question="Bản 1 có điện?"
    )
    assert (answer.number, answer.question) == (1, "Bản 1 có điện?")
    for other in (viettel, vnpt, auditor):
        assert [one.answer for one in read_letters(database, other, first.number).answers] == [
            "Có, từ 2024."
        ]
    with database.transaction(vnpt) as connection:
        rows = connection.execute(
            text("SELECT to_jsonb(a) FROM phusong.package_answer a UNION ALL"
                 " SELECT to_jsonb(q) FROM phusong.package_question q")
        ).scalars().all()  # fmt: skip
    assert len(rows) == 1
    everything = json.dumps(rows)
    for trace in (str(viettel.organisation_id), viettel.name, "Viettel", str(asked.id)):
        assert trace not in everything


def test_the_minute_of_a_question_is_told_to_nobody(database, authority, operator, first):
    asked = ask_question(database, operator("Viettel"), first.number, "Hỏi?")
    answer = answer_questions(database, authority, first.number, [asked.id], "Đáp.")
    local = answer.asked_at.astimezone(tz=None).astimezone(UTC) + timedelta(hours=7)
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    assert timedelta(0) <= asked.asked_at - answer.asked_at < timedelta(days=1)


@pytest.mark.parametrize("words", ["Trạm của VIETTEL ở Bản 1?", "Viết – viettel"])
def test_words_that_name_the_asker_are_not_told(database, authority, companies, first, words):
    asked = ask_question(database, companies[0], first.number, words)
    for question, answer in ((None, "Có."), ("Trạm ở Bản 1?", "Viettel tự kéo điện.")):
        with pytest.raises(Conflict) as refused:
            answer_questions(
                database, authority, first.number, [asked.id], answer, question=question
            )
        assert refused.value.facts["reason"] == "names_the_asker"
    answer_questions(database, authority, first.number, [asked.id], "Có.", question="Ở Bản 1?")


def test_answers_are_numbered_as_they_are_given(database, authority, operator, first):
    one = ask_question(database, operator("Viettel"), first.number, "Một?")
    two = ask_question(database, operator("VNPT"), first.number, "Hai?")
    three = ask_question(database, operator("VNPT"), first.number, "Một nữa?")
    assert answer_questions(database, authority, first.number, [two.id], "B").number == 1
    with pytest.raises(Conflict) as refused:
        answer_questions(database, authority, first.number, [one.id, three.id], "A")
    assert refused.value.facts["reason"] == "question_unworded"
    both = answer_questions(
        database, authority, first.number, [one.id, three.id], "A", question="Chung?"
    )
    assert both.number == 2
    with pytest.raises(Conflict) as refused:
        answer_questions(database, authority, first.number, [one.id], "C")
    assert refused.value.facts["reason"] == "answered_already"


def test_who_may_ask_what_and_when(database, authority, officer, operator, lots):
    viettel = operator("Viettel")
    number = build_package(database, authority, "42", NO_MORE).record.number
    with pytest.raises(NotFound):
        ask_question(database, viettel, number, "Hỏi?")
    published(database, authority, closes_at=SOON)
    for actor in (authority, officer):
        with pytest.raises(NotAllowed):
            ask_question(database, actor, number, "Hỏi?")
    with pytest.raises(NotAllowed):
        answer_questions(database, viettel, number, [zone_id(1)], "Đáp.")
    for words, reason in (("  ", "question_empty"), ("x" * (LONGEST + 1), "words_too_many")):
        with pytest.raises(Conflict) as refused:
            ask_question(database, viettel, number, words)
        assert refused.value.facts["reason"] == reason
    letters = read_letters(database, viettel, number)
    assert letters.open_now
    assert letters.open_until == SOON - timedelta(days=3)
    let_pass(database, authority, 28)
    assert not read_letters(database, viettel, number).open_now
    with pytest.raises(Conflict) as refused:
        ask_question(database, viettel, number, "Hỏi?")
    assert refused.value.facts["reason"] == "questions_closed"


def test_only_who_took_the_package_is_told(database, authority, officer, companies, first):
    viettel, vnpt = companies
    for one in (viettel, viettel, officer, authority):
        download_package(database, one, first.number)
    asked = ask_question(database, vnpt, first.number, "Hỏi?")
    answer_questions(database, authority, first.number, [asked.id], "Đáp.")
    clarified(database, authority, first.number)
    amended(database, authority, first.number, drop=[zone_id(3)])
    cancel_package(database, authority, first.number, "không có nhà thầu")
    expected = {
        ("answer", None, 1), ("clarification", 2, None), ("amendment", 3, None),
        ("cancellation", 3, None),
    }  # fmt: skip
    for one in (viettel, officer):
        assert set(subjects(database, one)) == expected
        assert len(subjects(database, one)) == 4
    for one in (vnpt, authority):
        assert subjects(database, one) == []
    assert count_unread(database, viettel) == 4
    newest = list_notices(database, viettel)[0]
    assert mark_read(database, viettel, [newest.id]) == 1
    assert mark_read(database, viettel, [newest.id]) == 0
    assert count_unread(database, viettel) == 3
    assert count_unread(database, officer) == 4
    assert mark_read(database, viettel) == 3
    assert mark_read(database, officer, [newest.id]) == 0


def test_a_notice_waits_for_the_version_and_reaches_who_took_it_meanwhile(
    database, authority, operator, first
):
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    download_package(database, viettel, first.number)
    opens_at = datetime.now(UTC) + timedelta(days=20)
    amended(database, authority, first.number, drop=[zone_id(3)], opens_at=opens_at)
    download_package(database, vnpt, first.number)
    assert subjects(database, viettel) == []
    with database.transaction(viettel) as connection:
        assert connection.execute(text("SELECT count(*) FROM phusong.package_notice")).scalar() == 0
    let_pass(database, authority, 21)
    for one in (viettel, vnpt):
        assert subjects(database, one) == [("amendment", 2, None)]
