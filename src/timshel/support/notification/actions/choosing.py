"""Choosing what one is told, by which ways and when; and the devices on which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.journal.actions import record
from timshel.support.notification import encryption, rules
from timshel.support.notification.access import require_person
from timshel.support.notification.actions.telling import News, choices_of, notify
from timshel.support.notification.models import Choice, Device, ReadingHabit
from timshel.support.notification.states import Rhythm, Way
from timshel.support.notification.topics import CATALOGUE, Topic

LONGEST_ENDPOINT = 1_000
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class HabitWish:
    """How often and when somebody wants to be told.

    Args:
        rhythm: how often mail comes.
        digest_hour: from 0 to 23.
        quiet_from: when quiet hours begin, on the person's own clock; None for none.
        quiet_until: when they end.
        lets_urgent_through: whether urgent news may pass them.
    """

    rhythm: Rhythm = Rhythm.AT_ONCE
    digest_hour: int = 8
    quiet_from: time | None = None
    quiet_until: time | None = None
    lets_urgent_through: bool = True


@transaction.atomic
def choose(choices: Mapping[tuple[Topic, Way], bool], *, actor: Actor, at: datetime) -> None:
    """Set by which ways the actor is told of topics; what is not named stays as it is.

    What is as the catalogue says anyway is not kept, so that it follows the catalogue later.

    Args:
        choices: for topic and way, whether it is wanted.
        actor: whose.
        at: when.

    Raises:
        NotAllowed: the actor is no person.
        Invalid: something is switched off that cannot be.
    """
    person_id = require_person(actor)
    for (topic, way), is_wanted in choices.items():
        if not is_wanted and way in CATALOGUE[topic].obliged:
            raise Invalid({"choices": [_("This cannot be switched off.")]})
    before = choices_of([person_id]).get(person_id, {})
    changes = {}
    for (topic, way), is_wanted in choices.items():
        entry = CATALOGUE[topic]
        was = before.get((topic, way), way in entry.ways) or way in entry.obliged
        if way in entry.obliged or was == is_wanted:
            continue
        changes[f"{topic} {way}"] = (was, is_wanted)
        _keep(person_id, topic, way, is_wanted=is_wanted)
    _note("notification.chosen", person_id, changes, actor=actor, at=at)


def _keep(person_id: int, topic: Topic, way: Way, *, is_wanted: bool) -> None:
    cell: dict[str, Any] = {"person_id": person_id, "topic": topic, "way": way}
    if is_wanted == (way in CATALOGUE[topic].ways):
        Choice.objects.filter(**cell).delete()
    else:
        Choice.objects.update_or_create(**cell, defaults={"is_wanted": is_wanted})


@transaction.atomic
def set_habit(wish: HabitWish, *, actor: Actor, at: datetime) -> None:
    """Set how often and when the actor is told; what waits already keeps its time.

    Args:
        wish: how they want it.
        actor: whose.
        at: when.

    Raises:
        NotAllowed: the actor is no person.
        Invalid: the hours do not fit.
    """
    person_id = require_person(actor)
    _check(wish)
    row = ReadingHabit.objects.filter(person=person_id).first() or ReadingHabit(person_id=person_id)
    changes = {
        name: (_plain(getattr(row, name)), _plain(value))
        for name, value in asdict(wish).items()
        if getattr(row, name) != value
    }
    if changes:
        for name, value in asdict(wish).items():
            setattr(row, name, value)
        row.save()
        _note("notification.habit_changed", person_id, changes, actor=actor, at=at)


def _check(wish: HabitWish) -> None:
    faults: dict[str, list[str]] = {}
    if not 0 <= wish.digest_hour <= 23:
        faults["digest_hour"] = [_("Choose an hour of the day.")]
    if (wish.quiet_from is None) != (wish.quiet_until is None):
        field = "quiet_from" if wish.quiet_from is None else "quiet_until"
        faults[field] = [_("Quiet hours need a beginning and an end.")]
    elif wish.quiet_from is not None and wish.quiet_from == wish.quiet_until:
        faults["quiet_until"] = [_("Quiet hours must end at another time than they begin.")]
    if faults:
        raise Invalid(faults)


@transaction.atomic
def add_device(
    endpoint: str, *, public_key: str, secret: str, name: str, actor: Actor, at: datetime
) -> int:
    """Have the actor told in a browser, too; returns the key of the device.

    A browser that was somebody else's becomes the actor's: whoever sits before it now. One that
    is theirs already gets its new keys.

    Args:
        endpoint: the address that the browser gave; only by https.
        public_key: of the browser, in base64 for addresses.
        secret: shared with the browser, in base64 for addresses.
        name: by which the person knows the device.
        actor: whose.
        at: when.

    Raises:
        NotAllowed: the actor is no person.
        Invalid: the address or a key is none, or there are too many devices.
    """
    person_id = require_person(actor)
    if not _is_endpoint(endpoint):
        raise Invalid({"endpoint": [_("This is not the address of a push service.")]})
    if not encryption.are_keys(public_key, secret):
        raise Invalid({"public_key": [_("This is not the key of a browser.")]})
    others = Device.objects.filter(person=person_id).exclude(endpoint=endpoint)
    if others.count() >= rules.MOST_DEVICES:
        raise Invalid(
            {"endpoint": [_("Remove a device first: these are as many as there can be.")]}
        )
    values = {
        "person_id": person_id,
        "public_key": public_key,
        "secret": secret,
        "name": " ".join(name.split())[:LONGEST_NAME] or _("Browser"),
        "added_at": at,
        "used_at": None,
    }
    device, _is_new = Device.objects.update_or_create(endpoint=endpoint, defaults=values)
    _note(
        "notification.device_added", person_id, {"device": (None, device.name)}, actor=actor, at=at
    )
    return device.pk


@transaction.atomic
def remove_device(
    device_id: int | None = None, *, endpoint: str = "", actor: Actor, at: datetime
) -> None:
    """No longer tell the actor in a browser.

    Args:
        device_id: the device; None where only its address is known, as by the browser itself.
        endpoint: the address of the device, where its key is not given.
        actor: whose.
        at: when.

    Raises:
        NotAllowed: the actor is no person.
        NotFound: it is not theirs.
    """
    person_id = require_person(actor)
    mine = Device.objects.filter(person=person_id)
    named = {"pk": device_id} if device_id is not None else {"endpoint": endpoint}
    device = mine.filter(**named).first()
    if device is None:
        raise NotFound
    device.delete()
    _note(
        "notification.device_removed",
        person_id,
        {"device": (device.name, None)},
        actor=actor,
        at=at,
    )


def try_out(*, actor: Actor, at: datetime) -> None:
    """Send the actor a notice by every way, as one to try it out.

    It waits for nothing: whoever asks for it is there.

    Args:
        actor: who.
        at: when.

    Raises:
        NotAllowed: the actor is no person.
    """
    person_id = require_person(actor)
    key = f"notification.trial/{at:%Y%m%dT%H%M}"
    notify(News(topic=Topic.TRIAL, key=key, people=[person_id], is_urgent=True), at=at)


def _is_endpoint(text: str) -> bool:
    try:
        address = urlsplit(text)
        return (
            len(text) <= LONGEST_ENDPOINT
            and text.isascii()
            and text.isprintable()
            and address.scheme == "https"
            and bool(address.hostname)
            and address.username is None
            and address.port != 0
        )
    except ValueError:  # brackets that do not close, a port that is no number
        return False


def _note(
    verb: str,
    person_id: int,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    if changes:
        record(
            verb, subject_kind="person", subject_id=person_id, changes=changes, actor=actor, at=at
        )


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="minutes") if isinstance(value, time) else value
