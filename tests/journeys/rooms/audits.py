"""The pages of internal audits."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

AUDITS = "/governance/audits"
FINDINGS = "/governance/findings"
PROGRAMMES = "/governance/audit-programmes"
FIRST = "tbody th a"

PAGES: dict[str, PageCase] = {
    "audit-list": PageCase("auditor", at(AUDITS)),
    "audit-list-nothing": PageCase("auditor", at(f"{AUDITS}?state=cancelled")),
    "audit-planned": PageCase("auditor", of_first(f"{AUDITS}?state=planned", FIRST)),
    "audit-running": PageCase("auditor", of_first(f"{AUDITS}?state=running", FIRST)),
    "audit-closed": PageCase("process", of_first(f"{AUDITS}?state=closed", FIRST)),
    "audit-new": PageCase("process", at(f"{AUDITS}/new")),
    "audit-new-refused": PageCase("process", sent(at(f"{AUDITS}/new"), SUBMIT, title="A")),
    "finding-list": PageCase("auditor", at(FINDINGS)),
    "finding-open": PageCase("process", of_first(f"{FINDINGS}?state=open", FIRST)),
    "finding-answered": PageCase("auditor", of_first(f"{FINDINGS}?state=answered", FIRST)),
    "finding-closed": PageCase("auditor", of_first(f"{FINDINGS}?state=closed", FIRST)),
    "audit-programme-list": PageCase("process", at(PROGRAMMES)),
    "audit-programme": PageCase("process", at(f"{PROGRAMMES}/audits-current")),
    "audit-programme-new": PageCase("process", at(f"{PROGRAMMES}/new")),
}
