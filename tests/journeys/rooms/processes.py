"""The pages of processes."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, sent

LIST = "/governance/processes"
ONE = f"{LIST}/incident"

PAGES: dict[str, PageCase] = {
    "process-profile-list": PageCase("process", at(LIST)),
    "process-profile-list-retired": PageCase("auditor", at(f"{LIST}?state=retired")),
    "process-profile-list-nothing": PageCase("auditor", at(f"{LIST}?state=retired&overdue=yes")),
    "process-profile": PageCase("process", at(ONE)),
    "process-profile-drawn": PageCase("process", at(f"{LIST}/service-request?diagram=travel")),
    "process-profile-vacant": PageCase("auditor", at(f"{LIST}/internal-audit")),
    "process-profile-retired": PageCase("process", at(f"{LIST}/telephone-log")),
    "process-profile-new": PageCase("process", at(f"{LIST}/new")),
    "process-profile-new-refused": PageCase("process", sent(at(f"{LIST}/new"), SUBMIT, code="X")),
    "process-profile-change": PageCase("process", at(f"{ONE}/change")),
    "process-profile-links": PageCase("process", at(f"{ONE}/links")),
    "process-profile-review": PageCase("process", at(f"{ONE}/review")),
    "process-profile-review-refused": PageCase("process", sent(at(f"{ONE}/review"), SUBMIT)),
    "process-flow-new": PageCase("process", at(f"{ONE}/flows/new?direction=output")),
    "process-flow-new-refused": PageCase("process", sent(at(f"{ONE}/flows/new"), SUBMIT)),
}
