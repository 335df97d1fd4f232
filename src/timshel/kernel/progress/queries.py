"""Long work as people watch it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.progress import rules
from timshel.kernel.progress.access import is_own, sees_all
from timshel.kernel.progress.models import Errand
from timshel.kernel.progress.states import ErrandState

NEWEST_FIRST: KeysetOrder[Errand] = KeysetOrder(SortKey("id", descending=True))
UNFINISHED = Q(finished_at__isnull=True)


class Standing(StrEnum):
    """Which errands a list shows."""

    ALL = "all"
    OPEN = "open"
    FAILED = "failed"


SHOWN = {
    Standing.ALL: Q(),
    Standing.OPEN: UNFINISHED,
    Standing.FAILED: Q(finished_at__isnull=False) & ~Q(error=""),
}


@dataclass(frozen=True, slots=True)
class ErrandRow:
    """An errand as people see it.

    Args:
        id: its key.
        kind: which handler does it, such as ``clocks.rebuild``.
        title: in the first language; translated when shown.
        state: where it stands.
        requested_by: who asked for it.
        is_own: whether the reader did.
        done: steps done so far.
        total: steps that there are, where that is known.
        percent: how far it is, rounded down; None where nobody knows.
        result: what came of it, as its handler says.
        error: what went wrong last, if it failed or waits for another attempt.
        attempts: failed ones since it last moved on.
        created_at: when it was asked for.
        started_at: when it was first taken up.
        moved_at: when it was last heard of.
        due_at: when it is tried again.
        finished_at: when it ended, well or not.
    """

    id: int
    kind: str
    title: str
    state: ErrandState
    requested_by: str
    is_own: bool
    done: int
    total: int | None
    percent: int | None
    result: Mapping[str, Any]
    error: str
    attempts: int
    created_at: datetime
    started_at: datetime | None
    moved_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None


def errand_list(
    *,
    seen_with: Collection[str] = (),
    standing: Standing = Standing.ALL,
    actor: Actor,
    size: int = 50,
    cursor: str | None = None,
) -> Page[ErrandRow]:
    """Return a page of errands, newest first, in one query.

    Args:
        seen_with: permissions that open everybody's errands; without one of them everywhere, the
            actor sees those that they asked for.
        standing: which of them.
        actor: who reads.
        size: rows to a page.
        cursor: where to go on; None for the first page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = _visible(actor, seen_with).filter(SHOWN[standing])
    page = NEWEST_FIRST.page(rows, cursor=cursor, size=size)
    return page.map(lambda errand: _row(errand, actor))


def errand(errand_id: int, *, seen_with: Collection[str] = (), actor: Actor) -> ErrandRow:
    """Return one errand.

    Args:
        errand_id: its key.
        seen_with: as for :func:`errand_list`.
        actor: who reads.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    found = _visible(actor, seen_with).filter(pk=errand_id).first()
    if found is None:
        raise NotFound
    return _row(found, actor)


def unfinished_errands(*, at: datetime) -> tuple[int, ...]:
    """Return the keys of those that wait for a worker or have one, the oldest first.

    Args:
        at: now; those that wait for their next attempt are left out until then.
    """
    due = Q(due_at__isnull=True) | Q(due_at__lte=at)
    rows = Errand.objects.filter(UNFINISHED, due).order_by("pk")
    return tuple(rows.values_list("pk", flat=True))


def _visible(actor: Actor, seen_with: Collection[str]) -> QuerySet[Errand]:
    if sees_all(actor, seen_with):
        return Errand.objects.all()
    if actor.person_id is None:
        return Errand.objects.none()
    return Errand.objects.filter(person_id=actor.person_id)


def _row(errand: Errand, actor: Actor) -> ErrandRow:
    return ErrandRow(
        id=errand.pk,
        kind=errand.kind,
        title=errand.title,
        state=rules.state(
            started_at=errand.started_at,
            due_at=errand.due_at,
            finished_at=errand.finished_at,
            error=errand.error,
        ),
        requested_by=errand.requested_by,
        is_own=is_own(errand, actor=actor),
        done=errand.done,
        total=errand.total,
        percent=rules.percent(done=errand.done, total=errand.total),
        result=errand.result,
        error=errand.error,
        attempts=errand.attempts,
        created_at=errand.created_at,
        started_at=errand.started_at,
        moved_at=errand.moved_at,
        due_at=errand.due_at,
        finished_at=errand.finished_at,
    )
