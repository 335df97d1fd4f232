"""A meeting for calendars, and its minutes as a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.wording import exact_moment
from timshel.kernel.documents import pdf
from timshel.kernel.icalendar_files.writing import MEDIA_TYPE, Entry, icalendar_file
from timshel.kernel.text import colon, labelled
from timshel.planning.planned_action.queries import actions_about
from timshel.planning.planned_action.states import STATE_NAMES as ACTION_STATES
from timshel.support.meeting import queries
from timshel.support.meeting.actions import MEETING
from timshel.support.meeting.queries import ItemRow, MeetingView
from timshel.support.meeting.states import STATE_NAMES, Presence

TEMPLATE = Path(__file__).with_name("minutes.typ")


@require_safe
def as_ics(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Send a meeting as an iCalendar file."""
    view = queries.meeting(meeting, actor=request.actor, at=request.at)
    row, zone = view.row, ZoneInfo(request.actor.time_zone)
    address = request.build_absolute_uri(request.path.removesuffix("/ics"))
    entry = Entry(
        uid=f"{row.number}@{settings.MAIL_DOMAIN}",
        name=row.title,
        start=row.starts_at.astimezone(zone),
        end=row.ends_at.astimezone(zone),
        description=address,
        place=row.place,
        is_busy=True,
    )
    content = icalendar_file(
        row.title,
        [entry],
        zone=request.actor.time_zone,
        first=row.starts_at.date(),
        last=row.ends_at.date(),
        at=request.at,
    )
    return _file(content, MEDIA_TYPE, f"{row.number}.ics")


@require_safe
def as_pdf(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Send agenda and minutes of a meeting as PDF."""
    view = queries.meeting(meeting, actor=request.actor, at=request.at)
    content = pdf(TEMPLATE, _data(view, request), at=request.at)
    return _file(content, "application/pdf", f"{view.row.number}.pdf")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _data(view: MeetingView, request: TimshelRequest) -> dict[str, Any]:
    row = view.row
    code = row.number
    follow = actions_about(MEETING, [code], at=request.at).get(code, ())
    return {
        "title": row.title,
        "subtitle": " · ".join(filter(None, [row.board_name, row.number])),
        "language": request.actor.language,
        "footer": exact_moment(request.at),
        "facts": _facts(view),
        "agenda_title": _("Agenda and minutes"),
        "agenda": [_item(item) for item in view.agenda],
        "decisions_title": _("Decisions"),
        "decisions": [[each.text, str(each.decided_by.label)] for each in view.decisions],
        "decision_headers": [_("What was decided"), _("How it was decided")],
        "actions_title": _("Planned actions"),
        "action_headers": [
            _("What is to be done"),
            _("Who does it"),
            _("Until"),
            _("Standing"),
        ],
        "actions": [
            [
                each.title,
                each.owner_name,
                date_format(each.due_date),
                str(ACTION_STATES[each.state]),
            ]
            for each in follow
        ],
    }


def _facts(view: MeetingView) -> list[list[str]]:
    row = view.row
    facts = [
        [_("When"), f"{exact_moment(row.starts_at)} – {exact_moment(row.ends_at)}"],
        [pgettext("meeting", "Place"), row.place],
        [_("Chair"), row.chair.name],
        [_("Secretary"), view.secretary.name if view.secretary else ""],
        [_("Present"), _names(view, Presence.PRESENT)],
        [_("Excused"), _names(view, Presence.EXCUSED)],
        [_("Invited"), _names(view, Presence.INVITED)],
        [_("Guests"), ", ".join(view.guests)],
        [_("Standing"), str(STATE_NAMES[row.state])],
    ]
    return [[colon(name), said] for name, said in facts if said]


def _names(view: MeetingView, presence: Presence) -> str:
    return ", ".join(each.person.name for each in view.attendance if each.presence is presence)


def _item(item: ItemRow) -> dict[str, Any]:
    drawn = item.drawn
    return {
        "title": f"{item.position}. {item.title}",
        "figures": [labelled(each.name, each.value) for each in drawn.figures] if drawn else [],
        "lines": [line.text for line in drawn.lines] if drawn else [],
        "minutes": [part.strip() for part in item.minutes.split("\n\n") if part.strip()],
    }
