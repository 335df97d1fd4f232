"""The pages of planned actions."""

from __future__ import annotations

from tests.journeys.openers import SUBMIT, PageCase, at, of_first, sent

ACTIONS = "/governance/actions"
FIRST = "tbody th a"

PAGES: dict[str, PageCase] = {
    "standing": PageCase("process", at("/governance/standing")),
    "due-list": PageCase("process", at("/governance/due?ahead=year")),
    "due-list-nothing": PageCase("customer", at("/governance/due")),
    "action-list": PageCase("process", at(ACTIONS)),
    "action-list-own": PageCase("requester", at(f"{ACTIONS}?whose=mine")),
    "action-list-nothing": PageCase("process", at(f"{ACTIONS}?when=ended&whose=mine")),
    "action": PageCase("process", of_first(ACTIONS, FIRST)),
    "action-new": PageCase("process", at(f"{ACTIONS}/new")),
    "action-new-refused": PageCase("process", sent(at(f"{ACTIONS}/new"), SUBMIT, title="A")),
}
