"""Nonconformities and recommendations on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import Cast
from tests.nonconformities import advice, raised
from timshel.improvement.nonconformity.actions import record_recommendation
from timshel.improvement.nonconformity.models import Nonconformity, Recommendation

REPORT = {
    "title": "Calls wait at noon",
    "finding": "Nobody answered.",
    "severity": "major",
    "source": "complaint",
    "service": "mail",
    "owner": "adaeze.thornquist",
    "due_date": "2099-01-31",
}
ADVICE = {
    "title": "Rehearse it",
    "text": "Twice a year.",
    "auditor": "Harrow & Finch",
    "report": "IT audit",
    "received_on": "2026-01-10",
    "priority": "high",
    "owner": "adaeze.thornquist",
    "deadline": "2099-01-31",
}
CAUSE = {
    "method": "five_whys",
    "cause": "There was no rota.",
    "has_similar": "no",
    "why_1": "Nobody was told.",
    "seen_revision": "1",
}
CORRECTION = {"correction": "We answered."}
FIRST = {"title": "Write it", "owner": "adaeze.thornquist", "due_date": "2099-01-31"}
DONE = {"implementation": "It hangs there."}
REASON = {"reason": "It was agreed so."}
FIGURE = {"better": "lower", "days": 30, "measure": "opened"}
VERDICT = {"verdict": "effective", "comment": "It is so."}
ANSWER = {"response": "accepted", "text": "We shall."}
EVIDENCE = {"evidence": "The record of March."}

BODIES: dict[str, dict[str, Any]] = {
    "nonconformity-new": REPORT,
    "nonconformity-change": {**REPORT, "seen_revision": "1"},
    "nonconformity-correct": CORRECTION,
    "nonconformity-analyse": CAUSE,
    "nonconformity-plan": {"plan": "A rota.", **FIRST},
    "nonconformity-implement": DONE,
    "nonconformity-measure": {**FIGURE, "days": "30", "subject": "everything"},
    "nonconformity-judge": VERDICT,
    "nonconformity-reject": REASON,
    "recommendation-new": ADVICE,
    "recommendation-change": {**ADVICE, "seen_revision": "1"},
    "recommendation-respond": {**ANSWER, "seen_revision": "1"},
    "recommendation-implement": EVIDENCE,
    "recommendation-reopen": REASON,
    "api-list_nonconformities": REPORT,
    "api-read_nonconformity": {**REPORT, "revision": 1},
    "api-correct_nonconformity": CORRECTION,
    "api-analyse_nonconformity": {
        "method": "five_whys",
        "cause": "There was no rota.",
        "has_similar": False,
        "whys": ["Nobody was told."],
        "revision": 1,
    },
    "api-plan_against_nonconformity": {"plan": "A rota.", "first": FIRST},
    "api-implement_against_nonconformity": DONE,
    "api-measure_nonconformity_effect": FIGURE,
    "api-judge_nonconformity_effect": VERDICT,
    "api-reject_nonconformity": REASON,
    "api-list_recommendations": ADVICE,
    "api-read_recommendation": {**ADVICE, "revision": 1},
    "api-respond_to_recommendation": {**ANSWER, "revision": 1},
    "api-implement_recommendation": EVIDENCE,
    "api-reopen_recommendation": REASON,
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Raise a nonconformity about mail, and record a recommendation; its owner answers both."""
    number = raised(cast, cast.manager, at=at)
    recommended = record_recommendation(advice=advice(at), actor=cast.process_owner, at=at)
    return {
        "<str:nonconformity>": number,
        "/nonconformities/<number>": f"/nonconformities/{number}",
        "<str:recommendation>": recommended,
        "/recommendations/<number>": f"/recommendations/{recommended}",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Raise and record one more."""
    raised(cast, cast.manager, at=at, title=f"Calls wait in room {position}")
    record_recommendation(advice=advice(at), actor=cast.process_owner, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about nonconformities and recommendations."""
    number = Nonconformity.objects.order_by("pk")[0].number
    recommended = Recommendation.objects.order_by("pk")[0].number
    who, program = "process_owner", "api-process_owner"
    one = f"/governance/nonconformities/{number}"
    advised = f"/governance/recommendations/{recommended}"
    return {
        "nonconformity-list": (who, "/governance/nonconformities"),
        "nonconformity-xlsx": (who, "/governance/nonconformities/xlsx"),
        "nonconformity-new": (who, "/governance/nonconformities/new"),
        "nonconformity": (who, one),
        "nonconformity-change": (who, f"{one}/change"),
        "nonconformity-correct": (who, f"{one}/correct"),
        "nonconformity-reject": (who, f"{one}/reject"),
        "recommendation-list": (who, "/governance/recommendations"),
        "recommendation-new": (who, "/governance/recommendations/new"),
        "recommendation": (who, advised),
        "recommendation-change": (who, f"{advised}/change"),
        "recommendation-respond": (who, f"{advised}/respond"),
        "api-list_nonconformities": (program, "/api/v1/nonconformities"),
        "api-read_nonconformity": (program, f"/api/v1/nonconformities/{number}"),
        "api-summarise_nonconformities": (
            program,
            "/api/v1/nonconformities/summary?since=2026-01-01",
        ),
        "api-list_recommendations": (program, "/api/v1/recommendations"),
        "api-read_recommendation": (program, f"/api/v1/recommendations/{recommended}"),
    }
