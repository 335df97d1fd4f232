"""Which agreement applies: asked for a made-up case, or by people about what they are promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Customer, Unit
from timshel.context.people.models import Person
from timshel.kernel import calendar as algebra
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    BusinessCalendar,
    LevelChoice,
    Target,
    in_force,
)
from timshel.relationship_agreement.service_level.queries.book import promises
from timshel.relationship_agreement.service_level.queries.contents import contents_of, names_in
from timshel.relationship_agreement.service_level.rules.book import AgreementBook, Candidate
from timshel.relationship_agreement.service_level.rules.contents import AgreementContent
from timshel.relationship_agreement.service_level.rules.happenings import Facts
from timshel.relationship_agreement.service_level.rules.phrases import (
    Names,
    amount_words,
    coverage_words,
    party_words,
    price_words,
    span_words,
)
from timshel.relationship_agreement.service_level.rules.precedence import Mismatch
from timshel.relationship_agreement.service_level.rules.weighing import reason_sentence
from timshel.relationship_agreement.service_level.states import ClockKind, DurationUnit
from timshel.service_portfolio.service.models import LifeCycle, Offering, Service

ASKED_KINDS = (ClockKind.RESPOND, ClockKind.UPDATE, ClockKind.RESOLVE, ClockKind.FULFIL)
PROMISED_KINDS = (ClockKind.RESPOND, ClockKind.UPDATE, ClockKind.RESOLVE)
PRIORITIES = (1, 2, 3, 4, 5)
_NO_PRIORITY = _("A priority is a number from 1 to 5.")
_NO_PERSON = _("There is no such person.")


@dataclass(frozen=True, slots=True)
class Question:
    """A made-up case; codes, or None where it is left open.

    Args:
        priority: from 1 to 5.
        requester_id: a person, whose unit or customer counts; or
        unit: the code of a unit; or
        customer: the code of a customer.
        service: the code of a service.
        offering: the code of an offering; its service counts where none is named.
    """

    priority: int
    requester_id: int | None = None
    unit: str | None = None
    customer: str | None = None
    service: str | None = None
    offering: str | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """An agreement that was looked at.

    Args:
        code: of the agreement.
        number: of the version.
        name: of the agreement.
        is_first: it decides.
        applies: it would decide, were it not for those before it.
        reason: why, in words.
        target: what it promises, in words; empty where it does not apply.
    """

    code: str
    number: int
    name: str
    is_first: bool
    applies: bool
    reason: str
    target: str


@dataclass(frozen=True, slots=True)
class Applicable:
    """What would apply for one kind of clock, the deciding agreement first."""

    kind: ClockKind
    weighed: tuple[Weighed, ...]

    @property
    def first(self) -> Weighed | None:
        """The agreement that decides, or None where nothing is promised."""
        return next((each for each in self.weighed if each.is_first), None)


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """What is promised for one priority: amounts by kind of clock, in words."""

    priority: int
    amounts: Mapping[ClockKind, str]


@dataclass(frozen=True, slots=True)
class PromiseGroup:
    """Services for which the same is promised.

    Args:
        services: their names.
        agreements: the names of the agreements that decide.
        text: what they say in the customer's words, as Markdown.
        lines: by priority.
        kinds: the kinds of clocks that have an amount.
        calendars: the calendars that the time is counted in: names and hours.
    """

    services: tuple[str, ...]
    agreements: tuple[str, ...]
    text: str
    lines: tuple[PromiseLine, ...]
    kinds: tuple[ClockKind, ...]
    calendars: tuple[tuple[str, algebra.BusinessCalendar], ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A level that customers may choose.

    Args:
        code: of the agreement that offers it.
        name: of that.
        text: in the customer's words, as Markdown.
        price: in words; empty where it has none.
        coverage: what it covers, in words.
        since: since when the reader's customer has it, or None.
    """

    code: str
    name: str
    text: str
    price: str
    coverage: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Promised:
    """What somebody is promised.

    Args:
        party: the name of their customer or unit; empty where they have none.
        customer_id: of a customer's contact, or None.
        groups: by what is promised, the largest group of services last.
        levels: offered to a customer's contact.
    """

    party: str
    customer_id: int | None
    groups: tuple[PromiseGroup, ...]
    levels: tuple[Level, ...]


