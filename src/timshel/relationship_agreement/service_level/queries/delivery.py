"""How soon somebody is promised what they ask for, offering by offering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.relationship_agreement.service_level.models import (
    BusinessCalendar,
    Target,
    in_force,
)
from timshel.relationship_agreement.service_level.queries.book import promises
from timshel.relationship_agreement.service_level.queries.calendar_uses import HoursView
from timshel.relationship_agreement.service_level.rules.happenings import Facts
from timshel.relationship_agreement.service_level.rules.laps import REQUESTS
from timshel.relationship_agreement.service_level.rules.phrases import amount_words
from timshel.relationship_agreement.service_level.rules.precedence import AgreementVersion
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
)

USUAL_PRIORITY = 4
"""Of what is asked for from the catalogue, unless the offering's service says otherwise."""


@dataclass(frozen=True, slots=True)
class DeliveryPromise:
    """How soon something is delivered.

    Args:
        words: as it was written, as in "2 working days".
        length: what that comes to in working time.
        agreement_id: the version of the agreement that says so.
    """

    words: str
    length: timedelta
    agreement_id: int


def delivery_promises(
    offerings: Iterable[tuple[int, int]],
    *,
    actor: Actor,
    at: datetime,
    priority: int = USUAL_PRIORITY,
) -> Mapping[int, DeliveryPromise]:
    """Return what is promised to the reader, by the offering's key; at most three queries.

    Offerings for which nothing is promised are left out.

    Args:
        offerings: the keys of each and of its service.
        actor: who would ask.
        at: now.
        priority: that the request would have.
    """
    wanted = list(offerings)
    if not wanted:
        return {}
    columns = Person.objects.filter(pk=actor.person_id or 0).values_list("unit_id", "customer_id")
    unit_id, customer_id = columns.first() or (None, None)
    book = promises(
        unit_ids=[unit_id] if unit_id else [], customer_ids=[customer_id] if customer_id else []
    ).book
    found = {
        offering_id: book.terms(
            ClockKind.FULFIL,
            facts=Facts(
                priority=priority,
                process=REQUESTS,
                service_id=service_id,
                offering_id=offering_id,
                unit_id=unit_id,
                customer_id=customer_id,
            ),
            at=at,
        )
        for offering_id, service_id in wanted
    }
    targets = Target.objects.in_bulk(
        {terms.target_id for terms in found.values() if terms and terms.target_id}
    )
    return {
        offering_id: DeliveryPromise(
            words=amount_words(target.amount, DurationUnit(target.unit)),
            length=terms.target,
            agreement_id=terms.agreement_id or 0,
        )
        for offering_id, terms in found.items()
        if terms is not None and (target := targets.get(terms.target_id or 0)) is not None
    }


def promised_offerings(offerings: Iterable[tuple[int, int]], *, at: datetime) -> frozenset[int]:
    """Return the offerings for which something is promised to anybody: by an agreement in force
    that names them, names their service, or names nothing in particular.

    Args:
        offerings: the keys of each and of its service.
        at: now.
    """
    book = promises().book
    said = [
        version
        for version in book.versions
        # What a team promises for its tasks, it promises to other teams.
        if version.kind is AgreementKind.SERVICE and version.holds(at)
    ]
    return frozenset(
        offering_id
        for offering_id, service_id in offerings
        if any(_promises(version, offering_id, service_id) for version in said)
    )


def _promises(version: AgreementVersion, offering_id: int, service_id: int) -> bool:
    """Tell whether an agreement says anything about how soon an offering is delivered."""
    covers = (
        (not version.services and not version.offerings)
        or service_id in version.services
        or offering_id in version.offerings
    )
    return covers and any(
        line.kind is ClockKind.FULFIL
        and line.service_id in (None, service_id)
        and line.offering_id in (None, offering_id)
        for line in version.lines
    )


def calendar_hours(code: str, *, at: datetime) -> HoursView | None:
    """Return the hours of a calendar as they hold at a moment; None where there is none."""
    if not code:
        return None
    row = BusinessCalendar.objects.filter(in_force(at), code=code).first()
    return None if row is None else HoursView(row.code, row.name, row.hours())
