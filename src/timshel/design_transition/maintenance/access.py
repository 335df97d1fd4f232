"""The right to plan work on services, and finding planned work with it in one call."""

from __future__ import annotations

from collections.abc import Iterable

from timshel.design_transition.maintenance.models import PlannedWork
from timshel.design_transition.maintenance.rules import PLAN
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound

__all__ = ["PLAN", "known", "may_plan", "may_see", "require_plan", "work_to_change"]

LARGEST_KEY = 2**63 - 1


def may_plan(service_ids: Iterable[int], *, actor: Actor) -> bool:
    """Tell whether the actor may plan work on all of some services; on none, nobody may."""
    keys = set(service_ids)
    return bool(keys) and all(actor.may(PLAN, service=key) for key in keys)


def require_plan(service_ids: Iterable[int], *, actor: Actor) -> None:
    """Refuse unless the actor may plan work on all of some services.

    Raises:
        NotAllowed: the right is missing for one of them.
    """
    if not may_plan(service_ids, actor=actor):
        raise NotAllowed


def known(planned_work_id: int, *, actor: Actor) -> PlannedWork:
    """Return planned work that the actor may know of.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    if not 0 < planned_work_id <= LARGEST_KEY:
        raise NotFound
    found = PlannedWork.objects.visible_to(actor).filter(pk=planned_work_id).first()
    if found is None:
        raise NotFound
    return found


def may_see(planned_work_id: int, *, actor: Actor) -> bool:
    """Tell whether the actor may know of planned work; the twin of ``visible_to``."""
    return PlannedWork.objects.visible_to(actor).filter(pk=planned_work_id).exists()


def work_to_change(planned_work_id: int, *, actor: Actor) -> PlannedWork:
    """Return planned work, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: the actor may not plan for all of its services.
    """
    known(planned_work_id, actor=actor)
    found = PlannedWork.objects.select_for_update().get(pk=planned_work_id)
    require_plan(found.services.values_list("service_id", flat=True), actor=actor)
    return found
