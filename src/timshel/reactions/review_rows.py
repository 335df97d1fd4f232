"""How what a part of the product looks back on becomes the rows of a pack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.text import Truncator

from timshel.kernel.looking_back import LookedBack, Seen, Span
from timshel.performance_evaluation.management_review.sources import Line, Reviewed

NOTHING = "–"
LONGEST = 160


def span_of(asked: Reviewed) -> Span:
    """Return whose view of which time is asked for."""
    return Span(asked.since, asked.until, asked.actor, asked.most)


def lines_of(
    found: LookedBack, kind: str, cells: Callable[[Seen], Sequence[str]]
) -> tuple[Line, ...]:
    """Return the records that were found as rows.

    Args:
        found: what was found.
        kind: of the records; empty where they have no page.
        cells: what stands in a row.
    """
    return tuple(
        Line(tuple(short(each) or NOTHING for each in cells(row)), kind, row.code if kind else "")
        for row in found.rows
    )


def short(text: str) -> str:
    """Return a text on one line, cut where it is long."""
    return Truncator(" ".join(text.split())).chars(LONGEST)


def day_told(day: date | None) -> str:
    """Return a day in the reader's words."""
    return date_format(day) if day is not None else NOTHING
