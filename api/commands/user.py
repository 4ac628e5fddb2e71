"""``phusong user``: people, their passwords, operators and API tokens.

What is secret is made here and printed once; only its hash is kept.
"""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.output import json_option, write_json
from api.door import as_authority, open_door
from api.door import settings as read_settings
from api.words import word
from coverage.actions import accounts, password_links, people
from coverage.actions.password_links import MadeLink
from coverage.days import VIETNAM_TIME
from coverage.errors import Conflict
from coverage.people import ROLES_OF, Actor, OrganisationKind, Role
from coverage.storage.sessions import Database

ROLES = click.Choice([role.value for role in Role])
province_option = click.option("--province", help="Mã tỉnh của tổ chức, hai chữ số.")
operator_option = click.option("--operator", help="Tên doanh nghiệp viễn thông của tổ chức.")


@click.group()
def commands() -> None:
    """Tổ chức, người dùng và mã truy cập."""


@commands.command()
def first() -> None:
    """Tạo quản trị đầu tiên và một mã truy cập, nếu chưa có quản trị nào."""
    with open_door() as database:
        made = people.add_first_administrator(database, as_authority(database, "user first"))
    if made is None:
        return
    login, password, token = made
    click.echo(
        "Quản trị đầu tiên đã được tạo. Ba dòng dưới đây chỉ hiện một lần, hãy cất giữ:\n"
        f"  Tên đăng nhập: {login}\n"
        f"  Mật khẩu:      {password}\n"
        f"  Mã truy cập:   {token}"
    )


@commands.command()
@click.argument("login")
@click.option("--name", "full_name", required=True, help="Họ tên.")
@click.option("--role", required=True, type=ROLES, help="Vai trò trong tổ chức.")
@province_option
@operator_option
@click.option(
    "--link", is_flag=True, help="In liên kết để người đó tự đặt mật khẩu, thay cho mật khẩu."
)
@json_option
def add(  # noqa: PLR0917 - each is one option of the command
    login: str, full_name: str, role: str, province: str | None, operator: str | None,
    link: bool, json_file: Path | None,
) -> None:  # fmt: skip
    """Thêm người dùng LOGIN; mật khẩu được sinh ra và chỉ hiện một lần."""
    with open_door() as database:
        owner = _organisation(database, Role(role), province, operator)
        if link:
            made = password_links.invite(
                database, as_authority(database, "user add"), login=login, full_name=full_name,
                role=Role(role), organisation_id=owner.organisation_id,
                hours=read_settings().web.password_link_hours,
            )  # fmt: skip
            _print_link(made, json_file, {"role": role})
            return
        password = people.add_person(
            database, as_authority(database, "user add"), login=login, full_name=full_name,
            role=Role(role), organisation_id=owner.organisation_id, kind=owner.kind,
        )  # fmt: skip
    _print_secret("Mật khẩu", login, password)
    write_json(json_file, {"login": login.lower(), "password": password, "role": role})


@commands.command("list")
@json_option
def list_people(json_file: Path | None) -> None:
    """Liệt kê người dùng."""
    with open_door() as database:
        known = people.list_people(database, as_authority(database, "user list"))
    for person in known:
        closed = "  (đã khóa)" if person.disabled else ""
        click.echo(f"{person.login:24} {word(person.role):26} {person.organisation}{closed}")
    if not known:
        click.echo("Chưa có người dùng nào; `phusong user first` tạo quản trị đầu tiên.")
    rows = [
        {"login": person.login, "full_name": person.full_name, "role": person.role.value,
         "organisation": person.organisation, "disabled": person.disabled}
        for person in known
    ]  # fmt: skip
    write_json(json_file, rows)


@commands.command("reset-password")
@click.argument("login")
def reset_password(login: str) -> None:
    """Cấp mật khẩu mới cho LOGIN; các phiên đang mở kết thúc."""
    with open_door() as database:
        actor = as_authority(database, "user reset-password")
        password = people.reset_password(database, actor, login)
    _print_secret("Mật khẩu", login, password)


@commands.command("reset-link")
@click.argument("login")
@json_option
def reset_link(login: str, json_file: Path | None) -> None:
    """Tạo liên kết dùng một lần để LOGIN tự đặt mật khẩu; liên kết cũ hết hiệu lực."""
    with open_door() as database:
        actor = as_authority(database, "user reset-link")
        hours = read_settings().web.password_link_hours
        made = password_links.make_link(database, actor, login, hours=hours)
    _print_link(made, json_file, {})


