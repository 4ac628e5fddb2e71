"""The seal of a publication: whoever edits it and mends every sum still cannot sign it."""

import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.actions.package_checks import check_package
from coverage.dossier.seal import seal
from coverage.dossier.signing import PublicKey
from coverage.dossier.verification import verify, verify_files
from coverage.packages import CHECKSUMS, KEY_FILE, MANIFEST, SIGNATURE, sha256
from tests.builders import a_package
from tests.forged import CLOSING, draft, files, mended, sealed, zipped
from tests.signed import a_signer


def rules(content, name=None):
    checked = verify(content, name)
    for found in checked.findings:
        assert found.message()
        assert found.fix()
    return [found.rule for found in checked.findings]


def edited(name="danh-sach.csv"):
    changed = files()
    assert b"," in changed[name]
    return changed | {name: changed[name].replace(b",", b";", 1)}


def test_a_publication_is_whole_and_tells_whose_it_is():
    checked = verify(sealed().content, "GT-2026-42-001_v1.zip")
    assert (checked.whole, checked.findings, checked.draft) == (True, (), False)
    assert checked.fingerprint == a_signer().public.fingerprint
    assert checked.manifest["signature"]["key_fingerprint"] == checked.fingerprint
    assert sealed().signature == files()[SIGNATURE]
    assert seal(replace(a_package(), draft=False), {}, a_signer()).sha256 == seal(
        replace(a_package(), draft=False), {}, a_signer()
    ).sha256  # fmt: skip


def test_a_draft_is_not_signed():
    assert not draft().signature
    assert not {SIGNATURE, KEY_FILE} & files(draft()).keys()
    assert verify(draft().content).draft
    with pytest.raises(ValueError, match="not signed"):
        seal(a_package(), {}, a_signer())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
