"""Ed25519 signatures, keys and their files, the ZIP we write: held against openssl and zipfile."""

import io
import shutil
import stat
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.dossier.container import container
from coverage.dossier.signing import KeyUnreadable, PublicKey, Signer
from coverage.errors import SettingsUnusable, SigningKeyUnusable
from coverage.packages import VIETNAM_TIME
from coverage.settings import KEY_PATH, read_settings
from coverage.storage import key_files
from tests.signed import ADDRESS, a_signer

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="no openssl on this machine")
MOMENT = datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)


def openssl(*arguments, **options):
    return subprocess.run(
        [OPENSSL, *map(str, arguments)], check=True, capture_output=True, **options
    )


def test_a_signature_is_the_same_each_time_and_of_its_content_only():
    signer = a_signer()
    signature = signer.sign(b"SHA256SUMS")
    assert (len(signature), signer.sign(b"SHA256SUMS")) == (64, signature)
    assert signer.public.signed(b"SHA256SUMS", signature)
    assert not signer.public.signed(b"SHA256SUMs", signature)
    assert not a_signer(2).public.signed(b"SHA256SUMS", signature)
    for bad in (b"", signature[:-1], signature + b"\0", bytes(64)):
        assert not signer.public.signed(b"SHA256SUMS", bad)


@needs_openssl
def test_keys_of_openssl_are_keys_of_ours_and_fingerprints_agree(tmp_path):
    private = tmp_path / "khóa.pem"
    openssl("genpkey", "-algorithm", "ed25519", "-out", private)
    signer = Signer.read(private.read_bytes(), None, ADDRESS)
    public = openssl("pkey", "-in", private, "-pubout").stdout
    assert PublicKey.read(public).fingerprint == signer.public.fingerprint == signer.key.fingerprint
    der = openssl("pkey", "-pubin", "-outform", "DER", input=public).stdout
    told = openssl("dgst", "-sha256", "-r", input=der).stdout.decode().split()[0]
    assert told == signer.public.fingerprint
    (tmp_path / "SHA256SUMS").write_bytes(b"x  y\n")
    openssl("pkeyutl", "-sign", "-inkey", private, "-rawin", "-in", tmp_path / "SHA256SUMS",
            "-out", tmp_path / "chữ ký")  # fmt: skip
    assert (tmp_path / "chữ ký").read_bytes() == signer.sign(b"x  y\n")


@needs_openssl
@pytest.mark.parametrize(
    "kind", [["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], ["ed448"], ["x25519"]]
)
def test_keys_of_other_kinds_are_refused(tmp_path, kind):
    private = tmp_path / "k.pem"
    openssl("genpkey", "-algorithm", *kind, "-out", private)
    with pytest.raises(KeyUnreadable):
        Signer.read(private.read_bytes(), None, ADDRESS)
    with pytest.raises(KeyUnreadable):
        PublicKey.read(openssl("pkey", "-in", private, "-pubout").stdout)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_whatever_is_no_key_is_refused(content):
    for read in (PublicKey.read, lambda pem: Signer.read(pem, "x", ADDRESS)):
        with pytest.raises(KeyUnreadable):
            read(content)


def test_a_passphrase_locks_the_file_and_nothing_shows_the_key():
    signer = a_signer()
    locked = signer.private_pem("mật khẩu")
    assert b"ENCRYPTED PRIVATE KEY" in locked
    assert Signer.read(locked, "mật khẩu", ADDRESS).public.pem == signer.public.pem
    for wrong in ("sai", None):
        with pytest.raises(KeyUnreadable):
            Signer.read(locked, wrong, ADDRESS)
    with pytest.raises(KeyUnreadable):
        Signer.read(signer.private_pem(None), "thừa", ADDRESS)
    open_settings = read_settings(
        {"PHUSONG_SIGNING_KEY_PASSPHRASE": "mật khẩu"}, key_files.Path("/x")
    )
    for shown in (repr(signer), str(signer), repr(open_settings)):
        assert "mật khẩu" not in shown
        assert "Ed25519PrivateKey" not in shown


def test_settings_say_where_the_key_lies_and_where_its_public_half_stands(tmp_path):
    read = read_settings({"PHUSONG_VAR": str(tmp_path)}, tmp_path)
    assert read.signing.path == tmp_path / "keys" / "package-signing-key.pem"
    assert read.signing.address == KEY_PATH
    told = {
        "PHUSONG_PUBLIC_ADDRESS": "https://phusong.example.vn/",
        "PHUSONG_SIGNING_KEY": "/k.pem",
    }
    read = read_settings(told, tmp_path)
    assert read.signing.address == "https://phusong.example.vn" + KEY_PATH
    assert str(read.signing.path) == "/k.pem"
    for bad in ("phusong.example.vn", "ftp://x", "https://x/sau", "https://ai:gi@x", "https://"):
        with pytest.raises(SettingsUnusable):
            read_settings({"PHUSONG_PUBLIC_ADDRESS": bad}, tmp_path)


def test_a_key_file_is_its_owners_alone_from_its_first_moment(tmp_path):
    path = tmp_path / "keys" / "k.pem"
    assert key_files.read(path) is None
    key_files.write(path, "1a", b"one")
    waiting = key_files.next_of(path, "1a")
    assert (path.exists(), stat.S_IMODE(waiting.stat().st_mode)) == (False, 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    key_files.settle(path, "1a")
    key_files.settle(path, "1a")
    assert (key_files.read(path), waiting.exists()) == (b"one", False)
    key_files.write(path, "2b", b"two")
    key_files.write(path, "3c", b"three")
    assert key_files.read(path) == b"one"
    key_files.settle(path, "3c")
    assert key_files.read(path) == b"three"
    assert [file.name for file in path.parent.iterdir()] == ["k.pem"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o666])
def test_a_key_file_that_others_may_open_is_refused(tmp_path, mode):
    path = tmp_path / "k.pem"
    path.write_bytes(b"x")
    path.chmod(mode)
    with pytest.raises(SigningKeyUnusable) as refused:
        key_files.read(path)
    assert refused.value.facts["reason"] == "key_open_to_others"
    path.chmod(0o400)
    assert key_files.read(path) == b"x"


def test_a_folder_is_no_key_and_a_file_no_folder(tmp_path):
    with pytest.raises(SigningKeyUnusable):
        key_files.read(tmp_path)
    (tmp_path / "tệp").write_bytes(b"")
    with pytest.raises(SigningKeyUnusable) as refused:
        key_files.write(tmp_path / "tệp" / "k.pem", "1a", b"x")
    assert refused.value.facts["reason"] == "key_unwritable"


def as_zipfile_does(files, moment):
    """The library's own ZIP of the same files: the oracle for ours."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, moment.astimezone(VIETNAM_TIME).timetuple()[:6])
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, files[name])
    return made.getvalue()


NAMES = st.text("abcÀđ-/. 1", min_size=1, max_size=12)


@given(
    st.dictionaries(NAMES, st.binary(max_size=200), max_size=6),
    st.datetimes(datetime(1981, 1, 1), datetime(2106, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
@settings(max_examples=200, deadline=None)
def test_our_container_is_the_librarys_byte_for_byte(files, moment):
    assert container(files, moment) == as_zipfile_does(files, moment)


def test_the_moment_is_told_in_vietnamese_time():
    with zipfile.ZipFile(io.BytesIO(container({"a": b"x"}, MOMENT))) as archive:
        assert archive.getinfo("a").date_time == (2026, 11, 23, 10, 4, 4)
        assert archive.testzip() is None
