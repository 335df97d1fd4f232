"""Who may approve something: the one place in which that is answered (clause 5.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.text import is_storable
from timshel.leadership.mandate import access
from timshel.leadership.mandate.models import Mandate
from timshel.leadership.mandate.queries.holders import (
    HolderBook,
    HolderRow,
    Holders,
    Place,
    reaches,
)
from timshel.leadership.mandate.queries.register import MandateRow, row_of
from timshel.leadership.mandate.rules import Asked, Money, by_limit, is_enough, money_faults
from timshel.leadership.mandate.states import WITH_MONEY, Subject
from timshel.leadership.responsibility.states import SubjectKind
from timshel.leadership.responsibility.subjects import facts


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may approve what was asked, and the mandate under which they may."""

    person: HolderRow
    mandate: MandateRow


@dataclass(frozen=True, slots=True)
class WhoMay:
    """Who may approve something.

    Args:
        approvers: each person once, by the smallest limit that is enough.
        open: mandates that are enough, whose holders differ from case to case.
        vacant: mandates that would be enough, though nobody holds them there.
        highest: where nobody may, up to how much somebody may in that currency.
        highest_by: who may up to that.
        other_currencies: those of limits that cannot be compared with what was asked.
    """

    approvers: tuple[Approver, ...]
    open: tuple[MandateRow, ...]
    vacant: tuple[MandateRow, ...]
    highest: Money | None
    highest_by: tuple[Approver, ...]
    other_currencies: tuple[str, ...]


def who_may_approve(asked: Asked, *, actor: Actor) -> WhoMay:
    """Return who may approve something, and under which mandate; at most a dozen queries.

    A mandate counts on a day on which it was in force. Its holders are those of that day where a
    role in the work holds it, and those of now where a role with rights does.

    Raises:
        Invalid: the unit, the service or the amount cannot be.
        NotAllowed: the actor may not read the register.
    """
    access.require_view(actor)
    return _answer(asked, _place(asked, language=actor.language), actor=actor)


def own_authority(
    subject: Subject, *, currency: str, beneficiary_id: int, actor: Actor, on: date
) -> Money | bool:
    """Return up to how much the actor may approve something for somebody's unit.

    Everybody may know that of themselves. Mandates for one service are not looked at.

    Args:
        subject: what it is.
        currency: in which it is paid.
        beneficiary_id: the key of the person for whom it is.
        actor: who asks.
        on: the day.

    Returns:
        The largest limit in that currency; True for no limit at all, False for no mandate.
    """
    paths = Person.objects.filter(pk=beneficiary_id).values_list("unit__path", flat=True)
    asked = Asked(subject, on)
    limits = [
        mandate.limit
        for mandate, holders in _held(asked, Place(paths.first() or ""), actor=actor)[1]
        if any(each.id == actor.person_id for each in holders.people)
    ]
    if None in limits:
        return True
    fitting = [each for each in limits if each is not None and each.currency == currency]
    return max(fitting, key=by_limit, default=False)


def _answer(asked: Asked, place: Place, *, actor: Actor) -> WhoMay:
    book, held = _held(asked, place, actor=actor)
    rows = {
        mandate.pk: row_of(mandate, book, language=actor.language, today=asked.on)
        for mandate, _holders in held
    }
    enough = [each for each in held if is_enough(each[0].limit, asked.cost)]
    short = [each for each in held if not is_enough(each[0].limit, asked.cost)]
    approvers = _once(enough, rows)
    highest = None if approvers else _highest(short, asked.cost)
    return WhoMay(
        approvers=approvers,
        open=tuple(rows[mandate.pk] for mandate, holders in enough if holders.is_open),
        vacant=tuple(
            rows[mandate.pk]
            for mandate, holders in enough
            if not holders.people and not holders.is_open
        ),
        highest=highest,
        highest_by=_once([each for each in short if each[0].limit == highest], rows)
        if highest
        else (),
        other_currencies=tuple(
            sorted(
                {
                    mandate.limit_currency
                    for mandate, _holders in short
                    if asked.cost and mandate.limit_currency != asked.cost.currency
                }
            )
        ),
    )


def _held(
    asked: Asked, place: Place, *, actor: Actor
) -> tuple[HolderBook, list[tuple[Mandate, Holders]]]:
    """Return the mandates for what is asked with who holds them, by their limits."""
    rows = Mandate.objects.in_force_on(asked.on).filter(subject=asked.subject)
    fitting = [each for each in access.with_names(rows) if reaches(each, place)]
    book = HolderBook(fitting, day=asked.on, language=actor.language, services=[place.service])
    ordered = sorted(fitting, key=lambda row: (*by_limit(row.limit), row.title, row.pk))
    return book, [(each, book.at(each, place)) for each in ordered]


def _once(
    held: Iterable[tuple[Mandate, Holders]], rows: dict[int, MandateRow]
) -> tuple[Approver, ...]:
    found: dict[int, Approver] = {}
    for mandate, holders in held:
        for person in holders.people:
            found.setdefault(person.id, Approver(person, rows[mandate.pk]))
    return tuple(found.values())


def _highest(short: Iterable[tuple[Mandate, Holders]], cost: Money | None) -> Money | None:
    limits = [
        mandate.limit
        for mandate, holders in short
        if cost and holders.people and mandate.limit and mandate.limit_currency == cost.currency
    ]
    return max(limits, key=by_limit, default=None)


def _place(asked: Asked, *, language: str) -> Place:
    faults = {"cost": money_faults(asked.cost)}
    if asked.cost is not None and asked.subject not in WITH_MONEY:
        faults["cost"] = [_("Nothing is paid for this. Leave the amount out.")]
    path = _path(asked.unit)
    if path is None:
        faults["unit"] = [_("There is no such unit.")]
    if asked.service and not _is_service(asked.service, language=language):
        faults["service"] = [_("There is no such service.")]
    if any(faults.values()):
        raise Invalid({name: texts for name, texts in faults.items() if texts})
    return Place(path or "", asked.service)


def _path(unit: str) -> str | None:
    """Return the chain of keys of a unit; empty for no unit, None for one that is not known."""
    if not unit:
        return ""
    known = Unit.objects.filter(code=unit) if is_storable(unit) else Unit.objects.none()
    return known.values_list("path", flat=True).first()


def _is_service(code: str, *, language: str) -> bool:
    return is_storable(code) and code in facts(SubjectKind.SERVICE, [code], language=language)
