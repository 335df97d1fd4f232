"""What somebody is still filling in, kept as typed and found again later, on any machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.kernel.text import is_storable
from timshel.resolution_fulfilment.service_request.access import require_order
from timshel.resolution_fulfilment.service_request.models import RequestDraft
from timshel.service_portfolio.catalogue.queries import orderable
from timshel.service_portfolio.service.models import Offering

LARGEST_DRAFT = 200_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in an order that is not sent yet.

    Args:
        raw: what stands in the fields, right or not.
        parts: the chosen parts of a bundle; None where nobody chose.
        step: the step of the form that is open.
        requester_id: for whom; None for the person itself.
    """

    raw: Mapping[str, Any]
    parts: Collection[str] | None = None
    step: str = ""
    requester_id: int | None = None


@transaction.atomic
def save_request_draft(offering: str, *, typed: Typed, actor: Actor, at: datetime) -> RequestDraft:
    """Keep an order as typed; one draft of each offering for each person.

    Args:
        offering: its code.
        typed: what stands in it.
        actor: a person.
        at: when.

    Raises:
        Invalid: it is far larger than any order.
        NotAllowed, NotFound: as they say.
    """
    require_order(actor, requester_id=typed.requester_id)
    if actor.person_id is None:
        raise NotAllowed
    page = orderable(offering, actor=actor, at=at, for_person_id=typed.requester_id)
    if len(str(typed.raw)) > LARGEST_DRAFT:
        raise Invalid({"": [_("This is too long to be kept as a draft.")]})
    if typed.requester_id and not Person.objects.filter(pk=typed.requester_id).exists():
        raise Invalid({"requester": [_("There is no such person.")]})
    draft, _made = RequestDraft.objects.update_or_create(
        person_id=actor.person_id,
        offering_id=page.item.offering_id,
        defaults={
            "requester_id": typed.requester_id,
            "form_id": page.item.form_id,
            "raw": dict(typed.raw),
            "parts": None if typed.parts is None else sorted(typed.parts),
            "step": typed.step[:60],
            "updated_at": at,
        },
        create_defaults={
            "requester_id": typed.requester_id,
            "form_id": page.item.form_id,
            "raw": dict(typed.raw),
            "parts": None if typed.parts is None else sorted(typed.parts),
            "step": typed.step[:60],
            "started_at": at,
            "updated_at": at,
        },
    )
    return draft


@transaction.atomic
def discard_request_draft(offering: str, *, actor: Actor, at: datetime) -> None:
    """Throw one's own draft away; there being none is just as well."""
    del at  # a draft leaves no trace
    if not is_storable(offering):
        return
    keys = Offering.objects.filter(code=offering).values("pk")
    RequestDraft.objects.filter(person=actor.person_id, offering__in=keys).delete()
