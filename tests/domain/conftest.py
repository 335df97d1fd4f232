"""What the tests of the domain share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.witness import Witness
from timshel.leadership.authority import events as authority
from timshel.operation.process import events as process
from timshel.operation.rating import events as rating
from timshel.operation.task import events as task
from timshel.resolution_fulfilment.incident import events as incident
from timshel.resolution_fulfilment.service_request import events as service_request


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch, db: None) -> Witness:
    """Return a witness of all facts about work and rights; no other reaction runs."""
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
            service_request.RequestOpened,
            service_request.RequestReplied,
            service_request.RequestAssigned,
            service_request.RequestEnded,
            service_request.RequestReopened,
            service_request.RequestClosed,
            rating.WorkRated,
            rating.RatingAnswered,
            task.TaskOpened,
            task.TaskAssigned,
            task.TaskCompleted,
            task.TaskCancelled,
            process.CallQueued,
            process.RunStuck,
            authority.RoleGranted,
            authority.RoleWithdrawn,
        ],
    )


@pytest.fixture
def shelf(settings: Any, tmp_path: Path) -> Path:
    """Keep files in a folder of the test's own; returns where they lie."""
    settings.DATA_DIRECTORY = tmp_path
    return tmp_path / "files"
