"""What those who end their shift tell the next ones of their team."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.operation.teamwork.access import may_hand_over
from timshel.operation.teamwork.events import ShiftHandedOver
from timshel.operation.teamwork.models import ShiftNote, ShiftNoteReading
from timshel.operation.teamwork.rules import MOST_HANDED_OVER
from timshel.operation.work.actions import check_text
from timshel.operation.work.models import WorkItem

SUBJECT = "shift_note"


@transaction.atomic
def hand_over(
    team: str,
    *,
    text: str,
    numbers: Iterable[str] = (),
    actor: Actor,
    at: datetime,
) -> ShiftHandedOver:
    """Leave a note for those of a team who come next, with the work that it is about.

    Args:
        team: its code.
        text: Markdown.
        numbers: of the work that needs an eye; the actor has to see it.
        actor: a member of the team, or who leads its work.
        at: when.

    Raises:
        NotAllowed: the actor is not of the team.
        NotFound: there is no such team.
        Invalid: nothing was said, or work that is not there.
    """
    found = _team(team)
    if not may_hand_over(found.pk, actor=actor):
        raise NotAllowed
    if not text.strip():
        raise Invalid({"text": [_("Please write something.")]})
    check_text(text, field="text")
    items = _items(numbers, actor=actor)
    note = ShiftNote.objects.create(
        team=found,
        author_id=actor.person_id,
        author_name=actor.name,
        text=text.strip(),
        at=at,
    )
    note.work.set(items)
    record(
        "shift.handed_over",
        subject_kind=SUBJECT,
        subject_id=note.pk,
        changes={
            "team": (None, {"id": found.pk, "name": found.name}),
            "work": (None, [item.number for item in items]),
        },
        actor=actor,
        at=at,
    )
    live.announce([f"team:{found.pk}"], at=at)
    event = ShiftHandedOver(note.pk, found.pk, actor.person_id, at)
    publish(event)
    return event


@transaction.atomic
def read_shift_note(note_id: int, *, actor: Actor, at: datetime) -> None:
    """Note that a person of the team has read a hand-over; again changes nothing.

    Raises:
        NotFound: there is no such note, or it is of another team.
    """
    note = ShiftNote.objects.filter(pk=note_id).first()
    if note is None or actor.person_id is None or not may_hand_over(note.team_id, actor=actor):
        raise NotFound
    ShiftNoteReading.objects.get_or_create(
        note=note, person_id=actor.person_id, defaults={"at": at}
    )


def _team(code: str) -> Team:
    team = Team.objects.filter(code=code, is_active=True).first() if is_storable(code) else None
    if team is None:
        raise NotFound
    return team


def _items(numbers: Iterable[str], *, actor: Actor) -> list[WorkItem]:
    wanted = {number.strip().upper() for number in numbers if number.strip()}
    if len(wanted) > MOST_HANDED_OVER or not all(map(is_storable, wanted)):
        raise Invalid({"work": [_("These are too many cases for one note.")]})
    items = WorkItem.objects.visible_to(actor).filter(number__in=wanted).defer("search")
    found = list(items.order_by("number"))
    missing = sorted(wanted - {item.number for item in found})
    if missing:
        message = _("There is no such case, or you may not see it: %(number)s.")
        raise Invalid({"work": [message % {"number": missing[0]}]})
    return found
