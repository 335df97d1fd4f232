"""The rights around nonconformities and recommendations, and finding one with its right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from timshel.improvement.nonconformity.models import SEE, Nonconformity, Recommendation
from timshel.improvement.nonconformity.rules import (
    ADVICE_PREFIX,
    KIND,
    MANAGE,
    PREFIX,
    VERIFY,
    VIEW,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.planning.planned_action.queries import ActionRow, actions_about
from timshel.planning.planned_action.states import ActionState

__all__ = [
    "MANAGE",
    "SEE",
    "VERIFY",
    "VIEW",
    "actions_of",
    "advice_to_change",
    "known",
    "known_advice",
    "may_change",
    "may_close_advice",
    "may_handle",
    "may_handle_advice",
    "may_judge",
    "may_raise",
    "may_record_advice",
    "may_see",
    "may_see_advice",
    "require",
    "require_raise",
    "to_change",
]


def may_raise(actor: Actor) -> bool:
    """Tell whether the actor may raise a nonconformity: whoever sees any register of them."""
    return any(actor.may_somewhere(each) for each in SEE)


def require_raise(actor: Actor) -> None:
    """Refuse unless the actor may raise a nonconformity.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_raise(actor):
        raise NotAllowed


def may_change(row: Nonconformity, *, actor: Actor) -> bool:
    """Tell whether the actor may say otherwise what it is and who answers for it, and reject it."""
    return actor.may(MANAGE, service=row.service_id)


def may_handle(row: Nonconformity, *, actor: Actor) -> bool:
    """Tell whether the actor may go on with it: its owner, and whoever may change it."""
    is_owner = actor.person_id is not None and actor.person_id == row.owner_id
    return is_owner or may_change(row, actor=actor)


def may_judge(row: Nonconformity, *, actions: Iterable[ActionRow], actor: Actor) -> bool:
    """Tell whether the actor may judge the effect: neither the owner nor whoever did it.

    Args:
        row: the nonconformity.
        actions: what follows from it, as ``actions_of`` gives it.
        actor: who asks.
    """
    if actor.person_id is None or not actor.may(VERIFY, service=row.service_id):
        return False
    doers = {each.owner_id for each in actions if each.state == ActionState.DONE}
    return actor.person_id not in {row.owner_id, row.implemented_by_id, *doers}


def actions_of(row: Nonconformity, *, at: datetime) -> tuple[ActionRow, ...]:
    """Return the actions that follow from a nonconformity; one query."""
    return actions_about(KIND, [row.number], at=at).get(row.number, ())


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see a nonconformity; the twin of ``visible_to``."""
    return Nonconformity.objects.visible_to(actor).filter(pk=key_of(PREFIX, number)).exists()


def known(number: str, *, actor: Actor) -> Nonconformity:
    """Return a nonconformity that the actor may see, with its people and its service.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Nonconformity.objects.visible_to(actor).select_related(
        "owner", "raised_by", "implemented_by", "service"
    )
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def to_change(number: str, *, actor: Actor) -> Nonconformity:
    """Return a nonconformity, locked, that the actor may see; what they may do with it is asked
    after.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    key = known(number, actor=actor).pk
    rows = Nonconformity.objects.select_for_update(of=("self",)).select_related("owner", "service")
    return rows.get(pk=key)


def require(allowed: bool) -> None:  # noqa: FBT001 - the answer of a rule above
    """Refuse unless a rule says yes.

    Raises:
        NotAllowed: it says no.
    """
    if not allowed:
        raise NotAllowed


def may_record_advice(actor: Actor) -> bool:
    """Tell whether the actor may record what auditors recommend."""
    return actor.scope(MANAGE).everywhere


def may_handle_advice(row: Recommendation, *, actor: Actor) -> bool:
    """Tell whether the actor may answer a recommendation: its owner, and who records them."""
    is_owner = actor.person_id is not None and actor.person_id == row.owner_id
    return is_owner or may_record_advice(actor)


def may_close_advice(row: Recommendation, *, actor: Actor) -> bool:
    """Tell whether the actor may close a recommendation: neither its owner nor whoever did it."""
    if actor.person_id is None or not actor.scope(VERIFY).everywhere:
        return False
    return actor.person_id not in (row.owner_id, row.implemented_by_id)


def may_see_advice(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see a recommendation; the twin of ``visible_to``."""
    key = key_of(ADVICE_PREFIX, number)
    return Recommendation.objects.visible_to(actor).filter(pk=key).exists()


def known_advice(number: str, *, actor: Actor) -> Recommendation:
    """Return a recommendation that the actor may see, with its people.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Recommendation.objects.visible_to(actor).select_related(
        "owner", "recorded_by", "implemented_by", "closed_by"
    )
    found = rows.filter(pk=key_of(ADVICE_PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def advice_to_change(number: str, *, actor: Actor) -> Recommendation:
    """Return a recommendation, locked, that the actor may see.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    key = known_advice(number, actor=actor).pk
    rows = Recommendation.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=key)
