"""Who may see and ask for something: the yes/no twin of what the database filters by.

``models.Entitlement.objects.of(person)`` says the same to the database; a test holds the two to
each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from timshel.service_portfolio.catalogue.states import Audience


@dataclass(frozen=True, slots=True)
class Row:
    """Who is entitled: all that is named has to fit.

    Args:
        audience: an :class:`Audience`.
        unit_id: a unit, with everything below it.
        site_id: a site.
        role_id: a role, in whatever scope it is held.
        category: of the customer.
    """

    audience: str = Audience.EVERYBODY
    unit_id: int | None = None
    site_id: int | None = None
    role_id: int | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class Who:
    """What entitlements look at in a person.

    Args:
        is_active: nobody who left is entitled to anything.
        is_customer: a contact at an outside organisation.
        unit_ids: the unit and all above it.
        site_id: where they work.
        role_ids: the roles that are granted to them in any scope, and what everybody holds.
        category: of their organisation; "" for staff.
    """

    is_active: bool = True
    is_customer: bool = False
    unit_ids: frozenset[int] = frozenset()
    site_id: int | None = None
    role_ids: frozenset[int] = frozenset()
    category: str = ""


def fits(row: Row, who: Who) -> bool:
    """Tell whether a person is one of those that a row names."""
    return (
        who.is_active
        and _is_addressed(row.audience, who)
        and (row.unit_id is None or row.unit_id in who.unit_ids)
        and (row.site_id is None or row.site_id == who.site_id)
        and (row.role_id is None or row.role_id in who.role_ids)
        and (not row.category or row.category == who.category)
    )


def _is_addressed(audience: str, who: Who) -> bool:
    if audience == Audience.STAFF:
        return not who.is_customer
    if audience == Audience.CUSTOMERS:
        return who.is_customer
    return True


def is_entitled(rows: Iterable[Row], who: Who) -> bool:
    """Tell whether any row names a person; without a row nobody is entitled."""
    return any(fits(row, who) for row in rows)


def can_fit_nobody(row: Row) -> bool:
    """Tell whether a row contradicts itself: staff with a category, customers with a unit."""
    if row.audience == Audience.STAFF:
        return bool(row.category)
    return row.audience == Audience.CUSTOMERS and row.unit_id is not None
