"""The rights around planned actions, and finding one with its right in one call."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.planning.planned_action.hosting import host_of
from timshel.planning.planned_action.models import VIEW, PlannedAction
from timshel.planning.planned_action.rules import PREFIX, About

__all__ = [
    "MANAGE",
    "VIEW",
    "action_to_change",
    "action_to_end",
    "known",
    "may_change",
    "may_end",
    "may_plan",
    "may_see",
    "require_plan",
]

MANAGE = "planned_action.manage"


def may_plan(about: About, *, actor: Actor) -> bool:
    """Tell whether the actor may say what is done about a record, or apart from any."""
    if actor.scope(MANAGE).everywhere:
        return True
    host = host_of(about.kind)
    try:
        return host is not None and host.may_plan(about.code, actor=actor)
    except NotFound:  # whoever is to do something need not see what it is about
        return False


def require_plan(about: About, *, actor: Actor) -> None:
    """Refuse unless the actor may say what is done about a record.

    Raises:
        NotAllowed: the right is missing.
        NotFound: there is no such record.
    """
    if about.kind:
        host = host_of(about.kind)
        if host is None:
            raise NotFound
        host.title(about.code, actor=actor)
    if not may_plan(about, actor=actor):
        raise NotAllowed


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see an action; the twin of ``visible_to``."""
    key = key_of(PREFIX, number)
    return PlannedAction.objects.visible_to(actor).filter(pk=key).exists()


def known(number: str, *, actor: Actor) -> PlannedAction:
    """Return an action that the actor may see, with its people.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = PlannedAction.objects.visible_to(actor).select_related("owner", "planned_by")
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def may_change(row: PlannedAction, *, actor: Actor) -> bool:
    """Tell whether the actor may say otherwise who does what until when."""
    is_own = actor.person_id is not None and row.planned_by_id == actor.person_id
    return is_own or may_plan(About(row.about_kind, row.about_code), actor=actor)


def may_end(row: PlannedAction, *, actor: Actor) -> bool:
    """Tell whether the actor may say that it is done: its owner, and whoever may change it."""
    return row.owner_id == actor.person_id or may_change(row, actor=actor)


def action_to_change(number: str, *, actor: Actor) -> PlannedAction:
    """Return an action, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(number, actor=actor)
    if not may_change(row, actor=actor):
        raise NotAllowed
    return row


def action_to_end(number: str, *, actor: Actor) -> PlannedAction:
    """Return an action, locked, of which the actor may say that it is done.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(number, actor=actor)
    if not may_end(row, actor=actor):
        raise NotAllowed
    return row


def _locked(number: str, *, actor: Actor) -> PlannedAction:
    key = known(number, actor=actor).pk
    rows = PlannedAction.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=key)
