"""The rights around boards and meetings, and finding one with its right in one call."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.kernel.text import is_storable
from timshel.support.meeting.models import Board, Meeting
from timshel.support.meeting.rules import MANAGE, PREFIX, VIEW

__all__ = [
    "MANAGE",
    "VIEW",
    "board_to_call",
    "board_to_change",
    "known",
    "known_board",
    "may_approve",
    "may_call",
    "may_manage",
    "may_run",
    "may_see",
    "meeting_to_approve",
    "meeting_to_run",
    "require_manage",
]


def may_manage(*, actor: Actor) -> bool:
    """Tell whether the actor keeps the boards and may run all meetings."""
    return actor.scope(MANAGE).everywhere


def require_manage(*, actor: Actor) -> None:
    """Refuse unless the actor keeps the boards.

    Raises:
        NotAllowed: the right is missing, or holds in a part only.
    """
    if not may_manage(actor=actor):
        raise NotAllowed


def known_board(code: str, *, actor: Actor) -> Board:
    """Return a board that the actor may see, with its chair and secretary.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Board.objects.visible_to(actor).select_related("chair", "secretary")
    found = rows.filter(code=code).first() if is_storable(code) else None
    if found is None:
        raise NotFound
    return found


def board_to_change(code: str, *, actor: Actor) -> Board:
    """Return a board, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    key = known_board(code, actor=actor).pk
    require_manage(actor=actor)
    rows = Board.objects.select_for_update(of=("self",)).select_related("chair", "secretary")
    return rows.get(pk=key)


def may_call(board: Board | None, *, actor: Actor) -> bool:
    """Tell whether the actor may call a meeting of a board, or one of no board."""
    return may_manage(actor=actor) or (
        board is not None and _leads(board.chair_id, board.secretary_id, actor)
    )


def board_to_call(code: str, *, actor: Actor) -> Board:
    """Return a board, locked, of which the actor may call a meeting.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    key = known_board(code, actor=actor).pk
    rows = Board.objects.select_for_update(of=("self",)).select_related("chair", "secretary")
    board = rows.get(pk=key)
    if not may_call(board, actor=actor):
        raise NotAllowed
    return board


def known(number: str, *, actor: Actor) -> Meeting:
    """Return a meeting that the actor may see, with its board and people.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Meeting.objects.visible_to(actor).select_related("board", "chair", "secretary")
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see a meeting; the twin of ``visible_to``."""
    return Meeting.objects.visible_to(actor).filter(pk=key_of(PREFIX, number)).exists()


def may_run(meeting: Meeting, *, actor: Actor) -> bool:
    """Tell whether the actor may prepare a meeting and write its minutes."""
    return may_manage(actor=actor) or _leads(meeting.chair_id, meeting.secretary_id, actor)


def may_approve(meeting: Meeting, *, actor: Actor) -> bool:
    """Tell whether the actor may approve the minutes: the chair, and nobody else."""
    return actor.person_id is not None and meeting.chair_id == actor.person_id


def meeting_to_run(number: str, *, actor: Actor) -> Meeting:
    """Return a meeting, locked, that the actor may run.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    meeting = _locked(number, actor=actor)
    if not may_run(meeting, actor=actor):
        raise NotAllowed
    return meeting


def meeting_to_approve(number: str, *, actor: Actor) -> Meeting:
    """Return a meeting, locked, whose minutes the actor may approve.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: somebody else is its chair.
    """
    meeting = _locked(number, actor=actor)
    if not may_approve(meeting, actor=actor):
        raise NotAllowed
    return meeting


def _locked(number: str, *, actor: Actor) -> Meeting:
    key = known(number, actor=actor).pk
    rows = Meeting.objects.select_for_update(of=("self",))
    return rows.select_related("board", "chair", "secretary").get(pk=key)


def _leads(chair_id: int, secretary_id: int | None, actor: Actor) -> bool:
    return actor.person_id is not None and actor.person_id in (chair_id, secretary_id)
