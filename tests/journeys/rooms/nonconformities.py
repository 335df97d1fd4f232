"""The pages of nonconformities and of the recommendations of auditors."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

LIST = "/governance/nonconformities"
ADVICE = "/governance/recommendations"
FIRST = "tbody th a"


def _in(state: str) -> str:
    return f"{LIST}?when=all&state={state}"


PAGES: dict[str, PageCase] = {
    "nonconformity-list": PageCase("process", at(LIST)),
    "nonconformity-list-overdue": PageCase("auditor", at(f"{LIST}?when=overdue")),
    "nonconformity-list-nothing": PageCase("process", at(f"{LIST}?text=zebra")),
    "nonconformity-raised": PageCase("process", of_first(_in("raised"), FIRST)),
    "nonconformity-planned": PageCase("process", of_first(_in("planned"), FIRST)),
    "nonconformity-implemented": PageCase("manager", of_first(_in("implemented"), FIRST)),
    "nonconformity-closed": PageCase("auditor", of_first(_in("closed"), FIRST)),
    "nonconformity-rejected": PageCase("auditor", of_first(_in("rejected"), FIRST)),
    "nonconformity-new": PageCase("auditor", at(f"{LIST}/new")),
    "nonconformity-new-refused": PageCase("auditor", sent(at(f"{LIST}/new"), SUBMIT)),
    "nonconformity-change": PageCase("process", of_first(_in("raised"), FIRST, then="/change")),
    "nonconformity-correct": PageCase("process", of_first(_in("raised"), FIRST, then="/correct")),
    "nonconformity-reject": PageCase("process", of_first(_in("raised"), FIRST, then="/reject")),
    "nonconformity-analyse": PageCase(
        "process", of_first(_in("corrected"), FIRST, then="/analyse")
    ),
    "nonconformity-plan": PageCase("process", of_first(_in("analysed"), FIRST, then="/plan")),
    "nonconformity-implement": PageCase(
        "process", of_first(_in("planned"), FIRST, then="/implement")
    ),
    "nonconformity-measure": PageCase(
        "process", of_first(_in("implemented"), FIRST, then="/measure")
    ),
    "nonconformity-judge": PageCase("manager", of_first(_in("implemented"), FIRST, then="/judge")),
    "recommendation-list": PageCase("process", at(ADVICE)),
    "recommendation-list-closed": PageCase("auditor", at(f"{ADVICE}?when=closed")),
    "recommendation": PageCase("process", of_first(ADVICE, FIRST)),
    "recommendation-closed": PageCase("manager", of_first(f"{ADVICE}?when=closed", FIRST)),
    "recommendation-new": PageCase("process", at(f"{ADVICE}/new")),
    "recommendation-new-refused": PageCase("process", sent(at(f"{ADVICE}/new"), SUBMIT)),
    "recommendation-change": PageCase("process", of_first(ADVICE, FIRST, then="/change")),
    "recommendation-respond": PageCase("process", of_first(ADVICE, FIRST, then="/respond")),
    "recommendation-reopen": PageCase(
        "manager", of_first(f"{ADVICE}?when=closed", FIRST, then="/reopen")
    ),
}
