"""Evidence of clause 10: nonconformities, corrective action, continual improvement."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.evidence.building import (
    counted,
    until,
    within,
)
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.improvement.initiative.models import Cycle, Improvement, Step
from timshel.improvement.initiative.states import CycleStep, ImprovementState
from timshel.improvement.nonconformity.models import Nonconformity, Recommendation, Verification
from timshel.improvement.nonconformity.states import (
    ENDED,
    NonconformityState,
    RecommendationState,
    SourceKind,
    Verdict,
)
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.states import ActionKind, ActionState

_OPEN = Nonconformity.objects.exclude(state__in=ENDED)
_CORRECTIVE = PlannedAction.objects.filter(kind=ActionKind.CORRECTIVE)
_APPROVED = Improvement.objects.filter(authorised_by__isnull=False)
_DONE = (ImprovementState.DONE, ImprovementState.MEASURED)

RULES = (
    Rule(
        "nonconformity.recorded",
        _("Nonconformities that were recorded in the last twelve months"),
        within(Nonconformity.objects.all(), "raised_at"),
        "nonconformity-list",
    ),
    Rule(
        "nonconformity.corrected",
        _("Nonconformities that were corrected, with words of how, in the last twelve months"),
        within(Nonconformity.objects.exclude(correction=""), "corrected_at"),
        "nonconformity-list",
    ),
    Rule(
        "nonconformity.cause",
        _("Nonconformities whose cause was determined in the last twelve months"),
        within(Nonconformity.objects.exclude(cause=""), "analysed_at"),
        "nonconformity-list",
    ),
    Rule(
        "nonconformity.elsewhere",
        _("Nonconformities of which the like was found elsewhere in the last twelve months"),
        within(Nonconformity.objects.filter(has_similar=True), "analysed_at"),
        "nonconformity-list",
    ),
    Rule(
        "nonconformity.in_time",
        _("Open nonconformities whose day is not over; those overdue are stale"),
        until(_OPEN, "due_date", latest="raised_at"),
        "nonconformity-list",
    ),
    Rule(
        "nonconformity.ended",
        _("Nonconformities with corrective action of the last twelve months and proven effect"),
        within(
            Nonconformity.objects.filter(
                state__in=[NonconformityState.EFFECTIVE, NonconformityState.CLOSED]
            ),
            "implemented_at",
        ),
        "nonconformity-list",
    ),
    Rule(
        "nonconformity.observed",
        _("Observations of staff that were treated as a nonconformity in the last twelve months"),
        within(Nonconformity.objects.filter(source=SourceKind.OBSERVATION), "raised_at"),
        "nonconformity-list",
    ),
    Rule(
        "nonconformity.verified",
        _("Verdicts on whether a corrective action worked, of the last twelve months"),
        within(Verification.objects.exclude(verdict=""), "judged_at"),
        "nonconformity-list",
    ),
    Rule(
        "nonconformity.effective",
        _("Figures before and after a corrective action that prove that it worked"),
        counted(
            Verification.objects.filter(before__isnull=False, after__isnull=False),
            current=Q(verdict=Verdict.EFFECTIVE),
            stale=Q(verdict=Verdict.INEFFECTIVE),
            latest="judged_at",
        ),
        "nonconformity-list",
    ),
    Rule(
        "corrective.done",
        _("Corrective actions that were done in the last twelve months"),
        within(_CORRECTIVE.filter(state=ActionState.DONE), "ended_at"),
        "action-list",
    ),
    Rule(
        "corrective.open",
        _("Corrective actions on their way; those overdue are stale"),
        until(_CORRECTIVE.filter(state=ActionState.OPEN), "due_date", latest="planned_at"),
        "action-list",
    ),
    Rule(
        "recommendation.answered",
        _("Recommendations of outside auditors with an answer; those overdue for one are stale"),
        counted(
            Recommendation.objects.all(),
            current=~Q(state=RecommendationState.OPEN),
            stale=lambda moment: Q(state=RecommendationState.OPEN, deadline__lt=moment.today),
            latest="responded_at",
        ),
        "recommendation-list",
    ),
    Rule(
        "recommendation.carried_out",
        _("Recommendations of outside auditors that were carried out"),
        counted(
            Recommendation.objects.all(),
            current=Q(state__in=[RecommendationState.IMPLEMENTED, RecommendationState.CLOSED]),
            latest="implemented_at",
        ),
        "recommendation-list",
    ),
    Rule(
        "improvement.suggested",
        _("Improvements that were suggested in the last twelve months"),
        within(Improvement.objects.all(), "suggested_at"),
        "improvement-list",
    ),
    Rule(
        "improvement.assessed",
        _("Improvements with marks for benefit, cost, effort and risk; declined ones are stale"),
        counted(
            Improvement.objects.filter(score__isnull=False, assessed_by__isnull=False),
            current=~Q(state=ImprovementState.DECLINED),
            stale=Q(state=ImprovementState.DECLINED),
            latest="moved_at",
        ),
        "improvement-ranking",
    ),
    Rule(
        "improvement.authorised",
        _("Improvements that were authorised, as their steps say, in the last twelve months"),
        within(Step.objects.filter(state=ImprovementState.AUTHORISED), "at"),
        "improvement-list",
    ),
    Rule(
        "improvement.target",
        _("Authorised improvements with an expected figure; parked or declined ones are stale"),
        counted(
            _APPROVED.filter(value_expected__isnull=False),
            current=~Q(state__in=[ImprovementState.PARKED, ImprovementState.DECLINED]),
            stale=Q(state__in=[ImprovementState.PARKED, ImprovementState.DECLINED]),
            latest="moved_at",
        ),
        "improvement-list",
    ),
    Rule(
        "improvement.on_the_way",
        _("Improvements that are planned or running; those overdue are stale"),
        until(
            Improvement.objects.filter(
                state__in=[ImprovementState.PLANNED, ImprovementState.RUNNING],
                owner__isnull=False,
            ),
            "due_date",
            latest="moved_at",
        ),
        "improvement-list",
    ),
    Rule(
        "improvement.finished",
        _("Improvements that were done in the last twelve months"),
        within(Improvement.objects.filter(state__in=_DONE), "moved_at"),
        "improvement-list",
    ),
    Rule(
        "improvement.measured",
        _("Improvements whose benefit was measured, with the figure reached"),
        counted(
            Improvement.objects.filter(value_reached__isnull=False),
            current=Q(state=ImprovementState.MEASURED),
            latest="moved_at",
        ),
        "improvement-list",
    ),
    Rule(
        "improvement.answered",
        _("Steps of improvements with words to who suggested them, in the last twelve months"),
        within(Step.objects.exclude(said=""), "at"),
        "suggestion-list",
    ),
    Rule(
        "improvement.cycle",
        _("Turns of plan, do, check and act that are under way; closed ones are stale"),
        counted(
            Cycle.objects.all(),
            current=~Q(step=CycleStep.CLOSED),
            stale=Q(step=CycleStep.CLOSED),
            latest="begun_at",
        ),
        "improvement-cycles",
    ),
    Rule(
        "improvement.checked",
        _("Turns of plan, do, check and act, begun in the last twelve months, that were checked"),
        within(Cycle.objects.exclude(check_text=""), "begun_at"),
        "improvement-cycles",
    ),
)
