"""A Python client is made of the document of the API, and does a day's work against a server."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_json

from tests.cast import Cast, token
from timshel.interfaces.api.document import complete
from timshel.interfaces.api.urls import API
from timshel.leadership.authority.access import PERMISSIONS
from timshel.resolution_fulfilment.incident.queries import incident

ROOT = Path(__file__).parents[3]
PLACE = ROOT / ".venv" / "generator" / "bin"
PATIENCE = 120
SCENARIO = Path(__file__).with_name("scenario.py")


@pytest.fixture(scope="module")
def client_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the client as ``make client`` does; not a warning is let pass."""
    if not (PLACE / "openapi-python-client").exists():
        assert "CI" not in os.environ, "make setup installs what makes the client"
        pytest.skip("make setup installs what makes the client")
    folder = tmp_path_factory.mktemp("client")
    document = folder / "openapi.json"
    document.write_bytes(to_json(complete(API)))
    made = folder / "timshel-client"
    run(
        PLACE / "openapi-python-client",
        *("generate", "--path", document, "--output-path", made, "--fail-on-warning"),
        *("--config", ROOT / "tools" / "client.yaml"),
    )
    return made


def run(*command: str | Path) -> str:
    """Run a command and return what it printed; its faults are shown."""
    done = subprocess.run(
        [str(each) for each in command],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "NO_PROXY": "*"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_does_a_days_work(client_folder: Path, cast: Cast, live_server: Any) -> None:
    theirs, ours = token(cast.requester, PERMISSIONS), token(cast.agent, PERMISSIONS)
    printed = run(PLACE / "python", SCENARIO, client_folder, live_server.url, theirs, ours)
    view = incident(printed.strip(), actor=cast.agent, at=now())
    assert (view.stage, view.resolution_text) == ("resolved", "Replaced.")


def now() -> datetime:
    """Return the moment of the server, which reads the clock."""
    return datetime.now(UTC)
