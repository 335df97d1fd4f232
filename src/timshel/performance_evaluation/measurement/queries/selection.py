"""The one place that decides which cases and promises stand behind a figure.

A figure counts what these conditions keep, and the list that it opens shows what they keep: so
the one equals the other for every reader, whose sight both go through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import BooleanField, Exists, Func, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.operation.work.models import WorkItem, WorkItemQuerySet
from timshel.operation.work.rules import TASK
from timshel.operation.work.states import Stage
from timshel.performance_evaluation.measurement.queries.subjects import (
    Subject,
    cases_of,
    promised_work,
)
from timshel.performance_evaluation.measurement.rules.periods import Period
from timshel.performance_evaluation.measurement.states import OF_PROMISES, SubjectKind, What
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.states import (
    RUNS,
    ClockKind,
    ClockState,
)
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import ServiceState

ANY_GOAL = ""
NO_GOAL = "none"
DAY = timedelta(days=1)

IS_RESOLVED = Q(resolved_at__isnull=False)
IS_WITHDRAWN = Q(stage=Stage.CANCELLED)
IS_REOPENED = IS_RESOLVED & Q(reopenings__gt=0)
IS_ROUTED = IS_RESOLVED & Q(service_id__isnull=False)
IS_KEPT = Q(breached_at__isnull=True, state=ClockState.MET)

ENDED_AT = Coalesce("resolved_at", "closed_at")
DECIDED_AT = Coalesce("breached_at", "stopped_at", "due_at")


class SupportsAtFirstLevel(Func):
    """Whether a team supports, at level 1, a function on which a service rests.

    A service rests on the functions of its offerings and on those above them, as in routing. The
    pairs are found once for the whole statement.
    """

    template = """(%(expressions)s) IN (
        WITH RECURSIVE needed AS (
            SELECT offering.service_id, relation.function_id
            FROM service_functionrelation AS relation
            JOIN service_offering AS offering ON offering.id = relation.offering_id
            UNION
            SELECT needed.service_id, function.parent_id
            FROM needed JOIN service_function AS function ON function.id = needed.function_id
            WHERE function.parent_id IS NOT NULL
        )
        SELECT needed.service_id, support.team_id
        FROM needed
        JOIN service_functionsupport AS support ON support.function_id = needed.function_id
        WHERE support.level = 1
    )"""
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Ages of open cases, in whole days that have passed since the opening.

    Args:
        code: in addresses.
        name: for people.
        least: the fewest days.
        most: the most days, or None.
    """

    code: str
    name: Promise
    least: int
    most: int | None


