"""The pages of objectives."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

LIST = "/governance/objectives"
GOAL = ".objective-depth-0 a"
MEASURED = ".objective-depth-2 a"
JUDGE = "form[action$='/judge'] button"
READ = "form[action$='/readings'] button"

PAGES: dict[str, PageCase] = {
    "objective-list": PageCase("process", at(LIST)),
    "objective-list-ended": PageCase("auditor", at(f"{LIST}?when=ended")),
    "objective-goal": PageCase("process", of_first(LIST, GOAL)),
    "objective": PageCase("process", of_first(LIST, MEASURED)),
    "objective-seen-only": PageCase("auditor", of_first(LIST, MEASURED)),
    "objective-judging-refused": PageCase("process", sent(of_first(LIST, MEASURED), JUDGE)),
    "objective-reading-refused": PageCase("process", sent(of_first(LIST, MEASURED), READ)),
    "objective-new": PageCase("process", at(f"{LIST}/new?level=goal")),
    "objective-new-refused": PageCase("process", sent(at(f"{LIST}/new"), SUBMIT, title="A")),
    "objective-change": PageCase("process", of_first(LIST, MEASURED, then="/change")),
}
