"""The communication plan of a pack: planned, told and answered as it was then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import actor_for
from timshel.support.communication_plan import actions
from timshel.support.communication_plan.access import may_manage
from timshel.support.communication_plan.actions import Told
from timshel.support.communication_plan.queries import PlanFilter, communication_list
from timshel.support.communication_plan.rules import PlanContent
from timshel.support.communication_plan.states import Medium, Rhythm

DAY = timedelta(days=1)


def load_communication_plan(file: PackFile, /, *, actor: Actor, at: datetime) -> int:
    """Plan what a file says, with what was told and came back; nothing where there is a plan.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    if communication_list(actor=actor, at=at, wanted=PlanFilter(), size=1).items:
        return 0  # whoever plans says from then on what is told
    keeper = _person(file.data["keeper"])
    if keeper is None or not may_manage(keeper):
        keeper = actor
    for position, row in enumerate(file.data["communications"]):
        try:
            _load(row, keeper=keeper, at=at)
        except Invalid as refusal:
            raise refused(file, ["communications", position], refusal) from refusal
    return len(file.data["communications"])


def _load(row: Mapping[str, Any], *, keeper: Actor, at: datetime) -> None:
    content = _content(row, at=at)
    number = actions.plan_communication(content, actor=keeper, at=at - row["days_ago"] * DAY)
    owner = _person(row["owner"]) or keeper
    for told in row.get("told", ()):
        moment = at - told["days_ago"] * DAY
        actions.tell_communication(
            number,
            told=Told(
                day=moment.date(),
                said=told["said"],
                reached=told.get("reached"),
                evidence=told.get("evidence", ""),
            ),
            today=moment.date(),
            actor=owner,
            at=moment,
        )
    for heard in row.get("heard", ()):
        _hear(number, heard, owner=owner, at=at)
    if cancelled := row.get("cancelled"):
        moment = at - cancelled["days_ago"] * DAY
        actions.cancel_communication(number, reason=cancelled["reason"], actor=keeper, at=moment)


def _hear(number: str, heard: Mapping[str, Any], *, owner: Actor, at: datetime) -> None:
    moment = at - heard["days_ago"] * DAY
    today = moment.date()
    reader = _person(heard["person"]) if "person" in heard else None
    if reader is not None:
        key = actions.leave_feedback(
            number, text=heard["text"], today=today, actor=reader, at=moment
        )
    else:
        key = actions.record_feedback(
            number,
            text=heard["text"],
            outsider=heard.get("who") or heard["person"],
            received_on=today,
            today=today,
            actor=owner,
            at=moment,
        )
    if "answer" in heard:
        actions.settle_feedback(
            number,
            feedback=key,
            answer=heard["answer"],
            is_answered=not heard.get("noted", False),
            actor=owner,
            at=min(moment + 3 * DAY, at),
        )


def _content(row: Mapping[str, Any], *, at: datetime) -> PlanContent:
    """Return what is to be told; what repeats is planned for the day it was told first."""
    rhythm = Rhythm(row.get("rhythm", Rhythm.ONCE))
    due = (at + row["due_in"] * DAY).date()
    if row.get("told") and rhythm is not Rhythm.ONCE:
        due = (at - max(each["days_ago"] for each in row["told"]) * DAY).date()
    return PlanContent(
        subject=row["subject"],
        message=row["message"].strip(),
        stakeholders=row["stakeholders"],
        owner=row["owner"],
        due_date=due,
        medium=Medium(row["medium"]),
        rhythm=rhythm,
        service_code=row.get("service", ""),
        is_open=row.get("is_open", False),
    )


def _person(code: str) -> Actor | None:
    """Return a person as an actor; None for one who is not here."""
    person = person_by_code(code)
    return actor_for(person, channel=Channel.DESK) if person else None
