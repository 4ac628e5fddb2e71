"""Keys that publications are signed with: made once, changed, lost, mixed up, never in a back-up."""

import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import audit as audit_actions
from coverage.actions import signing_keys
from coverage.actions.package_checks import check_package
from coverage.actions.packages import publish_package
from coverage.dossier.verification import verify
from coverage.errors import Conflict, NotAllowed, SigningKeyUnusable
from coverage.people import Actor, Role
from coverage.settings import SigningSettings
from coverage.storage import audit, backup, key_files
from coverage.storage import signing_keys as stored
from tests.signed import ADDRESS, a_signer
from tests.tendered import a_draft, a_province_with_lots

REASON = "thử thay khóa"


@pytest.fixture
def settings(tmp_path):
    return SigningSettings(tmp_path / "keys" / "k.pem", None, ADDRESS)


@pytest.fixture
def lots(database, authority, province):
    return a_province_with_lots(database, authority, province("42"))


def acts(database, authority):
    with database.transaction(authority) as connection:
        return [(entry.act, entry.detail) for entry in audit.entries(connection)]


def publish(database, authority, settings):
    number = a_draft(database, authority).record.number
    ready = signing_keys.ready_signer(database, authority, settings)
    return publish_package(database, authority, number, {}, ready.signer)


def test_the_first_publication_makes_a_key_and_says_so(database, authority, settings):
    first = signing_keys.ready_signer(database, authority, settings)
    again = signing_keys.ready_signer(database, authority, settings)
    assert (first.made, again.made) == (True, False)
    assert first.signer.public.pem == again.signer.public.pem
    assert stat.S_IMODE(settings.path.stat().st_mode) == 0o600
    (key,) = signing_keys.list_keys(database)
    assert (key.fingerprint, key.current) == (first.signer.public.fingerprint, True)
    assert [act for act, _ in acts(database, authority)] == ["signing_key.made"]


def test_a_publication_carries_its_signature_and_its_key(database, authority, lots, settings):
    published = publish(database, authority, settings)
    (key,) = signing_keys.list_keys(database)
    checked = verify(published.content)
    assert (checked.whole, checked.fingerprint) == (True, key.fingerprint)
    with database.transaction(authority) as connection:
        row = connection.execute(
            text("SELECT signature, signing_key_id FROM phusong.package")
        ).one()
    assert (len(row.signature), row.signing_key_id) == (64, key.id)
    check = check_package(checked, source=(database, authority))
    assert (check.findings, check.current, check.compared_with) == ((), True, "database")


def test_two_first_publications_at_once_make_one_key(database, authority, settings, monkeypatch):
    """Also when the others come between the first one's row and its file."""
    settled = key_files.settle

    def late(path, fingerprint):
        time.sleep(0.05)
        settled(path, fingerprint)

    monkeypatch.setattr(key_files, "settle", late)
    with ThreadPoolExecutor(4) as people:
        made = list(
            people.map(lambda _: signing_keys.ready_signer(database, authority, settings), range(4))
        )
    assert len({one.signer.public.pem for one in made}) == 1
    assert sorted(one.made for one in made) == [False, False, False, True]
    assert len(signing_keys.list_keys(database)) == 1


def test_after_a_change_old_packages_are_still_checked(database, authority, lots, settings):
    published = publish(database, authority, settings)
    old = settings.path.read_bytes()
    new = signing_keys.rotate_key(database, authority, settings, REASON)
    keys = signing_keys.list_keys(database)
    assert [key.current for key in keys] == [True, False]
    assert keys[0].fingerprint == new.fingerprint
    assert keys[1].retired_at == keys[0].made_at
    assert settings.path.read_bytes() != old
    check = check_package(verify(published.content), source=(database, authority))
    assert (check.findings, check.current) == ((), True)
    ready = signing_keys.ready_signer(database, authority, settings)
    assert (ready.signer.public.fingerprint, ready.made) == (new.fingerprint, False)
    act, detail = acts(database, authority)[-1]
    assert act == "signing_key.rotated"
    assert REASON in detail
    assert keys[1].fingerprint in detail


def test_a_key_changed_meanwhile_publishes_nothing(database, authority, lots, settings):
    number = a_draft(database, authority).record.number
    ready = signing_keys.ready_signer(database, authority, settings)
    signing_keys.rotate_key(database, authority, settings, REASON)
    with pytest.raises(Conflict) as refused:
        publish_package(database, authority, number, {}, ready.signer)
    assert refused.value.facts["reason"] == "key_changed_meanwhile"
    ready = signing_keys.ready_signer(database, authority, settings)
    assert publish_package(database, authority, number, {}, ready.signer).changed


def test_a_lost_key_is_told_and_can_be_replaced(database, authority, settings):
    signing_keys.ready_signer(database, authority, settings)
    settings.path.unlink()
    with pytest.raises(SigningKeyUnusable) as refused:
        signing_keys.ready_signer(database, authority, settings)
    assert refused.value.facts["reason"] == "key_missing"
    assert not settings.path.exists()
    signing_keys.rotate_key(database, authority, settings, "mất khóa")
    assert not signing_keys.ready_signer(database, authority, settings).made


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.write_bytes(a_signer(7).private_pem(None)), "key_other"),
        (lambda path: path.write_bytes(b"khong phai khoa"), "key_unreadable"),
        (lambda path: path.chmod(0o644), "key_open_to_others"),
        (lambda path: path.write_bytes(a_signer(7).private_pem("x")), "key_unreadable"),
    ],
)
def test_another_a_broken_and_an_open_key_file_are_refused(
    database, authority, settings, spoil, reason
):
    signing_keys.ready_signer(database, authority, settings)
    spoil(settings.path)
    with pytest.raises(SigningKeyUnusable) as refused:
        signing_keys.ready_signer(database, authority, settings)
    assert refused.value.facts["reason"] == reason
    assert "PRIVATE" not in str(refused.value)


