"""The pages of conformity."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, sent

WHOLE = "/governance/conformity"
QUESTION = f"{WHOLE}/questions/iso-20000-1-2018:4.1-1"

PAGES: dict[str, PageCase] = {
    "conformity": PageCase("process", at(WHOLE)),
    "conformity-missing": PageCase("manager", at(f"{WHOLE}?status=missing")),
    "conformity-looks": PageCase("manager", at(f"{WHOLE}/looks")),
    "conformity-question-list": PageCase("auditor", at(f"{WHOLE}/questions")),
    "conformity-question-list-nothing": PageCase("auditor", at(f"{WHOLE}/questions?text=zebra")),
    "conformity-question": PageCase("auditor", at(QUESTION)),
    "conformity-question-by-hand": PageCase(
        "auditor", at(f"{WHOLE}/questions/iso-20000-1-2018:7.3-1")
    ),
    "conformity-judge": PageCase("auditor", at(f"{QUESTION}/judge")),
    "conformity-judge-refused": PageCase(
        "auditor", sent(at(f"{QUESTION}/judge"), SUBMIT, links="A | b")
    ),
    "conformity-clause": PageCase("owner", at(f"{WHOLE}/clauses/iso-20000-1-2018:8.6")),
    "conformity-clause-without-questions": PageCase(
        "owner", at(f"{WHOLE}/clauses/iso-20000-1-2011:6.1")
    ),
    "conformity-crosswalk": PageCase("process", at(f"{WHOLE}/crosswalk")),
    "conformity-crosswalk-old": PageCase(
        "process", at(f"{WHOLE}/crosswalk?model=iso-20000-1-2011&all=yes")
    ),
    "conformity-exports": PageCase("auditor", at(f"{WHOLE}/exports")),
}
