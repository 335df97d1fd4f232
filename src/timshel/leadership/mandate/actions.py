"""What is done with mandates: written, put into force, ended and withdrawn (clause 5.3)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Unit
from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable, text_faults
from timshel.leadership.authority.models import Role
from timshel.leadership.mandate import access
from timshel.leadership.mandate.events import MandateEnded, MandatePutInForce
from timshel.leadership.mandate.models import Mandate
from timshel.leadership.mandate.queries.holders import HolderBook
from timshel.leadership.mandate.rules import (
    LONGEST_REASON,
    REGION,
    SUBJECT,
    MandateContent,
    Money,
    content_faults,
)
from timshel.leadership.mandate.states import (
    MANDATES,
    HolderKind,
    MandateState,
    MandateTrigger,
)
from timshel.leadership.responsibility.models import ProcessRole
from timshel.leadership.responsibility.states import SubjectKind
from timshel.leadership.responsibility.subjects import facts

__all__ = [
    "REGION",
    "SUBJECT",
    "change_mandate",
    "draft_mandate",
    "end_mandate",
    "put_in_force",
    "withdraw_mandate",
]


@dataclass(frozen=True, slots=True)
class _Named:
    """What a mandate names, found."""

    granted_by: Person
    unit: Unit | None
    person: Person | None = None
    process_role: ProcessRole | None = None
    role: Role | None = None


@transaction.atomic
def draft_mandate(content: MandateContent, *, actor: Actor, at: datetime) -> str:
    """Write down a mandate, as a draft under which nobody approves anything yet.

    Args:
        content: what it says.
        actor: who may say who may approve what.
        at: when.

    Returns:
        Its number.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    row = Mandate(made_at=at, changed_at=at)
    _say(row, content, _checked(content))
    row.save()
    changes = {name: (None, value) for name, value in _plain(content).items() if value}
    _tell(row, "drafted", changes, actor=actor, at=at)
    return row.number


@transaction.atomic
def change_mandate(
    number: str,
    *,
    content: MandateContent,
    revision: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Say something else in a draft; the same again does nothing.

    Args:
        number: which.
        content: all of it, as it shall be from now on.
        revision: as the actor has seen it; None where that does not matter.
        actor: who may say who may approve what.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: it is no draft any more, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = _fresh(number, revision=revision, actor=actor)
    if row.state != MandateState.DRAFT:
        raise WrongState(_("This is no draft any more. End it, and write down a new one."))
    named = _checked(content)
    before, after = _plain(row.content()), _plain(content)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return
    _say(row, content, named)
    _keep(row, "changed", changes, actor=actor, at=at)


@transaction.atomic
def put_in_force(number: str, *, revision: int | None = None, actor: Actor, at: datetime) -> None:
    """Have a mandate hold from now on, or from its first day; in force already, it stays so.

    Args:
        number: which.
        revision: as the actor has seen it; None where that does not matter.
        actor: who may, and does not hold it.
        at: when.

    Raises:
        WrongState: it has ended, its last day is over, there is another for the same, or somebody
            changed it meanwhile.
        NotAllowed: the right is missing, or the actor holds it.
        NotFound: as it says.
    """
    row = _fresh(number, revision=None, actor=actor)
    if row.state == MandateState.IN_FORCE:
        return
    _unchanged(row, revision)
    target = MANDATES.target(MandateState(row.state), MandateTrigger.PUT_IN_FORCE)
    today = actor.day_at(at)
    if row.valid_until is not None and row.valid_until < today:
        raise WrongState(_("Its last day is over. Change the days first."))
    _four_eyes(row, today, actor=actor)
    _alone(row)
    changes = {"state": (row.state, target.value)}
    row.state, row.in_force_from, row.in_force_by_id = target, today, actor.person_id
    _keep(row, "put_in_force", changes, actor=actor, at=at)
    publish(MandatePutInForce(row.pk, row.number, at, actor.person_id))


@transaction.atomic
def end_mandate(
    number: str, *, reason: str, revision: int | None = None, actor: Actor, at: datetime
) -> None:
    """End a mandate in force that has done its service, and say why.

    Raises:
        Invalid: nothing is said of it, or too much.
        WrongState: it is not in force, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    _end(number, MandateTrigger.END, reason, revision=revision, actor=actor, at=at)


@transaction.atomic
def withdraw_mandate(
    number: str, *, reason: str, revision: int | None = None, actor: Actor, at: datetime
) -> None:
    """Take a mandate back before its time, or a draft, and say why.

    Raises:
        Invalid: nothing is said of it, or too much.
        WrongState: it has ended, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    _end(number, MandateTrigger.WITHDRAW, reason, revision=revision, actor=actor, at=at)


def _end(
    number: str,
    trigger: MandateTrigger,
    reason: str,
    *,
    revision: int | None,
    actor: Actor,
    at: datetime,
) -> None:
    row = _fresh(number, revision=revision, actor=actor)
    before = MandateState(row.state)
    target = MANDATES.target(before, trigger)
    faults = text_faults(reason, longest=LONGEST_REASON)
    if not reason.strip():
        faults = [_("Please say why.")]
    if faults:
        raise Invalid({"reason": faults})
    row.state, row.ended_because = target, reason.strip()
    row.ended_on = actor.day_at(at)
    changes = {"state": (before.value, target.value), "reason": (None, row.ended_because)}
    _keep(row, target.value, changes, actor=actor, at=at)
    if before is MandateState.IN_FORCE:
        publish(MandateEnded(row.pk, row.number, at, actor.person_id))


def _fresh(number: str, *, revision: int | None, actor: Actor) -> Mandate:
    row = access.mandate_to_change(number, actor=actor)
    _unchanged(row, revision)
    return row


def _unchanged(row: Mandate, revision: int | None) -> None:
    if revision is not None and revision != row.revision:
        raise WrongState(
            _("Somebody changed this mandate meanwhile. Open it again, and look at what changed.")
        )


def _four_eyes(row: Mandate, today: date, *, actor: Actor) -> None:
    """Refuse whoever would give a mandate to themselves, directly or by a role."""
    held = {each.id for each in HolderBook([row], day=today, language="en").of(row).people}
    if actor.person_id is not None and actor.person_id in held:
        raise NotAllowed(_("Nobody puts a mandate into force that they hold themselves."))
    if row.granted_by_id in held:
        raise WrongState(_("Whoever grants it would hold it too. Somebody else has to grant it."))


def _alone(row: Mandate) -> None:
    """Refuse a second mandate for the same, held by the same, at the same place and time.

    All for the same subject are locked, so that of two at once one waits for the other.
    """
    others = Mandate.objects.select_for_update().filter(subject=row.subject).order_by("pk")
    list(others.values_list("pk", flat=True))
    same = others.exclude(pk=row.pk).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=row.valid_from),
        state=MandateState.IN_FORCE,
        own_words__iexact=row.own_words,
        person=row.person_id,
        process_role=row.process_role_id,
        role=row.role_id,
        unit=row.unit_id,
        service_code=row.service_code,
    )
    if row.valid_until is not None:
        same = same.filter(valid_from__lte=row.valid_until)
    if found := same.first():
        sentence = _("%(number)s says the same for the same holder and place. End that one first.")
        raise WrongState(sentence % {"number": found.number})


