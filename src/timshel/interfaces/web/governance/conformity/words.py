"""How pages show statuses and verdicts, and where what is missing is mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import NoReverseMatch, reverse

from timshel.improvement.conformity import actions, queries
from timshel.improvement.conformity.queries import QuestionRow, RuleRow
from timshel.improvement.conformity.states import Judgement, Status
from timshel.improvement.nonconformity.access import may_raise
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.progress.actions import REGION as ERRANDS

LOOKS: Mapping[Status, tuple[str, str]] = {
    Status.MISSING: ("stage-cancelled", "circle-x"),
    Status.STALE: ("stage-waiting", "hourglass"),
    Status.PARTLY: ("stage-in-progress", "progress"),
    Status.BY_HAND: ("stage-new", "user"),
    Status.MET: ("stage-resolved", "circle-check"),
}
JUDGEMENT_LOOKS: Mapping[Judgement, tuple[str, str]] = {
    Judgement.CONFORMS: ("stage-resolved", "circle-check"),
    Judgement.PARTLY: ("stage-in-progress", "progress"),
    Judgement.DOES_NOT: ("stage-cancelled", "circle-x"),
    Judgement.NOT_APPLICABLE: ("stage-closed", "circle"),
}
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Marked:
    """Something with its name and its look."""

    value: str
    label: str
    look: str
    icon: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How many have a status, and which share that is.

    Args:
        mark: the status.
        count: how many.
        percent: of all, rounded down.
    """

    mark: Marked
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class ShownRule:
    """What a rule found, with where it is looked at and mended."""

    row: RuleRow
    mark: Marked
    address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as lists and pages show it.

    Args:
        row: the question.
        mark: its status.
        rules: what each rule found.
        wanting: those that found nothing now.
        proposed: what is proposed; None where only people can tell.
        verdict: what was said; None where nothing was.
        raise_address: the form of a nonconformity about it; empty where the reader may not.
    """

    row: QuestionRow
    mark: Marked
    rules: tuple[ShownRule, ...]
    wanting: tuple[ShownRule, ...]
    proposed: Marked | None
    verdict: Marked | None
    raise_address: str


def marked(status: Status | None) -> Marked | None:
    """Return the look of a status; None of none."""
    if status is None:
        return None
    look, icon = LOOKS[status]
    return Marked(status.value, str(status.label), look, icon)


def judged(judgement: Judgement | None) -> Marked | None:
    """Return the look of a verdict; None of none."""
    if judgement is None:
        return None
    look, icon = JUDGEMENT_LOOKS[judgement]
    return Marked(judgement.value, str(judgement.label), look, icon)


def bars(counts: Mapping[str, int]) -> list[Bar]:
    """Return a bar for each status, the worst first."""
    total = sum(counts.values())
    return [
        Bar(_mark(each), counts.get(each, 0), counts.get(each, 0) * WHOLE // total if total else 0)
        for each in Status
    ]


def shown(rows: Iterable[QuestionRow], *, actor: Actor) -> list[Shown]:
    """Return questions as lists and pages show them."""
    may = may_raise(actor)
    return [_shown(row, may_raise=may) for row in rows]


def _shown(row: QuestionRow, *, may_raise: bool) -> Shown:
    rules = tuple(
        ShownRule(each, _mark(each.status), page_address(each.page)) for each in row.rules
    )
    return Shown(
        row=row,
        mark=_mark(row.status),
        rules=rules,
        wanting=tuple(each for each in rules if each.row.status != Status.MET),
        proposed=judged(row.proposed),
        verdict=judged(row.verdict.judgement) if row.verdict else None,
        raise_address=_raise_address(row.key) if may_raise else "",
    )


def watched(request: TimshelRequest) -> dict[str, Any]:
    """Return the look that is being taken, and what a page of conformity follows; one query.

    Long work is followed as such: who had the page open before somebody asked sees the end, too.
    """
    looking = queries.looking(actor=request.actor)
    return {"looking": looking, "live_regions": [actions.REGION, ERRANDS]}


def page_address(name: str) -> str:
    """Return the address of a page; empty where there is none of that name."""
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


def _raise_address(key: str) -> str:
    return f"{reverse('nonconformity-new')}?about=conformity_question:{quote(key)}"


def _mark(status: Status) -> Marked:
    look, icon = LOOKS[status]
    return Marked(status.value, str(status.label), look, icon)
