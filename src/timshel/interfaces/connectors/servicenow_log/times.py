"""The order and the moments of an incident's rows, mended as little as possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import accumulate, pairwise

from django.utils.translation import gettext as _

from timshel.interfaces.connectors.servicenow_log.log import LogRow
from timshel.interfaces.connectors.servicenow_log.report import Finding, Outcome


def in_order(rows: Sequence[LogRow]) -> tuple[LogRow, ...]:
    """Return the rows of an incident from the oldest to the youngest.

    The order of the file is that of the writing, even where a clock was wrong; only a file that
    runs backwards is turned round.
    """
    moments = [row.updated_at for row in rows]
    forwards = sum(second > first for first, second in pairwise(moments))
    backwards = sum(second < first for first, second in pairwise(moments))
    return tuple(rows) if forwards >= backwards else tuple(reversed(rows))


def moments(rows: Sequence[LogRow], *, tell: Callable[[Finding], None]) -> list[datetime]:
    """Return the moment of each row so that none lies before the one above or the opening.

    Of the two ways to mend an order (moving early rows back, or late rows on) the one that
    touches fewer rows is taken.

    Args:
        rows: of one incident, in their order.
        tell: told of each moment that had to move.
    """
    written = [row.updated_at for row in rows]
    later = list(accumulate(written, max))
    earlier = list(accumulate(reversed(written), min))[::-1]
    mended = min((later, earlier), key=lambda each: _differences(each, written))
    opened_at = rows[0].opened_at
    for row, moment in zip(rows, mended, strict=True):
        if moment != row.updated_at:
            _told(row, moment, _("The row is dated out of order."), tell)
        elif moment < opened_at:
            _told(row, opened_at, _("The row is dated before the incident was opened."), tell)
    return [max(moment, opened_at) for moment in mended]


def _differences(mended: Sequence[datetime], written: Sequence[datetime]) -> int:
    return sum(one != other for one, other in zip(mended, written, strict=True))


def _told(row: LogRow, moment: datetime, reason: str, tell: Callable[[Finding], None]) -> None:
    done = _("It was dated %(moment)s.") % {"moment": f"{moment:%Y-%m-%d %H:%M} UTC"}
    tell(Finding(row.line, row.number, Outcome.REPAIRED, reason, done))
