"""Two people changed the same: what was seen, what stands, what was wanted, and the choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.words import field_name, value_text
from timshel.kernel.errors import Conflict, Difference


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One field that two people changed.

    Args:
        field: its name in the form; empty where the form has no such field.
        name: its name for people.
        seen: what the writer had before them.
        current: what stands now.
        wanted: what the writer wants.
        changed_by: who changed it meanwhile.
        changed_at: when.
        theirs: the form's value that keeps what stands.
        mine: the form's value that the writer sent.
    """

    field: str
    name: str
    seen: str
    current: str
    wanted: str
    changed_by: str
    changed_at: datetime
    theirs: str
    mine: str


def choices_of(
    refusal: Conflict, form: StepForm, *, standing: Mapping[str, Any], version: int
) -> dict[str, Any]:
    """Return what the page of a conflict shows.

    Args:
        refusal: with the differences.
        form: as it was sent.
        standing: the form's values as the record stands now.
        version: the record's version now, to be sent along with the choice.
    """
    choices = [_choice(each, form, standing) for each in refusal.differences]
    settled = {choice.field for choice in choices} | {"seen_version"}
    kept = [
        (name, _plain(form[name].value()))
        for name in form.fields
        if name not in settled and name != "files"
    ]
    return {
        "message": refusal.message,
        "choices": choices,
        "can_choose": any(choice.field for choice in choices),
        "kept": kept,
        "version": version,
    }


def _choice(difference: Difference, form: StepForm, standing: Mapping[str, Any]) -> FieldChoice:
    name = difference.field.removesuffix("_id")
    field = name if name in form.fields else ""
    return FieldChoice(
        field=field,
        name=field_name(name),
        seen=value_text(name, difference.seen),
        current=value_text(name, difference.current),
        wanted=value_text(name, difference.wanted),
        changed_by=difference.changed_by,
        changed_at=difference.changed_at,
        theirs=_plain(standing.get(field)),
        mine=_plain(form[field].value()) if field else "",
    )


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
