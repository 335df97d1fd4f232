"""Evidence of clauses 7.2 and 7.3: what people have to be able to do, can do, and learn."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.evidence.building import Moment, counted, within
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.states import ActionState
from timshel.support.competence.models import (
    Certificate,
    Enrolment,
    Holding,
    Need,
    Skill,
    StepProgress,
)
from timshel.support.competence.states import (
    CertificateState,
    EnrolmentState,
    HoldingState,
    StepState,
)

_HERE = Q(person__is_active=True)
_CONFIRMED = (
    Holding.objects.filter(
        state=HoldingState.CONFIRMED, level__gt=0, skill__is_retired=False, judged_by__isnull=False
    )
    .exclude(judged_by=F("person"))
    .order_by()
)
_RUNNING = Enrolment.objects.filter(state=EnrolmentState.RUNNING)


def _proven(moment: Moment) -> Q:
    """Return the condition for a level for which nothing is missing."""
    shown = Certificate.objects.in_force(moment.today).filter(
        person=OuterRef("person"), skill=OuterRef("skill")
    )
    return Q(skill__needs_certificate=False) | Q(Exists(shown))


RULES = (
    Rule(
        "competence.needed",
        _("Skills that a team or a role needs at a level; of teams or skills given up is stale"),
        counted(
            Need.objects.all(),
            current=Q(skill__is_retired=False) & (Q(team__isnull=True) | Q(team__is_active=True)),
            stale=Q(skill__is_retired=True) | Q(team__is_active=False),
        ),
        "competence-matrix",
    ),
    Rule(
        "competence.described",
        _("Skills of which each level says what somebody can do; those out of use are stale"),
        counted(
            Skill.objects.exclude(levels__contains=[""]),
            current=Q(is_retired=False),
            stale=Q(is_retired=True),
        ),
        "skill-list",
    ),
    Rule(
        "competence.certificate",
        _(
            "Certificates and trainings of people who are here that somebody checked and that "
            "have not expired; those expired or of leavers are stale"
        ),
        counted(
            Certificate.objects.filter(state=CertificateState.CHECKED),
            current=lambda moment: (
                _HERE & (Q(expires_on__isnull=True) | Q(expires_on__gte=moment.today))
            ),
            stale=lambda moment: ~_HERE | Q(expires_on__lt=moment.today),
            latest="judged_at",
        ),
        "certificate-list",
    ),
    Rule(
        "competence.level",
        _(
            "Levels of skills that somebody else confirmed; those of leavers and those whose "
            "certificate has expired are stale"
        ),
        counted(
            _CONFIRMED,
            current=lambda moment: _HERE & _proven(moment),
            stale=lambda moment: ~(_HERE & _proven(moment)),
            latest="judged_at",
        ),
        "competence-matrix",
    ),
    Rule(
        "competence.signed",
        _("Steps of learning that somebody else signed off in the last twelve months"),
        within(
            StepProgress.objects.filter(state=StepState.SIGNED).exclude(
                signed_by=F("enrolment__person")
            ),
            "signed_at",
        ),
        "learning-path-list",
    ),
    Rule(
        "competence.learning",
        _("People who are on a learning path and in time; those overdue are stale"),
        counted(
            _RUNNING,
            current=lambda moment: (
                _HERE & (Q(due_date__isnull=True) | Q(due_date__gte=moment.today))
            ),
            stale=lambda moment: _HERE & Q(due_date__lt=moment.today),
            latest="started_at",
        ),
        "learning-path-list",
    ),
    Rule(
        "competence.learnt",
        _("Learning paths that people finished in the last twelve months"),
        within(Enrolment.objects.filter(state=EnrolmentState.COMPLETED), "ended_at"),
        "learning-path-list",
    ),
    Rule(
        "competence.action",
        _("Actions about skills that were done in the last twelve months"),
        within(
            PlannedAction.objects.filter(about_kind="skill", state=ActionState.DONE), "ended_at"
        ),
        "action-list",
    ),
    Rule(
        "awareness.learnt",
        _("Documents that learners read on their paths in the last twelve months"),
        within(
            StepProgress.objects.filter(state__in=[StepState.READ, StepState.SIGNED]).exclude(
                step__document=""
            ),
            "read_at",
        ),
        "learning-path-list",
    ),
)
