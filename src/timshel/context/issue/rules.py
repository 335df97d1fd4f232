"""What an issue must be like, and when it is looked at again."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext_lazy as _

from timshel.context.issue.states import Effect, IssueKind, IssueState
from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

VIEW = "context.view"
MANAGE = "context.manage"
PREFIX = "ISS"
LONGEST_TITLE = 200
LONGEST_TEXT = 5_000
MOST_MONTHS = 60
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class IssueContent:
    """What is written down of an issue.

    Args:
        title: the issue in a few words.
        kind: what it is about; whether it is internal or external follows from it.
        effect: whether it helps the services or stands in their way.
        meaning: what it means for the services.
        owner: the code of the person who watches it, or nothing.
        review_months: after how many months it is looked at again.
        review_date: the day of the next review, or None: counted from today then.
    """

    title: str
    kind: IssueKind
    effect: Effect
    meaning: str = ""
    owner: str = ""
    review_months: int = 6
    review_date: date | None = None


def day_of(at: datetime) -> date:
    """Return the day of a moment as the register counts days, whoever reads it: in UTC."""
    return at.astimezone(UTC).date()


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a month that is too short."""
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def is_due(review_date: date | None, *, state: IssueState, today: date) -> bool:
    """Tell whether a review is due: its day has come, and the issue is not closed."""
    return review_date is not None and review_date <= today and state is not IssueState.CLOSED


def months_faults(months: int) -> list[Text]:
    """Return what is wrong with a number of months between two reviews."""
    if not 1 <= months <= MOST_MONTHS:
        return [_("Give a number of months from 1 to %(most)d.") % {"most": MOST_MONTHS}]
    return []


def needed_faults(text: str, *, missing: Text, longest: int = LONGEST_TEXT) -> list[Text]:
    """Return what is wrong with a text that must not be empty."""
    return text_faults(text, longest=longest) if text.strip() else [missing]


def content_faults(content: IssueContent) -> dict[str, list[Text]]:
    """Return what is wrong with an issue by itself, by field."""
    return {
        "title": needed_faults(
            content.title, missing=_("Say in a few words what it is."), longest=LONGEST_TITLE
        ),
        "meaning": text_faults(content.meaning, longest=LONGEST_TEXT),
        "review_months": months_faults(content.review_months),
    }
