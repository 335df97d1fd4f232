"""Forms as data: what is written is read back, and what has the wrong shape is refused by path."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.forms.designs import LAPTOP, REQUESTER, TODAY
from timshel.kernel.errors import Invalid
from timshel.kernel.forms import defaults, faults, form_from, plain

SCHEMA = json.loads(Path("packs/schemas/forms.json").read_text(encoding="utf-8"))


def test_a_form_is_read_and_written_back() -> None:
    form = form_from(LAPTOP)
    assert plain(form) == LAPTOP
    assert form_from(plain(form)) == form
    assert faults(form) == []


def test_the_schema_takes_what_is_read() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(LAPTOP)] == []


def test_texts_come_in_the_readers_language_where_there_is_a_translation() -> None:
    form = form_from(LAPTOP)
    assert form.text("title", "fr") == "Un ordinateur portable"
    assert form.step("machine").text("title", "fr") == "Quelle machine"
    assert form.field("model").choices[0].text("label", "fr") == "14 pouces"
    assert form.field("model").choices[1].text("label", "fr") == "16 inches"
    assert form.field("model").text("help", "fr") == "14 inches fit every bag."


def test_a_step_and_a_field_are_found_by_key() -> None:
    form = form_from(LAPTOP)
    assert form.step("place").title == "Where and when"
    assert form.field("slot").label == "Delivery"
    with pytest.raises(KeyError):
        form.step("nowhere")
    with pytest.raises(KeyError):
        form.field("nothing")


def test_what_stands_there_to_begin_with() -> None:
    assert defaults(form_from(LAPTOP), REQUESTER, TODAY) == {
        "model": "14",
        "site": "headquarters",
    }


def _changed(path: str, value: Any) -> dict[str, Any]:
    data: Any = deepcopy(LAPTOP)
    *parts, last = [int(each) if each.isdecimal() else each for each in path.split(".")]
    found = data
    for each in parts:
        found = found[each]
    found[last] = value
    return dict(data)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("steps", "one", "steps"),
        ("steps.0", "one", "steps.0"),
        ("steps.0.colour", "red", "steps.0"),
        ("steps.0.fields.0.required", "yes", "steps.0.fields.0.required"),
        ("steps.0.fields.0.label", ["a"], "steps.0.fields.0.label"),
        ("steps.0.fields.0.choices", {"a": "b"}, "steps.0.fields.0.choices"),
        ("steps.0.fields.0.minimum", [1], "steps.0.fields.0.minimum"),
        ("steps.0.fields.0.validation", "x", "steps.0.fields.0.validation"),
        ("steps.0.fields.0.default", {"from": "x", "to": 1}, "steps.0.fields.0.default"),
        ("steps.1.fields.5.size", "1 MB", "steps.1.fields.5.size"),
        ("steps.1.fields.5.accept", [1], "steps.1.fields.5.accept"),
        ("translations", {"fr": "x"}, "translations.fr"),
    ],
)
def test_a_wrong_shape_is_refused_where_it_is(path: str, value: Any, where: str) -> None:
    with pytest.raises(Invalid) as refusal:
        form_from(_changed(path, value))
    assert list(refusal.value.fields) == [where]


def test_nothing_that_was_written_is_left_out_in_silence() -> None:
    with pytest.raises(Invalid) as refusal:
        form_from({"code": "x", "title": "X", "pages": []})
    assert refusal.value.fields == {"": ["Nothing of this name can be said here: pages."]}
