"""What keeps the catalogue true by the clock: how much is asked for, links, reminders."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from timshel.interfaces.worker.jobs import sweep
from timshel.interfaces.worker.links import link_trouble
from timshel.kernel.actor import system_actor
from timshel.relationship_agreement.service_level.queries.delivery import promised_offerings
from timshel.resolution_fulfilment.service_request.queries.use import use_of_offerings
from timshel.service_portfolio.catalogue.actions.keeping import (
    OfferingUse,
    links_due,
    note_due_link,
    note_due_use,
    remind_due_owners,
)
from timshel.service_portfolio.catalogue.queries.content import offering_keys

LINKS_AT_ONCE = 20


@sweep("catalogue.note_due_use", cron="17 2 * * *")
def note_use(*, at: datetime) -> None:
    """Write down how much each offering is asked for, and how long it takes."""
    uses = (
        OfferingUse(
            offering_id=use.offering_id,
            requests=use.requests,
            fulfilled=use.fulfilled,
            median=use.median,
            ninetieth=use.ninetieth,
            last_requested_at=use.last_requested_at,
        )
        for use in use_of_offerings(at=at)
    )
    note_due_use(uses, at=at)


@sweep("catalogue.check_due_links", cron="23 * * * *")
def check_links(*, at: datetime) -> None:
    """Look whether some of the addresses are there to which pages lead."""
    for address in links_due(at=at, limit=LINKS_AT_ONCE):
        note_due_link(address, trouble=link_trouble(address), at=at)


@sweep("catalogue.remind_due_owners", cron="0 6 * * *")
def remind_owners(*, at: datetime) -> None:
    """Write to those whose part of the catalogue lacks something."""
    remind_due_owners(
        address=_owner_page,
        promised=promised_offerings(offering_keys(), at=at),
        actor=system_actor(),
        at=at,
    )


def _owner_page(person_id: int) -> str:
    address = reverse("catalogue-health-owner", args=[person_id])
    return f"{settings.BASE_ADDRESS}{address}"
