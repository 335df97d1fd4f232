"""Keeping clocks true from here: agreements belong to a later clause, which registers its reading.

A piece of work whose process lies in this clause changes under the same promises as all other
work; ``timshel.reactions`` says who reads its clocks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol

from timshel.operation.work.models import WorkItem


class ClockReader(Protocol):
    """Reads the clocks of a piece of work again, in the transaction of its change."""

    def __call__(self, work_item: WorkItem, *, at: datetime) -> None:
        """Read them; the work is locked and its change journalled."""


_reader: ClockReader | None = None
_put_off: ContextVar[dict[int, WorkItem] | None] = ContextVar("put_off", default=None)


def register(reader: ClockReader) -> None:
    """Say who reads clocks; called once when all parts are loaded, and harmless again."""
    global _reader
    _reader = reader


def read_again(work_item: WorkItem, *, at: datetime) -> None:
    """Read the clocks of a piece of work again.

    Args:
        work_item: locked by the caller, its change journalled.
        at: the moment of the change.
    """
    if _reader is None:
        raise RuntimeError("Nobody was registered to read clocks.")
    _reader(work_item, at=at)


@contextmanager
def reading_once(*, at: datetime) -> Iterator[None]:
    """Read clocks once at the end of several changes: a reading only follows from the journal.

    Args:
        at: the moment of the changes.
    """
    waiting: dict[int, WorkItem] = {}
    token = _put_off.set(waiting)
    try:
        yield
    finally:
        _put_off.reset(token)
    for work_item in waiting.values():
        read_again(work_item, at=at)


def is_put_off(work_item: WorkItem) -> bool:
    """Tell whether the clocks of a piece of work are read later, at the end of several changes.

    Args:
        work_item: whose clocks are to be read.
    """
    waiting = _put_off.get()
    if waiting is None:
        return False
    waiting[work_item.pk] = work_item
    return True
