"""Consultation through pages and API: what each may do, and what a rival never sees."""

import io
import re
import uuid

import pytest

from coverage.people import Role
from tests.consulted import (
    a_table,
    in_days,
    open_now,
    promise,
    queue_of,
    shift_round,
)
from tests.http.pages import read_page


@pytest.fixture
def table(database, authority, province):
    return a_table(database, authority, province)


@pytest.fixture
def opened(database, authority, operator, table):
    """An open round about the table: its number, an operator, the zones."""
    return open_now(database, authority, table), operator("Viettel"), table


def sound(page):
    assert read_page(str(page.url), page.text).faults == [], page.url
    return page


def by(days):
    return in_days(days).isoformat()


# Pages.


def test_the_authority_opens_extends_and_cancels(database, authority, table, signed_in):
    visitor = signed_in(authority)
    assert "Mở đợt tham vấn" in sound(visitor.get("/consultations")).text
    form = sound(visitor.get("/consultations/new"))
    assert "Hà Tĩnh" in form.text
    fields = {
        "name": "Đợt 1", "basis": "CV 1/CVT", "opens_at": "2020-01-01T08:00",
        "closes_at": f"{by(30)}T17:00", "province": "42",
    }  # fmt: skip
    wrong = visitor.fill("/consultations", **(fields | {"closes_at": "2020-02-01T08:00"}))
    assert wrong.status_code == 409
    assert "phải sau thời điểm mở" in sound(wrong).text
    assert 'value="CV 1/CVT"' in wrong.text  # what was typed is kept
    page = sound(visitor.fill("/consultations", **fields))
    assert page.url.path == "/consultations/1"
    assert "Đã mở đợt tham vấn" in page.text
    assert "Đang mở" in page.text
    late = sound(visitor.fill("/consultations/1/extend", closes_at=f"{by(9)}T08:00", reason="x"))
    assert "phải muộn hơn" in late.text
    later = visitor.fill("/consultations/1/extend", closes_at=f"{by(60)}T08:00", reason="xin thêm")
    assert "Đã kéo dài" in sound(later).text
    gone = sound(visitor.fill("/consultations/1/cancel", reason="sai danh sách"))
    assert "Đợt đã bị hủy: sai danh sách" in gone.text
    assert "Quản lý đợt" not in gone.text


def test_nothing_chosen_opens_nothing(authority, table, signed_in):
    visitor = signed_in(authority)
    visitor.get("/consultations/new")
    answer = visitor.fill(
        "/consultations", name="Đợt", basis="CV", opens_at=f"{by(1)}T08:00",
        closes_at=f"{by(9)}T08:00",
    )  # fmt: skip
    assert answer.status_code == 409
    assert "chưa nằm trong đợt nào" in answer.text


def test_an_operator_promises_on_the_page_and_withdraws(
    database, authority, operator, table, signed_in
):
    number = open_now(database, authority, table)
    visitor = signed_in(operator("Viettel"))
    page = sound(visitor.get(f"/consultations/{number}"))
    assert page.text.count('name="zone"') == 4
    address = f"/consultations/{number}/promises"
    for fields, said in (
        ({"on_air_by": by(30)}, "chưa chọn vùng nào"),
        ({"zone": str(table[0])}, "Chưa ghi ngày cam kết"),
        ({"zone": str(table[0]), "on_air_by": by(-3)}, "không ở sau hôm nay"),
        ({"zone": str(table[0]), "on_air_by": by(3000)}, "muộn hơn hạn cuối"),
    ):
        refused = visitor.fill(address, **fields)
        assert refused.status_code in {409, 422}
        assert said in sound(refused).text
    assert "checked" in refused.text  # what was ticked stays ticked
    done = visitor.fill(
        address, **{"zone": [str(table[0]), str(table[1])], "on_air_by": by(30),
                    f"date:{table[1]}": by(40)},
    )  # fmt: skip
    assert "Đã ghi nhận cam kết" in sound(done).text
    assert done.text.count('name="zone"') == 2
    promised = re.findall(r"/promises/([0-9a-f-]{36})/withdraw", done.text)
    assert len(promised) == 2
    assert {queue_of(database, authority, each)[0].value for each in table[:2]} == {"operator"}
    visitor.fill(f"/promises/{promised[0]}/withdraw", reason="không đủ vốn")
    page = sound(visitor.get(f"/consultations/{number}"))
    assert "không đủ vốn" in page.text
    assert page.text.count('name="zone"') == 3


