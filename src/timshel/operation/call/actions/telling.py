"""Taking in what a telephone system tells of calls: late, twice and in any order.

Nothing is refused for coming at the wrong moment: each thing is kept once, and the call is read
anew from all that is known of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.journal.actions import record
from timshel.kernel.live import announce
from timshel.kernel.telephone import plain_number
from timshel.kernel.text import is_storable
from timshel.operation.call import access
from timshel.operation.call.models import Call, CallEvent, Line
from timshel.operation.call.queries.people import agents_named, people_with_numbers
from timshel.operation.call.rules import Happening, Reading, merged, reading
from timshel.operation.call.states import Direction, EventKind

SUBJECT = "call"
REGION = "calls"
MOST = 200
LONGEST_ID = 120
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
# Neither the number nor the name: the journal cannot be deleted, and both must be in time.
JOURNALLED = (
    "queued_at",
    "answered_at",
    "abandoned_at",
    "ended_at",
    "wrapped_at",
    "transfers",
    "agent_label",
)


@dataclass(frozen=True, slots=True)
class CallTold:
    """One thing that a telephone system tells.

    Args:
        external_id: what the system calls the call; the same in all it tells of it.
        kind: what happened: one of ``EventKind``.
        at: when, by the system's clock.
        queue: the code of the line; an unknown one becomes a line of its own.
        agent: who took the call, as the system names people.
        number: the other side's number.
        name: what the system shows for it.
        direction: ``inbound`` or ``outbound``; a call is outbound if anything says so.
    """

    external_id: str
    kind: str
    at: datetime
    queue: str = ""
    agent: str = ""
    number: str = ""
    name: str = ""
    direction: str = Direction.INBOUND


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of telling.

    Args:
        new: how many things were not known before.
        known: how many were told before.
        calls: the keys of the calls by what the system calls them.
    """

    new: int
    known: int
    calls: Mapping[str, int]


@transaction.atomic
def record_calls(told: Sequence[CallTold], *, source: str, actor: Actor, at: datetime) -> Recorded:
    """Take in what a telephone system tells; telling it again changes nothing.

    Args:
        told: at most 200 things, of any calls, in any order.
        source: which system, such as ``asterisk``; what it calls a call is unique within it.
        actor: in whose name the system speaks.
        at: when it was told.

    Raises:
        NotAllowed: without ``call.record``.
        Invalid: something cannot be kept; nothing of it was.
    """
    access.require_record(actor)
    _check(told, source=source)
    by_call: dict[str, list[CallTold]] = defaultdict(list)
    for each in told:
        by_call[each.external_id].append(each)
    calls = _calls(source, by_call)
    known = _known(calls.values())
    lines = _lines(told, actor=actor, at=at)
    books: dict[str, dict[Any, Happening]] = {}
    new = 0
    for name, call in calls.items():
        before = known[call.pk]
        books[name] = merged(before, (_happening(each, call) for each in by_call[name]))
        new += len(books[name]) - len(before)
        _keep(call, before=before, after=books[name].values(), at=at)
    _read_anew(calls, books, by_call, lines=lines, actor=actor, at=at)
    announce({REGION}, at=at)
    keys = {name: call.pk for name, call in calls.items()}
    return Recorded(new=new, known=len(told) - new, calls=keys)


def _check(told: Sequence[CallTold], *, source: str) -> None:
    if not _SOURCE.fullmatch(source):
        raise Invalid(
            {"source": [_("Name the system by small letters, digits, “.”, “_” and “-”.")]}
        )
    if not 0 < len(told) <= MOST:
        message = _("Tell of one to %(count)d events at once.") % {"count": MOST}
        raise Invalid({"events": [message]})
    problems = {
        f"events.{position}.{field}": [sentence]
        for position, each in enumerate(told)
        for field, sentence in _faults(each)
    }
    if problems:
        raise Invalid(problems)


def _faults(told: CallTold) -> Iterable[tuple[str, str]]:
    if not told.external_id.strip() or len(told.external_id) > LONGEST_ID:
        yield "external_id", _("Say which call this is, in at most 120 characters.")
    if told.kind not in set(EventKind):
        yield "kind", _("There is no such event.")
    if told.direction not in set(Direction):
        yield "direction", _("A call is inbound or outbound.")
    if told.at.tzinfo is None or told.at < EARLIEST:
        yield "at", _("Say when it happened, with a time zone.")
    for field in ("external_id", "queue", "agent", "number", "name"):
        if not is_storable(getattr(told, field)):
            yield field, _("This holds characters that cannot be stored.")


def _calls(source: str, by_call: Mapping[str, Sequence[CallTold]]) -> dict[str, Call]:
    """Return the calls by what the system calls them, made where they are new, and locked."""
    Call.objects.bulk_create(
        (
            Call(source=source, external_id=name, began_at=min(each.at for each in things))
            for name, things in sorted(by_call.items())
        ),
        ignore_conflicts=True,
    )
    locked = (
        Call.objects.select_for_update(of=("self",))
        .filter(source=source, external_id__in=by_call)
        .order_by("pk")
    )
    return {call.external_id: call for call in locked}


