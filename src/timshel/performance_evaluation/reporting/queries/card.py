"""The report card: one read model for the page, the document, the spreadsheet and the interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.performance_evaluation.measurement.queries import (
    Attainment,
    Band,
    Figure,
    GoalResult,
    Measured,
    PromiseLine,
    Selection,
    Subject,
    backlog_bands,
    figures,
    find_subject,
    goal_results,
    promise_list,
    sees_everything_of,
)
from timshel.performance_evaluation.measurement.rules.periods import Period, run_up
from timshel.performance_evaluation.measurement.states import What
from timshel.performance_evaluation.reporting.access import require_cards
from timshel.performance_evaluation.reporting.models import Remediation
from timshel.performance_evaluation.reporting.queries.causes import Cause, causes_of

PERIODS_OF_TREND = 12
EXCEPTIONS = 10


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """A broken promise.

    Args:
        promise: which, and how late.
        cause: where the time went.
        remediation: what is done about it, or empty.
        remediation_by: who said so.
        remediation_at: when.
    """

    promise: PromiseLine
    cause: Cause
    remediation: str = ""
    remediation_by: str = ""
    remediation_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReportCard:
    """How it went with a subject in a period, as far as the reader sees its work.

    Args:
        subject: whom or what it is about.
        period: when.
        at: when it was read.
        is_over: whether the period is over; else it is told so far.
        sees_everything: whether the reader may see all work of the subject.
        trend: the periods up to this one, oldest first; the last is this one.
        bands: the open cases by age.
        goals: of the agreements that concern the subject.
        exceptions: the promises broken last.
        broken: how many promises were broken in all.
    """

    subject: Subject
    period: Period
    at: datetime
    is_over: bool
    sees_everything: bool
    trend: tuple[Measured, ...]
    bands: tuple[Band, ...]
    goals: tuple[GoalResult, ...]
    exceptions: tuple[ExceptionLine, ...]
    broken: int

    @property
    def now(self) -> Measured:
        """What was measured in the period."""
        return self.trend[-1]

    @property
    def before(self) -> Measured | None:
        """What was measured in the period before, or None where there was none."""
        return self.trend[-2] if len(self.trend) > 1 else None

    @property
    def attainments(self) -> tuple[Attainment, ...]:
        """Promises by kind, priority and goal."""
        return self.now.attainments

    @property
    def broken_selection(self) -> Selection:
        """All broken promises."""
        return Selection(self.subject, self.period, What.BROKEN)

    def figure(self, code: str) -> Figure:
        """Return a figure of the period by the code of its measure."""
        return self.now.figures[code]

    def figure_before(self, code: str) -> Figure | None:
        """Return the figure of the period before."""
        return self.before.figures[code] if self.before else None


def report_card(
    kind: str,
    code: str,
    *,
    period: Period,
    actor: Actor,
    at: datetime,
    exceptions: int = EXCEPTIONS,
) -> ReportCard:
    """Return a report card, in a number of queries that does not depend on the work.

    Args:
        kind: of ``SubjectKind``.
        code: of the subject.
        period: for when; it may not be over yet.
        actor: who reads; everything is counted over the work that they may see.
        at: now.
        exceptions: how many broken promises to tell of, the last ones first.

    Raises:
        NotAllowed: the right to see agreements is missing.
        NotFound: there is no such subject, or the reader sees nothing of it.
    """
    require_cards(actor)
    subject = find_subject(kind, code, actor=actor)
    trend = figures(subject, run_up(period, count=PERIODS_OF_TREND), actor=actor, at=at)
    selection = Selection(subject, period, What.BROKEN)
    broken = promise_list(selection, actor=actor, at=at, size=exceptions)
    return ReportCard(
        subject=subject,
        period=period,
        at=at,
        is_over=period.is_over(at),
        sees_everything=sees_everything_of(subject, actor=actor),
        trend=trend,
        bands=backlog_bands(subject, period, actor=actor, at=at),
        goals=goal_results(subject, period, actor=actor, at=at),
        exceptions=_exceptions(broken.items, actor=actor, at=at),
        broken=sum(each.broken for each in trend[-1].attainments),
    )


def _exceptions(
    promises: Sequence[PromiseLine], *, actor: Actor, at: datetime
) -> tuple[ExceptionLine, ...]:
    if not promises:
        return ()
    keys = {promise.work_item_id for promise in promises}
    causes = causes_of(keys, language=actor.language, at=at)
    remediations = {
        (row.work_item_id, row.clock_kind, row.lap): row
        for row in Remediation.objects.filter(work_item__in=keys)
    }
    found = []
    for promise in promises:
        row = remediations.get((promise.work_item_id, promise.kind, promise.lap))
        cause = causes.get(promise.work_item_id, Cause())
        if row is None:
            found.append(ExceptionLine(promise, cause))
        else:
            found.append(ExceptionLine(promise, cause, row.text, row.author_name, row.at))
    return tuple(found)
