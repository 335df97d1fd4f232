"""How a request does what is asked of any kind of work, by the actions that pages call."""

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
from timshel.resolution_fulfilment.service_request import actions
from timshel.resolution_fulfilment.service_request.access import RIGHTS, find
from timshel.resolution_fulfilment.service_request.states import Verb, stage_allows

Values = Mapping[str, Any]

VERBS: Mapping[DeedKind, tuple[Verb, ...]] = {
    DeedKind.REPLY: (Verb.REPLY,),
    DeedKind.NOTE: (Verb.NOTE,),
    DeedKind.ASSIGN: (Verb.TAKE, Verb.ASSIGN),
    DeedKind.MOVE: (
        Verb.WAIT,
        Verb.RESUME,
        Verb.FULFIL,
        Verb.REOPEN,
        Verb.CLOSE,
        Verb.CANCEL,
    ),
}


class RequestDeeds:
    """Does deeds to requests."""

    def perform(self, number: str, deed: Deed, *, actor: Actor, at: datetime) -> None:
        """Do it; see ``operation.work.handling.Handler``."""
        if deed.kind is DeedKind.CHANGE:
            raise WrongState(_("A request has no such properties: it says what was ordered."))
        if deed.kind not in _DO:
            raise WrongState(_("This cannot be done to a request."))
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
    actions.reply_to_request(
        number,
        text=values["text"],
        wait_for_requester=values["waits"],
        actor=actor,
        at=at,
    )


def _note(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.note_on_request(number, text=values["text"], actor=actor, at=at)


def _assign(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    team, assignee = values["team"], values["assignee"]
    if assignee == ME and team is None:
        actions.take_request(number, actor=actor, at=at)
        return
    assignee_id = actor.person_id if assignee == ME else assignee
    actions.assign_request(number, team=team, assignee_id=assignee_id, actor=actor, at=at)


def _move(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    if values["trigger"] not in _MOVES:
        raise WrongState(_("A request is started by the steps of its process."))
    _MOVES[values["trigger"]](number, values, actor=actor, at=at)


def _wait(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.wait_request(number, reason=values["reason"], note=values["text"], actor=actor, at=at)


def _resume(number: str, _values: Values, *, actor: Actor, at: datetime) -> None:
    actions.resume_request(number, actor=actor, at=at)


def _fulfil(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.fulfil_request(number, text=values["text"], actor=actor, at=at)


def _close(number: str, _values: Values, *, actor: Actor, at: datetime) -> None:
    actions.close_request(number, actor=actor, at=at)


def _reopen(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.reopen_request(number, reason=values["reason"], actor=actor, at=at)


def _cancel(number: str, values: Values, *, actor: Actor, at: datetime) -> None:
    actions.cancel_request(number, reason=values["reason"], actor=actor, at=at)


_MOVES: Mapping[str, Callable[..., None]] = {
    Trigger.WAIT: _wait,
    Trigger.RESUME: _resume,
    Trigger.RESOLVE: _fulfil,
    Trigger.CLOSE: _close,
    Trigger.REOPEN: _reopen,
    Trigger.CANCEL: _cancel,
}
_DO: Mapping[DeedKind, Callable[..., None]] = {
    DeedKind.REPLY: _reply,
    DeedKind.NOTE: _note,
    DeedKind.ASSIGN: _assign,
    DeedKind.MOVE: _move,
}
