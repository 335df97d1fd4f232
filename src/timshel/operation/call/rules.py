"""Pure decisions about calls: what a telephone system's events add up to, in whatever order.

A system tells of a call in pieces, which may come late, twice, or in another order than they
happened. So nothing is decided as they come: all that is known of a call is read anew each time,
ordered by when it happened. The same pieces always give the same call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from timshel.kernel.actor import Actor
from timshel.operation.call.states import CallStage, EventKind

VIEW = "call.view"
_ORDER = {kind: position for position, kind in enumerate(EventKind)}
_NAMES_AGENT = frozenset({EventKind.ANSWERED, EventKind.TRANSFERRED})
_NAMES_QUEUE = frozenset({EventKind.QUEUED, EventKind.TRANSFERRED})

Key = tuple[str, datetime, str, str]


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a call.

    Args:
        kind: what.
        at: when, by the clock of the telephone system.
        queue: the code of the line it came to, where that is told.
        agent: who took it, as the telephone system names people.
        number: the caller's, in plain form, where it is told.
        name: the caller's, as the telephone system shows it.
    """

    kind: EventKind
    at: datetime
    queue: str = ""
    agent: str = ""
    number: str = ""
    name: str = ""

    @property
    def key(self) -> Key:
        """What makes it the same thing when it is told again."""
        return (self.kind.value, self.at, self.queue, self.agent)


@dataclass(frozen=True, slots=True)
class Reading:
    """What all that happened to a call adds up to; moments are None until they are known."""

    began_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    abandoned_at: datetime | None
    ended_at: datetime | None
    wrapped_at: datetime | None
    queue: str
    agent: str
    number: str
    name: str
    transfers: int


def merged(known: Iterable[Happening], told: Iterable[Happening]) -> dict[Key, Happening]:
    """Return all that is known with what is told now; the same thing counts once.

    Where it is told twice with another number or name, what is there goes before nothing, and
    the smaller text before the larger, so that the order of telling does not matter.
    """
    found: dict[Key, Happening] = {}
    for each in (*known, *told):
        have = found.get(each.key)
        found[each.key] = (
            each
            if have is None
            else replace(
                have,
                number=_one_of(have.number, each.number),
                name=_one_of(have.name, each.name),
            )
        )
    return found


def reading(happenings: Iterable[Happening]) -> Reading:
    """Return what happened to a call, whatever the order in which it was told.

    An answered call is not abandoned, whatever follows. One that ended without an answer was.
    Moments never run backwards: where two clocks disagree, the later one counts.

    Args:
        happenings: at least one.
    """
    told = sorted(happenings, key=lambda each: (each.at, _ORDER[each.kind], each.queue, each.agent))
    queued = _first(told, EventKind.QUEUED)
    answered = _not_before(queued, _first(told, EventKind.ANSWERED))
    hung_up = _not_before(answered, _last(told, EventKind.HUNG_UP, EventKind.ABANDONED))
    wrapped = _not_before(hung_up, _last(told, EventKind.WRAPPED))
    ended = _not_before(answered or queued, hung_up or wrapped)
    return Reading(
        began_at=told[0].at,
        queued_at=queued,
        answered_at=answered,
        abandoned_at=ended if answered is None else None,
        ended_at=ended,
        wrapped_at=wrapped if answered is not None else None,
        queue=_text(told, "queue", _NAMES_QUEUE) or _text(told, "queue", frozenset(EventKind)),
        agent=_text(told, "agent", _NAMES_AGENT),
        number=next((each.number for each in told if each.number), ""),
        name=next((each.name for each in told if each.name), ""),
        transfers=sum(each.kind is EventKind.TRANSFERRED for each in told),
    )


def stage_of(
    *,
    answered_at: datetime | None,
    abandoned_at: datetime | None,
    ended_at: datetime | None,
    wrapped_at: datetime | None,
) -> CallStage:
    """Return where a call with these moments stands."""
    if abandoned_at is not None:
        return CallStage.ABANDONED
    if answered_at is None:
        return CallStage.WAITING
    if ended_at is None:
        return CallStage.TALKING
    return CallStage.ENDED if wrapped_at is None else CallStage.WRAPPED


def is_short(
    *, queued_at: datetime | None, abandoned_at: datetime | None, shortest: timedelta
) -> bool:
    """Tell whether a caller hung up so soon that nobody could have answered."""
    if queued_at is None or abandoned_at is None:
        return False
    return abandoned_at - queued_at < shortest


@dataclass(frozen=True, slots=True)
class Sight:
    """Which calls an actor sees: all, those of some teams and units, and those they took."""

    everything: bool
    teams: frozenset[int]
    units: frozenset[int]
    own: frozenset[int]


def sight(actor: Actor, permission: str = VIEW) -> Sight:
    """Return which calls an actor may see: what they took, and what the right opens."""
    scope = actor.scope(permission)
    return Sight(
        everything=scope.everywhere,
        teams=scope.keys("team"),
        units=scope.keys("unit"),
        own=frozenset() if actor.person_id is None else frozenset({actor.person_id}),
    )


def agent_names(label: str) -> tuple[str, ...]:
    """Return by what a person may be known whom a telephone system names, likeliest first.

    Args:
        label: such as ``ada``, ``PJSIP/4711-0000002a``, ``Agent/ada`` or ``Local/4711@agents/n``.
    """
    plain = label.strip()
    bare = plain.rpartition("/")[2] if plain.count("/") == 1 else plain.partition("/")[2]
    bare = (bare or plain).split("@", 1)[0]
    head, dash, tail = bare.rpartition("-")
    is_channel = bool(dash) and len(tail) >= 8 and all(c in "0123456789abcdef" for c in tail)
    names = (plain, bare, head if is_channel else bare)
    return tuple(dict.fromkeys(name.casefold() for name in names if name))


def _one_of(one: str, other: str) -> str:
    return min((each for each in (one, other) if each), default="")


def _text(told: list[Happening], field: str, kinds: frozenset[EventKind]) -> str:
    texts = [getattr(each, field) for each in told if each.kind in kinds and getattr(each, field)]
    return texts[-1] if texts else ""


def _first(told: list[Happening], kind: EventKind) -> datetime | None:
    return next((each.at for each in told if each.kind is kind), None)


def _last(told: list[Happening], *kinds: EventKind) -> datetime | None:
    return max((each.at for each in told if each.kind in kinds), default=None)


def _not_before(least: datetime | None, moment: datetime | None) -> datetime | None:
    return moment if moment is None or least is None else max(least, moment)
