"""The figures that improvements promise, read from the measures of the report cards."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from timshel.improvement.initiative.rules import SYSTEM, Area
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, Text
from timshel.performance_evaluation.measurement.queries import (
    MEASURES,
    everything,
    figures,
    find_subject,
    sees_everything_of,
)
from timshel.performance_evaluation.measurement.rules.periods import (
    PeriodKind,
    run_up,
    this_period,
)

MINUTE = timedelta(minutes=1)


def measure_choices() -> list[tuple[str, Text]]:
    """Return code and name of the measures of which an improvement can promise a figure."""
    return [(each.code, each.name) for each in MEASURES if each.what is not None]


def read_figure(
    measure: str, *, area: Area = SYSTEM, field: str, actor: Actor, at: datetime
) -> Decimal:
    """Return the figure of a measure in the last whole month; times in minutes.

    Args:
        measure: its code.
        area: of whom; a process has no figures of its own.
        field: of the form, at which it is said that there is none.
        actor: who reads, and who must see all work of it.
        at: now.

    Raises:
        Invalid: there is no such measure, nothing was measured, or the actor does not see all.
    """
    if measure not in {code for code, _name in measure_choices()}:
        raise Invalid({"measure": [_("There is no such measure.")]})
    unseen = Invalid({field: [_("You do not see all work of this, so give the figure by hand.")]})
    try:
        subject = find_subject(area.kind, area.code, actor=actor) if area.kind else everything()
    except NotFound as missing:
        raise unseen from missing
    if not sees_everything_of(subject, actor=actor):
        raise unseen
    month = run_up(this_period(PeriodKind.MONTH, zone=actor.time_zone, at=at), count=2)[0]
    (measured,) = figures(subject, [month], actor=actor, at=at)
    found = measured.figures.get(measure)
    if found is None or found.value is None:
        raise Invalid({field: [_("Nothing was measured last month, so give it by hand.")]})
    if isinstance(found.value, timedelta):
        return Decimal(found.value // MINUTE)
    return Decimal(found.value)
