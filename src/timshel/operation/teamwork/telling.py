"""Telling a team what those who end their shift left for the next ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from timshel.context.people.queries import members_of
from timshel.kernel.actor import Actor
from timshel.operation.teamwork.access import may_read_hand_overs
from timshel.operation.teamwork.models import ShiftNote
from timshel.operation.work.telling import names_of
from timshel.support.notification.actions import News, notify
from timshel.support.notification.notices import excerpt
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

RECORD = "shift_note"  # its keys hold the team's code too, whose page shows it


def tell_handed_over(note_id: int, *, at: datetime) -> None:
    """Tell the members of a team of a hand-over, but for who wrote it.

    Args:
        note_id: the hand-over.
        at: now.
    """
    note = ShiftNote.objects.select_related("team").filter(pk=note_id).first()
    if note is None:
        return
    news = News(
        topic=Topic.HANDED_OVER,
        key=f"shift.handed_over/{note.pk}",
        people=[member.person_id for member in members_of([note.team_id])],
        about=About(RECORD, f"{note.team.code}/{note.pk}"),
        parts={
            "team": names_of(note.team),
            "by": note.author_name,
            "excerpt": excerpt(note.text),
        },
        by_person_id=note.author_id,
    )
    notify(news, at=at)


def readable_notes(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001
    actor: Actor,
    at: datetime,  # noqa: ARG001
) -> frozenset[str]:
    """Return those of some hand-overs that an actor may read, in one query.

    Args:
        keys: of hand-overs, each after the code of its team.
        needs: nothing more is ever needed.
        actor: the reader.
        at: now.
    """
    wanted = {int(tail): key for key in keys if (tail := key.rpartition("/")[2]).isdecimal()}
    rows = ShiftNote.objects.filter(pk__in=wanted).values_list("pk", "team_id")
    return frozenset(wanted[key] for key, team in rows if may_read_hand_overs(team, actor=actor))