def test_plain_programs_check_it_and_find_a_change(tmp_path):
    with zipfile.ZipFile(io.BytesIO(sealed().content)) as archive:
        archive.extractall(tmp_path)
    sums = ["sha256sum", "--strict", "-c", CHECKSUMS]
    signed = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", KEY_FILE, "-rawin", "-in",
              CHECKSUMS, "-sigfile", SIGNATURE]  # fmt: skip
    read_me = (tmp_path / "DOC-TRUOC.txt").read_text(encoding="utf-8-sig")
    for command in (sums[:1] + sums[2:], signed):
        assert " ".join(command) in read_me
    for command in (sums, signed):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    told = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", KEY_FILE, "-outform", "DER"], cwd=tmp_path, check=True,
        capture_output=True,
    ).stdout  # fmt: skip
    assert sha256(told) in read_me
    for name in (CHECKSUMS, SIGNATURE):
        kept = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(kept[:-2] + bytes([kept[-2] ^ 1]) + kept[-1:])
        assert subprocess.run(signed, cwd=tmp_path, capture_output=True, check=False).returncode
        (tmp_path / name).write_bytes(kept)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_changed_byte_passes(data):
    content = bytearray(sealed().content)
    lowest = data.draw(st.sampled_from([0, len(content) - 1500]))
    place = data.draw(st.integers(lowest, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert rules(bytes(content))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_nothing_cut_out_put_in_moved_or_doubled_passes(data):
    content = sealed().content
    places = st.integers(0, len(content))
    first, second = sorted((data.draw(places), data.draw(places)))
    part = content[first:second]
    changed = data.draw(
        st.sampled_from(
            [
                content[:first] + content[second:],  # cut out
                content[:first],  # cut off
                content[:second] + part + content[second:],  # doubled
                part + content[:first] + content[second:],  # moved to the front
                content[:first] + part[::-1] + content[second:],  # turned round
                content[:first] + data.draw(st.binary(min_size=1, max_size=9)) + content[first:],
            ]
        )
    )
    assert changed == content or rules(changed)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_changed_file_passes_however_well_the_sums_are_mended(data):
    changed = files()
    name = data.draw(st.sampled_from(sorted(changed.keys() - CLOSING)))
    content = bytearray(changed[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    assert rules(zipped(mended(changed | {name: bytes(content)})))


def test_an_edited_file_with_mended_sums_breaks_the_signature():
    assert rules(zipped(mended(edited()))) == ["package.signature_wrong"]
    assert verify_files(mended(edited())).findings[0].rule == "package.signature_wrong"


def test_an_added_and_a_removed_file_with_mended_sums_break_the_signature():
    assert rules(zipped(mended(files() | {"la.exe": b"MZ"}))) == ["package.signature_wrong"]
    fewer = files()
    del fewer["diem.gpkg"]
    assert rules(zipped(mended(fewer))) == ["package.signature_wrong"]


@pytest.mark.parametrize("signature", [b"", bytes(64), b"x" * 65, b"x" * 10_000])
def test_another_signature_is_named(signature):
    assert rules(zipped(files() | {SIGNATURE: signature})) == ["package.signature_wrong"]


def test_a_signature_of_another_package_is_named():
    other = seal(replace(a_package(), draft=False, number="GT-2026-42-002"), {}, a_signer())
    swapped = files() | {SIGNATURE: other.signature}
    assert rules(zipped(swapped)) == ["package.signature_wrong"]


def test_a_removed_signature_is_named():
    without = files()
    del without[SIGNATURE]
    assert rules(zipped(without)) == ["package.signature_missing"]
    del without[KEY_FILE]
    assert rules(zipped(mended(without, signature=None))) == ["package.signature_missing"]


def test_another_key_with_the_old_signature_is_named():
    other = a_signer(2).public
    swapped = files() | {KEY_FILE: other.pem.encode()}
    assert rules(zipped(mended(swapped))) == ["package.signature_wrong"]
    own = mended(swapped, a_signer(2))
    assert rules(zipped(own)) == ["package.key_mixed"]
    broken = mended(files() | {KEY_FILE: b"-----BEGIN PUBLIC KEY-----\n"}, a_signer())
    assert rules(zipped(broken)) == ["package.key_unreadable"]


def test_who_signs_anew_with_their_own_key_is_whole_only_until_keys_are_compared():
    forged = sealed(2)
    checked = verify(forged.content)
    assert checked.whole
    alone = check_package(checked)
    assert [found.rule for found in alone.findings] == ["package.key_not_compared"]
    assert alone.whole
    assert a_signer(2).public.fingerprint in alone.findings[0].message()
    held = check_package(checked, a_signer().public)
    assert [found.rule for found in held.findings] == ["package.key_differs"]
    assert not held.whole
    genuine = check_package(verify(sealed().content), PublicKey.read(files()[KEY_FILE]))
    assert (genuine.findings, genuine.compared_with) == ((), "file")


def test_a_draft_passed_off_as_a_publication_is_named():
    name = "GT-2026-42-001_v1.zip"
    assert rules(draft().content, "GT-2026-42-001_v1_du-thao.zip") == []
    assert rules(draft().content, name) == ["package.draft_as_published"]
    posing = mended(files(draft()), draft=False, marks=["Ranh giới gần đúng"])
    assert rules(zipped(posing), name) == ["package.draft_as_published"]
    signer = a_signer(2)
    key = {KEY_FILE: signer.public.pem.encode()}
    told = json.loads(files()[MANIFEST])["signature"]
    told["key_fingerprint"] = signer.public.fingerprint
    posing = mended(files(draft()) | key, signer, draft=False, signature=told)
    assert rules(zipped(posing)) == ["package.draft_as_published"]


def test_a_publication_that_says_it_is_a_draft_is_not_whole():
    posing = mended(files(), draft=True)
    assert rules(zipped(posing)) == ["package.file_extra"]


def test_a_file_named_as_another_version_is_named():
    assert rules(sealed().content, "GT-2026-42-001_v2.zip") == ["package.name_differs"]
    assert rules(sealed().content, "GT-2026-42-007_v1.zip") == ["package.name_differs"]
    assert rules(sealed().content, "GT-2026-42-001_v1 (1).zip") == []
    assert rules(sealed().content, "tải về.zip") == []
    relabelled = mended(files(), version=2)
    assert rules(zipped(relabelled), "GT-2026-42-001_v2.zip") == ["package.signature_wrong"]


def test_zipped_again_the_files_are_whole_and_the_zip_is_not():
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files().items(), reverse=True):
            archive.writestr(name, content)
    assert rules(again.getvalue()) == ["package.container_changed"]
    unpacked = verify_files(files())
    assert unpacked.whole
    assert unpacked.sha256 == sealed().sha256


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_changed_folder_passes(data):
    changed = files()
    name = data.draw(st.sampled_from(sorted(changed)))
    act = data.draw(st.sampled_from(["flip", "remove", "add", "empty"]))
    if act == "flip":
        content = bytearray(changed[name])
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        changed[name] = bytes(content)
    elif act == "remove":
        del changed[name]
    elif act == "add":
        changed[name + "~"] = b""
    else:
        changed[name] = b""
    assert not verify_files(changed).whole
