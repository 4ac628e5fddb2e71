"""Real faults while a package is built, published, kept and handed out."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import package_downloads
from coverage.actions.package_downloads import begin_download
from coverage.actions.packages import build_package, download_package, list_packages
from coverage.dossier.verification import verify
from coverage.errors import Conflict, NotFound, PackageAltered, PhusongError
from coverage.packages import PackageStatus, sha256
from coverage.storage import audit
from coverage.storage import package_contents as contents
from coverage.storage.sessions import Database
from tests.builders import zone_id
from tests.reported import as_owner, change
from tests.signed import publish_package, signer_of
from tests.tendered import a_draft, a_province_with_lots, a_publication


@pytest.fixture
def lots(database, authority, officer):
    return a_province_with_lots(database, authority, officer)


def acts(database, authority):
    with database.transaction(authority) as connection:
        return [entry.act for entry in audit.entries(connection)]


def alter(database, authority, how="set_byte(content, 5000, (get_byte(content, 5000) + 1) % 256)"):
    """Write to the stored file past the program, as somebody with the database's password could."""
    with as_owner(database, authority) as connection:
        connection.execute(text("ALTER TABLE phusong.package DISABLE TRIGGER package_stands"))
        connection.execute(text(f"UPDATE phusong.package SET content = {how}"))
        connection.execute(text("ALTER TABLE phusong.package ENABLE TRIGGER package_stands"))


def pausing():
    """A writer that stops in the middle of a build until it is let go, and what tells of it."""
    inside, go = threading.Event(), threading.Event()

    def write(package):
        inside.set()
        assert go.wait(20)
        return b"x"

    return write, inside, go


def test_two_people_publish_at_once_one_file_one_signature(database, authority, lots):
    number = a_draft(database, authority).record.number
    signer_of(database)

    def outcome(_):
        try:
            return publish_package(database, authority, number, {}).record.sha256
        except Conflict as refused:
            return refused.facts["reason"]

    with ThreadPoolExecutor(3) as people:
        told = list(people.map(outcome, range(3)))
    assert told.count("already_published") == 2
    assert acts(database, authority).count("package.published") == 1
    (sha,) = set(told) - {"already_published"}
    assert sha256(download_package(database, authority, number).content) == sha


def test_a_zone_withdrawn_while_a_draft_is_built_stops_its_publication(
    database, authority, officer, lots
):
    write, inside, go = pausing()
    with ThreadPoolExecutor(1) as person:
        building = person.submit(build_package, database, authority, "42", {"x.txt": write})
        assert inside.wait(120)
        change(database, officer, zone_id(1), status="withdrawn")
        go.set()
        built = building.result(120)
    assert verify(built.content).whole
    with pytest.raises(Conflict) as refused:
        publish_package(database, authority, built.record.number, {"x.txt": lambda _: b"x"})
    assert refused.value.facts["reason"] == "zone_left"
    assert list_packages(database, authority)[0].status is PackageStatus.DRAFT


def test_a_zone_cannot_be_withdrawn_while_it_is_being_published(database, authority, officer, lots):
    number = build_package(database, authority, "42", {"x.txt": lambda _: b"x"}).record.number
    signer_of(database)
    write, inside, go = pausing()
    withdrawn = text(
        "UPDATE phusong.zone SET status = 'withdrawn' WHERE id = :id AND status = 'approved'"
    )

    def withdraw():
        with database.transaction(authority) as connection:
            return connection.execute(withdrawn, {"id": zone_id(1)}).rowcount

    with ThreadPoolExecutor(2) as people:
        publishing = people.submit(publish_package, database, authority, number, {"x.txt": write})
        assert inside.wait(120)
        waiting = people.submit(withdraw)
        time.sleep(0.2)
        waited = not waiting.done()
        go.set()
        assert waited
        assert publishing.result(120).record.status is PackageStatus.PUBLISHED
        assert waiting.result(120) == 0
    with database.transaction(authority) as connection:
        statuses = connection.execute(text("SELECT DISTINCT status FROM phusong.zone")).scalars()
        assert set(statuses) == {"in_package"}


BUILD_AND_HANG = """
import sys, time, uuid
from coverage.actions.packages import build_package
from coverage.people import Actor, OrganisationKind, Role
from coverage.storage.sessions import Database
def hang(package):
    print("inside", flush=True)
    time.sleep(60)
url, owner, organisation = sys.argv[1:]
actor = Actor(uuid.UUID(organisation), OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "bị giết")
build_package(Database(url, owner), actor, "42", {"x.txt": hang})
"""


def test_a_build_killed_in_the_middle_leaves_nothing(database, authority, lots, project):
    killed = subprocess.Popen(
        [sys.executable, "-c", BUILD_AND_HANG, database.url, database.owner_url,
         str(authority.organisation_id)],
        cwd=project, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(project)},
    )  # fmt: skip
    with killed:
        assert killed.stdout.readline() == b"inside\n"
        killed.send_signal(signal.SIGKILL)
    assert list_packages(database, authority) == []
    assert acts(database, authority).count("package.built") == 0
    built = a_draft(database, authority)
    assert (built.record.number[-3:], verify(built.content).whole) == ("001", True)


