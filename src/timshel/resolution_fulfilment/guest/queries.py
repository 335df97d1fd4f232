"""The links that were given to guests, and what one of them is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.resolution_fulfilment.guest.access import require_manage, valid_link
from timshel.resolution_fulfilment.guest.models import GuestLink

NEWEST: KeysetOrder[Any] = KeysetOrder(
    SortKey("created_at", descending=True, is_time=True), SortKey("id", descending=True)
)


@dataclass(frozen=True, slots=True)
class GuestLinkRow:
    """A link that was given away."""

    id: int
    label: str
    service: str
    valid_until: datetime
    created_by: str
    created_at: datetime
    is_open: bool
    reports: int


@dataclass(frozen=True, slots=True)
class GuestDoor:
    """What a guest is told before reporting."""

    label: str
    service: str


def guest_links(
    *, actor: Actor, at: datetime, cursor: str | None = None, size: int = 50
) -> Page[GuestLinkRow]:
    """Return the links, newest first; one query.

    Raises:
        NotAllowed: without the right to give them.
    """
    require_manage(actor)
    rows = GuestLink.objects.select_related("service", "created_by")
    return NEWEST.page(rows, cursor=cursor, size=size).map(lambda row: _row(row, actor, at=at))


def guest_door(secret: str, *, language: str, at: datetime) -> GuestDoor:
    """Return what a link is for.

    Raises:
        NotFound: it opens no more, or never did.
    """
    link = valid_link(secret, at=at)
    return GuestDoor(link.label, link.service.text("name", language) if link.service else "")


def _row(row: GuestLink, actor: Actor, *, at: datetime) -> GuestLinkRow:
    return GuestLinkRow(
        id=row.pk,
        label=row.label,
        service=row.service.text("name", actor.language) if row.service else "",
        valid_until=row.valid_until,
        created_by=row.created_by.name if row.created_by else "",
        created_at=row.created_at,
        is_open=row.revoked_at is None and row.valid_until > at,
        reports=row.reports,
    )
