"""Subscribing to reports, sending those that are due, saying what is done about a breach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Text
from timshel.kernel.journal.actions import record
from timshel.kernel.letters import Draft
from timshel.leadership.authority.queries import actor_for
from timshel.operation.work.actions import check_text
from timshel.performance_evaluation.measurement.rules.periods import (
    PeriodKind,
    is_zone,
    period_of,
    this_period,
)
from timshel.performance_evaluation.reporting.access import (
    require_own_subscription,
    require_remediate,
)
from timshel.performance_evaluation.reporting.documents import MEDIA_TYPES
from timshel.performance_evaluation.reporting.models import (
    SENT,
    Remediation,
    ReportSubscription,
)
from timshel.performance_evaluation.reporting.sources import Asked, Links, source_of
from timshel.performance_evaluation.reporting.states import EndReason, Format, ReportKind
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.support.communication.actions import Message, MessageFile, queue_message
from timshel.support.communication.queries import worded

__all__ = [
    "REMEDIATION",
    "SUBSCRIPTION",
    "Links",
    "Subscription",
    "note_remediation",
    "send_due_reports",
    "subscribe",
    "unsubscribe",
]

SUBSCRIPTION = "report_subscription"
REMEDIATION = "remediation"
LONGEST_REMEDIATION = 2_000
MORNING = timedelta(hours=6)  # of the first day after a period, when its last evening is told


@dataclass(frozen=True, slots=True)
class Subscription:
    """What somebody wants to be sent.

    Args:
        kind: of ``ReportKind``.
        code: of the subject, or the number of a scorecard.
        period_kind: ``week``, ``month`` or ``quarter``.
        file_format: of ``Format``.
        language: in which it is written.
        time_zone: whose days it counts, an IANA name.
    """

    kind: str
    code: str
    period_kind: str
    file_format: str
    language: str
    time_zone: str


@transaction.atomic
def subscribe(wanted: Subscription, *, actor: Actor, at: datetime) -> int:
    """Have a report sent to oneself whenever a period is over.

    The first one is that of the period that runs now. Asking for the same again changes nothing.

    Args:
        wanted: which report, how often, as what.
        actor: who gets it.
        at: when.

    Returns:
        The key of the subscription.

    Raises:
        NotAllowed: the actor is no person, or may not see report cards.
        NotFound: there is no such subject or scorecard, or the actor sees nothing of it.
        Invalid: the period, the format, the language or the zone.
    """
    code = source_of(wanted.kind).require(wanted.kind, wanted.code, actor=actor)
    if actor.person_id is None:
        raise NotAllowed
    _check(wanted)
    period = this_period(PeriodKind(wanted.period_kind), zone=wanted.time_zone, at=at)
    row, is_new = ReportSubscription.objects.get_or_create(
        person_id=actor.person_id,
        subject_kind=wanted.kind,
        subject_code=code,
        period_kind=wanted.period_kind,
        file_format=wanted.file_format,
        ended_at=None,
        defaults={
            "language": wanted.language,
            "time_zone": wanted.time_zone,
            "next_first_day": period.first_day,
            "next_due_at": period.until + MORNING,
            "created_at": at,
        },
    )
    if is_new:
        told = ("subject_kind", "subject_code", "period_kind", "file_format", "language")
        record(
            "reporting.subscribed",
            subject_kind=SUBSCRIPTION,
            subject_id=row.pk,
            changes={name: (None, getattr(row, name)) for name in told},
            actor=actor,
            at=at,
        )
    return row.pk


@transaction.atomic
def unsubscribe(subscription_id: int, *, actor: Actor, at: datetime) -> None:
    """End a subscription of one's own; ending it again changes nothing.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = require_own_subscription(subscription_id, actor=actor)
    if row.ended_at is None:
        _end(row, EndReason.UNSUBSCRIBED, actor=actor, at=at)


@transaction.atomic
def note_remediation(
    number: str, *, kind: str, lap: int, text: str, actor: Actor, at: datetime
) -> None:
    """Say on report cards what is done about a broken promise; no text takes it back.

    Args:
        number: of the case.
        kind: of the clock, of ``ClockKind``.
        lap: which run of that clock.
        text: what is done, for readers of the card.
        actor: who says so.
        at: when.

    Raises:
        NotFound: there is no such case or promise, or the actor may not know that there is.
        NotAllowed: the right is missing.
        Invalid: the text is too long, or cannot be stored.
    """
    item = require_remediate(number, actor=actor)
    check_text(text, field="text", longest=LONGEST_REMEDIATION)
    if kind not in frozenset(ClockKind):
        raise NotFound
    if not Clock.objects.filter(work_item=item, kind=kind, lap=lap).exists():
        raise NotFound
    row = Remediation.objects.filter(work_item=item, clock_kind=kind, lap=lap).first()
    old, new = (row.text if row else ""), text.strip()
    if old == new:
        return
    key = 0
    if not new and row is not None:
        key = row.pk
        row.delete()
    else:
        values = {
            "text": new,
            "author_id": actor.person_id,
            "author_name": actor.name[:200],
            "at": at,
        }
        kept, _is_new = Remediation.objects.update_or_create(
            work_item=item, clock_kind=kind, lap=lap, defaults=values
        )
        key = kept.pk
    record(
        "reporting.remediation_noted",
        subject_kind=REMEDIATION,
        subject_id=key,
        changes={
            "case": (None, item.number),
            "clock": (None, kind),
            "lap": (None, lap),
            "text": (old or None, new or None),
        },
        actor=actor,
        at=at,
    )


