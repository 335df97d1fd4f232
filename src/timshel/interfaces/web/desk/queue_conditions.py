"""The form that builds the conditions of a view, row by row, with and without JavaScript.

Each row is a field, an operator and values; a button adds a row, another takes it away, and
"Show" leads to the queue with these conditions in its address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.context.people import access as people_access
from timshel.context.people import queries as people
from timshel.interfaces.web.desk.queue_state import QueueState, read_state
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.filters import (
    GROUPS,
    Asker,
    Choice,
    Condition,
    Field,
    FieldKind,
    Filter,
    Operator,
    condition_words,
    moments,
)
from timshel.kernel.filters.describing import OPERATOR_NAMES
from timshel.kernel.filters.fields import NO, NO_VALUE, YES
from timshel.kernel.filters.notation import MOST_CONDITIONS, read_condition
from timshel.operation.view.fields import FIELDS

SHORTEST_NAME = 2
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in words, with the address of the queue without it."""

    words: str
    group: str
    without: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form, as it is drawn."""

    number: int
    group: str
    field: Field
    kind: str
    operator: str
    operators: tuple[tuple[str, str], ...]
    takes_value: bool
    values: tuple[str, ...]
    options: tuple[tuple[Choice, bool], ...]
    text: str
    found: tuple[Choice, ...]
    fault: str


def chips(state: QueueState, *, actor: Actor, at: datetime) -> list[Chip]:
    """Return the conditions of a queue in words, each with the way to take it away."""
    asker = Asker(actor, at)
    return [
        Chip(
            condition_words(each, FIELDS, asker),
            group,
            state.with_look(filter=_less(state.look.filter, group, each)).address(),
        )
        for group, each in state.look.filter.groups()
    ]


def _less(wanted: Filter, group: str, gone: Condition) -> Filter:
    return wanted.without(lambda name, each: name == group and each == gone)


@require_safe
def conditions(request: TimshelRequest, view: str) -> HttpResponse:
    """Show the form of conditions as it was filled in so far, or lead to what it asks for."""
    given = request.GET
    state = read_state(view, given, actor=request.actor)
    asked = _asked(given) if "rows" in given else list(_rows_of(state.look.filter))
    asked = _changed(asked, given)
    if given.get("do") == "show":
        wanted, faults = _read(asked)
        if not faults:
            return redirect(state.with_look(filter=wanted).address())
    else:
        faults = {}
    asker = Asker(request.actor, request.at)
    rows = [
        _row(number, each, faults.get(number, ""), given, asker)
        for number, each in enumerate(asked)
    ]
    context: dict[str, Any] = {
        "state": state,
        "view": state.view,
        "heading": state.view.name,
        "rows": rows,
        "added": len(rows) - 1 if given.get("do") == "add" else None,
        "groups": group_names(),
        "fields": field_groups(),
        "carried": [
            (name, value)
            for name, value in state.query()
            if name not in GROUPS and name != "conditions"
        ],
        "moments": [(text, str(name)) for text, name in moments.NAMED.items()],
        "has_moment": any(each.kind == "moment" for each in rows),
        "example": moments.example(),
        "is_full": len(rows) >= MOST_CONDITIONS,
    }
    part = "desk/queue_builder.html" if request.htmx else "desk/queue_conditions.html"
    return render(request, part, context)


@require_safe
def people_found(request: TimshelRequest) -> HttpResponse:
    """Show the people whom a text finds, to choose for a row of the form."""
    number = request.GET.get("row", "0")[:3]
    text = request.GET.get(f"text-{number}", "")
    context = {
        "number": number if number.isascii() and number.isdigit() else "0",
        "text": text.strip()[:100],
        "found": _people(text, request.actor),
    }
    return render(request, "desk/queue_people.html", context)


def group_names() -> list[tuple[str, str]]:
    """Return the groups of a filter with their names."""
    return [("all", _("must hold")), ("any", _("one of these holds")), ("none", _("must not hold"))]


def field_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields under their headings, as a list to choose from."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in FIELDS:
        found[str(each.group)].append((each.key, str(each.label)))
    return [
        (label, sorted(fields, key=lambda one: one[1].casefold()))
        for label, fields in found.items()
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A row as it was sent."""

    group: str
    field: Field
    operator: str
    values: tuple[str, ...]


