"""Other work, found as somebody types its number or words of its title; and tags in use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils.functional import Promise

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.text import is_storable
from timshel.operation.teamwork.access import require_keeping
from timshel.operation.teamwork.models import Tag, WorkTag
from timshel.operation.teamwork.rules import clean_tag
from timshel.operation.work.models import OPEN, WorkItem
from timshel.operation.work.rules import VIEW
from timshel.operation.work.searching import text_condition
from timshel.operation.work.states import OPEN_STAGES, STAGE_NAMES, Stage

BY_NAME: KeysetOrder[Tag] = KeysetOrder(SortKey("folded"), SortKey("id"))


@dataclass(frozen=True, slots=True)
class WorkChoice:
    """Another piece of work as a field offers it."""

    number: str
    kind: str
    title: str
    requester: str
    stage: str
    stage_name: Promise
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag as whoever keeps them sees it, with how much work has it."""

    id: int
    name: str
    uses: int


def work_matching(
    text: str,
    *,
    but: Collection[str] = (),
    kinds: Collection[str] = (),
    actor: Actor,
    limit: int = 8,
) -> tuple[WorkChoice, ...]:
    """Return work that a number or the words of a title find, what is open first; two queries.

    Args:
        text: what was typed; the last word may be unfinished.
        but: numbers that are not offered.
        kinds: of these kinds only; none for all.
        actor: who asks; only what they may see is found.
        limit: how many at most.
    """
    wanted = text.strip()
    if not wanted or not is_storable(wanted):
        return ()
    items = WorkItem.objects.visible_to(actor).exclude(number__in=list(but))
    if kinds:
        items = items.filter(kind__in=list(kinds))
    # The newest of each are taken before they are put in order, so that a word that stands in
    # every third title costs no more than a rare one.
    fitting = items.filter(text_condition(wanted, is_typing=True))
    newest = fitting.order_by("-updated_at", "-pk").values_list("pk")
    keys = newest.filter(OPEN)[:limit].union(newest[:limit], all=True)
    rows = list(
        WorkItem.objects.filter(pk__in={pk for (pk,) in keys})
        .select_related("requester")
        .defer("search", "description")
        .order_by("-updated_at", "-pk")
    )
    rows.sort(key=lambda row: (row.number != wanted.upper(), row.stage not in OPEN_STAGES))
    return tuple(
        WorkChoice(
            number=row.number,
            kind=row.kind,
            title=row.title,
            requester=row.requester.name,
            stage=row.stage,
            stage_name=STAGE_NAMES[Stage(row.stage)],
            opened_at=row.opened_at,
        )
        for row in rows[:limit]
    )


def tags_matching(text: str, *, actor: Actor, limit: int = 10) -> tuple[str, ...]:
    """Return tags in use that a text finds, those that begin with it first; one query.

    Args:
        text: what was typed; nothing finds the first by name.
        actor: somebody of the desk.
        limit: how many at most.

    Raises:
        NotAllowed: tags are the helpers'.
    """
    if not actor.may_somewhere(VIEW):
        raise NotAllowed
    wanted = clean_tag(text)
    if not is_storable(wanted):
        return ()
    begins = Case(
        When(name__istartswith=wanted, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = Tag.objects.filter(name__icontains=wanted).order_by(begins, Lower("name"))
    return tuple(rows.values_list("name", flat=True)[:limit])


def tag_list(
    text: str = "", *, actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[TagRow]:
    """Return a page of the tags by name, with their uses, in one query.

    Args:
        text: a part of the name, whatever its case; nothing for all.
        actor: who keeps the tags.
        cursor: where to go on, from an earlier page.
        size: rows to a page.

    Raises:
        NotAllowed: without the right to keep tags.
        Invalid: the cursor is not one of ours.
    """
    require_keeping(actor)
    wanted = clean_tag(text)
    rows = _tags_with_uses()
    rows = rows.filter(name__icontains=wanted) if is_storable(wanted) else rows.none()
    return BY_NAME.page(rows, cursor=cursor, size=size).map(_tag_row)


def tag(tag_id: int, *, actor: Actor) -> TagRow:
    """Return a tag with its uses, in one query.

    Raises:
        NotAllowed: without the right to keep tags.
        NotFound: there is no such tag.
    """
    require_keeping(actor)
    row = _tags_with_uses().filter(pk=tag_id).first()
    if row is None:
        raise NotFound
    return _tag_row(row)


def tag_named(name: str, *, actor: Actor) -> TagRow | None:
    """Return the tag of a word, whatever its case, or None; one query.

    Raises:
        NotAllowed: without the right to keep tags.
    """
    require_keeping(actor)
    wanted = clean_tag(name)
    if not is_storable(wanted):
        return None
    row = _tags_with_uses().filter(name__iexact=wanted).first()
    return None if row is None else _tag_row(row)


def _tags_with_uses() -> QuerySet[Tag]:
    return Tag.objects.annotate(folded=Lower("name"), count=Count("uses"))


def _tag_row(row: Tag) -> TagRow:
    return TagRow(row.pk, row.name, row.count)  # type: ignore[attr-defined]


def tags_of_many(work_item_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the tags of some work that the caller may show, by key, in one query."""
    found: dict[int, list[str]] = {}
    rows = WorkTag.objects.filter(work_item_id__in=list(work_item_ids)).order_by(Lower("tag__name"))
    for key, name in rows.values_list("work_item_id", "tag__name"):
        found.setdefault(key, []).append(name)
    return {key: tuple(names) for key, names in found.items()}
