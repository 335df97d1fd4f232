"""The rights to keep the catalogue, and finding what to change with the right in one call."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.service_portfolio.catalogue.models import FormVersion, PageVersion
from timshel.service_portfolio.catalogue.states import VersionState
from timshel.service_portfolio.service.models import Offering

MANAGE = "catalogue.manage"
PUBLISH = "catalogue.publish"
ORDER = "request.order"
WORK = "request.work"


def require_view(actor: Actor) -> None:
    """Refuse unless the actor keeps some part of the catalogue.

    Raises:
        NotAllowed: the right is missing altogether.
    """
    if not actor.may_somewhere(MANAGE) and not actor.may_somewhere(PUBLISH):
        raise NotAllowed


def offering_to_change(code: str, *, actor: Actor, permission: str = MANAGE) -> Offering:
    """Return an offering, locked, whose page the actor may change.

    Whoever changes pages, entitlements or entries of an offering holds the lock of its row.

    Args:
        code: of the offering.
        actor: who asks.
        permission: to write or to publish.

    Raises:
        NotFound: there is none.
        NotAllowed: the right is missing, or holds for other services only.
    """
    if not actor.may_somewhere(permission):
        raise NotAllowed
    found = Offering.objects.select_for_update(of=("self",)).select_related("service__area")
    offering = found.filter(code=code).first() if is_storable(code) else None
    if offering is None:
        raise NotFound
    if not actor.may(permission, service=offering.service_id):
        raise NotAllowed
    return offering


def require_form(code: str, *, actor: Actor, permission: str = MANAGE) -> None:
    """Refuse unless the actor may change a form: for every service whose pages ask by it.

    A form that no page uses is changed by whoever has the right in any part.

    Raises:
        NotAllowed: the right is missing for one of the services.
    """
    if not actor.may_somewhere(permission):
        raise NotAllowed
    if actor.scope(permission).everywhere:
        return
    pages = PageVersion.objects.filter(content__form=code).exclude(state=VersionState.RETIRED)
    for service_id in pages.values_list("offering__service_id", flat=True).distinct():
        if not actor.may(permission, service=service_id):
            raise NotAllowed


def form_version_to_change(
    code: str, *states: VersionState, actor: Actor, permission: str = MANAGE
) -> FormVersion:
    """Return the version of a form in one of some states, locked, which the actor may change.

    Raises:
        NotFound: there is none.
        NotAllowed: as :func:`require_form` says.
    """
    require_form(code, actor=actor, permission=permission)
    rows = FormVersion.objects.select_for_update().filter(code=code, state__in=states)
    version = rows.first() if is_storable(code) else None
    if version is None:
        raise NotFound
    return version
