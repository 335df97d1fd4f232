"""The boards of a pack, and their meetings with minutes, decisions and what followed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.events import unheard
from timshel.leadership.authority.queries import actor_for
from timshel.planning.planned_action.actions import ActionPlan, finish_action, plan_action
from timshel.planning.planned_action.rules import About
from timshel.planning.planned_action.states import ActionKind
from timshel.support.meeting import actions, queries
from timshel.support.meeting.rules import (
    BoardContent,
    MeetingContent,
    MinutesContent,
    StandingItem,
)

Row = Mapping[str, Any]
PREPARED = timedelta(days=2)
CALLED = timedelta(days=21)
APPROVED = timedelta(days=5)


def load_meetings(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Bring boards and meetings in; a board that is there stays as it is, with its meetings.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    with unheard():
        return _Loading(file, actor, at).load()


class _Loading:
    """One run of loading; what people did is done in their name, the oldest first."""

    def __init__(self, file: PackFile, actor: Actor, at: datetime) -> None:
        self._file = file
        self._actor = actor
        self._now = at
        self._endings: list[tuple[datetime, str, Row]] = []
        self._actors: dict[str, Actor] = {}

    def load(self) -> int:
        """Load all boards that are new, with their meetings; returns how many records are new."""
        boards: dict[str, Row] = {}
        for position, row in enumerate(self._file.data["boards"]):
            if self._is_known(row["code"]):
                continue
            try:
                self._board(row)
            except Invalid as refusal:
                raise refused(self._file, ["boards", position], refusal) from refusal
            boards[row["code"]] = row
        meetings = [
            (position, row)
            for position, row in enumerate(self._file.data["meetings"])
            if row["board"] in boards
        ]
        for position, row in sorted(meetings, key=lambda each: -each[1]["days_ago"]):
            try:
                self._meeting(row, boards[row["board"]])
            except Invalid as refusal:
                raise refused(self._file, ["meetings", position], refusal) from refusal
        self._end(until=self._now)
        return len(boards) + len(meetings)

    def _is_known(self, code: str) -> bool:
        try:
            queries.board(code, actor=self._actor, at=self._now)
        except NotFound:
            return False
        return True

    def _board(self, row: Row) -> None:
        content = BoardContent(
            name=row["name"],
            kind=row["kind"],
            purpose=row["purpose"],
            chair=row["chair"],
            secretary=row["secretary"],
            every_months=row["every_months"],
            service=row.get("service", ""),
            customer=row.get("customer", ""),
            agenda=tuple(StandingItem(**item) for item in row["agenda"]),
        )
        at = self._moment(row["days_ago"])
        actions.create_board(row["code"], content=content, actor=self._actor, at=at)
        for member in row["members"]:
            begun = self._moment(member.get("from_days_ago", row["days_ago"]))
            who: dict[str, Any] = {"person": member["person"], "actor": self._actor}
            actions.add_member(row["code"], role=member.get("role", ""), at=begun, **who)
            if "until_days_ago" in member:
                until = self._moment(member["until_days_ago"])
                actions.end_member(row["code"], at=until, **who)

    def _meeting(self, row: Row, board: Row) -> None:
        starts_at = self._moment(row["days_ago"], row["hour"])
        chair, secretary = self._person(board["chair"]), self._person(board["secretary"])
        content = MeetingContent(
            title=row["title"],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=row["minutes"]),
            place=row["place"],
        )
        called_at = min(starts_at - CALLED, self._now)
        number = actions.call_meeting(
            content=content, board=row["board"], actor=secretary, at=called_at
        )
        if row["state"] == "cancelled":
            actions.cancel_meeting(number, actor=chair, at=starts_at - PREPARED)
            return
        self._end(until=min(starts_at, self._now))
        if row["state"] == "planned":
            return
        actions.prepare_agenda(number, actor=chair, at=starts_at - PREPARED)
        after = content.ends_at
        minutes = MinutesContent(
            texts={each["item"]: each["text"] for each in row["said"]},
            presence=self._presence(number, row, at=after),
            guests=tuple(row.get("guests", ())),
        )
        by: dict[str, Any] = {"actor": secretary, "at": after}
        actions.write_minutes(number, content=minutes, **by)
        for each in row.get("decisions", ()):
            actions.add_decision(number, text=each["text"], decided_by=each["decided_by"], **by)
        for each in row.get("actions", ()):
            self._action(number, each, **by)
        actions.hold_meeting(number, **by)
        if row["state"] == "minuted":
            approved_at = min(after + APPROVED, self._now)
            actions.approve_minutes(number, actor=chair, at=approved_at)

    def _presence(self, number: str, row: Row, *, at: datetime) -> dict[str, str]:
        """Return who was there: all who were invited, but for those named as excused."""
        view = queries.meeting(number, actor=self._actor, at=at)
        excused = set(row.get("excused", ()))
        return {
            each.person.code: "excused" if each.person.code in excused else "present"
            for each in view.attendance
        }

    def _action(self, number: str, row: Row, *, actor: Actor, at: datetime) -> None:
        plan = ActionPlan(
            kind=ActionKind.DECISION,
            title=row["title"],
            owner=row["owner"],
            due_date=self._moment(row["due_days_ago"]).date(),
        )
        action = plan_action(About(actions.MEETING, number), plan=plan, actor=actor, at=at)
        if "done_days_ago" in row:
            self._endings.append((self._moment(row["done_days_ago"]), action, row))

    def _end(self, *, until: datetime) -> None:
        """Say of the actions that were done by a moment that they are."""
        waiting = sorted(self._endings, key=lambda each: each[0])
        for done_at, action, row in waiting:
            if done_at <= until:
                owner = self._person(row["owner"])
                finish_action(action, outcome=row["outcome"], actor=owner, at=done_at)
                self._endings.remove((done_at, action, row))

    def _person(self, code: str) -> Actor:
        if code not in self._actors:
            key = person_by_code(code)
            found = None if key is None else actor_for(key, channel=Channel.DESK)
            if found is None:
                raise Invalid({"person": [code]})
            self._actors[code] = found
        return self._actors[code]

    def _moment(self, days_ago: int, hour: int = 9) -> datetime:
        day = self._now - timedelta(days=days_ago)
        return day.replace(hour=hour, minute=0, second=0, microsecond=0)
