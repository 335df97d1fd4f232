"""The registers of the management system that the one search asks."""

from __future__ import annotations

from timshel.context.issue.searching import ISSUES
from timshel.improvement.initiative.searching import IMPROVEMENTS
from timshel.improvement.nonconformity.searching import NONCONFORMITIES, RECOMMENDATIONS
from timshel.kernel.search import actions as search_words
from timshel.kernel.search import sources as search
from timshel.kernel.search.registers import RegisterSource
from timshel.leadership.mandate.searching import MANDATES
from timshel.performance_evaluation.indicator.searching import INDICATORS
from timshel.performance_evaluation.internal_audit.searching import AUDITS
from timshel.planning.objective.searching import OBJECTIVES
from timshel.planning.planned_action.searching import ACTIONS
from timshel.planning.risk.searching import RISKS
from timshel.support.communication_plan.searching import COMMUNICATIONS
from timshel.support.meeting.searching import MEETINGS
from timshel.support.resource.searching import RESOURCES

REGISTERS = (
    ISSUES,
    MANDATES,
    RISKS,
    OBJECTIVES,
    ACTIONS,
    RESOURCES,
    COMMUNICATIONS,
    MEETINGS,
    INDICATORS,
    AUDITS,
    NONCONFORMITIES,
    RECOMMENDATIONS,
    IMPROVEMENTS,
)


def register() -> None:
    """Have them asked, and their words learnt."""
    search.register(RegisterSource(*REGISTERS))
    for each in REGISTERS:
        search_words.register_reader(each.kind, each.words_after)
