"""The pages of management reviews."""

from __future__ import annotations

from tests.journeys.openers import PageCase, at, of_first

REVIEWS = "/governance/reviews"
FIRST = "tbody th a"

PAGES: dict[str, PageCase] = {
    "review-list": PageCase("process", at(REVIEWS)),
    "review-list-nothing": PageCase("process", at(f"{REVIEWS}?state=frozen")),
    "review-planned": PageCase("process", of_first(f"{REVIEWS}?state=planned", FIRST)),
    "review-held": PageCase("process", of_first(f"{REVIEWS}?state=held", FIRST)),
    "review-closed": PageCase("auditor", of_first(f"{REVIEWS}?state=closed", FIRST)),
    "review-new": PageCase("process", at(f"{REVIEWS}/new")),
}
