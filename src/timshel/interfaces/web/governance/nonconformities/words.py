"""Nonconformities and recommendations in the reader's words: marks, steps and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from timshel.improvement.nonconformity.queries import NonconformityView, VerificationView
from timshel.improvement.nonconformity.states import (
    WAY,
    Branch,
    NonconformityState,
    RecommendationState,
)
from timshel.interfaces.web.addresses import address_of_number
from timshel.kernel.actor import Actor
from timshel.kernel.journal.queries import JournalEntry
from timshel.performance_evaluation.measurement.states import SUBJECT_NAMES, SubjectKind
from timshel.performance_evaluation.reporting import wording
from timshel.relationship_agreement.service_level.access import VIEW as SEE_CARDS

QUESTION = "conformity_question"
LOOKS: Mapping[str, tuple[str, str]] = {
    NonconformityState.RAISED: ("stage-new", "flag"),
    NonconformityState.CORRECTED: ("stage-in-progress", "tool"),
    NonconformityState.ANALYSED: ("stage-in-progress", "search"),
    NonconformityState.PLANNED: ("stage-in-progress", "list-check"),
    NonconformityState.IMPLEMENTED: ("stage-waiting", "hourglass"),
    NonconformityState.EFFECTIVE: ("stage-resolved", "checks"),
    NonconformityState.CLOSED: ("stage-closed", "circle-check"),
    NonconformityState.REJECTED: ("stage-cancelled", "circle-x"),
}
ADVICE_LOOKS: Mapping[str, tuple[str, str]] = {
    RecommendationState.OPEN: ("stage-new", "flag"),
    RecommendationState.RESPONDED: ("stage-in-progress", "message-circle"),
    RecommendationState.IMPLEMENTED: ("stage-waiting", "check"),
    RecommendationState.CLOSED: ("stage-closed", "circle-check"),
}
VERBS: Mapping[str, Promise] = {
    "nonconformity.raised": gettext_lazy("raised it."),
    "nonconformity.changed": gettext_lazy("changed what it says."),
    "nonconformity.corrected": gettext_lazy("recorded the immediate correction."),
    "nonconformity.analysed": gettext_lazy("recorded the cause."),
    "nonconformity.planned": gettext_lazy("recorded what will be done."),
    "nonconformity.implemented": gettext_lazy("said that it is implemented."),
    "nonconformity.measured": gettext_lazy("read a figure before and after."),
    "nonconformity.verified": gettext_lazy("judged the effect."),
    "nonconformity.closed": gettext_lazy("closed it."),
    "nonconformity.rejected": gettext_lazy("rejected it."),
    "nonconformity.overdue": gettext_lazy("found it overdue."),
    "recommendation.recorded": gettext_lazy("recorded it."),
    "recommendation.changed": gettext_lazy("changed what it says."),
    "recommendation.responded": gettext_lazy("recorded the answer of the management."),
    "recommendation.implemented": gettext_lazy("said that it is implemented."),
    "recommendation.closed": gettext_lazy("closed it."),
    "recommendation.reopened": gettext_lazy("took it up again."),
}
DONE, NOW, TO_COME = "done", "now", "to_come"
STANDINGS: Mapping[str, Promise] = {
    DONE: pgettext_lazy("step of a way", "done"),
    NOW: pgettext_lazy("step of a way", "now"),
    TO_COME: pgettext_lazy("step of a way", "to come"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as a mark: its look, its icon and its name."""

    look: str
    icon: str
    name: str


@dataclass(frozen=True, slots=True)
class WayStep:
    """A step of the way: its name, and whether it is done, now or to come."""

    name: str
    standing: str
    words: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: who, what and when."""

    who: str
    sentence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownVerification:
    """A reading of a figure in words.

    Args:
        view: as it was read.
        name: of the figure.
        subject: on whom or what; empty for figures by hand.
        before: the value before.
        after: the value after.
        before_days: the days before.
        after_days: the days after.
    """

    view: VerificationView
    name: str
    subject: str
    before: str
    after: str
    before_days: str
    after_days: str


def mark(state: NonconformityState) -> Mark:
    """Return the mark of a state."""
    return Mark(*LOOKS[state], str(state.label))


def advice_mark(state: RecommendationState) -> Mark:
    """Return the mark of a state of a recommendation."""
    return Mark(*ADVICE_LOOKS[state], str(state.label))


def way(state: NonconformityState) -> list[WayStep]:
    """Return the steps from the finding to the end; none of what was rejected."""
    if state not in WAY:
        return []
    here = WAY.index(state)
    found = []
    for position, each in enumerate(WAY):
        is_done = position < here or state == NonconformityState.CLOSED
        standing = DONE if is_done else NOW if position == here else TO_COME
        found.append(WayStep(str(each.label), standing, str(STANDINGS[standing])))
    return found


def happenings(entries: Iterable[JournalEntry]) -> list[Happening]:
    """Return what happened, the latest first."""
    found = [
        Happening(entry.who, str(VERBS[entry.verb]), entry.at)
        for entry in entries
        if entry.verb in VERBS
    ]
    return found[::-1]


def branches(view: NonconformityView) -> list[tuple[str, str]]:
    """Return the bones of a fishbone diagram that hold something, with their names."""
    return [
        (str(each.label), view.branches[each.value])
        for each in Branch
        if each.value in view.branches
    ]


def shown_verification(view: VerificationView) -> ShownVerification:
    """Return a reading of a figure in words."""
    measure = view.defined
    return ShownVerification(
        view=view,
        name=str(measure.name) if measure else view.figure or view.measure,
        subject=_subject(view) if view.measure else "",
        before=_amount(view, before=True),
        after=_amount(view, before=False),
        before_days=_days(view.before_days),
        after_days=_days(view.after_days),
    )


def about_address(kind: str, code: str, *, actor: Actor) -> str:
    """Return where the record is that a nonconformity came from, or nothing for the actor."""
    if kind == SubjectKind.SERVICE and code and "/" not in code:
        may_open = actor.may_somewhere(SEE_CARDS)
        return reverse("report-card", args=[kind, code]) if may_open else ""
    if kind == QUESTION and code and "/" not in code:
        return reverse("conformity-question", args=[code])
    return address_of_number(code) if code else ""


def _subject(view: VerificationView) -> str:
    kind = SubjectKind(view.subject_kind or SubjectKind.EVERYTHING)
    name = str(SUBJECT_NAMES[kind])
    return name if not view.subject_code else f"{name} {view.subject_code}"


def _amount(view: VerificationView, *, before: bool) -> str:
    measure = view.defined
    if measure is not None:
        return wording.amount(measure.unit, view.value_before if before else view.value_after)
    number: Decimal | None = view.before if before else view.after
    if number is None:
        return wording.NOTHING
    return f"{wording.number(number.normalize() + 0)} {view.unit}".strip()


def _days(days: tuple[date, date]) -> str:
    given = {"first": wording.day(days[0]), "last": wording.day(days[1])}
    return _("%(first)s to %(last)s") % given
