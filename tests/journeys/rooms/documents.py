"""The pages of controlled documents."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

DOCUMENTS = "/governance/documents"


def row(title: str) -> str:
    """The link of a document in the register."""
    return f"tbody th a:has-text('{title}')"


PAGES: dict[str, PageCase] = {
    "document-list": PageCase("process", at(DOCUMENTS)),
    "document-list-overdue": PageCase("auditor", at(f"{DOCUMENTS}?overdue=on")),
    "document-list-nothing": PageCase("process", at(f"{DOCUMENTS}?q=zebra")),
    "document-list-own": PageCase("requester", at(DOCUMENTS)),
    "document": PageCase("process", of_first(DOCUMENTS, row("Incident procedure"))),
    "document-reader": PageCase("agent", of_first(DOCUMENTS, row("Information security"))),
    "document-approver": PageCase("manager", of_first(DOCUMENTS, row("Service management plan"))),
    "document-approved": PageCase("owner", of_first(DOCUMENTS, row("Service continuity"))),
    "document-sent-back": PageCase("process", of_first(DOCUMENTS, row("Booking at short"))),
    "document-withdrawn": PageCase("auditor", of_first(DOCUMENTS, row("Telephone list"))),
    "document-new": PageCase("process", at(f"{DOCUMENTS}/new")),
    "document-new-refused": PageCase("process", sent(at(f"{DOCUMENTS}/new"), SUBMIT, title="A")),
    "document-reading": PageCase("agent", at(f"{DOCUMENTS}/reading")),
    "document-reading-confirmed": PageCase("agent", at(f"{DOCUMENTS}/reading?which=confirmed")),
    "document-reading-nothing": PageCase("customer", at(f"{DOCUMENTS}/reading")),
}
