"""Saying whose hours a calendar gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Customer, Team
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.kernel.journal.actions import record
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import BusinessCalendar, CalendarUse
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import Service

SUBJECT = "calendar_use"
TABLES: dict[str, type[models.Model]] = {
    "service": Service,
    "team": Team,
    "supplier": Supplier,
    "customer": Customer,
}


@transaction.atomic
def use_calendar(
    code: str | None,
    *,
    service: str | None = None,
    team: str | None = None,
    supplier: str | None = None,
    customer: str | None = None,
    channel: str | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Say that a calendar gives the hours of one service, team, supplier, customer or channel.

    These hours are told to people and decide when somebody is there; what is promised counts on
    the calendars of the agreements. Saying the same again changes nothing.

    Args:
        code: which calendar; None where no hours are told any more.
        service: the code of the service whose hours these are.
        team: the code of the team.
        supplier: the code of the supplier.
        customer: the code of the customer.
        channel: the channel, such as ``phone``.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Raises:
        NotAllowed: without the right.
        Invalid: there is no such calendar, or nothing or more than one thing is named.
    """
    access.require_configure(actor)
    given = {
        "service": service,
        "team": team,
        "supplier": supplier,
        "customer": customer,
        "channel": channel,
    }
    named = {kind: whose for kind, whose in given.items() if whose}
    if len(named) != 1:
        message = _("Name one service, team, supplier, customer or channel.")
        raise Invalid({"whose": [message]})
    ((kind, whose),) = named.items()
    if code is not None and not BusinessCalendar.objects.filter(code=code).exists():
        raise Invalid({"calendar": [_("There is no such calendar.")]})
    key = _key(kind, whose)
    use = CalendarUse.objects.select_for_update().filter(**key).first()
    before = use.calendar_code if use else None
    if before == code:
        return
    subject = _keep(use, code, key)
    changes = {kind: (None, whose), "calendar": (before, code)}
    record(
        "service_level.calendar_used",
        subject_kind=SUBJECT,
        subject_id=subject,
        changes=changes,
        actor=actor,
        at=at,
    )


def _keep(use: CalendarUse | None, code: str | None, key: dict[str, Any]) -> int:
    """Write, change or remove the row, and return its key."""
    if use is None:
        return CalendarUse.objects.create(calendar_code=code or "", **key).pk
    subject = use.pk
    if code is None:
        use.delete()
    else:
        use.calendar_code = code
        use.save(update_fields=["calendar_code"])
    return subject


def _key(kind: str, whose: str) -> dict[str, Any]:
    """Return the columns that say whose hours are meant."""
    if kind == "channel":
        if whose not in set(Channel):
            raise Invalid({"whose": [_("There is no such channel.")]})
        return {"channel": whose}
    rows = TABLES[kind]._default_manager.filter(code=whose)  # noqa: SLF001 - of several models
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        raise Invalid({"whose": [_("There is no “%(code)s”.") % {"code": whose}]})
    return {f"{kind}_id": pk}
