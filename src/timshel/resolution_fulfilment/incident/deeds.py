"""How an incident does what is asked of any kind of work, by the actions that pages call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import WrongState
from timshel.operation.work.deeds import ME, Deed, DeedKind
from timshel.operation.work.rules import covers
from timshel.operation.work.states import Stage, Trigger
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.incident.access import RIGHTS, find
from timshel.resolution_fulfilment.incident.states import Verb, stage_allows

Values = Mapping[str, Any]
AS_IT_STANDS = 2**31 - 1
"""Whoever does this to many has looked at none: each is changed as it stands."""

VERBS: Mapping[DeedKind, tuple[Verb, ...]] = {
    DeedKind.REPLY: (Verb.REPLY,),
    DeedKind.NOTE: (Verb.NOTE,),
    DeedKind.ASSIGN: (Verb.TAKE, Verb.ASSIGN),
    DeedKind.CHANGE: (Verb.CHANGE,),
    DeedKind.MOVE: (
        Verb.START,
        Verb.WAIT,
        Verb.RESUME,
        Verb.RESOLVE,
        Verb.REOPEN,
        Verb.CLOSE,
        Verb.CANCEL,
    ),
    DeedKind.MERGE: (Verb.RESOLVE,),
}


class IncidentDeeds:
    """Does deeds to incidents."""

    def perform(self, number: str, deed: Deed, *, actor: Actor, at: datetime) -> None:
        """Do it; see ``operation.work.handling.Handler``."""
        if deed.kind not in _DO:
            raise WrongState(_("This cannot be done to a case."))
        _DO[deed.kind](number, deed.values, actor=actor, at=at)

    def possible(self, number: str, *, actor: Actor) -> frozenset[DeedKind]:
        """Return what the actor may do to it now."""
        item = find(number, actor=actor)
        return frozenset(
            kind
            for kind, verbs in VERBS.items()
            if any(
                stage_allows(Stage(item.stage), verb) and covers(actor, RIGHTS[verb], item)
                for verb in verbs
            )
        )


def _reply(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.reply_to_incident(
        number,
        text=values["text"],
        wait_for_requester=values["waits"],
        actor=actor,
        at=at,
    )


def _note(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.note_on_incident(number, text=values["text"], actor=actor, at=at)


def _assign(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    team, assignee = values["team"], values["assignee"]
    if assignee == ME and team is None:
        actions.take_incident(number, actor=actor, at=at)
        return
    assignee_id = actor.person_id if assignee == ME else assignee
    actions.assign_incident(number, team=team, assignee_id=assignee_id, actor=actor, at=at)


def _change(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.change_incident(number, changes=values, seen_version=AS_IT_STANDS, actor=actor, at=at)


def _move(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    _MOVES[values["trigger"]](number, values, actor=actor, at=at)


def _start(number: str, _values: Values, *, actor: Actor, at: datetime) -> None:
    actions.start_incident(number, actor=actor, at=at)


def _wait(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.wait_incident(
        number,
        reason=values["reason"],
        note=values["text"],
        supplier=values["supplier"] or None,
        actor=actor,
        at=at,
    )


def _resume(number: str, _values: Values, *, actor: Actor, at: datetime) -> None:
    actions.resume_incident(number, actor=actor, at=at)


def _resolve(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.resolve_incident(number, code=values["code"], text=values["text"], actor=actor, at=at)


def _close(number: str, _values: Values, *, actor: Actor, at: datetime) -> None:
    actions.close_incident(number, actor=actor, at=at)


def _reopen(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.reopen_incident(number, reason=values["reason"], actor=actor, at=at)


def _cancel(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.cancel_incident(number, reason=values["reason"], actor=actor, at=at)


def _merge(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.merge_incidents(values["into"], numbers=[number], actor=actor, at=at)


_MOVES: Mapping[str, Callable[..., None]] = {
    Trigger.START: _start,
    Trigger.WAIT: _wait,
    Trigger.RESUME: _resume,
    Trigger.RESOLVE: _resolve,
    Trigger.CLOSE: _close,
    Trigger.REOPEN: _reopen,
    Trigger.CANCEL: _cancel,
}
_DO: Mapping[DeedKind, Callable[..., None]] = {
    DeedKind.REPLY: _reply,
    DeedKind.NOTE: _note,
    DeedKind.ASSIGN: _assign,
    DeedKind.CHANGE: _change,
    DeedKind.MOVE: _move,
    DeedKind.MERGE: _merge,
}
