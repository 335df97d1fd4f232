"""The pages of mandates."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

MANDATES = "/governance/mandates"
WHO = f"{MANDATES}/who"
FIRST = "tbody th a"

PAGES: dict[str, PageCase] = {
    "mandate-list": PageCase("process", at(MANDATES)),
    "mandate-list-nothing": PageCase("process", at(f"{MANDATES}?text=zebra")),
    "mandate-list-vacant": PageCase("auditor", at(f"{MANDATES}?vacant=yes")),
    "mandate-list-over": PageCase("manager", at(f"{MANDATES}?ending=over")),
    "mandate-who": PageCase("manager", at(WHO)),
    "mandate-who-answered": PageCase(
        "manager", at(f"{WHO}?subject=purchase&amount=4000&currency=GBP&place=unit:climate")
    ),
    "mandate-who-nobody": PageCase(
        "manager", at(f"{WHO}?subject=change&amount=90000&currency=GBP")
    ),
    "mandate-who-refused": PageCase("manager", at(f"{WHO}?subject=risk&amount=1&currency=GBP")),
    "policy-list": PageCase("auditor", at("/governance/policies")),
    "mandate": PageCase("auditor", of_first(f"{MANDATES}?state=in_force", FIRST)),
    "mandate-draft": PageCase("process", of_first(f"{MANDATES}?state=draft", FIRST)),
    "mandate-vacant": PageCase("process", of_first(f"{MANDATES}?vacant=yes", FIRST)),
    "mandate-withdrawn": PageCase("auditor", of_first(f"{MANDATES}?state=withdrawn", FIRST)),
    "mandate-new": PageCase("process", at(f"{MANDATES}/new")),
    "mandate-new-refused": PageCase("process", sent(at(f"{MANDATES}/new"), SUBMIT, title="A")),
}
