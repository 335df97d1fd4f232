"""What somebody is still filling in, and what an earlier request would be asked again with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.text import is_storable
from timshel.operation.work.access import is_own
from timshel.resolution_fulfilment.service_request.access import find
from timshel.resolution_fulfilment.service_request.models import RequestDraft, ServiceRequest


@dataclass(frozen=True, slots=True)
class DraftRow:
    """An order that is not sent yet."""

    offering_code: str
    offering: str
    icon: str
    started_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DraftView:
    """What stands in an order that is not sent yet; as ``actions.Typed``."""

    raw: Mapping[str, Any]
    parts: tuple[str, ...] | None
    step: str
    requester_id: int | None
    updated_at: datetime


def request_drafts(*, actor: Actor) -> tuple[DraftRow, ...]:
    """Return one's own drafts, the last touched first; one query."""
    rows = RequestDraft.objects.filter(person=actor.person_id).select_related("offering__entry")
    return tuple(
        DraftRow(
            offering_code=each.offering.code,
            offering=each.offering.text("name", actor.language),
            icon=each.offering.entry.icon if hasattr(each.offering, "entry") else "",
            started_at=each.started_at,
            updated_at=each.updated_at,
        )
        for each in rows.order_by("-updated_at")[:20]
    )


def request_draft(offering: str, *, actor: Actor) -> DraftView | None:
    """Return one's own draft of an offering, or None; one query."""
    if not is_storable(offering):
        return None
    draft = RequestDraft.objects.filter(person=actor.person_id, offering__code=offering).first()
    if draft is None:
        return None
    parts = None if draft.parts is None else tuple(draft.parts)
    return DraftView(draft.raw, parts, draft.step, draft.requester_id, draft.updated_at)


def answers_to_repeat(number: str, *, actor: Actor) -> tuple[str, Mapping[str, Any]]:
    """Return the offering of one of one's own requests, and what was answered then.

    Files are left out: they are sent anew.

    Raises:
        NotFound: it does not exist or is somebody else's.
    """
    item = find(number, actor=actor)
    if not is_own(item, actor=actor):
        raise NotFound
    request = ServiceRequest.objects.select_related("offering").get(pk=item.pk)
    kept = {
        key: value
        for key, value in request.answers.items()
        if not (isinstance(value, list) and value and "sha256" in str(value[0]))
    }
    return request.offering.code, kept
