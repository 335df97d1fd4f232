"""How tags, links and watchers are put back when what was done to many is taken back."""

from __future__ import annotations

from collections.abc import Mapping

from timshel.operation.teamwork.models import Tag, WorkLink, WorkTag
from timshel.operation.work.models import Watcher, WorkItem
from timshel.operation.work.undo_rules import Change
from timshel.operation.work.undoing import PutBack

VERBS = frozenset({"work.tagged", "work.untagged", "work.linked", "work.watched"})
"""Of the entries that can be taken back."""


def _tags(item: WorkItem, change: Change, /) -> None:
    """Stick the tags on that were on it; one that was removed everywhere since is made again."""
    names = list(change.before or ())
    WorkTag.objects.filter(work_item=item).exclude(tag__name__in=names).delete()
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    tags = Tag.objects.filter(name__in=names)
    WorkTag.objects.bulk_create(
        [WorkTag(work_item=item, tag=tag) for tag in tags], ignore_conflicts=True
    )


def _link(item: WorkItem, change: Change, /) -> None:
    made = change.after
    if made is not None:
        WorkLink.objects.filter(source=item, target=made["id"], kind=made["kind"]).delete()


def _watcher(item: WorkItem, change: Change, /) -> None:
    if change.after is not None:
        Watcher.objects.filter(work_item=item, person=change.after["id"]).delete()


FIELDS: Mapping[str, PutBack] = {"tags": _tags, "link": _link, "watcher": _watcher}
"""By the names that the journal has for them."""
