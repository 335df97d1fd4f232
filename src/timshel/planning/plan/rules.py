"""What a part of the plan must be like, how it stands, and how two versions differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.planning.plan.sources import Reading
from timshel.planning.plan.states import LineMark, PartState

VIEW = "plan.view"
MANAGE = "plan.manage"
# Whoever writes down what top management decides may approve the plan, too.
DECIDE = "management_review.manage"
LONGEST_STATEMENT = 20_000
LONGEST_NOTE = 1_000
SHORTEST = 80
"""Below so many characters a statement says little."""
STALE_SHARE = 0.2
"""A list is stale when more than this share of it should have been looked at."""
MOST_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class PartContent:
    """What people write of a part.

    Args:
        statement: Markdown.
        owner: the code of the person who keeps it; empty for nobody.
        review_date: by when it is looked at again.
    """

    statement: str
    owner: str = ""
    review_date: date | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """How a part stands, and why."""

    state: PartState
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of a statement, and what became of it."""

    mark: LineMark
    text: str


def day_of(at: datetime) -> date:
    """Return the day of a moment as reviews are counted, whoever reads: in UTC."""
    return at.astimezone(UTC).date()


def judge(content: PartContent, readings: Sequence[Reading], *, today: date) -> Judged:
    """Return how a part stands: the worst of what can be said of it, with each reason.

    A part is missing when it neither says anything nor points to a record, since the plan has to
    do one of both. Lists that are not for the reader count neither way.

    Args:
        content: what is written.
        readings: what its lists say.
        today: by which reviews are overdue.
    """
    drawn = [(each.title, each.drawn) for each in readings if each.drawn is not None]
    statement = content.statement.strip()
    if not statement and not any(found.count for _title, found in drawn):
        return Judged(PartState.MISSING, (_("Nothing is written, and there are no records."),))
    stale: list[Text] = []
    if content.review_date is not None and content.review_date < today:
        stale.append(_("It was to be looked at again by now."))
    for title, found in drawn:
        if found.stale > found.count * STALE_SHARE:
            words = {"list": title, "stale": found.stale, "count": found.count}
            stale.append(_("%(list)s: %(stale)d of %(count)d want looking at.") % words)
    thin = _thin(content, statement)
    thin += [
        _("%(list)s: no records.") % {"list": title} for title, found in drawn if not found.count
    ]
    if stale:
        return Judged(PartState.STALE, (*stale, *thin))
    if thin:
        return Judged(PartState.THIN, tuple(thin))
    return Judged(
        PartState.COMPLETE, (_("Written, looked at in time, and the records are there."),)
    )


def part_faults(
    content: PartContent, *, known_date: date | None, today: date
) -> dict[str, list[Text]]:
    """Return what is wrong with a part by itself, by field.

    Args:
        content: what is to be kept.
        known_date: the day of the next review as it is kept; that may be over.
        today: the writer's.
    """
    day = content.review_date
    is_over = day is not None and day != known_date and day <= today
    return {
        "statement": text_faults(content.statement, longest=LONGEST_STATEMENT),
        "review_date": [_("Choose a day to come.")] if is_over else [],
    }


def note_faults(note: str, *, missing: Text) -> list[Text]:
    """Return what is wrong with a sentence that must not be empty."""
    return text_faults(note, longest=LONGEST_NOTE) if note.strip() else [missing]


def compared(before: str, after: str) -> tuple[MarkedLine, ...]:
    """Return two statements laid over each other, line by line."""
    old, new = before.splitlines()[:MOST_COMPARED], after.splitlines()[:MOST_COMPARED]
    found: list[MarkedLine] = []
    for verb, first, last, start, stop in SequenceMatcher(None, old, new).get_opcodes():
        if verb == "equal":
            found += _marked(LineMark.SAME, old[first:last])
            continue
        found += _marked(LineMark.REMOVED, old[first:last])
        found += _marked(LineMark.ADDED, new[start:stop])
    return tuple(found)


def _marked(mark: LineMark, lines: Iterable[str]) -> list[MarkedLine]:
    return [MarkedLine(mark, line) for line in lines]


def _thin(content: PartContent, statement: str) -> list[Text]:
    found: list[Text] = []
    if not statement:
        found.append(_("Nothing is written; it only points to records."))
    elif len(statement) < SHORTEST:
        found.append(_("What is written is short."))
    if not content.owner:
        found.append(_("Nobody keeps it."))
    if content.review_date is None:
        found.append(_("There is no day on which it is looked at again."))
    return found
