"""Evidence of clause 6: risks and opportunities, objectives, and what is done about them."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.evidence.building import (
    counted,
    until,
    within,
    within_days,
)
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.kernel.errors import Text
from timshel.kernel.journal.models import Entry
from timshel.planning.objective.models import Objective, ObjectiveReading
from timshel.planning.objective.states import Level, ObjectiveState, ReadingSource
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.states import ActionState
from timshel.planning.risk.models import (
    Risk,
    RiskAnalysis,
    RiskArea,
    RiskBand,
    RiskLink,
    RiskReview,
    RiskScale,
)
from timshel.planning.risk.states import LinkKind, RiskState

_OPEN = Risk.objects.exclude(state=RiskState.CLOSED)
_THREATS = _OPEN.filter(is_opportunity=False)
_OBJECTIVES = Objective.objects.filter(level=Level.OBJECTIVE)
_AGREED = _OBJECTIVES.filter(state=ObjectiveState.AGREED)


def _about(kind: LinkKind) -> Rule:
    meanings = {
        LinkKind.SERVICE: _("Open risks about a service; those overdue for review are stale"),
        LinkKind.SUPPLIER: _("Open risks about a supplier; those overdue for review are stale"),
    }
    linked = Exists(RiskLink.objects.filter(risk=OuterRef("pk"), kind=kind))
    return Rule(
        f"risk.about_{kind.value}",
        meanings[kind],
        counted(
            _OPEN.filter(linked),
            current=lambda moment: Q(review_date__isnull=True) | Q(review_date__gte=moment.today),
            stale=lambda moment: Q(review_date__lt=moment.today),
            latest="changed_at",
        ),
        "risk-list",
    )


def _in_area(area: str, meaning: Text) -> Rule:
    return Rule(
        f"risk.in_{area}",
        meaning,
        counted(
            Risk.objects.filter(area__code=area, likelihood__isnull=False),
            current=~Q(state=RiskState.CLOSED),
            stale=Q(state=RiskState.CLOSED),
            latest="changed_at",
        ),
        "risk-list",
    )


RULES = (
    Rule(
        "risk.in_review",
        _("Open risks whose day of review is not over; those overdue are stale"),
        until(_THREATS, "review_date", latest="changed_at"),
        "risk-list",
    ),
    Rule(
        "risk.area",
        _("Areas in which risks are looked for and in which some are open"),
        counted(
            RiskArea.objects.all(),
            current=Q(
                Exists(Risk.objects.filter(area=OuterRef("pk")).exclude(state=RiskState.CLOSED))
            ),
        ),
        "risk-criteria",
    ),
    Rule(
        "risk.scale",
        _("Levels of likelihood and impact whose meaning is written down"),
        counted(RiskScale.objects.all(), current=~Q(meaning="")),
        "risk-criteria",
    ),
    Rule(
        "risk.band",
        _("Bands of risk that say who may accept what lies in them"),
        counted(RiskBand.objects.all(), current=~Q(acceptance="")),
        "risk-criteria",
    ),
    Rule(
        "risk.analysed",
        _("Analyses of risks with their reason in the last twelve months"),
        within(RiskAnalysis.objects.exclude(reason=""), "at"),
        "risk-list",
    ),
    Rule(
        "risk.reviewed",
        _("Reviews of risks in the last twelve months"),
        within(RiskReview.objects.all(), "at"),
        "risk-list",
    ),
    _about(LinkKind.SERVICE),
    _about(LinkKind.SUPPLIER),
    _in_area("corporate", _("Judged risks to the organisation itself; closed ones are stale")),
    _in_area("contract", _("Judged risks of contracts and obligations; closed ones are stale")),
    _in_area("financial", _("Judged financial risks; closed ones are stale")),
    _in_area(
        "information_security", _("Judged risks of information security; closed ones are stale")
    ),
    Rule(
        "risk.treated",
        _("Open risks with a plan for their treatment; those overdue for review are stale"),
        until(_THREATS.exclude(treatment_plan=""), "review_date", latest="changed_at"),
        "risk-list",
    ),
    Rule(
        "risk.lowered",
        _("Open risks of which less remains than there was without treatment"),
        counted(
            Risk.objects.filter(
                residual_likelihood__isnull=False,
                score__lt=F("likelihood") * F("impact"),
            ),
            current=~Q(state=RiskState.CLOSED),
            stale=Q(state=RiskState.CLOSED),
            latest="changed_at",
        ),
        "risk-map",
    ),
    Rule(
        "risk.accepted",
        _("Risks that somebody accepted for a reason; those overdue for review are stale"),
        until(
            Risk.objects.filter(state=RiskState.ACCEPTED, accepted_by__isnull=False).exclude(
                accepted_because=""
            ),
            "review_date",
            latest="accepted_at",
        ),
        "risk-list",
    ),
    Rule(
        "risk.high_treated",
        _("Risks of high impact that are treated, accepted or watched; closed ones are stale"),
        counted(
            Risk.objects.filter(impact__gte=4).exclude(treatment=""),
            current=~Q(state=RiskState.CLOSED),
            stale=Q(state=RiskState.CLOSED),
            latest="changed_at",
        ),
        "risk-map",
    ),
    Rule(
        "risk.action_done",
        _("Actions about risks that were done in the last twelve months"),
        within(PlannedAction.objects.filter(about_kind="risk", state=ActionState.DONE), "ended_at"),
        "action-list",
    ),
    Rule(
        "opportunity.open",
        _("Opportunities that are recorded; those closed or overdue for review are stale"),
        counted(
            Risk.objects.filter(is_opportunity=True),
            current=lambda moment: (
                ~Q(state=RiskState.CLOSED)
                & (Q(review_date__isnull=True) | Q(review_date__gte=moment.today))
            ),
            stale=lambda moment: Q(state=RiskState.CLOSED) | Q(review_date__lt=moment.today),
            latest="changed_at",
        ),
        "risk-list",
    ),
    Rule(
        "opportunity.pursued",
        _("Opportunities of which it is decided what is done with them"),
        counted(
            Risk.objects.filter(is_opportunity=True).exclude(treatment=""),
            current=~Q(state=RiskState.CLOSED),
            stale=Q(state=RiskState.CLOSED),
            latest="changed_at",
        ),
        "risk-list",
    ),
    Rule(
        "goal.agreed",
        _("Strategic goals and expected results that are agreed and not over"),
        counted(
            Objective.objects.filter(
                level__in=[Level.GOAL, Level.RESULT], state=ObjectiveState.AGREED
            ),
            current=lambda moment: Q(due_date__isnull=True) | Q(due_date__gte=moment.today),
            stale=lambda moment: Q(due_date__lt=moment.today),
            latest="agreed_at",
        ),
        "objective-list",
    ),
    Rule(
        "objective.agreed",
        _("Objectives that are agreed; those whose last day is over are stale"),
        until(_AGREED, "due_date", latest="agreed_at"),
        "objective-list",
    ),
    Rule(
        "objective.measurable",
        _("Agreed objectives with a target, or with a reason why nothing is measured"),
        counted(
            _OBJECTIVES.filter(Q(target__isnull=False) | ~Q(unmeasured_because="")),
            current=Q(state=ObjectiveState.AGREED),
            stale=Q(ended_at__isnull=False),
            latest="agreed_at",
        ),
        "objective-list",
    ),
    Rule(
        "objective.of_service",
        _("Agreed objectives that name a service or a customer; ended ones are stale"),
        counted(
            _OBJECTIVES.exclude(service_code="", customer_code="").exclude(
                state=ObjectiveState.DRAFT
            ),
            current=Q(state=ObjectiveState.AGREED),
            stale=Q(ended_at__isnull=False),
            latest="agreed_at",
        ),
        "objective-list",
    ),
    Rule(
        "objective.planned",
        _(
            "Agreed objectives that say what is done, with which resources and how the result is "
            "judged; those whose last day is over are stale"
        ),
        until(
            _AGREED.exclude(plan="").exclude(resources="").exclude(judged_by=""),
            "due_date",
            latest="agreed_at",
        ),
        "objective-list",
    ),
    Rule(
        "objective.read",
        _("Readings of objectives by hand in the last twelve months"),
        within_days(ObjectiveReading.objects.filter(source=ReadingSource.HAND), "day"),
        "objective-list",
    ),
    Rule(
        "objective.counted",
        _("Readings of objectives that were counted from records in the last twelve months"),
        within_days(ObjectiveReading.objects.filter(source=ReadingSource.REGISTRY), "day"),
        "objective-list",
    ),
    Rule(
        "objective.judged",
        _("Objectives that were judged met or missed in the last twelve months"),
        within(
            Objective.objects.filter(state__in=[ObjectiveState.MET, ObjectiveState.MISSED]),
            "ended_at",
        ),
        "objective-list",
    ),
    Rule(
        "action.done",
        _("Planned actions that were done, with what came of them, in the last twelve months"),
        within(
            PlannedAction.objects.filter(state=ActionState.DONE).exclude(outcome=""), "ended_at"
        ),
        "action-list",
    ),
    Rule(
        "action.open",
        _("Planned actions on their way; those overdue are stale"),
        until(
            PlannedAction.objects.filter(state=ActionState.OPEN), "due_date", latest="planned_at"
        ),
        "action-list",
    ),
    Rule(
        "risk.steered",
        _("Risks that were treated, accepted or watched anew in the last twelve months"),
        within(
            Entry.objects.filter(
                subject_kind="risk", verb__in=["risk.treated", "risk.accepted", "risk.monitored"]
            ),
            "at",
        ),
        "risk-list",
    ),
)
