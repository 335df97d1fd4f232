"""Who keeps sources of alerts, who tells of alerts, and who sees them."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.operation.work.rules import VIEW
from timshel.resolution_fulfilment.alert.models import Alert, AlertSource

MANAGE = "alert.manage"
SEND = "alert.send"
LARGEST_KEY = 2**63 - 1
LONGEST_CODE = 40


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may keep sources and their rules.

    Raises:
        NotAllowed: the right is missing, or holds in a part only.
    """
    if not actor.scope(MANAGE).everywhere:
        raise NotAllowed


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may see alerts of something.

    Raises:
        NotAllowed: the actor sees nobody's work.
    """
    if not actor.may_somewhere(VIEW):
        raise NotAllowed


def source_to_keep(code: str, *, actor: Actor) -> AlertSource:
    """Return a source, locked, that the actor may change.

    Raises:
        NotAllowed: without the right.
        NotFound: there is none of this code.
    """
    require_manage(actor)
    found = source_of(code, is_locked=True)
    if found is None:
        raise NotFound
    return found


def source_to_send(code: str, *, actor: Actor) -> AlertSource:
    """Return a source in whose name the actor may tell of alerts: by its own token, or by right.

    Raises:
        NotFound: there is none of this code, or it is not in use any more.
        NotAllowed: without the right, or with the token of another source.
    """
    if not actor.may_somewhere(SEND):
        raise NotAllowed
    found = source_of(code)
    if found is None or not found.is_active:
        raise NotFound
    if not actor.may(SEND, source=found.pk):
        raise NotAllowed
    return found


def source_of(code: str, *, is_locked: bool = False) -> AlertSource | None:
    """Return a source by its code, or None; locked against changes of itself alone."""
    if len(code) > LONGEST_CODE or not is_storable(code):
        return None
    rows = AlertSource.objects.select_for_update(no_key=True) if is_locked else AlertSource.objects
    return rows.filter(code=code).first()


def find(alert_id: int, *, actor: Actor) -> Alert:
    """Return an alert that the actor may see.

    Raises:
        NotAllowed: the actor sees nobody's work.
        NotFound: there is none, or the actor may not see it.
    """
    require_view(actor)
    if not 0 < alert_id <= LARGEST_KEY:
        raise NotFound
    found = Alert.objects.visible_to(actor).filter(pk=alert_id).first()
    if found is None:
        raise NotFound
    return found


def may_see(alert: Alert, *, actor: Actor) -> bool:
    """Tell whether an actor sees an alert; the twin of ``visible_to``."""
    return actor.may(VIEW, service=alert.service_id, team=alert.team_id)
