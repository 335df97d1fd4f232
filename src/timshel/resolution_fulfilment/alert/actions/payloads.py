"""What could not be read: reading it again once the mapping was mended, or putting it aside."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound, WrongState
from timshel.kernel.journal.actions import record
from timshel.resolution_fulfilment.alert import access
from timshel.resolution_fulfilment.alert.actions.keeping import SUBJECT
from timshel.resolution_fulfilment.alert.actions.receiving import Received, read_body, take
from timshel.resolution_fulfilment.alert.models import RefusedPayload
from timshel.resolution_fulfilment.alert.rules.reading import Unreadable
from timshel.resolution_fulfilment.alert.states import PayloadState

KEPT = timedelta(days=90)
BATCH = 100


@transaction.atomic
def read_again(payload_id: int, *, actor: Actor, at: datetime) -> Received:
    """Read what could not be read by the mapping that holds now.

    What still cannot be read stays, with what is wrong now.

    Args:
        payload_id: what was kept.
        actor: who keeps sources.
        at: now.

    Raises:
        NotAllowed, NotFound: as they say.
        WrongState: it was settled before.
    """
    kept = _kept(payload_id, actor=actor)
    source = kept.source
    try:
        delivery = read_body(source.kind, source.mapping, bytes(kept.body))
    except Unreadable as fault:
        _note(kept, (str(fault),))
        return Received(faults=(str(fault),), is_refused=True)
    counts = take(source, delivery.readings, at=at)
    if delivery.faults:
        _note(kept, delivery.faults)
    else:
        _settle(kept, PayloadState.READ, "alert.payload_read", actor=actor, at=at)
    return Received(
        alerts=len(delivery.readings),
        fired=counts.fired,
        muted=counts.muted,
        resolved=counts.resolved,
        repeated=counts.repeated,
        faults=delivery.faults,
        is_refused=bool(delivery.faults) and not delivery.readings,
    )


@transaction.atomic
def dismiss_payload(payload_id: int, *, actor: Actor, at: datetime) -> None:
    """Put aside what could not be read.

    Raises:
        NotAllowed, NotFound: as they say.
        WrongState: it was settled before.
    """
    kept = _kept(payload_id, actor=actor)
    _settle(kept, PayloadState.DISMISSED, "alert.payload_dismissed", actor=actor, at=at)


def forget_payloads(*, at: datetime, limit: int = BATCH) -> int:
    """Remove a batch of what was settled long ago; returns how many there were.

    Args:
        at: now.
        limit: at most.
    """
    old = RefusedPayload.objects.filter(settled_at__lt=at - KEPT).order_by("pk")
    keys = list(old.values_list("pk", flat=True)[:limit])
    RefusedPayload.objects.filter(pk__in=keys).delete()
    return len(keys)


def _kept(payload_id: int, *, actor: Actor) -> RefusedPayload:
    access.require_manage(actor)
    rows = RefusedPayload.objects.select_for_update(of=("self",)).select_related("source")
    kept = rows.filter(pk=payload_id).first() if payload_id <= access.LARGEST_KEY else None
    if kept is None:
        raise NotFound
    if kept.state != PayloadState.REFUSED:
        raise WrongState(_("This was dealt with before."))
    return kept


def _note(kept: RefusedPayload, faults: tuple[str, ...]) -> None:
    kept.faults = list(faults[:100])
    kept.save(update_fields=["faults"])


def _settle(
    kept: RefusedPayload, state: PayloadState, verb: str, *, actor: Actor, at: datetime
) -> None:
    kept.state, kept.settled_at = state, at
    kept.save(update_fields=["state", "settled_at"])
    record(
        verb,
        subject_kind=SUBJECT,
        subject_id=kept.source_id,
        changes={"payload": (None, kept.sha256)},
        actor=actor,
        at=at,
    )
