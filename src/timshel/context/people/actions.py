"""Keeping people, their teams and their preferences (clause 4.1)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.access import by_code
from timshel.context.organization.models import Customer, Site, Team, Unit
from timshel.context.organization.rules import (
    CODE_TAKEN,
    code_faults,
    name_faults,
    refuse,
    time_zone_faults,
)
from timshel.context.people import access
from timshel.context.people.events import (
    MemberAdded,
    PersonCreated,
    PersonDeactivated,
    PreferencesChanged,
    ShiftDropped,
    ShiftPlanned,
)
from timshel.context.people.models import Membership, OnCallShift, PageSetting, Person
from timshel.context.people.rules import (
    email_faults,
    language_faults,
    shift_faults,
    trait_faults,
)
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.uniqueness import refusing_duplicates

CODE_LENGTH = 80
PHONE_LENGTH = 40
CALLER_BYTES = 5
LARGEST_SETTING = 10_000
ON_CALL_REGION = "on-call"

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a person belongs."""

    unit: Unit | None
    customer: Customer | None
    site: Site | None
    manager: Person | None


@transaction.atomic
def create_person(
    *,
    code: str,
    name: str,
    email: str = "",
    phone: str = "",
    unit: str | None = None,
    customer: str | None = None,
    site: str | None = None,
    manager: str | None = None,
    job_title: str = "",
    language: str = "en",
    time_zone: str = "",
    traits: Iterable[str] = (),
    actor: Actor,
    at: datetime,
) -> PersonCreated:
    """Make a person known: staff of a unit, or a contact at a customer.

    Args:
        code: what files and other systems refer to the person by; unique among people.
        name: as the person writes it.
        email: the address; unique among active people.
        phone: as people dial it.
        unit: the code of the person's unit; not together with ``customer``.
        customer: the code of the customer whose contact this is.
        site: the code of the place of work.
        manager: the code of the line manager.
        job_title: what the person does.
        language: of pages and messages.
        time_zone: an IANA zone; empty for that of the site.
        traits: what a helper should know: ``vip``, ``executive_office``, ``accessibility``.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the organisation, or the unit.
        Invalid: something is malformed, unknown or taken.
    """
    home = _home(unit=unit, customer=customer, site=site, manager=manager)
    access.require_manage(actor, unit_id=home.unit.pk if home.unit else None)
    chosen = sorted(set(traits))
    refuse(
        {
            "code": code_faults(code, longest=CODE_LENGTH),
            "name": name_faults(name),
            "email": email_faults(email),
            "traits": trait_faults(chosen),
            **_preference_faults(language, time_zone),
        }
    )
    person = Person(
        code=code,
        name=name.strip(),
        email=email.strip(),
        phone=phone.strip(),
        unit=home.unit,
        customer=home.customer,
        site=home.site,
        manager=home.manager,
        job_title=job_title.strip(),
        language=language,
        time_zone=time_zone,
        traits=chosen,
    )
    with refusing_duplicates({"email": _("Someone else has this address."), "code": CODE_TAKEN}):
        person.save(force_insert=True)
    given: dict[str, Any] = {"code": code, "name": person.name, "email": person.email}
    given |= {"unit": unit, "customer": customer, "site": site, "manager": manager}
    record(
        "people.person_created",
        subject_kind="person",
        subject_id=person.pk,
        changes={field: (None, value) for field, value in given.items() if value},
        actor=actor,
        at=at,
    )
    event = PersonCreated(person_id=person.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def introduce_person(
    *, name: str, phone: str = "", email: str = "", actor: Actor, at: datetime
) -> PersonCreated:
    """Make somebody known who turns to the desk and is nobody's yet: found the next time.

    They belong to no unit and no customer until somebody who keeps the organisation says so.

    Args:
        name: as they say it.
        phone: from where they called.
        email: where they can be written to.
        actor: who answers them.
        at: when.

    Raises:
        NotAllowed: without ``people.introduce``.
        Invalid: something is malformed or taken.
    """
    access.require_introduce(actor)
    refuse(
        {
            "name": name_faults(name),
            "email": email_faults(email.strip()),
            "phone": name_faults(phone, longest=PHONE_LENGTH) if phone.strip() else [],
        }
    )
    person = Person(
        code=f"caller-{secrets.token_hex(CALLER_BYTES)}",
        name=name.strip(),
        email=email.strip(),
        phone=phone.strip(),
        language=actor.language,
    )
    with refusing_duplicates({"email": _("Someone else has this address."), "code": CODE_TAKEN}):
        person.save(force_insert=True)
    record(
        "people.person_introduced",
        subject_kind="person",
        subject_id=person.pk,
        changes={"code": (None, person.code)},
        actor=actor,
        at=at,
    )
    event = PersonCreated(person_id=person.pk, code=person.code, at=at)
    publish(event)
    return event


@transaction.atomic
def add_member(
    team: str, *, person: str, is_lead: bool = False, actor: Actor, at: datetime
) -> MemberAdded:
    """Take a person into a team, as lead or not; doing it again changes nothing.

    Args:
        team: the team's code.
        person: the person's code.
        is_lead: whether the person answers for the team's work; sets it for a member, too.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the organisation, or the team's unit.
        Invalid: there is no such team or person.
    """
    joined = by_code(
        Team.objects.filter(is_active=True),
        team,
        field="team",
        missing=_("There is no team %(code)s."),
    )
    access.require_manage(actor, unit_id=joined.unit_id)
    member = by_code(
        Person.objects.filter(is_active=True),
        person,
        field="person",
        missing=_("There is no person %(code)s."),
    )
    event = MemberAdded(person_id=member.pk, team_id=joined.pk, is_lead=is_lead, at=at)
    membership, is_new = Membership.objects.get_or_create(
        person=member, team=joined, defaults={"is_lead": is_lead}
    )
    if not is_new and membership.is_lead == is_lead:
        return event
    before = None if is_new else [person, membership.is_lead]
    Membership.objects.filter(pk=membership.pk).update(is_lead=is_lead)
    record(
        "organization.member_added",
        subject_kind="team",
        subject_id=joined.pk,
        changes={"member": (before, [person, is_lead])},
        actor=actor,
        at=at,
    )
    publish(event)
    return event


@transaction.atomic
def change_preferences(
    person_id: int, *, language: str, time_zone: str, actor: Actor, at: datetime
) -> PreferencesChanged:
    """Set a person's language and time zone: one's own, or with the right to keep people.

    Args:
        person_id: whose.
        language: one of the languages of the installation.
        time_zone: an IANA zone; empty for that of the site.
        actor: who does it.
        at: when.

    Raises:
        NotFound: there is no such person.
        NotAllowed: it is somebody else's, and the right is missing.
        Invalid: the language or the zone is not known.
    """
    person = access.person_to_change(person_id, actor=actor, or_oneself=True)
    refuse(_preference_faults(language, time_zone))
    event = PreferencesChanged(person_id=person_id, language=language, time_zone=time_zone, at=at)
    wanted = {"language": language, "time_zone": time_zone}
    changes = {
        field: (getattr(person, field), value)
        for field, value in wanted.items()
        if getattr(person, field) != value
    }
    if not changes:
        return event
    Person.objects.filter(pk=person_id).update(**wanted)
    record(
        "people.preferences_changed",
        subject_kind="person",
        subject_id=person_id,
        changes=changes,
        actor=actor,
        at=at,
    )
    publish(event)
    return event


def keep_page_setting(page: str, *, value: Any, actor: Actor, at: datetime) -> None:  # noqa: ARG001
    """Keep how the actor has arranged a page; None puts it back to what everybody begins with.

    It says nothing about work or people, so the journal does not hear of it.

    Args:
        page: the name of the page, a constant of its door.
        value: plain JSON.
        actor: whose it is.
        at: when.

    Raises:
        NotAllowed: the actor is no person.
        Invalid: it is larger than any arrangement.
    """
    if actor.person_id is None:
        raise NotAllowed
    if len(json.dumps(value)) > LARGEST_SETTING:
        raise Invalid({"value": [_("This is more than can be kept.")]})
    if value is None:
        PageSetting.objects.filter(person_id=actor.person_id, page=page).delete()
        return
    PageSetting.objects.update_or_create(
        person_id=actor.person_id, page=page, defaults={"value": value}
    )


@transaction.atomic
def deactivate_person(person_id: int, *, actor: Actor, at: datetime) -> PersonDeactivated:
    """Let a person leave: they can no longer sign in nor be chosen; doing it again does nothing.

    Raises:
        NotFound: there is no such person.
        NotAllowed: without the right to keep the organisation, or the person's unit.
    """
    person = access.person_to_change(person_id, actor=actor)
    event = PersonDeactivated(person_id=person_id, at=at)
    if not person.is_active:
        return event
    Person.objects.filter(pk=person_id).update(is_active=False)
    record(
        "people.person_deactivated",
        subject_kind="person",
        subject_id=person_id,
        changes={"is_active": (True, False)},
        actor=actor,
        at=at,
    )
    publish(event)
    return event


@transaction.atomic
def plan_shift(
    team: str,
    *,
    person_id: int,
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
    at: datetime,
) -> ShiftPlanned:
    """Say who of a team is on call for a time; several people at once are all told.

    Args:
        team: the team's code.
        person_id: a member of it.
        starts_at: the first moment; it may lie back.
        ends_at: the first moment after it, ahead, and at most 62 days later.
        actor: who keeps the organisation there, or leads the team.
        at: when.

    Raises:
        NotFound: there is no such team.
        NotAllowed: the actor may not plan for it.
        Invalid: somebody who is no member, or times that are none of a shift.
    """
    found = Team.objects.filter(is_active=True, code=team).first()
    if found is None:
        raise NotFound
    access.require_plan(actor, found)
    member = Membership.objects.filter(
        team=found, person_id=person_id, person__is_active=True
    ).first()
    refuse(
        {
            "person": [] if member else [_("Only members of the team can be on call in it.")],
            "ends_at": shift_faults(starts_at, ends_at, at=at),
        }
    )
    shift, is_new = OnCallShift.objects.get_or_create(
        team=found, person_id=person_id, starts_at=starts_at, ends_at=ends_at
    )
    event = ShiftPlanned(
        shift_id=shift.pk,
        team_id=found.pk,
        person_id=person_id,
        starts_at=starts_at,
        ends_at=ends_at,
        at=at,
    )
    if not is_new:
        return event
    _record_shift("people.shift_planned", shift, (None, _plain(shift)), actor=actor, at=at)
    publish(event)
    return event


@transaction.atomic
def drop_shift(shift_id: int, *, actor: Actor, at: datetime) -> ShiftDropped:
    """Take a shift back; of one that runs already, what is over stays as it was.

    Args:
        shift_id: which.
        actor: who keeps the organisation there, or leads the team.
        at: when.

    Raises:
        NotFound: there is no such shift.
        NotAllowed: the actor may not plan for its team.
        WrongState: it is over; who was on call then stays known.
    """
    shift = (
        OnCallShift.objects.select_for_update(of=("self",))
        .select_related("team")
        .filter(pk=shift_id)
        .first()
    )
    if shift is None:
        raise NotFound
    access.require_plan(actor, shift.team)
    if shift.ends_at <= at:
        raise WrongState(_("This shift is over; who was on call then stays known."))
    event = ShiftDropped(shift_id=shift_id, team_id=shift.team_id, person_id=shift.person_id, at=at)
    before = _plain(shift)
    if shift.starts_at < at:
        shift.ends_at = at
        shift.save(update_fields=["ends_at"])
        _record_shift("people.shift_dropped", shift, (before, _plain(shift)), actor=actor, at=at)
    else:
        _record_shift("people.shift_dropped", shift, (before, None), actor=actor, at=at)
        shift.delete()
    publish(event)
    return event


def _plain(shift: OnCallShift) -> list[Any]:
    return [shift.person_id, shift.starts_at.isoformat(), shift.ends_at.isoformat()]


def _record_shift(
    verb: str, shift: OnCallShift, change: tuple[Any, Any], *, actor: Actor, at: datetime
) -> None:
    record(
        verb,
        subject_kind="team",
        subject_id=shift.team_id,
        changes={"shift": change},
        actor=actor,
        at=at,
    )
    live.announce([ON_CALL_REGION], at=at)


def _home(
    *, unit: str | None, customer: str | None, site: str | None, manager: str | None
) -> _Home:
    if unit is not None and customer is not None:
        raise Invalid({"customer": [_("A person belongs to a unit or to a customer, not both.")]})
    return _Home(
        unit=_found(Unit.objects.all(), unit, "unit", _("There is no unit %(code)s.")),
        customer=_found(
            Customer.objects.all(), customer, "customer", _("There is no customer %(code)s.")
        ),
        site=_found(Site.objects.all(), site, "site", _("There is no site %(code)s.")),
        manager=_found(Person.objects.all(), manager, "manager", _("There is no person %(code)s.")),
    )


def _found(rows: models.QuerySet[Row], code: str | None, field: str, missing: Text) -> Row | None:
    return None if code is None else by_code(rows, code, field=field, missing=missing)


def _preference_faults(language: str, time_zone: str) -> dict[str, list[Text]]:
    known = [code for code, _name in settings.LANGUAGES]
    return {
        "language": language_faults(language, known=known),
        "time_zone": time_zone_faults(time_zone) if time_zone else [],
    }
