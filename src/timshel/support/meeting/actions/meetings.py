"""Calling meetings, and preparing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.support.meeting import access
from timshel.support.meeting.actions.journaling import (
    changed,
    first,
    journal_meeting,
    people,
    person_faults,
    require_seen,
)
from timshel.support.meeting.agenda_sources import MeetingFacts, draw, titles
from timshel.support.meeting.events import MeetingCalled, MeetingCancelled, MeetingChanged
from timshel.support.meeting.models import AgendaItem, Attendance, Board, Meeting
from timshel.support.meeting.rules import (
    MeetingContent,
    StandingItem,
    agenda_faults,
    meeting_faults,
    with_earlier_actions,
)
from timshel.support.meeting.states import (
    MEETINGS,
    TOOK_PLACE,
    MeetingState,
    Presence,
    Trigger,
)

__all__ = [
    "call_meeting",
    "cancel_meeting",
    "change_meeting",
    "prepare_agenda",
    "set_agenda",
]


@transaction.atomic
def call_meeting(*, content: MeetingContent, actor: Actor, at: datetime, board: str = "") -> str:
    """Call a meeting; returns its number.

    A meeting of a board has the standing agenda of the board, and invites its members.

    Args:
        content: what is said of it.
        actor: who may call meetings of the board; without a board, who keeps the boards.
        at: when.
        board: the code of the board; empty for none.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the board meets no more.
        NotAllowed, NotFound: as they say.
    """
    of = access.board_to_call(board, actor=actor) if board else None
    if of is None:
        access.require_manage(actor=actor)
    elif not of.is_active:
        raise WrongState(_("This board meets no more."))
    found = _checked(content, staying=(of.chair, of.secretary) if of else ())
    chair = found.get(content.chair) or (of.chair if of else None)
    if chair is None:
        raise Invalid({"chair": [_("Please say who leads the meeting.")]})
    secretary = found.get(content.secretary) or (of.secretary if of else None)
    meeting = Meeting(board=of, called_at=at)
    _fill(meeting, content, chair=chair, secretary=secretary)
    meeting.save()
    day = content.starts_at.astimezone(UTC).date()
    sitting = _sitting(of, day=day) if of else ()
    _invite(meeting, [chair, secretary, *(found[code] for code in content.invited), *sitting])
    items = [StandingItem(**each) for each in of.agenda] if of else []
    _write_agenda(meeting, items, kept={})
    after = _plain(meeting) | {"board": board}
    journal_meeting(meeting, "meeting.called", first(after), actor=actor, at=at, fact=MeetingCalled)
    return meeting.number


@transaction.atomic
def change_meeting(
    number: str,
    *,
    content: MeetingContent,
    actor: Actor,
    at: datetime,
    seen_revision: int | None = None,
) -> None:
    """Say all of a planned meeting anew; the same again does nothing.

    Args:
        number: which.
        content: all of it; who is not named as invited is invited no more.
        actor: who runs it.
        at: when.
        seen_revision: the revision that was read, to refuse where somebody changed it since.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it is not planned any more, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    meeting = access.meeting_to_run(number, actor=actor)
    _require_planned(meeting)
    require_seen(meeting, seen_revision)
    before = _plain(meeting)
    named = Person.objects.filter(pk__in=meeting.attendance.values("person_id"))
    found = _checked(content, staying=(meeting.chair, meeting.secretary, *named))
    chair = found.get(content.chair) or meeting.chair
    _fill(meeting, content, chair=chair, secretary=found.get(content.secretary))
    _invite(meeting, [chair, meeting.secretary, *(found[code] for code in content.invited)])
    changes = changed(before, _plain(meeting))
    if not changes:
        return
    meeting.revision += 1
    meeting.save()
    journal_meeting(meeting, "meeting.changed", changes, actor=actor, at=at, fact=MeetingChanged)


@transaction.atomic
def cancel_meeting(number: str, *, actor: Actor, at: datetime) -> None:
    """Call a planned meeting off; what was called off before stays so.

    Raises:
        WrongState: it took place.
        NotAllowed, NotFound: as they say.
    """
    meeting = access.meeting_to_run(number, actor=actor)
    state = MeetingState(meeting.state)
    if state is MeetingState.CANCELLED:
        return
    meeting.state = MEETINGS.target(state, Trigger.CANCEL)
    meeting.cancelled_at = at
    meeting.revision += 1
    meeting.save()
    changes = {"state": (state.value, meeting.state)}
    journal_meeting(
        meeting, "meeting.cancelled", changes, actor=actor, at=at, fact=MeetingCancelled
    )


