"""What all deeds share: reading fresh, keeping the journal, telling others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.planning.risk import access
from timshel.planning.risk.events import RiskChanged, RiskFact
from timshel.planning.risk.models import Risk
from timshel.planning.risk.states import RISK, RiskState, RiskTrigger

SUBJECT = "risk"
REGION = "risks"

Changes = dict[str, tuple[Any, Any]]


def fresh(number: str, *, revision: int | None, actor: Actor) -> Risk:
    """Return a risk, locked, as whoever changes it has seen it.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        WrongState: somebody changed it since.
    """
    risk = access.risk_to_change(number, actor=actor)
    if revision is not None and revision != risk.revision:
        raise WrongState(
            _("Somebody changed this risk meanwhile. Open it again, and look at what changed.")
        )
    return risk


def moved(risk: Risk, trigger: RiskTrigger, changes: Changes) -> None:
    """Bring a risk into the next state, and note it.

    Raises:
        WrongState: that is not possible from where it stands.
    """
    state = RiskState(risk.state)
    target = RISK.target(state, trigger)
    if target != state:
        changes["state"] = (state.value, target.value)
        risk.state = target


def changed(risk: Risk, values: Mapping[str, Any]) -> Changes:
    """Set values of a risk; returns those that differ, as the journal keeps them."""
    found: Changes = {}
    for name, value in values.items():
        before = getattr(risk, name)
        if before != value:
            found[name] = (_plain(before), _plain(value))
            setattr(risk, name, value)
    return found


def keep(
    risk: Risk,
    verb: str,
    changes: Changes,
    *,
    actor: Actor,
    at: datetime,
    fact: RiskFact | None = None,
) -> None:
    """Save a changed risk, write it down, have pages drawn anew and publish the fact."""
    risk.revision += 1
    risk.changed_at = at
    risk.save()
    told(risk, verb, changes, actor=actor, at=at)
    publish(fact or RiskChanged(risk.pk, risk.number, risk.owner_id, at, actor.person_id))


def told(risk: Risk, verb: str, changes: Changes, *, actor: Actor, at: datetime) -> None:
    """Write down what became of a risk, and have pages drawn anew."""
    record(
        f"risk.{verb}",
        subject_kind=SUBJECT,
        subject_id=risk.pk,
        changes=changes,
        actor=actor,
        at=at,
        version=risk.revision,
    )
    live.announce({REGION}, at=at)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
