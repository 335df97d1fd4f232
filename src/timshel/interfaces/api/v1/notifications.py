"""What the token's person is told, and what they chose to be told."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Cursor,
    Given,
    IdempotencyKey,
    Key,
    KeyInAddress,
    PageSize,
    Sent,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.support.notification import actions, queries
from timshel.support.notification.actions import HabitWish
from timshel.support.notification.queries import NoticeFilter, NoticeRow
from timshel.support.notification.states import Rhythm, Way
from timshel.support.notification.topics import Topic

router = Router(tags=["Notifications"])
NoticeId = Annotated[KeyInAddress, Path(description="The key of the notice.", examples=[812])]


class NoticesQuery(Given):
    """Which notices are listed."""

    unread: bool = Field(default=False, description="Only those that are not read.")
    topic: Topic | None = Field(None, description="Only those of one topic.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Notices to a page.")


class Record(Sent):
    """The record that a notice is about."""

    kind: str = Field(description="Such as `incident`.")
    key: str = Field(description="Its number, or its key where it has none.")


class Notice(Sent):
    """Something that the token's person was told."""

    id: int = Field(description="The key of the notice.")
    topic: Topic = Field(description="What it is.")
    sentence: str = Field(description="What happened, in the language that was asked for.")
    excerpt: str = Field(description="The beginning of what somebody wrote; may be empty.")
    record: Record | None = Field(
        description="What it is about; null where there is nothing, or no longer for this person."
    )
    in_place_of: str = Field(description="For whom the person stands in, or empty.")
    is_urgent: bool = Field(description="Whether it could not wait.")
    at: AwareDatetime
    read_at: AwareDatetime | None = Field(description="When it was read; null if it was not.")


class Notices(Sent):
    """One page of notices, newest first."""

    items: tuple[Notice, ...]
    unread: int = Field(description="How many are not read; 100 stands for more than 99.")
    links: Links


class ReadGiven(Given):
    """Up to which notice everything is read."""

    until_id: Key | None = Field(
        None, description="The newest that was seen; all where it is left out."
    )


class ReadDone(Sent):
    """What came of it."""

    marked: int = Field(description="How many were not read before.")


class Choice(Sent):
    """By which ways the token's person is told of a topic."""

    topic: Topic
    label: str = Field(description="What it is called.")
    ways: dict[Way, bool] = Field(description="Whether they are told, by way.")
    obliged: tuple[Way, ...] = Field(description="What cannot be switched off.")


class Device(Sent):
    """A browser in which the token's person is told."""

    id: int
    name: str
    added_at: AwareDatetime
    used_at: AwareDatetime | None = Field(description="When something was last sent to it.")


class Preferences(Sent):
    """What the token's person is told, how and when."""

    choices: tuple[Choice, ...]
    rhythm: Rhythm = Field(description="How often mail comes.")
    digest_hour: int = Field(description="At which hour the daily mail comes.")
    quiet_from: time | None = Field(description="When quiet hours begin, on the person's clock.")
    quiet_until: time | None = Field(description="When they end.")
    lets_urgent_through: bool = Field(description="Whether urgent news may pass them.")
    devices: tuple[Device, ...]


class ChoiceGiven(Given):
    """By one way, somebody is to be told of a topic or not."""

    topic: Topic
    way: Way
    is_wanted: bool


class PreferencesGiven(Given):
    """What is to change; what is left out stays as it is."""

    choices: tuple[ChoiceGiven, ...] = Field((), max_length=200)
    rhythm: Rhythm | None = None
    digest_hour: Annotated[int, Field(strict=True, ge=0, le=23)] | None = None
    quiet_from: time | None = Field(
        None, description="Without a zone; null, where it is given with `quiet_until`, ends them."
    )
    quiet_until: time | None = None
    lets_urgent_through: bool | None = None


@router.get(
    "",
    response=Notices,
    operation_id="list_notifications",
    summary="List notices",
    openapi_extra=answers(422),
)
def list_notifications(request: ApiRequest, asked: Query[NoticesQuery]) -> Notices:
    """Return what the token's person was told, newest first; needs `notification.read`.

    Of what they may no longer see only the topic is said.
    """
    refuse_unknown(request, NoticesQuery.model_fields)
    only = NoticeFilter(
        is_unread=asked.unread,
        topics=frozenset() if asked.topic is None else frozenset({asked.topic}),
    )
    page = queries.notice_list(
        actor=request.auth, at=request.at, only=only, cursor=asked.cursor, size=asked.size
    )
    return Notices(
        items=tuple(map(_notice, page.items)),
        unread=queries.unread_count(request.auth.person_id or 0),
        links=page_links(request, page),
    )


