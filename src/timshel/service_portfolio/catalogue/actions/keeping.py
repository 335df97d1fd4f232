"""What is kept true by the clock: how much is asked for, which links lead nowhere, reminders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.service_portfolio.catalogue.actions.publishing import words_for
from timshel.service_portfolio.catalogue.models import Entry, Link, PageVersion, Reminder
from timshel.service_portfolio.catalogue.notices import health_notice
from timshel.service_portfolio.catalogue.queries.health import health
from timshel.service_portfolio.catalogue.rules.content import content_from
from timshel.service_portfolio.catalogue.states import VersionState
from timshel.service_portfolio.service.models import LifeCycle, Service
from timshel.support.communication.queries import worded
from timshel.support.notification.actions import Letter, News, notify
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

BETWEEN_REMINDERS = timedelta(days=28)
BETWEEN_CHECKS = timedelta(days=7)
LONGEST_TROUBLE = 200
BATCH = 500


@dataclass(frozen=True, slots=True)
class OfferingUse:
    """How much an offering was asked for.

    Args:
        offering_id: which.
        requests: in the last 90 days.
        fulfilled: that ended in the last 90 days with what was asked for.
        median: half of those took no longer, from asking to having it; None without one.
        ninetieth: nine in ten of those took no longer.
        last_requested_at: when it was asked for last, ever.
    """

    offering_id: int
    requests: int
    fulfilled: int
    median: timedelta | None
    ninetieth: timedelta | None
    last_requested_at: datetime | None


@transaction.atomic
def note_due_use(uses: Iterable[OfferingUse], *, at: datetime) -> int:
    """Write down how much each offering is asked for, and by what words it is found.

    Args:
        uses: of the offerings that were asked for at all.
        at: now.

    Returns:
        How many entries there are.
    """
    by_offering = {use.offering_id: use for use in uses}
    entries = list(
        Entry.objects.select_for_update(of=("self",)).select_related(
            "page", "offering__service__area"
        )
    )
    for entry in entries:
        use = by_offering.get(entry.offering_id)
        entry.requests_90_days = use.requests if use else 0
        entry.fulfilled_90_days = use.fulfilled if use else 0
        entry.achieved_median = use.median if use else None
        entry.achieved_ninetieth = use.ninetieth if use else None
        entry.last_requested_at = use.last_requested_at if use else None
        entry.words = words_for(entry.offering.service, content_from(entry.page.content))
        entry.measured_at = at
    Entry.objects.bulk_update(
        entries,
        [
            "requests_90_days",
            "fulfilled_90_days",
            "achieved_median",
            "achieved_ninetieth",
            "last_requested_at",
            "words",
            "measured_at",
        ],
        batch_size=BATCH,
    )
    return len(entries)


@transaction.atomic
def links_due(*, at: datetime, limit: int) -> Sequence[str]:
    """Return addresses that were not looked at for a while, those that wait longest first.

    Addresses that no page speaks of any more are forgotten.

    Args:
        at: now.
        limit: how many at most.
    """
    pages = PageVersion.objects.filter(state=VersionState.PUBLISHED).exclude(
        content__documents=None
    )
    wanted = {
        document["address"]
        for documents in pages.values_list("content__documents", flat=True)
        for document in documents
        if not document["address"].startswith("/")
    }
    Link.objects.exclude(address__in=wanted).delete()
    Link.objects.bulk_create((Link(address=each) for each in sorted(wanted)), ignore_conflicts=True)
    waiting = Link.objects.exclude(checked_at__gt=at - BETWEEN_CHECKS)
    rows = waiting.order_by("checked_at", "pk").values_list("address", flat=True)
    return list(rows.filter(checked_at__isnull=True)[:limit]) or list(rows[:limit])


def note_due_link(address: str, *, trouble: str, at: datetime) -> None:
    """Write down whether an address was there; one that was not is looked at again sooner.

    Args:
        address: which.
        trouble: what happened, or "" where it was there.
        at: when.
    """
    link = Link.objects.filter(address=address).first()
    if link is None:
        return
    link.trouble = trouble[:LONGEST_TROUBLE]
    link.failures = link.failures + 1 if trouble else 0
    link.checked_at = at - BETWEEN_CHECKS + timedelta(days=1) if trouble else at
    link.save(update_fields=["trouble", "failures", "checked_at"])


def remind_due_owners(
    *,
    address: Callable[[int], str],
    promised: frozenset[int] | None,
    actor: Actor,
    at: datetime,
) -> int:
    """Write to everybody who answers for something that lacks something, once in four weeks.

    Args:
        address: of the page of an owner, by their key.
        promised: as ``queries.health.health`` takes it.
        actor: the system, which sees everything.
        at: now.

    Returns:
        How many were written to.
    """
    owners = (
        Service.objects.filter(life_cycle=LifeCycle.LIVE, owner__is_active=True)
        .values_list("owner_id", flat=True)
        .distinct()
    )
    lately = Reminder.objects.filter(sent_at__gt=at - BETWEEN_REMINDERS)
    due = set(owners) - set(lately.values_list("person_id", flat=True))
    return sum(
        _remind(key, address=address, promised=promised, actor=actor, at=at) for key in sorted(due)
    )


@transaction.atomic
def _remind(
    person_id: int,
    *,
    address: Callable[[int], str],
    promised: frozenset[int] | None,
    actor: Actor,
    at: datetime,
) -> bool:
    """Write to one owner, if something is missing and nobody else is writing just now."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if Reminder.objects.filter(person=person, sent_at__gt=at - BETWEEN_REMINDERS).exists():
        return False
    found = health(promised=promised, owner_id=person_id, actor=actor, at=at)
    if not found.counts or not person.email:
        return False
    language = person.language if person.language in dict(settings.LANGUAGES) else "en"
    with override(language):
        draft = health_notice(
            first_name=person.name.split(" ", maxsplit=1)[0],
            counts=found.counts,
            address=address(person_id),
            language=language,
        )
    notice = worded(draft)
    key = f"catalogue.health.{person_id}.{at:%Y-%m-%d}"
    letter = Letter(
        key=key,
        kind="catalogue.health",
        thread=f"catalogue-health.{person_id}",
        subject=notice.subject,
        text=notice.text,
    )
    news = News(
        topic=Topic.REVIEW_DUE,
        key=key,
        people=[person_id],
        about=About("catalogue-health", str(person_id)),
        parts={"title": notice.subject},
        letters={person_id: letter},
    )
    notify(news, at=at)
    Reminder.objects.update_or_create(person=person, defaults={"sent_at": at})
    return True
