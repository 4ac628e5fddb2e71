"""What is told of a zone: the answer at the row, the whole history, a case, a reviewer's desk."""

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import review, surveys, zones
from coverage.actions.review_cases import case
from coverage.actions.review_queue import review_queue
from coverage.actions.zone_history import HistoryKind, history
from coverage.actions.zone_moves import Seen
from coverage.errors import NotAllowed, NotFound
from coverage.people import Role
from coverage.zone_life import DECISIONS, Move
from coverage.zones import ZoneStatus
from tests.builders import a_zone, zone_id
from tests.reported import as_owner, change, report
from tests.reviewed import REPORTED, person, stored
from tests.small_country_lists import in_force
from tests.surveys import HEADER, row

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