def send_due_reports(*, links: Links, at: datetime, limit: int = 100) -> int:
    """Send the reports of periods that are over, each once however often this runs.

    Each is read under the rights that its reader has now. Where these are gone, the subscription
    ends and its reader is told.

    Args:
        links: where pages are.
        at: now.
        limit: how many to look at before giving other work a turn.

    Returns:
        How many were looked at; as many as ``limit`` means that there may be more.
    """
    seen = 0
    while seen < limit and _send_next(links, at=at):
        seen += 1
    return seen


@transaction.atomic
def _send_next(links: Links, *, at: datetime) -> bool:
    """Send one report that is due and that nobody else is sending; tell whether there was one."""
    due = ReportSubscription.objects.filter(ended_at__isnull=True, next_due_at__lte=at)
    claimed = due.select_for_update(skip_locked=True).order_by("next_due_at", "id")
    row = claimed.first()
    if row is None:
        return False
    reader = actor_for(row.person_id, channel=Channel.SYSTEM)
    if reader is None:
        _end(row, EndReason.GONE, actor=system_actor(), at=at)
        return True
    reader = replace(reader, language=row.language, time_zone=row.time_zone)
    period = period_of(PeriodKind(row.period_kind), row.next_first_day, zone=row.time_zone)
    asked = Asked(
        kind=row.subject_kind,
        code=row.subject_code,
        period=period,
        file_format=row.file_format,
        links=links,
        reader=reader,
        at=at,
    )
    source = source_of(row.subject_kind)
    with override(row.language):
        try:
            report = source.report(asked)
        except (NotAllowed, NotFound):
            queue_message(_mail(row, f"report:{row.pk}:ended", source.farewell(asked)), at=at)
            _end(row, EndReason.NO_RIGHT, actor=system_actor(), at=at)
            return True
    file = MessageFile(report.file_name, MEDIA_TYPES[row.file_format], report.content)
    key = f"report:{row.pk}:{period.first_day}"
    queue_message(_mail(row, key, report.letter, files=(file,)), at=at)
    following = period.after()
    row.next_first_day, row.next_due_at = following.first_day, following.until + MORNING
    row.save(update_fields=["next_first_day", "next_due_at"])
    return True


def _mail(
    row: ReportSubscription,
    key: str,
    draft: Draft,
    *,
    files: tuple[MessageFile, ...] = (),
) -> Message:
    address = Person.objects.values_list("email", flat=True).get(pk=row.person_id)
    words = worded(draft)
    return Message(
        key=key,
        kind=draft.kind,
        thread=f"report.{row.pk}",
        person_id=row.person_id,
        address=address,
        subject=words.subject,
        text=words.text,
        language=row.language,
        files=files,
    )


def _end(row: ReportSubscription, reason: EndReason, *, actor: Actor, at: datetime) -> None:
    row.ended_at, row.end_reason = at, reason
    row.save(update_fields=["ended_at", "end_reason"])
    record(
        "reporting.unsubscribed",
        subject_kind=SUBSCRIPTION,
        subject_id=row.pk,
        changes={"ended_at": (None, at.isoformat()), "end_reason": (None, reason.value)},
        actor=actor,
        at=at,
    )


def _check(wanted: Subscription) -> None:
    faults: dict[str, list[Text]] = {}
    if wanted.kind not in frozenset(ReportKind):
        faults["kind"] = [_("There are no reports of this kind.")]
    if wanted.period_kind not in SENT:
        faults["period"] = [_("Choose each week, month or quarter.")]
    if wanted.file_format not in frozenset(Format):
        faults["format"] = [_("Choose a document or a spreadsheet.")]
    if wanted.language not in dict(settings.LANGUAGES):
        faults["language"] = [_("There is no such language.")]
    if not is_zone(wanted.time_zone):
        faults["time_zone"] = [_("There is no such time zone.")]
    if faults:
        raise Invalid(faults)
