"""Reading the organisation: teams, units and sites as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from timshel.context.organization.models import Customer, Site, Team, Unit
from timshel.kernel.translation import translated


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team as lists and pickers show it."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as lists and pickers show it.

    Args:
        id: its key.
        code: what files refer to it by.
        name: its name in the reader's language.
        parent_id: the unit above, or None.
        path: the keys from the top, as ``/3/17/``; sorts into the order of the tree.
    """

    id: int
    code: str
    name: str
    parent_id: int | None
    path: str


@dataclass(frozen=True, slots=True)
class KeysByCode:
    """The keys of everything by its code, for whoever brings further content."""

    units: Mapping[str, int]
    sites: Mapping[str, int]
    teams: Mapping[str, int]
    customers: Mapping[str, int]


def team_list(*, language: str = "en") -> tuple[TeamRow, ...]:
    """Return the active teams by name, in one query."""
    rows = _teams(Q(is_active=True), language)
    return tuple(sorted(rows, key=lambda row: row.name.casefold()))


def team_by_code(code: str, *, language: str = "en") -> TeamRow | None:
    """Return an active team, or None if there is none of this code."""
    rows = _teams(Q(is_active=True, code=code), language)
    return rows[0] if rows else None


def team_names(ids: Iterable[int], *, language: str = "en") -> dict[int, str]:
    """Return the names of some teams by key, whether active or not, in one query."""
    return {row.id: row.name for row in _teams(Q(pk__in=set(ids)), language)}


def _teams(condition: Q, language: str) -> list[TeamRow]:
    columns = Team.objects.filter(condition).values_list("pk", "code", "name", "translations")
    return [
        TeamRow(pk, code, translated(name, translations, "name", language))
        for pk, code, name, translations in columns
    ]


def unit_list(*, language: str = "en") -> tuple[UnitRow, ...]:
    """Return the active units, each after the one above it, in one query."""
    columns = Unit.objects.filter(is_active=True).values_list(
        "pk", "code", "name", "translations", "parent_id", "path"
    )
    rows = [
        UnitRow(pk, code, translated(name, translations, "name", language), parent_id, path)
        for pk, code, name, translations, parent_id, path in columns
    ]
    return tuple(sorted(rows, key=lambda row: [int(key) for key in row.path.split("/") if key]))


def unit_descendants(ids: Iterable[int]) -> frozenset[int]:
    """Return the keys of some units and of all units below them, in one query."""
    wanted = frozenset(ids)
    if not wanted:
        return wanted
    below = (
        key
        for key, path in Unit.objects.values_list("pk", "path")
        if any(int(part) in wanted for part in path.split("/") if part)
    )
    return wanted | frozenset(below)


def keys_by_code() -> KeysByCode:
    """Return the keys of everything by its code, in four queries."""
    return KeysByCode(
        units=dict(Unit.objects.values_list("code", "pk")),
        sites=dict(Site.objects.values_list("code", "pk")),
        teams=dict(Team.objects.values_list("code", "pk")),
        customers=dict(Customer.objects.values_list("code", "pk")),
    )
