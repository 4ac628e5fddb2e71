"""``phusong package verify``: a package file or its unpacked folder, with or without a database."""

from __future__ import annotations

import os
from pathlib import Path

import click

from api.commands.output import json_option, write_json
from api.door import as_authority, open_door, settings
from api.problems import sentence
from api.told_checks import told_check
from coverage.actions import package_checks
from coverage.actions.package_checks import ComparedWith, PackageCheck
from coverage.dossier.signing import PublicKey
from coverage.dossier.verification import Verification, verify_files
from coverage.dossier.verification import verify as verify_file
from coverage.errors import DatabaseUnavailable

LARGEST_BYTES = 4_294_967_295  # a ZIP of the plain form holds no more
MOST_FILES = 65_535


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--key", "key_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Khóa công khai tải từ nơi công bố khóa, để so với khóa của gói.",
)  # fmt: skip
@click.option("--no-database", is_flag=True, help="Không so với cơ sở dữ liệu, dù có.")
@json_option
def verify(file: Path, key_file: Path | None, no_database: bool, json_file: Path | None) -> None:
    """Kiểm tra một gói thầu: tệp ZIP hoặc thư mục đã giải nén; không cần cơ sở dữ liệu.

    Xem từng tệp, từng byte, chữ ký; có cơ sở dữ liệu thì so cả khóa, bản đã công bố và phiên bản mới nhất.
    """
    key = None if key_file is None else _key(key_file)
    checked = _verified(file)
    check, reason = _compared(checked, key, asks_database=not no_database)
    write_json(json_file, {"file": str(file)} | told_check(check))
    for found in check.findings:
        wrong = not check.whole
        click.echo(f"{file.name}: {found.message()} {found.fix()}", err=wrong)
    if not check.whole:
        click.get_current_context().exit(1)
    for line in _told(file.name, check):
        click.echo(line)
    if reason is not None:
        click.echo(f"  Không so được với cơ sở dữ liệu: {reason}")


def _key(path: Path) -> PublicKey:
    key = package_checks.read_key(path.read_bytes())
    if key is None:
        raise click.BadParameter(
            f"{path} không phải khóa công khai Ed25519 dạng PEM; hãy tải lại từ nơi công bố khóa",
            param_hint="--key",
        )
    return key


def _verified(path: Path) -> Verification:
    if path.is_dir():
        return verify_files(_files_in(path))
    if path.stat().st_size > LARGEST_BYTES:
        raise click.BadParameter(f"{path} lớn hơn mọi gói thầu có thể có", param_hint="FILE")
    return verify_file(path.read_bytes(), path.name)


def _files_in(folder: Path) -> dict[str, bytes]:
    """Every file below the folder by its name in the package; a link is read as a link."""
    files: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            files[name] = os.fsencode(path.readlink())
        elif path.is_file():
            size += path.stat().st_size
            if size > LARGEST_BYTES or len(files) == MOST_FILES:
                raise click.BadParameter(
                    f"{folder} lớn hơn mọi gói thầu có thể có", param_hint="FILE"
                )
            files[name] = path.read_bytes()
    return files


def _compared(
    checked: Verification, key: PublicKey | None, *, asks_database: bool
) -> tuple[PackageCheck, str | None]:
    """The check, and why the database could not be asked when it is there and could not."""
    read = settings()
    there = read.database.url is not None or (read.folders.var / "cluster").exists()
    if not (asks_database and there):
        return package_checks.check_package(checked, key), None
    try:
        with open_door(read) as database:
            source = (database, as_authority(database, "package verify"))
            return package_checks.check_package(checked, key, source), None
    except DatabaseUnavailable as error:
        return package_checks.check_package(checked, key), sentence(error)
    except OSError as error:  # the private cluster is another account's
        return package_checks.check_package(checked, key), error.strerror or str(error)


def _told(name: str, check: PackageCheck) -> list[str]:
    """What a package that is whole is: a draft, or signed by whom, published, the newest."""
    checked = check.verification
    manifest = checked.manifest or {}
    state = ", dự thảo, chưa ký" if checked.draft else ""
    lines = [
        f"{name}: nguyên vẹn, gói {manifest['number']} phiên bản {manifest['version']}{state}."
    ]
    if checked.fingerprint is not None:
        compared = {
            ComparedWith.NOTHING: "chưa được so với khóa đã công bố",
            ComparedWith.FILE: "đúng là khóa đem so",
            ComparedWith.DATABASE: "là khóa ký của hệ thống này",
        }[check.compared_with]
        lines.append(f"  Đã ký; khóa có vân tay {checked.fingerprint} {compared}.")
    if check.current:
        lines.append("  Đúng từng byte như bản đã công bố, và là phiên bản mới nhất.")
    return [*lines, f"  SHA-256 {checked.sha256}"]
