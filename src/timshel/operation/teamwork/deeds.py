"""How tags, watchers and links are done to work of every kind, by the actions that pages call."""

from __future__ import annotations

from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.operation.teamwork.access import may_help
from timshel.operation.teamwork.actions import add_watcher, link_work, tag_work, untag_work
from timshel.operation.work.access import find
from timshel.operation.work.deeds import ME, Deed, DeedKind
from timshel.operation.work.rules import TASK, VIEW, covers

DONE = frozenset({DeedKind.TAG, DeedKind.UNTAG, DeedKind.WATCH, DeedKind.LINK})
"""The deeds that are the same for every kind of work."""


class TeamworkDeeds:
    """Tags, watches and links work of every kind."""

    def perform(self, number: str, deed: Deed, *, actor: Actor, at: datetime) -> None:
        """Do it; see ``operation.work.handling.Handler``."""
        values = deed.values
        match deed.kind:
            case DeedKind.TAG:
                tag_work(number, tags=values["tags"], actor=actor, at=at)
            case DeedKind.UNTAG:
                untag_work(number, tags=values["tags"], actor=actor, at=at)
            case DeedKind.WATCH:
                person = actor.person_id if values["person"] == ME else values["person"]
                if person is None:
                    raise NotAllowed
                add_watcher(number, person_id=person, actor=actor, at=at)
            case _:
                link_work(number, to=values["to"], kind=values["kind"], actor=actor, at=at)

    def possible(self, number: str, *, actor: Actor) -> frozenset[DeedKind]:
        """Return what of these the actor may do to it now."""
        item = find(number, actor=actor)
        if may_help(item, actor=actor):
            return DONE - ({DeedKind.WATCH} if item.kind == TASK else set())
        may_watch = item.kind != TASK and covers(actor, VIEW, item)
        return frozenset({DeedKind.WATCH}) if may_watch else frozenset()
