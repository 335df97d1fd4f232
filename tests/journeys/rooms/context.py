"""The pages of the context: issues, interested parties, needs and the scope."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

CONTEXT = "/governance/context"
ISSUES = f"{CONTEXT}/issues"
PARTIES = f"{CONTEXT}/parties"
NEEDS = f"{CONTEXT}/needs"
SCOPE = f"{CONTEXT}/scope"
FIRST = "tbody th a"

PAGES: dict[str, PageCase] = {
    "issue-list": PageCase("process", at(ISSUES)),
    "issue-list-read": PageCase("manager", at(f"{ISSUES}?show=due")),
    "issue-list-nothing": PageCase("auditor", at(f"{ISSUES}?kind=political&effect=hinders")),
    "issue": PageCase("process", of_first(ISSUES, FIRST)),
    "issue-closed": PageCase("auditor", of_first(f"{ISSUES}?show=closed", FIRST)),
    "issue-new": PageCase("process", at(f"{ISSUES}/new")),
    "issue-new-refused": PageCase("process", sent(at(f"{ISSUES}/new"), SUBMIT)),
    "issue-change": PageCase("process", of_first(ISSUES, FIRST, then="/change")),
    "party-list": PageCase("process", at(PARTIES)),
    "party": PageCase("process", of_first(PARTIES, FIRST)),
    "party-read": PageCase("manager", of_first(PARTIES, FIRST)),
    "party-new": PageCase("process", at(f"{CONTEXT}/new-party")),
    "party-new-refused": PageCase("process", sent(at(f"{CONTEXT}/new-party"), SUBMIT)),
    "party-change": PageCase("process", of_first(PARTIES, FIRST, then="/change")),
    "need-list": PageCase("process", at(NEEDS)),
    "need-list-untraced": PageCase("auditor", at(f"{NEEDS}?show=untraced")),
    "need-new": PageCase("process", of_first(PARTIES, FIRST, then="/new-need")),
    "need-change": PageCase("process", of_first(NEEDS, FIRST)),
    "scope": PageCase("process", at(SCOPE)),
    "scope-read": PageCase("manager", at(SCOPE)),
    "scope-draft": PageCase("process", at(f"{SCOPE}/draft")),
    "scope-version": PageCase("process", at(f"{SCOPE}/versions/3")),
    "scope-version-superseded": PageCase("auditor", at(f"{SCOPE}/versions/1")),
}
