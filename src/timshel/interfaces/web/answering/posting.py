"""Reading one step of a form that was posted, by a button, by the script or without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from timshel.interfaces.web.answering.asking import CONTROL, Asking
from timshel.interfaces.web.answering.files import files_from
from timshel.kernel.forms import Field, FieldType, Reading, Step
from timshel.kernel.forms.shapes import MOST_ROWS, REFERENCES

Errors = Mapping[str, tuple[str, ...]]
LONGEST_TYPED = 100_000


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a posted step.

    Args:
        raw: all raw answers: those of before, and what was typed in this step. Keep them in any
            case, as they are; nothing typed is left out.
        reading: all steps as they are read.
        errors: what is wrong in this step.
        is_saving: the script saves what was typed; answer with 204.
        is_again: the step is to be shown again without being judged: a row was added, or the
            script asks what is to be seen now.
        has_new: fields of this step are asked now that the page did not show.
    """

    raw: dict[str, Any]
    reading: Reading
    errors: Errors
    is_saving: bool
    is_again: bool
    has_new: bool

    @property
    def is_complete(self) -> bool:
        """Whether the step is answered, so that the next one may come."""
        return not (self.is_saving or self.is_again or self.has_new or self.errors)

    @property
    def shown_errors(self) -> Errors:
        """What is to be shown as wrong: nothing where somebody is still at it."""
        return {} if self.is_saving or self.is_again else self.errors


def read_post(
    request: HttpRequest, asking: Asking, step_key: str, raw: Mapping[str, Any]
) -> Posted:
    """Read a step that was posted.

    Without a script nothing shows when an answer calls for further questions: then ``has_new`` is
    true, and the step is to be shown once more.

    Args:
        request: with the posted form.
        asking: the form.
        step_key: the step that the page showed.
        raw: the raw answers of before, of all steps.

    Raises:
        KeyError: the form has no such step.
    """
    step = asking.form.step(step_key)
    deed = request.POST.get(CONTROL, "")
    seen = set(request.POST.get(asking.shown_name(step), "").split(","))
    typed, faults = _typed(request, asking, step, seen)
    merged = {**raw, **typed}
    _change_rows(merged, step, deed)
    reading = asking.read(merged)
    asked = {each.key for each in step.fields} & reading.visible.fields
    errors = {**reading.errors_in(asked), **faults}
    has_new = bool(asked - seen)
    if has_new:
        # What was not asked yet cannot have been forgotten.
        errors = {name: texts for name, texts in errors.items() if name.partition(".")[0] in seen}
    return Posted(
        raw=merged,
        reading=reading,
        errors=errors,
        is_saving=deed == "save",
        is_again=deed not in ("", "save"),
        has_new=has_new,
    )


def _typed(
    request: HttpRequest, asking: Asking, step: Step, seen: set[str]
) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """Return what was typed into the fields that the page showed."""
    raw: dict[str, Any] = {}
    faults: dict[str, tuple[str, ...]] = {}
    for field in step.fields:
        if field.key not in seen:
            continue
        name = asking.name_of(field)
        if field.type == FieldType.FILE:
            raw[field.key], problems = files_from(request, name, asking.owner)
            if problems:
                faults[field.key] = tuple(problems)
        else:
            raw[field.key] = _value(request.POST, field, name)
    return raw, faults


def _value(post: QueryDict, field: Field, name: str) -> Any:
    if field.type == FieldType.MULTIPLE_CHOICE:
        return [_short(each) for each in post.getlist(name)]
    if field.type == FieldType.TIME_SLOT:
        return {part: _short(post.get(f"{name}.{part}")) for part in ("date", "from", "until")}
    if field.type == FieldType.TABLE:
        return _table(post, field, name)
    if field.type in REFERENCES:
        return _reference(post, name)
    return _short(post.get(name))


def _table(post: QueryDict, field: Field, name: str) -> list[dict[str, Any]]:
    count = post.get(f"{name}.rows", "0")
    rows = min(int(count), MOST_ROWS) if count.isdecimal() and len(count) < 6 else 0
    return [
        {column.key: _value(post, column, f"{name}.{row}.{column.key}") for column in field.columns}
        for row in range(rows)
    ]


def _reference(post: QueryDict, name: str) -> str:
    """Return the code that was picked, or the text that was typed to find another one."""
    text, code = _short(post.get(name)), _short(post.get(f"{name}.code"))
    was = _short(post.get(f"{name}.was"))
    if text.strip() and (not code or code == was):
        return text
    return code


def _short(text: str | None) -> str:
    return (text or "").replace("\0", "")[:LONGEST_TYPED]


def _change_rows(raw: dict[str, Any], step: Step, deed: str) -> None:
    """Add a row to a table or take one away, as a button asked."""
    verb, _colon, rest = deed.partition(":")
    key, _second, number = rest.partition(":")
    if key not in {each.key for each in step.fields if each.type == FieldType.TABLE}:
        return
    rows = list(raw.get(key) or [])
    if verb == "add" and len(rows) < MOST_ROWS:
        # The page shows one empty row where there is none.
        raw[key] = [*(rows or [{}]), {}]
    if verb == "remove" and number.isdecimal() and len(number) < 6:
        raw[key] = [row for place, row in enumerate(rows) if place != int(number)]
