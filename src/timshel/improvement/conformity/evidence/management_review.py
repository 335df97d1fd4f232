"""Evidence of clause 9.3: management reviews, their packs, and what they decided."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.evidence.building import counted, within
from timshel.improvement.conformity.evidence.rule import Evidence, Rule
from timshel.kernel.record_numbers import number_of
from timshel.performance_evaluation.management_review.models import (
    ManagementReview,
    OutputDecision,
)
from timshel.performance_evaluation.management_review.states import (
    COMING,
    TOOK_PLACE,
    ReviewState,
)
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.states import ActionState
from timshel.support.meeting.rules import PREFIX


def _carried_out(at: datetime) -> Evidence:
    """Count what management reviews decided to do and was done; two queries."""
    meetings = ManagementReview.objects.values_list("meeting_id", flat=True)
    numbers = [number_of(PREFIX, each) for each in meetings]
    done = PlannedAction.objects.filter(about_kind="meeting", state=ActionState.DONE)
    return within(done.filter(about_code__in=numbers), "ended_at")(at)


RULES = (
    Rule(
        "review.to_come",
        _("Management reviews that are planned and still to come; those overdue are stale"),
        counted(
            ManagementReview.objects.filter(state__in=COMING),
            current=lambda moment: Q(meeting__starts_at__gt=moment.at),
            stale=lambda moment: Q(meeting__starts_at__lte=moment.at),
            latest="planned_at",
        ),
        "review-list",
    ),
    Rule(
        "review.frozen",
        _(
            "Management reviews that looked at a pack drawn from the records and kept since, in "
            "the last twelve months"
        ),
        within(ManagementReview.objects.filter(state__in=TOOK_PLACE).exclude(digest=""), "held_at"),
        "review-list",
    ),
    Rule(
        "review.answered",
        _(
            "Decisions about improving, the system and the services with which management reviews "
            "ended in the last twelve months"
        ),
        within(OutputDecision.objects.filter(review__state__in=TOOK_PLACE), "review__held_at"),
        "review-list",
    ),
    Rule(
        "review.closed",
        _("Management reviews that were closed with their decisions in the last twelve months"),
        within(ManagementReview.objects.filter(state=ReviewState.CLOSED), "closed_at"),
        "review-list",
    ),
    Rule(
        "review.carried_out",
        _("Actions that management reviews decided and that were done in the last twelve months"),
        _carried_out,
        "review-list",
    ),
)
