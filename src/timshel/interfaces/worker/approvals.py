"""What people are told about approvals, and what happens to them by the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop

from timshel.interfaces.worker.jobs import job, sweep
from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.letters import Draft
from timshel.leadership.approval import notices
from timshel.leadership.approval.actions import (
    expire_and_remind_due,
    forget_link_attempts,
    issue_link,
)
from timshel.leadership.approval.notices import Matter, Reader, Ways
from timshel.leadership.approval.queries import (
    Recipient,
    asked_people,
    outcome_people,
    substitute_told,
)
from timshel.leadership.approval.states import Decision, OnExpiry, Outcome
from timshel.support.communication.queries import worded
from timshel.support.notification.actions import Letter, News, notify, settle_record
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

APPROVAL = "approval"
TOPICS = {
    "approval.asked": Topic.APPROVAL_ASKED,
    "approval.reminded": Topic.APPROVAL_REMINDED,
    "approval.decided": Topic.APPROVAL_DECIDED,
}
SAID = {Outcome.APPROVED: "approved", Outcome.REFUSED: "refused"}
BATCH = 200
NAME = gettext_noop("Approvals")


@job("approval.tell_asked", queue="notices")
def tell_asked(approval_id: int, seat_id: int | None = None, *, at: datetime) -> None:
    """Ask those who have not answered yet, each once; of one seat alone, if it is named."""
    for each in asked_people(approval_id, seat_id=seat_id, at=at):
        draft = _asking(each, at=at)
        occasion = f"{each.seat_id or f'{approval_id}-vacant-{seat_id or 0}'}/{each.person_id}"
        _send("approval.asked", occasion, draft, each, at=at)


@job("approval.tell_reminder", queue="notices")
def tell_reminder(approval_id: int, happened_at: str, *, at: datetime) -> None:
    """Remind those who have not answered yet, once for each deadline."""
    for each in asked_people(approval_id, at=at):
        if each.seat_id is None:
            continue
        draft = _asking(each, is_reminder=True, at=at)
        occasion = f"{each.seat_id}/{each.person_id}/{happened_at}"
        _send("approval.reminded", occasion, draft, each, at=at)


@job("approval.tell_outcome", queue="notices")
def tell_outcome(
    approval_id: int,
    outcome: str,
    by_person_id: int | None,
    comment: str,
    *,
    at: datetime,
) -> None:
    """Tell the requester, and who asked for them, what came of it."""
    for each in outcome_people(approval_id, but=by_person_id, at=at):
        answered = [seat for seat in each.approval.seats if seat.decided_at is not None]
        last = max(answered, key=lambda seat: seat.decided_at or at, default=None)
        draft = notices.outcome(
            _matter(each),
            reader=_reader(each.actor),
            result=Outcome(outcome),
            by=last.decided_by if last and by_person_id is not None else "",
            comment=comment,
            page=_page("approval", approval_id),
        )
        said = SAID.get(Outcome(outcome), "")
        occasion = f"{approval_id}/{each.person_id}"
        _send("approval.decided", occasion, draft, each, said=said, at=at)


@job("approval.settle", queue="notices")
def settle(approval_id: int, *, at: datetime) -> None:
    """Have nobody hurry any more who was asked for what is decided."""
    topics = (Topic.APPROVAL_ASKED, Topic.APPROVAL_REMINDED)
    settle_record(APPROVAL, key=str(approval_id), topics=topics, at=at)


@job("approval.tell_substitute", queue="notices")
def tell_substitute(delegation_id: int, *, is_over: bool = False, at: datetime) -> None:
    """Tell somebody that they stand in for another, or no longer do."""
    told = substitute_told(delegation_id)
    if told is None or (told.ends_at <= at) != is_over:
        return  # it ended before this could be told
    reader = _reader(told.actor)
    if is_over:
        draft = notices.substitution_over(reader=reader, person=told.person)
    else:
        draft = notices.substitution(
            reader=reader,
            person=told.person,
            starts_at=told.starts_at,
            ends_at=told.ends_at,
            reason=told.reason,
            page=_page("approval-list"),
        )
    kind = "approval.delegation_ended" if is_over else "approval.delegated"
    news = News(
        topic=Topic.STANDING_IN,
        key=f"{kind}/{delegation_id}",
        people=[person_of(told.actor)],
        about=About("delegation-list"),
        parts={"person": told.person, "said": "standing_over" if is_over else ""},
    )
    thread, words = f"delegation.{delegation_id}", worded(draft)
    _tell(news, Letter(news.key, kind, thread, words.subject, words.text), at=at)


@sweep("approval.expire_and_remind", cron="* * * * *")
def expire_and_remind(*, at: datetime) -> None:
    """Remind of approvals and end those whose time is over, until none is left."""
    actor = system_actor(NAME)
    while expire_and_remind_due(actor=actor, at=at, limit=BATCH) == BATCH:
        pass


@sweep("approval.forget", cron="29 * * * *")
def forget(*, at: datetime) -> None:
    """Remove wrong links that no longer count against anybody."""
    forget_link_attempts(at=at)


def _asking(each: Recipient, *, is_reminder: bool = False, at: datetime) -> Draft:
    matter, reader = _matter(each), _reader(each.actor)
    page = _page("approval", each.approval.id)
    if each.seat_id is None:
        return notices.vacancy(matter, reader=reader, ways=Ways("", "", page))
    address = _page("approve", issue_link(each.seat_id, person_id=each.person_id, at=at))
    ways = Ways(
        approve=f"{address}?answer={Decision.APPROVED}",
        refuse=f"{address}?answer={Decision.REFUSED}",
        page=page,
    )
    return notices.asking(matter, reader=reader, ways=ways, is_reminder=is_reminder)


def _matter(each: Recipient) -> Matter:
    asked = each.approval
    return Matter(
        reference=asked.reference,
        title=asked.title,
        summary=asked.summary,
        price=asked.price,
        requester=asked.requester,
        requester_unit=asked.requester_unit,
        asked_by=asked.asked_by,
        in_place_of=each.in_place_of,
        due_at=asked.due_at,
        on_expiry=OnExpiry(asked.on_expiry),
    )


def _reader(actor: Actor) -> Reader:
    return Reader(actor.name, actor.language, actor.time_zone)


def _page(name: str, *args: object) -> str:
    return f"{settings.BASE_ADDRESS}{reverse(name, args=args)}"


def _send(
    kind: str, occasion: str, draft: Draft, each: Recipient, *, said: str = "", at: datetime
) -> None:
    asked = each.approval
    key = f"{kind}/{occasion}"
    news = News(
        topic=TOPICS[kind],
        key=key,
        people=[each.person_id],
        about=About(APPROVAL, str(asked.id)),
        parts={"number": asked.reference, "title": asked.title, "said": said},
        in_place_of={each.person_id: each.in_place_of},
    )
    words = worded(draft)
    _tell(news, Letter(key, kind, f"approval.{asked.id}", words.subject, words.text), at=at)


def _tell(news: News, letter: Letter, *, at: datetime) -> None:
    notify(replace(news, letters=dict.fromkeys(news.people, letter)), at=at)


def person_of(actor: Actor) -> int:
    """Return the key of a person who is told something."""
    assert actor.person_id is not None  # noqa: S101 - recipients are people
    return actor.person_id
