"""Meetings: what their agendas draw from records, and which actions follow from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from timshel.design_transition.maintenance.queries import planned_between
from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.text import labelled
from timshel.performance_evaluation.measurement.queries import (
    Selection,
    Subject,
    everything,
    find_subject,
    promise_list,
)
from timshel.performance_evaluation.measurement.rules.periods import Period, PeriodKind
from timshel.performance_evaluation.measurement.states import What
from timshel.planning.planned_action import hosting
from timshel.planning.planned_action.queries import (
    ActionRow,
    Wanted,
    actions_about,
    planned_action_list,
)
from timshel.planning.planned_action.states import ActionState
from timshel.support.meeting import agenda_sources
from timshel.support.meeting.agenda_sources import MOST_LINES, Drawn, Figure, Line, MeetingFacts
from timshel.support.meeting.due import due_meetings
from timshel.support.meeting.queries import MeetingHost
from timshel.support.meeting.rules import EARLIER_ACTIONS, EARLIER_TITLE

MEETING = "meeting"
ACTION = "planned_action"
FIRST_PERIOD = timedelta(days=92)  # looked back on at the first meeting of a board
AHEAD = timedelta(days=62)


def register() -> None:
    """Say what agendas can be drawn from, and who answers for meetings."""
    hosting.register(MEETING, MeetingHost())
    due.register(MEETING, due_meetings)
    agenda_sources.register(EARLIER_ACTIONS, title=EARLIER_TITLE, source=EarlierActions())
    agenda_sources.register(
        "overdue_actions", title=gettext_lazy("Overdue actions"), source=OverdueActions()
    )
    agenda_sources.register(
        "broken_promises",
        title=gettext_lazy("Promises broken since the last meeting"),
        source=BrokenPromises(),
    )
    agenda_sources.register(
        "planned_work", title=gettext_lazy("Planned work ahead"), source=PlannedWorkAhead()
    )


class EarlierActions:
    """What the earlier meetings of the board left to be done."""

    def draw(self, meeting: MeetingFacts, /, *, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG002
        """Return the open actions of the earlier meetings, and how many were done; one query."""
        found = actions_about(MEETING, meeting.earlier, at=at)
        rows = [row for number in meeting.earlier for row in found.get(number, ())]
        open_rows = [row for row in rows if row.state is ActionState.OPEN]
        open_rows.sort(key=lambda row: row.due_date)
        since = meeting.since
        done = [
            row
            for row in rows
            if row.state is ActionState.DONE and row.ended_at and since and row.ended_at >= since
        ]
        figures = (
            Figure(pgettext("several actions or improvements", "Open"), str(len(open_rows))),
            Figure(_("Overdue"), str(sum(row.is_overdue for row in open_rows))),
            Figure(_("Done since the last meeting"), str(len(done))),
        )
        return Drawn(str(EARLIER_TITLE), tuple(map(_action, open_rows)), figures)


class OverdueActions:
    """Whatever was to be done by now, whichever record it follows from."""

    def draw(self, meeting: MeetingFacts, /, *, actor: Actor, at: datetime) -> Drawn:  # noqa: ARG002
        """Return the overdue actions that the actor may see; one query."""
        page = planned_action_list(
            actor=actor, at=at, wanted=Wanted(when="overdue"), size=MOST_LINES
        )
        figures = (Figure(_("Overdue"), _count(len(page.items), more=bool(page.next_cursor))),)
        return Drawn(_("Overdue actions"), tuple(map(_action, page.items)), figures)


class BrokenPromises:
    """Promises to requesters that were broken since the last meeting."""

    def draw(self, meeting: MeetingFacts, /, *, actor: Actor, at: datetime) -> Drawn:
        """Return the broken promises of what the board is about; a few queries."""
        title = _("Promises broken since the last meeting")
        subject = _subject(meeting, actor=actor)
        if subject is None:
            return Drawn(title)
        zone = ZoneInfo(actor.time_zone)
        since = min(meeting.since or at - FIRST_PERIOD, at)
        period = Period(
            PeriodKind.DAYS,
            since.astimezone(zone).date(),
            at.astimezone(zone).date(),
            actor.time_zone,
        )
        chosen = Selection(subject, period, What.BROKEN)
        page = promise_list(chosen, actor=actor, at=at, size=MOST_LINES)
        lines = tuple(
            Line(f"{row.number} {row.title} ({row.service})", row.work_kind, row.number)
            for row in page.items
        )
        figures = (Figure(_("Broken"), _count(len(lines), more=bool(page.next_cursor))),)
        return Drawn(title, lines, figures)


class PlannedWorkAhead:
    """Work on services that is planned for the next two months."""

    def draw(self, meeting: MeetingFacts, /, *, actor: Actor, at: datetime) -> Drawn:
        """Return the planned work ahead that the actor may know of; one query."""
        found = planned_between(
            actor=actor, start=at, end=max(at, meeting.starts_at) + AHEAD, at=at, limit=MOST_LINES
        )
        zone = ZoneInfo(actor.time_zone)
        lines = tuple(
            Line(
                labelled(
                    _day(row.starts_at.astimezone(zone)),
                    f"{row.title} ({', '.join(each.name for each in row.services)})",
                ),
                "planned_work",
                str(row.id),
            )
            for row in found
        )
        return Drawn(
            _("Planned work ahead"),
            lines,
            (Figure(pgettext("planned work", "Planned"), str(len(lines))),),
        )


def _action(row: ActionRow) -> Line:
    words = {"title": row.title, "owner": row.owner_name, "day": date_format(row.due_date)}
    sentence = (
        _("%(title)s (%(owner)s, was due on %(day)s)")
        if row.is_overdue
        else _("%(title)s (%(owner)s, until %(day)s)")
    )
    return Line(sentence % words, ACTION, row.number)


def _subject(meeting: MeetingFacts, *, actor: Actor) -> Subject | None:
    """Return what the board is about: its service, else its customer, else everything.

    None where the actor sees nothing of it.
    """
    if not (meeting.service or meeting.customer):
        return everything()
    kind, code = ("service", meeting.service) if meeting.service else ("customer", meeting.customer)
    try:
        return find_subject(kind, code, actor=actor)
    except NotFound:
        return None


def _count(shown: int, *, more: bool) -> str:
    return _("more than %(count)d") % {"count": shown} if more else str(shown)


def _day(moment: datetime) -> str:
    return date_format(moment.date())
