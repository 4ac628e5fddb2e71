"""The private PostgreSQL + PostGIS cluster under ``var/``: made, started and stopped on demand.

It listens on a Unix socket only, in a folder that only its account may enter, so that the
socket's owner is the password. PostgreSQL refuses to run as root: started by root, the
server's processes run as the unprivileged account ``postgres`` that Debian's package makes.

Who stops it: every process that uses the cluster holds a shared lock on ``in-use.lock``; the
last one to let go takes it exclusively and stops the server. The kernel drops the locks of a
process that was killed, so nothing has to be cleaned up after ``kill -9``. ``phusong db start``
leaves a ``keep`` file that makes the server stay.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coverage.errors import DatabaseUnavailable

SERVER_ACCOUNT = "postgres"
PORT = 5432  # names the socket file only: the cluster does not listen on TCP
SOCKET_PATH_LIMIT = 100  # sockaddr_un holds 107 bytes, less "/.s.PGSQL.5432" and a margin
SOCKET_FILE = f".s.PGSQL.{PORT}"
PROGRAM_FOLDERS = ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin",
                   "/usr/lib/postgresql/17/bin")  # fmt: skip

# Chosen for the one small machine this default is meant for; a ministry's own server is
# reached by DATABASE_URL and has its own configuration.
CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 256MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A private cluster in ``folder``. ``durable=False`` (tests) trades safety for speed."""

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.folder / "server.log"

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: under the cluster, or in /tmp when that path is too long."""
        inside = self.folder / "socket"
        if len(os.fsencode(inside / SOCKET_FILE)) <= SOCKET_PATH_LIMIT:
            return inside
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"phusong-{mark}"

    def url(self, database: str, user: str) -> str:
        """Return the SQLAlchemy address of ``database`` on this cluster for ``user``."""
        socket = str(self.socket_folder).replace("%", "%25").replace(" ", "%20")
        return f"postgresql+psycopg://{user}@/{database}?host={socket}&port={PORT}"

    def is_running(self) -> bool:
        """Tell whether the server answers on its socket."""
        socket = self.socket_folder / SOCKET_FILE
        return socket.exists() and self._run("pg_isready", "-q", "-h", str(self.socket_folder),
                                             "-p", str(PORT), check=False) == 0  # fmt: skip

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep the server running inside the block, starting it when needed.

        Raises:
            DatabaseUnavailable: PostgreSQL is missing, or does not start; its own word is given.
        """
        self._make_folder()
        with (self.folder / "in-use.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            self.start()
            try:
                yield
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)
                self._stop_if_unused(lock.fileno())

    def start(self) -> None:
        """Start the server unless it runs; make the cluster on first use."""
        self._make_folder()
        with (self.folder / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.is_running():
                return
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._give_to_server(self._make_socket_folder())
            self._run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self.data), "-l",
                      str(self.log), "-o", f"-k '{self.socket_folder}' -p {PORT}")  # fmt: skip

    def stop(self) -> None:
        """Stop the server cleanly; open transactions are rolled back."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-m", "fast", "-w", "-D", str(self.data), check=False)

    def keep(self, *, running: bool) -> None:
        """Say whether the server stays when its last user leaves (``phusong db start``)."""
        mark = self.folder / "keep"
        if running:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)

    def _stop_if_unused(self, lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else still uses it, and will stop it
        if not (self.folder / "keep").exists():
            self.stop()

    def _initialise(self) -> None:
        # A half-made data directory (power cut during initdb) is of no use to anyone.
        making = self.folder / "data.making"
        if making.exists():
            shutil.rmtree(making)
        sync = [] if self.durable else ["--no-sync"]
        # The vi-VN order sorts An < Ăng < Âu < Dak < Đà Nẵng < Em; C.UTF-8 does not.
        self._run("initdb", "-D", str(making), "-U", "phusong", "--encoding=UTF8",
                  "--locale-provider=icu", "--icu-locale=vi-VN", "--locale=C.UTF-8",
                  "--auth=trust", *sync)  # fmt: skip
        extra = "" if self.durable else "fsync = off\nfull_page_writes = off\nmax_wal_size = 4GB\n"
        with (making / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION + extra)
        making.rename(self.data)

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self.folder, os.W_OK):
            raise DatabaseUnavailable(f"{self.folder} belongs to another account")
        self._give_to_server(self.folder)

    def _make_socket_folder(self) -> Path:
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        return self.socket_folder

    def _give_to_server(self, path: Path) -> None:
        if os.geteuid() == 0:
            account = pwd.getpwnam(SERVER_ACCOUNT)
            os.chown(path, account.pw_uid, account.pw_gid)

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        """Run one of PostgreSQL's programs as the server's account, in a clean environment."""
        account: dict[str, object] = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam(SERVER_ACCOUNT)
            account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        done = subprocess.run(
            [find_program(program), *arguments],
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **account,  # type: ignore[call-overload]
        )
        if check and done.returncode != 0:
            raise DatabaseUnavailable(f"{program}: {done.stdout.strip()}\n{self._log_tail()}")
        return int(done.returncode)

    def _log_tail(self, lines: int = 8) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def find_program(name: str, folders: Sequence[str] = PROGRAM_FOLDERS) -> str:
    """Return the path of one of PostgreSQL's programs.

    Raises:
        DatabaseUnavailable: PostgreSQL's server is not installed.
    """
    for folder in reversed(folders):
        if (path := Path(folder) / name).exists():
            return str(path)
    if path_found := shutil.which(name):
        return path_found
    raise DatabaseUnavailable(f"PostgreSQL's program {name} is not installed: run script/setup")


def choose_folder(wanted: Path) -> Path:
    """Return where a cluster lives: ``wanted``, unless its account cannot get there.

    Started by root from, say, /root/phusong, the server's account may not enter the checkout;
    then the cluster stands under /var/lib/phusong and ``wanted`` is a link to it.
    """
    if os.geteuid() != 0 or _may_pass(wanted):
        return wanted
    if wanted.is_symlink():
        return wanted.resolve()
    mark = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
    elsewhere = Path("/var/lib/phusong") / mark
    elsewhere.mkdir(parents=True, exist_ok=True)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    wanted.symlink_to(elsewhere)
    return elsewhere


def _may_pass(path: Path) -> bool:
    """Tell whether every existing folder above ``path`` lets other accounts pass through."""
    existing = [parent for parent in path.parents if parent.exists()]
    return all(parent.stat().st_mode & 0o001 for parent in existing)
