"""Giving links to guests, taking them back, and reporting by one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from timshel.context.people.actions import create_person
from timshel.context.people.queries import person_by_address, person_by_code
from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.kernel.errors import Invalid, NotFound, Refused, Text
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.leadership.authority.queries import actor_for
from timshel.resolution_fulfilment.guest.access import digest_of, require_manage, valid_link
from timshel.resolution_fulfilment.guest.models import GuestLink, GuestReport
from timshel.resolution_fulfilment.guest.rules import (
    LONGEST_LABEL,
    MOST_DAYS,
    MOST_REPORTS,
    WINDOW,
    GuestWords,
)
from timshel.resolution_fulfilment.incident.actions import IncidentReport, open_incident
from timshel.resolution_fulfilment.incident.events import IncidentOpened
from timshel.service_portfolio.service.models import Service

SUBJECT = "guest_link"
SECRET_BYTES = 24
LONGEST_NAME = 200


class Throttled(Refused):
    """Too many reports came from one origin lately."""

    code = "throttled"
    default = _("Too many reports came from here. Please wait an hour, or call us.")


@transaction.atomic
def make_guest_link(label: str, *, service: str = "", days: int, actor: Actor, at: datetime) -> str:
    """Make an address by which guests report, and return its secret: it is shown this once.

    Args:
        label: what it is for, such as the room in which its poster hangs.
        service: the code of the service that its reports concern; empty for none.
        days: for how long it works.
        actor: who may give links to guests.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        NotAllowed: as it says.
    """
    require_manage(actor)
    found = Service.objects.filter(code=service).first() if is_storable(service) else None
    faults: dict[str, list[Text]] = {}
    if not label.strip() or len(label) > LONGEST_LABEL or not is_storable(label):
        faults["label"] = [_("Please say in a few words what it is for.")]
    if not 1 <= days <= MOST_DAYS:
        message = _("Choose from 1 to %(count)d days.") % {"count": MOST_DAYS}
        faults["days"] = [message]
    if service and found is None:
        faults["service"] = [_("There is no such service.")]
    if faults:
        raise Invalid(faults)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = GuestLink.objects.create(
        digest=digest_of(secret),
        label=label.strip(),
        service=found,
        valid_until=at + timedelta(days=days),
        created_by_id=actor.person_id,
        created_at=at,
    )
    changes = {"label": (None, link.label), "service": (None, service), "days": (None, days)}
    record(
        "guest.link_made",
        subject_kind=SUBJECT,
        subject_id=link.pk,
        changes=changes,
        actor=actor,
        at=at,
    )
    return secret


@transaction.atomic
def revoke_guest_link(link_id: int, *, actor: Actor, at: datetime) -> None:
    """Take a link back, so that nobody reports by it any more; again changes nothing.

    Raises:
        NotFound: there is none.
        NotAllowed: as it says.
    """
    require_manage(actor)
    link = GuestLink.objects.select_for_update().filter(pk=link_id).first()
    if link is None:
        raise NotFound
    if link.revoked_at is not None:
        return
    link.revoked_at = at
    link.save(update_fields=["revoked_at"])
    record(
        "guest.link_revoked",
        subject_kind=SUBJECT,
        subject_id=link.pk,
        changes={"label": (link.label, None)},
        actor=actor,
        at=at,
    )


@transaction.atomic
def report_by_link(secret: str, *, words: GuestWords, origin: str, at: datetime) -> IncidentOpened:
    """Report something as a guest: whoever has the link, no account, and says who they are.

    A guest whose address is known is that person; nothing of theirs is shown to the guest but
    the case that is made now.

    Args:
        secret: of the link.
        words: what is reported, and by whom.
        origin: the network address that it comes from.
        at: when.

    Raises:
        NotFound: the link opens no more.
        Throttled: too many reports came from there.
        Invalid: what is wrong, by field.
    """
    link = valid_link(secret, at=at)
    recent = GuestReport.objects.filter(origin=origin[:64], at__gt=at - WINDOW)
    if recent.count() >= MOST_REPORTS:
        raise Throttled
    faults = _faults(words)
    if faults:
        raise Invalid(faults)
    actor = _guest(words, at=at)
    report = IncidentReport(
        title=words.title,
        description=words.description,
        service=link.service.code if link.service else None,
        files=words.files,
    )
    event = open_incident(report, actor=actor, at=at)
    GuestReport.objects.create(link=link, origin=origin[:64], at=at)
    GuestLink.objects.filter(pk=link.pk).update(reports=F("reports") + 1)
    return event


def forget_guest_reports(*, at: datetime) -> int:
    """Forget from where guests reported once it throttles nobody; returns how many."""
    return GuestReport.objects.filter(at__lt=at - WINDOW).delete()[0]


def _faults(words: GuestWords) -> dict[str, list[Text]]:
    faults: dict[str, list[Text]] = {}
    if not words.name.strip() or len(words.name) > LONGEST_NAME or not is_storable(words.name):
        faults["name"] = [_("Please tell us your name.")]
    try:
        validate_email(words.email.strip())
    except ValidationError:
        faults["email"] = [_("Please give an address at which we can reach you.")]
    return faults


def _guest(words: GuestWords, *, at: datetime) -> Actor:
    """Return the guest as an actor, made known if nobody has the address yet."""
    address = words.email.strip()
    person_id = person_by_address(address)
    if person_id is None:
        code = f"guest-{secrets.token_hex(6)}"
        create_person(
            code=code,
            name=words.name.strip(),
            email=address,
            language=words.language,
            actor=system_actor(),
            at=at,
        )
        person_id = person_by_code(code)
    actor = actor_for(person_id or 0, channel=Channel.PORTAL)
    if actor is None:
        raise NotFound
    return actor
