"""The pages of boards and meetings."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

BOARDS = "/governance/boards"
MEETINGS = "/governance/meetings"
FIRST = "tbody th a"
PAST = f"{MEETINGS}?when=past"
WRITABLE = f"{MEETINGS}?when=unapproved"
REVIEW = f"{BOARDS}/management-review"

PAGES: dict[str, PageCase] = {
    "board-list": PageCase("process", at(BOARDS)),
    "board-list-nothing": PageCase("process", at(f"{BOARDS}?which=ended")),
    "board": PageCase("process", at(REVIEW)),
    "board-of-a-customer": PageCase("customer", at(f"{BOARDS}/harbour-review")),
    "board-new": PageCase("process", at(f"{BOARDS}/new")),
    "board-new-refused": PageCase("process", sent(at(f"{BOARDS}/new"), SUBMIT, name="A")),
    "board-change": PageCase("process", at(f"{REVIEW}/change")),
    "board-member-new": PageCase("process", at(f"{REVIEW}/members/new")),
    "meeting-list": PageCase("process", at(MEETINGS)),
    "meeting-list-past": PageCase("auditor", at(PAST)),
    "meeting-mine": PageCase("owner", at(f"{MEETINGS}/mine")),
    "meeting-list-nothing": PageCase("agent", at(f"{MEETINGS}?when=unapproved&cursor=")),
    "meeting": PageCase("process", of_first(PAST, FIRST)),
    "meeting-planned": PageCase("process", of_first(MEETINGS, FIRST)),
    "meeting-to-approve": PageCase("owner", of_first(WRITABLE, FIRST)),
    "meeting-new": PageCase("process", at(f"{MEETINGS}/new?board=management-review")),
}
