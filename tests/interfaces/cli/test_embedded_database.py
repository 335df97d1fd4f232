"""The embedded server: its life, its deaths, and who may use it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from timshel.kernel.embedded_database import EmbeddedDatabase, EmbeddedDatabaseError
from timshel.kernel.file_lock import FileLock, LockHeld

SOURCE = Path(__file__).resolve().parents[3] / "src"
KEEPER = """
import sys, time
from pathlib import Path
from timshel.kernel.embedded_database import EmbeddedDatabase
database = EmbeddedDatabase(Path(sys.argv[1]), durable=False)
print(database.start(), database.pid, flush=True)
time.sleep(120)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own folder: that one is closed to the user as whom root runs the server.
    path = Path(tempfile.mkdtemp(prefix="timshel-database-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def database(folder: Path) -> Iterator[EmbeddedDatabase]:
    server = EmbeddedDatabase(folder / "database", durable=False)
    (folder).chmod(0o711)
    yield server
    server.stop(patience=5)


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def wait_for_death(pid: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, f"process {pid} is still alive"
        time.sleep(0.02)


def test_starts_on_a_private_socket_and_stops(database: EmbeddedDatabase) -> None:
    url = database.start()
    assert database.is_running()
    assert ask(url, "SELECT current_database()") == "timshel"
    assert ask(url, "SHOW listen_addresses") == ""
    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert database.pid is not None
    assert psutil.Process(database.pid).net_connections("inet") == []
    database.stop()
    assert not database.is_running()
    with pytest.raises(psycopg.OperationalError):
        ask(url, "SELECT 1")


def test_has_the_extensions_that_the_product_uses(database: EmbeddedDatabase) -> None:
    url = database.start()
    for name in ("pg_trgm", "ltree", "btree_gist", "unaccent", "citext"):
        ask(url, f"CREATE EXTENSION {name}")
    assert ask(url, "SELECT lower('ÉÀ')") == "éà"


def test_keeps_its_data_over_a_kill_of_the_server(database: EmbeddedDatabase) -> None:
    url = database.start()
    ask(url, "CREATE TABLE kept (number int)")
    ask(url, "INSERT INTO kept VALUES (42)")
    assert database.pid is not None
    os.kill(database.pid, signal.SIGKILL)
    wait_for_death(database.pid)
    assert not database.is_running()
    assert database.start() == url
    assert ask(url, "SELECT number FROM kept") == 42


def test_starts_beside_a_stale_process_id_of_a_stranger(database: EmbeddedDatabase) -> None:
    database.start()
    pid_file = database.directory / "cluster" / "postmaster.pid"
    text = pid_file.read_text()
    database.stop()
    # What a power cut leaves, with the number now given to a process of somebody else.
    pid_file.write_text(text.replace(text.splitlines()[0], str(os.getpid()), 1))
    assert ask(database.start(), "SELECT 1") == 1


def test_begins_anew_after_a_half_made_cluster(database: EmbeddedDatabase) -> None:
    half = database.directory / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert ask(database.start(), "SELECT 1") == 1


def test_a_second_keeper_is_refused_and_may_join(database: EmbeddedDatabase) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(database.directory)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    try:
        assert keeper.stdout is not None
        url, server = keeper.stdout.readline().split()
        with pytest.raises(LockHeld) as held:
            database.start()
        assert held.value.holder["pid"] == keeper.pid
        assert database.url_when_running_elsewhere() == url
        assert ask(url, "SELECT 1") == 1
    finally:
        keeper.kill()
        keeper.communicate()
    # Its keeper was killed: the server goes too, and the directory is free again.
    wait_for_death(int(server))
    assert database.url_when_running_elsewhere() is None
    assert ask(database.start(), "SELECT 1") == 1


def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    folder.chmod(0o711)
    server = EmbeddedDatabase(folder / ("long" * 30), durable=False)
    try:
        url = server.start()
        assert "/timshel-" in url
        assert ask(url, "SELECT 1") == 1
    finally:
        server.stop()
        shutil.rmtree(url.partition("host=")[2], ignore_errors=True)


def test_refuses_data_of_another_version(database: EmbeddedDatabase) -> None:
    database.start()
    database.stop()
    (database.directory / "cluster" / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedDatabaseError, match="written by PostgreSQL 12"):
        database.start()
    assert not database.lock.held


def test_gives_up_when_asked(database: EmbeddedDatabase) -> None:
    with pytest.raises(EmbeddedDatabaseError, match="broken off"):
        database.start(give_up=lambda: True)
    assert not database.is_running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes the user")
def test_root_runs_the_server_without_its_powers(database: EmbeddedDatabase) -> None:
    url = database.start()
    assert database.pid is not None
    server = psutil.Process(database.pid)
    assert server.uids().effective != 0
    assert server.uids().saved != 0
    assert (database.directory / "cluster").stat().st_mode & 0o077 == 0
    assert ask(url, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes the user")
def test_root_below_a_closed_folder_keeps_the_cluster_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    folder.chmod(0o711)
    monkeypatch.setattr("timshel.kernel.embedded_database.FALLBACK_DIRECTORY", folder / "elsewhere")
    for _ in range(2):
        server = EmbeddedDatabase(closed / "database", durable=False)
        try:
            assert ask(server.start(), "SELECT 1") == 1
        finally:
            server.stop()
    assert len(list((folder / "elsewhere").iterdir())) == 1
    location = (closed / "database" / "location").read_text().strip()
    assert Path(location).parent.parent == folder / "elsewhere"


def test_a_lock_is_free_again_when_released(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    first.acquire(url="http://localhost:1")
    with pytest.raises(LockHeld) as held:
        second.acquire()
    assert held.value.holder == {"pid": os.getpid(), "url": "http://localhost:1"}
    assert second.is_held_by_another()
    first.release()
    assert not second.is_held_by_another()
    second.acquire()
    assert second.held
    second.release()