def applicable(question: Question, *, actor: Actor, at: datetime) -> tuple[Applicable, ...]:
    """Return which agreement would apply to a made-up case, and why, for each kind of clock.

    Args:
        question: the case.
        actor: who asks.
        at: when the case would be opened.

    Raises:
        NotAllowed: without the right to see agreements.
        Invalid: something that it names does not exist.
    """
    access.require_view(actor)
    facts = _facts(question, actor=actor)
    book = _book(facts)
    looked_at = {kind: book.candidates(kind, facts=facts, at=at) for kind in ASKED_KINDS}
    keys = {each.version.id for found in looked_at.values() for each in found}
    said = contents_of(Agreement.objects.filter(pk__in=keys))
    names = names_in((content for _row, content in said.values()), language=actor.language)
    contents = {key: content for key, (_row, content) in said.items()}
    return tuple(
        Applicable(kind, _weighed(kind, found, contents, names, facts, book, at=at))
        for kind, found in looked_at.items()
    )


def promised(*, actor: Actor, at: datetime) -> Promised:
    """Return what the reader is promised, service by service, in a fixed number of queries.

    Everybody may know what they are promised.

    Args:
        actor: who reads.
        at: now.
    """
    people = Person.objects.select_related("unit", "customer")
    person = people.filter(pk=actor.person_id or 0).first()
    unit, customer = (person.unit, person.customer) if person else (None, None)
    party = customer or unit
    facts = Facts(
        priority=1,
        unit_id=unit.pk if unit else None,
        customer_id=customer.pk if customer else None,
    )
    services = [
        (row.pk, row.text("name", actor.language))
        for row in Service.objects.filter(life_cycle=LifeCycle.LIVE)
    ]
    groups = _groups(services, facts, at=at)
    return Promised(
        party=party.text("name", actor.language) if party else "",
        customer_id=customer.pk if customer else None,
        groups=groups,
        levels=_levels(customer.pk, language=actor.language, at=at) if customer else (),
    )


def level_holders(code: str) -> tuple[tuple[int, str, datetime], ...]:
    """Return the customers who have a level: key, name, since when; one query."""
    rows = LevelChoice.objects.filter(agreement_code=code, valid_until=None).order_by(
        "customer__name"
    )
    return tuple(rows.values_list("customer_id", "customer__name", "valid_from"))


def customer_list(*, language: str) -> tuple[tuple[int, str, str], ...]:
    """Return the active customers by name: key, code, name; one query."""
    rows = Customer.objects.filter(is_active=True)
    return tuple(
        sorted(
            ((row.pk, row.code, row.text("name", language)) for row in rows),
            key=lambda each: each[2].casefold(),
        )
    )


def unit_list(*, language: str) -> tuple[tuple[str, str], ...]:
    """Return the active units by name: code, name; one query."""
    rows = Unit.objects.filter(is_active=True)
    found = ((row.code, row.text("name", language)) for row in rows)
    return tuple(sorted(found, key=lambda each: each[1].casefold()))


def offering_list(*, language: str) -> tuple[tuple[str, str, str], ...]:
    """Return the active offerings by name: code, name, the code of the service; one query."""
    rows = Offering.objects.filter(is_active=True).select_related("service")
    found = ((row.code, row.text("name", language), row.service.code) for row in rows)
    return tuple(sorted(found, key=lambda each: each[1].casefold()))


def _book(facts: Facts) -> AgreementBook:
    return promises(
        unit_ids=[facts.unit_id] if facts.unit_id else [],
        customer_ids=[facts.customer_id] if facts.customer_id else [],
    ).book


def _facts(question: Question, *, actor: Actor) -> Facts:
    """Return the facts of a made-up case.

    Raises:
        Invalid: something that it names does not exist.
    """
    if question.priority not in PRIORITIES:
        raise Invalid({"priority": [_NO_PRIORITY]})
    unit_id = _key(Unit, question.unit, "unit")
    customer_id = _key(Customer, question.customer, "customer")
    if question.requester_id is not None:
        person = Person.objects.visible_to(actor).filter(pk=question.requester_id).first()
        if person is None:
            raise Invalid({"requester": [_NO_PERSON]})
        unit_id, customer_id = person.unit_id, person.customer_id
    service_id = _key(Service, question.service, "service")
    offering_id = None
    if question.offering:
        offering = Offering.objects.filter(code=question.offering).first()
        if offering is None:
            raise Invalid(
                {"offering": [_("There is no “%(code)s”.") % {"code": question.offering}]}
            )
        offering_id, service_id = offering.pk, service_id or offering.service_id
    return Facts(
        priority=question.priority,
        service_id=service_id,
        offering_id=offering_id,
        customer_id=customer_id,
        unit_id=unit_id,
    )


