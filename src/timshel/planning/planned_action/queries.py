"""Planned actions, for people, for the records they follow from, and for summaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked, Dated, Due, due_among
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.record_numbers import key_of
from timshel.planning.planned_action.access import known, may_change, may_end
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.rules import PREFIX, About
from timshel.planning.planned_action.states import ActionKind, ActionState

__all__ = [
    "About",
    "ActionRow",
    "ActionSummary",
    "actions_about",
    "due_actions",
    "one_action",
    "planned_action_list",
    "planned_action_summary",
    "readable_actions",
    "told_of",
]

BY_DAY: KeysetOrder[PlannedAction] = KeysetOrder(SortKey("due_date", is_date=True), SortKey("id"))
LATEST: KeysetOrder[PlannedAction] = KeysetOrder(
    SortKey("ended_at", descending=True, is_time=True), SortKey("id", descending=True)
)
MOST_ABOUT = 1_000


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as people see it.

    Args:
        number: by which people know it.
        about_kind: the kind of the record it follows from; empty for none.
        about_code: by which people know that record.
        kind: why it is done.
        title: what is done.
        detail: Markdown; may be empty.
        owner_id: the key of whoever does it.
        owner_code: their code.
        owner_name: their name.
        has_owner_left: whether they are no longer here.
        due_date: its last day.
        state: where it stands.
        is_overdue: open after its last day, counted in UTC.
        outcome: what came of it, or why it was dropped.
        ended_at: when it was done or dropped.
        planned_by: who planned it; empty for a rule.
        planned_at: when.
        revision: rises with each change.
        may_change: whether the reader may change it, where that was asked.
        may_end: whether the reader may say that it is done, where that was asked.
    """

    number: str
    about_kind: str
    about_code: str
    kind: ActionKind
    title: str
    detail: str
    owner_id: int
    owner_code: str
    owner_name: str
    has_owner_left: bool
    due_date: date
    state: ActionState
    is_overdue: bool
    outcome: str
    ended_at: datetime | None
    planned_by: str
    planned_at: datetime
    revision: int
    may_change: bool = False
    may_end: bool = False


@dataclass(frozen=True, slots=True)
class ActionSummary:
    """How many actions there are.

    Args:
        open: to be done, the overdue ones included.
        overdue: open after their last day.
        done: done in the period.
        dropped: dropped in the period.
    """

    open: int
    overdue: int
    done: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which actions are asked for.

    Args:
        when: ``open``, ``overdue`` or ``ended``.
        is_own: only what the reader is to do.
        about_kind: only what follows from records of a kind; None for all.
        kind: only of this kind; None for all.
    """

    when: str = "open"
    is_own: bool = False
    about_kind: str | None = None
    kind: ActionKind | None = None


def planned_action_list(
    *, actor: Actor, at: datetime, wanted: Wanted, cursor: str | None = None, size: int = 50
) -> Page[ActionRow]:
    """Return a page of actions that the actor may see, in one query.

    Args:
        actor: who reads.
        at: now.
        wanted: which; the open ones come with the soonest first, ended ones with the latest.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = PlannedAction.objects.visible_to(actor).select_related("owner", "planned_by")
    if wanted.when == "ended":
        rows = rows.exclude(state=ActionState.OPEN)
    else:
        rows = rows.filter(state=ActionState.OPEN)
    if wanted.when == "overdue":
        rows = rows.overdue(at.date())
    if wanted.is_own:
        rows = rows.filter(owner_id=actor.person_id)
    if wanted.about_kind is not None:
        rows = rows.filter(about_kind=wanted.about_kind)
    if wanted.kind is not None:
        rows = rows.filter(kind=wanted.kind)
    order = LATEST if wanted.when == "ended" else BY_DAY
    return order.page(rows, cursor=cursor, size=size).map(lambda row: _row(row, at=at))


