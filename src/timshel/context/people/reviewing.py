"""What a management review asks of people and teams."""

from __future__ import annotations

from django.db.models import Count, Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Membership
from timshel.kernel.looking_back import LookedBack, Seen, Span


def staff_reviewed(span: Span) -> LookedBack:
    """Return the teams with how many work there, the smallest first; three queries.

    Who worked where in former times is not kept: it is counted as it stands.
    """
    active = Q(memberships__person__is_active=True)
    teams = Team.objects.filter(is_active=True).annotate(
        members_count=Count("memberships", filter=active),
        leads_count=Count("memberships", filter=active & Q(memberships__is_lead=True)),
    )
    people = (
        Membership.objects.filter(team__is_active=True, person__is_active=True)
        .values("person")
        .distinct()
        .count()
    )
    total = teams.count()
    some = list(teams.order_by("members_count", "name", "pk")[: span.most])
    without_lead = Team.objects.filter(is_active=True).exclude(
        memberships__is_lead=True, memberships__person__is_active=True
    )
    rows = tuple(
        Seen(
            each.code,
            each.text("name", span.actor.language),
            str(each.members_count),
            note=str(each.leads_count),
        )
        for each in some
    )
    counts = {"people": people, "teams": total, "without_lead": without_lead.count()}
    return LookedBack(counts, rows, total)
