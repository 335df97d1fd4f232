"""The pages of resources."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

LIST = "/governance/resources"
FIRST = "tbody th a"

PAGES: dict[str, PageCase] = {
    "resource-list": PageCase("process", at(LIST)),
    "resource-list-people": PageCase("auditor", at(f"{LIST}?kind=people")),
    "resource-list-retired": PageCase("manager", at(f"{LIST}?kind=retired")),
    "resource-people": PageCase("manager", at(f"{LIST}/people")),
    "resource": PageCase("process", of_first(LIST, FIRST)),
    "resource-read": PageCase("auditor", of_first(f"{LIST}?kind=financial", FIRST)),
    "resource-retired": PageCase("process", of_first(f"{LIST}?kind=retired", FIRST)),
    "resource-new": PageCase("process", at(f"{LIST}/new")),
    "resource-new-refused": PageCase("process", sent(at(f"{LIST}/new"), SUBMIT, name="A")),
}
