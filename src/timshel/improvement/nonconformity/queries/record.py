"""One nonconformity with all that is known of it, and what the reader may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from timshel.improvement.nonconformity.access import (
    actions_of,
    known,
    may_change,
    may_handle,
    may_judge,
)
from timshel.improvement.nonconformity.models import Nonconformity, Verification
from timshel.improvement.nonconformity.queries.effects import COUNTED_MEASURES
from timshel.improvement.nonconformity.queries.register import NonconformityRow, row_of
from timshel.improvement.nonconformity.rules import KIND, proposed_verdict
from timshel.improvement.nonconformity.states import (
    ENDED,
    NONCONFORMITY,
    Direction,
    Method,
    NonconformityState,
    Step,
    Verdict,
)
from timshel.kernel.actor import Actor
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.performance_evaluation.measurement.queries import Measure, amount_of
from timshel.performance_evaluation.measurement.queries.registry import Value
from timshel.planning.planned_action.queries import ActionRow

_BY_CODE: Mapping[str, Measure] = {each.code: each for each in COUNTED_MEASURES}


@dataclass(frozen=True, slots=True)
class VerificationView:
    """A figure before and after, and what somebody found of it.

    Args:
        measure: the code of the measure; empty for figures by hand.
        subject_kind: of whom or what.
        subject_code: its code; may be empty.
        figure: by hand: what was counted.
        unit: by hand: in what.
        better: in which direction it gets better.
        before_days: the first and last day before.
        after_days: the first and last day after.
        zone: whose days they are.
        before: the value before; None of nothing.
        after: the value after; None of nothing.
        proposal: what the figures say by themselves; None where one is missing.
        measured_at: when it was read.
        measured_by: who had it read.
        verdict: what was found; None as long as nobody judged it.
        comment: why.
        judged_at: when.
        judged_by: by whom.
    """

    measure: str
    subject_kind: str
    subject_code: str
    figure: str
    unit: str
    better: Direction
    before_days: tuple[date, date]
    after_days: tuple[date, date]
    zone: str
    before: Decimal | None
    after: Decimal | None
    proposal: Verdict | None
    measured_at: datetime
    measured_by: str
    verdict: Verdict | None
    comment: str
    judged_at: datetime | None
    judged_by: str

    @property
    def defined(self) -> Measure | None:
        """What the measure means; None for figures by hand."""
        return _BY_CODE.get(self.measure)

    @property
    def value_before(self) -> Value:
        """The value before as one of its measure."""
        return self._value(self.before)

    @property
    def value_after(self) -> Value:
        """The value after as one of its measure."""
        return self._value(self.after)

    def _value(self, number: Decimal | None) -> Value:
        if number is None or self.defined is None:
            return number
        return amount_of(self.defined, number)


@dataclass(frozen=True, slots=True)
class NonconformityView:
    """A nonconformity as its page shows it.

    Args:
        row: as lists show it.
        finding: what was found.
        correction: what was done at once; empty before.
        corrected_at: when.
        method: how the cause was looked for; None before.
        whys: the answers of five whys.
        branches: what was found along each bone of a fishbone diagram.
        cause: in a sentence.
        has_similar: whether there are others of the kind; None before.
        similar: what was found when looking for others.
        analysed_at: when.
        plan: what will be done.
        planned_at: when that was said.
        implementation: what was done.
        implemented_at: when.
        implemented_by: who said so.
        rejection: why it is none; may be empty.
        actions: what follows from it, by day.
        verifications: the readings of figures, the latest first.
        history: what happened, oldest first.
        steps: what the reader may do with it now.
        may_measure: whether the reader may have a figure read.
        may_judge: whether the reader may judge the figure that waits for it.
        may_change: whether the reader may say otherwise what it is.
        may_plan: whether the reader may plan actions about it.
    """

    row: NonconformityRow
    finding: str
    correction: str
    corrected_at: datetime | None
    method: Method | None
    whys: tuple[str, ...]
    branches: Mapping[str, str]
    cause: str
    has_similar: bool | None
    similar: str
    analysed_at: datetime | None
    plan: str
    planned_at: datetime | None
    implementation: str
    implemented_at: datetime | None
    implemented_by: str
    rejection: str
    actions: tuple[ActionRow, ...]
    verifications: tuple[VerificationView, ...]
    history: tuple[JournalEntry, ...]
    steps: frozenset[Step]
    may_measure: bool
    may_judge: bool
    may_change: bool
    may_plan: bool

    @property
    def waiting(self) -> VerificationView | None:
        """The figure that waits for a verdict, or None."""
        return next((each for each in self.verifications if each.verdict is None), None)


def nonconformity(number: str, *, actor: Actor, at: datetime) -> NonconformityView:
    """Return a nonconformity with all that is known of it; four queries.

    Args:
        number: by which people know it.
        actor: who reads.
        at: now.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = known(number, actor=actor)
    actions = actions_of(row, at=at)
    verifications = tuple(
        _verification(each)
        for each in row.verifications.select_related("measured_by", "judged_by").order_by("-pk")
    )
    changes, handles = may_change(row, actor=actor), may_handle(row, actor=actor)
    judges = may_judge(row, actions=actions, actor=actor)
    waits = any(each.verdict is None for each in verifications)
    is_done = row.state == NonconformityState.IMPLEMENTED
    return NonconformityView(
        row=row_of(row, actor=actor, at=at),
        **_said(row),
        actions=actions,
        verifications=verifications,
        history=history(KIND, [row.pk]),
        steps=_steps(row, handles=handles, changes=changes),
        may_measure=is_done and (handles or judges),
        may_judge=is_done and judges and waits,
        may_change=changes and row.state not in ENDED,
        may_plan=handles and row.state not in ENDED,
    )