def one_action(number: str, *, actor: Actor, at: datetime) -> ActionRow:
    """Return one action with what the reader may do, in one query and what its host asks.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = known(number, actor=actor)
    changes = may_change(row, actor=actor)
    return _row(row, at=at, changes=changes, ends=changes or may_end(row, actor=actor))


def actions_about(
    kind: str, codes: Collection[str], *, at: datetime
) -> dict[str, tuple[ActionRow, ...]]:
    """Return what is done about some records, by their codes; one query.

    Whoever asks has asked whether the reader may see the records.

    Args:
        kind: of the records.
        codes: by which people know them.
        at: now.
    """
    rows = PlannedAction.objects.filter(about_kind=kind, about_code__in=codes)
    found: dict[str, list[ActionRow]] = defaultdict(list)
    ordered = rows.select_related("owner", "planned_by").order_by("due_date", "pk")
    for row in ordered[:MOST_ABOUT]:
        found[row.about_code].append(_row(row, at=at))
    return {code: tuple(each) for code, each in found.items()}


def planned_action_summary(*, since: datetime, at: datetime) -> ActionSummary:
    """Return how many actions are open, and how many ended in a period; one query.

    Args:
        since: when the period begins.
        at: its end, and the moment at which the open ones are counted.
    """
    ended = Q(ended_at__gte=since, ended_at__lt=at)
    counted = PlannedAction.objects.aggregate(
        open=Count("pk", filter=Q(state=ActionState.OPEN)),
        overdue=Count("pk", filter=Q(state=ActionState.OPEN, due_date__lt=at.date())),
        done=Count("pk", filter=ended & Q(state=ActionState.DONE)),
        dropped=Count("pk", filter=ended & Q(state=ActionState.DROPPED)),
    )
    return ActionSummary(**counted)


def _row(
    row: PlannedAction, *, at: datetime, changes: bool = False, ends: bool = False
) -> ActionRow:
    return ActionRow(
        number=row.number,
        about_kind=row.about_kind,
        about_code=row.about_code,
        kind=ActionKind(row.kind),
        title=row.title,
        detail=row.detail,
        owner_id=row.owner_id,
        owner_code=row.owner.code,
        owner_name=row.owner.name,
        has_owner_left=not row.owner.is_active,
        due_date=row.due_date,
        state=ActionState(row.state),
        is_overdue=row.state == ActionState.OPEN and row.due_date < at.date(),
        outcome=row.outcome,
        ended_at=row.ended_at,
        planned_by=row.planned_by.name if row.planned_by else "",
        planned_at=row.planned_at,
        revision=row.revision,
        may_change=changes,
        may_end=ends,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What the notices of an action are made of.

    Args:
        number: by which people know it.
        title: what is done.
        due_date: its last day.
        owner_id: the key of whoever does it.
        owner_name: their name.
        manager_id: whom they report to; None for nobody.
        is_open: whether it is still to be done.
    """

    number: str
    title: str
    due_date: date
    owner_id: int
    owner_name: str
    manager_id: int | None
    is_open: bool


def told_of(action_id: int) -> Told:
    """Return what the notices of an action are made of; one query.

    Raises:
        NotFound: there is none any more.
    """
    row = PlannedAction.objects.select_related("owner").filter(pk=action_id).first()
    if row is None:
        raise NotFound
    return Told(
        number=row.number,
        title=row.title,
        due_date=row.due_date,
        owner_id=row.owner_id,
        owner_name=row.owner.name,
        manager_id=row.owner.manager_id,
        is_open=row.state == ActionState.OPEN,
    )


def readable_actions(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001 - nothing of an action is apart from it
    actor: Actor,
    at: datetime,  # noqa: ARG001 - the rights do not depend on it
) -> Collection[str]:
    """Return those of some numbers whose action the actor may read; one query."""
    by_key = {key_of(PREFIX, number): number for number in keys}
    rows = PlannedAction.objects.visible_to(actor).filter(pk__in=by_key)
    return {by_key[key] for key in rows.values_list("pk", flat=True)}


def due_actions(asked: Asked, /) -> Iterator[Due]:
    """Return the actions that are to be done; one query."""
    rows = PlannedAction.objects.visible_to(asked.actor).filter(state=ActionState.OPEN)
    return due_among(rows, Dated("planned_action", "due_date", _("Action")), asked)
