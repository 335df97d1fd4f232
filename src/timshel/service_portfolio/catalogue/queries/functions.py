"""The second tree: what teams do, and which offerings rest on it and how much (B1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from timshel.kernel.actor import Actor
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.service.models import (
    Function,
    FunctionRelation,
    FunctionSupport,
    LifeCycle,
)


@dataclass(frozen=True, slots=True)
class Tie:
    """An offering that rests on a function.

    Args:
        code: of the offering.
        name: in the reader's language.
        relation: ``lead``, ``essential`` or ``supporting``.
    """

    code: str
    name: str
    relation: str


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function with its place in the tree.

    Args:
        code: of the function.
        name: in the reader's language.
        depth: 0 at the top.
        teams: the team of each level that supports it itself.
        ties: offerings that rest on it, the most needed first.
    """

    code: str
    name: str
    depth: int
    teams: Mapping[int, str]
    ties: tuple[Tie, ...]


ORDER = {"lead": 0, "essential": 1, "supporting": 2}


def function_tree(*, actor: Actor) -> tuple[FunctionView, ...]:
    """Return the functions in the order of their tree, in three queries.

    Raises:
        NotAllowed: without the right to keep any part of the catalogue.
    """
    access.require_view(actor)
    language = actor.language
    children: dict[int | None, list[Function]] = defaultdict(list)
    for function in Function.objects.all():
        children[function.parent_id].append(function)
    teams: dict[int, dict[int, str]] = defaultdict(dict)
    for support in FunctionSupport.objects.select_related("team").order_by("level"):
        teams[support.function_id][support.level] = support.team.text("name", language)
    ties = _ties(language)
    found: list[FunctionView] = []

    def walk(parent: int | None, depth: int) -> None:
        for each in sorted(children[parent], key=lambda row: row.text("name", language).casefold()):
            found.append(
                FunctionView(
                    code=each.code,
                    name=each.text("name", language),
                    depth=depth,
                    teams=teams[each.pk],
                    ties=tuple(ties[each.pk]),
                )
            )
            walk(each.pk, depth + 1)

    walk(None, 0)
    return tuple(found)


def _ties(language: str) -> Mapping[int, list[Tie]]:
    found: dict[int, list[Tie]] = defaultdict(list)
    rows = FunctionRelation.objects.filter(
        offering__is_active=True, offering__service__life_cycle=LifeCycle.LIVE
    ).select_related("offering")
    for row in rows:
        name = row.offering.text("name", language)
        found[row.function_id].append(Tie(row.offering.code, name, row.relation))
    for each in found.values():
        each.sort(key=lambda tie: (ORDER[tie.relation], tie.name.casefold()))
    return found