def _key(model: Any, code: str | None, field: str) -> int | None:
    if not code:
        return None
    found: int | None = model.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise Invalid({field: [_("There is no “%(code)s”.") % {"code": code}]})
    return found


def _weighed(
    kind: ClockKind,
    found: tuple[Candidate, ...],
    contents: Mapping[int, AgreementContent],
    names: Names,
    facts: Facts,
    book: AgreementBook,
    *,
    at: datetime,
) -> tuple[Weighed, ...]:
    terms = book.terms(kind, facts=facts, at=at)
    weighed = []
    for candidate in found:
        version, content = candidate.version, contents[candidate.version.id]
        applies = not isinstance(candidate.found, Mismatch)
        line = version.line(kind, facts) if applies else None
        dated = line.terms(at) if line else None
        is_first = applies and terms is not None and terms.agreement_id == version.id
        weighed.append(
            Weighed(
                code=version.code,
                number=version.number,
                name=content.name,
                is_first=is_first,
                applies=applies,
                reason=reason_sentence(
                    candidate.found,
                    is_first=is_first,
                    is_hop=False,
                    party=party_words(content, names),
                    coverage=coverage_words(content, names),
                ),
                target=span_words(dated.target) if dated else "",
            )
        )
    return tuple(weighed)


def _groups(
    services: list[tuple[int, str]], facts: Facts, *, at: datetime
) -> tuple[PromiseGroup, ...]:
    """Return the services by what is promised for them."""
    book = _book(facts)
    by_promise: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for key, name in services:
        by_promise[_promise(book, key, facts, at=at)].append(name)
    targets = Target.objects.select_related("agreement").in_bulk(
        {key for promise in by_promise for _kind, _priority, key, _calendar in promise}
    )
    calendars = BusinessCalendar.objects.in_bulk(
        {key for promise in by_promise for _kind, _priority, _target, key in promise}
    )
    found = [_group(names, promise, targets, calendars) for promise, names in by_promise.items()]
    return tuple(sorted(found, key=lambda each: (len(each.services), each.services)))


def _promise(
    book: AgreementBook, service_id: int, facts: Facts, *, at: datetime
) -> tuple[tuple[ClockKind, int, int, int], ...]:
    """Return the keys of the targets and calendars that hold for a service, by kind, priority."""
    found = []
    for kind in PROMISED_KINDS:
        for priority in PRIORITIES:
            asked = Facts(
                priority=priority,
                service_id=service_id,
                customer_id=facts.customer_id,
                unit_id=facts.unit_id,
            )
            terms = book.terms(kind, facts=asked, at=at)
            if terms is not None:
                found.append((kind, priority, terms.target_id or 0, terms.calendar_id or 0))
    return tuple(found)


def _group(
    names: list[str],
    promise: tuple[tuple[ClockKind, int, int, int], ...],
    targets: Mapping[int, Target],
    calendars: Mapping[int, BusinessCalendar],
) -> PromiseGroup:
    amounts: dict[int, dict[ClockKind, str]] = defaultdict(dict)
    agreements = {}
    for kind, priority, key, _calendar in promise:
        target = targets[key]
        agreements[target.agreement.code] = target.agreement
        amounts[priority][kind] = amount_words(target.amount, DurationUnit(target.unit))
    used = {calendars[key].code: calendars[key] for *_rest, key in promise}
    kinds = {kind for kind, *_rest in promise}
    return PromiseGroup(
        services=tuple(sorted(names, key=str.casefold)),
        agreements=tuple(each.name for each in agreements.values()),
        text="\n\n".join(each.text for each in agreements.values() if each.text),
        lines=tuple(PromiseLine(each, amounts[each]) for each in sorted(amounts)),
        kinds=tuple(kind for kind in PROMISED_KINDS if kind in kinds),
        calendars=tuple((each.name, each.hours()) for each in used.values()),
    )


def _levels(customer_id: int, *, language: str, at: datetime) -> tuple[Level, ...]:
    offered = contents_of(
        Agreement.objects.filter(in_force(at), is_draft=False, is_option=True).order_by("name")
    )
    names = names_in((content for _row, content in offered.values()), language=language)
    chosen = dict(
        LevelChoice.objects.filter(in_force(at), customer_id=customer_id).values_list(
            "agreement_code", "valid_from"
        )
    )
    return tuple(
        Level(
            code=row.code,
            name=row.name,
            text=row.text,
            price=price_words(content),
            coverage=coverage_words(content, names),
            since=chosen.get(row.code),
        )
        for row, content in offered.values()
    )