@pytest.mark.parametrize(
    "how",
    ["set_byte(content, 5000, (get_byte(content, 5000) + 1) % 256)", "content || '\\x00'::bytea",
     "substring(content FOR octet_length(content) - 1)", "''::bytea"],
)  # fmt: skip
def test_a_file_that_was_changed_in_the_database_is_not_handed_out(
    database, authority, operator, lots, how
):
    number = a_publication(database, authority).record.number
    viettel = operator("Viettel")
    assert download_package(database, viettel, number).content
    taken = acts(database, authority).count("package.downloaded")
    alter(database, authority, how)
    for _ in range(2):
        with pytest.raises(PackageAltered):
            download_package(database, viettel, number)
        with pytest.raises(PackageAltered):
            begin_download(database, viettel, number, 1, part=True)
    told = acts(database, authority)
    assert told.count("package.altered") == 4
    assert told.count("package.downloaded") == taken
    with database.transaction(authority) as connection:
        (entry,) = [e for e in audit.entries(connection) if e.act == "package.altered"][:1]
    assert entry.organisation == "Viettel"
    with pytest.raises(PackageAltered):
        build_package(database, authority, "42", {})


def test_bytes_changed_in_the_middle_of_a_download_never_leave(
    database, authority, lots, monkeypatch
):
    monkeypatch.setattr(contents, "PIECE_BYTES", 10_000)
    content = a_publication(database, authority).content
    taken = begin_download(database, authority, the_number(database, authority))
    pieces = taken.pieces(0, len(content) - 1)
    assert next(pieces) == content[:10_000]
    alter(database, authority, "set_byte(content, 15000, (get_byte(content, 15000) + 1) % 256)")
    with pytest.raises(PackageAltered):
        list(pieces)


def the_number(database, authority):
    return list_packages(database, authority)[0].number


def test_a_download_goes_on_when_only_the_status_changes(database, authority, lots, monkeypatch):
    monkeypatch.setattr(contents, "PIECE_BYTES", 10_000)
    published = a_publication(database, authority)
    taken = begin_download(database, authority, published.record.number)
    pieces = taken.pieces(0, len(published.content) - 1)
    first = next(pieces)
    with database.transaction(authority) as connection:
        connection.execute(text("UPDATE phusong.package SET status = 'superseded'"))
    assert first + b"".join(pieces) == published.content


def test_a_file_is_read_through_once_for_many_parts(database, authority, lots, monkeypatch):
    number = a_publication(database, authority).record.number
    read = []
    whole = contents.sha256_of

    def counted(connection, package_id):
        read.append(package_id)
        return whole(connection, package_id)

    monkeypatch.setattr(contents, "sha256_of", counted)
    with ThreadPoolExecutor(8) as people:
        list(
            people.map(lambda _: begin_download(database, authority, number, part=True), range(24))
        )
    assert len(read) == 1


def test_parts_are_one_download_and_whole_files_are_each(database, authority, operator, lots):
    number = a_publication(database, authority).record.number
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda _: begin_download(database, viettel, number, part=True), range(16)))
    begin_download(database, vnpt, number)
    begin_download(database, vnpt, number, part=True)
    begin_download(database, vnpt, number)
    with database.transaction(authority) as connection:
        persons = connection.execute(
            text("SELECT person, count(*) FROM phusong.download GROUP BY person")
        ).all()
    assert {tuple(row) for row in persons} == {("nhân viên VNPT", 2), ("nhân viên Viettel", 1)}
    assert acts(database, authority).count("package.downloaded") == 3


def test_any_part_is_that_part(database, authority, lots, monkeypatch):
    monkeypatch.setattr(contents, "PIECE_BYTES", 1000)
    content = a_publication(database, authority).content
    taken = begin_download(database, authority, the_number(database, authority))
    for first, last in ((0, 0), (999, 1000), (1000, 1999), (0, 3000), (len(content) - 1,) * 2):
        assert b"".join(taken.pieces(first, last)) == content[first : last + 1]


def test_what_may_not_be_seen_any_more_stops_in_the_middle(
    database, authority, operator, lots, monkeypatch
):
    monkeypatch.setattr(contents, "PIECE_BYTES", 1000)
    number = a_publication(database, authority).record.number
    pieces = begin_download(database, operator("Viettel"), number).pieces(0, 5000)
    next(pieces)
    with as_owner(database, authority) as connection:
        connection.execute(text("ALTER TABLE phusong.package DISABLE TRIGGER package_stands"))
        connection.execute(text("UPDATE phusong.package SET status = 'draft', published_at = NULL"))
    with pytest.raises(NotFound):
        next(pieces)


def test_what_was_checked_is_known_per_database(database, authority, lots):
    number = a_publication(database, authority).record.number
    begin_download(database, authority, number)
    other = Database(database.url, database.owner_url)
    assert other not in package_downloads._right
    try:
        assert isinstance(begin_download(other, authority, number).record.size, int)
    except PhusongError:
        pytest.fail("another process could not hand it out")
    finally:
        other.close()


def test_the_stored_file_stands_against_the_program_itself(database, authority, lots):
    a_publication(database, authority)
    for change_it in ("content = ''", "content = content || 'x'::bytea", "signature = NULL",
                      "signing_key_id = NULL"):  # fmt: skip
        with (
            pytest.raises(DBAPIError, match="stands as built"),
            database.transaction(authority) as connection,
        ):
            connection.execute(text(f"UPDATE phusong.package SET {change_it}"))
