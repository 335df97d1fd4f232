"""Keeping boards and who sits on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.text import text_faults
from timshel.support.meeting import access
from timshel.support.meeting.actions.journaling import (
    changed,
    first,
    journal_board,
    people,
    person_faults,
    require_seen,
)
from timshel.support.meeting.agenda_sources import titles
from timshel.support.meeting.models import Board, BoardMember
from timshel.support.meeting.rules import (
    LONGEST_ROLE,
    BoardContent,
    board_faults,
    code_faults,
    with_earlier_actions,
)
from timshel.support.meeting.states import BoardKind

__all__ = ["add_member", "change_board", "create_board", "end_member"]


@transaction.atomic
def create_board(code: str, *, content: BoardContent, actor: Actor, at: datetime) -> str:
    """Set up a board; returns its code.

    Args:
        code: a short name that stays.
        content: what it is; what earlier meetings left open is put on its agenda if missing.
        actor: who keeps the boards.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor=actor)
    faults: dict[str, Any] = {}
    if wrong := code_faults(code):
        faults["code"] = wrong
    elif Board.objects.filter(code=code).exists():
        faults["code"] = [_("This code is already taken.")]
    board = Board(code=code, created_at=at)
    _fill(board, content, _checked(content, faults))
    board.save()
    journal_board(board, "board.created", first(_plain(board)), actor=actor, at=at)
    return board.code


@transaction.atomic
def change_board(
    code: str,
    *,
    content: BoardContent,
    actor: Actor,
    at: datetime,
    seen_revision: int | None = None,
) -> None:
    """Say all of a board anew; the same again does nothing.

    Args:
        code: which.
        content: all of it, as it shall be; meetings that are called already stay as they are.
        actor: who keeps the boards.
        at: when.
        seen_revision: the revision that was read, to refuse where somebody changed it since.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    board = access.board_to_change(code, actor=actor)
    require_seen(board, seen_revision)
    before = _plain(board)
    _fill(board, content, _checked(content, {}, staying=(board.chair, board.secretary)))
    changes = changed(before, _plain(board))
    if not changes:
        return
    board.revision += 1
    board.save()
    journal_board(board, "board.changed", changes, actor=actor, at=at)


@transaction.atomic
def add_member(
    code: str,
    *,
    person: str,
    actor: Actor,
    at: datetime,
    role: str = "",
    valid_from: date | None = None,
) -> None:
    """Put somebody on a board; who sits there already with the same role stays as they are.

    Args:
        code: of the board.
        person: the code of the person.
        actor: who keeps the boards.
        at: when.
        role: as what, in a few words.
        valid_from: the first day; None for today, counted in UTC.

    Raises:
        Invalid: there is no such person, or the role is too long.
        NotAllowed, NotFound: as they say.
    """
    board = access.board_to_change(code, actor=actor)
    found = people([person])
    faults: dict[str, Any] = {"role": text_faults(role, longest=LONGEST_ROLE)}
    faults["person"] = person_faults(person, found)
    if not person:
        faults["person"] = [_("Please say who becomes a member.")]
    if any(faults.values()):
        raise Invalid({name: texts for name, texts in faults.items() if texts})
    sitting = board.members.filter(person=found[person], valid_until__isnull=True).first()
    words = role.strip()
    if sitting is not None and sitting.role == words:
        return
    before = sitting.role if sitting is not None else None
    member = sitting or BoardMember(
        board=board, person=found[person], valid_from=valid_from or at.date()
    )
    member.role = words
    member.save()
    changes = {"person": (person if sitting else None, person), "role": (before, words)}
    journal_board(board, "board.member_added", changes, actor=actor, at=at)


@transaction.atomic
def end_member(
    code: str, *, person: str, actor: Actor, at: datetime, valid_until: date | None = None
) -> None:
    """End a membership; its days and the meetings of that time are kept.

    Args:
        code: of the board.
        person: the code of the person.
        actor: who keeps the boards.
        at: when.
        valid_until: the last day; None for today, counted in UTC.

    Raises:
        Invalid: the last day is before the first one.
        NotAllowed: as it says.
        NotFound: there is no such board, or the person does not sit on it.
    """
    board = access.board_to_change(code, actor=actor)
    rows = board.members.filter(person__code=person, valid_until__isnull=True)
    member = rows.first()
    if member is None:
        raise NotFound
    last = valid_until or max(at.date(), member.valid_from)
    if last < member.valid_from:
        raise Invalid({"valid_until": [_("The last day is before the first one.")]})
    member.valid_until = last
    member.save(update_fields=["valid_until"])
    changes = {"person": (person, person), "valid_until": (None, last.isoformat())}
    journal_board(board, "board.member_ended", changes, actor=actor, at=at)


def _checked(
    content: BoardContent, faults: dict[str, Any], *, staying: tuple[Person | None, ...] = ()
) -> dict[str, Person]:
    """Return the people of a sound board by code; who sits there already may have left."""
    faults |= board_faults(content, sources=titles())
    if content.kind not in BoardKind.values:
        faults["kind"] = [_("Please choose one of the kinds.")]
    found = people([content.chair, content.secretary], staying=staying)
    for name in ("chair", "secretary"):
        if wrong := person_faults(getattr(content, name), found):
            faults[name] = wrong
    if not content.chair:
        faults["chair"] = [_("Please say who leads the board.")]
    if faults:
        raise Invalid(faults)
    return found


def _fill(board: Board, content: BoardContent, found: dict[str, Person]) -> None:
    items = with_earlier_actions(content.agenda)
    board.name, board.kind = content.name.strip(), content.kind
    board.purpose = content.purpose.strip()
    board.chair = found[content.chair]
    board.secretary = found.get(content.secretary)
    board.every_months = content.every_months
    board.service, board.customer = content.service.strip(), content.customer.strip()
    board.agenda = [{"title": each.title.strip(), "source": each.source} for each in items]
    board.is_active = content.is_active


def _plain(board: Board) -> dict[str, Any]:
    """Return a board as the journal keeps it."""
    names = ("name", "kind", "purpose", "every_months", "service", "customer", "agenda")
    return {
        **{name: getattr(board, name) for name in names},
        "chair": board.chair.code,
        "secretary": board.secretary.code if board.secretary else "",
        "is_active": board.is_active,
    }
