"""Saying who answers while somebody is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Text
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.leadership.approval import access
from timshel.leadership.approval.actions.ending import region_of_person
from timshel.leadership.approval.events import DelegationEnded, DelegationMade
from timshel.leadership.approval.models import Delegation
from timshel.leadership.approval.rules import delegation_faults, delegation_span

SUBJECT = "delegation"
LONGEST_REASON = 250


@dataclass(frozen=True, slots=True)
class Absence:
    """Who stands in for whom.

    Args:
        person_id: who is away.
        substitute_id: who answers meanwhile.
        from_date: the first day.
        until_date: the last day, which still counts; days are those of who is away.
        reason: for whom it may concern; may be empty.
    """

    person_id: int
    substitute_id: int
    from_date: date
    until_date: date
    reason: str = ""


@transaction.atomic
def delegate(absence: Absence, *, actor: Actor, at: datetime) -> DelegationMade:
    """Have somebody answer what another is asked to approve, for some days.

    Both may answer; the first answer counts. The same again changes nothing.

    Args:
        absence: who stands in for whom.
        actor: who is away, or somebody who manages approvals.
        at: when this is said.

    Raises:
        NotFound: there is no such person.
        NotAllowed: it is somebody else's absence, and the right is missing.
        Invalid: the days or the substitute are not possible; two people who stand in for each
            other in the same days leave nobody to answer.
    """
    # The row of the person is what keeps two delegations from being made at once.
    people = Person.objects.select_for_update(of=("self",), no_key=True).select_related("site")
    pair = {
        person.pk: person
        for person in people.filter(pk__in=[absence.person_id, absence.substitute_id]).order_by(
            "pk"
        )
    }
    person, substitute = pair.get(absence.person_id), pair.get(absence.substitute_id)
    if person is None:
        raise NotFound
    access.require_delegate(person.pk, unit_id=person.unit_id, actor=actor)
    zone = person.time_zone or (person.site.time_zone if person.site else "UTC")
    first, last = absence.from_date, max(absence.from_date, absence.until_date)
    starts_at, ends_at = delegation_span(first, last, zone=zone)
    same = _same(absence)
    if same is not None:
        return DelegationMade(same.pk, person.pk, same.substitute_id, same.made_at)
    ahead = max(starts_at, at)  # what is over is in nobody's way
    faults: dict[str, list[Text]] = {
        "until_date": delegation_faults(first, absence.until_date, ends_at=ends_at, at=at),
        "substitute": _substitute_faults(person, substitute, ahead, ends_at),
        "from_date": _overlap_faults(person, ahead, ends_at),
        "reason": _reason_faults(absence.reason),
    }
    if any(faults.values()):
        raise Invalid({name: texts for name, texts in faults.items() if texts})
    made = Delegation.objects.create(
        person=person,
        substitute_id=absence.substitute_id,
        from_date=absence.from_date,
        until_date=absence.until_date,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=absence.reason.strip(),
        made_by_id=actor.person_id,
        made_at=at,
    )
    event = DelegationMade(made.pk, person.pk, made.substitute_id, at)
    _tell("approval.delegated", made, (None, _plain(made)), actor=actor, at=at)
    publish(event)
    return event


@transaction.atomic
def end_delegation(delegation_id: int, *, actor: Actor, at: datetime) -> DelegationEnded:
    """Have nobody stand in any more from now on; what was answered stays answered.

    Ending what is over already changes nothing.

    Args:
        delegation_id: which.
        actor: who was away, who stood in, or somebody who manages approvals.
        at: when.

    Raises:
        NotFound: there is none, or it is nothing to the actor.
        NotAllowed: the right to answer is missing.
    """
    found = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=delegation_id)
        .first()
    )
    if found is None:
        raise NotFound
    _require_concerned(found, actor=actor)
    event = DelegationEnded(found.pk, found.person_id, found.substitute_id, at)
    if found.ends_at <= at:
        return event
    before = _plain(found)
    found.ends_at = found.ended_at = at  # before its beginning, where it had not begun
    found.save(update_fields=["ends_at", "ended_at"])
    _tell("approval.delegation_ended", found, (before, _plain(found)), actor=actor, at=at)
    publish(event)
    return event


def _require_concerned(delegation: Delegation, *, actor: Actor) -> None:
    access.require_person(actor)
    if actor.person_id == delegation.substitute_id:
        return
    try:
        access.require_delegate(
            delegation.person_id, unit_id=delegation.person.unit_id, actor=actor
        )
    except NotAllowed as error:
        raise NotFound from error


def _same(absence: Absence) -> Delegation | None:
    return Delegation.objects.filter(
        person=absence.person_id,
        substitute=absence.substitute_id,
        from_date=absence.from_date,
        until_date=absence.until_date,
        ended_at__isnull=True,
    ).first()


def _substitute_faults(
    person: Person, substitute: Person | None, starts_at: datetime, ends_at: datetime
) -> list[Text]:
    if substitute is None or not substitute.is_active:
        return [_("There is no such person.")]
    if substitute.pk == person.pk:
        return [_("Please choose somebody else than the person who is away.")]
    if substitute.customer_id != person.customer_id:
        return [_("Only somebody of the same organisation can stand in.")]
    back = Delegation.objects.filter(
        person=substitute, substitute=person, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if back.exists():
        return [
            _("%(name)s is away in these days, too, and counts on this person.")
            % {"name": substitute.name}
        ]
    return []


def _overlap_faults(person: Person, starts_at: datetime, ends_at: datetime) -> list[Text]:
    others = Delegation.objects.filter(
        person=person, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).select_related("substitute")
    other = others.first()
    if other is None:
        return []
    return [
        _("%(name)s stands in during some of these days already; end that first.")
        % {"name": other.substitute.name}
    ]


def _reason_faults(reason: str) -> list[Text]:
    if len(reason.strip()) > LONGEST_REASON:
        return [_("At most %(count)d characters are possible.") % {"count": LONGEST_REASON}]
    if not is_storable(reason):
        return [_("This holds characters that cannot be stored.")]
    return []


def _plain(delegation: Delegation) -> list[object]:
    return [
        delegation.substitute_id,
        delegation.starts_at.isoformat(),
        delegation.ends_at.isoformat(),
    ]


def _tell(
    verb: str,
    delegation: Delegation,
    change: tuple[object, object],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(
        verb,
        subject_kind=SUBJECT,
        subject_id=delegation.pk,
        changes={"person": (None, delegation.person_id), "substitute": change},
        actor=actor,
        at=at,
    )
    concerned = (delegation.person_id, delegation.substitute_id)
    live.announce({region_of_person(each) for each in concerned}, at=at)
