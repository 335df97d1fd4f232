"""Reading a queue log from its beginning, and on as it grows.

Nothing is kept of how far it was read: what was told before changes nothing, so that a log can be
read again at any time. Following reads what is appended, and begins anew where the file is
rotated.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from timshel.interfaces.connectors.asterisk_queue.lines import LineError, events_of
from timshel.kernel.actor import Actor
from timshel.operation.call.actions import CallTold, record_calls

SOURCE = "asterisk"
BATCH = 200
LONGEST_LINE = 4_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of reading.

    Args:
        lines: how many there were.
        new: how many events were not known before.
        known: how many were.
        passed: how many lines were none of a queue log.
    """

    lines: int = 0
    new: int = 0
    known: int = 0
    passed: int = 0


def read_log(lines: Iterable[str], *, source: str = SOURCE, actor: Actor, at: datetime) -> Taken:
    """Tell of the calls in the lines of a queue log; reading them again changes nothing.

    Args:
        lines: of the log, in any order.
        source: which telephone system it is, where there are several.
        actor: in whose name: with ``call.record``.
        at: now.

    Raises:
        NotAllowed: without the right.
        Invalid: a line tells what cannot be kept; the lines before it were.
    """
    taken = Taken()
    waiting: list[CallTold] = []
    for line in lines:
        taken = replace(taken, lines=taken.lines + 1)
        try:
            waiting += events_of(line[:LONGEST_LINE])
        except LineError:
            taken = replace(taken, passed=taken.passed + bool(line.strip()))
        if len(waiting) >= BATCH:
            taken = _tell(taken, waiting[:BATCH], source, actor, at)
            waiting = waiting[BATCH:]
    return _tell(taken, waiting, source, actor, at)


def read_on(
    path: Path,
    *,
    source: str = SOURCE,
    actor: Actor,
    now: Callable[[], datetime],
    wait: Callable[[], bool],
) -> Iterator[Taken]:
    """Read a log, and on as it grows; yields what came of each step.

    Args:
        path: of the log.
        source: which telephone system it is.
        actor: in whose name: with ``call.record``.
        now: tells the moment of each step.
        wait: waits a while, and tells whether to go on.
    """
    handle: BufferedReader | None = None
    rest = b""
    try:
        while True:
            handle, is_new = _opened(path, handle)
            rest = b"" if is_new else rest
            if handle is not None:
                whole, rest = _whole_lines(rest + handle.read())
                if whole:
                    yield read_log(whole, source=source, actor=actor, at=now())
            if not wait():
                return
    finally:
        if handle is not None:
            handle.close()


def _tell(taken: Taken, told: list[CallTold], source: str, actor: Actor, at: datetime) -> Taken:
    if not told:
        return taken
    done = record_calls(told, source=source, actor=actor, at=at)
    return replace(taken, new=taken.new + done.new, known=taken.known + done.known)


def _opened(path: Path, handle: BufferedReader | None) -> tuple[BufferedReader | None, bool]:
    """Return the log, opened anew where another file has taken its place or it was cut."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return handle, False
    if handle is not None:
        held = os.fstat(handle.fileno())
        is_same = (held.st_dev, held.st_ino) == (there.st_dev, there.st_ino)
        if is_same and there.st_size >= handle.tell():
            return handle, False
        handle.close()
    return path.open("rb"), True


def _whole_lines(content: bytes) -> tuple[list[str], bytes]:
    """Return the lines that are written to their end, and the beginning of the next one."""
    *whole, rest = content.split(b"\n")
    return [line.decode("utf-8", "replace") for line in whole], rest
