"""Who can see what, both ways: the people of an offering, and the offerings of a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from timshel.context.organization.models import Unit
from timshel.context.people.access import VIEW as VIEW_PEOPLE
from timshel.context.people.models import Person
from timshel.context.people.rules import search_words
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.leadership.authority.models import Grant, Role
from timshel.leadership.authority.queries import REQUESTER_ROLE
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.models import Entry
from timshel.service_portfolio.catalogue.queries.browsing import MOST_TILES, Tile, tiles_of
from timshel.service_portfolio.catalogue.queries.entitlements import (
    EntitlementRow,
    entitlement_rows,
    who,
)
from timshel.service_portfolio.catalogue.rules.entitlement import Row, fits
from timshel.service_portfolio.catalogue.states import Audience

MOST_PEOPLE = 50


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who can see an offering.

    Args:
        id: their key.
        name: of the person.
        home: their unit or customer, in the reader's language.
        site: where they work, or "".
    """

    id: int
    name: str
    home: str
    site: str


@dataclass(frozen=True, slots=True)
class Seen:
    """An offering that a person can see, and the rows that say so."""

    tile: Tile
    because: tuple[EntitlementRow, ...]


def people_count(rows: Iterable[Row]) -> int:
    """Return how many people who are still there are named by any of some rows.

    A query for the people, and two for what the rows name.
    """
    return _people(rows).count()


def counts_by_row(rows: Iterable[Row]) -> tuple[int, ...]:
    """Return for each row how many people it names, in at most three queries."""
    wanted = list(rows)
    if not wanted:
        return ()
    paths, everybody = _named(wanted)
    counts = Person.objects.filter(is_active=True).aggregate(
        **{
            f"row_{number}": Count("pk", filter=_condition(row, paths, everybody))
            for number, row in enumerate(wanted)
        }
    )
    return tuple(counts[f"row_{number}"] for number in range(len(wanted)))


def people_entitled(
    rows: Iterable[Row], *, text: str = "", actor: Actor, limit: int = MOST_PEOPLE
) -> tuple[Seer, ...]:
    """Return people whom any of some rows names, by name, as far as the actor may see people.

    Args:
        rows: who is entitled.
        text: words that their name, mail or code has to hold.
        actor: who asks.
        limit: how many at most.

    Raises:
        NotAllowed: without the right to keep any part of the catalogue.
    """
    access.require_view(actor)
    if not actor.may_somewhere(VIEW_PEOPLE):
        return ()
    people = _people(rows).filter(pk__in=Person.objects.visible_to(actor).values("pk"))
    for word in search_words(text):
        people = people.filter(
            search__contains=Func(Value(word), function="timshel_fold", output_field=TextField())
        )
    shown = people.select_related("unit", "customer", "site").order_by(Lower("name"), "pk")[:limit]
    return tuple(_seer(each, actor.language) for each in shown)


def seen_by(person_id: int, *, actor: Actor, at: datetime) -> tuple[Seen, ...]:
    """Return what a person can see of the catalogue, by service and name, and why.

    Args:
        person_id: whom.
        actor: who asks; they have to see the person.
        at: now.

    Raises:
        NotAllowed: without the right to keep any part of the catalogue.
        NotFound: there is no such person, or the actor may not see them.
    """
    access.require_view(actor)
    if not actor.may_somewhere(VIEW_PEOPLE):
        raise NotAllowed
    if not Person.objects.visible_to(actor).filter(pk=person_id).exists():
        raise NotFound
    entries = Entry.objects.visible_to(person_id, actor.day_at(at))
    ordered = entries.order_by(Lower("offering__service__name"), Lower("offering__name"), "pk")
    tiles = tiles_of(ordered[:MOST_TILES], actor.language)
    rows = entitlement_rows((tile.id for tile in tiles), language=actor.language)
    known = who(person_id)
    return tuple(
        Seen(tile, tuple(row for row in rows.get(tile.id, ()) if fits(row.row, known)))
        for tile in tiles
    )


def _people(rows: Iterable[Row]) -> QuerySet[Person]:
    """Return the people whom any of the rows names, each once."""
    wanted = list(rows)
    paths, everybody = _named(wanted)
    condition = Q(pk__in=[])
    for row in wanted:
        condition |= _condition(row, paths, everybody)
    return Person.objects.filter(condition, is_active=True)


def _named(rows: list[Row]) -> tuple[dict[int, str], set[int]]:
    """Return the paths of the units that rows name, and which roles everybody holds."""
    units = Unit.objects.filter(pk__in=[row.unit_id for row in rows if row.unit_id])
    roles = Role.objects.filter(pk__in=[row.role_id for row in rows if row.role_id])
    everybody = roles.filter(code=REQUESTER_ROLE)
    return dict(units.values_list("pk", "path")), set(everybody.values_list("pk", flat=True))


def _condition(row: Row, unit_paths: dict[int, str], everybody: set[int]) -> Q:
    condition = Q(pk__gt=0)
    if row.audience != Audience.EVERYBODY:
        condition &= Q(customer__isnull=row.audience == Audience.STAFF)
    if row.unit_id is not None:
        condition &= Q(unit__path__startswith=unit_paths.get(row.unit_id, "?"))
    if row.site_id is not None:
        condition &= Q(site_id=row.site_id)
    if row.role_id is not None and row.role_id not in everybody:
        held = Grant.objects.filter(person_id=OuterRef("pk"), role_id=row.role_id)
        condition &= Q(Exists(held))
    if row.category:
        condition &= Q(customer__category=row.category)
    return condition


def _seer(person: Person, language: str) -> Seer:
    home = person.unit or person.customer
    return Seer(
        id=person.pk,
        name=person.name,
        home=home.text("name", language) if home else "",
        site=person.site.text("name", language) if person.site else "",
    )
