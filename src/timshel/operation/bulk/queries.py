"""Runs as their person watches them: how far, what came of each piece, what can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.progress.models import Errand
from timshel.operation.bulk import rules
from timshel.operation.bulk.access import find_run
from timshel.operation.bulk.models import Run, RunItem
from timshel.operation.bulk.states import ENDED, UNDER_WAY, ItemState, RunState
from timshel.operation.work.deeds import DEED_NAMES, Deed, read_deeds
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import OPEN_STAGES

LONGEST_KEY = 19
NEWEST_FIRST: KeysetOrder[Run] = KeysetOrder(SortKey("id", descending=True))
IN_ORDER: KeysetOrder[RunItem] = KeysetOrder(SortKey("position"))


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in a list.

    Args:
        id: its key.
        title: what it is called, or else what it does.
        state: where it stands.
        undoes: the run that it takes back, or None.
        total: how many pieces of work it is about.
        done: at how many it was done, those that were taken back since among them.
        failed: at how many it was refused.
        percent: how far it is, rounded down.
        created_at: when it was chosen.
        begun_at: when it was begun.
        ended_at: when it came to its end or was stopped.
    """

    id: int
    title: str
    state: RunState
    undoes: int | None
    total: int
    done: int
    failed: int
    percent: int
    created_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with all that its page says.

    Args:
        row: as in a list.
        deeds: what is done to each.
        waiting: how many were not reached.
        undone: how many were put back since.
        undone_by: the latest run that takes this one back, or None.
        error: what went wrong last where it was interrupted by a fault.
        can_stop, can_retry, can_undo: what its person can do now.
    """

    row: RunRow
    deeds: tuple[Deed, ...]
    waiting: int
    undone: int
    undone_by: int | None
    error: str
    can_stop: bool
    can_retry: bool
    can_undo: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One piece of work of a run.

    Args:
        position: from 1, in the order in which they are done.
        number: as people know it.
        kind: of the work; empty where the reader sees none of that number.
        title: of the work; empty likewise.
        state: where it stands.
        said: why it failed.
        code: the same for programs.
        at: when it was done or failed.
    """

    position: int
    number: str
    kind: str
    title: str
    state: ItemState
    said: str
    code: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SetFacts:
    """What a chosen set holds, as far as the reader sees it.

    Args:
        by_kind: how many of each kind of work.
        finished: how many are not open.
        unseen: how many numbers name no work that the reader sees.
        requesters: how many people asked for them, for those who think of writing to them.
    """

    by_kind: dict[str, int]
    finished: int
    unseen: int
    requesters: int


def run(run_id: int, *, actor: Actor) -> RunView:
    """Return a run of the actor's, in four queries.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = find_run(run_id, actor=actor)
    errands = _errands([row])
    shown = _row(row, errands)
    counts = Counter(
        dict(
            row.items.order_by()
            .values_list("state")
            .annotate(count=Count("pk"))
            .values_list("state", "count")
        )
    )
    undone_by = row.undone_by.order_by("-pk").values_list("pk", "ended_at").first()
    deeds = _deeds(row)
    ended = shown.state in ENDED
    can_undo = (
        ended
        and row.undoes_id is None
        and counts[ItemState.DONE] > 0
        and rules.can_be_undone(deeds)
        and (undone_by is None or undone_by[1] is not None)
    )
    errand = errands.get(row.errand_id or 0)
    return RunView(
        row=shown,
        deeds=deeds,
        waiting=counts[ItemState.WAITING],
        undone=counts[ItemState.UNDONE],
        undone_by=undone_by[0] if undone_by else None,
        error=errand.error if errand is not None and shown.state is RunState.BROKEN else "",
        can_stop=shown.state in (RunState.QUEUED, RunState.RUNNING),
        can_retry=ended and counts[ItemState.WAITING] + counts[ItemState.FAILED] > 0,
        can_undo=can_undo,
    )


def run_list(*, actor: Actor, size: int = 50, cursor: str | None = None) -> Page[RunRow]:
    """Return a page of the actor's runs that were begun, newest first, in two queries.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Run.objects.filter(person_id=actor.person_id or 0, begun_at__isnull=False)
    page = NEWEST_FIRST.page(rows, cursor=cursor, size=size)
    errands = _errands(page.items)
    return page.map(lambda row: _row(row, errands))