class Host:
    """Answers for nonconformities where actions follow from them."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what a nonconformity is called.

        Raises:
            NotFound: there is none, or the actor may not see it.
        """
        return known(code, actor=actor).title

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor may say what is done about a nonconformity."""
        row = known(code, actor=actor)
        return may_handle(row, actor=actor) and row.state not in ENDED


def _said(row: Nonconformity) -> dict[str, Any]:
    names = (
        *("finding", "correction", "corrected_at", "cause", "has_similar", "similar"),
        *("branches", "analysed_at", "plan", "planned_at", "implementation", "implemented_at"),
        "rejection",
    )
    found: dict[str, Any] = {name: getattr(row, name) for name in names}
    found["method"] = Method(row.method) if row.method else None
    found["whys"] = tuple(row.whys)
    found["implemented_by"] = row.implemented_by.name if row.implemented_by else ""
    return found


def _steps(row: Nonconformity, *, handles: bool, changes: bool) -> frozenset[Step]:
    possible = set(NONCONFORMITY.triggers(NonconformityState(row.state)))
    possible -= {Step.FIND_EFFECTIVE, Step.FIND_INEFFECTIVE}
    if not handles:
        return frozenset()
    return frozenset(possible if changes else possible - {Step.REJECT})


def _verification(row: Verification) -> VerificationView:
    better = Direction(row.better)
    return VerificationView(
        measure=row.measure,
        subject_kind=row.subject_kind,
        subject_code=row.subject_code,
        figure=row.figure,
        unit=row.unit,
        better=better,
        before_days=(row.before_first, row.before_last),
        after_days=(row.after_first, row.after_last),
        zone=row.zone,
        before=row.before,
        after=row.after,
        proposal=proposed_verdict(row.before, row.after, better=better),
        measured_at=row.measured_at,
        measured_by=row.measured_by.name if row.measured_by else "",
        verdict=Verdict(row.verdict) if row.verdict else None,
        comment=row.comment,
        judged_at=row.judged_at,
        judged_by=row.judged_by.name if row.judged_by else "",
    )
