"""The right to give links to guests; a guest needs none but the link."""

from __future__ import annotations

import hashlib
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.resolution_fulfilment.guest.models import GuestLink

MANAGE = "guest.manage"


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may give links to guests.

    Raises:
        NotAllowed: the right is missing, or holds only in a part.
    """
    if not actor.scope(MANAGE).everywhere:
        raise NotAllowed


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def valid_link(secret: str, *, at: datetime) -> GuestLink:
    """Return the link of a secret, if it still opens.

    Raises:
        NotFound: there is none, it is too old, or it was revoked.
    """
    links = GuestLink.objects.select_related("service").filter(
        digest=digest_of(secret), valid_until__gt=at, revoked_at__isnull=True
    )
    found = links.first()
    if found is None:
        raise NotFound
    return found
