"""What the expressions of a diagram may read, and what they give."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from timshel.kernel import conditions
from timshel.kernel.bpmn.diagram import CallSpec, Diagram, Element, TimerSpec
from timshel.kernel.bpmn.durations import as_moment, parse_duration, parse_moment
from timshel.kernel.errors import Invalid

NAMES = frozenset({"answers", "requester", "request", "steps", "parts", "now"})

Facts = Mapping[str, Any]
Reading = Callable[[str], Mapping[str, Any]]
"""Gives the values that an expression may read, by name."""

_STEPS = re.compile(r"\bsteps\b")
_NAMED_STEP = re.compile(r"(?<![\w.])steps\.([A-Za-z_]\w*)")


def plain(value: Any) -> Any:
    """Return a value as conditions know it: days as ISO text, sequences as lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int, float, datetime, timedelta)):
        return value
    return str(value)


def blank_steps(diagram: Diagram) -> dict[str, Any]:
    """Return the steps of a diagram as long as none was done: conditions may speak of any."""
    return {
        each.id: {"outcome": "", "by": "", "at": None, "answers": {}} for each in diagram.elements
    }


def plain_facts(facts: Facts) -> dict[str, Any]:
    """Return facts as expressions read them; what is not known is empty.

    Args:
        facts: ``answers``, ``requester``, ``request`` and ``parts``, as far as they are known.
    """
    return {
        "answers": plain(facts.get("answers") or {}),
        "requester": plain(facts.get("requester") or {}),
        "request": plain(facts.get("request") or {}),
        "parts": plain(facts.get("parts") or []),
    }


@lru_cache(maxsize=2_048)
def steps_read(expression: str) -> frozenset[str] | None:
    """Return the steps that an expression names; nothing where it may read any of them.

    What is handed to the engine of conditions is converted each time, so that only what an
    expression reads is worth handing over.
    """
    named = _NAMED_STEP.findall(expression)
    return frozenset(named) if len(named) == len(_STEPS.findall(expression)) else None


def due_at(timer: TimerSpec, reading: Reading, at: datetime) -> datetime:
    """Return when a timer fires.

    Raises:
        Invalid: its expression fails, or gives neither a moment nor a duration.
    """
    result: Any = timer.text
    read = parse_duration if timer.kind == "duration" else parse_moment
    if read(timer.text) is None:
        result = conditions.value(timer.text, reading(timer.text))
    try:
        moment = _moment(result, timer.kind, at)
    except OverflowError:
        moment = None
    if moment is None:
        raise Invalid(message=_("Its time is neither a moment nor a duration: %(value)s")
                      % {"value": result})  # fmt: skip
    return moment


def _moment(result: Any, kind: str, at: datetime) -> datetime | None:
    if isinstance(result, str):
        if kind == "duration":
            duration = parse_duration(result)
            return duration.after(at) if duration else None
        return parse_moment(result)
    if kind == "duration":
        return at + result if isinstance(result, timedelta) else None
    return as_moment(result) if isinstance(result, date) else None


def call_values(spec: CallSpec, reading: Reading) -> dict[str, Any]:
    """Return what a service gets, as plain JSON.

    Raises:
        Invalid: an expression fails.
    """
    return {
        each.name: as_json(conditions.value(each.expression, reading(each.expression)))
        if each.expression
        else each.text
        for each in spec.values
    }


def as_json(value: Any) -> Any:
    """Return a value of an expression as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(each) for each in value]
    if isinstance(value, datetime):
        return as_moment(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds())}S"
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return str(value)


def label(element: Element) -> str:
    """Return how sentences call an element: its name and its id."""
    return f"{element.name} ({element.id})" if element.name else element.id
