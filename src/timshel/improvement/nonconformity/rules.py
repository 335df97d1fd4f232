"""What nonconformities and recommendations must be like, and what figures say of an effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from timshel.improvement.nonconformity.states import (
    Branch,
    Direction,
    Method,
    NonconformityState,
    Priority,
    RecommendationState,
    Response,
    Severity,
    SourceKind,
    Verdict,
)
from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

KIND = "nonconformity"
"""What actions that follow from a nonconformity call it."""

PREFIX = "NCR"
ADVICE_PREFIX = "REC"
VIEW = "nonconformity.view"
MANAGE = "nonconformity.manage"
VERIFY = "nonconformity.verify"

LONGEST_TITLE = 200
LONGEST_LINE = 500
LONGEST_TEXT = 5_000
LONGEST_CODE = 80
LONGEST_KIND = 40
LONGEST_UNIT = 40
MOST_WHYS = 5
SHORTEST_DAYS, LONGEST_DAYS = 7, 366
LARGEST_FIGURE = Decimal(10) ** 12
DAY = timedelta(days=1)
Faults = dict[str, list[Text]]


@dataclass(frozen=True, slots=True)
class Report:
    """What is not as it must be.

    Args:
        title: in a few words.
        finding: what was found.
        owner: the code of whoever answers for it.
        due_date: by when it shall have ended.
        severity: how much it weighs.
        source: where it was noticed.
        requirement: what it does not fulfil: a clause or the words of an agreement.
        process: the code or name of the process concerned; may be empty.
        service: the code of the service concerned; may be empty.
        about_kind: the kind of the record it came from, such as ``incident``; may be empty.
        about_code: by which people know that record.
    """

    title: str
    finding: str
    owner: str
    due_date: date
    severity: Severity = Severity.MINOR
    source: SourceKind = SourceKind.OBSERVATION
    requirement: str = ""
    process: str = ""
    service: str = ""
    about_kind: str = ""
    about_code: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Why it came about.

    Args:
        method: how the cause was looked for.
        cause: in a sentence.
        whys: the answers of five whys, the first one first.
        branches: what was found along each bone of a fishbone diagram.
        has_similar: whether there are, or could be, others of the kind; None where nobody looked.
        similar: what was found when looking for others.
    """

    method: Method
    cause: str
    whys: tuple[str, ...] = ()
    branches: Mapping[str, str] = field(default_factory=dict)
    has_similar: bool | None = None
    similar: str = ""


@dataclass(frozen=True, slots=True)
class EffectQuestion:
    """By which figure an effect is looked for, and over how long.

    Args:
        better: in which direction the figure gets better.
        days: how many days before and after the implementation.
        measure: the code of a measure; empty for figures by hand.
        subject_kind: of whom or what, as of a measure.
        subject_code: its code.
        figure: by hand: what was counted.
        unit: by hand: in what.
        before: by hand: the value before.
        after: by hand: the value after.
    """

    better: Direction
    days: int
    measure: str = ""
    subject_kind: str = ""
    subject_code: str = ""
    figure: str = ""
    unit: str = ""
    before: Decimal | None = None
    after: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """What an outside auditor recommends.

    Args:
        title: in a few words.
        text: what is recommended.
        auditor: the organisation that says so.
        report: in which report.
        received_on: the day on which it came.
        owner: the code of whoever answers for it.
        deadline: by when it shall be implemented.
        priority: how much it weighs with the auditor.
    """

    title: str
    text: str
    auditor: str
    report: str
    received_on: date
    owner: str
    deadline: date
    priority: Priority = Priority.MEDIUM


def report_faults(report: Report) -> Faults:
    """Return what is wrong with a report by itself, by field."""
    found = _texts(
        report,
        {
            "title": LONGEST_TITLE,
            "finding": LONGEST_TEXT,
            "requirement": LONGEST_LINE,
            "process": LONGEST_CODE,
            "about_kind": LONGEST_KIND,
            "about_code": LONGEST_CODE,
        },
    )
    _need(found, "title", report.title, _("Please say in a few words what is not as it must be."))
    _need(found, "finding", report.finding, _("Please say what was found."))
    if bool(report.about_kind) != bool(report.about_code):
        found["about_code"] = [_("A record is named by its kind and its number.")]
    return _only_faults(found)


def analysis_faults(analysis: Analysis) -> Faults:
    """Return what is wrong with an analysis, by field."""
    found = _texts(analysis, {"cause": LONGEST_LINE, "similar": LONGEST_TEXT})
    _need(found, "cause", analysis.cause, _("Please give the cause in a sentence."))
    if analysis.has_similar is None:
        found["has_similar"] = [_("Please look whether there are similar ones, and say so.")]
    elif analysis.has_similar:
        _need(found, "similar", analysis.similar, _("Please say which similar ones there are."))
    if analysis.method == Method.FIVE_WHYS:
        found |= _why_faults(analysis.whys)
    else:
        found |= _branch_faults(analysis.branches)
    return _only_faults(found)


