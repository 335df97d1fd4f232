"""The long work that people watch: who does which kind of it, and how a worker goes about it.

A handler goes batch by batch and calls ``step`` after each, best within the batch's transaction.
What it has stepped past is never asked for again: a worker that dies or is stopped leaves the
errand to the next one, which goes on from the last cursor. A handler that raises is asked again
after a while; after the last attempt the errand has failed, and people see why.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from timshel.interfaces.worker.capacity import errands_at_once
from timshel.kernel.errors import Refused
from timshel.kernel.progress.actions import (
    ErrandToDo,
    advance_errand,
    fail_errand,
    finish_errand,
    take_up_errand,
)

logger = logging.getLogger("timshel.worker")


class Step(Protocol):
    """What a handler calls after each batch."""

    def __call__(self, count: int, cursor: Any, *, total: int | None = None) -> None:
        """Note that so many more steps are done, and after what to go on.

        Args:
            count: steps done since the last call.
            cursor: plain JSON that tells the handler where to go on.
            total: steps that there are, once that is known.

        Raises:
            Interrupted: the worker is asked to stop; the next one goes on from here, or from the
                step before where this one belongs to a transaction of the handler.
        """


class Handler(Protocol):
    """What does one kind of errand."""

    def __call__(self, errand: ErrandToDo, step: Step, /, *, at: datetime) -> Mapping[str, Any]:
        """Do it, from ``errand.cursor`` on.

        Args:
            errand: what was asked for and how far it is.
            step: to be called after each batch.
            at: when the work was taken up.

        Returns:
            What came of it, as plain JSON; a sentence for people under ``note`` is shown.
        """


class Interrupted(BaseException):
    """The worker is to stop. No handler takes it for a fault of its own."""


class UnknownKind(Exception):  # noqa: N818 - named for what it says of the errand
    """No handler is known for an errand, as when an older version runs beside a newer one."""


HANDLERS: dict[str, Handler] = {}
stopping = threading.Event()
_slots = threading.BoundedSemaphore(errands_at_once())


def errand(kind: str) -> Callable[[Handler], Handler]:
    """Declare who does a kind of errand.

    Args:
        kind: as given to ``begin_errand``; stays the same for as long as any may be waiting.

    Returns:
        A decorator for a :class:`Handler`; its module is imported by ``worker.tasks``.
    """

    def declare(handler: Handler) -> Handler:
        if HANDLERS.setdefault(kind, handler) is not handler:
            raise ValueError(f"two handlers for {kind}")
        return handler

    return declare


def do_errand(errand_id: int, *, at: datetime) -> bool:
    """Do an errand if it waits to be done, nobody else does it and there is room for it.

    Must not run inside a transaction.

    Args:
        errand_id: its key.
        at: now.

    Returns:
        Whether it was taken up, whatever came of it.
    """
    if stopping.is_set() or not _slots.acquire(blocking=False):
        return False  # the sweep brings it again
    try:
        with take_up_errand(errand_id, at=at) as errand:
            if errand is not None:
                _attempt(errand, at=at)
            return errand is not None
    finally:
        _slots.release()


def _attempt(errand: ErrandToDo, *, at: datetime) -> None:
    try:
        result = _handler_of(errand.kind)(errand, _stepping(errand), at=at)
    except Interrupted:
        logger.info("Errand %s (%s) is left to the next worker", errand.id, errand.kind)
    except Exception as fault:
        # Whatever goes wrong must end in a row that people see, and in another attempt.
        logger.exception("Errand %s (%s) went wrong", errand.id, errand.kind)
        fail_errand(errand.id, error=_in_words(fault), at=datetime.now(UTC))
    else:
        finish_errand(errand.id, result=result, at=datetime.now(UTC))


def _handler_of(kind: str) -> Handler:
    if kind not in HANDLERS:
        raise UnknownKind(f"This version cannot do jobs of the kind {kind}.")
    return HANDLERS[kind]


def _stepping(errand: ErrandToDo) -> Step:
    done = errand.done

    def step(count: int, cursor: Any, *, total: int | None = None) -> None:
        nonlocal done
        done += count
        now = datetime.now(UTC)
        advance_errand(errand.id, done=done, cursor=cursor, total=total, at=now)
        if stopping.is_set():
            raise Interrupted

    return step


def _in_words(fault: Exception) -> str:
    if isinstance(fault, Refused | UnknownKind):
        return str(fault)
    return f"{type(fault).__name__}: {fault}"