AGE_BANDS: tuple[AgeBand, ...] = (
    AgeBand("0-1", _("Up to 1 day"), 0, 1),
    AgeBand("2-7", _("2 to 7 days"), 2, 7),
    AgeBand("8-14", _("8 to 14 days"), 8, 14),
    AgeBand("15-30", _("15 to 30 days"), 15, 30),
    AgeBand("31-90", _("31 to 90 days"), 31, 90),
    AgeBand("91", _("More than 90 days"), 91, None),
)
BANDS: Mapping[str, AgeBand] = {band.code: band for band in AGE_BANDS}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases or promises are meant.

    Args:
        subject: whose.
        period: when.
        what: which of that time.
        kind: of promises, the kind of clock; empty for all.
        priority: of promises, the case's priority; None for all.
        goal: of promises, the share that is to be kept, as ``95.00``; ``none`` for those
            without one, empty for all.
        band: of open cases, an age; empty for all.
    """

    subject: Subject
    period: Period
    what: What
    kind: str = ""
    priority: int | None = None
    goal: str = ANY_GOAL
    band: str = ""

    @property
    def is_of_promises(self) -> bool:
        """Whether promises stand behind it, of which one case may have several."""
        return self.what in OF_PROMISES


def chosen_cases(selection: Selection, *, actor: Actor, at: datetime) -> WorkItemQuerySet:
    """Return the cases of a selection that a reader may see, with ``ended_at``.

    Args:
        selection: a selection of cases.
        actor: who reads.
        at: now; what is open is of the age that it has now, or had when the period ended.

    Raises:
        Invalid: there is no such age.
    """
    cases = cases_of(selection.subject, actor=actor).annotate(ended_at=ENDED_AT)
    since, until = selection.period.since, selection.period.until
    match selection.what:
        case What.OPENED:
            return cases.filter(opened_at__gte=since, opened_at__lt=until)
        case What.OPEN:
            return cases.filter(is_open_at(until), _age(selection.band, at=min(until, at)))
        case What.DOWN:
            return cases.filter(_is_down(until=until, at=at), ~Q(ended_at__lt=since))
        case _:
            ended = Q(ended_at__gte=since, ended_at__lt=until)
            return cases.filter(ended, part_of_ended(selection.what))


def is_open_at(moment: datetime) -> Q:
    """Return the condition under which work was open just before a moment.

    An ending that did not hold is none: work that was reopened was open all the while.
    """
    ended = Q(resolved_at__gte=moment) | Q(resolved_at__isnull=True, closed_at__gte=moment)
    not_ended = Q(resolved_at__isnull=True, closed_at__isnull=True)
    return Q(opened_at__lt=moment) & (ended | not_ended)


def age_between(band: AgeBand, *, at: datetime) -> Q:
    """Return the condition under which open work is of an age."""
    oldest = Q() if band.most is None else Q(opened_at__gt=at - (band.most + 1) * DAY)
    return oldest & Q(opened_at__lte=at - band.least * DAY) if band.least else oldest


def part_of_ended(what: What) -> Q:
    """Return the condition that keeps a part of what ended."""
    match what:
        case What.RESOLVED:
            return IS_RESOLVED
        case What.WITHDRAWN:
            return IS_WITHDRAWN
        case What.REOPENED:
            return IS_REOPENED
        case What.ROUTED:
            return IS_ROUTED
        case What.FIRST_LEVEL:
            return IS_ROUTED & Q(SupportsAtFirstLevel("service_id", "team_id"))
        case _:
            return Q()


def chosen_promises(selection: Selection, *, actor: Actor, at: datetime) -> QuerySet[Clock]:
    """Return the promises of a selection that a reader may see, with ``decided_at``.

    Args:
        selection: a selection of promises.
        actor: who reads.
        at: now; what runs past its due moment by now is broken, told of or not.

    Raises:
        Invalid: the goal is no number.
    """
    found = _promises_of(selection.subject, actor=actor).exclude(state=ClockState.CANCELLED)
    found = found.annotate(decided_at=DECIDED_AT)
    since, until = selection.period.since, selection.period.until
    if selection.what is What.STOPPED:
        found = found.filter(stopped_at__gte=since, stopped_at__lt=until)
    else:
        kept, broken = _kept(since, until), _broken(since, until, at=at)
        decided = {What.KEPT: kept, What.BROKEN: broken}.get(selection.what, kept | broken)
        found = found.filter(decided)
    return found.filter(*_narrowed(selection))


def _promises_of(subject: Subject, *, actor: Actor) -> QuerySet[Clock]:
    """Return the promises of a subject: of a team also those about its own time with a case, and
    about its tasks."""
    with_one = Q(kind=ClockKind.HOP) | Q(work_item__kind=TASK)
    promised = promised_work(subject, actor=actor)
    own = ~with_one & Q(work_item__in=promised.values("pk"))
    if subject.kind is not SubjectKind.TEAM:
        return Clock.objects.filter(own)
    seen = WorkItem.objects.visible_to(actor)
    own_time = with_one & Q(team_id=subject.id, work_item__in=seen.values("pk"))
    return Clock.objects.filter(own | own_time)


def _kept(since: datetime, until: datetime) -> Q:
    return IS_KEPT & Q(stopped_at__gte=since, stopped_at__lt=until)


def _broken(since: datetime, until: datetime, *, at: datetime) -> Q:
    runs_late = Q(
        breached_at__isnull=True, state__in=sorted(RUNS), due_at__lt=min(until, at),
        due_at__gte=since,
    )  # fmt: skip
    return Q(breached_at__gte=since, breached_at__lt=until) | runs_late


def _narrowed(selection: Selection) -> list[Q]:
    found: list[Q] = []
    if selection.kind:
        found.append(Q(kind=selection.kind))
    if selection.priority is not None:
        found.append(Q(work_item__priority=selection.priority))
    if selection.goal == NO_GOAL:
        found.append(Q(attainment_percent__isnull=True))
    elif selection.goal != ANY_GOAL:
        found.append(Q(attainment_percent=_number(selection.goal)))
    return found


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Invalid({"goal": [_("There is no such goal.")]}) from error
    if not number.is_finite():
        raise Invalid({"goal": [_("There is no such goal.")]})
    return number


def _age(code: str, *, at: datetime) -> Q:
    if not code:
        return Q()
    if code not in BANDS:
        raise Invalid({"band": [_("There is no such age.")]})
    return age_between(BANDS[code], at=at)


def _is_down(*, until: datetime, at: datetime) -> Q:
    """Return the condition under which a report says that the service was down."""
    down = Incident.objects.filter(work_item=OuterRef("pk"), service_state=ServiceState.DOWN)
    begun = Q(opened_at__lt=min(until, at))
    return begun & ~IS_WITHDRAWN & Q(Exists(down))
