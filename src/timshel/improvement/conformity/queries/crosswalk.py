"""The crosswalk: each clause of one model beside what corresponds to it in another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from timshel.improvement.conformity import access
from timshel.improvement.conformity.models import CrosswalkLink
from timshel.improvement.conformity.queries.crossing import linked, rows_of, statuses_of
from timshel.improvement.conformity.queries.reading import last_found, question_rows
from timshel.improvement.conformity.queries.shapes import CrossClause
from timshel.improvement.conformity.queries.standing import clause_rows
from timshel.improvement.conformity.rules import worst_of
from timshel.kernel.actor import Actor


def crosswalk(
    model: str = "", *, other: str = "", actor: Actor, at: datetime
) -> tuple[CrossClause, ...]:
    """Return the clauses of a model with what corresponds to them; six queries.

    A clause without questions of its own has the status of those that correspond to it.

    Args:
        model: its code; empty for the first that has questions.
        other: the code of the model with which it is compared; empty for all.
        actor: who reads.
        at: now.

    Raises:
        NotAllowed: the actor may not see it.
        NotFound: there is none.
    """
    row = access.known_model(model, actor=actor)
    found = last_found(at=at)
    questions = question_rows(row, found, actor=actor, at=at)
    clauses = list(row.clauses.order_by("position", "pk"))
    wanted = Q(source__model=row) | Q(target__model=row)
    by_clause: dict[int, list[CrosswalkLink]] = defaultdict(list)
    for link in linked(wanted):
        for end in (link.source, link.target):
            if end.model_id == row.pk:
                by_clause[end.pk].append(link)
    statuses = statuses_of(found)
    crossed = []
    shown = clause_rows(row, clauses, questions, language=actor.language)
    for clause, each in zip(clauses, shown, strict=True):
        others = rows_of(clause.pk, by_clause[clause.pk], statuses, language=actor.language)
        if other:
            others = tuple(kept for kept in others if kept.model == other)
        carried = worst_of(kept.worst for kept in others if kept.worst is not None)
        is_carried = each.worst is None and carried is not None
        standing = replace(each, worst=carried) if is_carried else each
        crossed.append(CrossClause(standing, others, is_carried))
    return tuple(crossed)
