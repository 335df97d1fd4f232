"""The service management plan on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from timshel.planning.plan.actions import approve_version, propose_version, write_part
from timshel.planning.plan.models import PlanPart
from timshel.planning.plan.queries import coming_version, latest_number
from timshel.planning.plan.rules import PartContent
from timshel.planning.plan.states import Part, PlanTrigger

TEXT = {"statement": "What we do.", "revision": 1}
REVIEW = {"found": "All of it.", "review_date": "2099-01-01", "revision": 1}
PROPOSAL = {"summary": "What is new.", "revision": 1}
REASON = {"reason": "It is not ready.", "revision": 1}
BODIES: dict[str, dict[str, Any]] = {
    "plan-part-change": TEXT,
    "plan-part-review": REVIEW,
    "plan-propose": PROPOSAL,
    "plan-withdraw": REASON,
    "plan-approve": {"revision": 1},
    "api-read_plan_part": TEXT,
    "api-review_plan_part": REVIEW,
    "api-propose_plan_version": PROPOSAL,
    "api-withdraw_plan_version": REASON,
    "api-approve_plan_version": {"revision": 1},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Have a version approved, and begin the next."""
    for part in Part:
        _write(part, "What we do.", at=at)
    _approve(cast, at=at)
    _write(Part.SERVICES, "What we will do.", at=at)
    return {
        "<str:plan_part>": "services",
        "<plan_part>": "services",
        "<int:plan_version>": "1",
        "<plan_version>": "1",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Have one more version approved, and the next one written."""
    if not latest_number():
        stage(cast, at=at)
    _approve(cast, at=at)
    _write(Part.SERVICES, f"What we will do, {latest_number()}.", at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages of the plan."""
    here, api = "/governance/plan", "/api/v1/service-management-plan"
    web = {
        "plan": here,
        "plan-pdf": f"{here}/pdf",
        "plan-differences": f"{here}/differences?before=1",
        "plan-version": f"{here}/versions/1",
        "plan-version-pdf": f"{here}/versions/1/pdf",
        "plan-propose": f"{here}/propose",
        "plan-withdraw": f"{here}/withdraw",
        "plan-part": f"{here}/parts/services",
        "plan-part-change": f"{here}/parts/services/change",
        "plan-part-review": f"{here}/parts/services/review",
    }
    answers = {
        "api-read_service_management_plan": api,
        "api-read_service_management_plan_pdf": f"{api}/pdf",
        "api-compare_plan_versions": f"{api}/differences?before=1",
        "api-read_plan_part": f"{api}/parts/services",
        "api-list_plan_versions": f"{api}/versions",
        "api-read_plan_version": f"{api}/versions/1",
        "api-read_plan_version_pdf": f"{api}/versions/1/pdf",
    }
    return {
        **{name: ("process_owner", address) for name, address in web.items()},
        **{name: ("api-process_owner", address) for name, address in answers.items()},
    }


def _approve(cast: Cast, *, at: datetime) -> None:
    propose_version(summary="New.", revision=_revision(), actor=SYSTEM, at=at)
    approve_version(revision=_revision(), actor=cast.manager, at=at)


def _revision() -> int:
    coming = coming_version(PlanTrigger.PROPOSE, actor=SYSTEM)
    assert coming is not None
    return coming.revision


def _write(part: Part, statement: str, *, at: datetime) -> None:
    known = PlanPart.objects.filter(part=part).values_list("revision", flat=True).first() or 0
    content = PartContent(statement, "imre.castellane")
    write_part(part, content=content, revision=known, actor=SYSTEM, at=at)
