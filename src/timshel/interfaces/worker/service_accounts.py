"""Somebody left: their programs go to whom they reported, who hears of it; webhooks are paused."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from timshel.interfaces.worker.jobs import job
from timshel.kernel.actor import system_actor
from timshel.leadership.authority.actions import hand_over_service_accounts
from timshel.leadership.authority.queries import account_texts
from timshel.resolution_fulfilment.alert.actions import hand_over_reports
from timshel.support.notification.actions import News, notify
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic
from timshel.support.webhook.actions import stop_of_leaver

PAGE = "notification-list"
LEAVER = system_actor(gettext_noop("Handing over"))


@job("authority.hand_over_accounts", queue="notices")
def hand_over_accounts(person_id: int, *, at: datetime) -> None:
    """Give the accounts of somebody who left to their successor; again changes nothing."""
    hand_over_service_accounts(person_id, actor=LEAVER, at=at)


@job("authority.tell_handed_over", queue="notices")
def tell_handed_over(
    codes: list[str], from_person_id: int, to_person_id: int, happened_at: str, *, at: datetime
) -> None:
    """Tell somebody that they answer for programs from now on, and for whom before."""
    names, before = account_texts(codes, person_id=from_person_id)
    if not names:
        return
    news = News(
        topic=Topic.ACCOUNTS_HANDED_OVER,
        key=f"service_accounts/{from_person_id}/{happened_at}",
        people=[to_person_id],
        about=About(PAGE),
        parts={"title": ", ".join(names)[:200], "person": before},
    )
    notify(news, at=at)


@job("webhook.stop_of_leaver", queue="notices")
def stop_webhooks(person_id: int, *, at: datetime) -> None:
    """Pause the webhooks of somebody who left; those of programs go on."""
    stop_of_leaver(person_id, actor=LEAVER, at=at)


@job("alert.hand_over_reports", queue="notices")
def hand_over_alerts(person_id: int, *, at: datetime) -> None:
    """Have monitoring report for whom somebody reported who left; again changes nothing."""
    hand_over_reports(person_id, actor=LEAVER, at=at)
