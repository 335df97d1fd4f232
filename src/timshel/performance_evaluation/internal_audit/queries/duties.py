"""What people answer for and work in, as far as it touches what is audited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q

from timshel.context.people.models import Membership
from timshel.leadership.responsibility.models import Assignment
from timshel.performance_evaluation.internal_audit.rules import (
    AUDIT_CLAUSE,
    Duty,
    DutyKind,
    Scope,
    audited_processes,
)
from timshel.service_portfolio.service.models import Service


def duties_touching(
    person_ids: Iterable[int], scope: Scope, *, manager_id: int, on: date
) -> dict[int, tuple[Duty, ...]]:
    """Return what makes some people partial about a scope, by person; four queries.

    Args:
        person_ids: who is to audit.
        scope: what.
        manager_id: who manages the programme.
        on: the day for which roles are held.
    """
    people = set(person_ids)
    found: dict[int, set[Duty]] = defaultdict(set)
    owned = Service.objects.filter(code__in=scope.services, owner__in=people)
    for person, code in owned.values_list("owner_id", "code"):
        found[person].add(Duty(DutyKind.OWNER, "service", code))
    serving = Membership.objects.filter(
        person__in=people,
        team__supports__function__relations__offering__service__code__in=scope.services,
    )
    service = "team__supports__function__relations__offering__service__code"
    for person, team, code in serving.values_list("person_id", "team__name", service):
        found[person].add(Duty(DutyKind.TEAM, "service", code, team))
    for person, duty in _roles(people, scope, on):
        found[person].add(duty)
    if manager_id in people:
        found[manager_id].add(Duty(DutyKind.MANAGER, "clause", AUDIT_CLAUSE))
    order = list(DutyKind)
    return {
        person: tuple(sorted(each, key=lambda duty: (order.index(duty.kind), duty.code, duty.name)))
        for person, each in found.items()
    }


def _roles(people: set[int], scope: Scope, on: date) -> Iterable[tuple[int, Duty]]:
    """Yield the roles that do or answer for something; who is only asked or told is impartial."""
    kind, code = "role__parts__activity__matrix__kind", "role__parts__activity__matrix__code"
    subjects = Q(**{kind: "process", f"{code}__in": audited_processes(scope)}) | Q(
        **{kind: "service", f"{code}__in": scope.services}
    )
    rows = Assignment.objects.filter(
        subjects,
        Q(matrix__isnull=True) | Q(matrix=F("role__parts__activity__matrix")),
        Q(person__in=people) | Q(team__memberships__person__in=people),
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        role__parts__letters__regex="[RA]",
        valid_from__lte=on,
    )
    columns = rows.values_list(
        "person_id", "team__memberships__person_id", "role__name", kind, code
    )
    for own, member, role, subject_kind, subject_code in columns.distinct():
        person = own if own is not None else member
        if person in people:
            yield person, Duty(DutyKind.ROLE, subject_kind, subject_code, role)
