"""Tags: free words on work, and an administrator who keeps them in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.journal.actions import record
from timshel.operation.teamwork.access import require_help, require_keeping
from timshel.operation.teamwork.models import Tag, WorkTag
from timshel.operation.teamwork.rules import MOST_TAGS, clean_tag, tag_faults
from timshel.operation.work.actions import change_work_item
from timshel.operation.work.models import WorkItem

SUBJECT = "tag"


@transaction.atomic
def tag_work(number: str, *, tags: Iterable[str], actor: Actor, at: datetime) -> tuple[str, ...]:
    """Add tags to a piece of work; those that it has already change nothing.

    Args:
        number: the piece of work.
        tags: as somebody types them; a word that is used already keeps its spelling.
        actor: who works on it.
        at: when.

    Returns:
        The tags that were added, as they are written.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: a tag that is empty or too long, or too many.
    """
    item = require_help(number, actor=actor)
    wanted = _read(tags)
    before = _names(item)
    present = {name.casefold() for name in before}
    new = [_tag(name) for name in wanted if name.casefold() not in present]
    if len(before) + len(new) > MOST_TAGS:
        message = _("At most %(count)d tags can be on one piece of work.") % {"count": MOST_TAGS}
        raise Invalid({"tags": [message]})
    WorkTag.objects.bulk_create(
        [WorkTag(work_item=item, tag=tag) for tag in new], ignore_conflicts=True
    )
    _note(item, "work.tagged", before, actor=actor, at=at)
    return tuple(tag.name for tag in new)


@transaction.atomic
def untag_work(number: str, *, tags: Iterable[str], actor: Actor, at: datetime) -> tuple[str, ...]:
    """Take tags off a piece of work; those that it does not have change nothing.

    Args, Returns and Raises: as for :func:`tag_work`, of the tags that were taken off.
    """
    item = require_help(number, actor=actor)
    gone = {name.casefold() for name in _read(tags)}
    before = _names(item)
    off = [name for name in before if name.casefold() in gone]
    WorkTag.objects.filter(work_item=item, tag__name__in=off).delete()
    _note(item, "work.untagged", before, actor=actor, at=at)
    return tuple(off)


@transaction.atomic
def rename_tag(tag_id: int, *, name: str, actor: Actor, at: datetime) -> None:
    """Give a tag another name wherever it is used; where that is one already, the two are merged.

    Args:
        tag_id: its key.
        name: the new one.
        actor: who keeps the tags.
        at: when.

    Raises:
        NotAllowed: without the right to keep tags.
        NotFound: there is no such tag.
        Invalid: a name that is empty or too long.
    """
    require_keeping(actor)
    tag = _locked(tag_id)
    (wanted,) = _read([name])
    if wanted == tag.name:
        return
    other = Tag.objects.filter(name__iexact=wanted).exclude(pk=tag.pk).first()
    if other is not None:
        _merge(tag, other, actor=actor, at=at)
        return
    old, tag.name = tag.name, wanted
    tag.save(update_fields=["name"])
    _record("tag.renamed", tag, {"name": (old, wanted)}, actor=actor, at=at)


@transaction.atomic
def merge_tags(tag_id: int, *, into_id: int, actor: Actor, at: datetime) -> None:
    """Have one tag take the place of another, wherever that is used.

    Args:
        tag_id: the one that goes.
        into_id: the one that stays; the same changes nothing.
        actor: who keeps the tags.
        at: when.

    Raises:
        NotAllowed: without the right to keep tags.
        NotFound: there is no such tag.
    """
    require_keeping(actor)
    if tag_id != into_id:
        _merge(_locked(tag_id), _locked(into_id), actor=actor, at=at)


@transaction.atomic
def delete_tag(tag_id: int, *, actor: Actor, at: datetime) -> None:
    """Take a tag off all work, and out of what is offered.

    Raises:
        NotAllowed: without the right to keep tags.
        NotFound: there is no such tag.
    """
    require_keeping(actor)
    tag = _locked(tag_id)
    uses = WorkTag.objects.filter(tag=tag).delete()[0]
    _record("tag.deleted", tag, {"name": (tag.name, None), "uses": (uses, 0)}, actor=actor, at=at)
    tag.delete()


# One statement however many uses there are; what has both tags keeps one.
_MOVE = """
    INSERT INTO teamwork_worktag (work_item_id, tag_id)
    SELECT work_item_id, %(into)s FROM teamwork_worktag WHERE tag_id = %(tag)s
    ON CONFLICT DO NOTHING
"""


def _merge(tag: Tag, into: Tag, *, actor: Actor, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"tag": tag.pk, "into": into.pk})
    uses = WorkTag.objects.filter(tag=tag).delete()[0]
    changes = {"name": (tag.name, into.name), "uses": (uses, 0)}
    _record("tag.merged", tag, changes, actor=actor, at=at)
    tag.delete()


def _locked(tag_id: int) -> Tag:
    tag = Tag.objects.select_for_update().filter(pk=tag_id).first()
    if tag is None:
        raise NotFound
    return tag


def _read(tags: Iterable[str]) -> list[str]:
    """Return the words of some tags, each once whatever its case."""
    cleaned = {name.casefold(): name for name in map(clean_tag, tags)}
    if not cleaned:
        raise Invalid({"tags": [_("Please name at least one tag.")]})
    faults = [fault for name in cleaned.values() for fault in tag_faults(name)]
    if faults:
        raise Invalid({"tags": faults})
    return list(cleaned.values())


def _tag(name: str) -> Tag:
    """Return the tag of a word, made where it is new; two who make it at once get the same."""
    found = Tag.objects.filter(name__iexact=name).first()
    if found is not None:
        return found
    Tag.objects.bulk_create([Tag(name=name)], ignore_conflicts=True)
    return Tag.objects.get(name__iexact=name)


def _names(item: WorkItem) -> list[str]:
    rows = WorkTag.objects.filter(work_item=item).order_by("tag__name")
    return list(rows.values_list("tag__name", flat=True))


def _note(item: WorkItem, verb: str, before: list[str], *, actor: Actor, at: datetime) -> None:
    change_work_item(
        item, verb=verb, values={}, also={"tags": (before, _names(item))}, actor=actor, at=at
    )


def _record(
    verb: str,
    tag: Tag,
    changes: dict[str, tuple[object, object]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=tag.pk, changes=changes, actor=actor, at=at)
