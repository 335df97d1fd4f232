"""Which supplier an incident waits for, and what the journal says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Invalid
from timshel.kernel.text import is_storable
from timshel.operation.work.actions import reference
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.service_portfolio.parties.models import Supplier


def awaited_supplier(code: str | None, *, reason: WaitingReason) -> Supplier | None:
    """Return the supplier that is to be waited for, or None where none is named.

    Args:
        code: of the supplier.
        reason: what is waited for.

    Raises:
        Invalid: nobody is known by this code or works with us any more, or the reason is another.
    """
    if not code:
        return None
    if reason is not WaitingReason.SUPPLIER:
        message = _("A supplier can be named only where this waits for a supplier.")
        raise Invalid({"supplier": [message]})
    known = Supplier.objects.filter(code=code, is_active=True) if is_storable(code) else None
    supplier = known.first() if known is not None else None
    if supplier is None:
        raise Invalid({"supplier": [_("There is no such supplier.")]})
    return supplier


def supplier_change(
    item: WorkItem, values: Mapping[str, Any]
) -> dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Return what the journal says of the supplier when a row gets new values.

    The row holds a bare key; the journal names the supplier, for people and for the clocks.

    Args:
        item: as it stands.
        values: to be set, by the row's fields.
    """
    old, new = item.supplier_id, values.get("supplier_id", item.supplier_id)
    if old == new:
        return {}
    rows = Supplier.objects.in_bulk([key for key in (old, new) if key is not None])
    return {"supplier": (reference(rows.get(old or 0)), reference(rows.get(new or 0)))}
