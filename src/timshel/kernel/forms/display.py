"""Answers as people read them: the question, the answer in words, and who may be shown it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from timshel.kernel.forms.references import Reference, References
from timshel.kernel.forms.shapes import Field, FieldType, Form
from timshel.kernel.forms.words import day_words, money_words, number_words


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer in words.

    Args:
        step: the heading of its step.
        key: of the field.
        type: of the field.
        label: the question.
        value: the answer; several lines for long texts, choices, files and tables.
        sensitivity: who may be shown it: a ``shapes.Sensitivity``.
        headings: of the columns of a table.
        rows: of a table, cell by cell.
        files: of a file field, as they were answered.
    """

    step: str
    key: str
    type: str
    label: str
    value: str
    sensitivity: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    files: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    language: str
    named: Mapping[str, Mapping[str, Reference]]


def display(
    form: Form, answers: Mapping[str, Any], *, language: str, references: References
) -> tuple[Shown, ...]:
    """Return what was answered, in the order of the form.

    What was not answered is left out; an answer that the form knows no field for, too. An answer
    that does not fit its field any more is shown as it was stored, never hidden.

    Args:
        form: the version that was answered.
        answers: as ``read_answers`` returned them.
        language: of the reader.
        references: names people, units and the like; asked once for each type that occurs.
    """
    ground = _Ground(language, _named(form, answers, references))
    with translation.override(language):
        return tuple(
            _shown(step.text("title", language), each, answers[each.key], ground)
            for step in form.steps
            for each in step.fields
            if answers.get(each.key) is not None
        )


def _shown(step: str, field: Field, answer: Any, ground: _Ground) -> Shown:
    is_table = field.type == FieldType.TABLE and isinstance(answer, list)
    rows = _table_rows(field, answer, ground) if is_table else ()
    headings = tuple(each.text("label", ground.language) for each in field.columns)
    is_file = field.type == FieldType.FILE and isinstance(answer, list)
    return Shown(
        step=step,
        key=field.key,
        type=str(field.type),
        label=field.text("label", ground.language),
        value="\n".join(" · ".join(row) for row in rows)
        if is_table
        else _words(field, answer, ground),
        sensitivity=str(field.sensitivity),
        headings=headings if is_table else (),
        rows=rows,
        files=tuple(each for each in answer if isinstance(each, Mapping)) if is_file else (),
    )


def _named(
    form: Form, answers: Mapping[str, Any], references: References
) -> dict[str, Mapping[str, Reference]]:
    codes: dict[str, set[str]] = {}
    for field in form.fields():
        answer = answers.get(field.key)
        if field.type in references.kinds and isinstance(answer, str):
            codes.setdefault(field.type, set()).add(answer)
        if field.type == FieldType.TABLE and isinstance(answer, list):
            for column in field.columns:
                if column.type in references.kinds:
                    found = [row.get(column.key) for row in answer if isinstance(row, Mapping)]
                    cells = {each for each in found if isinstance(each, str) and each}
                    codes.setdefault(column.type, set()).update(cells)
    return {kind: references.known(kind, found) for kind, found in codes.items() if found}


def _words(field: Field, answer: Any, ground: _Ground) -> str:
    write = _WRITERS.get(field.type)
    try:
        return write(field, answer, ground) if write else _plain(answer)
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
        # An answer made with another design of the form; better shown bare than not at all.
        return _plain(answer)


def _plain(answer: Any) -> str:
    if isinstance(answer, list):
        return "\n".join(_plain(each) for each in answer)
    if isinstance(answer, Mapping):
        return " · ".join(_plain(each) for each in answer.values())
    return str(answer)


def _number(_field: Field, answer: Any, ground: _Ground) -> str:
    return number_words(answer, ground.language)


def _money(_field: Field, answer: Any, ground: _Ground) -> str:
    return money_words(answer["amount"], answer["currency"], ground.language)


def _date(_field: Field, answer: Any, ground: _Ground) -> str:
    return day_words(date.fromisoformat(answer), ground.language)


def _time_slot(_field: Field, answer: Any, ground: _Ground) -> str:
    day = day_words(date.fromisoformat(answer["date"]), ground.language)
    return _("%(day)s, %(start)s to %(end)s") % {
        "day": day,
        "start": answer["from"],
        "end": answer["until"],
    }


def _choice(field: Field, answer: Any, ground: _Ground) -> str:
    labels = {each.value: each.text("label", ground.language) for each in field.choices}
    return labels.get(answer, str(answer))


def _choices(field: Field, answer: Any, ground: _Ground) -> str:
    return "\n".join(_choice(field, each, ground) for each in answer)


def _reference(field: Field, answer: Any, ground: _Ground) -> str:
    found = ground.named.get(field.type, {}).get(answer)
    return found.label if found else str(answer)


def _files(_field: Field, answer: Any, _ground: _Ground) -> str:
    return "\n".join(each["name"] for each in answer)


def _consent(_field: Field, answer: Any, _ground: _Ground) -> str:
    return _("Yes") if answer else _("No")


def _table_rows(field: Field, answer: Any, ground: _Ground) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(
            _words(column, row[column.key], ground) if row.get(column.key) is not None else ""
            for column in field.columns
        )
        for row in answer
        if isinstance(row, Mapping)
    )


_WRITERS: dict[str, Callable[[Field, Any, _Ground], str]] = {
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.TIME_SLOT: _time_slot,
    FieldType.CHOICE: _choice,
    FieldType.MULTIPLE_CHOICE: _choices,
    FieldType.PERSON: _reference,
    FieldType.UNIT: _reference,
    FieldType.SITE: _reference,
    FieldType.SERVICE: _reference,
    FieldType.ASSET: _reference,
    FieldType.FILE: _files,
    FieldType.CONSENT: _consent,
}
