"""Packages in the database: drafts, publishing, who sees and takes what, and what stands."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import audit as audit_actions
from coverage.actions.lots import propose_lots
from coverage.actions.packages import (
    build_package,
    download_package,
    draft_stands,
    list_packages,
    verify_package,
)
from coverage.errors import Conflict, NotAllowed, NotFound, NothingToDo
from coverage.packages import PackageStatus
from coverage.people import Actor, Role
from coverage.storage import audit
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.reported import change, judge, report
from tests.signed import publish_package

pytestmark = pytest.mark.usefixtures("small_places")

KM = 1 / 111.32
NO_MORE = {}


@pytest.fixture
def lots(database, authority, officer):
    """Two lots: three villages in the south, one far in the north."""
    report(
        database, officer,
        a_zone(1, village="=1+1"),
        a_zone(2, latitude=18.3 + 5 * KM, commune_code="18100", declared_commune_code="18103"),
        a_zone(3, latitude=18.3 + 7 * KM, declared_commune_code="18150", population=None),
        a_zone(4, latitude=18.3 + 60 * KM, commune_code="18103"),
        a_zone(5, queue=Queue.OPERATOR, village="Bản Doanh Nghiệp"),
    )  # fmt: skip
    judge(database, authority, zone_id(1), Viettel=1234.5, VNPT=4567.8, MobiFone=9999.9)
    return propose_lots(database, authority, "42").lots


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def manifest_of(content):
    return json.loads(files_of(content)["manifest.json"])


def count(database, actor, table):
    with database.transaction(actor) as connection:
        return connection.execute(text(f"SELECT count(*) FROM phusong.{table}")).scalar_one()


def acts(database, authority):
    with database.transaction(authority) as connection:
        return [entry.act for entry in audit.entries(connection)]


def test_a_draft_holds_the_proposed_lots(database, authority, lots):
    built = build_package(database, authority, "42", NO_MORE)
    assert built.changed
    assert built.record.number == f"GT-{built.record.built_at.year}-42-001"
    assert built.record.status is PackageStatus.DRAFT
    assert set(built.record.lot_ids) == {lot.id for lot in lots}
    assert built.record.totals == {
        "lots": 2, "zones": 4, "households": 160, "population": 510, "zones_without_population": 1,
    }  # fmt: skip
    assert verify_package(built.content).whole
    manifest = manifest_of(built.content)
    assert manifest["marks"] == ["DỰ THẢO", "Ranh giới gần đúng"]
    assert manifest["authority"] == "Cục Viễn thông"
    assert manifest["built_from"]["criteria_sets"][0]["name"] == "Bộ tiêu chí tạm"


def test_zones_carry_present_declared_and_former_names(database, authority, lots):
    listed = files_of(build_package(database, authority, "42", NO_MORE).content)["diem.geojson"]
    by_village = {
        feature["properties"]["village"]: feature["properties"]
        for feature in json.loads(listed)["features"]
    }
    assert by_village["Bản 2"]["commune"] == "Xã Sơn Kim 1"
    assert by_village["Bản 2"]["declared_commune"] == "Xã Sơn Kim 2"
    assert by_village["Bản 3"]["declared_commune"] == "Xã Sơn Tây (cũ)"
    assert by_village["=1+1"]["declared_commune"] is None
    assert "Bản Doanh Nghiệp" not in by_village


def test_building_again_gives_the_same_package_and_writes_nothing(database, authority, lots):
    first = build_package(database, authority, "42", NO_MORE)
    told = acts(database, authority)
    again = build_package(database, authority, "42", NO_MORE)
    assert (again.content, again.record, again.changed) == (first.content, first.record, False)
    assert acts(database, authority) == told
    assert count(database, authority, "package") == 1


def test_a_draft_is_built_anew_under_its_number(database, authority, officer, lots):
    first = build_package(database, authority, "42", NO_MORE)
    change(database, officer, zone_id(4), status="withdrawn")
    propose_lots(database, authority, "42")
    second = build_package(database, authority, "42", NO_MORE)
    assert second.record.number == first.record.number
    assert second.record.sha256 != first.record.sha256
    assert second.record.totals["zones"] == 3
    assert count(database, authority, "package") == 1


def test_lots_asked_for_one_by_one_are_packages_of_their_own(database, authority, lots):
    one = build_package(database, authority, "42", NO_MORE, [lots[0].id])
    other = build_package(database, authority, "42", NO_MORE, [lots[1].id])
    assert [one.record.number[-3:], other.record.number[-3:]] == ["001", "002"]
    both = build_package(database, authority, "42", NO_MORE)
    assert both.record.number == one.record.number
    publish_package(database, authority, one.record.number, NO_MORE)
    with pytest.raises(Conflict) as refused:
        publish_package(database, authority, other.record.number, NO_MORE)
    assert refused.value.facts["reason"] == "lot_in_package"


def test_publishing_takes_the_drafts_mark_off_and_nothing_else(database, authority, lots):
    draft = build_package(database, authority, "42", NO_MORE)
    published = publish_package(database, authority, draft.record.number, NO_MORE)
    assert published.record.status is PackageStatus.PUBLISHED
    assert verify_package(published.content).whole
    before, after = files_of(draft.content), files_of(published.content)
    assert (
        before["danh-sach.csv"].decode().replace("DỰ THẢO; ", "") == after["danh-sach.csv"].decode()
    )
    assert not [name for name, content in after.items() if "DỰ THẢO".encode() in content]
    ours, theirs = manifest_of(draft.content), manifest_of(published.content)
    for manifest in (ours, theirs):
        for key in ("draft", "marks", "files", "signature"):
            del manifest[key]
    assert ours == theirs
    assert "package.published" in acts(database, authority)


def test_publishing_marks_lots_and_zones(database, authority, lots):
    draft = build_package(database, authority, "42", NO_MORE)
    publish_package(database, authority, draft.record.number, NO_MORE)
    with database.transaction(authority) as connection:
        assert set(connection.execute(text("SELECT status FROM phusong.lot")).scalars()) == {
            "in_package"
        }
        rows = connection.execute(text("SELECT village, status FROM phusong.zone")).all()
    statuses = {row.village: row.status for row in rows}
    assert statuses.pop("Bản Doanh Nghiệp") == ZoneStatus.APPROVED
    assert set(statuses.values()) == {ZoneStatus.IN_PACKAGE}


def test_after_publishing_a_build_returns_what_was_published(database, authority, officer, lots):
    draft = build_package(database, authority, "42", NO_MORE)
    published = publish_package(database, authority, draft.record.number, NO_MORE)
    again = build_package(database, authority, "42", NO_MORE)
    assert (again.content, again.record.id, again.changed) == (
        published.content, published.record.id, False,
    )  # fmt: skip
    report(database, officer, a_zone(9, latitude=18.3))
    propose_lots(database, authority, "42")
    assert build_package(database, authority, "42", NO_MORE).record.number.endswith("-002")


def test_what_was_read_in_the_draft_is_what_is_published(database, authority, officer, lots):
    draft = build_package(database, authority, "42", NO_MORE)
    change(database, officer, zone_id(1), households=41)
    with pytest.raises(Conflict) as refused:
        publish_package(database, authority, draft.record.number, NO_MORE)
    assert refused.value.facts["reason"] == "data_changed"
    assert list_packages(database, authority)[0].status is PackageStatus.DRAFT


@pytest.mark.parametrize(
    "left", [{"status": "withdrawn"}, {"queue": "operator"}, {"queue": "undecided"}]
)
def test_a_zone_that_left_stops_building_and_publishing(database, authority, officer, lots, left):
    draft = build_package(database, authority, "42", NO_MORE)
    change(database, authority, zone_id(1), **left)
    for act in (
        lambda: build_package(database, authority, "42", NO_MORE),
        lambda: publish_package(database, authority, draft.record.number, NO_MORE),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.facts["reason"] == "zone_left"


def test_publishing_twice_is_refused(database, authority, lots):
    number = build_package(database, authority, "42", NO_MORE).record.number
    publish_package(database, authority, number, NO_MORE)
    with pytest.raises(Conflict) as refused:
        publish_package(database, authority, number, NO_MORE)
    assert refused.value.facts["reason"] == "already_published"


def test_two_people_at_once_make_one_package_and_publish_it_once(database, authority, lots):
    def outcome(act, *arguments):
        try:
            return act(database, authority, *arguments).record.number
        except Conflict as refused:
            return refused.facts["reason"]

    with ThreadPoolExecutor(2) as people:
        built = set(people.map(lambda _: outcome(build_package, "42", NO_MORE), range(2)))
        (number,) = built
        published = set(people.map(lambda _: outcome(publish_package, number, NO_MORE), range(2)))
    assert published == {number, "already_published"}
    assert count(database, authority, "package") == 1
    assert acts(database, authority).count("package.built") == 1


def test_a_draft_of_dissolved_lots_cannot_be_published(database, authority, officer, lots):
    number = build_package(database, authority, "42", NO_MORE).record.number
    report(database, officer, a_zone(8))
    propose_lots(database, authority, "42")
    with pytest.raises(Conflict) as refused:
        publish_package(database, authority, number, NO_MORE)
    assert (refused.value.facts["thing"], refused.value.facts["reason"]) == (
        "package",
        "data_changed",
    )
    assert not draft_stands(database, authority, number)
    assert draft_stands(
        database, authority, build_package(database, authority, "42", NO_MORE).record.number
    )


def test_nothing_to_build(database, authority, officer):
    with pytest.raises(NothingToDo) as refused:
        build_package(database, authority, "42", NO_MORE)
    assert refused.value.facts["reason"] == "no_fund_zones"
    report(database, officer, a_zone(1))
    with pytest.raises(NothingToDo) as refused:
        build_package(database, authority, "42", NO_MORE)
    assert refused.value.facts["reason"] == "no_lots"
    with pytest.raises(NotFound):
        build_package(database, authority, "42", NO_MORE, [zone_id(1)])
    with pytest.raises(NotFound):
        publish_package(database, authority, "GT-2026-42-009", NO_MORE)


def test_who_may(database, authority, officer, lots):
    planner = Actor(authority.organisation_id, authority.kind, Role.PLANNER, "kế hoạch")
    number = build_package(database, planner, "42", NO_MORE).record.number
    with pytest.raises(NotAllowed):
        publish_package(database, planner, number, NO_MORE)
    with pytest.raises(NotAllowed):
        build_package(database, officer, "42", NO_MORE)
    lead = Actor(authority.organisation_id, authority.kind, Role.LEAD, "lãnh đạo")
    assert publish_package(database, lead, number, NO_MORE).changed


def test_a_draft_is_the_authoritys_own_a_published_one_everybodys(
    database, authority, operator, province, lots
):
    number = build_package(database, authority, "42", NO_MORE).record.number
    others = [operator("Viettel"), province("42"), province("40")]
    for other in others:
        assert list_packages(database, other) == []
        with pytest.raises(NotFound):
            download_package(database, other, number)
    content = publish_package(database, authority, number, NO_MORE).content
    for other in others:
        assert [record.number for record in list_packages(database, other)] == [number]
        assert download_package(database, other, number).content == content


def test_every_download_is_written_down(database, authority, operator, lots):
    number = build_package(database, authority, "42", NO_MORE).record.number
    publish_package(database, authority, number, NO_MORE)
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    download_package(database, viettel, number)
    download_package(database, viettel, number, 1)
    download_package(database, vnpt, number)
    assert count(database, authority, "download") == 3
    assert count(database, viettel, "download") == 2
    assert acts(database, authority).count("package.downloaded") == 3
    assert audit_actions.verify(database, authority)[1] is None
    with pytest.raises(NotFound):
        download_package(database, vnpt, number, 2)


def test_a_published_package_and_its_lots_stand(database, authority, lots):
    built = build_package(database, authority, "42", NO_MORE, [lots[0].id])
    publish_package(database, authority, built.record.number, NO_MORE)
    for change_it in (
        "UPDATE phusong.package SET totals = '{}'",
        "UPDATE phusong.package SET published_at = now() + interval '1 day'",
        "DELETE FROM phusong.package_lot",
        f"INSERT INTO phusong.package_lot SELECT id, '{lots[1].id}' FROM phusong.package",
    ):
        with (
            pytest.raises(DBAPIError, match="stand"),
            database.transaction(authority) as connection,
        ):
            connection.execute(text(change_it))


def test_a_draft_keeps_its_number_whatever_happens(database, authority, lots):
    build_package(database, authority, "42", NO_MORE)
    with (
        pytest.raises(DBAPIError, match="stands as built"),
        database.transaction(authority) as connection,
    ):
        connection.execute(text("UPDATE phusong.package SET number = 'GT-2026-42-777'"))


def test_no_trace_of_an_operators_site_or_distance(database, authority, lots):
    """The verdicts at zone 1 come from sites with a tagged code, place and distance."""
    built = build_package(database, authority, "42", NO_MORE)
    secrets = ("SECRET-SITE", "105.123456", "105,123456", "18.654321", "1234.5", "4567.8",
               "9999.9", "Viettel", "VNPT", "MobiFone")  # fmt: skip
    everything = files_of(built.content)
    with zipfile.ZipFile(io.BytesIO(everything["danh-sach.xlsx"])) as workbook:
        everything |= {name: workbook.read(name) for name in workbook.namelist()}
    for name, content in everything.items():
        for secret in secrets:
            assert secret.encode() not in content, (name, secret)
    row = json.loads(everything["diem.geojson"])["features"]
    judged = next(f["properties"] for f in row if f["properties"]["village"] == "=1+1")
    assert (judged["operators_assessed"], judged["operators_within_reach"]) == (3, 1)


def test_a_failing_writer_leaves_nothing(database, authority, lots):
    def broken(package):
        raise RuntimeError(package.number)

    with pytest.raises(RuntimeError):
        build_package(database, authority, "42", {"ban-do.html": broken})
    assert count(database, authority, "package") == 0
    assert "package.built" not in acts(database, authority)
