"""Doing a deed to a piece of work of any kind: whoever knows the kind is asked.

Many at once, macros, rules and programs mean the same deeds; the kinds of work belong to later
apps, which ``timshel.reactions`` registers here. A handler calls the actions that a person's click
calls, so that rights, journal, clocks and mails are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import WrongState
from timshel.operation.work import clocks
from timshel.operation.work.access import find
from timshel.operation.work.deeds import ME, Deed, DeedKind, read_deed, read_deeds

__all__ = [
    "ME",
    "Deed",
    "DeedKind",
    "Handler",
    "perform",
    "perform_all",
    "possible",
    "read_deed",
    "read_deeds",
    "register",
    "register_common",
]


class Handler(Protocol):
    """Does deeds to the work of one kind, or some deeds to work of every kind."""

    def perform(self, number: str, deed: Deed, *, actor: Actor, at: datetime) -> None:
        """Do it, in the caller's transaction.

        Raises:
            Invalid, NotAllowed, NotFound, WrongState, Conflict: with sentences for people.
        """

    def possible(self, number: str, *, actor: Actor) -> frozenset[DeedKind]:
        """Return what the actor may do to it now; the caller sees it."""


_handlers: dict[str, Handler] = {}
_common: dict[DeedKind, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Say who does deeds to a kind of work; called once when all is loaded, harmless again."""
    _handlers[kind] = handler


def register_common(deeds: Collection[DeedKind], handler: Handler) -> None:
    """Say who does some deeds to work of every kind; they are not asked of the kind itself."""
    for deed in deeds:
        _common[deed] = handler


def perform(number: str, deed: Deed, *, actor: Actor, at: datetime) -> None:
    """Do one deed to a piece of work, as a person's click does.

    Args:
        number: of the work.
        deed: what is to be done.
        actor: who does it.
        at: when.

    Raises:
        WrongState: its stage does not allow it, or its kind does not know it.
        Invalid, NotAllowed, NotFound, Conflict: as they say.
    """
    perform_all(number, (deed,), actor=actor, at=at)


@transaction.atomic
def perform_all(number: str, deeds: Sequence[Deed], *, actor: Actor, at: datetime) -> None:
    """Do several deeds to a piece of work in their order, all or none.

    Args and Raises: as for :func:`perform`.
    """
    item = find(number, actor=actor)
    with clocks.reading_once(at=at):
        for deed in deeds:
            handler = _common.get(deed.kind) or _handlers.get(item.kind)
            if handler is None:
                raise WrongState(_("This cannot be done to this kind of work."))
            handler.perform(item.number, deed, actor=actor, at=at)


def possible(number: str, *, actor: Actor) -> frozenset[DeedKind]:
    """Return which deeds the actor may do to a piece of work now.

    Args:
        number: of the work.
        actor: who asks.

    Raises:
        NotFound: there is no such work, or the actor may not know that there is.
    """
    item = find(number, actor=actor)
    found: frozenset[DeedKind] = frozenset()
    if item.kind in _handlers:
        found = _handlers[item.kind].possible(item.number, actor=actor) - set(_common)
    for deed, handler in _common.items():
        found |= handler.possible(item.number, actor=actor) & {deed}
    return found
