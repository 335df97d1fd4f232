"""Writing down what a meeting said and decided, until its chair approves it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.text import text_faults
from timshel.support.meeting import access
from timshel.support.meeting.actions.journaling import journal_meeting, require_seen
from timshel.support.meeting.events import MeetingHeld, MinutesApproved
from timshel.support.meeting.models import Decision, Meeting
from timshel.support.meeting.rules import (
    LONGEST_DECISION,
    MOST_DECISIONS,
    MinutesContent,
    minutes_faults,
)
from timshel.support.meeting.states import (
    MEETINGS,
    WRITABLE,
    DecidedBy,
    MeetingState,
    Presence,
    Trigger,
)

__all__ = [
    "add_decision",
    "approve_minutes",
    "hold_meeting",
    "remove_decision",
    "write_minutes",
]


@transaction.atomic
def write_minutes(
    number: str,
    *,
    content: MinutesContent,
    actor: Actor,
    at: datetime,
    seen_revision: int | None = None,
) -> None:
    """Write down what was said and who was there; the same again does nothing.

    Args:
        number: of the meeting.
        content: what is written; what is not named stays.
        actor: who runs the meeting.
        at: when.
        seen_revision: the revision that was read, to refuse where somebody wrote since.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the minutes are approved, the meeting was called off, or somebody wrote
            meanwhile.
        NotAllowed, NotFound: as they say.
    """
    meeting = _to_write(number, actor=actor)
    require_seen(meeting, seen_revision)
    items = {item.position: item for item in meeting.agenda.all()}
    came = {row.person.code: row for row in meeting.attendance.select_related("person")}
    faults = minutes_faults(content, positions=items, people=came, presences=Presence.values)
    if faults:
        raise Invalid(faults)
    changes: dict[str, tuple[Any, Any]] = {}
    for position, text in content.texts.items():
        item, words = items[position], text.strip()
        if item.minutes != words:
            changes[f"minutes_{position}"] = (item.minutes, words)
            item.minutes = words
            item.save(update_fields=["minutes"])
    for code, presence in content.presence.items():
        row = came[code]
        if row.presence != presence:
            changes[f"presence_{code}"] = (row.presence, presence)
            row.presence = presence
            row.save(update_fields=["presence"])
    if content.guests is not None:
        guests = [name.strip() for name in content.guests if name.strip()]
        if guests != meeting.guests:
            changes["guests"] = (meeting.guests, guests)
            meeting.guests = guests
    _written(meeting, "meeting.minutes_written", changes, actor=actor, at=at)


@transaction.atomic
def add_decision(number: str, *, text: str, decided_by: str, actor: Actor, at: datetime) -> int:
    """Write down a decision; returns its key. The same decision twice is one.

    Args:
        number: of the meeting.
        text: what was decided; Markdown.
        decided_by: a value of ``DecidedBy``.
        actor: who runs the meeting.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the minutes are approved, or the meeting was called off.
        NotAllowed, NotFound: as they say.
    """
    meeting = _to_write(number, actor=actor)
    words = text.strip()
    faults: dict[str, Any] = {"text": text_faults(words, longest=LONGEST_DECISION)}
    if not words:
        faults["text"] = [_("Please write what was decided.")]
    if decided_by not in DecidedBy.values:
        faults["decided_by"] = [_("Please say how it was decided.")]
    if any(faults.values()):
        raise Invalid({name: texts for name, texts in faults.items() if texts})
    there = meeting.decisions.filter(text=words, decided_by=decided_by).first()
    if there is not None:
        return there.pk
    if meeting.decisions.count() >= MOST_DECISIONS:
        sentence = _("A meeting takes at most %(count)d decisions.")
        raise Invalid({"text": [sentence % {"count": MOST_DECISIONS}]})
    decision = Decision.objects.create(
        meeting=meeting, text=words, decided_by=decided_by, written_at=at
    )
    changes = {"decision": (None, words), "decided_by": (None, decided_by)}
    _written(meeting, "meeting.decided", changes, actor=actor, at=at)
    return decision.pk


@transaction.atomic
def remove_decision(number: str, *, decision_id: int, actor: Actor, at: datetime) -> None:
    """Take a decision out that was written down by mistake.

    Raises:
        WrongState: the minutes are approved, or the meeting was called off.
        NotFound: there is no such meeting or decision.
        NotAllowed: as it says.
    """
    meeting = _to_write(number, actor=actor)
    decision = meeting.decisions.filter(pk=decision_id).first()
    if decision is None:
        raise NotFound
    decision.delete()
    changes = {"decision": (decision.text, None)}
    _written(meeting, "meeting.decision_removed", changes, actor=actor, at=at)


@transaction.atomic
def hold_meeting(number: str, *, actor: Actor, at: datetime) -> None:
    """Say that a meeting took place; from then on its agenda and what was drawn stay as they are.

    Raises:
        WrongState: it was called off, or has not begun yet.
        NotAllowed, NotFound: as they say.
    """
    meeting = access.meeting_to_run(number, actor=actor)
    state = MeetingState(meeting.state)
    if state in (MeetingState.HELD, MeetingState.MINUTED):
        return
    target = MEETINGS.target(state, Trigger.HOLD)
    if at < meeting.starts_at:
        raise WrongState(_("The meeting has not begun yet."))
    _move(meeting, target)
    meeting.held_at = at
    meeting.save()
    changes = {"state": (state.value, target.value)}
    journal_meeting(meeting, "meeting.held", changes, actor=actor, at=at, fact=MeetingHeld)


@transaction.atomic
def approve_minutes(number: str, *, actor: Actor, at: datetime) -> None:
    """Approve the minutes of a meeting; nothing of it changes any more.

    Args:
        number: of the meeting.
        actor: its chair.
        at: when.

    Raises:
        WrongState: it has not been held, or nothing is written yet.
        NotAllowed, NotFound: as they say.
    """
    meeting = access.meeting_to_approve(number, actor=actor)
    state = MeetingState(meeting.state)
    if state is MeetingState.MINUTED:
        return
    target = MEETINGS.target(state, Trigger.APPROVE)
    is_written = meeting.agenda.exclude(minutes="").exists() or meeting.decisions.exists()
    if not is_written:
        raise WrongState(_("Nothing has been written yet that could be approved."))
    _move(meeting, target)
    meeting.approved_at = at
    meeting.save()
    changes = {"state": (state.value, target.value)}
    journal_meeting(
        meeting, "meeting.minutes_approved", changes, actor=actor, at=at, fact=MinutesApproved
    )


def _to_write(number: str, *, actor: Actor) -> Meeting:
    meeting = access.meeting_to_run(number, actor=actor)
    if meeting.state == MeetingState.MINUTED:
        raise WrongState(_("The minutes are approved; nothing of them changes any more."))
    if meeting.state not in WRITABLE:
        raise WrongState(_("This meeting was called off."))
    return meeting


def _move(meeting: Meeting, target: MeetingState) -> None:
    meeting.state = target
    meeting.revision += 1


def _written(
    meeting: Meeting,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    if not changes:
        return
    meeting.revision += 1
    meeting.save(update_fields=["guests", "revision"])
    journal_meeting(meeting, verb, changes, actor=actor, at=at)
