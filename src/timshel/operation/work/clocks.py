"""Keeping clocks true from here: agreements belong to a later clause, which registers its reading.

A piece of work whose process lies in this clause changes under the same promises as all other
work; ``timshel.reactions`` says who reads its clocks again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from timshel.operation.work.models import WorkItem


class ClockReader(Protocol):
    """Reads the clocks of a piece of work again, in the transaction of its change."""

    def __call__(self, work_item: WorkItem, *, at: datetime) -> None:
        """Read them; the work is locked and its change journalled."""


_reader: ClockReader | None = None


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
