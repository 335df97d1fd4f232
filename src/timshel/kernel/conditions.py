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

# Where its parser stumbled.
_PLACE = re.compile(r"<input>:(\d+):(\d+): Syntax error")

# Texts and remarks, in which brackets mean nothing.
_UNSAID = re.compile(
    r"//[^\n]*|[rR](?:\"\"\".*?\"\"\"|'''.*?'''|\"[^\"]*\"|'[^']*')"
    r"|\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'",
    re.DOTALL,
)
# What asks each part of a list, and brackets: they tell how deep such questions nest.
_NESTING = re.compile(
    r"\.\s*(?P<macro>all|exists|exists_one|map|filter)\s*\(|(?P<open>[(\[{])|(?P<close>[)\]}])"
)
DEEPEST = 2

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
    if _is_costly(expression):
        message = _("The condition asks lists within lists within lists, which takes too long.")
        raise Invalid({"condition": [message]})
    try:
        _compile(expression)
    except ValueError as error:
        message = _("The condition cannot be read: %(reason)s") % {"reason": _reason(error)}
        raise Invalid({"condition": [message]}) from error
    unknown = sorted(names_read(expression) - names)
    if unknown:
        message = _("The condition speaks of unknown names: %(names)s") % {
            "names": ", ".join(unknown)
        }
        raise Invalid({"condition": [message]})


def _reason(error: ValueError) -> str:
    """Return where somebody has to look; the words of the parser help nobody but its makers."""
    found = _PLACE.search(str(error))
    if found is None:
        return str(error)
    place = {"line": found[1], "character": found[2]}
    return _("something is missing or too much at line %(line)s, character %(character)s.") % place


def _is_costly(expression: str) -> bool:
    """Tell whether a condition asks each part of a list for each part of another, too often.

    The engine knows no bound: six lists of ten within each other are a million questions, and
    one more is ten million. Of lists within a list none may be made, for what they would hold.
    """
    within: list[str] = []
    said = _UNSAID.sub(lambda found: " " if found[0].startswith("//") else "''", expression)
    for found in _NESTING.finditer(said):
        if found["macro"]:
            within.append(found["macro"])
            macros = [each for each in within if each]
            if len(macros) > DEEPEST or (len(macros) > 1 and "map" in macros):
                return True
        elif found["open"]:
            within.append("")
        elif found["close"] and within:
            within.pop()
    return False


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
