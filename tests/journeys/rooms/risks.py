"""The pages of risks."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

RISKS = "/governance/risks"
FIRST = "tbody th a"
UNJUDGED = f"{RISKS}?state=identified"
TREATED = f"{RISKS}?state=treated"

PAGES: dict[str, PageCase] = {
    "risk-list": PageCase("process", at(RISKS)),
    "risk-list-nothing": PageCase("process", at(f"{RISKS}?text=zebra")),
    "risk-list-overdue": PageCase("manager", at(f"{RISKS}?overdue=yes")),
    "risk-map": PageCase("auditor", at(f"{RISKS}/map")),
    "risk-map-opportunities": PageCase(
        "auditor", at(f"{RISKS}/map?kind=opportunity&basis=residual")
    ),
    "risk-criteria": PageCase("auditor", at(f"{RISKS}/criteria")),
    "risk": PageCase("process", of_first(RISKS, FIRST)),
    "risk-identified": PageCase("process", of_first(UNJUDGED, FIRST)),
    "risk-occurred": PageCase("process", of_first(f"{RISKS}?state=occurred", FIRST)),
    "risk-treated": PageCase("owner", of_first(TREATED, FIRST)),
    "risk-closed": PageCase("process", of_first(f"{RISKS}?state=closed", FIRST)),
    "risk-new": PageCase("process", at(f"{RISKS}/new")),
    "risk-new-refused": PageCase("process", sent(at(f"{RISKS}/new"), SUBMIT, title="A")),
}
