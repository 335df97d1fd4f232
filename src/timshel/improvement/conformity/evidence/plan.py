"""Evidence of clause 6.3: the service management plan and its parts."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.evidence.building import counted, until
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.kernel.errors import Text
from timshel.planning.plan.models import PlanPart, PlanVersion
from timshel.planning.plan.states import Part, PlanState


def _parts(code: str, meaning: Text, *parts: Part) -> Rule:
    """Return a rule that counts parts that somebody wrote and keeps."""
    kept = PlanPart.objects.filter(part__in=parts, owner__is_active=True).exclude(statement="")
    return Rule(f"plan.{code}", meaning, until(kept, "review_date", latest="changed_at"), "plan")


RULES = (
    Rule(
        "plan.approved",
        _(
            "Versions of the service management plan that were approved in the last twelve months "
            "and hold; older and replaced ones are stale"
        ),
        counted(
            PlanVersion.objects.filter(approved_by__isnull=False),
            current=lambda moment: Q(
                state=PlanState.APPROVED,
                approved_at__gt=moment.earlier(),
                approved_at__lte=moment.at,
            ),
            stale=lambda moment: (
                Q(state=PlanState.SUPERSEDED)
                | Q(state=PlanState.APPROVED, approved_at__lte=moment.earlier())
            ),
            latest="approved_at",
        ),
        "plan",
    ),
    _parts(
        "services",
        _(
            "Parts of the plan on services and known limitations that somebody keeps; those "
            "overdue for review are stale"
        ),
        Part.SERVICES,
        Part.LIMITATIONS,
    ),
    _parts(
        "obligations",
        _(
            "The part of the plan on obligations, if somebody keeps it; it is stale when overdue "
            "for review"
        ),
        Part.OBLIGATIONS,
    ),
    _parts(
        "authorities",
        _(
            "Parts of the plan on authorities and on the technology of the system that somebody "
            "keeps; those overdue for review are stale"
        ),
        Part.AUTHORITIES,
        Part.TECHNOLOGY,
    ),
    _parts(
        "resources",
        _(
            "Parts of the plan on people, technical resources, information and money that somebody "
            "keeps; those overdue for review are stale"
        ),
        Part.PEOPLE,
        Part.TECHNICAL,
        Part.INFORMATION,
        Part.FINANCE,
    ),
    _parts(
        "evaluation",
        _(
            "Parts of the plan on working with others and on measuring, auditing, reporting and "
            "improving that somebody keeps; those overdue for review are stale"
        ),
        Part.PARTIES,
        Part.EVALUATION,
    ),
)