@router.post(
    "/read",
    response=ReadDone,
    operation_id="read_notifications",
    summary="Mark all notices as read",
    openapi_extra=answers(404, 409, 422),
)
def read_notifications(
    request: ApiRequest, given: ReadGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Mark as read what the token's person was told, up to a notice; needs `notification.read`."""

    def do() -> Answer:
        marked = actions.mark_all_read(actor=request.auth, at=request.at, until_id=given.until_id)
        return Answer.of(ReadDone(marked=marked))

    return answer_once(request, idempotency_key, do)


@router.get(
    "/preferences",
    response=Preferences,
    operation_id="read_notification_preferences",
    summary="Read what one is told",
)
def read_notification_preferences(request: ApiRequest) -> Preferences:
    """Return what the token's person is told, how and when; needs `notification.read`."""
    return _preferences(queries.preferences(actor=request.auth))


@router.patch(
    "/preferences",
    response=Preferences,
    operation_id="change_notification_preferences",
    summary="Choose what one is told",
    openapi_extra=answers(404, 409, 422),
)
def change_notification_preferences(
    request: ApiRequest, given: PreferencesGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Choose what the token's person is told, how and when; needs `notification.read`."""

    def do() -> Answer:
        now = queries.preferences(actor=request.auth)
        actions.set_habit(_wish(given, now), actor=request.auth, at=request.at)
        wanted = {(each.topic, each.way): each.is_wanted for each in given.choices}
        actions.choose(wanted, actor=request.auth, at=request.at)
        return Answer.of(_preferences(queries.preferences(actor=request.auth)))

    return answer_once(request, idempotency_key, do)


@router.put(
    "/{notice_id}/read",
    response={204: None},
    operation_id="read_notification",
    summary="Mark a notice as read",
    openapi_extra=answers(404),
)
def read_notification(
    request: ApiRequest, notice_id: NoticeId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Mark a notice of the token's person as read; needs `notification.read`."""

    def do() -> Answer:
        actions.mark_read(notice_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{notice_id}/read",
    response={204: None},
    operation_id="unread_notification",
    summary="Mark a notice as not read",
    openapi_extra=answers(404),
)
def unread_notification(
    request: ApiRequest, notice_id: NoticeId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Mark a notice of the token's person as not read after all; needs `notification.read`."""

    def do() -> Answer:
        actions.mark_read(notice_id, is_read=False, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _notice(row: NoticeRow) -> Notice:
    return Notice(
        id=row.id,
        topic=row.topic,
        sentence=row.sentence,
        excerpt=row.excerpt,
        record=Record(kind=row.about.kind, key=row.about.key) if row.about.key else None,
        in_place_of=row.in_place_of,
        is_urgent=row.is_urgent,
        at=row.at,
        read_at=row.read_at,
    )


def _preferences(now: queries.Preferences) -> Preferences:
    habit = now.habit
    return Preferences(
        choices=tuple(
            Choice(
                topic=row.topic,
                label=str(row.label),
                ways={cell.way: cell.is_wanted for cell in row.cells},
                obliged=tuple(cell.way for cell in row.cells if cell.is_obliged),
            )
            for row in now.rows
        ),
        rhythm=habit.rhythm,
        digest_hour=habit.digest_hour,
        quiet_from=habit.quiet_from,
        quiet_until=habit.quiet_until,
        lets_urgent_through=habit.lets_urgent_through,
        devices=tuple(
            Device(id=row.id, name=row.name, added_at=row.added_at, used_at=row.used_at)
            for row in now.devices
        ),
    )


def _wish(given: PreferencesGiven, now: queries.Preferences) -> HabitWish:
    """Return how somebody wants to be told; what was not given stays as it is."""
    habit, sent = now.habit, given.model_fields_set
    return HabitWish(
        rhythm=given.rhythm or habit.rhythm,
        digest_hour=habit.digest_hour if given.digest_hour is None else given.digest_hour,
        quiet_from=_bare(given.quiet_from) if "quiet_from" in sent else habit.quiet_from,
        quiet_until=_bare(given.quiet_until) if "quiet_until" in sent else habit.quiet_until,
        lets_urgent_through=habit.lets_urgent_through
        if given.lets_urgent_through is None
        else given.lets_urgent_through,
    )


def _bare(hour: time | None) -> time | None:
    """Return an hour of the wall, without a zone and to the minute."""
    return None if hour is None else hour.replace(tzinfo=None, second=0, microsecond=0)
