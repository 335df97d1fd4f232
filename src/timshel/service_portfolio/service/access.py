"""The right to keep services, and finding one by its code with that right in one call."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.service_portfolio.service.models import Offering, Service

MANAGE = "service.manage"


def require_manage(actor: Actor, *, service_id: int | None = None) -> None:
    """Refuse unless the actor may keep a service, or the whole portfolio for None.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
    """
    if not actor.may(MANAGE, service=service_id):
        raise NotAllowed


def service_to_change(code: str, *, actor: Actor) -> Service:
    """Return the service of a code, which the actor may keep.

    Raises:
        Invalid: there is none.
        NotAllowed: the actor may not keep it.
    """
    service = Service.objects.filter(code=code).first()
    if service is None:
        require_manage(actor)
        raise Invalid({"service": [_("There is no service %(code)s.") % {"code": code}]})
    require_manage(actor, service_id=service.pk)
    return service


def offering_to_change(code: str, *, actor: Actor) -> Offering:
    """Return the offering of a code, whose service the actor may keep.

    Raises:
        Invalid: there is none.
        NotAllowed: the actor may not keep its service.
    """
    offering = Offering.objects.filter(code=code).first()
    if offering is None:
        require_manage(actor)
        raise Invalid({"offering": [_("There is no offering %(code)s.") % {"code": code}]})
    require_manage(actor, service_id=offering.service_id)
    return offering
