"""Improvements and their cycles on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.cast import Cast
from timshel.improvement.initiative.actions import (
    assess_improvement,
    begin_cycle,
    change_improvement,
    suggest_improvement,
)
from timshel.improvement.initiative.models import Cycle, Improvement
from timshel.improvement.initiative.rules import (
    Area,
    Assessment,
    CycleContent,
    ImprovementContent,
    Promised,
    Suggestion,
)

LIST = "/governance/improvements"
API = "/api/v1/improvements"
TITLE = "One form less for travel"
BANDS = {"benefit": 4, "cost": 2, "effort": 2, "risk": 1}
ASSESSED = {**BANDS, "expected_benefit": "Less time to ask for a journey"}
PLANNED = {"owner": "imre.castellane", "due_date": "2099-12-01"}
SAID = {"said": "There is no money."}
WRITTEN = {"name": "Faster help", "plan": "Answer within an hour."}
BODIES: dict[str, dict[str, Any]] = {
    "improvement-suggest": {"title": "Something else"},
    "improvement-change": {"title": TITLE, "urgency": "2", "seen_revision": "3"},
    "improvement-assess": {name: str(value) for name, value in ASSESSED.items()},
    "improvement-step": SAID,
    "improvement-cycle-new": {**WRITTEN, "area": "service:laptop"},
    "improvement-cycle-change": {**WRITTEN, "seen_revision": "1"},
    "improvement-cycle-move": {"deed": "do"},
    "api-list_improvements": {"title": "Something else"},
    "api-read_improvement": {"title": TITLE, "revision": 3},
    "api-assess_improvement": ASSESSED,
    "api-authorise_improvement": SAID,
    "api-plan_improvement": PLANNED,
    "api-start_improvement": SAID,
    "api-finish_improvement": SAID,
    "api-measure_benefit": SAID,
    "api-park_improvement": SAID,
    "api-decline_improvement": SAID,
    "api-resume_improvement": SAID,
    "api-list_improvement_cycles": {
        **WRITTEN,
        "area_kind": "service",
        "area_code": "laptop",
    },
    "api-read_improvement_cycle": {**WRITTEN, "revision": 1},
    "api-move_improvement_cycle": {"deed": "do"},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Assess what the requester suggested, within a cycle."""
    number, cycle = _made(cast, TITLE, Area("service", "mail"), at=at)
    return {
        "<str:improvement>": number,
        "<slug:improvement_deed>": "decline",
        "<int:improvement_cycle>": str(cycle),
        "/improvements/<number>": f"/improvements/{number}",
        "/improvements/suggestions/<number>": f"/improvements/suggestions/{number}",
        "/improvements/cycles/<key>": f"/improvements/cycles/{cycle}",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Add one more of each."""
    _made(cast, f"Thought {position}", Area("process", f"process-{position}"), at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about improvements."""
    number = Improvement.objects.order_by("pk")[0].number
    cycle = Cycle.objects.order_by("pk")[0].pk
    asker, program = "process_owner", "api-process_owner"
    return {
        "improvement-list": (asker, LIST),
        "improvement-ranking": (asker, f"{LIST}/ranking"),
        "improvement-list-xlsx": (asker, f"{LIST}/xlsx"),
        "improvement-suggest": ("requester", f"{LIST}/suggest"),
        "suggestion-list": ("requester", f"{LIST}/mine"),
        "suggestion": ("requester", f"{LIST}/mine/{number}"),
        "improvement-cycles": (asker, f"{LIST}/cycles"),
        "improvement-cycle-new": (asker, f"{LIST}/cycles/new"),
        "improvement-cycle": (asker, f"{LIST}/cycles/{cycle}"),
        "improvement-cycle-change": (asker, f"{LIST}/cycles/{cycle}/change"),
        "improvement": (asker, f"{LIST}/{number}"),
        "improvement-change": (asker, f"{LIST}/{number}/change"),
        "improvement-assess": (asker, f"{LIST}/{number}/assess"),
        "improvement-step": (asker, f"{LIST}/{number}/decline"),
        "api-list_improvements": (program, API),
        "api-read_improvement": (program, f"{API}/{number}"),
        "api-list_own_suggestions": (program, f"{API}/suggestions"),
        "api-list_improvement_cycles": (program, f"{API}/cycles"),
        "api-read_improvement_cycle": (program, f"{API}/cycles/{cycle}"),
    }


def _made(cast: Cast, title: str, area: Area, *, at: datetime) -> tuple[str, int]:
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    number = suggest_improvement(Suggestion(title, area=area), actor=cast.requester, at=at)
    cycle = begin_cycle(CycleContent(title, area, plan="Less paper."), **by)
    promised = Promised("Less time", "", Area(), "minutes", Decimal(25), Decimal(10))
    assess_improvement(number, assessment=Assessment(**BANDS, promised=promised), **by)
    content = ImprovementContent(title, area=area, cycle=cycle)
    revision = Improvement.objects.latest("pk").revision
    change_improvement(number, content=content, seen_revision=revision, **by)
    return number, cycle
