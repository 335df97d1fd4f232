"""Which clauses of which models correspond to each other, and whose status is carried over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Q

from timshel.improvement.conformity.models import Clause, CrosswalkLink, Question
from timshel.improvement.conformity.queries.reading import Found
from timshel.improvement.conformity.queries.shapes import CrossRow
from timshel.improvement.conformity.rules import is_within, key_of_part, worst_of
from timshel.improvement.conformity.states import Status
from timshel.kernel.actor import Actor

Statuses = Mapping[int, list[tuple[str, Status]]]


def others_of(clause: Clause, found: Found, *, actor: Actor) -> tuple[CrossRow, ...]:
    """Return what corresponds to a clause in other models, both ways; two queries."""
    links = linked(Q(source=clause) | Q(target=clause))
    return rows_of(clause.pk, links, statuses_of(found), language=actor.language)


def linked(wanted: Q) -> list[CrosswalkLink]:
    """Return correspondences with the clauses at both ends; one query."""
    rows = CrosswalkLink.objects.filter(wanted).select_related("source__model", "target__model")
    return list(rows.order_by("pk"))


def statuses_of(found: Found) -> Statuses:
    """Return the clause and the status of each question, by the key of its model; one query."""
    statuses: dict[int, list[tuple[str, Status]]] = defaultdict(list)
    rows = Question.objects.select_related("clause").defer("words", "by_hand")
    for row in rows:
        statuses[row.model_id].append((row.clause.number, found.status(row)))
    return statuses


def rows_of(
    clause_id: int, links: Iterable[CrosswalkLink], statuses: Statuses, *, language: str
) -> tuple[CrossRow, ...]:
    """Return what some correspondences mean for a clause, each other clause once."""
    rows: dict[int, CrossRow] = {}
    for each in links:
        other = each.target if each.source_id == clause_id else each.source
        own = statuses.get(other.model_id, [])
        rows[other.pk] = CrossRow(
            model=other.model.code,
            model_name=f"{other.model.text('name', language)} ({other.model.edition})",
            number=other.number,
            title=other.text("title", language),
            note=each.text("note", language),
            worst=worst_of(status for number, status in own if is_within(number, other.number)),
            key=key_of_part(other.model.code, other.number),
        )
    return tuple(sorted(rows.values(), key=lambda row: (row.model, place_of(row.number))))


def place_of(number: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts numbers of clauses as people do: 8.2 before 8.10."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in number.split("."))
