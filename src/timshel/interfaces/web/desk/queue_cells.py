"""The cells of a list of work, one function for each column that can be chosen.

They are drawn here and not by tags of the template: fifty rows of tags would cost more than all
the queries of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timshel.interfaces.web import badges, wording
from timshel.interfaces.web.addresses import INCIDENT
from timshel.interfaces.web.desk.words import CHANNEL_NAMES, IMPACT_NAMES, URGENCY_NAMES, traits
from timshel.interfaces.web.icons import icon
from timshel.operation.view.columns import ColumnChoice
from timshel.relationship_agreement.service_level.queries.worklist import WorkRow
from timshel.relationship_agreement.service_level.rules.forecast import is_likely
from timshel.relationship_agreement.service_level.states import ClockKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is shown.

    Args:
        address: where all records of its kind are; the number is added to it.
        link: what the address of a record carries, so that the way back and to the next is known.
        now: the moment of the page.
    """

    address: str
    link: str
    now: datetime


Cell = Callable[[WorkRow, Place], SafeString]
NONE = mark_safe('<span class="soft">–</span>')


def cells(row: WorkRow, columns: tuple[ColumnChoice, ...], place: Place) -> list[SafeString]:
    """Return the cells of a row, in the order of the columns.

    Args:
        row: as it was read.
        columns: those of the view.
        place: where it is shown.
    """
    return [
        format_html(
            '<td role="cell" class="cell-{}">{}</td>',
            CLASSES[each.key],
            CELLS[each.key](row, place),
        )
        for each in columns
    ]


def why_address(row: WorkRow, address: str) -> str:
    """Return where the row's deadline is explained, or nothing where the page would refuse."""
    if not row.sees_inside:
        return ""
    usual = ClockKind.RESOLVE if row.kind == INCIDENT else ClockKind.FULFIL
    return f"{address}{row.number}/clocks/{row.next_clock or usual.value}"


def _work(row: WorkRow, place: Place) -> SafeString:
    parent = (
        format_html('<span class="row-parent numeric">{}</span> ', row.parent) if row.parent else ""
    )
    return format_html(
        '<a class="row-link" href="{}" data-row>{}<span class="row-number numeric">{}</span> '
        '<span class="row-title">{}</span></a><span class="row-service">{}{}</span>',
        f"{place.address}{row.number}{place.link}",
        badges.work_kind(row.kind),
        row.number,
        row.title,
        parent,
        row.service,
    )


def _stage(row: WorkRow, _place: Place) -> SafeString:
    detail = str(row.waiting_name or "")
    if row.supplier:
        detail = _("Waiting for %(supplier)s") % {"supplier": row.supplier}
    return format_html("{}{}", badges.stage(row.stage), _detail(detail))


def _detail(text: str, style: str = "cell-detail") -> SafeString:
    return format_html('<span class="{}">{}</span>', style, text) if text else SafeString("")


def _requester(row: WorkRow, _place: Place) -> SafeString:
    return format_html("<span>{}</span> {}", row.requester, _traits(row.requester_traits))


def _traits(codes: tuple[str, ...]) -> SafeString:
    return _traits_in(codes, get_language()) if codes else SafeString("")


@cache
def _traits_in(codes: tuple[str, ...], _language: str | None) -> SafeString:
    drawn = render_to_string("desk/traits_short.html", {"traits": traits(codes)})
    return format_html('<span class="traits">{}</span>', mark_safe(drawn))  # noqa: S308 - ours


def _assignee(row: WorkRow, _place: Place) -> SafeString:
    if row.assignee:
        return format_html("<span>{}</span>", row.assignee)
    return format_html('<span class="nobody">{}</span>', _("Nobody yet"))


def _handler(row: WorkRow, place: Place) -> SafeString:
    return format_html('{}<span class="cell-detail">{}</span>', _assignee(row, place), row.team)


def _due(row: WorkRow, place: Place) -> SafeString:
    why = why_address(row, place.address)
    if row.next_due_at is None and not row.is_paused:
        return NONE
    if row.next_due_at is None:
        mark = format_html("{}{}", icon("clock-pause"), _("paused"))
        return _explained(mark, why, "mark mark-clock clock-paused")
    return format_html(
        '{}<span class="cell-detail numeric">{}</span>{}',
        _explained(badges.due(row.next_due_at, place.now), why, ""),
        wording.short_moment(row.next_due_at),
        _detail(_chance(row.chance), "chance-mark chance-likely"),
    )


def _explained(mark: SafeString | str, why: str, style: str) -> SafeString:
    """Return a deadline that leads to its explanation, where the reader may see that."""
    if not why:
        return format_html('<span class="{}">{}</span>', style, mark)
    return format_html(
        '<a class="cell-why {}" href="{}" title="{}" data-why>{}</a>',
        style,
        why,
        _("Why this deadline?"),
        mark,
    )


def _chance(chance: float | None) -> str:
    """Return the chance in words where it is likely; a row has no room for what is not."""
    if chance is None or not is_likely(chance, is_learnt=True):
        return ""
    return _("%(percent)d%% likely to be late") % {"percent": round(chance * 100)}


def _moment(when: datetime | None, label: str, place: Place) -> SafeString:
    if when is None:
        return NONE
    return format_html(
        '<span class="only-card">{} </span>{}', label, badges.moment(when, place.now)
    )


def _count(count: int, label: str) -> SafeString:
    return format_html('<span class="only-card">{} </span>{}', label, count)


def _words(text: object, label: str) -> SafeString:
    if not text:
        return NONE
    return format_html('<span class="only-card">{}: </span>{}', label, text)


CELLS: Mapping[str, Cell] = {
    "priority": lambda row, _place: badges.priority(row.priority),
    "work": _work,
    "stage": _stage,
    "requester": _requester,
    "handler": _handler,
    "due": _due,
    "updated": lambda row, place: _moment(row.updated_at, _("Last change"), place),
    "opened": lambda row, place: _moment(row.opened_at, _("Opened"), place),
    "resolved": lambda row, place: _moment(row.resolved_at, _("Resolved"), place),
    "unanswered": lambda row, place: _moment(
        row.unanswered_since, _("Requester waits since"), place
    ),
    "service": lambda row, _place: _words(row.service, _("Service")),
    "team": lambda row, _place: _words(row.team, _("Team")),
    "assignee": _assignee,
    "unit": lambda row, _place: _words(row.unit, _("Unit or customer")),
    "impact": lambda row, _place: _words(IMPACT_NAMES[row.impact], _("Impact")),
    "urgency": lambda row, _place: _words(URGENCY_NAMES[row.urgency], _("Urgency")),
    "channel": lambda row, _place: _words(
        CHANNEL_NAMES.get(row.channel, row.channel), _("Came in by")
    ),
    "reassignments": lambda row, _place: _count(row.reassignments, _("Hand-overs")),
    "reopenings": lambda row, _place: _count(row.reopenings, _("Reopenings")),
}
CLASSES: Mapping[str, str] = {
    **dict.fromkeys(CELLS, "plain"),
    "priority": "priority",
    "work": "title",
    "stage": "stage",
    "requester": "requester",
    "handler": "team",
    "due": "due",
    "updated": "updated",
    "opened": "moment",
    "resolved": "moment",
    "unanswered": "moment",
}
