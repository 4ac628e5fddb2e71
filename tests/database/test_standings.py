"""Zones loaded as they already stand: all of a row or nothing of it, and twice is once."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from coverage.actions import review, surveys
from coverage.actions.audit import verify
from coverage.actions.people import act_for
from coverage.actions.promises import list_promises
from coverage.actions.standings import check_standings, load_standings
from coverage.actions.zone_moves import Seen, today
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.people import OrganisationKind, Role
from coverage.standings import STATUS, Standing, move_of, standing_of, stands_already
from coverage.storage import audit
from coverage.storage.people import ensure_organisation
from coverage.zone_life import Move, moved
from coverage.zones import Queue, ZoneStatus
from tests.small_country import PROVINCES
from tests.small_country_lists import in_force

HEAD = "Xã,Thôn,Vĩ độ,Kinh độ,Số hộ,Điện lưới,Đặc biệt khó khăn"
MORE = HEAD + ",Tình trạng,Nhà mạng/Doanh nghiệp,Văn bản,Ngày/Hạn phát sóng"
SOON = today() + dt.timedelta(days=200)
PAST = today() - dt.timedelta(days=20)


@pytest.fixture
def small(database, authority):
    in_force(database, authority)
    with database.transaction(authority) as connection:
        for code, name in PROVINCES.items():
            ensure_organisation(connection, OrganisationKind.PROVINCE, f"Sở {name}", code)
        for name in ("Viettel", "VNPT"):
            ensure_organisation(connection, OrganisationKind.OPERATOR, name)
    return database


@pytest.fixture
def west(small):
    return act_for(
        small, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "cán bộ tây", province_code="15"
    )


def village(name, step=0, households=30):
    return f"Xã Tân An,{name},{22.141234 + step * 0.01:.6f},104.052345,{households},Có,Có"


def day(value):
    return f"{value:%d/%m/%Y}"


def listed(*rows):
    return "\n".join([MORE, *rows]).encode()


def loaded(database, actor, *rows):
    return load_standings(database, actor, listed(*rows), "đã có.csv", "15")


def zones(database, actor):
    with database.transaction(actor) as connection:
        rows = connection.execute(
            text(
                "SELECT village, id, status, status_reason, status_by, queue, households, version,"
                " organisation_id FROM phusong.zone ORDER BY village"
            )
        )
        return {row.village: row for row in rows}


def rules(done, at):
    return [found.rule for found in done.rows[at].row.findings if found.rule != "place.approximate"]


def test_new_zones_are_entered_for_the_province_and_stand_as_said(small, authority, west):
    done = loaded(
        small, authority,
        village("Một", 0) + f",Đã có sóng,Viettel,QĐ 1/QĐ-UBND,{day(PAST)}",
        village("Hai", 1) + f",đã trúng thầu,VNPT,HĐ 7/2026,{day(SOON)}",
        village("Ba", 2) + f",Doanh nghiệp cam kết,Viettel,CV 9/VT,{day(SOON)}",
    )  # fmt: skip
    assert done.totals() == {
        "rows": 3, "rejected": 0, "zones_added": 3, "zones_found": 0, "unchanged": 0,
        "record_covered": 1, "go_on_air": 0, "record_awarded": 1, "promise": 1,
    }  # fmt: skip
    found = zones(small, authority)
    assert {name: zone.status for name, zone in found.items()} == {
        "Một": "on_air", "Hai": "awarded", "Ba": "reported",
    }  # fmt: skip
    assert found["Một"].status_reason == f"đã có sóng; Viettel; QĐ 1/QĐ-UBND; ngày {day(PAST)}"
    assert found["Một"].status_by == authority.name
    assert {zone.organisation_id for zone in found.values()} == {west.organisation_id}
    (promise,) = list_promises(small, authority)
    assert (promise.zone_id, promise.operator, promise.document, promise.on_air_by) == (
        found["Ba"].id, "Viettel", "CV 9/VT", SOON,
    )  # fmt: skip
    assert promise.round_number is None
    assert found["Ba"].queue == Queue.OPERATOR.value
    with small.transaction(authority) as connection:
        entries = [
            entry for entry in audit.entries(connection) if entry.act.startswith("standings")
        ]
        kept = connection.execute(text("SELECT raw, totals FROM phusong.standing_file")).one()
    assert len(entries) == 1
    assert bytes(kept.raw).startswith(MORE.encode())
    assert verify(small, authority)[1] is None
    # The province sees its zones, and nothing of the file that names the operators.
    with small.transaction(west) as connection:
        assert connection.execute(text("SELECT count(*) FROM phusong.standing_file")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM phusong.zone")).scalar() == 3


def test_a_check_foretells_what_loading_does_and_writes_nothing(small, authority, west):
    survey = "\n".join([HEAD, village("Một", 0)]).encode()
    surveys.submit(small, west, survey, "khảo sát.csv", "15")
    rows = listed(
        village("Một", 0) + ",đã có sóng,Viettel,QĐ 1,",
        village("Hai", 1) + f",cam kết,VNPT,CV 9,{day(SOON)}",
        village("Ba", 2) + ",đã giao,,HĐ 1,",
    )  # fmt: skip
    before = zones(small, authority)
    foretold = check_standings(small, authority, rows, "a.csv", "15")
    assert zones(small, authority) == before
    assert list_promises(small, authority) == []
    done = load_standings(small, authority, rows, "a.csv", "15")
    assert foretold.totals() == done.totals()
    assert [row.done for row in foretold.rows] == [row.done for row in done.rows]
    assert [row.row for row in foretold.rows] == [row.row for row in done.rows]


def test_the_same_list_again_changes_nothing(small, authority):
    rows = [
        village("Một", 0) + f",Đã có sóng,Viettel,QĐ 1,{day(PAST)}",
        village("Hai", 1) + ",đang triển khai,VNPT,HĐ 7,",
        village("Ba", 2) + f",cam kết,Viettel,CV 9,{day(SOON)}",
    ]
    loaded(small, authority, *rows)
    before = zones(small, authority)
    again = loaded(small, authority, *rows)
    assert zones(small, authority) == before
    assert (again.totals()["zones_added"], again.totals()["unchanged"]) == (0, 3)
    assert rules(again, 0) == ["standing.already"]
    assert rules(again, 2) == ["promise.standing"]
    with small.transaction(authority) as connection:
        assert connection.execute(text("SELECT count(*) FROM phusong.standing_file")).scalar() == 1
    assert len(list_promises(small, authority)) == 1


def test_reported_zones_are_found_and_keep_their_figures(small, authority, west):
    survey = "\n".join([HEAD, village("Một", 0), village("Hai", 1), village("Ba", 2)]).encode()
    surveys.submit(small, west, survey, "khảo sát.csv", "15")
    before = zones(small, authority)
    approved = before["Hai"]
    review.decide(small, authority, Move.APPROVE, [Seen(approved.id, approved.version)])
    done = loaded(
        small, authority,
        village("Thôn Một", 0, households=999) + ",đã phủ sóng,,QĐ 1,",
        village("Hai", 1) + ",Đã phát sóng,Viettel,QĐ 2,",
    )  # fmt: skip
    assert done.totals()["rejected"] == 0
    assert [row.done for row in done.rows] == ["record_covered", "go_on_air"]
    after = zones(small, authority)
    assert {name: zone.id for name, zone in after.items()} == {
        name: zone.id for name, zone in before.items()
    }
    assert after["Một"].households == 30
    assert [after[name].status for name in ("Một", "Hai", "Ba")] == ["on_air", "on_air", "reported"]
    assert "standing.matched" in rules(done, 0)
    assert "duplicate.reported_before" not in rules(done, 0)


def test_rows_that_cannot_be_are_left_out_whole(small, authority):
    cases = [
        (",,Viettel,QĐ 1,", "standing.state_missing"),
        (",sắp có sóng,Viettel,QĐ 1,", "standing.state_unknown"),
        (",chưa có sóng,Viettel,QĐ 1,", "standing.state_unknown"),
        (",đã giao,,QĐ 1,", "standing.operator_missing"),
        (",đã giao,Vô Danh,QĐ 1,", "standing.operator_unknown"),
        (",đã có sóng,Viettel,,", "standing.document_missing"),
        (",cam kết,Viettel,QĐ 1,", "standing.date_missing"),
        (",cam kết,Viettel,QĐ 1,quý sau", "standing.date_unreadable"),
        (f",cam kết,Viettel,QĐ 1,{day(PAST)}", "standing.date_passed"),
        (f",đã giao,Viettel,QĐ 1,{day(PAST)}", "standing.date_passed"),
        (f",đã có sóng,Viettel,QĐ 1,{day(SOON)}", "standing.date_to_come"),
        (",cam kết,Viettel,QĐ 1,01/01/2099", "promise.date_too_far"),
    ]
    rows = [
        f"Xã Tân An,Bản {at} Riêng,{22.11 + at * 0.006:.6f},104.05{at:02}45,30,Có,Có{rest}"
        for at, (rest, _) in enumerate(cases)
    ]
    done = loaded(small, authority, *rows, village("Tốt", 1).replace("104.052", "104.012")
                  + ",đã có sóng,Viettel,QĐ 1,")  # fmt: skip
    for at, (_, rule) in enumerate(cases):
        assert rule in rules(done, at), (at, rules(done, at))
        assert done.rows[at].zone_id is None
    assert done.totals()["rejected"] == len(cases)
    assert set(zones(small, authority)) == {"Tốt"}
    assert list_promises(small, authority) == []
    for row in done.rows:
        for found in row.row.findings:
            assert found.message()
            assert found.fix()


def test_a_zone_in_another_state_is_told_and_left(small, authority, west):
    survey = "\n".join([HEAD, village("Một", 0), village("Hai", 1)]).encode()
    surveys.submit(small, west, survey, "khảo sát.csv", "15")
    found = zones(small, authority)
    review.decide(
        small, authority, Move.RETURN, [Seen(found["Một"].id, found["Một"].version)], reason="x"
    )
    colleague = act_for(small, OrganisationKind.AUTHORITY, Role.REVIEWER, "người khác")
    review.take_up(small, colleague, zone_ids=[found["Hai"].id])
    before = zones(small, authority)
    done = loaded(
        small, authority,
        village("Một", 0) + ",đã giao,Viettel,QĐ 1,",
        village("Hai", 1) + ",đã có sóng,Viettel,QĐ 1,",
    )  # fmt: skip
    assert "standing.not_from_here" in rules(done, 0)
    assert "standing.in_review" in rules(done, 1)
    assert zones(small, authority) == before


def test_one_zone_twice_is_done_once(small, authority, west):
    survey = "\n".join([HEAD, village("Một", 0)]).encode()
    surveys.submit(small, west, survey, "khảo sát.csv", "15")
    done = loaded(
        small, authority,
        village("Một", 0) + ",đã giao,Viettel,QĐ 1,",
        village("Một", 0) + ",đã có sóng,VNPT,QĐ 2,",
    )  # fmt: skip
    assert [row.zone_id is None for row in done.rows] == [False, True]
    assert zones(small, authority)["Một"].status == "awarded"


def test_files_without_the_columns_and_people_without_the_right(small, authority, west):
    plain = "\n".join([HEAD, village("Một")]).encode()
    with pytest.raises(InputRefused, match=r"standing\.no_columns"):
        load_standings(small, authority, plain, "a.csv", "15")
    with pytest.raises(NotFound):
        load_standings(small, authority, plain, "a.csv", "99")
    for actor in (
        west,
        act_for(small, OrganisationKind.AUTHORITY, Role.REVIEWER, "thẩm định"),
        act_for(small, OrganisationKind.OPERATOR, Role.OPERATOR, "nv", organisation="Viettel"),
    ):
        with pytest.raises(NotAllowed):
            load_standings(small, actor, plain, "a.csv", "15")


def test_the_walls_let_the_authority_enter_zones_of_their_province_only(small, authority, west):
    insert = text(
        "INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage, village,"
        " village_key, point, households) VALUES (:owner, :province, '00001', '2025-07-01', 'X',"
        " 'x', ST_SetSRID(ST_MakePoint(104.05, 22.15), 4326), 1)"
    )
    for owner, province in (
        (authority.organisation_id, "15"),  # not a province's organisation
        (west.organisation_id, "10"),  # another province's
    ):
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            small.transaction(authority) as connection,
        ):
            connection.execute(insert, {"owner": owner, "province": province})
    with small.transaction(authority) as connection:
        connection.execute(insert, {"owner": west.organisation_id, "province": "15"})


def test_every_state_has_a_move_that_leads_there_or_none() -> None:
    assert set(STATUS) == set(ZoneStatus)
    targets = {Standing.COVERED: ZoneStatus.ON_AIR, Standing.AWARDED: ZoneStatus.AWARDED}
    for standing, target in targets.items():
        for status in ZoneStatus:
            move = move_of(standing, status)
            if move is not None:
                assert moved(status, move) is target
                assert not stands_already(standing, status)
        assert stands_already(standing, target)
    assert standing_of(" ĐÃ CÓ SÓNG. ") is Standing.COVERED
    assert standing_of("đang triển khai") is Standing.AWARDED
    assert standing_of("Doanh nghiệp cam kết") is Standing.PROMISED
    assert standing_of("chưa có sóng") is None
