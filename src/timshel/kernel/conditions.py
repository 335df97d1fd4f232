"""Conditions on a record at hand, in CEL: one language for rules, form fields and gateways.

CEL has no loops without bound, no side effects and no way out to Python, which is why text that
an administrator types may be evaluated at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from timshel.kernel.errors import Invalid

if TYPE_CHECKING:
    import cel

MAXIMUM_LENGTH = 2_000

# The engine counts the name that ``tags.exists(tag, …)`` binds among the names a condition reads.
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\(\s*([A-Za-z_]\w*)\s*,")

# What the engine's functions call themselves; its operators begin with a sign.
_FUNCTIONS = frozenset(
    {
        "bytes", "contains", "double", "duration", "dyn", "endsWith", "getDate", "getDayOfMonth",
        "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours", "getMilliseconds", "getMinutes",
        "getMonth", "getSeconds", "hasValue", "int", "matches", "or", "orValue", "size",
        "startsWith", "string", "timestamp", "type", "uint", "value",
    }
)  # fmt: skip


@lru_cache(maxsize=2_048)
def _compile(expression: str) -> cel.Program:
    # The package brings its command line along, which costs more than the whole start otherwise.
    import cel

    return cel.compile(expression)


def check(expression: str, *, names: frozenset[str]) -> None:
    """Refuse an expression that cannot be compiled or speaks of unknown names.

    Args:
        expression: the CEL text.
        names: the variables that will be there when it is evaluated.

    Raises:
        Invalid: with a sentence that says what is wrong.
    """
    if len(expression) > MAXIMUM_LENGTH:
        raise Invalid({"condition": [_("The condition is too long.")]})
    try:
        _compile(expression)
    except ValueError as error:
        message = _("The condition cannot be read: %(reason)s") % {"reason": error}
        raise Invalid({"condition": [message]}) from error
    unknown = sorted(names_read(expression) - names)
    if unknown:
        message = _("The condition speaks of unknown names: %(names)s") % {
            "names": ", ".join(unknown)
        }
        raise Invalid({"condition": [message]})


def names_read(expression: str) -> frozenset[str]:
    """Return the variables that an expression reads.

    Args:
        expression: CEL text that can be compiled.
    """
    return frozenset(_compile(expression).variables()) - frozenset(_BOUND.findall(expression))


def unknown_functions(expression: str) -> frozenset[str]:
    """Return the functions that an expression calls and that CEL does not have.

    Args:
        expression: CEL text that :func:`check` accepted.
    """
    return frozenset(
        name
        for name in _compile(expression).functions()
        if name not in _FUNCTIONS and not name.startswith(("_", "@", "!", "-"))
    )


def holds(expression: str, values: Mapping[str, Any]) -> bool:
    """Tell whether a condition holds for a record's values.

    Args:
        expression: CEL text that :func:`check` accepted.
        values: plain values by name (text, numbers, booleans, lists, mappings, aware datetimes).

    Raises:
        Invalid: the evaluation failed, or gave something other than yes or no.
    """
    result = value(expression, values)
    if not isinstance(result, bool):
        raise Invalid({"condition": [_("The condition gives neither yes nor no.")]})
    return result


def value(expression: str, values: Mapping[str, Any]) -> Any:
    """Return what an expression gives for a record's values.

    Args:
        expression: CEL text that :func:`check` accepted.
        values: plain values by name (text, numbers, booleans, lists, mappings, aware datetimes).

    Returns:
        A plain value: text, number, yes or no, list, mapping, aware datetime or timedelta.

    Raises:
        Invalid: the evaluation failed.
    """
    try:
        return _compile(expression).execute(dict(values))
    except (ValueError, TypeError, RuntimeError, ArithmeticError, LookupError) as error:
        message = _("The condition could not be evaluated: %(reason)s") % {"reason": error}
        raise Invalid({"condition": [message]}) from error
