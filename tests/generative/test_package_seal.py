"""The seal of a draft: whatever happens to its file on its way, the check finds it and names it.

A publication's seal is in test_package_signature.py.
"""

import functools
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.dossier.container import container
from coverage.dossier.seal import checksums, manifest_bytes, seal
from coverage.dossier.verification import verify
from coverage.packages import CHECKSUMS, MANIFEST
from tests.builders import a_package


@functools.cache
def sealed():
    return seal(a_package(), {"ban-do.html": lambda _: b"<!doctype html>"})


def files():
    with zipfile.ZipFile(io.BytesIO(sealed().content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sealed_again(changed):
    return container(changed, a_package().dated)


def rules(content):
    checked = verify(content)
    for found in checked.findings:
        assert found.message()
        assert found.fix()
    return [(found.rule, found.facts.get("file")) for found in checked.findings]


def test_a_whole_package_is_whole():
    checked = verify(sealed().content)
    assert checked.whole
    assert checked.sha256 == sealed().sha256
    assert checked.manifest == sealed().manifest


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_one_changed_byte_anywhere_is_found(data):
    content = bytearray(sealed().content)
    # Every second example in the directory at the end, where the ZIP's own words are.
    lowest = data.draw(st.sampled_from([0, len(content) - 900]))
    place = data.draw(st.integers(lowest, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert rules(bytes(content))


@pytest.mark.parametrize("name", sorted(files().keys() - {MANIFEST, CHECKSUMS}))
def test_one_changed_byte_of_a_file_names_the_file(name):
    content = bytearray(sealed().content)
    with zipfile.ZipFile(io.BytesIO(sealed().content)) as archive:
        entry = archive.getinfo(name)
    start = entry.header_offset + 30 + len(name)
    content[start + entry.file_size // 2] ^= 1
    assert rules(bytes(content)) == [("package.file_changed", name)]


def test_a_changed_manifest_is_named():
    changed = files()
    manifest = json.loads(changed[MANIFEST])
    manifest["totals"]["households"] += 1
    changed[MANIFEST] = manifest_bytes(manifest)
    assert rules(sealed_again(changed)) == [("package.file_changed", MANIFEST)]


def test_changed_checksums_are_named():
    changed = files()
    changed[CHECKSUMS] = changed[CHECKSUMS].replace(b"  diem.gpkg", b" *diem.gpkg")
    assert rules(sealed_again(changed)) == [("package.checksums_differ", CHECKSUMS)]


@pytest.mark.parametrize("name", sorted(files().keys() - {MANIFEST}))
def test_a_missing_file_is_named(name):
    changed = files()
    del changed[name]
    assert rules(sealed_again(changed))[0] == ("package.file_missing", name)


def test_an_extra_file_is_named_even_with_its_sum():
    changed = files() | {"la.exe": b"MZ"}
    changed[CHECKSUMS] = checksums({k: v for k, v in changed.items() if k != CHECKSUMS})
    assert rules(sealed_again(changed)) == [("package.file_extra", "la.exe")]


def test_the_same_files_zipped_again_are_not_the_package():
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files().items():
            archive.writestr(name, content)
    assert rules(again.getvalue()) == [("package.container_changed", None)]
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files().items():
            archive.writestr(name, content)
    assert rules(again.getvalue()) == [("package.unreadable", None)]


def test_a_compressed_bomb_is_not_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, b"0" * 50_000_000)
    assert rules(bomb.getvalue()) == [("package.unreadable", None)]


def test_entries_that_share_their_bytes_are_refused():
    """A bomb needs no compression: many entries may point to the same megabytes."""
    made = container({f"{n:03d}": b"0" * 1000 for n in range(50)}, a_package().dated)
    central = made.index(b"PK\1\2")
    size = 46 + 3
    first = made[central : central + size]
    entries = b"".join(first[:-3] + f"{n:03d}".encode() for n in range(50))
    end = made[central + len(entries) :]
    cut = made[:1033] + entries + end[:16] + (1033).to_bytes(4, "little") + end[20:]
    with zipfile.ZipFile(io.BytesIO(cut)) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) == 50_000
    assert rules(cut) == [("package.unreadable", None)]


def test_a_size_that_is_not_the_files_is_named():
    changed = files()
    manifest = json.loads(changed[MANIFEST])
    listed = next(entry for entry in manifest["files"] if entry["name"] == "danh-sach.csv")
    listed["size"] += 1
    changed[MANIFEST] = manifest_bytes(manifest)
    changed[CHECKSUMS] = checksums({k: v for k, v in changed.items() if k != CHECKSUMS})
    assert rules(sealed_again(changed)) == [("package.size_differs", "danh-sach.csv")]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("a.txt", b"1")
        archive.writestr("a.txt", b"2")
    assert rules(twice.getvalue()) == [("package.unreadable", None)]


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"format": "phusong-package/1"}',
     b'{"format": "phusong-package/1", "files": [1], "date": "2026-11-23T03:04:05Z"}',
     b'{"format": "phusong-package/1", "files": [], "date": "1970-01-01T00:00:00Z"}',
     b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_manifest_is_refused(text):
    assert rules(sealed_again(files() | {MANIFEST: text})) == [
        ("package.manifest_unreadable", MANIFEST)
    ]


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.integers(0, 10**6)))
def test_no_file_whatever_breaks_the_check(given_file):
    if isinstance(given_file, int):  # the package, cut off somewhere
        whole = sealed().content
        given_file = whole[: given_file % len(whole)]
    assert rules(given_file)
