"""What is wrong with the design of a form is said where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.forms.designs import LAPTOP, form_of, one_field
from timshel.kernel.forms import Fault, faults, form_from

CHOICES = [{"value": "a", "label": "A"}]


def _only(**field: Any) -> tuple[str, str]:
    (found,) = faults(one_field(**field))
    return found.path.removeprefix("steps.0.fields.0."), found.sentence


@pytest.mark.parametrize(
    ("field", "path", "sentence"),
    [
        (
            {"type": "colour"},
            "type",
            "There is no type of field “colour”. Please choose one of the list.",
        ),
        ({"label": " "}, "label", "Please write a text here."),
        (
            {"key": "a-b"},
            "key",
            "A key begins with a letter and has only letters, digits and low lines, up to 60.",
        ),
        ({"key": "in"}, "key", "This word means something in conditions. Please change it."),
        ({"type": "choice"}, "choices", "Please add the answers to choose from."),
        ({"choices": CHOICES}, "choices", "Only a choice has answers to choose from."),
        (
            {"type": "choice", "choices": CHOICES * 2},
            "choices.1.value",
            "This is there already. Please change it.",
        ),
        (
            {"type": "choice", "choices": [{"value": "", "label": "A"}]},
            "choices.0.value",
            "Please give this answer a value to be stored.",
        ),
        (
            {"type": "choice", "choices": CHOICES, "default": "b"},
            "default",
            "Please choose one of the answers.",
        ),
        (
            {"type": "number", "default": "many"},
            "default",
            "Please write a number, with digits only, such as 1250 or 12.5.",
        ),
        ({"type": "file", "default": "x"}, "default", "A field of this type has no default."),
        (
            {"default": {"from": "requester.shoes"}},
            "default",
            "A default cannot be taken from “requester.shoes”.",
        ),
        ({"default": {"from": "today"}}, "default", "A default cannot be taken from “today”."),
        ({"minimum": 5, "maximum": 4}, "minimum", "The least is more than the most."),
        ({"type": "number", "minimum": "few"}, "minimum", "Please write a number."),
        (
            {"type": "date", "minimum": 3},
            "minimum",
            "Please write a day such as 2026-03-02, or today, or today+3.",
        ),
        (
            {"type": "date", "minimum": "today+3", "maximum": "today"},
            "minimum",
            "The least is more than the most.",
        ),
        (
            {"type": "consent", "maximum": 3},
            "maximum",
            "A field of this type has no least and no most.",
        ),
        (
            {"type": "money"},
            "currency",
            "Please write the three letters of a currency, such as GBP.",
        ),
        ({"currency": "GBP"}, "currency", "Only an amount of money has a currency."),
        (
            {"pattern": "[a-", "validation": {"message": "No."}},
            "pattern",
            "This pattern cannot be read. Please check it.",
        ),
        ({"type": "number", "pattern": "x"}, "pattern", "Only a text has a pattern."),
        ({"accept": [".pdf"]}, "accept", "Only a field for files takes kinds of files."),
        (
            {"type": "file", "accept": ["pdf"]},
            "accept",
            "Please write kinds of files as .pdf or image/*.",
        ),
        ({"sensitivity": "secret"}, "sensitivity", "Please choose one of the list."),
        ({"type": "table"}, "columns", "Please add the columns of this table."),
        (
            {"columns": [{"key": "a", "type": "text", "label": "A"}]},
            "columns",
            "Only a table has columns.",
        ),
        (
            {"type": "table", "columns": [{"key": "a", "type": "file", "label": "A"}]},
            "columns.0.type",
            "A column of a table cannot be of this type.",
        ),
        (
            {"condition": "answers.other == 1"},
            "condition",
            "There is no field “other” in this form.",
        ),
        (
            {"condition": "answers.it == 'x'"},
            "condition",
            "The field “it” is asked later; a condition can only speak of earlier answers.",
        ),
        (
            {"condition": "requester.shoes == 'x'"},
            "condition",
            "Nothing of the name “shoes” is known of the requester.",
        ),
        (
            {"condition": "steps.a == 1"},
            "condition",
            "The condition speaks of unknown names: steps",
        ),
    ],
)
def test_one_fault(field: dict[str, Any], path: str, sentence: str) -> None:
    assert _only(**field) == (path, sentence)


def test_a_condition_may_speak_of_earlier_answers_and_a_rule_of_its_own() -> None:
    form = form_of(
        {"key": "first"},
        {
            "key": "second",
            "condition": "answers['first'] == 'answers.third' && requester.is_customer",
            "validation": {"rule": "answers.second != answers.first", "message": "Other, please."},
        },
        {"key": "third"},
    )
    assert faults(form) == []


def test_a_condition_on_later_or_missing_answers_is_found_in_steps_too() -> None:
    data = {**LAPTOP, "steps": [dict(step) for step in LAPTOP["steps"]]}
    data["steps"][0]["condition"] = "answers.slot != null"
    assert faults(form_from(data)) == [
        Fault(
            "steps.0.condition",
            "The field “slot” is asked later; a condition can only speak of earlier answers.",
        )
    ]


def test_keys_are_there_once() -> None:
    found = faults(form_of({"key": "a"}, {"key": "a"}))
    assert [each.path for each in found] == ["steps.0.fields.1.key"]
    data = {**LAPTOP, "steps": [LAPTOP["steps"][2], LAPTOP["steps"][2]]}
    assert "steps.1.key" in [each.path for each in faults(form_from(data))]


def test_an_empty_form_says_what_to_add() -> None:
    empty = form_from({"code": "", "title": "", "steps": []})
    assert [each.path for each in faults(empty)] == ["code", "title", "steps"]
    hollow = form_from({"code": "x", "title": "X", "steps": [{"key": "a", "title": "A"}]})
    assert [each.path for each in faults(hollow)] == ["steps.0.fields"]


def test_what_is_not_translated_is_a_warning() -> None:
    found = faults(form_from(LAPTOP), languages=["fr"])
    assert all(each.is_warning for each in found)
    paths = {each.path for each in found}
    assert "steps.0.fields.0.translations.fr.label" not in paths
    assert "steps.0.fields.0.translations.fr.help" in paths
    assert "steps.0.fields.0.choices.1.translations.fr.label" in paths
    assert "steps.1.fields.4.columns.0.translations.fr.label" in paths


def test_a_condition_that_cannot_be_read_says_from_where() -> None:
    assert _only(condition="requester.unit == 'a' &&") == (
        "condition",
        "The condition cannot be read: something is missing or too much at line 1, character 25.",
    )


def test_a_rule_without_its_sentence_is_a_warning() -> None:
    (found,) = faults(one_field(validation={"rule": "answers.it != 'x'"}))
    assert (found.path, found.is_warning) == ("steps.0.fields.0.validation.message", True)
