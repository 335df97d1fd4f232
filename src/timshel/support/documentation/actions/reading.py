"""Distributing documents, and confirming that one was read and understood."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, Text, WrongState
from timshel.kernel.text import is_storable
from timshel.leadership.authority.models import Role
from timshel.support.documentation import access
from timshel.support.documentation.actions.base import require_not_withdrawn, touch, written
from timshel.support.documentation.models import Confirmation, Distribution, Document
from timshel.support.documentation.rules import MOST_AUDIENCE, Audience
from timshel.support.documentation.states import AudienceKind


@transaction.atomic
def distribute_document(number: str, *, audience: Audience, actor: Actor, at: datetime) -> None:
    """Say who is to read a document; the same again changes nothing.

    Args:
        number: which.
        audience: all of it, as it shall be.
        actor: its owner, or who keeps all documents.
        at: when.

    Raises:
        NotFound, NotAllowed: as they say.
        Invalid: a role, a unit or a person is not known, or there are too many.
        WrongState: it is withdrawn.
    """
    document = access.document_to_change(number, actor=actor)
    require_not_withdrawn(document)
    wanted = _rows(document, audience)
    present = {_key(row): row for row in Distribution.objects.filter(document=document)}
    gone = [row.pk for key, row in present.items() if key not in wanted]
    new = [row for key, row in wanted.items() if key not in present]
    if not gone and not new:
        return
    before = _plain(document)
    Distribution.objects.filter(pk__in=gone).delete()
    Distribution.objects.bulk_create(new)
    touch(document, at=at)
    changes = {"audience": (before, _plain(document))}
    written("document.distributed", document, changes, actor=actor, at=at)


@transaction.atomic
def confirm_reading(number: str, *, version: int, actor: Actor, at: datetime) -> None:
    """Confirm that one read and understood the version in effect; again does nothing.

    Args:
        number: which document.
        version: the number of the version that was read.
        actor: who read it; it must be distributed to them.
        at: when.

    Raises:
        NotFound: there is no such document, or the actor may not know of it.
        NotAllowed: it is not distributed to them.
        WrongState: another version is in effect by now, or none.
    """
    document = access.known(number, actor=actor)
    if actor.person_id is None:
        raise NotAllowed
    if not Document.objects.addressed_to(actor.person_id).filter(pk=document.pk).exists():
        raise NotAllowed(_("This document is not distributed to you; there is nothing to confirm."))
    if document.current is None or document.current.number != version:
        raise WrongState(_("Another version is in effect by now. Please read that one."))
    _row, is_new = Confirmation.objects.get_or_create(
        document=document, person_id=actor.person_id, number=version, defaults={"at": at}
    )
    if is_new:
        written("document.confirmed", document, {"number": (None, version)}, actor=actor, at=at)


Key = tuple[str, int | None, int | None, int | None]


def _key(row: Distribution) -> Key:
    return (str(row.kind), row.role_id, row.unit_id, row.person_id)


def _rows(document: Document, audience: Audience) -> dict[Key, Distribution]:
    faults: dict[str, list[Text]] = {}
    if len(audience.roles) + len(audience.units) + len(audience.people) > MOST_AUDIENCE:
        faults["people"] = [_("At most %(count)d are possible.") % {"count": MOST_AUDIENCE}]
        raise Invalid(faults)
    known: dict[str, dict[str, int]] = {}
    people = Person.objects.filter(is_active=True)
    for field, codes, rows in (
        ("roles", audience.roles, Role.objects.all()),
        ("units", audience.units, Unit.objects.filter(is_active=True)),
        ("people", audience.people, people),
    ):
        storable = [code for code in codes if is_storable(code)]
        known[field] = dict(rows.filter(code__in=storable).values_list("code", "pk"))
        if unknown := sorted(set(codes) - set(known[field])):
            faults[field] = [_("There is no %(code)s.") % {"code": ", ".join(unknown)}]
    if faults:
        raise Invalid(faults)
    found = [Distribution(kind=AudienceKind.STAFF)] if audience.is_staff else []
    found += [Distribution(kind=AudienceKind.ROLE, role_id=key) for key in known["roles"].values()]
    found += [Distribution(kind=AudienceKind.UNIT, unit_id=key) for key in known["units"].values()]
    found += [
        Distribution(kind=AudienceKind.PERSON, person_id=key) for key in known["people"].values()
    ]
    for row in found:
        row.document = document
    return {_key(row): row for row in found}


def _plain(document: Document) -> list[Any]:
    rows = Distribution.objects.filter(document=document).values_list(
        "kind", "role__code", "unit__code", "person__code"
    )
    return sorted(":".join(each for each in row if each) for row in rows)
