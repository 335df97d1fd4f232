"""Reading people: finding one, the card beside a piece of work, the members of a team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    Func,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Lower

from timshel.context.organization.models import Team
from timshel.context.people import access
from timshel.context.people.models import Membership, OnCallShift, PageSetting, Person
from timshel.context.people.rules import Times, doubled, search_words, uncovered
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as pickers and lists show them.

    ``unit`` is the name of the unit, or of the customer whose contact the person is.
    """

    id: int
    code: str
    name: str
    email: str
    phone: str
    unit: str
    traits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person as a form names one: no more than colleagues know of each other.

    ``unit`` is the name of the unit, or of the customer whose contact the person is.
    """

    code: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What a helper sees of a person; names are in the reader's language.

    ``time_zone`` is the person's own, or that of the site; ``customer`` is set for contacts of
    an outside organisation instead of ``unit``.
    """

    id: int
    name: str
    email: str
    phone: str
    unit: str
    customer: str
    site: str
    job_title: str
    traits: tuple[str, ...]
    language: str
    time_zone: str
    code: str
    manager: str
    is_active: bool
    customer_code: str = ""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person in a team."""

    person_id: int
    name: str
    team_id: int
    is_lead: bool


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """Who of a team is on call from ``starts_at`` until ``ends_at``."""

    id: int
    team_id: int
    person_id: int
    name: str
    phone: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """The shifts of a team in a stretch of time, oldest first, and what they leave open.

    Args:
        shifts: all that touch the stretch.
        gaps: when nobody is on call.
        overlaps: when more than one shift runs.
        may_plan: whether the reader may change it.
    """

    shifts: tuple[ShiftRow, ...]
    gaps: tuple[Times, ...]
    overlaps: tuple[Times, ...]
    may_plan: bool


def people_matching(text: str, *, actor: Actor, limit: int = 10) -> tuple[PersonRow, ...]:
    """Return active people in whose name, mail, phone or code all words of ``text`` are found.

    Neither case nor accents matter. Those whose name begins with the text come first. One query.

    Args:
        text: what was typed; nothing finds nobody.
        actor: who asks; only people the actor may see are found.
        limit: how many at most.

    Raises:
        NotAllowed: the actor may see no people at all.
    """
    access.require_view(actor)
    words = search_words(text)
    if not words:
        return ()
    people = _matching(Person.objects.visible_to(actor), words)
    return tuple(_row(person, actor.language) for person in people[:limit])


def people_after(key: int, *, actor: Actor, size: int) -> tuple[PersonRow, ...]:
    """Return some of the people whom the actor may see, active or not, by their keys; one query.

    Args:
        key: where to go on: only people with larger keys; 0 for the first.
        actor: who reads.
        size: how many at most.

    Raises:
        NotAllowed: the actor may see no people at all.
    """
    access.require_view(actor)
    people = Person.objects.visible_to(actor).select_related("unit", "customer")
    return tuple(
        _row(person, actor.language) for person in people.filter(pk__gt=key).order_by("pk")[:size]
    )


def colleagues_matching(text: str, *, actor: Actor, limit: int = 10) -> tuple[PersonName, ...]:
    """Return active people of the same house whom a text finds, as the fields of forms need them.

    Args:
        text: what was typed; nothing finds nobody.
        actor: who asks: staff find staff, contacts find those of their own organisation.
        limit: how many at most.
    """
    words = search_words(text)
    if not words:
        return ()
    people = _matching(Person.objects.named_to(actor), words)
    return tuple(_name(person, actor.language) for person in people[:limit])


def active_among(
    people: QuerySet[Person], text: str, *, language: str, limit: int = 10
) -> tuple[PersonName, ...]:
    """Return those of some people whom a text finds; an empty text finds the first by name.

    One query.

    Args:
        people: whom the caller may be told of.
        text: what was typed.
        language: of the names of units.
        limit: how many at most.
    """
    found = _matching(people, search_words(text))
    return tuple(_name(person, language) for person in found[:limit])


def colleagues_by_code(codes: Iterable[str], *, actor: Actor) -> dict[str, PersonName]:
    """Return the active people of some codes whom the actor may name; one query."""
    people = Person.objects.named_to(actor).filter(code__in=list(codes), is_active=True)
    rows = people.select_related("unit", "customer")
    return {person.code: _name(person, actor.language) for person in rows}


def names_by_key(keys: Iterable[int]) -> dict[int, str]:
    """Return how some people are called by their keys, also those who left; one query."""
    return dict(Person.objects.filter(pk__in=set(keys)).values_list("pk", "name"))


def names_by_code(codes: Iterable[str], *, language: str) -> dict[str, PersonName]:
    """Return who is behind some codes, also those who left: for who may read the record."""
    rows = Person.objects.filter(code__in=list(codes)).select_related("unit", "customer")
    return {person.code: _name(person, language) for person in rows}


def person_card(person_id: int, *, actor: Actor) -> PersonCard:
    """Return what the actor may see of a person, in one query; everybody may see themselves.

    Raises:
        NotFound: there is no such person, or the actor may not see them.
    """
    person = (
        Person.objects.visible_to(actor)
        .select_related("unit", "customer", "site", "manager")
        .filter(pk=person_id)
        .first()
    )
    if person is None:
        raise NotFound
    return card_of(person, language=actor.language)


def card_of(person: Person, *, language: str) -> PersonCard:
    """Return the card of a person who was read with unit, customer, site and manager."""
    site_zone = person.site.time_zone if person.site else "UTC"
    return PersonCard(
        id=person.pk,
        name=person.name,
        email=person.email,
        phone=person.phone,
        unit=person.unit.text("name", language) if person.unit else "",
        customer=person.customer.text("name", language) if person.customer else "",
        site=person.site.text("name", language) if person.site else "",
        job_title=person.job_title,
        traits=tuple(person.traits),
        language=person.language,
        time_zone=person.time_zone or site_zone,
        code=person.code,
        manager=person.manager.name if person.manager else "",
        is_active=person.is_active,
        customer_code=person.customer.code if person.customer else "",
    )


def person_by_address(email: str) -> int | None:
    """Return the key of the active person with a mail address, whatever its case, or None."""
    if not email.strip():
        return None
    return (
        Person.objects.filter(is_active=True)
        .annotate(address=Lower("email"))
        .filter(address=email.strip().lower())
        .values_list("pk", flat=True)
        .first()
    )


def person_by_code(code: str) -> int | None:
    """Return the key of the active person with a code, or None."""
    return Person.objects.filter(is_active=True, code=code).values_list("pk", flat=True).first()


def people_by_code() -> dict[str, int]:
    """Return the keys of all people by their codes, for whoever brings further content."""
    return dict(Person.objects.values_list("code", "pk"))


def page_setting(page: str, *, actor: Actor) -> Any:
    """Return how the actor has arranged a page, or None where it is as everybody begins with it."""
    return page_settings((page,), actor=actor).get(page)


def page_settings(pages: Iterable[str], *, actor: Actor) -> dict[str, Any]:
    """Return how the actor has arranged some pages; those that nobody has arranged are missing."""
    kept = PageSetting.objects.filter(person_id=actor.person_id or 0, page__in=tuple(pages))
    return dict(kept.values_list("page", "value"))


def members_of(team_ids: Iterable[int]) -> tuple[MemberRow, ...]:
    """Return the active members of some teams by name, in one query."""
    rows = (
        Membership.objects.filter(team_id__in=set(team_ids), person__is_active=True)
        .order_by(Lower("person__name"), "person_id", "team_id")
        .values_list("person_id", "person__name", "team_id", "is_lead")
    )
    return tuple(MemberRow(*row) for row in rows)


def on_call(team_ids: Iterable[int], *, at: datetime) -> tuple[ShiftRow, ...]:
    """Return who is on call in some teams at a moment, by name, in one query.

    Args:
        team_ids: the teams.
        at: the moment.
    """
    running = OnCallShift.objects.filter(
        team_id__in=set(team_ids), starts_at__lte=at, ends_at__gt=at, person__is_active=True
    )
    return _shifts(running.order_by(Lower("person__name"), "person_id", "pk"))


def shift_plan(team_id: int, *, start: datetime, end: datetime, actor: Actor) -> ShiftPlan:
    """Return who of a team is on call between two moments.

    Args:
        team_id: the team.
        start: the first moment.
        end: the first moment after it.
        actor: who asks.

    Raises:
        NotAllowed: the actor may see no people.
        NotFound: there is no such team.
    """
    access.require_view(actor)
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        raise NotFound
    touching = OnCallShift.objects.filter(
        team=team, starts_at__lt=end, ends_at__gt=start, person__is_active=True
    )
    shifts = _shifts(touching.order_by("starts_at", "ends_at", "pk"))
    times = [(row.starts_at, row.ends_at) for row in shifts]
    return ShiftPlan(
        shifts=shifts,
        gaps=uncovered(times, start=start, end=end),
        overlaps=doubled(times, start=start, end=end),
        may_plan=access.may_plan(actor, team),
    )


def teams_of(person_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """Return the keys of the teams that some people are members of, in one query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.filter(person_id__in=set(person_ids))
    for person_id, team_id in rows.values_list("person_id", "team_id"):
        found[person_id].add(team_id)
    return {person_id: frozenset(teams) for person_id, teams in found.items()}


