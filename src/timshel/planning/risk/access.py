"""Who sees risks, who answers for them and who may accept them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound, WrongState
from timshel.kernel.record_numbers import key_of
from timshel.planning.risk.models import Risk, RiskBand
from timshel.planning.risk.rules import ACCEPT, MANAGE, PREFIX, VIEW
from timshel.planning.risk.states import Acceptance

__all__ = [
    "ACCEPT",
    "MANAGE",
    "VIEW",
    "known",
    "may_accept",
    "may_answer",
    "may_manage",
    "may_see",
    "require_accept",
    "require_answer",
    "require_criteria",
    "require_manage",
    "risk_to_change",
]


def known(number: str, *, actor: Actor) -> Risk:
    """Return a risk that the actor may see.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    key = key_of(PREFIX, number)
    found = (
        Risk.objects.visible_to(actor)
        .select_related("area", "owner", "accepted_by", "identified_by")
        .filter(pk=key)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see a risk; the twin of ``visible_to``."""
    return Risk.objects.visible_to(actor).filter(pk=key_of(PREFIX, number)).exists()


def risk_to_change(number: str, *, actor: Actor) -> Risk:
    """Return a risk that the actor may see, locked; the caller asks for the right.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    found = known(number, actor=actor)
    return Risk.objects.select_for_update().get(pk=found.pk)


def service_keys(risk: Risk) -> set[int]:
    """Return the keys of the services that a risk is about."""
    return {each.key for each in risk.links.all() if each.kind == "service" and each.key}


def may_manage(service_ids: Iterable[int], *, actor: Actor) -> bool:
    """Tell whether the actor manages risks of one of some services, or all risks."""
    scope = actor.scope(MANAGE)
    return scope.everywhere or any(scope.covers(service=key) for key in service_ids)


def require_manage(service_ids: Iterable[int], *, actor: Actor) -> None:
    """Refuse unless the actor manages risks of one of some services, or all risks.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(service_ids, actor=actor):
        raise NotAllowed


def may_answer(risk: Risk, *, actor: Actor) -> bool:
    """Tell whether the actor judges, treats and reviews a risk: its owner, or who manages it."""
    if actor.person_id is not None and actor.person_id == risk.owner_id:
        return True
    return may_manage(service_keys(risk), actor=actor)


def require_answer(risk: Risk, *, actor: Actor) -> None:
    """Refuse unless the actor judges, treats and reviews a risk.

    Raises:
        NotAllowed: the actor neither owns nor manages it.
    """
    if not may_answer(risk, actor=actor):
        raise NotAllowed


def require_criteria(actor: Actor) -> None:
    """Refuse unless the actor keeps the criteria of all risks.

    Raises:
        NotAllowed: the right to manage risks is missing, or holds only in a part.
    """
    if not actor.scope(MANAGE).everywhere:
        raise NotAllowed


def may_accept(risk: Risk, band: RiskBand | None, *, actor: Actor) -> bool:
    """Tell whether the actor may accept a risk as high as it is."""
    if risk.is_opportunity:
        return may_answer(risk, actor=actor) or _holds(risk, actor=actor)
    if band is None or band.acceptance == Acceptance.NOBODY:
        return False
    is_own = actor.person_id is not None and actor.person_id == risk.owner_id
    return (is_own and band.acceptance == Acceptance.OWNER) or _holds(risk, actor=actor)


def require_accept(risk: Risk, band: RiskBand | None, *, actor: Actor) -> None:
    """Refuse unless the actor may accept a risk as high as it is.

    Raises:
        NotAllowed: somebody else may.
        WrongState: nobody may.
    """
    if may_accept(risk, band, actor=actor):
        return
    if risk.is_opportunity or band is None:
        raise NotAllowed
    words = {"band": band.text("name", actor.language)}
    if band.acceptance == Acceptance.NOBODY:
        sentence = _("Nobody may accept a risk of the band “%(band)s”. Treat it first.")
        raise WrongState(sentence % words)
    if band.acceptance == Acceptance.HOLDER:
        sentence = _("A risk of the band “%(band)s” is accepted by those who may accept risks.")
    else:
        sentence = _("A risk of the band “%(band)s” is accepted by its owner.")
    raise NotAllowed(sentence % words)


def _holds(risk: Risk, *, actor: Actor) -> bool:
    scope = actor.scope(ACCEPT)
    return scope.everywhere or any(scope.covers(service=key) for key in service_keys(risk))
