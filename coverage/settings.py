"""Settings: frozen classes, one per concern, read once at the door.

Only a door (api/command_line.py, api/main.py) calls :func:`read_settings`; every other module
is handed what it needs. What the authority may change (criteria, tolerances, clocks) is not
here: those are dated rows in the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from coverage.errors import SettingsUnusable

MEGABYTE = 1_000_000
KEY_PATH = "/.well-known/phusong/package-signing-key.pem"


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the data lives. Without ``url`` the private cluster under ``var`` is used."""

    url: str | None  # DATABASE_URL: what the program connects with
    owner_url: str | None  # DATABASE_OWNER_URL: what migrations connect with; default `url`
    pool_size: int = 5


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """Folders. ``shared_data`` is optional: the program works where it does not exist."""

    var: Path
    shared_data: Path


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """Bounds on what may be uploaded; beyond them a file is refused with one sentence."""

    max_bytes: int = 100 * MEGABYTE
    max_rows: int = 200_000
    max_columns: int = 300
    max_seconds: int = 120
    max_memory_bytes: int = 2_000 * MEGABYTE


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The web door. Cookies carry ``Secure`` unless served on plain loopback."""

    host: str = "127.0.0.1"
    port: int = 8000
    secure_cookies: bool = False
    session_idle_minutes: int = 60
    session_hours: int = 12
    # Long enough for a letter to be read on the next working day, too short to be found later.
    password_link_hours: int = 24
    public_address: str = ""  # PHUSONG_PUBLIC_ADDRESS: how others reach the pages, without path
    # PHUSONG_OTHER_HOSTS: names beside it under which a proxy in front asks for the pages.
    other_hosts: tuple[str, ...] = ()
    # PHUSONG_TRUSTED_PROXY: whose word on the asker's address is taken; without one nobody's.
    trusted_proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SigningSettings:
    """Where the private key that signs publications lies: a file of mode 0600, never the database.

    ``address`` is where the public key stands: a path, after the public address when it is set.
    """

    path: Path
    passphrase: str | None = field(default=None, repr=False)
    address: str = KEY_PATH


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the doors need, read once."""

    database: DatabaseSettings
    folders: FolderSettings
    intake: IntakeSettings
    web: WebSettings
    signing: SigningSettings


def read_settings(environment: Mapping[str, str], project: Path) -> Settings:
    """Read the settings from ``environment``; ``project`` is the checkout's folder.

    Raises:
        SettingsUnusable: a value cannot be read, with its name.
    """
    var = Path(environment.get("PHUSONG_VAR") or project / "var").absolute()
    shared = environment.get("PHUSONG_SHARED_DATA") or project.parent / "shared" / "data"
    url = environment.get("DATABASE_URL") or None
    public_address = _public_address(environment.get("PHUSONG_PUBLIC_ADDRESS") or "")
    return Settings(
        database=DatabaseSettings(
            url=_sqlalchemy_url(url),
            owner_url=_sqlalchemy_url(environment.get("DATABASE_OWNER_URL") or url),
            pool_size=_whole_number(environment, "PHUSONG_POOL_SIZE", 5),
        ),
        folders=FolderSettings(var=var, shared_data=Path(shared).absolute()),
        intake=IntakeSettings(
            max_bytes=_whole_number(environment, "PHUSONG_MAX_UPLOAD_BYTES", 100 * MEGABYTE),
        ),
        web=WebSettings(
            host=environment.get("PHUSONG_HOST", "127.0.0.1"),
            port=_whole_number(environment, "PHUSONG_PORT", 8000),
            secure_cookies=environment.get("PHUSONG_SECURE_COOKIES", "") == "1",
            public_address=public_address,
            other_hosts=_hosts(environment.get("PHUSONG_OTHER_HOSTS") or ""),
            trusted_proxies=_networks(environment.get("PHUSONG_TRUSTED_PROXY") or ""),
        ),
        signing=SigningSettings(
            path=Path(
                environment.get("PHUSONG_SIGNING_KEY") or var / "keys" / "package-signing-key.pem"
            ).absolute(),
            passphrase=environment.get("PHUSONG_SIGNING_KEY_PASSPHRASE") or None,
            address=public_address + KEY_PATH,
        ),
    )


def _sqlalchemy_url(url: str | None) -> str | None:
    """Name the driver: people write postgres:// or postgresql://, SQLAlchemy wants psycopg."""
    if url is None:
        return None
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in {"postgres", "postgresql"}:
        raise SettingsUnusable("DATABASE_URL", f"not a PostgreSQL address: {scheme}")
    return f"postgresql+psycopg://{rest}"


def _public_address(text: str) -> str:
    """The pages' address as it is printed: scheme and host, nothing after them."""
    if not text:
        return ""
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise SettingsUnusable("PHUSONG_PUBLIC_ADDRESS", f"not an https:// address: {text}")
    if parts.path or parts.query or parts.fragment:
        raise SettingsUnusable("PHUSONG_PUBLIC_ADDRESS", f"more than scheme and host: {text}")
    return f"{parts.scheme}://{parts.netloc}"


def _hosts(text: str) -> tuple[str, ...]:
    """Names of hosts, one after the other with commas; without ports."""
    names = tuple(each.strip().lower() for each in text.split(",") if each.strip())
    for name in names:
        if not re.fullmatch(r"[0-9a-z._-]+", name):
            raise SettingsUnusable("PHUSONG_OTHER_HOSTS", f"not the name of a host: {name}")
    return names


def _networks(text: str) -> tuple[str, ...]:
    """The addresses or networks of proxies, one after the other with commas."""
    try:
        return tuple(str(ip_network(each.strip())) for each in text.split(",") if each.strip())
    except ValueError as error:
        raise SettingsUnusable("PHUSONG_TRUSTED_PROXY", str(error)) from None


def _whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    try:
        number = int(text)
    except ValueError:
        raise SettingsUnusable(name, f"not a whole number: {text}") from None
    if number <= 0:
        raise SettingsUnusable(name, f"must be above zero: {text}")
    return number
