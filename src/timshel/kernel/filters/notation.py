"""Filters as JSON and as parts of an address, read with a sentence for each thing that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from timshel.kernel.errors import Invalid, Text
from timshel.kernel.filters import moments
from timshel.kernel.filters.fields import NO, NO_VALUE, YES, Field, FieldKind, Registry
from timshel.kernel.filters.structure import GROUPS, Condition, Filter, Operator
from timshel.kernel.text import is_storable

MOST_CONDITIONS = 40
MOST_VALUES = 50
LONGEST_VALUE = 200
LARGEST_NUMBER = 2**31 - 1
ANSWERS = {True: YES, False: NO}


def read_filter(given: Any, registry: Registry, *, name: str = "filter") -> Filter:
    """Return a filter that came from outside.

    Args:
        given: ``{"all": [{"field", "operator", "value"}], "any": […], "none": […]}``, each group
            may be left out.
        registry: the fields it may name.
        name: under which name what is wrong is told.

    Raises:
        Invalid: with a sentence for each thing that is wrong.
    """
    if not isinstance(given, Mapping):
        raise Invalid({name: [_("A filter has the groups “all”, “any” and “none”.")]})
    faults: list[Text] = [
        _("There is no group “%(group)s”; there are “all”, “any” and “none”.")
        % {"group": str(group)[:LONGEST_VALUE]}
        for group in given
        if group not in GROUPS
    ]
    groups = {group: _read_group(given.get(group, ()), registry, faults) for group in GROUPS}
    found = Filter(**groups)
    if len(found) > MOST_CONDITIONS:
        faults.append(_("A filter has at most %(count)d conditions.") % {"count": MOST_CONDITIONS})
    if faults:
        raise Invalid({name: faults})
    return found


def _read_group(given: Any, registry: Registry, faults: list[Text]) -> tuple[Condition, ...]:
    if not isinstance(given, list | tuple) or len(given) > MOST_CONDITIONS:
        faults.append(
            _("A group is a list of at most %(count)d conditions.") % {"count": MOST_CONDITIONS}
        )
        return ()
    found = []
    for each in given:
        try:
            found.append(_read_plain(each, registry))
        except ValueError as error:
            faults.append(str(error))
    return tuple(dict.fromkeys(found))


def _read_plain(given: Any, registry: Registry) -> Condition:
    """Return a condition from plain data.

    Raises:
        ValueError: with the sentence that says what is wrong.
    """
    if not isinstance(given, Mapping) or not given.keys() <= {"field", "operator", "value"}:
        raise ValueError(_("A condition has a “field”, an “operator” and a “value”."))
    value = given.get("value", [])
    values = value if isinstance(value, list | tuple) else [value]
    texts = [ANSWERS[each] if isinstance(each, bool) else each for each in values]
    if not all(isinstance(each, str | int) for each in texts):
        raise ValueError(_("The values of a condition are texts or whole numbers."))
    return read_condition(
        str(given.get("field", "")),
        str(given.get("operator", "")),
        [str(each) for each in texts],
        registry,
    )


def read_condition(
    field: str, operator: str, values: Sequence[str], registry: Registry
) -> Condition:
    """Return a condition from its parts.

    Args:
        field: the key of a field.
        operator: the name of an operator.
        values: as texts; blank ones are left out.
        registry: the fields there are.

    Raises:
        ValueError: with the sentence that says what is wrong.
    """
    known = registry.get(field)
    if known is None:
        raise ValueError(_("There is no field “%(field)s”.") % {"field": _shortened(field)})
    if operator not in known.operators:
        raise ValueError(
            _("“%(field)s” cannot be asked for by “%(operator)s”.")
            % {"field": known.label, "operator": _shortened(operator)}
        )
    wanted = Operator(operator)
    found = tuple(dict.fromkeys(text for each in values if (text := each.strip())))
    if wanted in NO_VALUE:
        return Condition(field, wanted)
    _check_values(known, found)
    return Condition(field, wanted, found)


def _check_values(known: Field, values: tuple[str, ...]) -> None:
    """Refuse values that a field cannot have.

    Raises:
        ValueError: with the sentence that says what is wrong.
    """
    if not values:
        raise ValueError(_("“%(field)s” needs a value.") % {"field": known.label})
    most = MOST_VALUES if known.kind is FieldKind.CHOICE else 1
    if len(values) > most:
        raise ValueError(
            _("“%(field)s” takes at most %(count)d values.") % {"field": known.label, "count": most}
        )
    for value in values:
        if len(value) > LONGEST_VALUE or not is_storable(value):
            raise ValueError(
                _("A value of “%(field)s” is too long or holds characters that cannot be stored.")
                % {"field": known.label}
            )
        fault = _fault(known, value)
        if fault:
            raise ValueError(fault)


def _fault(known: Field, value: str) -> str:
    """Return the sentence that says why a value fits no such field, or nothing."""
    words = {"field": known.label, "value": value}
    if known.kind is FieldKind.FLAG and value not in (YES, NO):
        return _("“%(field)s” is either “yes” or “no”.") % words
    if known.kind is FieldKind.NUMBER and not _is_number(value):
        return _("“%(value)s” is no whole number from 0 on.") % words
    if known.kind is FieldKind.MOMENT and not moments.is_moment(value):
        said = _("“%(value)s” names no moment.") % words
        return f"{said} {moments.example()}"
    return ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text[:20]) <= LARGEST_NUMBER


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def plain(wanted: Filter, registry: Registry) -> dict[str, list[dict[str, Any]]]:
    """Return a filter as plain data, as :func:`read_filter` takes it; empty groups left out."""
    return {
        group: [_plain(each, registry) for each in wanted.group(group)]
        for group in GROUPS
        if wanted.group(group)
    }


def _plain(asked: Condition, registry: Registry) -> dict[str, Any]:
    found: dict[str, Any] = {"field": asked.field, "operator": asked.operator.value}
    if asked.operator in NO_VALUE:
        return found
    known = registry.get(asked.field)
    kind = known.kind if known else FieldKind.CHOICE
    if kind is FieldKind.CHOICE:
        return {**found, "value": list(asked.values)}
    if kind is FieldKind.FLAG:
        return {**found, "value": asked.values[0] == YES}
    if kind is FieldKind.NUMBER:
        return {**found, "value": int(asked.values[0])}
    return {**found, "value": asked.values[0]}


def to_address(wanted: Filter) -> list[tuple[str, str]]:
    """Return a filter as parts of an address: the group, and ``field:operator:value,value``."""
    found = []
    for group, asked in wanted.groups():
        parts = [asked.field, asked.operator.value]
        if asked.values:
            parts.append(",".join(asked.values))
        found.append((group, ":".join(parts)))
    return found


def from_address(parts: Iterable[tuple[str, str]], registry: Registry) -> Filter:
    """Return a filter from the parts of an address.

    Args:
        parts: names of groups with conditions as :func:`to_address` writes them.
        registry: the fields there are.

    Raises:
        Invalid: with a sentence for each thing that is wrong.
    """
    found: dict[str, list[Condition]] = {group: [] for group in GROUPS}
    faults: list[Text] = []
    for number, (group, text) in enumerate(parts):
        if number >= MOST_CONDITIONS:
            faults.append(
                _("A filter has at most %(count)d conditions.") % {"count": MOST_CONDITIONS}
            )
            break
        try:
            found[group].append(_from_text(text, registry))
        except ValueError as error:
            faults.append(str(error))
    if faults:
        raise Invalid({"filter": faults})
    return Filter(*(tuple(dict.fromkeys(found[group])) for group in GROUPS))


def _from_text(text: str, registry: Registry) -> Condition:
    field, _colon, rest = text.partition(":")
    operator, _colon, value = rest.partition(":")
    known = registry.get(field)
    several = known is not None and known.kind is FieldKind.CHOICE
    return read_condition(field, operator, value.split(",") if several else [value], registry)
