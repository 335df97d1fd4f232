"""Keeping the suppliers (clause 8.2.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.context.organization.rules import (
    CODE_TAKEN,
    Translations,
    code_faults,
    name_faults,
    refuse,
)
from timshel.context.people.rules import email_faults
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound, Text
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.kernel.uniqueness import refusing_duplicates
from timshel.service_portfolio.parties import access
from timshel.service_portfolio.parties.events import SupplierChanged, SupplierCreated
from timshel.service_portfolio.parties.models import Supplier

SUBJECT = "supplier"
LONGEST_CODE = 40
LONGEST_PHONE = 40
LONGEST_REFERENCE = 100


@transaction.atomic
def create_supplier(
    *,
    code: str,
    name: str,
    email: str = "",
    phone: str = "",
    reference: str = "",
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> SupplierCreated:
    """Add a supplier.

    Args:
        code: unique among suppliers.
        name: in the organisation's first language.
        email: where they are written to.
        phone: where they are called.
        reference: what we are called over there, such as a customer number.
        translations: ``name`` in other languages.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the whole portfolio.
        Invalid: something is malformed or taken.
    """
    access.require_manage(actor)
    refuse(
        {"code": code_faults(code, longest=LONGEST_CODE), **_faults(name, email, phone, reference)}
    )
    supplier = Supplier(
        code=code,
        name=name.strip(),
        email=email.strip(),
        phone=phone.strip(),
        reference=reference.strip(),
        translations=dict(translations or {}),
    )
    with refusing_duplicates({"code": CODE_TAKEN}):
        supplier.save(force_insert=True)
    record(
        "supplier.created",
        subject_kind=SUBJECT,
        subject_id=supplier.pk,
        changes={"code": (None, code), "name": (None, supplier.name)},
        actor=actor,
        at=at,
    )
    event = SupplierCreated(supplier_id=supplier.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def change_supplier(
    code: str,
    *,
    name: str,
    email: str = "",
    phone: str = "",
    reference: str = "",
    is_active: bool = True,
    actor: Actor,
    at: datetime,
) -> SupplierChanged:
    """Say how a supplier is called and reached from now on, and whether they are worked with.

    Args: as for :func:`create_supplier`.

    Raises:
        NotAllowed: without the right to keep the whole portfolio.
        NotFound: there is no such supplier.
        Invalid: something is malformed.
    """
    access.require_manage(actor)
    refuse(_faults(name, email, phone, reference))
    known = Supplier.objects.select_for_update().filter(code=code) if is_storable(code) else None
    supplier = known.first() if known is not None else None
    if supplier is None:
        raise NotFound
    wanted = {
        "name": name.strip(),
        "email": email.strip(),
        "phone": phone.strip(),
        "reference": reference.strip(),
        "is_active": is_active,
    }
    changes = {
        field: (getattr(supplier, field), value)
        for field, value in wanted.items()
        if getattr(supplier, field) != value
    }
    if changes:
        for field, (_old, new) in changes.items():
            setattr(supplier, field, new)
        supplier.save(update_fields=list(changes))
        record(
            "supplier.changed",
            subject_kind=SUBJECT,
            subject_id=supplier.pk,
            changes=changes,
            actor=actor,
            at=at,
        )
    event = SupplierChanged(supplier_id=supplier.pk, code=code, at=at)
    if changes:
        publish(event)
    return event


def _faults(name: str, email: str, phone: str, reference: str) -> dict[str, list[Text]]:
    """Return what is wrong with how a supplier is called and reached, by field."""
    return {
        "name": name_faults(name),
        "email": email_faults(email.strip()),
        "phone": _line_faults(phone, longest=LONGEST_PHONE),
        "reference": _line_faults(reference, longest=LONGEST_REFERENCE),
    }


def _line_faults(text: str, *, longest: int) -> list[Text]:
    if len(text.strip()) > longest:
        return [_("This is longer than %(count)d characters.") % {"count": longest}]
    return [] if is_storable(text) else [_("This holds characters that cannot be stored.")]
