"""What leaves of notices, and when: digests, ends of quiet hours, push messages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from timshel.interfaces.web.notifications.pages import page_named, page_of, team_page, work_page
from timshel.interfaces.worker.jobs import job, sweep
from timshel.interfaces.worker.web_push import WebPush
from timshel.kernel.actor import Actor
from timshel.kernel.progress.readable import readable_errands
from timshel.leadership.approval.queries import readable_approvals
from timshel.operation.teamwork import telling as shifts
from timshel.operation.work import telling
from timshel.operation.work.readable import readable_work
from timshel.operation.work.rules import TASK
from timshel.resolution_fulfilment.incident.states import KIND as INCIDENT
from timshel.resolution_fulfilment.service_request.access import KIND as SERVICE_REQUEST
from timshel.support.notification import actions, records
from timshel.support.notification.actions.reading import BATCH
from timshel.support.notification.topics import Topic
from timshel.support.webhook.queries import RECORD, readable_webhooks

PEOPLE = 200


def register_records() -> None:
    """Say of all that notices are about who may read it and where its page is."""
    for kind in (INCIDENT, SERVICE_REQUEST, TASK):
        records.register(kind, reading=readable_work, paging=work_page)
    records.register("approval", reading=readable_approvals, paging=page_of("approval"))
    records.register("errand", reading=readable_errands, paging=page_named("notification-list"))
    records.register(RECORD, reading=readable_webhooks, paging=page_of("webhook"))
    records.register(shifts.RECORD, reading=shifts.readable_notes, paging=team_page)
    records.register(
        "catalogue-health", reading=open_to_all, paging=page_of("catalogue-health-owner")
    )
    for page in (
        "delegation-list",
        "mailboxes",
        "message-addresses",
        "portal-home",
        "notification-list",
        "notification-preferences",
    ):
        records.register(page, reading=open_to_all, paging=page_named(page))


def open_to_all(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001
    actor: Actor,  # noqa: ARG001
    at: datetime,  # noqa: ARG001
) -> Collection[str]:
    """Return all keys: of pages that are each reader's own."""
    return keys


# What people are told about work


@job("work.tell_team", queue="notices")
def tell_team(
    work_item_id: int, happened_at: str, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell a team of work that nobody of them has yet."""
    moment = datetime.fromisoformat(happened_at)
    telling.tell_team(work_item_id, happened_at=moment, by_person_id=by_person_id, at=at)


@job("work.tell_mentioned", queue="notices")
def tell_mentioned(
    comment_id: int, person_id: int, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell somebody that they were named."""
    telling.tell_mentioned(comment_id, person_id=person_id, by_person_id=by_person_id, at=at)


@job("work.tell_watcher", queue="notices")
def tell_watcher(
    work_item_id: int, person_id: int, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell somebody that a case was shared with them."""
    telling.tell_watcher(work_item_id, person_id=person_id, by_person_id=by_person_id, at=at)


@job("shift.tell_handed_over", queue="notices")
def tell_handed_over(note_id: int, *, at: datetime) -> None:
    """Tell a team what the shift before left for it."""
    shifts.tell_handed_over(note_id, at=at)


@job("work.tell_watchers_of_reply", queue="notices")
def tell_watchers_of_reply(comment_id: int, *, at: datetime) -> None:
    """Tell those who watch a case of a public reply."""
    telling.tell_watchers_of_reply(comment_id, at=at)


@job("work.tell_watchers_of_end", queue="notices")
def tell_watchers_of_end(
    work_item_id: int, happened_at: str, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell those who watch a case that it has come to its end."""
    moment = datetime.fromisoformat(happened_at)
    telling.tell_watchers_of_end(work_item_id, happened_at=moment, by_person_id=by_person_id, at=at)


@job("errands.tell_finished", queue="notices")
def tell_finished(
    errand_id: int, person_id: int, title: str, *, has_failed: bool = False, at: datetime
) -> None:
    """Tell somebody that long work is done that they began."""
    news = actions.News(
        topic=Topic.ERRAND_FINISHED,
        key=f"errand/{errand_id}",
        people=[person_id],
        about=records.About("errand", str(errand_id)),
        parts={"title": title, "said": "errand_failed" if has_failed else ""},
    )
    actions.notify(news, at=at)


# What leaves, and when


@job("notification.push", queue="notices")
def push(person_id: int, *, at: datetime) -> None:
    """Tell somebody on their devices; if that fails now, the sweep goes on with it."""
    actions.push_to(person_id, service=WebPush(), at=at)


@sweep("notification.send_due", cron="* * * * *")
def send_due(*, at: datetime) -> None:
    """Queue the mails whose time has come, until none is left."""
    while actions.send_due_mails(at=at, limit=PEOPLE) == PEOPLE:
        pass


@sweep("notification.push_due", cron="* * * * * */30")
def push_due(*, at: datetime) -> None:
    """Send the push messages whose time has come, or that a job left behind."""
    actions.push_due(service=WebPush(), at=at)


@sweep("notification.forget", cron="37 2 * * *")
def forget(*, at: datetime) -> None:
    """Remove old notices, until none is left."""
    while actions.forget_notices(at=at) == BATCH:
        pass
