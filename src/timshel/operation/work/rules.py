"""Pure decisions about work: who may see it, and what a priority follows from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from timshel.kernel.actor import Actor

VIEW = "work.view"
NOTES = "work.read_notes"
VIEW_SHARED = "work.view_shared"

# A task is the helpers' side of what somebody asked for: who asked sees the request instead.
TASK = "task"

# Impact and urgency run from 1 (high) to 3 (low), priority from 1 (first) to 5 (last).
Matrix = Mapping[str, int]


class Placed(Protocol):
    """What of a piece of work a right is granted by."""

    team_id: int | None
    unit_id: int | None
    service_id: int | None


class Seen(Placed, Protocol):
    """What of a piece of work decides who sees it."""

    kind: str
    requester_id: int
    opened_by_id: int | None


@dataclass(frozen=True, slots=True)
class Visibility:
    """What an actor sees: everything, or what meets any of these sets of keys.

    ``shared_units`` opens only what is not confidential, as ``all_shared`` does for all units.
    """

    everything: bool
    own: frozenset[int]
    teams: frozenset[int]
    units: frozenset[int]
    services: frozenset[int]
    shared_units: frozenset[int]
    all_shared: bool


def visibility(actor: Actor) -> Visibility:
    """Return what an actor may see of all work.

    Everybody sees what they asked for or reported for someone, and what they watch, but for
    tasks; a grant of ``work.view`` opens a unit, a team, a service or everything, one of
    ``work.view_shared`` what units share. Membership of a team alone opens nothing.
    """
    scope, shared = actor.scope(VIEW), actor.scope(VIEW_SHARED)
    return Visibility(
        everything=scope.everywhere,
        own=frozenset() if actor.person_id is None else frozenset({actor.person_id}),
        teams=scope.keys("team"),
        units=scope.keys("unit"),
        services=scope.keys("service"),
        shared_units=shared.keys("unit"),
        all_shared=shared.everywhere,
    )


def may_view(actor: Actor, item: Seen) -> bool:
    """Tell whether an actor sees a piece of work by asking for it or by a grant of ``work.view``.

    Who does not may still watch it, or have it shared: see ``access.may_see``.
    """
    sight = visibility(actor)
    asked = sight.own if item.kind != TASK else frozenset()
    return (
        sight.everything
        or item.requester_id in asked
        or item.opened_by_id in asked
        or item.team_id in sight.teams
        or item.unit_id in sight.units
        or item.service_id in sight.services
    )


def covers(actor: Actor, permission: str, item: Placed) -> bool:
    """Tell whether an actor has a permission for a piece of work."""
    return actor.may(permission, team=item.team_id, unit=item.unit_id, service=item.service_id)


def priority(matrix: Matrix, *, impact: int, urgency: int) -> int:
    """Return the priority that a matrix gives.

    Args:
        matrix: from ``"<impact><urgency>"`` to the priority, complete for 1 to 3 each.
        impact: 1 high, 2 medium, 3 low.
        urgency: 1 high, 2 medium, 3 low.
    """
    return matrix[f"{impact}{urgency}"]


def unanswered_since(
    before: datetime | None, *, by_requester: bool, at: datetime
) -> datetime | None:
    """Return since when the requester's side waits for a reply, once something public was said.

    Args:
        before: since when it waited until now, or None.
        by_requester: whether the requester's side said it.
        at: when it was said.
    """
    return (before or at) if by_requester else None
