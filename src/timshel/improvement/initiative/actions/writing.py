"""What all actions about improvements and cycles share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Customer, Unit
from timshel.improvement.initiative.models import Cycle, Improvement
from timshel.improvement.initiative.rules import (
    Area,
)
from timshel.improvement.initiative.states import (
    AreaKind,
)
from timshel.kernel.errors import Text, WrongState
from timshel.service_portfolio.service.models import Service

REGION = "improvements"
MODELS: Mapping[str, Any] = {
    AreaKind.SERVICE: Service,
    AreaKind.UNIT: Unit,
    AreaKind.CUSTOMER: Customer,
}


def require_seen(revision: int, seen_revision: int) -> None:
    """Refuse where somebody else saved meanwhile.

    Raises:
        WrongState: they did.
    """
    if revision != seen_revision:
        raise WrongState(_("Somebody else changed this meanwhile. Look at it again, then save."))


def note(faults: dict[str, list[Text]], field: str, found: list[Text]) -> None:
    """Add what was found wrong with a field of which nothing is known yet."""
    if found:
        faults.setdefault(field, found)


def add_unknown_area(faults: dict[str, list[Text]], area: Area) -> None:
    """Note where nothing has the code; a process belongs to the library and may come later."""
    model = MODELS.get(area.kind)
    if "area" in faults or model is None:
        return
    if not model.objects.filter(code=area.code.strip()).exists():
        faults["area"] = [_("There is no %(code)s.") % {"code": area.code}]


def write(row: Improvement | Cycle, said: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Write what differs and save it; returns what changed, as the journal keeps it."""
    changes: dict[str, tuple[Any, Any]] = {}
    for name, value in said.items():
        changes |= change(row, name, value)
        setattr(row, name, value)
    if changes:
        row.revision += 1
        row.save()
    return changes


def change(row: Improvement | Cycle, name: str, value: Any) -> dict[str, tuple[Any, Any]]:
    """Return by what a value differs from the one that stands, as the journal keeps it."""
    before = getattr(row, name)
    return {} if before == value else {name: (plain(before), plain(value))}


def plain(value: Any) -> Any:
    """Return a value as the journal keeps it."""
    if isinstance(value, Area):
        return f"{value.kind}:{value.code}"
    if isinstance(value, Decimal | date):
        return str(value)
    return value