def _known(calls: Iterable[Call]) -> dict[int, list[Happening]]:
    found: dict[int, list[Happening]] = {call.pk: [] for call in calls}
    for row in CallEvent.objects.filter(call_id__in=found):
        found[row.call_id].append(
            Happening(EventKind(row.kind), row.at, row.queue, row.agent, row.number, row.name)
        )
    return found


def _happening(told: CallTold, call: Call) -> Happening:
    forgotten = call.number_forgotten_at is not None
    return Happening(
        kind=EventKind(told.kind),
        at=told.at.astimezone(UTC),
        queue=told.queue.strip()[:80],
        agent=told.agent.strip()[:120],
        number="" if forgotten else plain_number(told.number),
        name="" if forgotten else told.name.strip()[:200],
    )


def _keep(
    call: Call, *, before: Collection[Happening], after: Collection[Happening], at: datetime
) -> None:
    keys = {each.key: each for each in before}
    fresh = [each for each in after if each.key not in keys]
    CallEvent.objects.bulk_create(
        CallEvent(
            call=call,
            kind=each.kind,
            at=each.at,
            queue=each.queue,
            agent=each.agent,
            number=each.number,
            name=each.name,
            told_at=at,
        )
        for each in fresh
    )
    for each in after:
        have = keys.get(each.key)
        if have is not None and (have.number, have.name) != (each.number, each.name):
            CallEvent.objects.filter(
                call=call, kind=each.kind, at=each.at, queue=each.queue, agent=each.agent
            ).update(number=each.number, name=each.name)


def _lines(told: Sequence[CallTold], *, actor: Actor, at: datetime) -> dict[str, Line]:
    """Return the lines by their codes; a queue that nobody knows becomes a line without a team."""
    codes = {each.queue.strip()[:80] for each in told} - {""}
    found = {line.code: line for line in Line.objects.filter(code__in=codes)}
    for code in sorted(codes - found.keys()):
        line, is_new = Line.objects.get_or_create(
            code=code, defaults={"name": code, "channel": "phone"}
        )
        found[code] = line
        if is_new:
            changes = {"code": (None, code)}
            record(
                "call.line_found",
                subject_kind="call_line",
                subject_id=line.pk,
                changes=changes,
                actor=actor,
                at=at,
            )
    return found


def _read_anew(
    calls: Mapping[str, Call],
    books: Mapping[str, Mapping[Any, Happening]],
    by_call: Mapping[str, Sequence[CallTold]],
    *,
    lines: Mapping[str, Line],
    actor: Actor,
    at: datetime,
) -> None:
    readings = {name: reading(book.values()) for name, book in books.items()}
    callers = people_with_numbers({each.number for each in readings.values() if each.number})
    agents = agents_named({each.agent for each in readings.values() if each.agent})
    queues = {each.queue for each in readings.values()} - lines.keys() - {""}
    all_lines = {**lines, **{line.code: line for line in Line.objects.filter(code__in=queues)}}
    for name, call in calls.items():
        found = readings[name]
        before = {field: getattr(call, field) for field in JOURNALLED}
        write_reading(call, found)
        line = all_lines.get(found.queue)
        if line is not None:
            call.line, call.team_id, call.channel = line, line.team_id, line.channel
        if any(each.direction == Direction.OUTBOUND for each in by_call[name]):
            call.direction = Direction.OUTBOUND
        _set_people(call, found, callers=callers, agents=agents)
        call.save()
        _journal(call, before, actor=actor, at=at)


def _set_people(
    call: Call, found: Reading, *, callers: Mapping[str, int], agents: Mapping[str, int]
) -> None:
    """Set who called and who took it; whom a person wrote down stays.

    Until then both are read anew each time like all else, so that the order of telling does not
    matter.
    """
    is_written = call.logged_at is not None
    call.agent_id = agents.get(found.agent, call.agent_id if is_written else None)
    if found.number and not (is_written and call.caller_id is not None):
        call.caller_id = callers.get(found.number)


def write_reading(call: Call, found: Reading) -> None:
    """Set what is kept of a call to what was read of it; what a person wrote down stays."""
    call.began_at = found.began_at
    call.queued_at, call.answered_at = found.queued_at, found.answered_at
    call.abandoned_at, call.ended_at = found.abandoned_at, found.ended_at
    call.wrapped_at = found.wrapped_at or wrapped_by_hand(call)
    call.agent_label, call.transfers = found.agent, found.transfers
    if found.number and call.number_forgotten_at is None:
        call.caller_number = found.number
    if found.name and call.number_forgotten_at is None:
        call.caller_name = found.name


def wrapped_by_hand(call: Call) -> datetime | None:
    """Return when a call was wrapped up by writing it down, where that came after its end."""
    if call.logged_at is None or call.ended_at is None or call.answered_at is None:
        return None
    return max(call.logged_at, call.ended_at)


def _journal(call: Call, before: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    changes = {
        field: (_plain(old), _plain(getattr(call, field)))
        for field, old in before.items()
        if old != getattr(call, field)
    }
    if changes:
        record(
            "call.told",
            subject_kind=SUBJECT,
            subject_id=call.pk,
            changes=changes,
            actor=actor,
            at=at,
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