def test_a_passphrase_is_kept_to(database, authority, settings):
    locked = SigningSettings(settings.path, "mật khẩu", ADDRESS)
    signing_keys.ready_signer(database, authority, locked)
    assert b"ENCRYPTED" in settings.path.read_bytes()
    assert not signing_keys.ready_signer(database, authority, locked).made
    with pytest.raises(SigningKeyUnusable):
        signing_keys.ready_signer(database, authority, settings)


def test_killed_between_the_row_and_the_file_the_right_key_is_found(
    database, authority, settings, monkeypatch
):
    signing_keys.ready_signer(database, authority, settings)
    old = settings.path.read_bytes()

    def killed(path, fingerprint):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(key_files, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            signing_keys.rotate_key(database, authority, settings, REASON)
    assert settings.path.read_bytes() == old
    ready = signing_keys.ready_signer(database, authority, settings)
    assert ready.signer.public.fingerprint == signing_keys.list_keys(database)[0].fingerprint
    assert settings.path.read_bytes() != old
    assert [file.name for file in settings.path.parent.iterdir()] == [settings.path.name]


def test_a_key_that_waits_is_not_lost_by_a_change_that_fails(
    database, authority, settings, monkeypatch
):
    """Committed and not in its place yet, while somebody else's change comes to nothing."""
    with monkeypatch.context() as patched:
        patched.setattr(key_files, "settle", lambda *_: None)
        current = signing_keys.ready_signer(database, authority, settings).signer
    with monkeypatch.context() as patched:
        patched.setattr(stored, "add", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            signing_keys.rotate_key(database, authority, settings, REASON)
    ready = signing_keys.ready_signer(database, authority, settings)
    assert ready.signer.public.pem == current.public.pem


def test_killed_before_the_row_nothing_has_changed(database, authority, settings, monkeypatch):
    signing_keys.ready_signer(database, authority, settings)
    before = signing_keys.list_keys(database)
    with monkeypatch.context() as patched:
        patched.setattr(stored, "add", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            signing_keys.rotate_key(database, authority, settings, REASON)
    assert signing_keys.list_keys(database) == before
    assert not signing_keys.ready_signer(database, authority, settings).made
    signing_keys.rotate_key(database, authority, settings, REASON)
    assert [file.name for file in settings.path.parent.iterdir()] == [settings.path.name]


def test_creating_takes_up_a_key_that_lies_there_and_never_a_second_one(
    database, authority, settings
):
    settings.path.parent.mkdir()
    settings.path.write_bytes(a_signer(3).private_pem(None))
    settings.path.chmod(0o600)
    made = signing_keys.create_key(database, authority, settings)
    assert made.fingerprint == a_signer(3).public.fingerprint
    with pytest.raises(Conflict) as refused:
        signing_keys.create_key(database, authority, settings)
    assert refused.value.facts["reason"] == "key_exists"


def test_a_change_needs_a_key_and_a_reason(database, authority, settings):
    with pytest.raises(Conflict) as refused:
        signing_keys.rotate_key(database, authority, settings, REASON)
    assert refused.value.facts["reason"] == "no_key_yet"
    with pytest.raises(Conflict) as refused:
        signing_keys.rotate_key(database, authority, settings, "  ")
    assert refused.value.facts["reason"] == "needs_reason"


def test_who_may(database, authority, operator, settings):
    planner = Actor(authority.organisation_id, authority.kind, Role.PLANNER, "kế hoạch")
    for actor in (planner, operator("Viettel")):
        for act in (
            lambda actor=actor: signing_keys.create_key(database, actor, settings),
            lambda actor=actor: signing_keys.rotate_key(database, actor, settings, REASON),
            lambda actor=actor: signing_keys.ready_signer(database, actor, settings),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert not settings.path.parent.exists()


def test_a_back_up_has_no_private_key(database, authority, settings, tmp_path):
    signing_keys.ready_signer(database, authority, settings)
    file = tmp_path / "bản sao.dump"
    backup.dump(database.owner_url, file)
    secret = b"".join(settings.path.read_bytes().splitlines()[1:-1])
    with database.transaction(authority) as connection:
        rows = connection.execute(text("SELECT signing_key::text FROM phusong.signing_key")).all()
    for content in (file.read_bytes(), str(rows).encode()):
        assert secret not in content
        assert b"PRIVATE" not in content


def test_walls_of_the_keys(database, authority, operator, settings):
    signing_keys.ready_signer(database, authority, settings)
    viettel = operator("Viettel")
    for actor, change in (
        (viettel, "INSERT INTO phusong.signing_key (fingerprint, pem, made_by) VALUES ('x', 'y', 'z')"),
        (authority, "UPDATE phusong.signing_key SET pem = 'x'"),
        (authority, "DELETE FROM phusong.signing_key"),
        (authority, "INSERT INTO phusong.signing_key (fingerprint, pem, made_by) VALUES ('x', 'y', 'z')"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError), database.transaction(actor) as connection:
            connection.execute(text(change))
    with database.transaction(viettel) as connection:
        retired = connection.execute(text("UPDATE phusong.signing_key SET retired_at = now()"))
        assert retired.rowcount == 0
    signing_keys.rotate_key(database, authority, settings, REASON)
    with database.transaction(authority) as connection:
        back = text(
            "UPDATE phusong.signing_key SET retired_at = now() WHERE retired_at IS NOT NULL"
        )
        assert connection.execute(back).rowcount == 0
    assert audit_actions.verify(database, authority)[1] is None