def _shifts(rows: QuerySet[OnCallShift]) -> tuple[ShiftRow, ...]:
    columns = rows.values_list(
        "pk", "team_id", "person_id", "person__name", "person__phone", "starts_at", "ends_at"
    )
    return tuple(ShiftRow(*row) for row in columns)


def _folded(text: str) -> Func:
    return Func(Value(text), function="timshel_fold", output_field=TextField())


def _matching(people: QuerySet[Person], words: Iterable[str]) -> QuerySet[Person]:
    """Keep the active people in whom all words are found, those who begin with them first."""
    found = people.filter(is_active=True)
    for word in words:
        found = found.filter(search__contains=_folded(word))
    begins = ExpressionWrapper(Q(search__startswith=_folded(" ".join(words))), BooleanField())
    ordered = found.order_by(begins.desc(), Lower("name"), "pk")
    return ordered.select_related("unit", "customer")


def _name(person: Person, language: str) -> PersonName:
    home = person.unit or person.customer
    return PersonName(
        code=person.code, name=person.name, unit=home.text("name", language) if home else ""
    )


def _row(person: Person, language: str) -> PersonRow:
    home = person.unit or person.customer
    return PersonRow(
        id=person.pk,
        code=person.code,
        name=person.name,
        email=person.email,
        phone=person.phone,
        unit=home.text("name", language) if home else "",
        traits=tuple(person.traits),
    )
