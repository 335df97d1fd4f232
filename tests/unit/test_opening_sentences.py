"""Whether somebody is there, in sentences of the desk and of the support for a service."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from timshel.interfaces.web.opening import DESK, SUPPORT, Sentences, opening_line
from timshel.kernel.calendar import Hours, business_calendar
from timshel.relationship_agreement.service_level.queries.calendar_uses import HoursView

DAY: Hours = ((8 * 3_600, 17 * 3_600),)
OFFICE = (DAY, DAY, DAY, DAY, DAY, (), ())
NIGHTS: tuple[Hours, ...] = (((0, 86_400),), ((0, 3_600),), (), (), (), (), ())
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("week", "hour", "sentences", "told"),
    [
        (OFFICE, 10, DESK, "The desk is open until 17:00."),
        (OFFICE, 10, SUPPORT, "There is support for this until 17:00."),
        (OFFICE, 7, DESK, "The desk is closed. It opens today at 08:00."),
        (OFFICE, 7, SUPPORT, "Support for this begins again today at 08:00."),
        (OFFICE, 18, SUPPORT, "Support for this begins again on Tuesday at 08:00."),
        (NIGHTS, 10, SUPPORT, "There is support for this until Tuesday, 01:00."),
        (((((0, 86_400),),) * 7), 10, SUPPORT, "There is support for this around the clock."),
        (((),) * 7, 10, SUPPORT, "There is no support for this at present."),
    ],
)
def test_hours_are_told_by_what_they_are_the_hours_of(
    week: tuple[Hours, ...], hour: int, sentences: Sentences, told: str
) -> None:
    view = HoursView("any", "Any", business_calendar("UTC", week))
    line = opening_line(view, at=MONDAY.replace(hour=hour), sentences=sentences)
    assert line is not None
    assert line.sentence == told