def test_a_filled_in_list_is_shown_before_it_is_promised(
    database, authority, operator, table, signed_in
):
    number = open_now(database, authority, table)
    visitor = signed_in(operator("Viettel"))
    visitor.get(f"/consultations/{number}")
    listed = visitor.get(f"/consultations/{number}/files/csv").content.decode("utf-8-sig")
    lines = listed.splitlines()
    assert lines[0].endswith(",on_air_by")
    day = in_days(200)
    filled = [lines[0], lines[1] + f"{day:%d/%m/%Y}", lines[2] + day.isoformat(), *lines[3:]]
    address = f"/consultations/{number}/promises/check"

    def send(rows):
        content = "\r\n".join(rows).encode("utf-8-sig")
        return sound(visitor.fill(address, files={"file": ("a.csv", io.BytesIO(content))}))

    bad = send([*filled[:3], lines[3] + "32/13/2027", lines[4] + by(-9),
                f"{uuid.UUID(int=5)}{lines[1][36:]}{by(9)}"])  # fmt: skip
    for said in ("32/13/2027", "không ở sau hôm nay", "không có trong danh sách"):
        assert said in bad.text
    assert 'name="wishes"' not in bad.text
    good = send(filled)
    assert good.text.count("Cam kết mới") == 3  # two rows and the sum
    wishes = re.search(r'name="wishes" value="([^"]+)"', good.text)[1]
    done = visitor.fill(f"/consultations/{number}/promises", wishes=wishes)
    assert "Đã ghi nhận" in sound(done).text
    assert "có gì thay đổi" in send(filled).text
    for content, said in ((b"", "tệp"), (b"a,b\n1,2\n", "không có dòng tiêu đề")):
        visitor.get(f"/consultations/{number}")
        refused = visitor.fill(address, files={"file": ("a.csv", io.BytesIO(content))})
        assert refused.status_code == 422
        assert said in sound(refused).text


def test_the_authority_records_a_promise_from_a_document(
    database, authority, operator, table, signed_in
):
    operator("Viettel")
    visitor = signed_in(authority)
    visitor.get("/consultations")
    fields = {
        "operator": "Viettel", "zone": f"http://phusong.test/zones/{table[0]}",
        "on_air_by": by(90), "document": "CV 34",
    }  # fmt: skip
    for wrong, said in (
        ({"zone": "đâu đó"}, "Không đọc được"), ({"on_air_by": by(-1)}, "không ở sau hôm nay"),
        ({"document": ""}, "số, ngày của văn bản"), ({"operator": "Ai"}, "Không tìm thấy"),
    ):  # fmt: skip
        assert said in sound(visitor.fill("/promises", **(fields | wrong))).text
    page = sound(visitor.fill("/promises", **fields))
    assert "Đã ghi nhận cam kết" in page.text
    assert "CV 34" in page.text
    assert queue_of(database, authority, table[0])[0].value == "operator"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PLANNER, Role.LEAD])
def test_who_of_the_authority_opens(authority, table, signed_in, role):
    visitor = signed_in(authority, role)
    may = role is not Role.REVIEWER
    page = sound(visitor.get("/consultations"))
    assert ("/consultations/new" in page.text) is may
    assert visitor.get("/consultations/new").status_code == (200 if may else 403)


def test_a_province_sees_its_zones_in_the_round_and_no_maker(database, province, opened, signed_in):
    number, maker, table = opened
    promise(database, maker, number, table[0])
    for code, zones in (("42", 4), ("40", 0)):
        visitor = signed_in(province(code))
        page = sound(visitor.get(f"/consultations/{number}"))
        assert page.text.count('href="/zones/') == zones
        assert "Viettel" not in page.text
        assert "Viettel" not in visitor.get("/consultations").text
        assert visitor.post(f"/consultations/{number}/promises").status_code == 403


# API.


