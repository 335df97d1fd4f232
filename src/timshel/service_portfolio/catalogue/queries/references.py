"""What the answers of forms can name: people, units, sites and services, within one's rights."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

from timshel.context.organization.queries import site_list, unit_list, unit_names
from timshel.context.people.queries import (
    PersonName,
    colleagues_by_code,
    colleagues_matching,
    names_by_code,
)
from timshel.kernel.actor import Actor
from timshel.kernel.forms import FieldType, Reference
from timshel.service_portfolio.service.queries import names_by_code as service_names_by_code
from timshel.service_portfolio.service.queries import service_list

KINDS: frozenset[str] = frozenset(
    {FieldType.PERSON, FieldType.UNIT, FieldType.SITE, FieldType.SERVICE}
)
MOST_LISTED = 300
"""More than these are found by typing instead of being listed."""
MOST_FOUND = 8
SHORTEST = 2
"""Fewer letters find nobody: they would list the house."""


def references_for(actor: Actor, *, language: str = "") -> FormReferences:
    """Return what somebody who fills in a form may name.

    People of the same house are found by name. Units are the house's own, but whoever fills in a
    form of a customer needs sites and services only; the form decides what it asks for.

    Args:
        actor: who fills it in.
        language: of the names; the actor's own unless given.
    """
    return FormReferences(actor, language or actor.language)


def shown_references(*, language: str) -> ShownReferences:
    """Return names for answers that are shown: also of people who left and units that closed.

    For whoever may read the record in which the answers stand.
    """
    return ShownReferences(language)


class FormReferences:
    """People, units, sites and services as one person may name them; lists are read once."""

    kinds = KINDS

    def __init__(self, actor: Actor, language: str) -> None:
        self._actor = actor
        self._language = language

    def known(self, kind: str, codes: Collection[str]) -> Mapping[str, Reference]:
        """Return those of the codes that there are; one query for each kind at most."""
        if not codes:
            return {}
        if kind == FieldType.PERSON:
            found = colleagues_by_code(codes, actor=self._actor)
            return {code: _person(each) for code, each in found.items()}
        return {each.code: each for each in self._all(kind) if each.code in codes}

    def matching(self, kind: str, text: str) -> Sequence[Reference]:
        """Return the few that a typed text may mean, those that begin with it first."""
        wanted = text.strip()
        if len(wanted) < SHORTEST:
            return ()
        if kind == FieldType.PERSON:
            people = colleagues_matching(wanted, actor=self._actor, limit=MOST_FOUND)
            return tuple(_person(each) for each in people)
        folded = wanted.casefold()
        fitting = [each for each in self._all(kind) if folded in each.label.casefold()]
        exact = [each for each in fitting if each.label.casefold() == folded]
        if exact:
            return exact
        fitting.sort(key=lambda each: not each.label.casefold().startswith(folded))
        return fitting[:MOST_FOUND]

    def listed(self, kind: str) -> Sequence[Reference] | None:
        """Return all to choose from; None for people, and for whatever is too long for a list."""
        if kind == FieldType.PERSON:
            return None
        found = self._all(kind)
        return found if len(found) <= MOST_LISTED else None

    def _all(self, kind: str) -> tuple[Reference, ...]:
        lists: dict[str, Callable[[], tuple[Reference, ...]]] = {
            FieldType.UNIT: lambda: self._units,
            FieldType.SITE: lambda: self._sites,
            FieldType.SERVICE: lambda: self._services,
        }
        return lists[kind]() if kind in lists else ()

    @cached_property
    def _units(self) -> tuple[Reference, ...]:
        rows = unit_list(language=self._language)
        return tuple(Reference(each.code, each.name, each.above) for each in rows)

    @cached_property
    def _sites(self) -> tuple[Reference, ...]:
        return tuple(Reference(each.code, each.name) for each in site_list(language=self._language))

    @cached_property
    def _services(self) -> tuple[Reference, ...]:
        return tuple(
            Reference(each.code, each.name, area.name)
            for area in service_list(language=self._language)
            for each in area.services
        )


class ShownReferences:
    """Names of whatever was answered, however long ago; nothing can be searched."""

    kinds = KINDS

    def __init__(self, language: str) -> None:
        self._language = language

    def known(self, kind: str, codes: Collection[str]) -> Mapping[str, Reference]:
        """Return what the codes named; one query."""
        if kind == FieldType.PERSON:
            people = names_by_code(codes, language=self._language)
            return {code: _person(each) for code, each in people.items()}
        if kind == FieldType.SITE:
            sites = {each.code: each.name for each in site_list(language=self._language)}
            return {code: Reference(code, sites[code]) for code in codes if code in sites}
        read = {FieldType.UNIT.value: unit_names, FieldType.SERVICE.value: service_names_by_code}
        names = read[kind](codes, language=self._language) if kind in read else {}
        return {code: Reference(code, name) for code, name in names.items()}

    def matching(self, kind: str, text: str) -> Sequence[Reference]:  # noqa: ARG002
        """Return nothing: what is shown is not searched."""
        return ()

    def listed(self, kind: str) -> Sequence[Reference] | None:  # noqa: ARG002
        """Return that there is no list."""
        return None


def _person(found: PersonName) -> Reference:
    return Reference(found.code, found.name, found.unit)