@transaction.atomic
def set_agenda(
    number: str,
    *,
    items: Sequence[StandingItem],
    actor: Actor,
    at: datetime,
    seen_revision: int | None = None,
) -> None:
    """Say the agenda of a planned meeting anew; the same again does nothing.

    What was written and drawn for an item stays with it.

    Args:
        number: which meeting.
        items: all of the agenda, in order.
        actor: who runs the meeting.
        at: when.
        seen_revision: the revision that was read, to refuse where somebody changed it since.

    Raises:
        Invalid: what is wrong, or something was written already for an item that is left out.
        WrongState: it is not planned any more, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    meeting = access.meeting_to_run(number, actor=actor)
    _require_planned(meeting)
    require_seen(meeting, seen_revision)
    if faults := agenda_faults(tuple(items), sources=titles()):
        raise Invalid({"agenda": faults})
    wanted = [StandingItem(each.title.strip(), each.source) for each in items]
    if meeting.board_id is not None:
        wanted = list(with_earlier_actions(wanted))
    rows = list(meeting.agenda.order_by("position"))
    standing = [StandingItem(row.title, row.source) for row in rows]
    if wanted == standing:
        return
    kept = dict(zip(standing, rows, strict=True))
    lost = [row.title for item, row in kept.items() if row.minutes and item not in wanted]
    if lost:
        sentence = _("Minutes were written already for %(titles)s.")
        raise Invalid({"agenda": [sentence % {"titles": ", ".join(lost)}]})
    meeting.agenda.all().delete()
    _write_agenda(meeting, wanted, kept=kept)
    meeting.revision += 1
    meeting.save(update_fields=["revision"])
    changes = {"agenda": ([each.title for each in standing], [each.title for each in wanted])}
    journal_meeting(meeting, "meeting.agenda_set", changes, actor=actor, at=at)


@transaction.atomic
def prepare_agenda(number: str, *, actor: Actor, at: datetime) -> None:
    """Draw from records what a planned meeting speaks about; again, it is drawn anew.

    Args:
        number: which meeting.
        actor: who runs the meeting; they draw with their own rights.
        at: when.

    Raises:
        WrongState: it is not planned any more.
        NotAllowed, NotFound: as they say.
    """
    meeting = access.meeting_to_run(number, actor=actor)
    _require_planned(meeting)
    facts = _facts(meeting)
    drawn = []
    for item in meeting.agenda.exclude(source="").order_by("position"):
        item.drawn = draw(item.source, facts, actor=actor, at=at)
        item.drawn_at = at
        item.save(update_fields=["drawn", "drawn_at"])
        drawn.append(item.title)
    before = meeting.prepared_at.isoformat() if meeting.prepared_at else None
    meeting.prepared_at = at
    meeting.revision += 1
    meeting.save(update_fields=["prepared_at", "revision"])
    changes = {"prepared_at": (before, at.isoformat()), "drawn": (None, drawn)}
    journal_meeting(meeting, "meeting.agenda_prepared", changes, actor=actor, at=at)


def _require_planned(meeting: Meeting) -> None:
    if meeting.state != MeetingState.PLANNED:
        raise WrongState(_("This meeting is not planned any more."))


def _checked(
    content: MeetingContent, *, staying: Iterable[Person | None] = ()
) -> dict[str, Person]:
    """Return the people of a sound meeting by code."""
    faults: dict[str, Any] = dict(meeting_faults(content))
    found = people([content.chair, content.secretary, *content.invited], staying=staying)
    for name in ("chair", "secretary"):
        if wrong := person_faults(getattr(content, name), found):
            faults[name] = wrong
    missing = [fault for code in content.invited for fault in person_faults(code, found)]
    if missing:
        faults.setdefault("invited", []).extend(missing)
    if faults:
        raise Invalid(faults)
    return found


def _fill(
    meeting: Meeting, content: MeetingContent, *, chair: Person, secretary: Person | None
) -> None:
    meeting.title, meeting.place = content.title.strip(), content.place.strip()
    meeting.starts_at, meeting.ends_at = content.starts_at, content.ends_at
    meeting.chair, meeting.secretary = chair, secretary


def _invite(meeting: Meeting, invited: Iterable[Person | None]) -> None:
    """Invite these people and nobody else; who was noted as excused stays so."""
    keys = {person.pk for person in invited if person is not None}
    meeting.attendance.exclude(person_id__in=keys).delete()
    Attendance.objects.bulk_create(
        [
            Attendance(meeting=meeting, person_id=key, presence=Presence.INVITED)
            for key in sorted(keys)
        ],
        ignore_conflicts=True,
    )


def _sitting(board: Board, *, day: Any) -> list[Person]:
    on = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    rows = board.members.filter(on, valid_from__lte=day, person__is_active=True)
    return [row.person for row in rows.select_related("person")]


def _write_agenda(
    meeting: Meeting, items: Iterable[StandingItem], *, kept: dict[StandingItem, AgendaItem]
) -> None:
    rows = []
    for position, item in enumerate(items, start=1):
        old = kept.get(item)
        rows.append(
            AgendaItem(
                meeting=meeting,
                position=position,
                title=item.title,
                source=item.source,
                minutes=old.minutes if old else "",
                drawn=old.drawn if old else None,
                drawn_at=old.drawn_at if old else None,
            )
        )
    AgendaItem.objects.bulk_create(rows)


def _facts(meeting: Meeting) -> MeetingFacts:
    """Return what sources are told of a meeting; one query."""
    earlier: list[Meeting] = []
    if meeting.board_id is not None:
        earlier = list(
            Meeting.objects.filter(
                board_id=meeting.board_id, state__in=TOOK_PLACE, starts_at__lt=meeting.starts_at
            ).order_by("-starts_at", "-pk")
        )
    return MeetingFacts(
        number=meeting.number,
        starts_at=meeting.starts_at,
        since=earlier[0].starts_at if earlier else None,
        earlier=tuple(each.number for each in earlier),
        service=meeting.board.service if meeting.board else "",
        customer=meeting.board.customer if meeting.board else "",
    )


def _plain(meeting: Meeting) -> dict[str, Any]:
    """Return a meeting as the journal keeps it; equal meetings give equal values."""
    invited = meeting.attendance.order_by("person__code").values_list("person__code", flat=True)
    return {
        "title": meeting.title,
        "place": meeting.place,
        "starts_at": meeting.starts_at.astimezone(UTC).isoformat(),
        "ends_at": meeting.ends_at.astimezone(UTC).isoformat(),
        "chair": meeting.chair.code,
        "secretary": meeting.secretary.code if meeting.secretary else "",
        "invited": list(invited),
    }
