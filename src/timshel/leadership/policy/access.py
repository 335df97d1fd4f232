"""The right to keep the charter; what is published is for whom it is made to."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.leadership.policy.models import CharterPromise
from timshel.leadership.policy.states import PromiseState

MANAGE = "policy.manage"


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may keep the charter.

    Raises:
        NotAllowed: the right is missing, or holds in a part only.
    """
    if not actor.may(MANAGE):
        raise NotAllowed


def promise_to_change(code: str, state: PromiseState, *, actor: Actor) -> CharterPromise:
    """Return the latest version of a promise that is in a state, locked for writing.

    Raises:
        NotAllowed: without the right to keep the charter.
        NotFound: there is none in that state.
    """
    require_manage(actor)
    versions = CharterPromise.objects.select_for_update(of=("self",)).select_related("owner")
    known = versions.filter(code=code, state=state) if is_storable(code) else versions.none()
    found = known.order_by("-number").first()
    if found is None:
        raise NotFound
    return found
