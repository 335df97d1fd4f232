"""For whom something is asked: what forms and conditions know of them, what is meant for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from timshel.context.people.models import Person
from timshel.context.people.queries import colleagues_by_code
from timshel.kernel import conditions
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.forms import condition_values, form_from
from timshel.kernel.text import is_storable
from timshel.service_portfolio.catalogue.queries import OrderPage, OrderPart


def requester_of(key: int | None) -> Person:
    """Return an active person with unit, customer and site.

    Raises:
        Invalid: there is none.
    """
    people = Person.objects.select_related("unit", "customer", "site").filter(is_active=True)
    requester = people.filter(pk=key).first() if key else None
    if requester is None:
        raise Invalid({"requester": [_("Please say for whom this is.")]})
    return requester


def requester_facts(person: Person) -> dict[str, Any]:
    """Return what forms and conditions may know of a requester."""
    return {
        "person": person.code,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "unit": person.unit.code if person.unit else "",
        "site": person.site.code if person.site else "",
        "customer_category": person.customer.category if person.customer else "",
        "language": person.language,
        "is_customer": person.customer_id is not None,
    }


def facts_of(person_id: int | None) -> dict[str, Any]:
    """Return what forms and conditions may know of a person; one query.

    Raises:
        Invalid: there is no such person.
    """
    return requester_facts(requester_of(person_id))


def colleague_id(code: str, *, actor: Actor) -> int:
    """Return the key of somebody whom the actor may name.

    Raises:
        NotFound: there is nobody of this code, or the actor may not know that there is.
    """
    if not is_storable(code) or code not in colleagues_by_code([code], actor=actor):
        raise NotFound
    return Person.objects.values_list("pk", flat=True).get(code=code)


def parts_meant(
    page: OrderPage, answers: Mapping[str, Any], requester: Mapping[str, Any]
) -> tuple[OrderPart, ...]:
    """Return the parts of a bundle that are meant for these answers, chosen or not."""
    form = form_from(page.item.form) if page.item.form else None
    values = {
        "answers": condition_values(form, answers) if form else {},
        "requester": requester,
    }
    return tuple(
        part
        for part in page.parts
        if not part.condition or conditions.holds(part.condition, values)
    )
