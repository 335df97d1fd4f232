"""The calls of a pack: lines and templates as content, and some days of calls to look at.

Calls are told as a telephone system tells them, and written down as people do. They are the same
for the same day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.interfaces.connectors.packs.history import Someone
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import actor_for
from timshel.operation.call import actions
from timshel.operation.call.actions import (
    CallBackPromise,
    CallLog,
    CallTold,
    LineContent,
    TemplateContent,
)
from timshel.operation.call.queries import line_list, template_list
from timshel.operation.call.states import EventKind, Outcome
from timshel.resolution_fulfilment.incident.histories import IncidentHistory, Resolved

SOURCE = "demonstration"
BATCH = 200
AT_ONCE = timedelta(minutes=30)
HOUR = timedelta(hours=1)
UNITS = {"min": timedelta(minutes=1), "h": HOUR}
SUNDAY, SATURDAY = 6, 5
OPENS, CLOSES = 8, 17

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Ring:
    """A call that was told, and what is then written down of it, if anything."""

    name: str
    told: tuple[CallTold, ...]
    log: CallLog | None = None
    agent_id: int | None = None
    at: datetime | None = None


def load_lines(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Make the lines and templates of a file that are not known yet; returns how many.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: from when on they are there.

    Raises:
        InvalidPack: one cannot be used.
    """
    lines = {row.code for row in line_list(language="en", active_only=False)}
    templates = {row.code for row in template_list(language="en", active_only=False)}
    added = 0
    for position, row in enumerate(file.data["lines"]):
        if row["code"] in lines:
            continue
        try:
            actions.keep_line(row["code"], content=_line(row), actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["lines", position], refusal) from refusal
        added += 1
    for position, row in enumerate(file.data["templates"]):
        if row["code"] in templates:
            continue
        given = {name: value for name, value in row.items() if name != "code"}
        content = TemplateContent(**given, position=position)
        try:
            actions.keep_template(row["code"], content=content, actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["templates", position], refusal) from refusal
        added += 1
    return added


def load_calls(
    file: PackFile,
    *,
    histories: Sequence[IncidentHistory],
    numbers: Mapping[str, str],
    people: Sequence[Someone],
    actor: Actor,
    at: datetime,
) -> int:
    """Tell of some days of calls, and promise some call-backs; returns how many of both.

    Args:
        file: the file, checked against its schema.
        histories: cases; those that came by telephone or in person have a call.
        numbers: of the cases that were written now, by their names in the histories.
        people: whoever there is.
        actor: who has all rights everywhere.
        at: now.
    """
    if not numbers:
        return 0
    since = at - timedelta(days=file.data.get("days", 14))
    rings = [
        *_of_cases(histories, numbers, _desks(file, people), since=since),
        *_of_days(file.data.get("rings", ()), people, since=since, at=at),
    ]
    told = (each for ring in rings for each in ring.told)
    keys: dict[str, int] = {}
    while batch := list(islice(told, BATCH)):
        keys |= actions.record_calls(batch, source=SOURCE, actor=actor, at=at).calls
    agents: dict[int, Actor] = {}
    for ring in rings:
        if ring.log is None or ring.agent_id is None or ring.at is None:
            continue
        if ring.agent_id not in agents:
            found = actor_for(ring.agent_id, channel=Channel.DESK)
            if found is None:
                continue
            agents[ring.agent_id] = found
        log = CallLog(**{**_fields(ring.log), "call_id": keys.get(ring.name)})
        actions.log_call(log, actor=agents[ring.agent_id], at=ring.at)
    return len(rings) + _call_backs(file, people, at=at)


def _desks(file: PackFile, people: Sequence[Someone]) -> dict[int, tuple[str, str]]:
    """Return at which line each person answers, with the person's code."""
    keys = {person.code: person.id for person in people}
    return {
        keys[code]: (row["line"], code)
        for row in file.data.get("rings", ())
        for code in row["agents"]
        if code in keys
    }


def _fields(log: CallLog) -> dict[str, Any]:
    return {name: getattr(log, name) for name in log.__slots__}


def _line(row: Mapping[str, Any]) -> LineContent:
    given = {name: value for name, value in row.items() if name != "code"}
    for name in ("answer_within", "short_abandon"):
        if name in given:
            given[name] = timedelta(seconds=given[name])
    return LineContent(**given)


