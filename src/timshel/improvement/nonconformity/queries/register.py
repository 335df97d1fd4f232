"""The register of nonconformities: lists, filters and the summary for a management review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db.models import Count, Q

from timshel.improvement.nonconformity.models import (
    SEE,
    Nonconformity,
    NonconformityQuerySet,
    Recommendation,
    Verification,
)
from timshel.improvement.nonconformity.rules import PREFIX, is_overdue
from timshel.improvement.nonconformity.states import (
    ENDED,
    NonconformityState,
    RecommendationState,
    Severity,
    SourceKind,
    Verdict,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.text import is_storable

NEWEST: KeysetOrder[Nonconformity] = KeysetOrder(SortKey("id", descending=True))
MOST_AT_ONCE = 10_000
WHENS = ("open", "overdue", "ended", "all")
HUNDRED = Decimal(100)
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which nonconformities are asked for.

    Args:
        when: ``open``, ``overdue`` (of the open ones), ``ended`` or ``all``.
        state: only in this state; None for any.
        source: only noticed there; None for any.
        severity: only of this weight; None for any.
        service: only about the service of this code; empty for any.
        is_own: only what the reader answers for.
        about: only from the record of this kind and code; None for any.
        text: only with these words in the title, or of this number; empty for any.
    """

    when: str = "open"
    state: NonconformityState | None = None
    source: SourceKind | None = None
    severity: Severity | None = None
    service: str = ""
    is_own: bool = False
    about: tuple[str, str] | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class NonconformityRow:
    """A nonconformity as a list shows it.

    Args:
        number: by which people know it.
        title: in a few words.
        severity: how much it weighs.
        source: where it was noticed.
        about_kind: the kind of the record it came from; may be empty.
        about_code: by which people know that record.
        requirement: what it does not fulfil.
        process: the process concerned; may be empty.
        service_code: the service concerned; may be empty.
        service: its name in the reader's language.
        owner_code: whoever answers for it.
        owner: their name.
        raised_by: who noticed it; empty for a rule.
        raised_at: when.
        due_date: by when it shall have ended.
        state: how far it is.
        is_overdue: not ended after its day, counted in UTC.
        ended_at: when it was closed or rejected.
        revision: rises with each change.
    """

    number: str
    title: str
    severity: Severity
    source: SourceKind
    about_kind: str
    about_code: str
    requirement: str
    process: str
    service_code: str
    service: str
    owner_code: str
    owner: str
    raised_by: str
    raised_at: datetime
    due_date: date
    state: NonconformityState
    is_overdue: bool
    ended_at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True)
class NonconformitySummary:
    """What a management review is told.

    Args:
        open: how many have not ended.
        overdue: how many of them are beyond their day.
        major: how many of them are major.
        open_by_source: how many of them by where they were noticed.
        raised: how many were raised in the period.
        closed: how many were closed in the period.
        judged: how many effects were judged in the period.
        effective: how many of those were found effective.
        effective_percent: the share of those, with one decimal; None where none was judged.
        advice_open: how many recommendations of outside auditors are not closed.
        advice_overdue: how many of those are not implemented after their deadline.
    """

    open: int
    overdue: int
    major: int
    open_by_source: Mapping[SourceKind, int]
    raised: int
    closed: int
    judged: int
    effective: int
    effective_percent: Decimal | None
    advice_open: int
    advice_overdue: int


