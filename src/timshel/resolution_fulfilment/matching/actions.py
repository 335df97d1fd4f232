"""Counting what helped before anything was reported (clause 8.6.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.kernel.text import is_storable
from timshel.resolution_fulfilment.matching.models import Deflection
from timshel.resolution_fulfilment.matching.states import Help

LONGEST_TARGET = 80
LONGEST_TEXT = 250
# Whoever says so twice within a day was helped once.
ONCE = timedelta(days=1)


def note_deflection(target: str, *, help: Help, text: str, actor: Actor, at: datetime) -> bool:  # noqa: A002
    """Count that a person needs to report nothing, because what they were shown helped.

    Args:
        target: what helped: the number of a case, or the code of an offering.
        help: of which kind it is.
        text: what they had typed.
        actor: the person.
        at: when.

    Returns:
        Whether it was counted; the same target within a day is not counted twice.

    Raises:
        NotAllowed: the actor is no person.
        Invalid: the target cannot be one.
    """
    if actor.person_id is None:
        raise NotAllowed
    if not target or len(target) > LONGEST_TARGET or not is_storable(target + text):
        raise Invalid({"target": []})
    known = Deflection.objects.filter(person_id=actor.person_id, target=target, at__gt=at - ONCE)
    if known.exists():
        return False
    Deflection.objects.create(
        person_id=actor.person_id, help=help, target=target, text=text[:LONGEST_TEXT], at=at
    )
    return True
