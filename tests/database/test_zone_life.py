"""Review in the database: two at once, both versions told, four eyes, all or nothing, answers."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from coverage.actions import four_eyes, review
from coverage.actions.review_cases import case
from coverage.actions.review_queue import review_queue
from coverage.actions.zone_history import history
from coverage.actions.zone_moves import Seen
from coverage.errors import Conflict, NotAllowed, NotFound, NothingToDo, ZonesChanged
from coverage.people import Role
from coverage.zone_life import Move
from coverage.zones import ZoneStatus
from tests.builders import a_zone, zone_id
from tests.disputed import disputed, judged
from tests.reported import change, report
from tests.reviewed import REPORTED, acts, person, setting, standing_now, statuses, stored

KM = 1 / 111.32


@pytest.fixture
def officer(small_places, officer):
    return officer


@pytest.fixture
def an(authority):
    return person(authority, "An")


@pytest.fixture
def binh(authority):
    return person(authority, "Bình")


@pytest.fixture
def lead(authority):
    return person(authority, "Chi", Role.LEAD)


def seen_now(database, authority, number):
    return [Seen(zone_id(number), standing_now(database, authority, zone_id(number)).version)]


# --- Taking up ---------------------------------------------------------------------------------


def test_the_next_zones_come_by_place_and_are_the_reviewers(database, officer, an):
    report(
        database, officer,
        a_zone(1, commune_code="18100", **REPORTED), a_zone(2, village="Bản Ổi", **REPORTED),
        a_zone(3, village="Bản Na", **REPORTED), a_zone(4),
    )  # fmt: skip
    taken = review.take_up(database, an, count=2, province_code="42")
    assert [one.zone.id for one in taken] == [zone_id(3), zone_id(2)]
    assert {(one.zone.reviewer, one.zone.status.value) for one in taken} == {("An", "under_review")}
    assert review.take_up(database, an, count=5, province_code="40") == []
    assert [one.zone.id for one in review.take_up(database, an)] == [zone_id(1)]
    assert review.take_up(database, an, count=5) == []


def test_two_reviewers_at_once_never_get_the_same_zone(database, authority, officer, an, binh):
    stored(database, officer, 40)
    together = threading.Barrier(2)

    def work(reviewer):
        mine = []
        for _ in range(5):
            together.wait()
            mine += [one.zone.id for one in review.take_up(database, reviewer, count=4)]
        return mine

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, (an, binh))
    assert len(first) == len(second) == 20
    assert set(first) | set(second) == {zone_id(number) for number in range(1, 41)}
    held = {one.zone.reviewer for one in standing_now(database, authority, *first).values()}
    assert held == {"An"}


def test_of_two_who_ask_for_one_zone_one_gets_it(database, officer, an, binh):
    for number in range(1, 6):
        report(database, officer, a_zone(number, **REPORTED))
        together = threading.Barrier(2)

        def ask(reviewer, number=number, together=together):
            together.wait()
            try:
                return review.take_up(database, reviewer, zone_ids=[zone_id(number)])[
                    0
                ].zone.reviewer
            except Conflict as refused:
                return refused.facts["reason"], refused.facts["reviewer"]

        with ThreadPoolExecutor(2) as pool:
            answers = set(pool.map(ask, (an, binh)))
        assert answers in (
            {"An", ("reviewed_by_another", "An")}, {"Bình", ("reviewed_by_another", "Bình")},
        )  # fmt: skip


def test_what_is_in_hand_may_be_asked_for_again_and_put_back(
    database, authority, officer, an, binh
):
    stored(database, officer, 2)
    lead = person(an, "Chi", Role.LEAD)
    keys = [zone_id(1), zone_id(2)]
    review.take_up(database, an, zone_ids=keys[:1])
    assert len(review.take_up(database, an, zone_ids=keys)) == 2
    with pytest.raises(Conflict) as refused:
        review.put_back(database, binh, keys)
    assert refused.value.facts["reason"] == "reviewed_by_another"
    assert review.put_back(database, an, keys[:1]) == 1
    assert review.put_back(database, lead, keys[1:]) == 1
    assert statuses(database, authority, 1, 2) == ["reported", "reported"]


# --- Deciding ----------------------------------------------------------------------------------


def test_a_decision_on_a_reported_zone_takes_it_up_first(database, authority, officer, an):
    (seen,) = stored(database, officer)
    done = review.decide(database, an, Move.RETURN, [seen], reason=" thiếu ảnh ")
    assert done.moved == (seen.zone_id,)
    zone = standing_now(database, authority, seen.zone_id).zone
    assert (zone.status.value, zone.status_by, zone.status_reason) == (
        "returned",
        "An",
        "thiếu ảnh",
    )
    told = [(one.status_from, one.status_to) for one in history(database, an, seen.zone_id)]
    assert told[1:] == [("reported", "under_review"), ("under_review", "returned")]
    last = acts(database, authority)[-1]
    assert (last.act, last.actor, last.subject) == ("zone.return", "An", str(seen.zone_id))
    assert "thiếu ảnh" in last.detail
    assert '"taken_up"' in last.detail


def test_many_are_decided_together_or_not_at_all(database, authority, officer, an, binh):
    seen = stored(database, officer, 3)
    before = len(acts(database, authority))
    with pytest.raises(NotFound):
        review.decide(database, an, Move.APPROVE, [*seen, Seen(zone_id(99), 1)])
    review.take_up(database, binh, zone_ids=[zone_id(3)])
    with pytest.raises(Conflict) as refused:
        review.decide(database, an, Move.APPROVE, [*seen[:2], Seen(zone_id(3), 2)])
    assert refused.value.facts["reviewer"] == "Bình"
    with pytest.raises(ZonesChanged):
        review.decide(database, an, Move.APPROVE, seen, take_over=True)
    with pytest.raises(NothingToDo):
        review.decide(database, an, Move.APPROVE, [])
    assert statuses(database, authority, 1, 2, 3) == ["reported", "reported", "under_review"]
    assert len(acts(database, authority)) == before + 1  # Bình's
    wanted = [*seen[:2], Seen(zone_id(3), 2)]
    review.decide(database, an, Move.APPROVE, wanted, take_over=True)
    assert statuses(database, authority, 1, 2, 3) == ["approved"] * 3
    assert '"taken_over":{"Bình"' in acts(database, authority)[-1].detail.replace(" ", "")


def test_who_decides_on_what_changed_is_told_both_versions(database, authority, officer, an):
    seen = stored(database, officer, 2)
    change(database, officer, zone_id(2), households=99)
    change(database, officer, zone_id(2), households=77, population=None)
    with pytest.raises(ZonesChanged) as refused:
        review.decide(database, an, Move.REJECT, seen, reason="không phải vùng lõm")
    (changed,) = refused.value.changes
    assert (changed.seen_version, changed.version, changed.zone.households) == (1, 3, 77)
    assert changed.before == {"households": 40, "population": 170}
    assert changed.after == {"households": 77, "population": None}
    assert {event.actor for event in changed.events} == {"cán bộ 42"}
    assert isinstance(refused.value, Conflict)
    assert statuses(database, authority, 1, 2) == ["reported", "reported"]


def test_what_is_disputed_is_not_approved_without_a_reason(
    database, authority, province, operator, an
):
    world = judged(database, authority, province, operator)
    disputed(database, world)
    (found,) = (
        one for one in (case(database, an, key) for key in world.zones) if one.listed.disputed
    )
    assert [one.operator for one in found.disputes] == ["Viettel"]
    seen = Seen(found.listed.zone.id, found.listed.version)
    with pytest.raises(Conflict) as refused:
        review.decide(database, an, Move.APPROVE, [seen])
    assert refused.value.facts["reason"] == "in_dispute"
    review.decide(database, an, Move.APPROVE, [seen], reason="đo kiểm chưa đạt chuẩn")
    zone = standing_now(database, authority, seen.zone_id).zone
    assert (zone.status.value, zone.status_reason) == ("approved", "đo kiểm chưa đạt chuẩn")


@pytest.mark.parametrize(
    ("other", "reason"),
    [({"province_code": "40"}, "other_province"), ({"status": ZoneStatus.REJECTED}, "other_zone_ended"),
     ({"status": ZoneStatus.WITHDRAWN}, "other_zone_ended"),
     ({"status": ZoneStatus.MERGED}, "other_zone_ended")],
)  # fmt: skip
def test_a_zone_is_merged_into_one_that_stands_in_its_province(
    database, officer, an, other, reason
):
    (seen,) = stored(database, officer)
    report(database, officer, a_zone(50, **(REPORTED | other)))
    with pytest.raises(Conflict) as refused:
        review.decide(database, an, Move.MERGE, [seen], reason="trùng", merged_into=zone_id(50))
    assert refused.value.facts["reason"] == reason


def test_a_merge_names_another_zone_and_makes_no_circle(database, authority, officer, an, lead):
    seen = stored(database, officer, 3)
    for into, reason in ((None, "needs_other_zone"), (zone_id(1), "merged_into_itself")):
        with pytest.raises(Conflict) as refused:
            review.decide(database, an, Move.MERGE, seen[:1], reason="trùng", merged_into=into)
        assert refused.value.facts["reason"] == reason
    with pytest.raises(NotFound):
        review.decide(database, an, Move.MERGE, seen[:1], reason="trùng", merged_into=uuid.uuid4())
    for one, into in ((1, 2), (2, 3)):
        review.decide(
            database, an, Move.MERGE, seen_now(database, authority, one),
            reason="trùng", merged_into=zone_id(into),
        )  # fmt: skip
    with pytest.raises(Conflict) as refused:  # 1 → 2 → 3 → 1
        review.decide(
            database, an, Move.MERGE, seen_now(database, authority, 3),
            reason="trùng", merged_into=zone_id(1),
        )  # fmt: skip
    assert refused.value.facts["reason"] == "other_zone_ended"
    merged = case(database, an, zone_id(2))
    assert (merged.listed.zone.merged_into, merged.merged_into.zone.id) == (zone_id(3),) * 2
    review.reopen(database, lead, seen_now(database, authority, 1), "không trùng")
    reopened = standing_now(database, authority, zone_id(1)).zone
    assert (reopened.reviewer, reopened.merged_into) == ("Chi", None)


def test_two_who_merge_into_each_other_make_no_circle(database, authority, officer, an, binh):
    for round_number in range(6):
        one, other = round_number * 2 + 1, round_number * 2 + 2
        report(database, officer, a_zone(one, **REPORTED), a_zone(other, **REPORTED))
        together = threading.Barrier(2)

        def merge(who, key, into, together=together):
            together.wait()
            try:
                return review.decide(
                    database, who, Move.MERGE, [Seen(key, 1)], reason="trùng", merged_into=into
                ).moved
            except (Conflict, DBAPIError):
                return ()

        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(merge, an, zone_id(one), zone_id(other))
            second = pool.submit(merge, binh, zone_id(other), zone_id(one))
            assert len(first.result() + second.result()) == 1
        assert sorted(statuses(database, authority, one, other)) == ["merged", "reported"]


# --- Four eyes ---------------------------------------------------------------------------------


def test_a_decision_under_four_eyes_waits_for_another_person(
    database, authority, officer, an, binh
):
    setting(database, authority, "review_four_eyes", '["approve"]')
    seen = stored(database, officer, 2)
    decided = review.decide(database, an, Move.APPROVE, seen)
    assert (decided.moved, set(decided.proposed)) == ((), {zone_id(1), zone_id(2)})
    assert statuses(database, authority, 1, 2) == ["under_review"] * 2
    now = [Seen(one.zone_id, 2) for one in seen]
    desk = review_queue(database, an)
    assert (len(desk.proposed), desk.to_confirm, len(desk.mine)) == (2, (), 2)
    assert [one.proposal.proposed_by for one in review_queue(database, binh).to_confirm] == [
        "An"
    ] * 2
    refusals = [
        (lambda: four_eyes.confirm(database, an, now), "own_proposal"),
        (
            lambda: review.decide(database, binh, Move.APPROVE, now, take_over=True),
            "proposal_waits",
        ),
    ]
    for act, reason in refusals:
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.facts["reason"] == reason
    assert four_eyes.confirm(database, binh, now[:1]).moved == (zone_id(1),)
    zone = standing_now(database, authority, zone_id(1)).zone
    assert (zone.status.value, zone.status_by) == ("approved", "An + Bình")
    assert [one.act for one in acts(database, authority)][-2:] == [
        "zone.proposed", "zone.proposal_confirmed",
    ]  # fmt: skip
    with pytest.raises(Conflict):
        four_eyes.decline(database, binh, [zone_id(2)], " ")
    assert four_eyes.decline(database, binh, [zone_id(2)], "chưa đủ căn cứ") == 1
    assert statuses(database, authority, 2) == ["under_review"]
    with pytest.raises(Conflict) as refused:
        four_eyes.confirm(database, binh, now[1:])
    assert refused.value.facts["reason"] == "no_proposal"
    # What the setting does not name is decided at once, and forgets what waited.
    review.decide(database, an, Move.APPROVE, now[1:])
    review.decide(database, an, Move.REJECT, now[1:], reason="không còn dân")
    assert review_queue(database, binh).to_confirm == ()


def test_a_country_waits_for_another_person_at_once(database, authority, officer, an, binh):
    """A statement takes 65,535 parameters: as many zones as have more than that between them."""
    setting(database, authority, "review_four_eyes", '["approve"]')
    seen = stored(database, officer, 11_000)
    assert len(review.decide(database, an, Move.APPROVE, seen).proposed) == 11_000
    now = [Seen(one.zone_id, 2) for one in seen]
    assert len(four_eyes.confirm(database, binh, now).moved) == 11_000


def test_what_changed_after_the_decision_is_not_confirmed(database, authority, officer, an, binh):
    setting(database, authority, "review_four_eyes", '["reject"]')
    seen = stored(database, officer)
    review.decide(database, an, Move.REJECT, seen, reason="trùng")
    change(database, authority, zone_id(1), households=7)
    with pytest.raises(ZonesChanged) as refused:
        four_eyes.confirm(database, binh, [Seen(zone_id(1), 3)])
    assert refused.value.changes[0].after == {"households": 7}
    assert review_queue(database, an).proposed[0].stale
    review.decide(database, an, Move.REJECT, [Seen(zone_id(1), 3)], reason="trùng")
    four_eyes.confirm(database, binh, [Seen(zone_id(1), 3)])
    assert statuses(database, authority, 1) == ["rejected"]


def test_who_may_not_decide_may_not_confirm(database, authority, officer, an):
    setting(database, authority, "review_four_eyes", '["approve"]')
    review.decide(database, an, Move.APPROVE, stored(database, officer))
    planner = person(authority, "Dũng", Role.PLANNER)
    with pytest.raises(NotAllowed):
        four_eyes.confirm(database, planner, [Seen(zone_id(1), 2)])
    with pytest.raises(NotAllowed):
        four_eyes.decline(database, planner, [zone_id(1)], "không")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("quantri", "mã truy cập quantri"), ("mã truy cập Quantri", "quantri"),
        ("phusong review decide", "phusong review confirm"),
    ],
)  # fmt: skip
def test_a_person_behind_two_doors_has_two_eyes(database, authority, officer, first, second):
    setting(database, authority, "review_four_eyes", '["approve"]')
    seen = stored(database, officer)
    one, again = person(authority, first), person(authority, second)
    review.decide(database, one, Move.APPROVE, seen)
    assert (
        review_queue(database, again).to_confirm,
        len(review_queue(database, again).proposed),
    ) == ((), 1)
    with pytest.raises(Conflict) as refused:
        four_eyes.confirm(database, again, seen_now(database, authority, 1))
    assert refused.value.facts["reason"] == "own_proposal"
    assert statuses(database, authority, 1) == ["under_review"]
