"""Who sees mandates, and who writes them, puts them into force and ends them."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.leadership.mandate.models import Mandate, MandateQuerySet, sees_all
from timshel.leadership.mandate.rules import MANAGE, PREFIX, VIEW

__all__ = [
    "MANAGE",
    "VIEW",
    "known",
    "mandate_to_change",
    "may_manage",
    "may_see",
    "require_manage",
    "require_view",
    "sees_all",
]


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor may write mandates, put them into force and end them."""
    return actor.may(MANAGE)


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may write mandates.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def require_view(actor: Actor) -> None:
    """Refuse unless the actor reads the whole register.

    Raises:
        NotAllowed: the right is missing.
    """
    if not sees_all(actor):
        raise NotAllowed


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see a mandate; the twin of ``visible_to``."""
    return Mandate.objects.visible_to(actor).filter(pk=key_of(PREFIX, number)).exists()


def with_names(rows: MandateQuerySet) -> MandateQuerySet:
    """Read along all that mandates name."""
    return rows.select_related(
        "person", "process_role", "role", "unit", "granted_by", "in_force_by"
    )


def known(number: str, *, actor: Actor) -> Mandate:
    """Return a mandate that the actor may see, with all that it names.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    rows = with_names(Mandate.objects.visible_to(actor))
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def mandate_to_change(number: str, *, actor: Actor) -> Mandate:
    """Return a mandate, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: they may see it only.
    """
    key = known(number, actor=actor).pk
    require_manage(actor)
    return with_names(Mandate.objects.select_for_update(of=("self",))).get(pk=key)