def _of_cases(
    histories: Sequence[IncidentHistory],
    numbers: Mapping[str, str],
    desks: Mapping[int, tuple[str, str]],
    *,
    since: datetime,
) -> Iterator[_Ring]:
    """Return the calls by which cases of the history came."""
    for history in histories:
        report, agent = history.report, history.opened_by
        number = numbers.get(history.external_id)
        if number is None or agent.person_id is None or history.opened_at < since:
            continue
        if report.channel not in (Channel.PHONE, Channel.WALK_IN):
            continue
        chance = Random(history.external_id)  # noqa: S311 - for looks, not for secrets
        queued = history.opened_at - timedelta(seconds=chance.randint(40, 160))
        solved = any(
            isinstance(each, Resolved) and each.at - history.opened_at <= AT_ONCE
            for each in history.happenings
        )
        log = CallLog(
            began_at=queued,
            outcome=Outcome.RESOLVED if solved else Outcome.LOGGED,
            channel=report.channel,
            person_id=report.requester_id,
            note=report.title,
            work=number,
        )
        name = f"case-{history.external_id}"
        is_call = report.channel is Channel.PHONE
        line, code = desks.get(agent.person_id, ("", agent.name))
        told = _answered(name, line, code, queued, chance) if is_call and line else ()
        yield _Ring(name, told, log, agent.person_id, history.opened_at)


def _answered(
    name: str, line: str, agent: str, queued: datetime, chance: Random, number: str = ""
) -> tuple[CallTold, ...]:
    waited = timedelta(seconds=min(round(chance.expovariate(1 / 14)) + 2, 95))
    talked = timedelta(seconds=round(chance.uniform(70, 420)))
    wrapped = timedelta(seconds=round(chance.uniform(8, 90)))
    answered, ended = queued + waited, queued + waited + talked
    return (
        CallTold(name, EventKind.QUEUED, queued, line, number=number),
        CallTold(name, EventKind.ANSWERED, answered, line, agent),
        CallTold(name, EventKind.HUNG_UP, ended, line),
        CallTold(name, EventKind.WRAPPED, ended + wrapped, line),
    )


def _of_days(
    rings: Sequence[Mapping[str, Any]],
    people: Sequence[Someone],
    *,
    since: datetime,
    at: datetime,
) -> Iterator[_Ring]:
    """Return what else rang on the working days."""
    by_code = {person.code: person for person in people}
    callers = [person for person in people if person.unit]
    zone = ZoneInfo("Europe/London")
    day = since.astimezone(zone).date()
    while day <= at.astimezone(zone).date():
        chance = Random(day.isoformat())  # noqa: S311 - for looks, not for secrets
        if day.weekday() not in (SATURDAY, SUNDAY):
            for row in rings:
                for number in range(row["answered"] + row["abandoned"]):
                    minutes = chance.uniform(0, (CLOSES - OPENS) * 60)
                    opens = datetime(day.year, day.month, day.day, OPENS, tzinfo=zone)
                    queued = opens + timedelta(minutes=minutes)
                    name = f"{row['line']}-{day:%Y%m%d}-{number}"
                    ring = _rung(
                        name,
                        row,
                        queued.replace(microsecond=0),
                        chance,
                        agents=[by_code[code] for code in row["agents"] if code in by_code],
                        caller=chance.choice(callers),
                        is_answered=number < row["answered"],
                    )
                    if ring.told[-1].at < at:
                        yield ring
        day += timedelta(days=1)


def _rung(
    name: str,
    row: Mapping[str, Any],
    queued: datetime,
    chance: Random,
    *,
    agents: Sequence[Someone],
    caller: Someone,
    is_answered: bool,
) -> _Ring:
    if not is_answered or not agents:
        gone = queued + timedelta(seconds=chance.choice((3, 31, 48, 77)))
        number = f"+44 1632 96{chance.randint(1000, 9999)}"
        return _Ring(
            name,
            (
                CallTold(name, EventKind.QUEUED, queued, row["line"], number=number),
                CallTold(name, EventKind.ABANDONED, gone, row["line"]),
            ),
        )
    agent = chance.choice(agents)
    told = _answered(name, row["line"], agent.code, queued, chance)
    log = CallLog(
        began_at=queued,
        outcome=chance.choice((Outcome.ANSWERED, Outcome.ANSWERED, Outcome.NOTHING)),
        person_id=caller.id,
    )
    return _Ring(name, told, log, agent.id, told[-1].at)


def _call_backs(file: PackFile, people: Sequence[Someone], *, at: datetime) -> int:
    by_code = {person.code: person for person in people}
    made = 0
    for position, row in enumerate(file.data.get("call_backs", ())):
        agent = by_code.get(row["agent"])
        doer = actor_for(agent.id, channel=Channel.DESK) if agent else None
        if doer is None:
            continue
        amount, unit = row["ahead"].split()
        due_at = at + int(amount) * UNITS[unit]
        promise = CallBackPromise(
            due_at=due_at,
            reason=row["reason"],
            person_id=by_code[row["person"]].id if "person" in row else None,
            name=row.get("name", ""),
            number=row.get("number", ""),
        )
        try:
            actions.promise_call_back(promise, actor=doer, at=min(at, due_at) - HOUR)
        except Invalid as refusal:
            raise refused(file, ["call_backs", position], refusal) from refusal
        made += 1
    return made
