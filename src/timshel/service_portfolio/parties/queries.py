"""Suppliers as pages and the interface show them."""

from __future__ import annotations

from dataclasses import dataclass

from timshel.service_portfolio.parties.models import Supplier


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier in a list."""

    id: int
    code: str
    name: str
    email: str
    phone: str
    reference: str
    is_active: bool


def supplier_list(*, language: str, active_only: bool = False) -> tuple[SupplierRow, ...]:
    """Return the suppliers by name, in one query.

    Args:
        language: the reader's.
        active_only: leave out those that are no longer worked with.
    """
    rows = Supplier.objects.all()
    if active_only:
        rows = rows.filter(is_active=True)
    return tuple(
        sorted(
            (
                SupplierRow(
                    id=row.pk,
                    code=row.code,
                    name=row.text("name", language),
                    email=row.email,
                    phone=row.phone,
                    reference=row.reference,
                    is_active=row.is_active,
                )
                for row in rows
            ),
            key=lambda row: row.name.casefold(),
        )
    )
