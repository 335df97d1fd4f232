"""Why a forecast says what it says, in words for people.

A reason is kept as its name and the one fact it is about, and put into words when it is read, in
the language of whoever reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.operation.work.states import WAITING_NAMES, WaitingReason
from timshel.relationship_agreement.service_level.rules.forecast import Reason
from timshel.relationship_agreement.service_level.rules.snapshots import Snapshot

HOUR = timedelta(hours=1)
HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class ToldReason:
    """A reason as people read it: what is so, and whether the chance is higher for it."""

    text: str
    raises: bool


def kept_reason(reason: Reason, snap: Snapshot, *, backlog: int) -> dict[str, Any]:
    """Return a reason as it is kept: its name, its direction, and the fact it is about."""
    return {
        "name": reason.name,
        "raises": reason.raises,
        "fact": _FACTS[reason.name](snap, backlog) if reason.name in _FACTS else None,
    }


def told_reason(kept: Mapping[str, Any]) -> ToldReason | None:
    """Return a kept reason in words, or None where there are no words for it."""
    words = _WORDS.get(str(kept.get("name")))
    if words is None:
        return None
    raises = bool(kept.get("raises"))
    return ToldReason(words(kept.get("fact"), raises=raises), raises)


Fact = Callable[[Snapshot, int], Any]


class Words(Protocol):
    """Puts a fact into words."""

    def __call__(self, fact: Any, /, *, raises: bool) -> str:
        """Return the words."""
        ...


_FACTS: Mapping[str, Fact] = {
    "share": lambda snap, _backlog: int(snap.share * 100),
    "age": lambda snap, _backlog: int(snap.age / HOUR),
    "waited": lambda snap, _backlog: int(snap.waited / HOUR),
    "waiting": lambda snap, _backlog: snap.waiting_reason,
    "hops": lambda snap, _backlog: [snap.hops, snap.reassignments],
    "reopenings": lambda snap, _backlog: snap.reopenings,
    "backlog": lambda _snap, backlog: backlog,
    "taken": lambda snap, _backlog: snap.is_taken,
    "answered": lambda snap, _backlog: snap.is_answered,
    "priority": lambda snap, _backlog: snap.priority,
}


def _share(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    return _("%(percent)d%% of the promised time is used") % {"percent": fact}


def _age(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    if fact < 1:
        return _("it began less than an hour ago")
    return _("it has been open for %(span)s") % {"span": _span(fact)}


def _waited(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    if fact < 1:
        return _("it has hardly waited so far")
    return _("it has waited for %(span)s so far") % {"span": _span(fact)}


def _waiting(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    if not fact:
        return _("it does not wait for anything")
    return str(WAITING_NAMES[WaitingReason(fact)])


def _hops(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    hops, reassignments = fact
    if reassignments:
        return ngettext(
            "it was handed over %(count)d time", "it was handed over %(count)d times", reassignments
        ) % {"count": reassignments}
    if hops > 1:
        return _("%(count)d teams or suppliers have had it") % {"count": hops}
    return _("it was never handed over")


def _reopenings(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    if not fact:
        return _("it was never reopened")
    return ngettext("it was reopened", "it was reopened %(count)d times", fact) % {"count": fact}


def _backlog(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    return ngettext(
        "the team has %(count)d open case", "the team has %(count)d open cases", fact
    ) % {"count": fact}


def _taken(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    return _("somebody has taken it") if fact else _("nobody has taken it")


def _answered(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    return _("the requester had an answer") if fact else _("the requester has had no answer")


def _priority(fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    return _("it has priority %(priority)d") % {"priority": fact}


def _service(_fact: Any, *, raises: bool) -> str:
    if raises:
        return _("this service is late more often than others")
    return _("this service is late less often than others")


def _team(_fact: Any, *, raises: bool) -> str:
    if raises:
        return _("this team is late more often than others")
    return _("this team is late less often than others")


def _hour(_fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    return _("the time of the day")


def _weekday(_fact: Any, *, raises: bool) -> str:  # noqa: ARG001
    return _("the day of the week")


_WORDS: Mapping[str, Words] = {
    "share": _share,
    "age": _age,
    "waited": _waited,
    "waiting": _waiting,
    "hops": _hops,
    "reopenings": _reopenings,
    "backlog": _backlog,
    "taken": _taken,
    "answered": _answered,
    "priority": _priority,
    "service": _service,
    "team": _team,
    "hour": _hour,
    "weekday": _weekday,
}


def _span(hours: int) -> str:
    if hours < 2 * HOURS_A_DAY:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = hours // HOURS_A_DAY
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