@commands.command()
@click.argument("login")
def disable(login: str) -> None:
    """Khóa tài khoản LOGIN; các phiên đang mở kết thúc."""
    with open_door() as database:
        accounts.disable(database, as_authority(database, "user disable"), login)
    click.echo(f"Đã khóa tài khoản {login}.")


@commands.command()
@click.argument("login")
def enable(login: str) -> None:
    """Mở lại tài khoản LOGIN đã khóa; mật khẩu cũ vẫn dùng được."""
    with open_door() as database:
        accounts.enable(database, as_authority(database, "user enable"), login)
    click.echo(f"Đã mở lại tài khoản {login}.")


@commands.command("end-sessions")
@click.argument("login")
def end_sessions(login: str) -> None:
    """Kết thúc mọi phiên đang mở của LOGIN."""
    with open_door() as database:
        ended = accounts.end_sessions(database, as_authority(database, "user end-sessions"), login)
    click.echo(f"Đã kết thúc {ended} phiên của {login}.")


@commands.command()
@click.argument("name")
def operator(name: str) -> None:
    """Ghi nhận doanh nghiệp viễn thông NAME, để cấp người dùng và mã truy cập."""
    with open_door() as database:
        people.add_operator(database, as_authority(database, "user operator"), name)
    click.echo(f"Đã ghi nhận doanh nghiệp viễn thông {name}.")


@commands.command()
@click.argument("label")
@click.option("--role", required=True, type=ROLES, help="Vai trò mà mã truy cập mang.")
@province_option
@operator_option
def token(label: str, role: str, province: str | None, operator: str | None) -> None:
    """Cấp mã truy cập API tên LABEL; mã chỉ hiện một lần."""
    with open_door() as database:
        owner = _organisation(database, Role(role), province, operator)
        made = people.issue_token(
            database, as_authority(database, "user token"), label=label, role=Role(role),
            organisation_id=owner.organisation_id,
        )  # fmt: skip
    _print_secret("Mã truy cập", label, made)


@commands.command()
@click.argument("label")
def revoke(label: str) -> None:
    """Thu hồi mọi mã truy cập tên LABEL."""
    with open_door() as database:
        people.revoke_token(database, as_authority(database, "user revoke"), label)
    click.echo(f"Đã thu hồi mã truy cập {label}.")


def _organisation(
    database: Database, role: Role, province: str | None, operator_name: str | None
) -> Actor:
    """Return the organisation that the options name; without any, the one kind the role has."""
    if province is not None and operator_name is not None:
        raise click.UsageError("--province và --operator không đi cùng nhau.")
    kind = next(kind for kind, roles in ROLES_OF.items() if role in roles)
    named = {OrganisationKind.PROVINCE: province, OrganisationKind.OPERATOR: operator_name}
    if kind in named and named[kind] is None:
        raise click.UsageError(f"Vai trò {role.value} cần --{kind.value}.")
    if any(value is not None and other is not kind for other, value in named.items()):
        raise Conflict("role", "not_of_organisation", role=role.value)
    return people.act_for(
        database, kind, role, "phusong user", province_code=province, organisation=operator_name
    )


def _print_secret(what: str, whose: str, secret: str) -> None:
    click.echo(f"{what} của {whose} (chỉ hiện một lần): {secret}")


def _print_link(made: MadeLink, json_file: Path | None, more: dict[str, str]) -> None:
    web = read_settings().web
    address = f"{web.public_address}/reset/{made.token}"
    _print_secret("Liên kết đặt mật khẩu", made.login, address)
    until = made.expires_at.astimezone(VIETNAM_TIME)
    click.echo(f"Dùng được một lần, đến {until:%H:%M ngày %d/%m/%Y}.", err=True)
    if not web.public_address:
        click.echo(
            "Đây chỉ là phần sau của liên kết: hãy viết trước nó địa chỉ mà người nhận dùng để mở"
            " Phủ Sóng. Để lần sau có đủ, đặt PHUSONG_PUBLIC_ADDRESS.", err=True,
        )  # fmt: skip
    told = {"login": made.login, "link": address, "expires_at": made.expires_at.isoformat()}
    write_json(json_file, told | more)
