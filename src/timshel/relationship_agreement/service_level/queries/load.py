"""Who of a team has how much: what is open, late, due today and waiting, person by person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from timshel.context.organization.queries import team_list
from timshel.context.people.queries import MemberRow, members_of
from timshel.kernel.actor import Actor
from timshel.operation.work.models import OPEN, WorkItem
from timshel.operation.work.states import Stage
from timshel.relationship_agreement.service_level.queries.breaches import end_of_day
from timshel.relationship_agreement.service_level.queries.worklist import is_late

NOTHING: dict[str, int] = {"open": 0, "late": 0, "today": 0, "waiting": 0}


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What one person of a team has; nobody, for what nobody has taken.

    Args:
        person_id: None for nobody.
        name: empty for nobody.
        is_lead: leads the team.
        is_member: False where somebody has work of a team that they do not belong to.
        open: pieces of work that are not finished.
        late: of those, with a broken promise.
        today: of those, not late and due before the reader's day ends.
        waiting: of those, waiting for something.
    """

    person_id: int | None
    name: str
    is_lead: bool
    is_member: bool
    open: int
    late: int
    today: int
    waiting: int


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """What a team has, person by person: what nobody has taken first, then by name."""

    team_id: int
    code: str
    name: str
    rows: tuple[LoadRow, ...]


def team_load(team_ids: Collection[int], *, actor: Actor, at: datetime) -> tuple[TeamLoad, ...]:
    """Return who has how much of what the reader may see, in three queries.

    Args:
        team_ids: of which teams.
        actor: who reads.
        at: now, for what is late.
    """
    counted = defaultdict(list)
    for row in _counted(team_ids, actor=actor, at=at):
        counted[row["team_id"]].append(row)
    members = defaultdict(list)
    for member in members_of(team_ids):
        members[member.team_id].append(member)
    return tuple(
        TeamLoad(team.id, team.code, team.name, _rows(counted[team.id], members[team.id]))
        for team in team_list(language=actor.language)
        if team.id in team_ids
    )


def _counted(
    team_ids: Collection[int], *, actor: Actor, at: datetime
) -> Iterable[Mapping[str, Any]]:
    items = WorkItem.objects.filter(OPEN, team_id__in=team_ids).visible_to(actor)
    rows = items.annotate(late_by_now=is_late(at)).values(
        "team_id", "assignee_id", "assignee__name"
    )
    today = Q(late_by_now=False, next_due_at__lte=end_of_day(at, actor.time_zone))
    counted = rows.annotate(
        open=Count("pk"),
        late=Count("pk", filter=Q(late_by_now=True)),
        today=Count("pk", filter=today),
        waiting=Count("pk", filter=Q(stage=Stage.WAITING)),
    )
    return counted.order_by("team_id", "assignee__name")


def _rows(counted: Sequence[Mapping[str, Any]], members: list[MemberRow]) -> tuple[LoadRow, ...]:
    by_person = {row["assignee_id"]: row for row in counted}
    people = {member.person_id: (member.name, member.is_lead, True) for member in members}
    for row in counted:
        people.setdefault(row["assignee_id"], (row["assignee__name"] or "", False, False))
    rows = [
        LoadRow(
            person_id,
            name,
            is_lead,
            is_member,
            *(by_person.get(person_id, NOTHING)[each] for each in NOTHING),
        )
        for person_id, (name, is_lead, is_member) in people.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.person_id is not None, row.name)))
