"""Who reads the plan, who writes it, and who approves a version."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.planning.plan.models import PlanPart, PlanVersion, sees_all
from timshel.planning.plan.rules import DECIDE, MANAGE, VIEW
from timshel.planning.plan.states import Part

__all__ = [
    "DECIDE",
    "MANAGE",
    "VIEW",
    "known_part",
    "known_version",
    "may_approve",
    "may_decide",
    "may_manage",
    "may_see",
    "may_see_part",
    "may_write",
    "open_version",
    "require_approve",
    "require_decide",
    "require_manage",
    "require_see",
]

LARGEST_NUMBER = 2**31 - 1


def may_see(actor: Actor) -> bool:
    """Tell whether the actor reads the whole plan; the twin of ``visible_to`` of versions."""
    return sees_all(actor)


def may_see_part(row: PlanPart | None, *, actor: Actor) -> bool:
    """Tell whether the actor reads a part; the twin of ``visible_to`` of parts."""
    return sees_all(actor) or _keeps(row, actor)


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor writes the plan."""
    return actor.scope(MANAGE).everywhere


def may_write(row: PlanPart | None, *, actor: Actor) -> bool:
    """Tell whether the actor writes a part: who writes the plan, and who keeps the part."""
    return may_manage(actor) or _keeps(row, actor)


def may_decide(actor: Actor) -> bool:
    """Tell whether the actor approves versions that others wrote."""
    return may_manage(actor) or actor.scope(DECIDE).everywhere


def may_approve(row: PlanVersion, *, actor: Actor) -> bool:
    """Tell whether the actor approves a version, none of which they wrote; one query."""
    return may_decide(actor) and not _wrote(row, actor)


def require_see(actor: Actor) -> None:
    """Refuse unless the actor reads the whole plan.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_see(actor):
        raise NotAllowed


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor writes the plan.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def require_decide(actor: Actor) -> None:
    """Refuse unless the actor approves versions that others wrote.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_decide(actor):
        raise NotAllowed


def require_approve(row: PlanVersion, *, actor: Actor) -> None:
    """Refuse unless the actor approves a version.

    Raises:
        NotAllowed: the right is missing, or the actor wrote or proposed some of it.
    """
    require_decide(actor)
    if _wrote(row, actor):
        raise NotAllowed(
            _("You wrote or proposed some of this version: somebody else approves it.")
        )


def known_part(code: str, *, actor: Actor) -> tuple[Part, PlanPart | None]:
    """Return a part that the actor may see, and what is written of it, if anything is.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    if code not in frozenset(Part):
        raise NotFound
    row = PlanPart.objects.select_related("owner", "changed_by").filter(part=code).first()
    if not may_see_part(row, actor=actor):
        raise NotFound
    return Part(code), row


def known_version(number: int, *, actor: Actor) -> PlanVersion:
    """Return a version that the actor may read.

    Raises:
        NotFound: there is none, or the actor may not read it.
    """
    if not 0 < number <= LARGEST_NUMBER:
        raise NotFound
    rows = PlanVersion.objects.visible_to(actor).select_related("proposed_by", "approved_by")
    found = rows.prefetch_related("writers").filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def open_version(*, actor: Actor) -> PlanVersion:
    """Return the version that is written or waits to be approved, locked.

    Raises:
        NotAllowed: the actor neither writes the plan nor approves it.
        NotFound: there is none.
    """
    require_decide(actor)
    found = PlanVersion.objects.select_for_update().still_open().first()
    if found is None:
        raise NotFound
    return found


def _keeps(row: PlanPart | None, actor: Actor) -> bool:
    return row is not None and actor.person_id is not None and row.owner_id == actor.person_id


def _wrote(row: PlanVersion, actor: Actor) -> bool:
    if actor.person_id is None:
        return False
    return row.writers.filter(pk=actor.person_id).exists()
