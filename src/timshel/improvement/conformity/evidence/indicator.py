"""Evidence of clauses 9.1 and 9.4: indicators, their readings, and scorecards."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.evidence.building import (
    Moment,
    counted,
    within_days,
)
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.performance_evaluation.indicator.models import (
    Indicator,
    Reading,
    Scorecard,
    ScorecardLine,
)
from timshel.performance_evaluation.indicator.rules import GRACE, last_over
from timshel.performance_evaluation.indicator.states import Frequency, IndicatorState

_RUNNING = Indicator.objects.filter(state=IndicatorState.RUNNING)
_READ = Reading.objects.filter(value__isnull=False)


def _read_in_time(moment: Moment) -> Q:
    """Return the condition for an indicator whose last period was read, or may still be."""
    found = Q(pk__in=[])
    for frequency in Frequency:
        last_day = last_over(frequency, at=moment.at - GRACE).last_day
        found |= Q(frequency=frequency, read_until__gte=last_day)
    return found


RULES = (
    Rule(
        "indicator.decided",
        _(
            "Indicators that say what is measured, how often and who answers for it; those retired "
            "or of leavers are stale"
        ),
        counted(
            Indicator.objects.exclude(why=""),
            current=Q(state=IndicatorState.RUNNING, owner__is_active=True),
            stale=Q(state=IndicatorState.RETIRED) | Q(owner__is_active=False),
            latest="made_at",
        ),
        "indicator-list",
    ),
    Rule(
        "indicator.in_time",
        _("Indicators whose last period was read; those overdue for reading are stale"),
        counted(
            _RUNNING.filter(read_until__isnull=False),
            current=_read_in_time,
            stale=lambda moment: ~_read_in_time(moment),
            latest="read_until",
        ),
        "indicator-list",
    ),
    Rule(
        "indicator.read",
        _("Readings of indicators against their targets for periods of the last twelve months"),
        within_days(_READ, "last_day"),
        "indicator-list",
    ),
    Rule(
        "indicator.availability",
        _("Readings of the availability of services against a target in the last twelve months"),
        within_days(_READ.filter(indicator__measure="availability"), "last_day"),
        "indicator-list",
    ),
    Rule(
        "scorecard.kept",
        _(
            "Scorecards that say what they are for and whose indicators are read; those of leavers "
            "are stale"
        ),
        counted(
            Scorecard.objects.exclude(purpose="").filter(
                Exists(
                    ScorecardLine.objects.filter(
                        scorecard=OuterRef("pk"), indicator__state=IndicatorState.RUNNING
                    )
                )
            ),
            current=Q(owner__is_active=True),
            stale=Q(owner__is_active=False),
            latest="made_at",
        ),
        "scorecard-list",
    ),
)
