"""What a resource says, and what is wrong with it or with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.support.resource.rules.forecasting import Figures
from timshel.support.resource.rules.quarters import is_quarter
from timshel.support.resource.states import ResourceKind

PREFIX = "RES"
LONGEST_NAME = 200
LONGEST_UNIT = 40
LONGEST_CODE = 80
LONGEST_NOTE = 4_000
MOST_ROWS = 40
LARGEST = Decimal(10) ** 12 - 1
PLACES = Decimal("0.0001")
AMOUNTS = ("available", "needed", "used")
TEXTS = {
    "name": LONGEST_NAME,
    "unit": LONGEST_UNIT,
    "service_code": LONGEST_CODE,
    "note": LONGEST_NOTE,
}


@dataclass(frozen=True, slots=True)
class ResourceContent:
    """Something that services need.

    Args:
        kind: people, technical, information or financial.
        name: what it is.
        unit: in which it is counted, such as ``TB``.
        owner: the code of the person who answers for it.
        team: the code of the team whose it is; may be empty.
        role: the code of a responsibility role that it provides for; may be empty.
        service_code: the service it is for; may be empty.
        note: Markdown; may be empty.
    """

    kind: ResourceKind
    name: str
    unit: str
    owner: str
    team: str = ""
    role: str = ""
    service_code: str = ""
    note: str = ""


def content_faults(content: ResourceContent) -> dict[str, list[Text]]:
    """Return what is wrong with the words of a resource, by field."""
    faults = {
        name: text_faults(getattr(content, name), longest=most) for name, most in TEXTS.items()
    }
    if content.kind not in ResourceKind.values:
        faults["kind"] = [_("Please choose what it is.")]
    if not content.name.strip():
        faults["name"] = [_("Please say what it is.")]
    if not content.unit.strip():
        faults["unit"] = [_("Please say in what it is counted, such as full-time posts or TB.")]
    return {name: texts for name, texts in faults.items() if texts}


def figure_field(name: str, quarter: date) -> str:
    """Return the field at which a fault of a figure is said, such as ``used-2026-01-01``."""
    return f"{name}-{quarter.isoformat()}"


def figures_faults(given: Sequence[Figures], *, now: date) -> dict[str, list[Text]]:
    """Return what is wrong with the figures of a resource, by field.

    Args:
        given: one for each quarter.
        now: the present quarter.
    """
    if len(given) > MOST_ROWS:
        return {"figures": [_("At most %(count)d quarters at once.") % {"count": MOST_ROWS}]}
    faults: dict[str, list[Text]] = {}
    if len({each.quarter for each in given}) < len(given):
        faults["figures"] = [_("A quarter stands there twice.")]
    for each in given:
        if not is_quarter(each.quarter):
            sentence = _("A quarter is named by its first day, such as 2026-04-01.")
            faults[figure_field("quarter", each.quarter)] = [sentence]
        for name in AMOUNTS:
            value: Decimal | None = getattr(each, name)
            if value is not None and (texts := amount_faults(value)):
                faults[figure_field(name, each.quarter)] = texts
        if each.used is not None and each.quarter >= now:
            sentence = _("This quarter is not over yet: nobody knows what will be used.")
            faults.setdefault(figure_field("used", each.quarter), []).append(sentence)
    return faults


def amount_faults(value: Decimal) -> list[Text]:
    """Return what is wrong with an amount."""
    if not value.is_finite() or not 0 <= value <= LARGEST or value != value.quantize(PLACES):
        return [_("Give a number from 0, with at most four decimals.")]
    return []
