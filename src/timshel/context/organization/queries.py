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
class PlaceRow:
    """A unit or a site as pickers show it; ``above`` is the name of what a unit belongs to."""

    code: str
    name: str
    above: str = ""


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


def _teams(condition: Q, language: str) -> list[TeamRow]:
    columns = Team.objects.filter(condition).values_list("pk", "code", "name", "translations")
    return [
        TeamRow(pk, code, translated(name, translations, "name", language))
        for pk, code, name, translations in columns
    ]


def keys_by_code() -> KeysByCode:
    """Return the keys of everything by its code, in four queries."""
    return KeysByCode(
        units=dict(Unit.objects.values_list("code", "pk")),
        sites=dict(Site.objects.values_list("code", "pk")),
        teams=dict(Team.objects.values_list("code", "pk")),
        customers=dict(Customer.objects.values_list("code", "pk")),
    )


def unit_list(*, language: str = "en") -> tuple[PlaceRow, ...]:
    """Return the active units by name, each with the one above it, in one query."""
    columns = ("code", "name", "translations", "parent__name", "parent__translations")
    rows = Unit.objects.filter(is_active=True).values_list(*columns)
    units = (
        PlaceRow(
            code,
            translated(name, words, "name", language),
            translated(above, words_above, "name", language) if above else "",
        )
        for code, name, words, above, words_above in rows
    )
    return tuple(sorted(units, key=lambda row: (row.name.casefold(), row.code)))


def unit_names(codes: Iterable[str], *, language: str) -> dict[str, str]:
    """Return the names of units by code, also of those that are no longer; one query."""
    rows = Unit.objects.filter(code__in=list(codes)).values_list("code", "name", "translations")
    return {code: translated(name, words, "name", language) for code, name, words in rows}


def site_list(*, language: str = "en") -> tuple[PlaceRow, ...]:
    """Return the sites by name, in one query."""
    rows = Site.objects.values_list("code", "name", "translations")
    sites = (
        PlaceRow(code, translated(name, words, "name", language)) for code, name, words in rows
    )
    return tuple(sorted(sites, key=lambda row: (row.name.casefold(), row.code)))