def _rows_of(wanted: Filter) -> Iterable[_Asked]:
    for group, each in wanted.groups():
        field = FIELDS.get(each.field)
        if field is not None:
            yield _Asked(group, field, each.operator.value, each.values)


def _asked(given: QueryDict) -> list[_Asked]:
    """Return the rows of the form; a field that is not there any more is left out."""
    found = []
    for number in range(MOST_CONDITIONS):
        field = FIELDS.get(given.get(f"field-{number}", ""))
        if field is None:
            continue
        group = given.get(f"group-{number}", "all")
        found.append(
            _Asked(
                group if group in GROUPS else "all",
                field,
                given.get(f"operator-{number}", ""),
                tuple(dict.fromkeys(each for each in given.getlist(f"value-{number}") if each)),
            )
        )
    return found


def _changed(asked: list[_Asked], given: QueryDict) -> list[_Asked]:
    """Return the rows after the button that was pressed: one more, or one less."""
    deed, _dash, number = given.get("do", "").partition("-")
    field = FIELDS.get(given.get("new", ""))
    if deed == "add" and field is not None and len(asked) < MOST_CONDITIONS:
        usual = (YES,) if field.kind is FieldKind.FLAG else ()
        return [*asked, _Asked("all", field, field.operators[0].value, usual)]
    if deed == "drop" and number.isascii() and number.isdigit() and int(number) < len(asked):
        return [each for place, each in enumerate(asked) if place != int(number)]
    return asked


def _read(asked: Sequence[_Asked]) -> tuple[Filter, dict[int, str]]:
    """Return the filter that the rows are, and what is wrong with which row."""
    groups: dict[str, list[Condition]] = {group: [] for group in GROUPS}
    faults = {}
    for number, each in enumerate(asked):
        try:
            groups[each.group].append(
                read_condition(each.field.key, each.operator, each.values, FIELDS)
            )
        except ValueError as wrong:
            faults[number] = str(wrong)
    return Filter(*(tuple(dict.fromkeys(groups[group])) for group in GROUPS)), faults


def _row(number: int, asked: _Asked, fault: str, given: QueryDict, asker: Asker) -> Row:
    field = asked.field
    operator = asked.operator if asked.operator in field.operators else field.operators[0].value
    text = given.get(f"text-{number}", "")
    found: tuple[Choice, ...] = ()
    if field.picker == "person" and given.get("do") == f"find-{number}":
        found = _people(text, asker.actor)
    return Row(
        number=number,
        group=asked.group,
        field=field,
        kind="person" if field.picker else field.kind.value,
        operator=operator,
        operators=tuple((each.value, str(OPERATOR_NAMES[each])) for each in field.operators),
        takes_value=Operator(operator) not in NO_VALUE,
        values=asked.values,
        options=_options(field, asked.values, asker),
        text=text,
        found=tuple(each for each in found if each.value not in asked.values),
        fault=fault,
    )


def _options(field: Field, values: Sequence[str], asker: Asker) -> tuple[tuple[Choice, bool], ...]:
    """Return what a row offers to choose from, and what is chosen of it."""
    if field.kind is FieldKind.FLAG:
        offered = [Choice(YES, str(field.label)), Choice(NO, str(field.not_label))]
    elif field.kind is FieldKind.CHOICE:
        offered = [Choice(value, str(name)) for value, name in field.relative.items()]
        offered += field.choices(asker) if field.choices is not None else ()
        known = {each.value for each in offered}
        others = [value for value in values if value not in known]
        names = field.value_names(others, asker)
        offered += [Choice(value, names.get(value, value)) for value in others]
    else:
        offered = []
    return tuple((each, each.value in values) for each in offered)


def _people(text: str, actor: Actor) -> tuple[Choice, ...]:
    """Return the people whom a text finds, as far as the reader may see them."""
    if len(text.strip()) < SHORTEST_NAME:
        return ()
    people_access.require_view(actor)
    rows = people.people_matching(text.strip()[:100], actor=actor, limit=MOST_FOUND)
    return tuple(Choice(str(each.id), each.name, each.unit) for each in rows)
