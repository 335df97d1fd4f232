"""What follows from calls by the clock: reminders to call back, and numbers that are forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse

from timshel.interfaces.worker.jobs import job, sweep
from timshel.kernel.actor import Actor
from timshel.operation.call.actions import (
    forget_call_numbers,
    miss_due_call_backs,
    remind_due_call_backs,
)
from timshel.operation.call.queries import call_backs_seen, call_backs_told_of
from timshel.support.notification.actions import News, notify
from timshel.support.notification.records import About, register
from timshel.support.notification.states import Audience
from timshel.support.notification.topics import Topic

CALL_BACK = "call_back"


@job("call.tell_call_back", queue="notices")
def tell_call_back(call_back_id: int, *, at: datetime) -> None:
    """Tell whoever is to call somebody back that the moment has come."""
    for told in call_backs_told_of([call_back_id]):
        notify(
            News(
                topic=Topic.CALL_BACK_DUE,
                key=f"call-back/{told.id}/{told.due_at:%Y%m%d%H%M}",
                people=told.people,
                about=About(CALL_BACK, str(told.id)),
                parts={"person": told.name, "excerpt": told.reason},
                is_urgent=True,
            ),
            at=at,
        )


@sweep("call.remind_due", cron="* * * * *")
def remind(*, at: datetime) -> None:
    """Remind of the call-backs whose moment has come."""
    while remind_due_call_backs(at=at):
        pass


@sweep("call.miss_due", cron="13 * * * *")
def miss(*, at: datetime) -> None:
    """Call those missed that nobody touched for a day."""
    while miss_due_call_backs(at=at):
        pass


@sweep("call.forget_numbers", cron="43 * * * *")
def forget_numbers(*, at: datetime) -> None:
    """Delete the numbers of those who gave up long enough ago."""
    while forget_call_numbers(at=at):
        pass


def register_call_backs() -> None:
    """Say who may read of a call-back, and where it is; harmless again."""
    register(CALL_BACK, reading=_readable, paging=_page)


def _readable(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001 - as asked
    actor: Actor,
    at: datetime,  # noqa: ARG001 - as asked
) -> Collection[str]:
    return call_backs_seen(keys, actor=actor)


def _page(about: About, /, *, audience: Audience, actor: Actor) -> str:  # noqa: ARG001 - as asked
    return f"{reverse('call-backs')}#call-back-{about.key}"
