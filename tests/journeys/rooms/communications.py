"""The pages of the communication plan."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

LIST = "/governance/communications"
FIRST = "tbody th a"

PAGES: dict[str, PageCase] = {
    "communication-list": PageCase("process", at(LIST)),
    "communication-list-overdue": PageCase("auditor", at(f"{LIST}?when=overdue")),
    "communication-list-nothing": PageCase("manager", at(f"{LIST}?q=zebra")),
    "communication-feedback-list": PageCase("process", at(f"{LIST}/feedback")),
    "communication": PageCase("process", of_first(f"{LIST}?q=year+in+services", FIRST)),
    "communication-read": PageCase("auditor", of_first(f"{LIST}?q=network", FIRST)),
    "communication-cancelled": PageCase("process", of_first(f"{LIST}?state=cancelled", FIRST)),
    "communication-new": PageCase("process", at(f"{LIST}/new")),
    "communication-new-refused": PageCase("process", sent(at(f"{LIST}/new"), SUBMIT, subject="A")),
}
