"""The pages of improvements and of their cycles."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

LIST = "/governance/improvements"
ENDED = f"{LIST}?when=ended"
FIRST = "tbody th a"
CARD = ".pdca-card h3 a"
OWN = ".improvement-own h2 a"

PAGES: dict[str, PageCase] = {
    "improvement-list": PageCase("process", at(LIST)),
    "improvement-list-ended": PageCase("auditor", at(ENDED)),
    "improvement-list-nothing": PageCase("process", at(f"{LIST}?text=zebra")),
    "improvement-ranking": PageCase("process", at(f"{LIST}/ranking")),
    "improvement": PageCase("process", of_first(LIST, FIRST)),
    "improvement-measured": PageCase("auditor", of_first(f"{LIST}?state=measured", FIRST)),
    "improvement-assess": PageCase("process", of_first(f"{LIST}?state=suggested", FIRST)),
    "improvement-suggest": PageCase("requester", at(f"{LIST}/suggest?page=/cases")),
    "improvement-suggest-refused": PageCase(
        "requester", sent(at(f"{LIST}/suggest"), "form.panel button[type=submit]")
    ),
    "suggestion-list": PageCase("requester", at(f"{LIST}/mine")),
    "suggestion-list-nothing": PageCase("auditor", at(f"{LIST}/mine")),
    "suggestion": PageCase("requester", of_first(f"{LIST}/mine", OWN)),
    "improvement-cycles": PageCase("process", at(f"{LIST}/cycles")),
    "improvement-cycles-closed": PageCase("manager", at(f"{LIST}/cycles?when=closed")),
    "improvement-cycle": PageCase("process", of_first(f"{LIST}/cycles", CARD)),
    "improvement-cycle-new": PageCase("process", at(f"{LIST}/cycles/new")),
    "improvement-cycle-new-refused": PageCase("process", sent(at(f"{LIST}/cycles/new"), SUBMIT)),
}
