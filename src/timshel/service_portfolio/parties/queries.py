"""Suppliers as pages and the interface show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from timshel.kernel.errors import NotFound
from timshel.kernel.text import is_storable
from timshel.kernel.translation import translated
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
    return tuple(sorted((_row(row, language) for row in rows), key=lambda row: row.name.casefold()))


def supplier(code: str, *, language: str) -> SupplierRow:
    """Return a supplier by its code, in one query.

    Raises:
        NotFound: there is none.
    """
    row = Supplier.objects.filter(code=code).first() if is_storable(code) else None
    if row is None:
        raise NotFound
    return _row(row, language)


def supplier_names(ids: Iterable[int | None], *, language: str) -> dict[int, tuple[str, str]]:
    """Return code and name of some suppliers by key; one query, or none where none is asked for.

    Args:
        ids: their keys; None is nobody.
        language: the reader's.
    """
    wanted = {key for key in ids if key is not None}
    if not wanted:
        return {}
    columns = Supplier.objects.filter(pk__in=wanted).values_list(
        "pk", "code", "name", "translations"
    )
    return {
        pk: (code, translated(name, other, "name", language)) for pk, code, name, other in columns
    }


def _row(row: Supplier, language: str) -> SupplierRow:
    return SupplierRow(
        id=row.pk,
        code=row.code,
        name=row.text("name", language),
        email=row.email,
        phone=row.phone,
        reference=row.reference,
        is_active=row.is_active,
    )
