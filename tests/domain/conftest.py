"""What the tests of the domain share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.witness import Witness
from timshel.leadership.authority import events as authority
from timshel.resolution_fulfilment.incident import events as incident


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch, db: None) -> Witness:
    """Return a witness of all facts about incidents and rights; no other reaction runs."""
    return Witness(
        monkeypatch,
        [
            incident.IncidentOpened,
            incident.IncidentAssigned,
            incident.IncidentReplied,
            incident.IncidentNoted,
            incident.IncidentMoved,
            incident.IncidentResolved,
            incident.IncidentReopened,
            incident.IncidentClosed,
            incident.IncidentCancelled,
            incident.IncidentChanged,
            authority.RoleGranted,
            authority.RoleWithdrawn,
        ],
    )


@pytest.fixture
def shelf(settings: Any, tmp_path: Path) -> Path:
    """Keep files in a folder of the test's own; returns where they lie."""
    settings.DATA_DIRECTORY = tmp_path
    return tmp_path / "files"
