"""Telling people what came of a run: its person, and those who were given work by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.utils import translation

from timshel.kernel.actor import Actor, Channel
from timshel.leadership.authority.queries import actor_for
from timshel.operation.bulk import notices
from timshel.operation.bulk.models import Run
from timshel.operation.bulk.notices import Given
from timshel.operation.bulk.queries import title_of
from timshel.operation.work.models import WorkItem
from timshel.support.communication.queries import worded
from timshel.support.notification.actions import Letter, News, notify
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

RECORD = "run"


def tell_ended(run_id: int, *, queue: str, at: datetime) -> None:
    """Tell the person that the run is over, and each who was given work by it, in one mail.

    Telling it again tells nobody twice.

    Args:
        run_id: the run.
        queue: the address at which people find their own work.
        at: now.
    """
    run = Run.objects.select_related("person").get(pk=run_id)
    if run.ended_at is None:
        return
    occasion = f"{run.pk}/{run.ended_at:%Y%m%dT%H%M%S}"
    with translation.override(run.language):
        parts = {"title": title_of(run), **({"said": "bulk_failed"} if run.failed else {})}
    about = About(RECORD, str(run.pk))
    finished = News(
        Topic.BULK_FINISHED, f"run.ended/{occasion}", [run.person_id], about=about, parts=parts
    )
    notify(finished, at=at)
    for person_id, keys in _given(run).items():
        _tell_given(run, person_id, keys, f"run.given/{occasion}", queue=queue, at=at)


def _given(run: Run) -> dict[int, list[int]]:
    """Return what each person has by this run, as far as they still have it."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = run.items.filter(given_to__isnull=False).exclude(given_to=run.person_id)
    for person_id, key, holder in rows.order_by("position").values_list(
        "given_to", "work_item_id", "work_item__assignee_id"
    ):
        if key is not None and holder == person_id:
            found[person_id].append(key)
    return found


def _tell_given(
    run: Run, person_id: int, keys: Collection[int], occasion: str, *, queue: str, at: datetime
) -> None:
    actor = actor_for(person_id, channel=Channel.MAIL)
    if actor is None:
        return
    rows = _seen(keys, actor)
    if not rows:
        return
    draft = notices.given(
        rows, by=run.person.name, count=len(rows), link=queue, language=actor.language
    )
    words = worded(draft)
    letter = Letter(
        key=f"{occasion}/{person_id}",
        kind="run.given",
        thread=f"run.{run.pk}",
        subject=words.subject,
        text=words.text,
    )
    news = News(
        Topic.ASSIGNED,
        occasion,
        [person_id],
        parts={"said": "given_many", "by": run.person.name, "count": len(rows)},
        by_person_id=run.person_id,
        letters={person_id: letter},
    )
    notify(news, at=at)


def _seen(keys: Collection[int], actor: Actor) -> list[Given]:
    seen = WorkItem.objects.visible_to(actor).filter(pk__in=keys).order_by("next_due_at", "pk")
    return [Given(number, title) for number, title in seen.values_list("number", "title")]