def question_faults(question: EffectQuestion, *, measures: frozenset[str]) -> Faults:
    """Return what is wrong with the figure by which an effect is looked for, by field.

    Args:
        question: by which figure.
        measures: the codes of the measures that can be counted.
    """
    found = _texts(question, {"figure": LONGEST_TITLE, "unit": LONGEST_UNIT})
    if not SHORTEST_DAYS <= question.days <= LONGEST_DAYS:
        found["days"] = [
            _("Choose %(least)d to %(most)d days.") % {"least": SHORTEST_DAYS, "most": LONGEST_DAYS}
        ]
    if question.measure:
        if question.measure not in measures:
            found["measure"] = [_("There is no such measure.")]
        return _only_faults(found)
    _need(found, "figure", question.figure, _("Choose a measure, or say what was counted by hand."))
    for name in ("before", "after"):
        value = getattr(question, name)
        if value is None:
            found[name] = [_("Please give the value.")]
        elif not value.is_finite() or abs(value) >= LARGEST_FIGURE:
            found[name] = [_("This number is too large.")]
    return _only_faults(found)


def advice_faults(advice: Advice) -> Faults:
    """Return what is wrong with a recommendation by itself, by field."""
    found = _texts(
        advice,
        {
            "title": LONGEST_TITLE,
            "text": LONGEST_TEXT,
            "auditor": LONGEST_TITLE,
            "report": LONGEST_TITLE,
        },
    )
    _need(found, "title", advice.title, _("Please give a title."))
    _need(found, "text", advice.text, _("Please say what is recommended."))
    _need(found, "auditor", advice.auditor, _("Please say who recommends it."))
    _need(found, "report", advice.report, _("Please name the report."))
    if advice.deadline < advice.received_on:
        found["deadline"] = [_("This lies before the day on which it came.")]
    return _only_faults(found)


def needed_text_faults(name: str, text: str) -> Faults:
    """Return what is wrong with a text that is needed, by its field."""
    found: Faults = {name: text_faults(text, longest=LONGEST_TEXT)}
    _need(found, name, text, _("Please fill this in."))
    return _only_faults(found)


def periods_around(day: date, *, days: int) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return the days before an implementation and equally many after it, each first and last.

    The day itself belongs to neither.

    Args:
        day: of the implementation.
        days: how many on each side.
    """
    return (day - days * DAY, day - DAY), (day + DAY, day + days * DAY)


def proposed_verdict(
    before: Decimal | None, after: Decimal | None, *, better: Direction
) -> Verdict | None:
    """Return what the figures say by themselves; None where one of them is missing.

    A figure that stayed as it was shows no effect.
    """
    if before is None or after is None:
        return None
    gain = after - before if better == Direction.HIGHER else before - after
    return Verdict.EFFECTIVE if gain > 0 else Verdict.INEFFECTIVE


def is_overdue(state: str, due_date: date, *, today: date) -> bool:
    """Tell whether the day of a nonconformity is over and it has not ended."""
    ended = (NonconformityState.CLOSED, NonconformityState.REJECTED)
    return due_date < today and state not in ended


def is_advice_overdue(state: str, deadline: date, *, today: date) -> bool:
    """Tell whether the deadline of a recommendation is over and it was not implemented."""
    waits = (RecommendationState.OPEN, RecommendationState.RESPONDED)
    return deadline < today and state in waits


def may_close_advice(state: str, response: str) -> bool:
    """Tell whether a recommendation can be closed: once implemented, or rejected with reasons."""
    return state == RecommendationState.IMPLEMENTED or (
        state == RecommendationState.RESPONDED and response == Response.REJECTED
    )


def _why_faults(whys: tuple[str, ...]) -> Faults:
    if not any(why.strip() for why in whys):
        return {"why_1": [_("Please answer the first why at least.")]}
    if len(whys) > MOST_WHYS:
        return {"why_1": [_("At most %(count)d answers are possible.") % {"count": MOST_WHYS}]}
    return {
        f"why_{position}": text_faults(why, longest=LONGEST_LINE)
        for position, why in enumerate(whys, start=1)
    }


def _branch_faults(branches: Mapping[str, str]) -> Faults:
    unknown = sorted(set(branches) - set(Branch.values))
    if unknown:
        return {"method": [_("There is no %(code)s.") % {"code": ", ".join(unknown)}]}
    if not any(text.strip() for text in branches.values()):
        return {f"branch_{Branch.PEOPLE}": [_("Please fill in one of these at least.")]}
    return {
        f"branch_{name}": text_faults(text, longest=LONGEST_LINE) for name, text in branches.items()
    }


def _texts(given: object, limits: Mapping[str, int]) -> Faults:
    return {name: text_faults(getattr(given, name), longest=most) for name, most in limits.items()}


def _need(found: Faults, name: str, text: str, sentence: Text) -> None:
    if not text.strip():
        found[name] = [sentence]


def _only_faults(found: Faults) -> Faults:
    return {name: faults for name, faults in found.items() if faults}
