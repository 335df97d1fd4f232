"""Conditions on labels, one a line: ``env = production``, ``instance ^= web``, ``!silenced``.

They are kept as data and checked when they are written, so that a rule that is saved can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from timshel.kernel.text import is_storable

MOST_CONDITIONS = 50
LONGEST_LINE = 1_000


class LabelOperator(StrEnum):
    """How a label is compared; all but the last two with one value, or with any of several."""

    IS = "is"
    IS_NOT = "is_not"
    STARTS = "starts"
    ENDS = "ends"
    CONTAINS = "contains"
    GIVEN = "given"
    MISSING = "missing"


SIGNS: Mapping[LabelOperator, str] = {
    LabelOperator.IS: "=",
    LabelOperator.IS_NOT: "!=",
    LabelOperator.STARTS: "^=",
    LabelOperator.ENDS: "$=",
    LabelOperator.CONTAINS: "*=",
}
_BY_SIGN = {sign: operator for operator, sign in SIGNS.items()}
_LINE = re.compile(r"(?P<label>[^=!^$*\s][^=!^$*]*?)\s*(?P<sign>[!^$*]?=)\s*(?P<value>.*)")
_GIVEN = re.compile(r"(?P<missing>!)?\s*(?P<label>[^=!^$*\s][^=!^$*]*)")


@dataclass(frozen=True, slots=True)
class LabelCondition:
    """One condition.

    Args:
        label: the name of the label; ``severity`` and ``title`` may be asked for of any alert.
        operator: how it is compared.
        values: with what; any of them will do, and none may hold for ``IS_NOT``.
    """

    label: str
    operator: LabelOperator
    values: tuple[str, ...] = ()

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Tell whether it holds for the labels of an alert."""
        value = labels.get(self.label, "")
        if self.operator is LabelOperator.GIVEN:
            return bool(value)
        if self.operator is LabelOperator.MISSING:
            return not value
        if self.operator is LabelOperator.IS_NOT:
            return value not in self.values
        if self.operator is LabelOperator.STARTS:
            return value.startswith(self.values)
        if self.operator is LabelOperator.ENDS:
            return value.endswith(self.values)
        if self.operator is LabelOperator.CONTAINS:
            return any(each in value for each in self.values)
        return value in self.values

    def written(self) -> str:
        """Return it as the line that people write."""
        if self.operator is LabelOperator.GIVEN:
            return self.label
        if self.operator is LabelOperator.MISSING:
            return f"!{self.label}"
        return f"{self.label} {SIGNS[self.operator]} {' | '.join(self.values)}"

    def plain(self) -> dict[str, object]:
        """Return it as JSON."""
        return {"label": self.label, "operator": self.operator, "values": list(self.values)}


class BadCondition(Exception):  # noqa: N818 - it says what a line is
    """A line is no condition; with a sentence that says why."""


def read_conditions(text: str) -> tuple[LabelCondition, ...]:
    """Return the conditions of a text, one a line.

    Raises:
        BadCondition: a line is none, or there are too many.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_CONDITIONS:
        raise BadCondition(
            _("At most %(count)d conditions are possible.") % {"count": MOST_CONDITIONS}
        )
    return tuple(_read(line) for line in lines)


def _read(line: str) -> LabelCondition:
    if len(line) > LONGEST_LINE or not is_storable(line):
        raise BadCondition(_("A line is too long, or holds characters that cannot be stored."))
    if found := _LINE.fullmatch(line):
        values = tuple(value.strip() for value in found["value"].split("|") if value.strip())
        if not values:
            raise BadCondition(_("“%(line)s” says no value.") % {"line": line[:80]})
        return LabelCondition(found["label"].strip(), _BY_SIGN[found["sign"]], values)
    if found := _GIVEN.fullmatch(line):
        operator = LabelOperator.MISSING if found["missing"] else LabelOperator.GIVEN
        return LabelCondition(found["label"].strip(), operator)
    raise BadCondition(
        _("“%(line)s” is no condition such as env = production.") % {"line": line[:80]}
    )


def conditions(stored: Iterable[Mapping[str, object]]) -> tuple[LabelCondition, ...]:
    """Return conditions from what was stored."""
    found = []
    for each in stored:
        values = each.get("values")
        kept = tuple(map(str, values)) if isinstance(values, list | tuple) else ()
        found.append(LabelCondition(str(each["label"]), LabelOperator(str(each["operator"])), kept))
    return tuple(found)
