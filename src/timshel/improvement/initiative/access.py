"""The rights around improvements and cycles, and finding one with its right in one call."""

from __future__ import annotations

from timshel.context.organization.models import Unit
from timshel.improvement.initiative.models import Cycle, Improvement
from timshel.improvement.initiative.rules import (
    AUTHORISE,
    HIGH_COST,
    MANAGE,
    PREFIX,
    SUGGEST,
    VIEW,
    Area,
)
from timshel.improvement.initiative.states import AreaKind, Deed
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import LARGEST_KEY, key_of
from timshel.service_portfolio.service.models import Service

__all__ = [
    "AUTHORISE",
    "BY_OWNER",
    "MANAGE",
    "SUGGEST",
    "VIEW",
    "cycle_to_change",
    "improvement_to_move",
    "known",
    "known_cycle",
    "may_authorise",
    "may_change",
    "may_do",
    "may_manage_area",
    "may_see",
    "may_see_cycle",
    "require_manage_area",
    "require_suggest",
    "sees_register",
]

BY_OWNER = frozenset({Deed.PLAN, Deed.START, Deed.FINISH, Deed.MEASURE})
"""What whoever answers for an improvement does without any other right."""


def sees_register(actor: Actor) -> bool:
    """Tell whether the actor has a register to look at, beyond what is their own."""
    return any(actor.may_somewhere(each) for each in (VIEW, MANAGE, AUTHORISE))


def require_suggest(actor: Actor) -> None:
    """Refuse unless the actor may suggest improvements.

    Raises:
        NotAllowed: the right is missing.
    """
    if not actor.may_somewhere(SUGGEST):
        raise NotAllowed


def may_manage_area(area: Area, *, actor: Actor) -> bool:
    """Tell whether the actor may assess and follow what is about an area."""
    return _covers(MANAGE, area, actor=actor)


def require_manage_area(area: Area, *, actor: Actor) -> None:
    """Refuse unless the actor may assess and follow what is about an area.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage_area(area, actor=actor):
        raise NotAllowed


def may_change(row: Improvement, *, actor: Actor) -> bool:
    """Tell whether the actor may assess, plan and follow an improvement."""
    return may_manage_area(area_of(row), actor=actor)


def may_authorise(row: Improvement, *, actor: Actor) -> bool:
    """Tell whether the actor may authorise an improvement.

    What costs much is never authorised by whoever assessed it.
    """
    if not _covers(AUTHORISE, area_of(row), actor=actor):
        return False
    return not is_own_judgement(row, actor=actor)


def is_own_judgement(row: Improvement, *, actor: Actor) -> bool:
    """Tell whether the actor assessed an improvement that costs so much that two must agree."""
    is_high = (row.cost or 0) >= HIGH_COST
    return is_high and row.assessed_by_id is not None and row.assessed_by_id == actor.person_id


def may_do(deed: Deed, row: Improvement, *, actor: Actor) -> bool:
    """Tell whether the actor has the right to a deed, whatever the state."""
    if deed is Deed.AUTHORISE:
        return may_authorise(row, actor=actor)
    is_owner = row.owner_id is not None and row.owner_id == actor.person_id
    return (is_owner and deed in BY_OWNER) or may_change(row, actor=actor)


def known(number: str, *, actor: Actor) -> Improvement:
    """Return an improvement that the actor may see, with its people and its cycle.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Improvement.objects.visible_to(actor).select_related(
        "suggested_by", "owner", "assessed_by", "authorised_by", "cycle"
    )
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see an improvement; the twin of ``visible_to``."""
    key = key_of(PREFIX, number)
    return Improvement.objects.visible_to(actor).filter(pk=key).exists()


def improvement_to_move(number: str, *, actor: Actor) -> Improvement:
    """Return an improvement, locked, that the actor may see; further rights are asked of it.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    key = known(number, actor=actor).pk
    rows = Improvement.objects.select_for_update(of=("self",))
    return rows.select_related("owner", "suggested_by").get(pk=key)


def known_cycle(cycle_id: int, *, actor: Actor) -> Cycle:
    """Return a cycle that the actor may see.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    if not 0 < cycle_id <= LARGEST_KEY:
        raise NotFound
    found = Cycle.objects.visible_to(actor).filter(pk=cycle_id).first()
    if found is None:
        raise NotFound
    return found


def may_see_cycle(cycle_id: int, *, actor: Actor) -> bool:
    """Tell whether the actor may see a cycle; the twin of ``visible_to``."""
    return Cycle.objects.visible_to(actor).filter(pk=cycle_id).exists()


def cycle_to_change(cycle_id: int, *, actor: Actor) -> Cycle:
    """Return a cycle, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    known_cycle(cycle_id, actor=actor)
    row = Cycle.objects.select_for_update().get(pk=cycle_id)
    require_manage_area(Area(row.area_kind, row.area_code), actor=actor)
    return row


def area_of(row: Improvement) -> Area:
    """Return what an improvement is about."""
    return Area(row.area_kind, row.area_code)


def _covers(permission: str, area: Area, *, actor: Actor) -> bool:
    scope = actor.scope(permission)
    if scope.everywhere:
        return True
    if area.kind == AreaKind.SERVICE and (keys := scope.keys("service")):
        return Service.objects.filter(code=area.code, pk__in=keys).exists()
    if area.kind == AreaKind.UNIT and (keys := scope.keys("unit")):
        return Unit.objects.filter(code=area.code, pk__in=keys).exists()
    return False
