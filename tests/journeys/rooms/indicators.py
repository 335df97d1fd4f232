"""The pages of indicators and scorecards."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

LIST = "/governance/indicators"
CARDS = "/governance/scorecards"
FIRST = "#indicator-list th a"
FIRST_CARD = "#scorecard-list th a"
RETIRE = "form[action$='/retire'] button"

PAGES: dict[str, PageCase] = {
    "indicator-list": PageCase("process", at(LIST)),
    "indicator-list-bad": PageCase("auditor", at(f"{LIST}?standing=bad")),
    "indicator-list-retired": PageCase("auditor", at(f"{LIST}?state=retired")),
    "indicator": PageCase("process", of_first(LIST, FIRST)),
    "indicator-seen-only": PageCase("auditor", of_first(LIST, FIRST)),
    "indicator-retiring-refused": PageCase("process", sent(of_first(LIST, FIRST), RETIRE)),
    "indicator-new": PageCase("process", at(f"{LIST}/new")),
    "indicator-new-refused": PageCase("process", sent(at(f"{LIST}/new"), SUBMIT, title="A")),
    "indicator-change": PageCase("process", of_first(LIST, FIRST, then="/change")),
    "scorecard-list": PageCase("process", at(CARDS)),
    "scorecard": PageCase("process", of_first(CARDS, FIRST_CARD)),
    "scorecard-seen-only": PageCase("auditor", of_first(CARDS, FIRST_CARD)),
    "scorecard-new": PageCase("process", at(f"{CARDS}/new")),
    "scorecard-new-refused": PageCase("process", sent(at(f"{CARDS}/new"), SUBMIT, title="A")),
    "scorecard-change": PageCase("process", of_first(CARDS, FIRST_CARD, then="/change")),
}
