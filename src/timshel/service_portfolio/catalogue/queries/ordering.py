"""What somebody may ask for, with everything that an order needs, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.text import is_storable
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.models import Entry
from timshel.service_portfolio.catalogue.queries.forms import FormContent, published_forms
from timshel.service_portfolio.catalogue.rules.content import PageContent, Part, content_from


@dataclass(frozen=True, slots=True)
class OrderItem:
    """An offering as it is ordered: alone, or as a part of a bundle.

    Args:
        offering_id: its key.
        code: of the offering.
        name: in the reader's language.
        summary: in the reader's language.
        icon: the name of a drawing.
        service_id: of its service.
        service_code: of that.
        service_name: in the reader's language.
        page_id: the version of the page.
        content: what that says.
        purpose: a ``states.Purpose``.
        price: None where it is free.
        currency: of the price.
        price_period: a ``states.PricePeriod``, or "".
        form_id: the version of the form, or None.
        form: what ``kernel.forms`` reads, or None.
        process: code of the process, or "".
    """

    offering_id: int
    code: str
    name: str
    summary: str
    icon: str
    service_id: int
    service_code: str
    service_name: str
    page_id: int
    content: PageContent
    purpose: str
    price: Decimal | None
    currency: str
    price_period: str
    form_id: int | None
    form: Mapping[str, Any] | None
    process: str


@dataclass(frozen=True, slots=True)
class OrderPart:
    """A part of a bundle that the requester is entitled to.

    Args:
        item: the offering.
        optional: whether it can be left out.
        chosen: whether it is taken unless it is left out; always for what is not optional.
        condition: CEL over ``answers`` and ``requester``; "" is always.
    """

    item: OrderItem
    optional: bool
    chosen: bool
    condition: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """What is ordered, with the parts of a bundle in their order."""

    item: OrderItem
    parts: tuple[OrderPart, ...]

    @property
    def is_bundle(self) -> bool:
        """Whether further offerings come with it."""
        return self.item.content.is_bundle


def entitled_entries(person_id: int | None, *, actor: Actor, at: datetime) -> QuerySet[Entry]:
    """Return what is shown to a person, and to the actor where that is somebody else.

    An agent who takes requests acts for the person in front of them: what they may ask for is
    what that person may.

    Args:
        person_id: whom it is for; None for the actor.
        actor: who looks.
        at: now.
    """
    today = actor.day_at(at)
    wanted_for = actor.person_id if person_id is None else person_id
    entries = Entry.objects.visible_to(wanted_for, today)
    if wanted_for != actor.person_id and not actor.may_somewhere(access.WORK):
        entries = entries.filter(pk__in=Entry.objects.visible_to(actor.person_id, today))
    return entries


def orderable(
    offering: str, *, actor: Actor, at: datetime, for_person_id: int | None = None
) -> OrderPage:
    """Return what an order of an offering needs, in two queries; three for a bundle.

    Parts that the requester is not entitled to are left out.

    Args:
        offering: its code.
        actor: who orders.
        at: now.
        for_person_id: for whom, where that is somebody else; whether the actor may order for
            them is not asked here.

    Raises:
        NotFound: there is none, it is not shown, or it is not for them; which, is not told.
    """
    if not is_storable(offering):
        raise NotFound
    entry = _entries(for_person_id, actor, at).filter(offering__code=offering).first()
    if entry is None:
        raise NotFound
    content = content_from(entry.page.content)
    wanted = {part.offering: part for part in content.parts}
    parts = (
        {
            each.offering.code: (each, content_from(each.page.content))
            for each in _entries(for_person_id, actor, at).filter(offering__code__in=wanted)
        }
        if wanted
        else {}
    )
    contents = [content, *(each for _entry, each in parts.values())]
    forms = published_forms(each.form for each in contents)
    return OrderPage(
        item=_item(entry, content, forms, actor.language),
        parts=tuple(
            _part(part, _item(*parts[code], forms, actor.language))
            for code, part in wanted.items()
            if code in parts
        ),
    )


def offering_for(purpose: str, *, actor: Actor, at: datetime) -> str:
    """Return the code of the offering by which an actor does what a purpose says; one query.

    Where several serve it, the one that is asked for most.

    Raises:
        NotFound: there is none for them.
    """
    entries = entitled_entries(None, actor=actor, at=at).filter(purpose=purpose)
    found = entries.order_by("-requests_90_days", "pk").values_list("offering__code", flat=True)
    code = found.first()
    if code is None:
        raise NotFound
    return str(code)


def _entries(person_id: int | None, actor: Actor, at: datetime) -> QuerySet[Entry]:
    entries = entitled_entries(person_id, actor=actor, at=at)
    return entries.select_related("offering__service", "page")


def _part(part: Part, item: OrderItem) -> OrderPart:
    chosen = part.chosen or not part.optional
    return OrderPart(item=item, optional=part.optional, chosen=chosen, condition=part.condition)


def _item(
    entry: Entry, content: PageContent, forms: Mapping[str, FormContent], language: str
) -> OrderItem:
    offering, form = entry.offering, forms.get(content.form)
    return OrderItem(
        offering_id=offering.pk,
        code=offering.code,
        name=offering.text("name", language),
        summary=offering.text("summary", language),
        icon=entry.icon,
        service_id=offering.service_id,
        service_code=offering.service.code,
        service_name=offering.service.text("name", language),
        page_id=entry.page_id,
        content=content,
        purpose=entry.purpose,
        price=entry.price,
        currency=entry.currency,
        price_period=entry.price_period,
        form_id=form.id if form else None,
        form=form.content if form else None,
        process=content.process,
    )
