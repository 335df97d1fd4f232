"""The calls and visits about a piece of work, as its record shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.desk.call_days import seconds
from timshel.interfaces.web.desk.record_page import RecordView
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Channel
from timshel.operation.call.queries import CallRow, calls_of_work
from timshel.operation.call.states import Direction

SHOWN = 3
"""So many calls stand open on the record; the earlier ones are folded away."""


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A call or a visit on a record: what it was, and how long they talked, if that is known."""

    row: CallRow
    what: Promise
    is_visit: bool
    talked: str


def panel_context(
    request: TimshelRequest, _kind: str, view: RecordView
) -> Mapping[str, Any] | None:
    """Return the calls about a record, newest first, or None where the reader is shown none.

    Args:
        request: of a helper.
        _kind: of the work.
        view: the record.
    """
    rows = [shown_call(row) for row in calls_of_work(view.id, actor=request.actor)]
    return {"calls": rows[:SHOWN], "earlier_calls": rows[SHOWN:]} if rows else None


def shown_call(row: CallRow) -> ShownCall:
    """Return a call as a record shows it."""
    is_visit = row.channel == Channel.WALK_IN
    if is_visit:
        what = _("Visit")
    elif row.direction == Direction.OUTBOUND:
        what = _("Outgoing call")
    else:
        what = _("Incoming call")
    talked = "" if row.talked is None else seconds(row.talked)
    return ShownCall(row=row, what=what, is_visit=is_visit, talked=talked)
