"""``timshel up``: starting, being killed in parts and as a whole, and stopping."""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.interfaces.cli.product import (
    Product,
    environment,
    free_port,
    gone,
    run,
    until,
)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data directory made once, at a place that every user may pass into."""
    folder = Path(tempfile.mkdtemp(prefix="timshel-up-"))
    folder.chmod(0o711)
    done = run("init", "--data", str(folder / "data"))
    assert done.returncode == 0, done.stderr
    yield folder / "data"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def product(data: Path) -> Iterator[Product]:
    running = Product(data).wait_until_ready()
    yield running
    running.stop()


def test_serves_and_stops_cleanly(product: Product, data: Path) -> None:
    assert product.get("/health/live") == (200, {"status": "live"})
    status, body = product.get("/health/ready")
    assert (status, body["status"]) == (200, "ready")

    second = run("up", "--data", str(data), "--port", "0")
    assert second.returncode == 3
    assert f"already runs on {data}: process {product.process.pid}" in second.stderr
    assert f"http://localhost:{product.port}" in second.stderr

    joined = run("migrate", "--data", str(data))
    assert (joined.returncode, joined.stdout.strip()) == (0, "The tables are up to date.")

    family = product.family()
    assert product.stop() == 0
    gone(family, 1)
    assert "Stopping." in product.lines
    assert product.lines[-1] == "Stopped."


def test_ctrl_c_stops_it_too(data: Path) -> None:
    running = Product(data).wait_until_ready()
    family = running.family()
    running.process.send_signal(signal.SIGINT)
    assert running.wait() == 0
    gone(family, 1)


def test_each_part_comes_back_after_a_kill(product: Product) -> None:
    web = product.part("web_process")
    web_workers = web.children()
    assert len(web_workers) == 2
    web_workers[0].kill()
    until(lambda: len([c for c in web.children() if c != web_workers[0]]) == 2, "web worker")
    until(product.is_ready, "ready after the death of a web worker")

    for mark in ("web_process", "interfaces.worker", "postgres"):
        victim = product.part(mark)
        its_own = victim.children(recursive=True)
        victim.kill()
        gone([victim, *its_own])

        def is_back(mark: str = mark, victim: psutil.Process = victim) -> bool:
            try:
                return product.part(mark) != victim
            except (StopIteration, psutil.NoSuchProcess):
                return False

        until(is_back, f"{mark} is back")
        until(product.is_ready, f"ready after the death of {mark}")
    assert "killed by SIGKILL" in product.output


def test_mail_is_brought_by_lmtp_also_after_a_kill(data: Path) -> None:
    port = free_port()
    running = Product(data, arguments=("--lmtp-port", str(port))).wait_until_ready()

    def bring(number: int) -> bytes:
        """Bring a report to the address that is always there; what was said yes to is on disk."""
        mail = b"From: <mailer@x.example>\r\nSubject: Report %d\r\n\r\nHello.\r\n" % number
        with smtplib.LMTP("127.0.0.1", port, timeout=20) as client:
            assert client.sendmail("", ["bounces@timshel.example"], mail) == {}
        return mail

    def kept() -> set[bytes]:
        files = (data / "files").rglob("*")
        return {path.read_bytes() for path in files if path.is_file()}

    def answers() -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", port, timeout=5):
                return True
        except (OSError, smtplib.SMTPException):
            return False

    try:
        until(answers, "somebody listens")
        first = bring(1)
        assert first in kept()
        victim = running.part("mail listen")
        victim.kill()
        gone([victim])
        until(answers, "somebody listens again")
        assert {first, bring(2)} <= kept()
        with (
            smtplib.LMTP("127.0.0.1", port, timeout=20) as client,
            pytest.raises(smtplib.SMTPRecipientsRefused),
        ):
            client.sendmail("a@x.example", ["nobody@timshel.example"], first)
    finally:
        assert running.stop() == 0
    assert not answers()


def test_says_unready_while_the_database_is_down(product: Product) -> None:
    supervisor = psutil.Process(product.process.pid)
    server = product.part("postgres")
    supervisor.suspend()  # so that nobody starts the database again
    try:
        sessions = server.children(recursive=True)
        server.kill()
        gone(sessions)
        status, body = product.get("/health/ready")
        assert (status, body["database"]) == (503, "unreachable")
        assert product.get("/health/live")[0] == 200
    finally:
        supervisor.resume()
    until(product.is_ready, "ready again")


def test_leaves_no_orphans_when_killed_and_starts_again(data: Path) -> None:
    first = Product(data).wait_until_ready()
    family = first.family()
    first.process.kill()
    second = Product(data)
    assert first.wait() == -signal.SIGKILL
    gone(family)
    second.wait_until_ready()
    assert second.stop() == 0


def test_a_taken_port_is_named(data: Path) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = str(stranger.getsockname()[1])
        done = run("up", "--data", str(data), "--port", port)
    assert done.returncode == 5
    assert f"Port {port} is taken" in done.stderr


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run("up", "--data", str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert "cannot be written: Not a directory" in done.stderr


def unprivileged_python(uid: int, gid: int) -> str | None:
    """A Python of this version that another user may run with our packages, if there is one."""
    candidates = [sys.executable, f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"]
    for python in candidates:
        try:
            done = subprocess.run(
                [python, "-c", "import psycopg, granian, django, timshel"],
                env=ordinary_environment(),
                user=uid,
                group=gid,
                extra_groups=[],
                capture_output=True,
                check=False,
                cwd="/",
            )
        except OSError:
            continue
        if done.returncode == 0:
            return python
    return None


def ordinary_environment() -> dict[str, str]:
    packages = Path(psutil.__file__).parent.parent
    ours = environment()
    return {**ours, "HOME": "/nonexistent", "PYTHONPATH": f"{ours['PYTHONPATH']}:{packages}"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_works_as_an_ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    uid = gid = 65534
    python = unprivileged_python(uid, gid)
    if python is None:
        pytest.skip("no Python here that another user may run")
    folder = Path(tempfile.mkdtemp(prefix="timshel-user-"))
    os.chown(folder, uid, gid)
    monkeypatch.setattr("tests.interfaces.cli.product.environment", ordinary_environment)
    try:
        running = Product(
            folder / "data", python=python, user=uid, group=gid, extra_groups=[], cwd="/"
        ).wait_until_ready()
        assert {process.uids().real for process in running.family()} == {uid}
        assert (folder / "data" / "secret-key").stat().st_mode & 0o777 == 0o600
        assert running.stop() == 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)
