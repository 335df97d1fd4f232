"""The product as a person starts it, with the demonstration organisation, once for all journeys."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import yaml

from tests.interfaces.cli.product import Product, free_port, run
from tests.journeys.mail import mail_server
from timshel.interfaces.connectors.packs import packs_directory
from timshel.kernel.file_lock import FileLock


@dataclass(frozen=True, slots=True)
class House:
    """A product that runs.

    Args:
        address: where it answers.
        mail: the folder with the mails that it sent.
        password: of all demonstration accounts.
        lmtp: the port to which mail is brought; 0 where nobody listens.
    """

    address: str
    mail: Path
    password: str
    lmtp: int = 0


def accounts() -> dict[str, Any]:
    """Return the demonstration accounts as their file describes them."""
    text = (packs_directory() / "demonstration" / "accounts.yaml").read_text(encoding="utf-8")
    described: dict[str, Any] = yaml.safe_load(text)
    return described


@contextmanager
def open_house() -> Iterator[House]:
    """Load the demonstration organisation, start the product, and stop it in the end.

    With ``TIMSHEL_JOURNEY_DATA`` the product that already runs on that data directory is used,
    for whoever writes a journey and does not want to wait.
    """
    given = os.environ.get("TIMSHEL_JOURNEY_DATA", "")
    if given:
        yield _house(Path(given), str(FileLock(Path(given) / "lock").holder()["url"]))
        return
    folder = Path(tempfile.mkdtemp(prefix="timshel-journeys-"))
    folder.chmod(0o711)  # started by root, the database runs as somebody else
    try:
        data = folder / "data"
        _bring_demonstration(data)
        lmtp = free_port()
        with mail_server(data / "mail") as smtp:
            product = Product(
                data,
                settings={"TIMSHEL_MAIL": f"smtp://127.0.0.1:{smtp}"},
                arguments=("--lmtp-port", str(lmtp)),
            ).wait_until_ready()
            try:
                yield _house(data, f"http://127.0.0.1:{product.port}", lmtp=lmtp)
            finally:
                assert product.stop() == 0, product.output
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bring_demonstration(data: Path) -> None:
    """Load the demonstration; of several workers the first loads it, and each takes a copy."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        _load_demonstration(data)
        return
    run_id = os.environ["PYTEST_XDIST_TESTRUNUID"]
    shared = Path(tempfile.gettempdir()) / f"timshel-demonstration-{run_id}"
    shared.mkdir(mode=0o711, exist_ok=True)
    with (shared / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (shared / "data").exists():
            _load_demonstration(shared / "data")
        # With owners as they are: started by root, the database runs as somebody else.
        subprocess.run(["cp", "-a", str(shared / "data"), str(data)], check=True)
        (shared / f"taken-by-{worker}").touch()
        if len(list(shared.glob("taken-by-*"))) == int(os.environ["PYTEST_XDIST_WORKER_COUNT"]):
            shutil.rmtree(shared)


def _load_demonstration(data: Path) -> None:
    loaded = run("demo", "--data", str(data))
    assert loaded.returncode == 0, loaded.stderr
    _check_printed(loaded.stdout)


def _house(data: Path, address: str, *, lmtp: int = 0) -> House:
    return House(address, data / "mail", accounts()["password"], lmtp)


def _check_printed(text: str) -> None:
    """Whoever starts the demonstration must be told every sign-in."""
    described = accounts()
    told = [described["password"], *(account["username"] for account in described["accounts"])]
    missing = [each for each in told if each not in text]
    assert not missing, f"not printed: {missing}\n{text}"