def test_the_api_opens_promises_and_withdraws(database, authority, operator, table, program):
    planner, maker = program(authority), program(operator("Viettel"))
    body = {
        "name": "Đợt 1", "basis": "CV 1", "opens_at": "2020-01-01T08:00:00+07:00",
        "closes_at": f"{by(30)}T17:00:00+07:00", "provinces": ["42"],
    }  # fmt: skip
    made = planner.post("/api/v1/consultations", json=body)
    assert made.status_code == 201
    number = made.json()["number"]
    assert (made.json()["zones"], made.json()["state"]) == (4, "open")
    assert planner.post("/api/v1/consultations", json=body).status_code == 409
    assert maker.post("/api/v1/consultations", json=body).status_code == 403
    naive = body | {"closes_at": f"{by(30)}T17:00:00"}
    assert planner.post("/api/v1/consultations", json=naive).status_code == 422
    zones = maker.get(f"/api/v1/consultations/{number}/zones").json()
    assert {each["id"] for each in zones["features"]} == set(map(str, table))
    assert zones["features"][0]["properties"]["vn2000_epsg"]
    address = f"/api/v1/consultations/{number}/promises"
    wish = {"zone_id": str(table[0]), "on_air_by": by(30)}
    bad = maker.post(address, json={"promises": [wish, wish]})
    assert bad.status_code == 422
    assert bad.json()["findings"][0]["rule"] == "promise.zone_twice"
    assert bad.json()["findings"][0]["value"] == str(table[0])
    done = maker.post(address, json={"promises": [wish]})
    assert done.status_code == 201
    (promised,) = done.json()["promises"]
    assert promised["operator"] == "Viettel"
    assert maker.get("/api/v1/promises", params={"status": "standing"}).json()["promises"]
    assert planner.post(address, json={"promises": [wish]}).status_code == 403
    end = f"/api/v1/promises/{promised['id']}/withdraw"
    assert maker.post(end, json={"reason": ""}).status_code == 422
    assert maker.post(end, json={"reason": "rút"}).json()["status"] == "withdrawn"
    assert maker.post(end, json={"reason": "rút"}).status_code == 409
    recorded = planner.post(
        "/api/v1/promises", json=wish | {"operator": "Viettel", "document": "CV 9"}
    )
    assert recorded.status_code == 201
    later = {"closes_at": f"{by(60)}T17:00:00+07:00", "reason": "xin thêm"}
    assert planner.post(f"/api/v1/consultations/{number}/extend", json=later).status_code == 200
    gone = planner.post(f"/api/v1/consultations/{number}/cancel", json={"reason": "nhầm"})
    assert gone.json()["state"] == "cancelled"


def test_a_round_before_its_minute_is_not_there(database, authority, operator, table, program):
    number = open_now(database, authority, table)
    shift_round(database, authority, number, 1)
    maker = program(operator("Viettel"))
    for rest in ("", "/zones", "/files/csv", "/files/gpkg", "/files/geojson"):
        assert maker.get(f"/api/v1/consultations/{number}{rest}").status_code == 404
    assert maker.get("/api/v1/consultations").json() == {"consultations": []}
    assert maker.get("/api/v1/zones").json()["features"] == []


# A rival.

PAGES = ["/", "/consultations", "/consultations/1", "/zones", "/zones?queue=operator",
         "/zones?queue=fund", "/zones?queue=undecided", "/map", "/map/document",
         "/zones/{zone}", "/packages"]  # fmt: skip
RESOURCES = ["/consultations", "/consultations/1", "/consultations/1/zones",
             "/consultations/1/files/csv", "/consultations/1/files/gpkg",
             "/consultations/1/files/geojson", "/promises", "/zones", "/zones/{zone}",
             "/zones?queue=operator"]  # fmt: skip


def test_a_rival_gets_the_same_bytes_before_and_after_a_promise(
    database, operator, opened, signed_in, program
):
    (number, maker, table), rival = opened, operator("VNPT")
    assert number == 1
    visitor, client = signed_in(rival), program(rival)

    def everything():
        got = {}
        for path in PAGES:
            answer = visitor.get(path.format(zone=table[0]))
            got[path] = (answer.status_code, without_tokens(answer.text))
        for path in RESOURCES:
            answer = client.get("/api/v1" + path.format(zone=table[0]))
            got["/api/v1" + path] = (answer.status_code, answer.content)
        return got

    before = everything()
    promise(database, maker, 1, table[0], table[1], by=in_days(100))
    after = everything()
    assert [path for path in before if before[path] != after[path]] == []
    assert not any(
        "Viettel" in str(each) or "cam kết tự đầu tư trong đợt" in str(each)
        for each in after.values()
    )
    own = program(maker)
    for ending in ("csv", "gpkg", "geojson"):
        path = f"/consultations/1/files/{ending}"
        assert own.get("/api/v1" + path).content == after["/api/v1" + path][1]
    (theirs,) = own.get("/api/v1/consultations").json()["consultations"]
    assert theirs["promised_zones"] == 2
    made = own.get("/api/v1/promises").json()["promises"][0]["id"]
    answer = client.post(f"/api/v1/promises/{made}/withdraw", json={"reason": "phá"})
    assert answer.status_code == 404


def without_tokens(html):
    html = re.sub(r'(name="csrf" value|nonce|src|href)="[^"]*"', "", html)
    return re.sub(r"[0-9a-f]{32,}", "", html)
