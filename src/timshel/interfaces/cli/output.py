"""What a command prints: lines, and progress as a bar on a terminal or as lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LINE_EVERY_SECONDS = 5.0

Advance = Callable[[int], None]


def say(text: str) -> None:
    """Print a line at once, even into a pipe."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print a line to standard error."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Advance]:
    """Show how far something long has come.

    Args:
        what: a few words, such as ``Reading rows``.
        total: how many steps there are, or None when that is not known.

    Yields:
        A function to be called with the number of steps done since the last call.
    """
    if sys.stdout.isatty():
        with _bar(what, total) as advance:
            yield advance
    else:
        lines = _Lines(what, total)
        yield lines.advance
        lines.end()


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Advance]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as bars:
        task = bars.add_task(what, total=total)
        yield lambda steps: bars.advance(task, steps)


class _Lines:
    """A line every few seconds, for logs and pipes."""

    def __init__(self, what: str, total: int | None) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._began = self._told = time.monotonic()

    def advance(self, steps: int) -> None:
        self._done += steps
        now = time.monotonic()
        if now - self._told >= LINE_EVERY_SECONDS:
            self._told = now
            say(f"{self._what}: {self._count()}")

    def end(self) -> None:
        say(f"{self._what}: {self._count()}, {time.monotonic() - self._began:.1f} s")

    def _count(self) -> str:
        return f"{self._done:,}" if self._total is None else f"{self._done:,} of {self._total:,}"
