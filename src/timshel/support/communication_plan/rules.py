"""What a planned communication says, and when it is due again."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.support.communication_plan.states import Medium, Rhythm

PREFIX = "COM"
SUBJECT = "planned_communication"
HEARD = "open_communication"
LONGEST_LINE = 200
LONGEST_TEXT = 4_000
LONGEST_CODE = 80
MOST_REACHED = 1_000_000
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
ANSWER_DAYS = 14
"""Two weeks: who spoke still remembers, and whoever answers may be away for one of them."""

MONTHS: Mapping[Rhythm, int] = {
    Rhythm.MONTHLY: 1,
    Rhythm.QUARTERLY: 3,
    Rhythm.HALF_YEARLY: 6,
    Rhythm.YEARLY: 12,
}
TEXTS = {
    "subject": LONGEST_LINE,
    "message": LONGEST_TEXT,
    "stakeholders": LONGEST_LINE,
    "service_code": LONGEST_CODE,
}
NEEDED = ("subject", "message", "stakeholders")
EMPTY = _("Please fill this in.")


@dataclass(frozen=True, slots=True)
class PlanContent:
    """What is to be told.

    Args:
        subject: in a line.
        message: what is said, and why.
        stakeholders: whom it is for.
        owner: the code of the person who sees to it.
        due_date: when it is told next.
        medium: by which way.
        rhythm: how often.
        service_code: the service it is about, if it is about one.
        is_open: whether everybody may read it once it is told, and say something to it.
    """

    subject: str
    message: str
    stakeholders: str
    owner: str
    due_date: date
    medium: Medium = Medium.MAIL
    rhythm: Rhythm = Rhythm.ONCE
    service_code: str = ""
    is_open: bool = False


def content_faults(content: PlanContent) -> dict[str, list[Text]]:
    """Return what is wrong with what is to be told, by field."""
    faults: dict[str, list[Text]] = {}
    for name, longest in TEXTS.items():
        found = words_faults(getattr(content, name), longest=longest, is_needed=name in NEEDED)
        if found:
            faults[name] = found
    if not EARLIEST <= content.due_date <= LATEST:
        faults["due_date"] = [_("Give a day between 2000 and 2100.")]
    return faults


def words_faults(words: str, *, longest: int = LONGEST_TEXT, is_needed: bool = True) -> list[Text]:
    """Return what is wrong with a text."""
    if is_needed and not words.strip():
        return [EMPTY]
    return text_faults(words, longest=longest)


def next_due(due: date, *, rhythm: Rhythm, day_of_month: int, told: date) -> date | None:
    """Return the first day of the rhythm after what was told; None for what is told once.

    Args:
        due: when it was due.
        rhythm: how often it is told.
        day_of_month: on which day of a month; the last one where a month is shorter.
        told: when it was told.
    """
    if rhythm not in MONTHS:
        return None
    step = steps = MONTHS[rhythm]
    while (day := _later(due, steps, day_of_month)) <= told:
        steps += step
    return day


def _later(day: date, months: int, day_of_month: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day_of_month, monthrange(year, month)[1]))