def _checked(content: MandateContent) -> _Named:
    """Return what a sound content names.

    Raises:
        Invalid: what is wrong, by field.
    """
    faults = content_faults(content)
    held, holder_faults = _holder(content)
    faults |= holder_faults
    granted_by = _person(content.granted_by)
    if granted_by is None:
        faults["granted_by"] = [_("Please name a person who works here and grants it.")]
    elif held.get("person") == granted_by:
        faults["granted_by"] = [_("Nobody grants a mandate to themselves.")]
    unit = _unit(content.unit)
    if content.unit and unit is None:
        faults.setdefault("unit", []).append(_("There is no such unit."))
    if content.service and not _is_service(content.service):
        faults["service"] = [_("There is no such service.")]
    if faults or granted_by is None:
        raise Invalid(faults)
    return _Named(granted_by, unit, **held)


def _holder(content: MandateContent) -> tuple[dict[str, Any], dict[str, list[Text]]]:
    code = content.holder if is_storable(content.holder) else ""
    if content.holder_kind == HolderKind.PERSON:
        person = _person(code)
        wrong: Text = _("Please name a person who works here and holds it.")
        return _found("person", person, wrong)
    if content.holder_kind == HolderKind.PROCESS_ROLE:
        wrong = _("There is no such role in the work.")
        return _found("process_role", ProcessRole.objects.filter(code=code).first(), wrong)
    wrong = _("There is no such role.")
    return _found("role", Role.objects.filter(code=code).first(), wrong)


def _found(
    name: str, found: object | None, wrong: Text
) -> tuple[dict[str, Any], dict[str, list[Text]]]:
    return ({name: found}, {}) if found is not None else ({}, {"holder": [wrong]})


def _person(code: str) -> Person | None:
    if not code or not is_storable(code):
        return None
    return Person.objects.filter(code=code, is_active=True, customer__isnull=True).first()


def _unit(code: str) -> Unit | None:
    if not code or not is_storable(code):
        return None
    return Unit.objects.filter(code=code, is_active=True).first()


def _is_service(code: str) -> bool:
    return is_storable(code) and code in facts(SubjectKind.SERVICE, [code], language="en")


def _say(row: Mandate, content: MandateContent, named: _Named) -> None:
    for name in ("title", "rests_on", "conditions", "own_words"):
        setattr(row, name, getattr(content, name).strip())
    row.subject, row.service_code = content.subject, content.service
    row.valid_from, row.valid_until = content.valid_from, content.valid_until
    row.limit_amount = content.limit.amount if content.limit else None
    row.limit_currency = content.limit.currency if content.limit else ""
    for each in fields(_Named):
        setattr(row, each.name, getattr(named, each.name))


def _plain(content: MandateContent) -> dict[str, Any]:
    """Return what a mandate says as the journal keeps it."""
    return {each.name: _as_text(getattr(content, each.name)) for each in fields(MandateContent)}


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, Money):
        return f"{value.amount:.2f} {value.currency}"
    return str(value).strip()


def _keep(
    row: Mandate, verb: str, changes: dict[str, tuple[Any, Any]], *, actor: Actor, at: datetime
) -> None:
    row.revision += 1
    row.changed_at = at
    row.save()
    _tell(row, verb, changes, actor=actor, at=at)


def _tell(
    row: Mandate, verb: str, changes: dict[str, tuple[Any, Any]], *, actor: Actor, at: datetime
) -> None:
    record(
        f"{SUBJECT}.{verb}",
        subject_kind=SUBJECT,
        subject_id=row.pk,
        changes=changes,
        actor=actor,
        at=at,
    )
    live.announce({REGION}, at=at)
