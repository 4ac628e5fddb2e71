"""``phusong package verify`` and ``phusong package key``; a disk that is full."""

import json
import os
import resource
import shutil
import stat
import subprocess
import sys
import zipfile

import pytest

from api import command_line
from tests.forged import files, mended, sealed, zipped
from tests.signed import a_signer
from tests.tendered import a_draft, a_province_with_lots


@pytest.fixture
def phusong(monkeypatch, capsys, tmp_path):
    """Runs ``phusong …`` as the shell would, on a machine without any database."""
    monkeypatch.setenv("PHUSONG_VAR", str(tmp_path / "var"))

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["phusong", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return run


@pytest.fixture
def server(phusong, database, monkeypatch):
    """The same on the machine of the test's database."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)
    return phusong


@pytest.fixture
def lots(database, authority, province):
    a_province_with_lots(database, authority, province("42"))


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "GT-2026-42-001_v1.zip"
    path.write_bytes(sealed().content)
    return path


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "khóa.pem"
    path.write_text(a_signer().public.pem)
    return path


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_without_a_database_it_says_that_the_key_was_not_compared_and_how_to(
    phusong, package, tmp_path
):
    answer = tmp_path / "a.json"
    status, told, _ = phusong("package", "verify", package, "--json", answer)
    assert status == 0
    assert "nguyên vẹn, gói GT-2026-42-001 phiên bản 1." in told
    assert "chưa được so" in told
    assert "--key" in told
    assert "/.well-known/phusong/package-signing-key.pem" in told
    read_back = read(answer)
    assert (read_back["whole"], read_back["signed"], read_back["key_compared_with"]) == (
        True, True, None,
    )  # fmt: skip
    assert not (tmp_path / "var").exists()


def test_a_key_is_compared(phusong, package, key, tmp_path):
    status, told, _ = phusong("package", "verify", package, "--key", key)
    assert (status, "đúng là khóa đem so" in told) == (0, True)
    forged = tmp_path / "giả.zip"
    forged.write_bytes(sealed(2).content)
    status, _, told = phusong("package", "verify", forged, "--key", key)
    assert (status, "khóa đem so có vân tay" in told) == (1, True)
    for content in (b"x", a_signer().private_pem(None)):
        key.write_bytes(content)
        status, _, told = phusong("package", "verify", package, "--key", key)
        assert (status, "không phải khóa công khai" in told) == (2, True)


def test_a_folder_is_checked_like_the_file(phusong, package, key, tmp_path):
    folder = tmp_path / "giải nén"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    answer = tmp_path / "a.json"
    status, told, _ = phusong("package", "verify", folder, "--key", key, "--json", answer)
    assert (status, "nguyên vẹn" in told) == (0, True)
    assert read(answer)["sha256"] == sealed().sha256
    (folder / "phụ").mkdir()
    (folder / "phụ" / "lạ.txt").write_text("x")
    status, _, told = phusong("package", "verify", folder)
    assert (status, "Tệp phụ/lạ.txt không có trong kê khai" in told) == (1, True)
    shutil.rmtree(folder / "phụ")
    (folder / "danh-sach.csv").unlink()
    (folder / "danh-sach.csv").symlink_to("/etc/passwd")
    status, _, told = phusong("package", "verify", folder)
    assert (status, "danh-sach.csv đã bị thay đổi" in told) == (1, True)
    assert phusong("package", "verify", tmp_path / "var0")[0] == 2


def test_a_forgery_is_told_by_its_finding(phusong, package):
    package.write_bytes(zipped(mended(files() | {"danh-sach.csv": b"x"})))
    status, _, told = phusong("package", "verify", package)
    assert status == 1
    assert "Chữ ký SHA256SUMS.sig không phải chữ ký trên tệp SHA256SUMS này" in told
    shutil.copy(package, package.with_name("GT-2026-42-001_v2.zip"))
    package.write_bytes(sealed().content)
    shutil.copy(package, package.with_name("GT-2026-42-001_v2.zip"))
    status, _, told = phusong("package", "verify", package.with_name("GT-2026-42-001_v2.zip"))
    assert (status, "bên trong là GT-2026-42-001_v1.zip" in told) == (1, True)


def test_a_database_that_does_not_answer_is_told_and_the_rest_is_checked(
    phusong, package, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", "postgresql://ai@127.0.0.1:9/x")
    status, told, _ = phusong("package", "verify", package)
    assert (status, "Không so được với cơ sở dữ liệu" in told) == (0, True)
    status, told, _ = phusong("package", "verify", package, "--no-database")
    assert (status, "Không so được" in told) == (0, False)


def test_from_the_first_publication_to_a_change_of_keys(server, lots, tmp_path):
    answer = tmp_path / "a.json"
    assert "Chưa có khóa ký" in server("package", "key", "show")[1]
    server("package", "build", "--province", "42", "-o", tmp_path / "ra", "--json", answer)
    number = read(answer)["number"]
    status, told, _ = server("package", "verify", read(answer)["file"])
    assert (status, "dự thảo, chưa ký" in told) == (0, True)
    status, told, _ = server("package", "publish", number, "-o", tmp_path / "ra")
    assert status == 0
    assert "Máy chủ chưa có khóa ký: đã tạo khóa mới." in told
    assert "sao lưu riêng" in told
    file = tmp_path / "ra" / f"{number}_v1.zip"
    status, told, _ = server("package", "verify", file, "--json", answer)
    assert "là khóa ký của hệ thống này" in told
    assert "là phiên bản mới nhất" in told
    assert read(answer)["current"] is True
    private = tmp_path / "var" / "keys" / "package-signing-key.pem"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    first = read(answer)["key_fingerprint"]
    status, told, _ = server("package", "key", "show", "--json", answer)
    assert (status, first in told, "dùng được" in told) == (0, True, True)
    assert read(answer)["usable"] is True
    assert server("package", "key", "create")[0] == 1
    assert server("package", "key", "rotate")[0] == 2
    status, told, _ = server("package", "key", "rotate", "--reason", "đổi theo năm")
    assert (status, first in told) == (0, False)
    assert "đã thay" in server("package", "key", "show")[1]
    assert "là phiên bản mới nhất" in server("package", "verify", file)[1]
    private.chmod(0o644)
    status, told, wrong = server("package", "key", "show")
    assert (status, "chmod 600" in wrong) == (1, True)
    for words in (told, wrong):
        assert "PRIVATE" not in words


def test_a_lost_key_stops_a_publication_with_what_to_do(server, lots, tmp_path):
    answer = tmp_path / "a.json"
    server("package", "key", "create")
    (tmp_path / "var" / "keys" / "package-signing-key.pem").unlink()
    server("package", "build", "--province", "42", "-o", tmp_path, "--json", answer)
    status, _, told = server("package", "publish", read(answer)["number"])
    assert (status, "phusong package key rotate" in told) == (1, True)
    assert "dự thảo" in server("package", "list")[1]


def test_a_full_disk_leaves_what_was_there_and_no_half_file(database, authority, lots, project,
                                                            tmp_path):  # fmt: skip
    number = a_draft(database, authority).record.number
    stands = tmp_path / f"{number}_v1_du-thao.zip"
    stands.write_bytes(b"as before")

    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    ended = subprocess.run(
        [sys.executable, "-c", "from api.command_line import main; main()",
         "package", "build", "--province", "42", "-o", tmp_path],
        cwd=project, capture_output=True, text=True, check=False, preexec_fn=small_disk,
        # Compiled modules would be cut short as well, and stay so for every later run.
        env={"PATH": os.environ["PATH"], "DATABASE_URL": database.url, "LC_ALL": "C.UTF-8",
             "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "đĩa đã đầy" in ended.stderr
    assert "Không có tệp dở nào" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == [stands.name]
    assert stands.read_bytes() == b"as before"


def test_a_folder_that_is_a_file_is_told(server, lots, tmp_path):
    (tmp_path / "tệp").write_text("x")
    status, _, told = server("package", "build", "--province", "42", "-o", tmp_path / "tệp" / "ra")
    assert (status, "Không ghi được" in told) == (1, True)
