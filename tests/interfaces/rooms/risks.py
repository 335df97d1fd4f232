"""Risks on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import Cast
from timshel.planning.risk import actions
from timshel.planning.risk.models import Risk
from timshel.planning.risk.rules import Analysis, Level, Link, RiskContent, Treatment

FORM = {
    "title": "The server room burns",
    "event": "A fire stops the servers.",
    "area": "corporate",
    "owner": "adaeze.thornquist",
    "services": ["mail"],
}
SAID = {
    "title": "The server room burns",
    "event": "A fire stops the servers.",
    "area": "corporate",
    "owner": "adaeze.thornquist",
    "links": [{"kind": "service", "code": "mail"}],
}
JUDGED = {"likelihood": "2", "impact": "4", "reason": "It nearly happened."}
LEVEL = {"likelihood": 2, "impact": 4}
REASON = {"reason": "It is small."}
REVIEW = {"found": "All is well.", "next_date": "2099-01-01"}
OCCURRED = {"on": "2026-03-01", "what": "It burnt."}
SCALE = [{"level": level, "name": f"Level {level}"} for level in range(1, 6)]
BAND = {"code": "all", "name": "All", "lowest": 1, "colour": "green", "acceptance": "owner"}
CRITERIA = {"likelihood": SCALE, "impact": SCALE, "bands": [BAND]}
BODIES: dict[str, dict[str, Any]] = {
    "risk-new": FORM,
    "risk-change": FORM,
    "risk-analyse": JUDGED,
    "risk-treat": {"option": "reduce", "plan": "New batteries."},
    "risk-accept": REASON,
    "risk-review": REVIEW,
    "risk-occur": OCCURRED,
    "risk-close": REASON,
    "risk-reopen": REASON,
    "api-list_risks": SAID,
    "api-read_risk": SAID,
    "api-read_risk_criteria": CRITERIA,
    "api-define_risk_area": {"name": "Climate"},
    "api-analyse_risk": {"inherent": LEVEL, "reason": "It nearly happened."},
    "api-treat_risk": {"option": "reduce", "plan": "New batteries."},
    "api-accept_risk": REASON,
    "api-monitor_risk": {},
    "api-review_risk": REVIEW,
    "api-record_risk_occurrence": OCCURRED,
    "api-close_risk": REASON,
    "api-reopen_risk": REASON,
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Write down a risk whose treatment is planned."""
    number = _treated(cast, "The server room burns", at=at)
    return {
        "<str:risk>": number,
        "/risks/<risk>": f"/risks/{number}",
        "/risks/areas/<code>": "/risks/areas/corporate",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Write down one more, and judge the first one anew."""
    _treated(cast, f"Server room {position} burns", at=at)
    judged = Analysis(Level(2, 4), None, f"Look {position}.")
    first = Risk.objects.order_by("pk")[0]
    actions.analyse_risk(first.number, analysis=judged, actor=cast.process_owner, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about risks."""
    number = Risk.objects.order_by("pk")[0].number
    whole, one = "/governance/risks", f"/governance/risks/{number}"
    return {
        "risk-list": ("process_owner", whole),
        "risk-list-xlsx": ("process_owner", f"{whole}/xlsx"),
        "risk-map": ("process_owner", f"{whole}/map"),
        "risk-criteria": ("process_owner", f"{whole}/criteria"),
        "risk-new": ("process_owner", f"{whole}/new"),
        "risk": ("process_owner", one),
        "risk-change": ("process_owner", f"{one}/change"),
        "risk-analyse": ("process_owner", f"{one}/analyse"),
        "risk-treat": ("process_owner", f"{one}/treat"),
        "risk-accept": ("manager", f"{one}/accept"),
        "risk-review": ("process_owner", f"{one}/review"),
        "risk-occur": ("process_owner", f"{one}/occur"),
        "risk-close": ("process_owner", f"{one}/close"),
        "api-list_risks": ("api-process_owner", "/api/v1/risks"),
        "api-read_risk": ("api-process_owner", f"/api/v1/risks/{number}"),
        "api-read_risk_heat_map": ("api-process_owner", "/api/v1/risks/heat-map"),
        "api-read_risk_summary": ("api-process_owner", "/api/v1/risks/summary"),
        "api-read_risk_criteria": ("api-process_owner", "/api/v1/risks/criteria"),
    }


def _treated(cast: Cast, title: str, *, at: datetime) -> str:
    content = RiskContent(
        title=title,
        area="corporate",
        owner="adaeze.thornquist",
        event="A fire stops the servers.",
        links=(Link("service", "mail"), Link("supplier", "northmere")),
    )
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    number = actions.identify_risk(content, **by)
    actions.analyse_risk(number, analysis=Analysis(Level(2, 4), None, "It is old."), **by)
    actions.treat_risk(number, treatment=Treatment("reduce", "New batteries."), **by)
    return number
