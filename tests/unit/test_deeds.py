"""Deeds are read from JSON whole or refused with everything that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from timshel.kernel.errors import Invalid
from timshel.operation.work.deeds import Deed, DeedKind, read_deed, read_deeds


@pytest.mark.parametrize(
    ("plain", "values"),
    [
        ({"do": "reply", "text": "Hello"}, {"text": "Hello", "waits": False}),
        ({"do": "note", "text": "Seen."}, {"text": "Seen."}),
        ({"do": "assign", "team": "workplace"}, {"team": "workplace", "assignee": None}),
        ({"do": "assign", "assignee": "me"}, {"team": None, "assignee": "me"}),
        ({"do": "assign", "assignee": 17}, {"team": None, "assignee": 17}),
        ({"do": "change", "impact": 1, "parent": ""}, {"impact": 1, "parent": None}),
        (
            {"do": "change", "priority": 1, "priority_reason": "Term begins."},
            {"priority": 1, "priority_reason": "Term begins."},
        ),
        (
            {"do": "move", "trigger": "wait", "reason": "supplier"},
            {
                "trigger": "wait",
                "text": "",
                "code": "",
                "supplier": "",
                "reason": "supplier",
            },
        ),
        (
            {"do": "move", "trigger": "resolve", "code": "fixed", "text": "New cable."},
            {
                "trigger": "resolve",
                "text": "New cable.",
                "code": "fixed",
                "supplier": "",
                "reason": "",
            },
        ),
        ({"do": "tag", "tags": ["vip", " loan ", "vip"]}, {"tags": ["vip", "loan"]}),
        ({"do": "untag", "tags": ["vip"]}, {"tags": ["vip"]}),
        ({"do": "watch", "person": "me"}, {"person": "me"}),
        ({"do": "link", "to": "INC0000001"}, {"to": "INC0000001", "kind": "related"}),
        ({"do": "merge", "into": " INC0000001 "}, {"into": "INC0000001"}),
    ],
)
def test_a_deed_is_read(plain: dict[str, Any], values: dict[str, Any]) -> None:
    deed = read_deed(plain)
    assert deed == Deed(DeedKind(plain["do"]), values)
    assert read_deed(deed.plain()) == deed


@pytest.mark.parametrize(
    ("plain", "fields"),
    [
        (None, {"do"}),
        ([], {"do"}),
        ({}, {"do"}),
        ({"do": "explode"}, {"do"}),
        ({"do": ["reply"]}, {"do"}),
        ({"do": "reply", "text": "  "}, {"text"}),
        ({"do": "reply", "text": 5, "waits": "yes"}, {"text", "waits"}),
        ({"do": "note", "text": "a\x00b"}, {"text"}),
        ({"do": "note", "text": "a" * 50_001}, {"text"}),
        ({"do": "note", "text": "Seen.", "colour": "red"}, {"colour"}),
        ({"do": "assign"}, {"team"}),
        ({"do": "assign", "assignee": 0}, {"assignee"}),
        ({"do": "assign", "assignee": True}, {"assignee"}),
        ({"do": "assign", "assignee": "you"}, {"assignee"}),
        ({"do": "change"}, {""}),
        ({"do": "change", "impact": 4, "urgency": "high"}, {"impact", "urgency"}),
        ({"do": "change", "priority": 1}, {"priority_reason"}),
        ({"do": "change", "stage": "closed"}, {"stage"}),
        ({"do": "change", "title": ""}, {"title"}),
        ({"do": "move", "trigger": "explode"}, {"trigger"}),
        ({"do": "move", "trigger": "wait", "reason": "approval"}, {"reason"}),
        ({"do": "move", "trigger": "cancel"}, {"reason"}),
        ({"do": "tag", "tags": []}, {"tags"}),
        ({"do": "tag", "tags": "vip"}, {"tags"}),
        ({"do": "tag", "tags": ["vip", 3]}, {"tags"}),
        ({"do": "tag", "tags": [f"t{each}" for each in range(21)]}, {"tags"}),
        ({"do": "watch"}, {"person"}),
        ({"do": "link", "to": ""}, {"to"}),
        ({"do": "merge"}, {"into"}),
    ],
)
def test_what_is_wrong_is_said_by_field(plain: Any, fields: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        read_deed(plain)
    assert set(refusal.value.fields) == fields


def test_several_are_read_in_their_order() -> None:
    read = read_deeds([{"do": "note", "text": "One."}, {"do": "note", "text": "Two."}])
    assert [each.values["text"] for each in read] == ["One.", "Two."]


@pytest.mark.parametrize(
    "plain", [None, [], {"do": "note"}, [{"do": "note", "text": "x"}] * 21, ["note"]]
)
def test_several_are_refused_where_there_is_none_or_too_many(plain: Any) -> None:
    with pytest.raises(Invalid):
        read_deeds(plain)
