"""Checking a package over HTTP and on its page; keys at their fixed addresses, for everybody."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from coverage.actions import signing_keys
from coverage.actions.packages import build_package
from coverage.dossier.seal import seal
from coverage.dossier.signing import PublicKey
from coverage.settings import SigningSettings
from tests.builders import a_package
from tests.forged import files_of, mended, sealed, zipped
from tests.reported import as_owner
from tests.signed import ADDRESS, a_signer, signer_of
from tests.tendered import a_draft, a_province_with_lots, a_publication

VERIFY = "/api/v1/packages/verify"
KEY = "/.well-known/phusong/package-signing-key.pem"
KEYS = "/.well-known/phusong/package-signing-keys.json"


@pytest.fixture
def draft(database, authority, province):
    a_province_with_lots(database, authority, province("42"))
    return a_draft(database, authority)


@pytest.fixture
def published(database, authority, draft):
    return a_publication(database, authority)


def sent(content, name="goi.zip"):
    return {"file": (name, content, "application/zip")}


def verified(client, content, name="goi.zip"):
    answer = client.post(VERIFY, files=sent(content, name))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return told, [found["rule"] for found in told["findings"]]


def test_what_was_published_is_that(published, viettel, program):
    told, rules = verified(program(viettel), published.content, published.record.file_name)
    assert rules == []
    assert (told["whole"], told["current"], told["signed"]) == (True, True, True)
    assert (told["number"], told["version"]) == (published.record.number, 1)
    assert told["key_fingerprint"] == a_signer().public.fingerprint
    assert told["key_compared_with"] == "database"


def test_every_forgery_is_told_from_what_was_published(published, authority, viettel, program):
    client, genuine = program(viettel), files_of(published.content)
    other = {"khoa-cong-khai.pem": a_signer(2).public.pem.encode()}
    told = json.loads(genuine["manifest.json"])["signature"]
    own = told | {"key_fingerprint": a_signer(2).public.fingerprint}
    forged = zipped(mended(genuine | other, a_signer(2), signature=own))
    assert verified(client, forged)[1] == ["package.key_unknown", "package.record_differs"]
    edited = mended(genuine | {"danh-sach.csv": b"x"}, a_signer())
    # Even with the authority's own key a second file of one version is not the published one.
    assert verified(client, zipped(edited))[1] == ["package.record_differs"]
    unknown = mended(genuine, a_signer(), number="GT-2026-42-777")
    told, rules = verified(client, zipped(unknown))
    assert (rules, told["whole"], told["current"]) == (["package.not_known_here"], True, None)
    # Who sees everything knows that it was never published: the key was stolen.
    assert verified(program(authority), zipped(unknown))[1] == ["package.never_published"]


def test_an_older_version_is_whole_but_not_the_newest(
    database, authority, published, viettel, program
):
    newer(database, authority)
    told, rules = verified(program(viettel), published.content)
    assert (rules, told["whole"], told["current"]) == (["package.superseded"], True, False)
    assert "phiên bản 2" in told["findings"][0]["message"]
    relabelled = mended(files_of(published.content), version=2)
    assert verified(program(viettel), zipped(relabelled))[1] == ["package.signature_wrong"]


def test_a_cancelled_package_is_told_with_its_reason(
    database, authority, published, viettel, program
):
    with as_owner(database, authority) as connection:
        connection.execute(text(
            "UPDATE phusong.package SET status = 'cancelled', cancelled_at = now(),"
            " cancelled_by = 'thử', cancel_reason = 'đổi quy hoạch'"
        ))  # fmt: skip
    told, rules = verified(program(viettel), published.content)
    assert (rules, told["whole"], told["current"]) == (["package.cancelled"], True, False)
    assert "đổi quy hoạch" in told["findings"][0]["message"]


def newer(database, authority, opens="NULL"):
    """A second version, as publishing makes one."""
    with as_owner(database, authority) as connection:
        columns = "province_code, vintage, approximate, totals, manifest, built_by"
        connection.execute(
            text(
                f"INSERT INTO phusong.package (id, number, version, status, published_at, file_name,"
                f" sha256, content, kind, reason, opens_at, {columns}) SELECT gen_random_uuid(),"
                f" number, 2, 'published', now(), 'v2.zip', repeat('0', 64), '', 'amendment', 'thử',"
                f" {opens}, {columns} FROM phusong.package"
            )
        )


def test_a_version_that_is_not_open_yet_is_told_to_nobody(
    database, authority, published, viettel, program
):
    newer(database, authority, "now() + interval '1 day'")
    told, rules = verified(program(viettel), published.content)
    assert (rules, told["current"]) == ([], True)
    assert verified(program(authority), published.content)[1] == ["package.superseded"]


def test_drafts_are_told_to_the_authority_only(database, authority, draft, viettel, program):
    told, rules = verified(program(authority), draft.content)
    assert (rules, told["draft"], told["signed"], told["current"]) == ([], True, False, False)
    told, rules = verified(program(viettel), draft.content)
    assert (rules, told["current"]) == (["package.not_known_here"], None)
    assert program(viettel).get(VERIFY, params={"sha256": draft.record.sha256}).status_code == 404
    build_package(database, authority, "42", {"x.txt": lambda _: b"x"})
    assert verified(program(authority), draft.content)[1] == ["package.draft_outdated"]


def test_a_draft_whose_publication_is_claimed_is_told(database, authority, draft, program):
    signer_of(database)
    claimed = seal(replace(a_package(), draft=False, number=draft.record.number), {}, a_signer())
    assert verified(program(authority), claimed.content)[1] == ["package.not_published"]


def test_without_any_key_in_the_database_the_key_is_not_compared(viettel, program):
    told, rules = verified(program(viettel), sealed().content)
    assert set(rules) == {"package.key_not_compared", "package.not_known_here"}
    assert told["key_compared_with"] is None


def test_a_package_is_found_by_its_sha256(published, viettel, program):
    client = program(viettel)
    found = client.get(VERIFY, params={"sha256": published.record.sha256.upper()})
    assert found.json()["number"] == published.record.number
    assert client.get(VERIFY, params={"sha256": "0" * 64}).status_code == 404
    assert client.get(VERIFY, params={"sha256": "abc"}).status_code == 422


@pytest.mark.parametrize("content", [b"", b"PK", b"khong phai zip", b"PK\5\6" + bytes(18)])
def test_whatever_is_sent_gets_an_answer(viettel, program, content):
    told, rules = verified(program(viettel), content)
    assert (told["whole"], len(rules)) == (False, 1)


def test_a_file_that_is_too_large_is_refused(settings, viettel, program, app):
    large = bytes(settings.intake.max_bytes + 200_000)
    assert program(viettel).post(VERIFY, files=sent(large)).status_code == 413
    assert program(viettel).post(VERIFY).status_code == 422


def test_the_page_checks_a_file_and_a_sha256(published, viettel, signed_in):
    visitor = signed_in(viettel)
    assert "Kiểm tra gói thầu" in visitor.get("/verify").text
    good = visitor.fill("/verify", files=sent(published.content, published.record.file_name))
    assert "Nguyên vẹn, đúng bản đã công bố và mới nhất" in good.text
    wrong = bytearray(published.content)
    wrong[2000] ^= 1
    bad = visitor.fill("/verify", files=sent(bytes(wrong)))
    assert "Không dùng được: goi.zip" in bad.text
    by_sum = visitor.fill(
        "/verify", sha256=f"{published.record.sha256}  {published.record.file_name}"
    )
    assert f"{published.record.number}, phiên bản 1" in by_sum.text
    assert "Không có gói nào mang mã này" in visitor.fill("/verify", sha256="0" * 64).text
    for sha256, words in (("", "Chưa có gì để kiểm tra"), ("<b>x", "không phải mã SHA-256")):
        answer = visitor.fill("/verify", sha256=sha256)
        assert (answer.status_code, words in answer.text) == (422, True)
        assert "<b>x" not in answer.text


def test_keys_are_read_by_everybody(database, authority, browser, tmp_path):
    visitor = browser()
    missing = visitor.get(KEY)
    assert missing.status_code == 404
    assert missing.json()["type"] == "/api/v1/problems#not-found"
    assert visitor.get(KEYS).json()["keys"] == []
    assert "Chưa có khóa ký" in visitor.get("/verify/keys").text
    settings = SigningSettings(tmp_path / "k.pem", None, ADDRESS)
    first = signing_keys.create_key(database, authority, settings)
    second = signing_keys.rotate_key(database, authority, settings, "thử")
    answer = visitor.get(KEY)
    assert answer.headers["content-type"].startswith("application/x-pem-file")
    assert PublicKey.read(answer.content).fingerprint == second.fingerprint
    assert visitor.head(KEY).status_code == 200
    keys = visitor.get(KEYS).json()["keys"]
    assert [(key["fingerprint"], key["current"]) for key in keys] == [
        (second.fingerprint, True), (first.fingerprint, False),
    ]  # fmt: skip
    assert keys[1]["until"] == keys[0]["from"]
    page = visitor.get("/verify/keys").text
    assert first.fingerprint in page
    assert second.pem.splitlines()[1] in page
    for shown in (page, visitor.get(KEYS).text, answer.text):
        assert "PRIVATE" not in shown
        assert authority.name not in shown
    assert visitor.get("/verify").status_code == 303