def run_items(
    run_id: int,
    *,
    states: Iterable[ItemState] = (),
    actor: Actor,
    size: int = 50,
    cursor: str | None = None,
) -> Page[ItemRow]:
    """Return a page of the pieces of work of a run in their order, in three queries.

    Args:
        run_id: of the actor's.
        states: only those; empty for all.
        actor: who reads.
        size: rows to a page.
        cursor: where to go on; None for the first page.

    Raises:
        Invalid: the cursor is not one of ours.
        NotFound: there is no such run, or it is somebody else's.
    """
    wanted = list(states)
    rows = find_run(run_id, actor=actor).items.all()
    if wanted:
        rows = rows.filter(state__in=wanted)
    page = IN_ORDER.page(rows, cursor=cursor, size=size)
    keys = [each.work_item_id for each in page.items if each.work_item_id is not None]
    seen = {
        key: (kind, title)
        for key, kind, title in WorkItem.objects.visible_to(actor)
        .filter(pk__in=keys)
        .values_list("pk", "kind", "title")
    }
    return page.map(lambda row: _item(row, seen.get(row.work_item_id or 0, ("", ""))))


def set_facts(run_id: int, *, actor: Actor) -> SetFacts:
    """Return what the set of a run holds, in four queries whatever its size.

    Raises:
        NotFound: there is no such run, or it is somebody else's.
    """
    row = find_run(run_id, actor=actor)
    seen = WorkItem.objects.visible_to(actor).filter(pk__in=row.items.values("work_item_id"))
    kinds = dict(
        seen.order_by().values_list("kind").annotate(n=Count("pk")).values_list("kind", "n")
    )
    rest = seen.aggregate(
        finished=Count("pk", filter=~Q(stage__in=sorted(OPEN_STAGES))),
        requesters=Count("requester_id", distinct=True),
    )
    return SetFacts(
        by_kind=kinds,
        finished=rest["finished"],
        unseen=row.total - sum(kinds.values()),
        requesters=rest["requesters"],
    )


def readable_runs(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001 - a run has no inner part
    actor: Actor,
    at: datetime,  # noqa: ARG001 - the same at any time
) -> frozenset[str]:
    """Return those of some keys whose run is the actor's; one query."""
    wanted = [
        int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY
    ]
    rows = Run.objects.filter(pk__in=wanted, person_id=actor.person_id or 0)
    return frozenset(str(key) for key in rows.values_list("pk", flat=True))


def title_of(row: Run) -> str:
    """Return what a run is called, or else what it does, in the present language."""
    if row.undoes_id is not None:
        return _("Taken back: %(title)s") % {"title": row.title}
    names = [str(DEED_NAMES[deed.kind]) for deed in _deeds(row)]
    return row.title or ", ".join(dict.fromkeys(names))


def _deeds(row: Run) -> tuple[Deed, ...]:
    return read_deeds(row.deeds) if row.deeds else ()


def _errands(rows: Iterable[Run]) -> dict[int, Errand]:
    keys = [row.errand_id for row in rows if row.errand_id is not None and row.ended_at is None]
    return Errand.objects.in_bulk(keys) if keys else {}


def _row(row: Run, errands: dict[int, Errand]) -> RunRow:
    errand = errands.get(row.errand_id or 0)
    state = rules.run_state(
        row,
        is_taken_up=errand is not None and errand.started_at is not None,
        is_broken=row.begun_at is not None and (errand is None or errand.finished_at is not None),
    )
    settled = row.done + row.failed
    return RunRow(
        id=row.pk,
        title=title_of(row),
        state=state,
        undoes=row.undoes_id,
        total=row.total,
        done=row.done,
        failed=row.failed,
        percent=rules.percent(done=settled, total=row.total) if state in UNDER_WAY | ENDED else 0,
        created_at=row.created_at,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
    )


def _item(row: RunItem, seen: tuple[str, str]) -> ItemRow:
    return ItemRow(
        position=row.position,
        number=row.number,
        kind=seen[0],
        title=seen[1],
        state=ItemState(row.state),
        said=row.said,
        code=row.code,
        at=row.at,
    )
