"""A checklist that helpers write for a piece of work as they go; tasks have their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.text import is_storable
from timshel.operation.teamwork.access import require_help
from timshel.operation.teamwork.models import CheckLine
from timshel.operation.teamwork.rules import LONGEST_CHECK, MOST_CHECKS
from timshel.operation.work.actions import change_work_item
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import TASK


@transaction.atomic
def add_checks(number: str, *, lines: Iterable[str], actor: Actor, at: datetime) -> tuple[int, ...]:
    """Add lines to the checklist of a piece of work, below those that are there.

    Args:
        number: the piece of work.
        lines: what is to be done; empty ones are left out.
        actor: who works on it.
        at: when.

    Returns:
        The keys of the new lines.

    Raises:
        NotAllowed, NotFound: as they say.
        WrongState: it is a task, whose checklist comes with its step.
        Invalid: no line, one that is too long, or too many.
    """
    item = _item(number, actor=actor)
    texts = [text for text in (" ".join(line.split()) for line in lines) if text]
    if not texts:
        raise Invalid({"text": [_("Please write what is to be done.")]})
    if any(len(text) > LONGEST_CHECK or not is_storable(text) for text in texts):
        message = _("Please keep each line below %(count)d characters.") % {"count": LONGEST_CHECK}
        raise Invalid({"text": [message]})
    if CheckLine.objects.filter(work_item=item).count() + len(texts) > MOST_CHECKS:
        message = _("A checklist has at most %(count)d lines.") % {"count": MOST_CHECKS}
        raise Invalid({"text": [message]})
    made = [CheckLine.objects.create(work_item=item, text=text) for text in texts]
    _note(item, {"line": (None, texts)}, actor=actor, at=at)
    return tuple(line.pk for line in made)


@transaction.atomic
def tick_check(number: str, *, line_id: int, is_done: bool, actor: Actor, at: datetime) -> None:
    """Tick a line off, or take the tick back; a line that stands so already changes nothing.

    Args:
        number: the piece of work.
        line_id: its key.
        is_done: whether it is done.
        actor: who works on it.
        at: when.

    Raises:
        NotAllowed, NotFound, WrongState: as for :func:`add_checks`.
    """
    item = _item(number, actor=actor)
    line = _line(item, line_id)
    if (line.done_at is not None) == is_done:
        return
    line.done_at, line.done_by_id = (at, actor.person_id) if is_done else (None, None)
    line.save(update_fields=["done_at", "done_by"])
    _note(item, {"line": (None, line.text), "check": (not is_done, is_done)}, actor=actor, at=at)


@transaction.atomic
def remove_check(number: str, *, line_id: int, actor: Actor, at: datetime) -> None:
    """Take a line off the checklist.

    Args and Raises: as for :func:`tick_check`.
    """
    item = _item(number, actor=actor)
    line = _line(item, line_id)
    line.delete()
    _note(item, {"line": (line.text, None)}, actor=actor, at=at)


def _item(number: str, *, actor: Actor) -> WorkItem:
    item = require_help(number, actor=actor)
    if item.kind == TASK:
        raise WrongState(_("The checklist of a task comes with its step."))
    return item


def _line(item: WorkItem, line_id: int) -> CheckLine:
    line = CheckLine.objects.filter(work_item=item, pk=line_id).first()
    if line is None:
        raise NotFound
    return line


def _note(
    item: WorkItem, changes: dict[str, tuple[Any, Any]], *, actor: Actor, at: datetime
) -> None:
    change_work_item(item, verb="work.checked", values={}, also=changes, actor=actor, at=at)
