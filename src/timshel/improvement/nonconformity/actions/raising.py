"""Raising a nonconformity, saying otherwise what it is, rejecting and closing it, and its day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.improvement.nonconformity import access
from timshel.improvement.nonconformity.actions.keeping import (
    keep,
    move,
    owner_of,
    plain,
    refuse,
    require_seen,
    set_fields,
    step_begun,
    write_down,
)
from timshel.improvement.nonconformity.events import NonconformityOverdue, NonconformityRaised
from timshel.improvement.nonconformity.models import Nonconformity
from timshel.improvement.nonconformity.rules import Report, needed_text_faults, report_faults
from timshel.improvement.nonconformity.states import ENDED, Step
from timshel.kernel.actor import Actor
from timshel.kernel.errors import WrongState
from timshel.kernel.text import is_storable
from timshel.service_portfolio.service.models import Service


@transaction.atomic
def raise_nonconformity(*, report: Report, actor: Actor, at: datetime) -> str:
    """Say that something is not as it must be; returns its number.

    Args:
        report: what it is and who answers for it.
        actor: whoever sees a register of nonconformities.
        at: when.

    Raises:
        NotAllowed: the right is missing.
        Invalid: what is wrong with the report, by field.
    """
    access.require_raise(actor)
    values = _checked(report)
    row = Nonconformity(raised_by_id=actor.person_id, raised_at=at, **values)
    row.save(force_insert=True)
    changes = {name: (None, plain(value)) for name, value in values.items() if value}
    write_down(
        row, "nonconformity.raised", _plain_service(changes, values), actor=actor, at=at,
        fact=NonconformityRaised,
    )  # fmt: skip
    return row.number


@transaction.atomic
def change_nonconformity(
    number: str, *, report: Report, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say otherwise what it is and who answers for it; the same again does nothing.

    Args:
        number: of the nonconformity.
        report: all of it, as it shall be from now on.
        seen_revision: of what was shown to whoever changes it.
        actor: who may change it, before and after.
        at: when.

    Raises:
        Invalid: what is wrong with the report, by field.
        WrongState: it has ended, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.to_change(number, actor=actor)
    access.require(access.may_change(row, actor=actor))
    if row.state in ENDED:
        raise WrongState(_("This has ended and stays as it is."))
    require_seen(row, seen_revision)
    values = _checked(report)
    before = row.service
    changes = set_fields(row, values)
    access.require(access.may_change(row, actor=actor))
    if not changes:
        return
    if "service" in changes:
        changes["service"] = (before and before.code, row.service and row.service.code)
    keep(row, "nonconformity.changed", changes, actor=actor, at=at)


@transaction.atomic
def reject_nonconformity(number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Say that it is none, and why.

    Raises:
        Invalid: the reason is missing or too long.
        WrongState: it is implemented already, or has ended.
        NotAllowed, NotFound: as they say.
    """
    row = access.to_change(number, actor=actor)
    access.require(access.may_change(row, actor=actor))
    changes = move(row, Step.REJECT)
    refuse(needed_text_faults("reason", reason))
    changes |= set_fields(row, {"rejection": reason.strip(), "ended_at": at})
    keep(row, "nonconformity.rejected", changes, actor=actor, at=at)


@transaction.atomic
def close_nonconformity(number: str, *, actor: Actor, at: datetime) -> None:
    """Close what was verified as effective.

    Raises:
        WrongState: its effect was not verified.
        NotAllowed, NotFound: as they say.
    """
    row, changes = step_begun(number, Step.CLOSE, actor=actor)
    changes |= set_fields(row, {"ended_at": at})
    keep(row, "nonconformity.closed", changes, actor=actor, at=at)


@transaction.atomic
def tell_overdue(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Publish which nonconformities did not end by their day, each once for that day.

    Args:
        actor: the sweep.
        at: now; a day is over when it is so in UTC.
        limit: how many at most.

    Returns:
        How many were found; as many as the limit means that there may be more.
    """
    told = Q(overdue_told__isnull=False, overdue_told=F("due_date"))
    found = list(
        Nonconformity.objects.overdue(at.date())
        .exclude(told)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_date", "pk")[:limit]
    )
    for row in found:
        changes = {"overdue_told": (plain(row.overdue_told), plain(row.due_date))}
        row.overdue_told = row.due_date
        row.save(update_fields=["overdue_told"])
        write_down(
            row, "nonconformity.overdue", changes, actor=actor, at=at, fact=NonconformityOverdue
        )
    return len(found)


def _checked(report: Report) -> dict[str, Any]:
    """Return the values of a sound report.

    Raises:
        Invalid: what is wrong with it, by field.
    """
    faults = report_faults(report)
    owner: Person | None = owner_of(report.owner, faults)
    service = None
    if report.service:
        if is_storable(report.service):
            service = Service.objects.filter(code=report.service).first()
        if service is None:
            faults["service"] = [_("There is no such service.")]
    refuse(faults)
    return {
        "title": report.title.strip(),
        "finding": report.finding.strip(),
        "severity": report.severity,
        "source": report.source,
        "requirement": report.requirement.strip(),
        "process": report.process.strip(),
        "about_kind": report.about_kind,
        "about_code": report.about_code,
        "due_date": report.due_date,
        "owner": owner,
        "service": service,
    }


def _plain_service(changes: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    if values["service"] is not None:
        changes["service"] = (None, values["service"].code)
    return changes