def nonconformity_list(
    wanted: Wanted, *, actor: Actor, at: datetime, cursor: str | None = None, size: int = 50
) -> Page[NonconformityRow]:
    """Return a page of nonconformities that the actor may see, the newest first; one query.

    Args:
        wanted: which.
        actor: who reads.
        at: now.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    page = NEWEST.page(_chosen(wanted, actor=actor, at=at), cursor=cursor, size=size)
    return page.map(lambda row: row_of(row, actor=actor, at=at))


def all_nonconformities(
    wanted: Wanted, *, actor: Actor, at: datetime
) -> tuple[NonconformityRow, ...]:
    """Return the nonconformities of a list in one piece, ten thousand at most; one query."""
    rows = NEWEST.first(_chosen(wanted, actor=actor, at=at), size=MOST_AT_ONCE)
    return tuple(row_of(row, actor=actor, at=at) for row in rows)


def nonconformity_summary(*, since: datetime, at: datetime) -> NonconformitySummary:
    """Return how nonconformities stand and what happened to them in a period; four queries.

    Whoever asks has asked whether the reader may see them all.

    Args:
        since: when the period begins.
        at: its end, and the moment at which the open ones are counted.
    """
    today = at.date()
    rows = Nonconformity.objects.filter(raised_at__lte=at)
    is_open = ~Q(state__in=ENDED)
    counted = rows.aggregate(
        open=Count("pk", filter=is_open),
        overdue=Count("pk", filter=is_open & Q(due_date__lt=today)),
        major=Count("pk", filter=is_open & Q(severity=Severity.MAJOR)),
        raised=Count("pk", filter=Q(raised_at__gte=since)),
        closed=Count(
            "pk", filter=Q(state=NonconformityState.CLOSED, ended_at__gte=since, ended_at__lte=at)
        ),
    )
    sources = rows.open().values_list("source").annotate(count=Count("pk")).order_by()
    judged = Verification.objects.filter(judged_at__gte=since, judged_at__lte=at).aggregate(
        judged=Count("pk"), effective=Count("pk", filter=Q(verdict=Verdict.EFFECTIVE))
    )
    waits = Q(state__in=[RecommendationState.OPEN, RecommendationState.RESPONDED])
    advice = Recommendation.objects.aggregate(
        advice_open=Count("pk", filter=~Q(state=RecommendationState.CLOSED)),
        advice_overdue=Count("pk", filter=waits & Q(deadline__lt=today)),
    )
    share = None
    if judged["judged"]:
        exact = HUNDRED * judged["effective"] / judged["judged"]
        share = exact.quantize(Decimal("0.1"))
    return NonconformitySummary(
        **counted,
        open_by_source={SourceKind(source): count for source, count in sources},
        **judged,
        effective_percent=share,
        **advice,
    )


def summary_seen(since: date, *, actor: Actor, at: datetime) -> NonconformitySummary:
    """Return the summary for somebody who sees all nonconformities; four queries.

    Args:
        since: the first day, in UTC.
        actor: who reads.
        at: now.

    Raises:
        NotAllowed: the actor sees some of them only.
    """
    if not any(actor.scope(each).everywhere for each in SEE):
        raise NotAllowed
    begin = datetime(since.year, since.month, since.day, tzinfo=UTC)
    return nonconformity_summary(since=begin, at=at)


def row_of(row: Nonconformity, *, actor: Actor, at: datetime) -> NonconformityRow:
    """Return a nonconformity that was read with its people and its service as lists show it."""
    return NonconformityRow(
        number=row.number,
        title=row.title,
        severity=Severity(row.severity),
        source=SourceKind(row.source),
        about_kind=row.about_kind,
        about_code=row.about_code,
        requirement=row.requirement,
        process=row.process,
        service_code=row.service.code if row.service else "",
        service=row.service.text("name", actor.language) if row.service else "",
        owner_code=row.owner.code,
        owner=row.owner.name,
        raised_by=row.raised_by.name if row.raised_by else "",
        raised_at=row.raised_at,
        due_date=row.due_date,
        state=NonconformityState(row.state),
        is_overdue=is_overdue(row.state, row.due_date, today=at.date()),
        ended_at=row.ended_at,
        revision=row.revision,
    )


def _chosen(wanted: Wanted, *, actor: Actor, at: datetime) -> NonconformityQuerySet:
    rows = Nonconformity.objects.visible_to(actor).select_related("owner", "raised_by", "service")
    if wanted.when == "open":
        rows = rows.open()
    elif wanted.when == "overdue":
        rows = rows.overdue(at.date())
    elif wanted.when == "ended":
        rows = rows.filter(state__in=sorted(ENDED))
    narrow = {
        "state": wanted.state,
        "source": wanted.source,
        "severity": wanted.severity,
        "service__code": wanted.service or None,
        "owner_id": actor.person_id if wanted.is_own else None,
        "about_kind": wanted.about and wanted.about[0],
        "about_code": wanted.about and wanted.about[1],
    }
    if not all(is_storable(str(each)) for each in (*narrow.values(), wanted.text)):
        return rows.none()
    rows = rows.filter(**{name: value for name, value in narrow.items() if value is not None})
    if wanted.is_own and actor.person_id is None:
        return rows.none()
    return rows.filter(_worded(wanted.text)) if wanted.text.strip() else rows


def _worded(text: str) -> Q:
    found = Q(title__icontains=text.strip())
    digits = text.strip().upper().removeprefix(PREFIX).lstrip("0")
    if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS:
        found |= Q(pk=int(digits))
    return found
