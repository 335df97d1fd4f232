"""What objectives ask of later clauses: the figures of measures, services and customers."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from timshel.kernel import due
from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.errors import NotFound, Text
from timshel.kernel.text import is_storable
from timshel.performance_evaluation.measurement.queries import (
    PROMISED_MEASURES,
    find_subject,
    monthly_figures,
)
from timshel.performance_evaluation.measurement.states import SubjectKind
from timshel.planning.objective import measuring
from timshel.planning.objective.access import known, may_read
from timshel.planning.objective.due import due_objectives
from timshel.planning.objective.measuring import Counted, Figure
from timshel.planning.planned_action import hosting

KIND = "objective"
EVERYTHING = SubjectKind.EVERYTHING.value
CODES = frozenset(each.code for each in PROMISED_MEASURES)


class Registry:
    """Counts the figures of the registry of measures, for everybody's work."""

    def faults(self, counted: Counted, /) -> dict[str, list[Text]]:
        """Return what is wrong with what is to be counted, by field."""
        if counted.measure not in CODES:
            return {"measure": [_("There is no such measure.")]}
        if counted.subject_kind == EVERYTHING and not counted.subject_code:
            return {}
        if self.has(counted.subject_kind, counted.subject_code):
            return {}
        return {"subject_code": [_("Choose whose figures are counted.")]}

    def has(self, kind: str, code: str, /) -> bool:
        """Tell whether there is a subject with a code."""
        if kind == EVERYTHING or not is_storable(code):
            return False
        try:
            find_subject(kind, code, actor=system_actor())
        except NotFound:
            return False
        return True

    def figures(self, counted: Counted, /, *, since: date, at: datetime) -> tuple[Figure, ...]:
        """Return the figures of the whole months from a day until now, oldest first."""
        found = monthly_figures(
            counted.measure, counted.subject_kind, counted.subject_code, since=since, at=at
        )
        return tuple(Figure(day, value) for day, value in found)


class Host:
    """Answers for objectives, from which planned actions follow."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what is to be reached.

        Raises:
            NotFound: there is none, or the actor may not see it.
        """
        return known(code, actor=actor).title

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor may say what is done to reach it."""
        try:
            row = known(code, actor=actor)
        except NotFound:
            return False
        return may_read(row, actor=actor)


def register() -> None:
    """Say who counts for objectives, and who answers for them."""
    measuring.register(Registry())
    hosting.register(KIND, Host())
    due.register("objective", due_objectives)
