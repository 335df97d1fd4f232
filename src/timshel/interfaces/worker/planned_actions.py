"""Whoever is to do something hears of it, is reminded, and in the end so is whom they report to."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_noop

from timshel.interfaces.worker.jobs import job, sweep
from timshel.kernel.actor import system_actor
from timshel.kernel.errors import NotFound
from timshel.planning.planned_action.actions import remind_due
from timshel.planning.planned_action.queries import Told, told_of
from timshel.planning.planned_action.states import Reminder
from timshel.support.notification.actions import News, notify
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

RECORD = "planned_action"
BATCH = 200


@sweep("planned_action.remind", cron="10 5 * * *")
def remind(*, at: datetime) -> None:
    """Tell of all whose last day comes near or is over, until there is none."""
    actor = system_actor(gettext_noop("Reminders of actions"))
    while remind_due(actor=actor, at=at, limit=BATCH) == BATCH:
        pass


@job("planned_action.tell_given", queue="notices")
def tell_given(action_id: int, by_person_id: int | None, happened_at: str, *, at: datetime) -> None:
    """Tell somebody what they are to do."""
    told = _open(action_id)
    if told is not None:
        key = f"action_given/{told.number}/{told.owner_id}/{happened_at}"
        _tell(told, Topic.ACTION_GIVEN, told.owner_id, key=key, by=by_person_id, at=at)


@job("planned_action.tell_due", queue="notices")
def tell_due(action_id: int, reminder: int, happened_at: str, *, at: datetime) -> None:
    """Remind whoever is to do something; in the end whom they report to hears of it as well."""
    told = _open(action_id)
    if told is None:
        return
    key = f"action_due/{told.number}/{reminder}/{happened_at}"
    said = "" if reminder == Reminder.NEAR else "action_over"
    _tell(told, Topic.ACTION_DUE, told.owner_id, key=key, said=said, at=at)
    if reminder == Reminder.ESCALATED and told.manager_id is not None:
        _tell(told, Topic.ACTION_LATE, told.manager_id, key=f"{key}/late", at=at)


def _open(action_id: int) -> Told | None:
    try:
        told = told_of(action_id)
    except NotFound:
        return None
    return told if told.is_open else None


def _tell(
    told: Told,
    topic: Topic,
    person_id: int,
    *,
    key: str,
    at: datetime,
    by: int | None = None,
    said: str = "",
) -> None:
    parts = {
        "number": told.number,
        "title": told.title,
        "person": told.owner_name,
        "due": _in_languages(told.due_date),
        "said": said,
    }
    about = About(RECORD, told.number)
    news = News(topic=topic, key=key, people=[person_id], about=about, parts=parts, by_person_id=by)
    notify(news, at=at)


def _in_languages(day: date) -> dict[str, str]:
    """Return a day as it is written in each language, the first under ``""``."""
    written = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            written[code] = date_format(day, "DATE_FORMAT")
    return {"": written[settings.LANGUAGE_CODE], **written}
