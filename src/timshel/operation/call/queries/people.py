"""Finding who calls, by whatever the caller says, and who took a call, as the telephone says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.db.models import Q
from django.db.models.functions import Lower

from timshel.context.people import access
from timshel.context.people.models import Person
from timshel.context.people.queries import people_matching
from timshel.kernel.actor import Actor
from timshel.kernel.search.conditions import text_query
from timshel.kernel.search.language import read
from timshel.kernel.telephone import Number, is_same, last_digits, read_number
from timshel.leadership.authority.queries import person_of_account
from timshel.operation.call.finding import found_by_others
from timshel.operation.call.rules import agent_names
from timshel.operation.work.models import WorkItem

SHORTEST = 2
MOST_CANDIDATES = 200
_SHORTEST_MARK = 3


@dataclass(frozen=True, slots=True)
class CallerRow:
    """Somebody who may be calling.

    Args:
        id: the person's key.
        name: of the person.
        email: of the person, or empty.
        phone: of the person, or empty.
        unit: the name of the unit, or of the customer whose contact it is.
        traits: what a helper should know.
        why: where this was found, if not in the person: the number of a case, a device.
    """

    id: int
    name: str
    email: str
    phone: str
    unit: str
    traits: tuple[str, ...]
    why: str = ""


def callers_matching(text: str, *, actor: Actor, limit: int = 8) -> tuple[CallerRow, ...]:
    """Return who may be calling, by name, mail, number, case, or what stands on a device.

    At most four queries, whatever is found, and one for each finder of a later clause.

    Args:
        text: what was typed so far; less than two characters find nobody.
        actor: who asks; only people and work that the actor may see are found.
        limit: how many at most.

    Raises:
        NotAllowed: the actor may see no people at all.
    """
    access.require_view(actor)
    text = text.replace("\0", "").strip()
    if len(text) < SHORTEST:
        return ()
    number = read_number(text)
    if number is not None:
        found = _with_number(number, actor=actor, limit=limit, also_holding=True)
        if found:
            return found
    named = tuple(
        CallerRow(row.id, row.name, row.email, row.phone, row.unit, row.traits)
        for row in people_matching(text, actor=actor, limit=limit)
    )
    if len(named) >= limit:
        return named
    others = [*_in_work(text, actor, limit), *_elsewhere(text, actor, limit)]
    known = {row.id for row in named}
    more = {row.id: row for row in reversed(others) if row.id not in known}
    return (*named, *reversed(more.values()))[:limit]


def person_calling(number: str, *, actor: Actor, limit: int = 8) -> tuple[CallerRow, ...]:
    """Return whose number it is, among those whom the actor may see; none, one or several.

    Args:
        number: as the telephone shows it.
        actor: who asks.
        limit: how many at most.

    Raises:
        NotAllowed: the actor may see no people at all.
    """
    access.require_view(actor)
    found = read_number(number)
    if found is None:
        return ()
    return _with_number(found, actor=actor, limit=limit, also_holding=False)


def people_with_numbers(numbers: Collection[str]) -> dict[str, int]:
    """Return the key of the only person who has a number, for each that has one; one query.

    For what follows from a telephone system's events: nobody is shown by it.
    """
    wanted = {text: found for text in numbers if (found := read_number(text)) is not None}
    if not wanted:
        return {}
    condition = Q()
    for found in wanted.values():
        condition |= Q(search__contains=last_digits(found))
    rows = Person.objects.filter(condition, is_active=True).exclude(phone="")
    holders: dict[str, set[int]] = defaultdict(set)
    for key, phone in rows.values_list("pk", "phone"):
        held = read_number(phone)
        for text, found in wanted.items():
            if held is not None and is_same(held, found):
                holders[text].add(key)
    return {text: min(keys) for text, keys in holders.items() if len(keys) == 1}


def agents_named(labels: Iterable[str]) -> dict[str, int]:
    """Return the keys of the people whom a telephone system means, where that is clear.

    A person's code or mail, the name they sign in with, or their extension. One query, and one
    more for each label that is none of the first three.

    Args:
        labels: as the system names people.
    """
    names = {label: agent_names(label) for label in labels}
    asked = {name for each in names.values() for name in each}
    rows = (
        Person.objects.filter(is_active=True)
        .annotate(low_code=Lower("code"), low_email=Lower("email"))
        .filter(Q(low_code__in=asked) | Q(low_email__in=asked))
        .values_list("pk", "low_code", "low_email")
    )
    known: dict[str, int] = {}
    for key, code, email in rows:
        known |= {code: key, email: key}
    found: dict[str, int] = {}
    for label, each in names.items():
        keys = [known[name] for name in each if name in known] or _signs_in_or_has(each)
        if keys:
            found[label] = keys[0]
    return found


def _signs_in_or_has(names: Iterable[str]) -> list[int]:
    for name in names:
        key = person_of_account(name)
        if key is None and (number := read_number(name)) is not None:
            key = people_with_numbers({str(number)}).get(str(number))
        if key is not None:
            return [key]
    return []


def _with_number(
    number: Number, *, actor: Actor, limit: int, also_holding: bool
) -> tuple[CallerRow, ...]:
    """Return the people who have a number, or else those whose number holds what was typed."""
    people = Person.objects.visible_to(actor).filter(is_active=True).exclude(phone="")
    rows = people.filter(search__contains=last_digits(number))
    ordered = rows.select_related("unit", "customer").order_by(Lower("name"), "pk")
    candidates = list(ordered[:MOST_CANDIDATES])
    same = [each for each in candidates if _has(each, number)]
    found = same or (candidates if also_holding else [])
    return tuple(_row(each, actor.language) for each in found[:limit])


def _has(person: Person, number: Number) -> bool:
    held = read_number(person.phone)
    return held is not None and is_same(held, number)


def _in_work(text: str, actor: Actor, limit: int) -> list[CallerRow]:
    """Return for whom there is work that names a thing: a case's number, a device's mark."""
    if len(text) < _SHORTEST_MARK or not any(each.isdigit() for each in text):
        return []
    words = text_query(read(text[:100]))
    if words is None:
        return []
    people = Person.objects.visible_to(actor).filter(is_active=True)
    work = (
        WorkItem.objects.visible_to(actor)
        .filter(Q(number=text.upper()[:20]) | Q(search=words))
        .filter(requester__in=people)
        .select_related("requester__unit", "requester__customer")
        .defer("search", "description")
        .order_by("-opened_at", "-pk")[:limit]
    )
    return [replace(_row(item.requester, actor.language), why=item.number) for item in work]


def _elsewhere(text: str, actor: Actor, limit: int) -> list[CallerRow]:
    found = {each.person_id: each.what for each in found_by_others(text, actor=actor, limit=limit)}
    if not found:
        return []
    people = Person.objects.visible_to(actor).filter(pk__in=found, is_active=True)
    rows = people.select_related("unit", "customer")
    return [replace(_row(each, actor.language), why=found[each.pk]) for each in rows]


def _row(person: Person, language: str) -> CallerRow:
    home = person.unit or person.customer
    return CallerRow(
        id=person.pk,
        name=person.name,
        email=person.email,
        phone=person.phone,
        unit=home.text("name", language) if home else "",
        traits=tuple(person.traits),
    )
