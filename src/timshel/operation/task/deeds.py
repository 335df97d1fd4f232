"""How a task does what is asked of any kind of work, by the actions that pages call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import WrongState
from timshel.kernel.forms import References
from timshel.operation.task import actions
from timshel.operation.task.access import ASSIGN, OPEN, WORK
from timshel.operation.work.access import find
from timshel.operation.work.deeds import ME, Deed, DeedKind
from timshel.operation.work.rules import TASK, covers
from timshel.operation.work.states import Trigger

Values = Mapping[str, Any]


class TaskDeeds:
    """Does deeds to tasks.

    Args:
        references: gives what finds what the answers of a form name, under an actor's rights.
    """

    def __init__(self, references: Callable[[Actor], References]) -> None:
        self._references = references

    def perform(self, number: str, deed: Deed, *, actor: Actor, at: datetime) -> None:
        """Do it; see ``operation.work.handling.Handler``."""
        if deed.kind is DeedKind.REPLY:
            raise WrongState(_("Nobody outside reads a task. Please reply in its request."))
        if deed.kind is DeedKind.MOVE and deed.values["trigger"] == Trigger.RESOLVE:
            self._complete(number, deed.values, actor=actor, at=at)
            return
        if deed.kind not in _DO:
            raise WrongState(_("This cannot be done to a task."))
        _DO[deed.kind](number, deed.values, actor=actor, at=at)

    def possible(self, number: str, *, actor: Actor) -> frozenset[DeedKind]:
        """Return what the actor may do to it now."""
        item = find(number, kind=TASK, actor=actor)
        works, is_open = covers(actor, WORK, item), item.stage in OPEN
        found = {DeedKind.NOTE} if works else set()
        if is_open and works:
            found |= {DeedKind.MOVE, DeedKind.ASSIGN}
        if is_open and covers(actor, ASSIGN, item):
            found.add(DeedKind.ASSIGN)
        return frozenset(found)

    def _complete(self, number: str, values: Values, *, actor: Actor, at: datetime) -> None:
        """Finish it with the outcome of the code, its usual one where none is named."""
        completion = actions.Completion(
            outcome=values["code"] or None,
            comment=values["text"],
            references=self._references(actor),
        )
        actions.complete_task(number, completion=completion, actor=actor, at=at)


def _note(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.note_on_task(number, text=values["text"], actor=actor, at=at)


def _assign(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    team, assignee = values["team"], values["assignee"]
    if assignee == ME and team is None:
        actions.take_task(number, actor=actor, at=at)
        return
    assignee_id = actor.person_id if assignee == ME else assignee
    actions.assign_task(number, team=team, assignee_id=assignee_id, actor=actor, at=at)


def _move(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    match values["trigger"]:
        case Trigger.WAIT:
            actions.wait_task(
                number, reason=values["reason"], note=values["text"], actor=actor, at=at
            )
        case Trigger.RESUME:
            actions.resume_task(number, actor=actor, at=at)
        case Trigger.START:
            raise WrongState(_("A task is started by whoever takes it."))
        case _:
            raise WrongState(_("A task ends by being finished, or with its process."))


_DO: Mapping[DeedKind, Callable[..., None]] = {
    DeedKind.NOTE: _note,
    DeedKind.ASSIGN: _assign,
    DeedKind.MOVE: _move,
}
