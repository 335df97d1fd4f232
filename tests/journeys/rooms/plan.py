"""The pages of the service management plan."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, sent

PLAN = "/governance/plan"
SERVICES = f"{PLAN}/parts/services"

PAGES: dict[str, PageCase] = {
    "plan": PageCase("process", at(PLAN)),
    "plan-read": PageCase("auditor", at(PLAN)),
    "plan-part": PageCase("process", at(SERVICES)),
    "plan-part-stale": PageCase("manager", at(f"{PLAN}/parts/technical")),
    "plan-part-change": PageCase("process", at(f"{SERVICES}/change")),
    "plan-part-review": PageCase("process", at(f"{SERVICES}/review")),
    "plan-part-review-refused": PageCase(
        "process", sent(at(f"{SERVICES}/review"), SUBMIT, found="Read it.")
    ),
    "plan-propose": PageCase("process", at(f"{PLAN}/propose")),
    "plan-withdraw": PageCase("process", at(f"{PLAN}/withdraw")),
    "plan-version": PageCase("auditor", at(f"{PLAN}/versions/2")),
    "plan-version-draft": PageCase("process", at(f"{PLAN}/versions/3")),
    "plan-differences": PageCase("auditor", at(f"{PLAN}/differences?before=1&after=2")),
    "plan-differences-now": PageCase("process", at(f"{PLAN}/differences?before=2")),
}
