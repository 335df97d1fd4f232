"""Writing to those who want to hear how services do: one mail each, of all that changed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.leadership.authority.queries import actor_for
from timshel.resolution_fulfilment.status import notices
from timshel.resolution_fulfilment.status.access import known_services
from timshel.resolution_fulfilment.status.letters import ASKED, CHANGED
from timshel.resolution_fulfilment.status.models import Happening, Subscriber
from timshel.resolution_fulfilment.status.rules import worst
from timshel.service_portfolio.service.models import Service
from timshel.support.communication.actions import Message, queue_message
from timshel.support.communication.queries import worded

STRANGER = Actor(kind=ActorKind.PERSON, name="", channel=Channel.PORTAL)
BATCH = 200
Lasting = Mapping[int, Sequence[Happening]]
"""What is the matter with services, by the key of each."""


@dataclass(frozen=True, slots=True)
class StatusLinks:
    """Where the pages are, as whole addresses.

    Args:
        page: the status page.
        confirm: of a token.
        end: of a token.
    """

    page: str
    confirm: Callable[[str], str]
    end: Callable[[str], str]


@transaction.atomic
def tell_asked(subscriber_id: int, *, links: StatusLinks, at: datetime) -> None:
    """Ask a stranger to confirm; nothing where they did."""
    found = Subscriber.objects.select_related("service").filter(
        pk=subscriber_id, confirmed_at__isnull=True, person__isnull=True
    )
    row = found.first()
    if row is None:
        return
    name = row.service.text("name", row.language) if row.service else ""
    draft = notices.to_confirm(service=name, link=links.confirm(row.token), language=row.language)
    said = worded(draft)
    queue_message(
        Message(
            key=f"status.asked/{row.pk}/{row.asked_at:%Y%m%dT%H%M%S}",
            kind=ASKED,
            thread=f"status.{row.pk}",
            person_id=None,
            address=row.address,
            subject=said.subject,
            text=said.text,
            language=row.language,
        ),
        at=at,
    )


def tell_changed(
    service_ids: Iterable[int], *, happened_at: datetime, links: StatusLinks, at: datetime
) -> int:
    """Write to everybody who wants to hear of some services and may know of them.

    Each hears once of a moment, however often the job runs.

    Args:
        service_ids: that do otherwise than before.
        happened_at: when that was noticed.
        links: where the pages are.
        at: now.

    Returns:
        How many mails were written.
    """
    keys = sorted(set(service_ids))
    wanted = Q(service__isnull=True) | Q(service_id__in=keys)
    rows = Subscriber.objects.filter(wanted, confirmed_at__isnull=False).order_by("pk")
    public, lasting = _known(STRANGER, keys, at=at), _lasting(keys, at=at)
    written, after = 0, 0
    while batch := list(rows.filter(pk__gt=after).select_related("person")[:BATCH]):
        after = batch[-1].pk
        with transaction.atomic():
            written += sum(
                _tell(row, public, lasting, happened_at=happened_at, links=links, at=at)
                for row in batch
            )
    return written


def _tell(
    row: Subscriber,
    public: list[Service],
    lasting: Lasting,
    *,
    happened_at: datetime,
    links: StatusLinks,
    at: datetime,
) -> int:
    known, language, address = public, row.language, row.address
    if row.person_id is not None:
        actor = actor_for(row.person_id, channel=Channel.PORTAL)
        if actor is None:
            return 0
        known = _known(actor, list(lasting), at=at)
        language, address = actor.language, row.person.email if row.person else ""
    told = [each for each in known if row.service_id in (None, each.pk)]
    if not told:
        return 0
    end = links.end(row.token)
    changes = _changes(told, lasting, language=language)
    said = worded(notices.of_changes(changes, page=links.page, end=end, language=language))
    message = Message(
        key=f"status.changed/{row.pk}/{happened_at:%Y%m%dT%H%M%S%f}",
        kind=CHANGED,
        thread=f"status.{row.pk}",
        person_id=row.person_id,
        address=address,
        subject=said.subject,
        text=said.text,
        language=language,
        unsubscribe=end,
    )
    return int(queue_message(message, at=at) is not None)


def _known(actor: Actor, keys: list[int], *, at: datetime) -> list[Service]:
    return list(known_services(actor=actor, at=at).filter(pk__in=keys).order_by("name"))


def _lasting(keys: list[int], *, at: datetime) -> Lasting:
    """Return what is the matter with some services now, for all who are told; one query."""
    rows = Happening.objects.filter(
        service_id__in=keys, ended_at__isnull=True, began_at__lte=at
    ).order_by("began_at")
    lasting: dict[int, list[Happening]] = {key: [] for key in keys}
    for row in rows:
        lasting[row.service_id].append(row)
    return lasting


def _changes(services: list[Service], lasting: Lasting, *, language: str) -> list[notices.Changed]:
    return [
        notices.Changed(
            each.text("name", language),
            worst(row.state for row in lasting[each.pk]),
            tuple(row.text("title", language) for row in lasting[each.pk] if row.title),
        )
        for each in services
    ]
