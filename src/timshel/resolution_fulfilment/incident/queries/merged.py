"""What was said in the incidents that go on in another, for whoever may see those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from timshel.kernel.actor import Actor
from timshel.operation.teamwork.access import may_help
from timshel.operation.work.access import Known, find, following, seen_among
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import OPEN_STAGES
from timshel.resolution_fulfilment.incident.access import may_merge
from timshel.resolution_fulfilment.incident.models import Merger
from timshel.resolution_fulfilment.incident.queries.record import (
    AttachmentView,
    CommentView,
    Said,
    said_of,
)
from timshel.resolution_fulfilment.incident.states import KIND


@dataclass(frozen=True, slots=True)
class MergedCase:
    """An incident that goes on in another, with what was said in public and sent along."""

    number: str
    title: str
    description: str
    requester: str
    opened_at: datetime
    merged_at: datetime
    conversation: tuple[CommentView, ...]
    attachments: tuple[AttachmentView, ...]


@dataclass(frozen=True, slots=True)
class Mergers:
    """How an incident was brought together with others.

    Args:
        into: the number of the one in which it goes on, if the reader may see that; "" if none.
        cases: those that go on in it.
        may_merge: whether the reader may merge it into another, or others into it.
        may_split: whether the reader may make a case of its own of something said in it.
        may_unmerge: whether the reader may have it go on by itself again.
    """

    into: str
    into_title: str
    is_merged: bool
    cases: tuple[MergedCase, ...]
    may_merge: bool
    may_split: bool
    may_unmerge: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """The incident in which another goes on."""

    number: str
    title: str


def joined_with(work: Known, *, actor: Actor) -> Joined | None:
    """Return the incident in which another goes on, where the reader follows that on the portal;
    at most three queries, one more where it was not found before.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
    """
    item = find(work, kind=KIND, actor=actor)
    row = Merger.objects.filter(source=item).select_related("target").first()
    if row is None or following(row.target, actor=actor) is None:
        return None
    return Joined(row.target.number, row.target.title)


def mergers(work: Known, *, actor: Actor) -> Mergers:
    """Return how an incident was brought together with others; two queries, or at most six, one
    less where it was found before.

    Only public messages of those that the reader may see are told.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
    """
    item = find(work, kind=KIND, actor=actor)
    rows = list(
        Merger.objects.filter(Q(source=item) | Q(target=item))
        .select_related("source__requester", "target")
        .defer("source__search", "target__search", "target__description")
        .order_by("at", "source_id")
    )
    own = next((row for row in rows if row.source_id == item.pk), None)
    others = [row.source for row in rows if row.target_id == item.pk]
    targets = [own.target] if own else []
    seen = {each.pk for each in seen_among([*others, *targets], actor=actor)}
    target = next((each for each in targets if each.pk in seen), None)
    shown = [row for row in rows if row.target_id == item.pk and row.source_id in seen]
    is_open = item.stage in OPEN_STAGES
    merges = may_merge(item, actor=actor)
    return Mergers(
        into=target.number if target else "",
        into_title=target.title if target else "",
        is_merged=own is not None,
        cases=_cases(shown),
        may_merge=is_open and merges,
        may_split=own is None and may_help(item, actor=actor),
        may_unmerge=own is not None
        and merges
        and target is not None
        and may_help(target, actor=actor),
    )


def _cases(rows: list[Merger]) -> tuple[MergedCase, ...]:
    if not rows:
        return ()
    said = said_of(dict.fromkeys((row.source_id for row in rows), False))
    return tuple(_case(row, row.source, said[row.source_id]) for row in rows)


def _case(row: Merger, item: WorkItem, said: Said) -> MergedCase:
    return MergedCase(
        number=item.number,
        title=item.title,
        description=item.description,
        requester=item.requester.name,
        opened_at=item.opened_at,
        merged_at=row.at,
        conversation=said.conversation,
        attachments=said.attachments,
    )
