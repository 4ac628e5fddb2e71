"""Review in the database: two at once, both versions told, four eyes, all or nothing, answers."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from coverage.actions import audit as audit_actions
from coverage.actions import four_eyes, review, surveys, zones
from coverage.actions.lots import propose_lots, standing_lots
from coverage.actions.packages import build_package, publish_package
from coverage.actions.review_cases import case
from coverage.actions.review_queue import review_queue
from coverage.actions.zone_history import HistoryKind, history
from coverage.actions.zone_moves import Seen
from coverage.errors import Conflict, NotAllowed, NotFound, NothingToDo, ZonesChanged
from coverage.lots import LotStatus
from coverage.people import Role
from coverage.zone_life import DECISIONS, Move
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.disputed import disputed, judged
from tests.reported import approve, as_owner, change, load_places, report
from tests.reviewed import acts, person, setting, standing_now
from tests.small_country_lists import in_force
from tests.surveys import HEADER, row

KM = 1 / 111.32
REPORTED = {"status": ZoneStatus.REPORTED, "status_by": None}


@pytest.fixture
def officer(database, authority, province):
    load_places(database, authority)
    return province("42")


@pytest.fixture
def an(authority):
    return person(authority, "An")


@pytest.fixture
def binh(authority):
    return person(authority, "Bình")


@pytest.fixture
def lead(authority):
    return person(authority, "Chi", Role.LEAD)


def stored(database, officer, count=1, **facts):
    """Report zones one kilometre apart; return them as seen."""
    report(database, officer, *(
        a_zone(number, **({"latitude": 18.3 + number * KM} | REPORTED | facts))
        for number in range(1, count + 1)
    ))  # fmt: skip
    return [Seen(zone_id(number), 1) for number in range(1, count + 1)]


def statuses(database, authority, *numbers):
    return [standing_now(database, authority, zone_id(n)).zone.status.value for n in numbers]


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


# --- What others see ---------------------------------------------------------------------------


def test_the_province_sees_the_answer_at_the_row_it_sent(database, authority, province, an):
    in_force(database, authority)
    sender = province("15")
    rows = (HEADER, row(1, "Xã Tân An", "Bản Một"), row(2, "Xã Mường Nhé", "Bản Hai"))
    content = "\n".join(",".join(map(str, cells)) for cells in rows).encode()
    number = surveys.submit(database, sender, content, "tep.csv", "15").number
    one, two = review.take_up(database, an)
    review.decide(database, an, Move.RETURN, [Seen(one.zone.id, 2)], reason="thiếu số khẩu")
    review.decide(database, an, Move.MERGE, [Seen(two.zone.id, 2)], reason="trùng",
                  merged_into=one.zone.id)  # fmt: skip
    fates = zones.fates_of_rows(database, sender, number)
    assert {fate.zone_id: (fate.status, fate.status_reason) for fate in fates.values()} == {
        one.zone.id: (ZoneStatus.RETURNED, "thiếu số khẩu"), two.zone.id: (ZoneStatus.MERGED, "trùng"),
    }  # fmt: skip
    # The next file answers; the zone waits again, and its history has both reports.
    content = "\n".join(
        ",".join(map(str, cells)) for cells in (HEADER, row(1, "Xã Tân An", "Bản Một", 66))
    ).encode()
    surveys.submit(database, sender, content, "tep 2.csv", "15")
    village = one.zone.village
    told = history(database, sender, one.zone.id)
    assert [entry.kind for entry in told] == [
        HistoryKind.REPORTED, HistoryKind.MOVED, HistoryKind.MOVED, HistoryKind.REPORTED,
        HistoryKind.MOVED,
    ]  # fmt: skip
    assert [entry.reason for entry in told][2] == "thiếu số khẩu"
    assert told[-1].actor == sender.name
    assert (told[0].place.commune, told[0].place.village) == (one.commune, village)
    found = case(database, an, one.zone.id)
    assert [sent.number for sent in found.sendings] == [number, number + 1]
    cells = {cell.header: cell.value for cell in found.sendings[0].cells}
    assert cells["Thôn"] == village
    assert Move.APPROVE not in found.moves
    assert Move.TAKE_UP in found.moves


def test_the_history_has_every_change_whoever_made_it(database, authority, officer, an):
    (seen,) = stored(database, officer)
    change(database, officer, seen.zone_id, households=55)
    with as_owner(database, authority) as connection:  # by hand, past every action
        connection.execute(text("UPDATE phusong.zone SET commune_code = '18100'"))
        connection.execute(
            text("UPDATE phusong.zone SET queue = 'power', queue_reason = 'chưa điện'")
        )
    review.take_up(database, an)
    told = history(database, an, seen.zone_id)
    assert [entry.kind.value for entry in told] == ["reported", "facts", "place", "queue", "moved"]
    assert [entry.version for entry in told] == [None, 2, 3, 4, 5]
    assert (told[1].before, told[1].after) == ({"households": 40}, {"households": 55})
    assert [entry.place.commune for entry in told] == ["Xã Hương Sơn"] * 2 + ["Xã Sơn Kim 1"] * 3
    assert told[3].reason == "chưa điện"
    assert [entry.actor for entry in told[1:]] == ["cán bộ 42", "kiểm thử", "kiểm thử", "An"]
    with pytest.raises(DBAPIError, match="append-only"), as_owner(database, authority) as owner:
        owner.execute(text("DELETE FROM phusong.zone_event"))


def test_a_case_has_what_lies_around(database, authority, officer, an, lead):
    report(
        database, officer, a_zone(1, village="Bản Na", **REPORTED),
        a_zone(2, village="bản na", latitude=18.3 + 4 * KM, **REPORTED),
        a_zone(3, latitude=18.3 + 0.3 * KM, **REPORTED),
        a_zone(4, latitude=18.3 + 2 * KM),
        a_zone(5, latitude=18.3 + 6 * KM, village="Bản Na", status=ZoneStatus.REJECTED),
        a_zone(6, latitude=18.3 + 12 * KM),
    )  # fmt: skip
    found = case(database, an, zone_id(1))
    assert [(one.listed.zone.id, one.namesake) for one in found.duplicates] == [
        (zone_id(3), False), (zone_id(2), True),
    ]  # fmt: skip
    assert [one.listed.zone.id for one in found.decided] == [zone_id(4), zone_id(5)]
    assert found.decided[0].distance_m == pytest.approx(1988, abs=5)
    assert found.moves == (Move.TAKE_UP, Move.MERGE)
    assert set(DECISIONS) <= set(case(database, lead, zone_id(1)).moves) | set(DECISIONS)
    with pytest.raises(NotFound):
        case(database, an, uuid.uuid4())


def test_a_desk_counts_what_waits(database, authority, officer, an, binh):
    stored(database, officer, 3)
    report(database, officer, a_zone(9, status=ZoneStatus.RETURNED))
    review.take_up(database, an, count=1)
    desk = review_queue(database, binh)
    assert [(one.province_code, one.province, one.zones, one.households) for one in desk.waiting] == [
        ("42", "Hà Tĩnh", 2, 80),
    ]  # fmt: skip
    assert [one.zones for one in desk.returned] == [1]
    assert (desk.mine, dict(desk.in_hand)) == ((), {"An": 1})
    with pytest.raises(NotAllowed):
        review_queue(database, officer)


# --- The walls of the database -----------------------------------------------------------------


def test_a_province_enters_no_zone_as_judged(database, officer):
    for facts in ("status = 'approved'", "queue_by = 'tôi'", "status_by = 'tôi'"):
        name, value = facts.split(" = ")
        with (
            pytest.raises(DBAPIError, match="row-level security"),
            database.transaction(officer) as connection,
        ):
            connection.execute(
                text("INSERT INTO phusong.zone (organisation_id, province_code, commune_code,"
                     f" vintage, village, village_key, point, households, queue_reason, {name})"
                     " VALUES (:me, '42', '18073', '2026-04-30', 'x', 'x',"
                     f" ST_SetSRID(ST_MakePoint(105, 18), 4326), 4, 'vì thế', {value})"),
                {"me": officer.organisation_id},
            )  # fmt: skip


def test_a_province_changes_no_judgement(database, authority, officer):
    report(
        database, officer, a_zone(1), a_zone(2, **REPORTED), a_zone(3, status=ZoneStatus.RETURNED)
    )
    change(database, authority, zone_id(2), queue_by="An", queue_reason="vì thế")

    def tries(key, assignment):
        with database.transaction(officer) as connection:
            done = connection.execute(
                text(f"UPDATE phusong.zone SET {assignment} WHERE id = :id"), {"id": key}
            )
            return done.rowcount

    assert tries(zone_id(1), "households = 1") == 0  # judged: not the province's any more
    assert tries(zone_id(2), "households = 1") == 1
    for key, assignment in (
        (zone_id(2), "queue_by = NULL"), (zone_id(2), "queue = 'fund', queue_reason = 'x'"),
        (zone_id(3), "queue_by = 'tôi', queue_reason = 'x'"), (zone_id(3), "status_reason = 'khác'"),
        (zone_id(2), "reviewer = 'tôi'"), (zone_id(2), "status_by = 'tôi'"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError):
            tries(key, assignment)


def test_a_change_without_a_new_version_gets_one(database, authority, officer):
    stored(database, officer)
    with database.transaction(authority) as connection:
        connection.execute(text("UPDATE phusong.zone SET households = 3, version = 1"))
    assert standing_now(database, authority, zone_id(1)).version == 2


def test_a_province_withdraws_what_nobody_has_taken_up(database, authority, officer, an):
    seen = stored(database, officer, 2)
    review.withdraw_zones(database, officer, seen[:1], "nhập nhầm")
    zone = standing_now(database, authority, zone_id(1)).zone
    assert (zone.status.value, zone.status_by) == ("withdrawn", officer.name)
    review.take_up(database, an)
    with pytest.raises(Conflict) as refused:
        review.withdraw_zones(database, officer, [Seen(zone_id(2), 2)], "nhập nhầm")
    assert refused.value.facts["reason"] == "not_from_here"


# --- Lots and packages -------------------------------------------------------------------------


def lots_of(database, authority):
    with database.transaction(authority) as connection:
        return set(
            connection.execute(text("SELECT zone_id FROM phusong.lot_zone WHERE active")).scalars()
        )


@pytest.mark.parametrize("leaves", ["reopened", "queue"])
def test_a_zone_that_may_not_be_tendered_leaves_its_lot_at_once(
    database, authority, officer, lead, leaves
):
    report(database, officer, a_zone(1), a_zone(2, latitude=18.3 + 5 * KM))
    before = propose_lots(database, authority, "42")
    if leaves == "reopened":
        review.reopen(database, lead, [Seen(zone_id(1), 1)], "tỉnh báo lại")
    else:
        change(database, authority, zone_id(1), queue="operator")
    assert lots_of(database, authority) == {zone_id(2)}
    (lot,) = standing_lots(database, authority, "42").lots
    assert lot.left == (zone_id(1),)
    after = propose_lots(database, authority, "42")
    assert (set(after.left), after.changed) == ({zone_id(1)}, True)
    assert [lot.zone_ids for lot in after.lots] == [(zone_id(2),)]
    assert str(zone_id(1)) in acts(database, authority)[-1].detail
    assert before.lots[0].id != after.lots[0].id


def test_a_zone_that_came_back_stands_in_its_lot_again(database, authority, officer, lead):
    report(database, officer, a_zone(1), a_zone(2, latitude=18.3 + 5 * KM))
    before = propose_lots(database, authority, "42")
    review.reopen(database, lead, [Seen(zone_id(1), 1)], "xem lại")
    review.decide(database, lead, Move.APPROVE, [Seen(zone_id(1), 2)])
    after = propose_lots(database, authority, "42")
    assert [lot.id for lot in after.lots] == [lot.id for lot in before.lots]
    assert lots_of(database, authority) == {zone_id(1), zone_id(2)}
    assert not propose_lots(database, authority, "42").changed


def test_a_zone_that_left_its_package_may_be_tendered_anew(database, authority, officer, lead):
    report(database, officer, a_zone(1))
    propose_lots(database, authority, "42")
    draft = build_package(database, authority, "42", {})
    publish_package(database, authority, draft.record.number, {})
    assert statuses(database, authority, 1) == ["in_package"]
    assert acts(database, authority)[-1].detail.count(str(zone_id(1))) == 1
    review.make_move(database, lead, Move.LEAVE_PACKAGE, [Seen(zone_id(1), 2)], "nhà thầu bỏ")
    assert lots_of(database, authority) == set()
    plan = propose_lots(database, authority, "42")
    assert [lot.status for lot in plan.lots] == [LotStatus.IN_PACKAGE, LotStatus.PROPOSED]
    assert len({lot.id for lot in plan.lots}) == 2
    second = build_package(database, authority, "42", {})
    assert second.record.number.endswith("-002")
    publish_package(database, authority, second.record.number, {})
    assert lots_of(database, authority) == {zone_id(1)}


def test_the_database_lets_nothing_else_into_a_lot(database, authority, officer):
    report(database, officer, a_zone(1), a_zone(2, queue=Queue.OPERATOR), a_zone(3, **REPORTED))
    (lot,) = propose_lots(database, authority, "42").lots
    for number in (2, 3):
        with (
            pytest.raises(IntegrityError, match="may not enter a lot"),
            database.transaction(authority) as connection,
        ):
            connection.execute(
                text("INSERT INTO phusong.lot_zone (lot_id, zone_id) VALUES (:lot, :zone)"),
                {"lot": lot.id, "zone": zone_id(number)},
            )


def test_the_audit_log_is_whole_after_all_this(database, authority, officer, an):
    stored(database, officer, 5)
    approve(database, authority)
    propose_lots(database, authority, "42")
    entries, broken = audit_actions.verify(database, authority)
    assert (entries, broken) == (3, None)
