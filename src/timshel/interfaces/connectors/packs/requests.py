"""What the people of a pack ordered and what became of it, by the real actions at past moments.

The deeds of all orders are done one after another as they happened, and each morning between them
what the clock does: timers of processes fire, whoever has to approve is reminded, and what was
delivered a week ago is closed. So numbers, clocks and the journal tell the same story.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from typing import Any

from django.utils.translation import gettext as _

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, Steps, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, Refused, WrongState
from timshel.leadership.approval.actions import decide_approval, expire_and_remind_due
from timshel.leadership.approval.states import Decision
from timshel.leadership.authority.queries import actor_for
from timshel.operation.process.actions import wake_due_runs
from timshel.operation.process.queries import StepView, run_view
from timshel.operation.process.states import StepKind, StepState
from timshel.operation.task import actions as tasks
from timshel.relationship_agreement.service_level.actions import refresh_many
from timshel.resolution_fulfilment.service_request import actions
from timshel.resolution_fulfilment.service_request.queries import task_record, tasks_of
from timshel.resolution_fulfilment.service_request.queries.use import (
    orders_made,
    use_of_offerings,
)
from timshel.service_portfolio.catalogue.actions.keeping import OfferingUse, note_due_use
from timshel.service_portfolio.catalogue.queries.references import references_for

MORNING = time(8, 5)
WEEKDAYS = 5
DAY = re.compile(r"today([+-]\d+)")


def load_requests(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Order what nobody of the file has ordered yet, and do what became of it.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere; does what the clock does.
        at: now, from which working days are counted back.

    Returns:
        How many orders are new.

    Raises:
        InvalidPack: an order or a deed of it cannot be done.
    """
    made = orders_made()
    rows = [
        (position, row)
        for position, row in enumerate(file.data["requests"])
        if (row["by"], row["offering"]) not in made
    ]
    if rows:
        _Past(file, actor, at).relive(rows)
        uses = (OfferingUse(*astuple(use)) for use in use_of_offerings(at=at))
        note_due_use(uses, at=at)
    return len(rows)


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A request that was opened."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class _Happening:
    """An order, or what somebody did about it.

    Args:
        at: when.
        position: of the order in the file.
        place: in the file.
        told: what the file says of it.
    """

    at: datetime
    position: int
    place: Steps
    told: Mapping[str, Any]


