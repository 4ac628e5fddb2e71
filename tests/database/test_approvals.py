"""The approver's word: what waits, who sees it, who gives the word, what two at once come to."""

import threading

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from coverage.actions import accounts, approvals, review, surveys
from coverage.actions.approvals import ListFile
from coverage.actions.people import act_for
from coverage.actions.review_cases import case
from coverage.actions.zone_moves import Seen
from coverage.approvals import ApprovalStatus
from coverage.errors import Conflict, NotAllowed, NotFound
from coverage.people import OrganisationKind, Role
from coverage.storage import audit
from coverage.storage import places as stored_places
from coverage.storage.people import add_person
from coverage.zone_life import Move
from tests import databases
from tests.small_country import NOW
from tests.small_country_lists import in_force
from tests.surveys import HEADER, row

A, B = "Xã Tân An", "Xã Mường Nhé"


@pytest.fixture(scope="module")
def small_country(cluster, template):
    """A database with the small country in force, from which each test has a clone."""
    with databases.clone(cluster, template) as made:
        authority = act_for(made, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử")
        in_force(made, authority)
        with made.transaction(authority) as connection:
            stored_places.set_exact(connection, NOW)
        name = make_url(made.url).database
        made.close()  # nobody may be connected to what is cloned
        yield name


@pytest.fixture
def database(cluster, small_country):
    with databases.clone(cluster, small_country) as made:
        yield made


@pytest.fixture
def officer(province):
    return province("15")


def an_approver(database, authority, officer, login="lanh.dao"):
    with database.transaction(authority) as connection:
        add_person(
            connection, organisation_id=officer.organisation_id, login=login,
            full_name="Trần Văn Duyệt", role=Role.PROVINCE_APPROVER, password_hash=None,
        )  # fmt: skip
    return act_for(
        database, OrganisationKind.PROVINCE, Role.PROVINCE_APPROVER, login,
        province_code=officer.province_code,
    )  # fmt: skip


@pytest.fixture
def approver(database, authority, officer):
    return an_approver(database, authority, officer)


def csv(*rows):
    return "\n".join(",".join(map(str, cells)) for cells in (HEADER, *rows)).encode()


def a_list(*rows, **more):
    rows = rows or (row(1, A, "Bản Một"), row(2, B, "Bản Hai", households="x"))
    return ListFile(csv(*rows), "danh sach.csv", "15", **more)


def count(database, actor, table):
    with database.transaction(actor) as connection:
        return connection.execute(text(f"SELECT count(*) FROM phusong.{table}")).scalar_one()


def log(database, authority):
    with database.transaction(authority) as connection:
        return [(entry.actor, entry.act, entry.detail) for entry in audit.entries(connection)
                if entry.act.startswith("survey.")]  # fmt: skip


def test_a_province_without_an_approver_submits_as_ever(database, officer):
    assert not approvals.needs_word(database, officer)
    receipt = surveys.submit(database, officer, csv(row(1, A, "Bản Một")), "tep.csv", "15")
    assert (receipt.submitted_by, receipt.prepared_by) == ("cán bộ 15", None)
    with pytest.raises(Conflict, match="no_approver"):
        approvals.hand_in(database, officer, a_list())


def test_the_officer_hands_in_and_the_approver_submits(database, authority, officer, approver):
    assert approvals.needs_word(database, officer)
    assert not approvals.needs_word(database, approver)
    with pytest.raises(Conflict, match="needs_approver"):
        surveys.submit(database, officer, a_list().content, "tep.csv", "15")
    waiting = approvals.hand_in(database, officer, a_list(), note=" Quý I ")
    assert (waiting.status, waiting.note, waiting.prepared_by) == ("waiting", "Quý I", "cán bộ 15")
    assert waiting.totals == {"rows": 2, "accepted": 1, "warned": 0, "rejected": 1}
    assert count(database, officer, "zone") == count(database, officer, "submission") == 0
    with pytest.raises(NotAllowed):
        approvals.approve(database, officer, waiting.number, waiting.fingerprint)
    receipt = approvals.approve(database, approver, waiting.number, waiting.fingerprint)
    assert (receipt.submitted_by, receipt.prepared_by) == ("lanh.dao", "cán bộ 15")
    [submission] = surveys.list_submissions(database, authority)
    assert (submission.submitted_by, submission.prepared_by) == ("lanh.dao", "cán bộ 15")
    assert surveys.raw_file(database, authority, receipt.number)[1] == a_list().content
    assert count(database, officer, "zone") == 1
    after, shown = approvals.get_approval(database, officer, waiting.number)
    assert (after.status, after.submission, shown) == ("approved", receipt.number, None)
    assert approvals.list_approvals(database, officer) == []
    told = log(database, authority)
    assert [act for _, act, _ in told] == ["survey.handed_in", "survey.submitted"]
    assert '"prepared_by":"cán bộ 15"' in told[1][2]
    assert '"approval":1' in told[1][2]


def test_what_is_shown_is_what_the_check_found(database, officer, approver):
    waiting = approvals.hand_in(database, officer, a_list())
    report = surveys.check(database, officer, a_list().content, "danh sach.csv", "15")
    _, shown = approvals.get_approval(database, approver, waiting.number)
    assert shown.report.as_json() == report.as_json()
    assert shown.impact["totals"]["new"] == 1
    assert approvals.list_file(database, approver, waiting.number) == a_list()


def test_nobody_else_sees_what_waits(  # noqa: PLR0917
    database, authority, officer, approver, province, operator
):
    number = approvals.hand_in(database, officer, a_list(), note="mật").number
    auditor = act_for(database, OrganisationKind.AUDITOR, Role.AUDITOR, "kiểm toán thử")
    assert count(database, approver, "approval") == 1
    for stranger in (authority, province("10"), operator("Viettel"), auditor):
        assert count(database, stranger, "approval") == 0
        with database.transaction(stranger) as connection:
            for change in (
                "UPDATE phusong.approval SET note = 'x'",
                "DELETE FROM phusong.approval",
            ):
                assert connection.execute(text(change)).rowcount == 0
    with pytest.raises(NotFound):
        approvals.get_approval(database, province("10"), number)
    for stranger in (authority, operator("Viettel"), auditor):
        with pytest.raises(NotAllowed):
            approvals.list_approvals(database, stranger)
    approvals.return_list(database, approver, number, "thiếu thôn mật")
    told = str(log(database, authority))  # which the authority reads
    assert "danh sach" not in told
    assert "mật" not in told


def test_a_stranger_cannot_hand_in_for_a_province(database, officer, approver, province):
    neighbour = province("10")
    with pytest.raises(NotAllowed):
        approvals.hand_in(database, neighbour, a_list())
    values = ("INSERT INTO phusong.approval (organisation_id, province_code, file_name, sha256, raw,"
              " mapping, corrections, totals, fingerprint, prepared_by) VALUES (:organisation, '15',"
              " 'x', repeat('0', 64), '', '{}', '[]', '{}', '', 'x')")  # fmt: skip
    for organisation in (officer.organisation_id, neighbour.organisation_id):
        with (
            pytest.raises(DBAPIError, match="row-level security"),
            database.transaction(neighbour) as connection,
        ):
            connection.execute(text(values), {"organisation": organisation})


def test_a_word_that_was_given_stands(database, officer, approver):
    waiting = approvals.hand_in(database, officer, a_list())
    approvals.approve(database, approver, waiting.number, waiting.fingerprint)
    with pytest.raises(DBAPIError, match="stands"), database.transaction(officer) as connection:
        connection.execute(text("UPDATE phusong.approval SET prepared_by = 'ai khác'"))
    with database.transaction(officer) as connection:
        assert connection.execute(text("DELETE FROM phusong.approval")).rowcount == 0


def test_returned_corrected_and_handed_in_again(database, authority, officer, approver):
    number = approvals.hand_in(database, officer, a_list()).number
    for nothing in ("", " \n"):
        with pytest.raises(Conflict, match="return_needs_reason"):
            approvals.return_list(database, approver, number, nothing)
    with pytest.raises(NotAllowed):
        approvals.return_list(database, officer, number, "không")
    back = approvals.return_list(database, approver, number, "Dòng 3 thiếu số hộ")
    assert (back.status, back.reason, back.decided_by) == (
        ApprovalStatus.RETURNED, "Dòng 3 thiếu số hộ", "lanh.dao",
    )  # fmt: skip
    with pytest.raises(Conflict, match="list_returned"):
        approvals.approve(database, approver, number, back.fingerprint)
    mended = a_list(row(1, A, "Bản Một"), row(2, B, "Bản Hai"))
    again = approvals.hand_in(database, officer, mended, again=number)
    assert (again.number, again.status, again.totals["rejected"]) == (number, "waiting", 0)
    assert again.reason == "Dòng 3 thiếu số hộ"  # the approver sees what was asked for
    with pytest.raises(Conflict, match="handed_in_otherwise"):
        approvals.approve(database, approver, number, back.fingerprint)
    approvals.approve(database, approver, number, again.fingerprint)
    assert count(database, officer, "zone") == 2
    acts = [act.split(".")[1] for _, act, _ in log(database, authority)]
    assert acts == ["handed_in", "returned", "handed_in", "submitted"]


def test_taken_back_and_dropped(database, officer, approver):
    waiting = approvals.hand_in(database, officer, a_list())
    with pytest.raises(Conflict, match="list_waiting"):
        approvals.drop(database, officer, waiting.number)
    assert approvals.take_back(database, officer, waiting.number).status == "taken_back"
    for act in (approvals.take_back, approvals.return_list, approvals.approve):
        said = () if act is approvals.take_back else ("lý do",)
        with pytest.raises(Conflict, match="list_taken_back"):
            act(database, approver, waiting.number, *said)
    approvals.drop(database, officer, waiting.number)
    assert count(database, officer, "approval") == 0


def test_the_same_file_does_not_wait_twice(database, officer, approver):
    waiting = approvals.hand_in(database, officer, a_list())
    with pytest.raises(Conflict, match="same_file_waits"):
        approvals.hand_in(database, officer, a_list())
    approvals.approve(database, approver, waiting.number, waiting.fingerprint)
    with pytest.raises(Conflict, match="same_file_submitted"):
        approvals.hand_in(database, officer, a_list())


def test_what_changed_since_is_shown_before_the_word(database, officer, approver):
    """Another list of the province lands meanwhile: a village is reported already now."""
    waiting = approvals.hand_in(database, officer, a_list())
    surveys.submit(database, approver, csv(row(1, A, "Bản Một", households=7)), "kh.csv", "15")
    with pytest.raises(Conflict, match="findings_changed"):
        approvals.approve(database, approver, waiting.number, waiting.fingerprint)
    now, shown = approvals.get_approval(database, approver, waiting.number)
    assert now.status == "waiting"
    assert now.fingerprint != waiting.fingerprint
    [changed] = shown.was.rows
    assert (changed.row, [found.rule for found in changed.came]) == (
        2,
        ["duplicate.reported_before"],
    )
    assert (shown.was.impact["new"], shown.impact["totals"]["new"]) == (1, 0)
    assert shown.impact["totals"]["changed"] == 1
    with pytest.raises(Conflict, match="handed_in_otherwise"):  # a page that is older
        approvals.approve(database, approver, waiting.number, waiting.fingerprint)
    assert approvals.approve(database, approver, waiting.number, now.fingerprint).totals["zones_changed"] == 1  # fmt: skip


def test_two_approvers_at_once_one_wins(database, authority, officer, approver):
    second = an_approver(database, authority, officer, "pho.lanh.dao")
    waiting = approvals.hand_in(database, officer, a_list())
    ready, ended = threading.Barrier(2), []

    def give_the_word(actor):
        ready.wait()
        try:
            ended.append(
                approvals.approve(database, actor, waiting.number, waiting.fingerprint).number
            )
        except Conflict as refused:
            ended.append(refused.facts["reason"])

    both = [threading.Thread(target=give_the_word, args=(actor,)) for actor in (approver, second)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(map(str, ended)) == ["1", "list_approved"]
    assert count(database, officer, "submission") == 1


def test_a_correction_of_an_earlier_submission_goes_the_same_way(database, officer, approver):
    first = surveys.submit(database, approver, csv(row(1, A, "Bản Một"), row(2, B, "Bản Hai")), "a.csv", "15")  # fmt: skip
    mended = a_list(row(1, A, "Bản Một", households=9), replaces=first.number)
    waiting = approvals.hand_in(database, officer, mended)
    assert waiting.replaces == first.number
    approvals.approve(database, approver, waiting.number, waiting.fingerprint)
    statuses = {one.number: one.status for one in surveys.list_submissions(database, officer)}
    assert statuses == {first.number: "replaced", first.number + 1: "submitted"}
    with database.transaction(officer) as connection:
        zones = connection.execute(text("SELECT village, status FROM phusong.zone")).all()
    assert sorted(map(tuple, zones)) == [("Bản Hai", "withdrawn"), ("Bản Một", "reported")]


def test_what_a_list_replaces_is_replaced_meanwhile(database, officer, approver):
    """It cannot be approved as it is, and its officer can take it up again all the same."""
    first = surveys.submit(database, approver, csv(row(1, A, "Bản Một")), "a.csv", "15").number
    mended = a_list(row(1, A, "Bản Một", households=9), replaces=first)
    waiting = approvals.hand_in(database, officer, mended)
    assert approvals.list_file(database, officer, waiting.number).replaces == first
    other = csv(row(1, A, "Bản Một", households=8))
    surveys.submit(database, approver, other, "b.csv", "15", replaces=first)
    with pytest.raises(Conflict, match="replaced_meanwhile"):
        approvals.approve(database, approver, waiting.number, waiting.fingerprint)
    approvals.return_list(database, approver, waiting.number, "lập lại")
    taken_up = approvals.list_file(database, officer, waiting.number)
    assert (taken_up.content, taken_up.replaces) == (mended.content, None)
    again = approvals.hand_in(database, officer, taken_up, again=waiting.number)
    approvals.approve(database, approver, again.number, again.fingerprint)


def test_a_submission_is_withdrawn_with_the_approvers_word_too(database, officer, approver):
    receipt = surveys.submit(database, approver, csv(row(1, A, "Bản Một")), "a.csv", "15")
    with pytest.raises(Conflict, match="needs_approver"):
        surveys.withdraw(database, officer, receipt.number)
    assert surveys.withdraw(database, approver, receipt.number).status == "withdrawn"


def test_a_single_zone_is_withdrawn_and_reported_again_by_the_approver(database, officer, approver):
    surveys.submit(database, approver, csv(row(1, A, "Bản Một")), "a.csv", "15")

    def as_it_stands(actor):
        with database.transaction(actor) as connection:
            row = connection.execute(text("SELECT id, version FROM phusong.zone")).one()
        return case(database, actor, row.id), [Seen(row.id, row.version)]

    for move in (Move.WITHDRAW, Move.REPORT):
        found, seen = as_it_stands(officer)
        assert (found.moves, found.of_approver) == ((), True)
        with pytest.raises(Conflict, match="zone_needs_approver"):
            review.make_move(database, officer, move, seen, "lý do")
        found, seen = as_it_stands(approver)
        assert (found.moves, found.of_approver) == ((move,), False)
        assert review.make_move(database, approver, move, seen, "lý do").moved


def test_when_the_approver_leaves_the_officer_goes_on_alone(database, authority, officer, approver):
    waiting = approvals.hand_in(database, officer, a_list())
    accounts.disable(database, authority, approver.name)
    assert not approvals.needs_word(database, officer)
    kept = approvals.list_file(database, officer, waiting.number)
    assert (
        surveys.submit(database, officer, kept.content, kept.name, "15").totals["zones_added"] == 1
    )
