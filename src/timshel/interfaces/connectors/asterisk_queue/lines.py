"""Lines of Asterisk's ``queue_log``, and what each tells of a call.

A line is ``moment|call|queue|agent|event|…`` with up to five further values; the moment is in
seconds since 1970. What is not about a call, such as an agent who signs in, tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from timshel.operation.call.actions import CallTold
from timshel.operation.call.states import EventKind

LEAST_VALUES = 5
NOTHING = frozenset({"", "NONE"})


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A line of the log.

    Args:
        at: when it was written.
        call: what Asterisk calls the call.
        queue: its name, or empty.
        agent: the agent or channel, or empty.
        event: its name, such as ``CONNECT``.
        values: what follows, by position.
    """

    at: datetime
    call: str
    queue: str
    agent: str
    event: str
    values: tuple[str, ...]

    def value(self, position: int) -> str:
        """Return a further value, or nothing where the line is shorter."""
        return self.values[position] if position < len(self.values) else ""


class LineError(ValueError):
    """A text is no line of a queue log."""


def line_of(text: str) -> QueueLine:
    """Return a line of the log.

    Raises:
        LineError: it is none.
    """
    parts = text.rstrip("\r\n").split("|")
    if len(parts) < LEAST_VALUES:
        raise LineError(text)
    moment, call, queue, agent, event, *values = parts
    try:
        at = datetime.fromtimestamp(float(moment), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise LineError(text) from error
    return QueueLine(at, call, _plain(queue), _plain(agent), event, tuple(values))


def events_of(text: str) -> tuple[CallTold, ...]:
    """Return what a line tells of a call; nothing where it is about something else.

    Raises:
        LineError: it is no line of a queue log.
    """
    line = line_of(text)
    tell = _TELLING.get(line.event)
    if tell is None or line.call in NOTHING:
        return ()
    return tuple(tell(line))


def _plain(text: str) -> str:
    return "" if text in NOTHING else text


def _told(line: QueueLine, kind: EventKind, **more: str) -> CallTold:
    return CallTold(external_id=line.call, kind=kind, at=line.at, queue=line.queue, **more)


def _entered(line: QueueLine) -> Iterator[CallTold]:
    """ENTERQUEUE: url, the caller's number, position."""
    yield _told(line, EventKind.QUEUED, number=line.value(1))


def _connected(line: QueueLine) -> Iterator[CallTold]:
    """CONNECT: seconds on hold, the agent's channel, seconds it rang."""
    yield _told(line, EventKind.ANSWERED, agent=line.agent)


def _completed(line: QueueLine) -> Iterator[CallTold]:
    """COMPLETECALLER, COMPLETEAGENT: seconds on hold, seconds talked, first position."""
    yield _told(line, EventKind.HUNG_UP)


def _given_up(line: QueueLine) -> Iterator[CallTold]:
    """ABANDON: position, first position, seconds waited; and leaving the queue unanswered."""
    yield _told(line, EventKind.ABANDONED)


def _transferred(line: QueueLine) -> Iterator[CallTold]:
    """TRANSFER, BLINDTRANSFER, ATTENDEDTRANSFER: where the call went; our part of it is over."""
    yield _told(line, EventKind.TRANSFERRED, agent=line.agent)
    yield _told(line, EventKind.HUNG_UP)


_TELLING: Mapping[str, Callable[[QueueLine], Iterator[CallTold]]] = {
    "ENTERQUEUE": _entered,
    "CONNECT": _connected,
    "COMPLETECALLER": _completed,
    "COMPLETEAGENT": _completed,
    "ABANDON": _given_up,
    "EXITWITHTIMEOUT": _given_up,
    "EXITEMPTY": _given_up,
    "EXITWITHKEY": _given_up,
    "TRANSFER": _transferred,
    "BLINDTRANSFER": _transferred,
    "ATTENDEDTRANSFER": _transferred,
}
