"""Processes on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from timshel.leadership.process_profile.actions import (
    FlowContent,
    ProfileContent,
    add_flow,
    link_profile,
    write_profile,
)
from timshel.leadership.process_profile.models import ProcessFlow, ProcessProfile
from timshel.leadership.process_profile.states import Direction
from timshel.leadership.responsibility.actions import (
    NewAssignment,
    assign,
    define_role,
    save_matrix,
)
from timshel.leadership.responsibility.models import Matrix
from timshel.leadership.responsibility.rules import ActivityContent, MatrixContent, MatrixKey
from timshel.leadership.responsibility.states import SubjectKind

CODE = "printing"
WORDS = {"name": "Printing", "purpose": "Papers come out."}
LINKS = {"machines": ["work"], "diagrams": []}
REVIEW = {"found": "All of it.", "review_date": "2099-01-01"}
FLOW = {"direction": "input", "what": "A wish", "outside": "Whoever prints"}
BODIES: dict[str, dict[str, Any]] = {
    "process-profile-new": {**WORDS, "code": "scanning"},
    "process-profile-change": {**WORDS, "revision": "2"},
    "process-profile-links": {**LINKS, "revision": "2"},
    "process-profile-review": REVIEW,
    "process-flow-new": FLOW,
    "api-list_process_profiles": {**WORDS, "code": "scanning"},
    "api-read_process_profile": {**WORDS, "revision": 2},
    "api-link_process_profile": {**LINKS, "revision": 2},
    "api-review_process_profile": REVIEW,
    "api-add_process_flow": FLOW,
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Describe a process for which the requester answers."""
    flow = _described(cast, CODE, at=at)
    by: dict[str, Any] = {"actor": SYSTEM, "at": at}
    define_role("printing-owner", name="Who answers for printing", **by)
    activities = (ActivityContent("Print", {"printing-owner": "RA"}),)
    content = MatrixContent("Printing", ("printing-owner",), activities)
    save_matrix(MatrixKey(SubjectKind.PROCESS, CODE), content=content, **by)
    # The pages of the scenes are asked for on a later day, in other zones.
    since = date.fromordinal(at.astimezone(UTC).date().toordinal() - 2)
    assign(NewAssignment("printing-owner", valid_from=since, person="imre.castellane"), **by)
    return {
        "<str:process_profile>": CODE,
        "<int:process_flow>": f"{flow}",
        "/process-profiles/<code>": f"/process-profiles/{CODE}",
        "/flows/<flow>": f"/flows/{flow}",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Describe one more process, and say one more thing that passes."""
    if not Matrix.objects.filter(code=CODE).exists():
        stage(cast, at=at)
    _described(cast, f"{CODE}-{position}", at=at)
    flow = FlowContent(Direction.OUTPUT, f"Paper {position}", process=f"{CODE}-{position}")
    add_flow(CODE, flow=flow, actor=cast.process_owner, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about processes."""
    page, answer = "/governance/processes", "/api/v1/process-profiles"
    return {
        "process-profile-list": ("process_owner", page),
        "process-profiles-xlsx": ("process_owner", f"{page}/xlsx"),
        "process-profile-new": ("process_owner", f"{page}/new"),
        "process-profile": ("process_owner", f"{page}/{CODE}"),
        "process-profile-change": ("process_owner", f"{page}/{CODE}/change"),
        "process-profile-links": ("process_owner", f"{page}/{CODE}/links"),
        "process-profile-review": ("process_owner", f"{page}/{CODE}/review"),
        "process-flow-new": ("process_owner", f"{page}/{CODE}/flows/new"),
        "api-list_process_profiles": ("api-process_owner", answer),
        "api-list_state_machines": ("api-process_owner", f"{answer}/state-machines"),
        "api-read_process_profile": ("api-process_owner", f"{answer}/{CODE}"),
    }


def _described(cast: Cast, code: str, *, at: datetime) -> int:
    """Describe a process; returns the key of what passes into it."""
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    content = ProfileContent(name=f"Process {code}", purpose="Papers come out.")
    write_profile(code, content=content, **by)
    link_profile(code, machines=["work", "risk"], diagrams=[], seen_revision=1, **by)
    add_flow(code, flow=FlowContent(Direction.INPUT, "A wish", outside="Whoever asks"), **by)
    row = ProcessProfile.objects.get(code=code)
    return ProcessFlow.objects.filter(target=row).order_by("-pk")[0].pk