class _Past:
    """The days between the first order and now, lived once more."""

    def __init__(self, file: PackFile, actor: Actor, at: datetime) -> None:
        self._file = file
        self._actor = actor
        self._now = at.astimezone(UTC)
        self._helper = cache(partial(_someone, channel=Channel.DESK))
        self._ordered: dict[int, _Ordered] = {}

    def relive(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
        """Do everything that the rows tell, in the order in which it happened."""
        happenings = sorted(self._happenings(rows), key=lambda each: each.at)
        reached = happenings[0].at
        for each in happenings:
            self._pass_mornings(reached, each.at)
            reached = each.at
            self._do(each)
        self._pass_mornings(reached, self._now)
        orders = [each.id for each in self._ordered.values()]
        keys = [*orders, *(row.id for row in tasks_of(orders, language="en"))]
        refresh_many(keys, at=self._now)  # of what is late by now nobody is told any more

    def _happenings(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[_Happening]:
        for position, row in rows:
            place: list[str | int] = ["requests", position]
            ago = row["working_days_ago"]
            reached = self._moment(ago, row["time"])
            yield _Happening(reached, position, place, row)
            for number, deed in enumerate(row.get("deeds", ())):
                there = [*place, "deeds", number]
                if deed["day"] >= ago:
                    raise self._file.fault([*there, "day"], _("This day is still to come."))
                before, reached = reached, self._moment(ago - deed["day"], deed["time"])
                if reached < before:
                    sentence = _("This happened earlier than what stands before it.")
                    raise self._file.fault([*there, "time"], sentence)
                yield _Happening(reached, position, there, deed)

    def _moment(self, working_days_ago: int, clock: str) -> datetime:
        day = _working_day(self._now.date(), working_days_ago)
        return datetime.combine(day, time.fromisoformat(clock), tzinfo=UTC)

    def _pass_mornings(self, since: datetime, until: datetime) -> None:
        """Do what the clock does on each morning between two moments."""
        morning = datetime.combine(since.date(), MORNING, tzinfo=UTC)
        while morning <= until:
            if morning > since:
                for sweep in (wake_due_runs, expire_and_remind_due, actions.close_due_requests):
                    sweep(actor=self._actor, at=morning)
            morning += timedelta(days=1)

    def _do(self, happening: _Happening) -> None:
        told, at, place = happening.told, happening.at, happening.place
        if "do" in told:
            with self._fault_at(place):
                actor, ordered = self._helper(told["by"]), self._ordered[happening.position]
                _DEEDS[told["do"]](ordered, told, actor=actor, at=at)
            return
        with self._fault_at(place):
            requester = _someone(told["by"], channel=Channel.PORTAL)
        with self._fault_at(place, below=("answers",)):
            self._ordered[happening.position] = _order(told, actor=requester, at=at)

    @contextmanager
    def _fault_at(self, place: Steps, *, below: Steps = ()) -> Iterator[None]:
        """Say of what cannot be done which place of the file is at fault.

        Args:
            place: of what is told.
            below: where in it its fields stand.
        """
        try:
            yield
        except Invalid as refusal:
            raise refused(self._file, [*place, *below], refusal) from refusal
        except Refused as refusal:
            raise self._file.fault(place, str(refusal.message)) from refusal


def _order(row: Mapping[str, Any], *, actor: Actor, at: datetime) -> _Ordered:
    wanted = actions.Order(
        row["offering"],
        raw=_dated(row.get("answers", {}), at.date()),
        references=references_for(actor),
    )
    opened = actions.order(wanted, actor=actor, at=at)
    return _Ordered(opened.work_item_id, opened.number)


def _decide(
    ordered: _Ordered,
    deed: Mapping[str, Any],
    *,
    decision: Decision,
    actor: Actor,
    at: datetime,
) -> None:
    key = _waiting(ordered, deed, StepKind.APPROVAL).approval_id
    comment = deed.get("text", "")
    decide_approval(key or 0, decision=decision, comment=comment, actor=actor, at=at)


def _take(ordered: _Ordered, deed: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    tasks.take_task(_task(ordered, deed), actor=actor, at=at)


def _assign(ordered: _Ordered, deed: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    to = _someone(deed["to"], channel=Channel.DESK).person_id
    tasks.assign_task(_task(ordered, deed), assignee_id=to, actor=actor, at=at)


def _finish(ordered: _Ordered, deed: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    """Take a task unless that was done before, tick its list off, and finish it."""
    number = _task(ordered, deed)
    tasks.take_task(number, actor=actor, at=at)
    for line in task_record(number, actor=actor, at=at).checks:
        tasks.tick_check(number, position=line.position, is_done=True, actor=actor, at=at)
    completion = tasks.Completion(
        outcome=deed.get("outcome"),
        comment=deed.get("text", ""),
        raw=_dated(deed.get("answers", {}), at.date()),
        references=references_for(actor),
    )
    tasks.complete_task(number, completion=completion, actor=actor, at=at)


def _note(ordered: _Ordered, deed: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    actions.note_on_request(ordered.number, text=deed["text"], actor=actor, at=at)


def _reply(
    ordered: _Ordered, deed: Mapping[str, Any], *, waits: bool, actor: Actor, at: datetime
) -> None:
    text = deed["text"]
    actions.reply_to_request(
        ordered.number, text=text, wait_for_requester=waits, actor=actor, at=at
    )


def _arrive(ordered: _Ordered, deed: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    actions.deliver_event(ordered.number, name=deed["event"], values={}, actor=actor, at=at)


def _confirm(ordered: _Ordered, deed: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    del deed
    actions.confirm_request(ordered.number, actor=actor, at=at)


def _cancel(ordered: _Ordered, deed: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    actions.cancel_request(ordered.number, reason=deed["text"], actor=actor, at=at)


def _withdraw(ordered: _Ordered, deed: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    actions.withdraw_request(ordered.number, reason=deed["text"], actor=actor, at=at)


_DEEDS: Mapping[str, Callable[..., None]] = {
    "approve": partial(_decide, decision=Decision.APPROVED),
    "refuse": partial(_decide, decision=Decision.REFUSED),
    "take": _take,
    "assign": _assign,
    "finish": _finish,
    "note": _note,
    "reply": partial(_reply, waits=False),
    "ask": partial(_reply, waits=True),
    "arrive": _arrive,
    "confirm": _confirm,
    "cancel": _cancel,
    "withdraw": _withdraw,
}


def _task(ordered: _Ordered, deed: Mapping[str, Any]) -> str:
    """Return the number of the task that waits to be done."""
    key = _waiting(ordered, deed, StepKind.TASK).work_item_id
    return next(row.number for row in tasks_of([ordered.id], language="en") if row.id == key)


def _waiting(ordered: _Ordered, deed: Mapping[str, Any], kind: StepKind) -> StepView:
    """Return the step of the process that waits for a deed: the one it names, or the first.

    Raises:
        WrongState: there is none.
    """
    run = run_view(ordered.id, language="en")
    for step in run.steps if run else ():
        is_meant = deed.get("step") in (None, step.element)
        if step.kind == kind and step.state == StepState.WAITING and is_meant:
            return step
    raise WrongState(_("Nothing waits for this."))


def _dated(typed: Any, today: date) -> Any:
    """Return answers with the days that they count from the day on which they are given."""
    if isinstance(typed, Mapping):
        return {key: _dated(value, today) for key, value in typed.items()}
    if isinstance(typed, list):
        return [_dated(value, today) for value in typed]
    found = DAY.fullmatch(typed) if isinstance(typed, str) else None
    return (today + timedelta(days=int(found[1]))).isoformat() if found else typed


def _working_day(today: date, ago: int) -> date:
    """Return the day from Monday to Friday that lies so many of them before a day."""
    day = today
    while ago:
        day -= timedelta(days=1)
        ago -= day.weekday() < WEEKDAYS
    return day


def _someone(code: str, *, channel: Channel) -> Actor:
    key = person_by_code(code)
    found = actor_for(key, channel=channel) if key is not None else None
    if found is None:
        raise Invalid({"by": [code]})
    return found
