"""Who is entitled to what: the rows, what they look at in a person, and both directions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from timshel.context.people.models import Person
from timshel.leadership.authority.models import Grant, Role
from timshel.leadership.authority.queries import REQUESTER_ROLE
from timshel.service_portfolio.catalogue.models import Entitlement
from timshel.service_portfolio.catalogue.rules.entitlement import Row, Who


@dataclass(frozen=True, slots=True)
class EntitlementRow:
    """A row that names who is entitled.

    Args:
        id: its key.
        row: what it says, by keys.
        audience: a ``states.Audience``.
        unit: code of a unit, or "".
        unit_name: its name in the reader's language, or "".
        site: code of a site, or "".
        site_name: its name.
        role: code of a role, or "".
        role_name: its name.
        category: of customers, or "".
    """

    id: int
    row: Row
    audience: str
    unit: str
    unit_name: str
    site: str
    site_name: str
    role: str
    role_name: str
    category: str

    def plain(self) -> dict[str, str]:
        """Return it in the shape of the packs' files."""
        given = {
            "audience": self.audience,
            "unit": self.unit,
            "role": self.role,
            "site": self.site,
            "category": self.category,
        }
        return {name: value for name, value in given.items() if value}


def entitlement_rows(
    offering_ids: Iterable[int], *, language: str = "en"
) -> Mapping[int, tuple[EntitlementRow, ...]]:
    """Return the rows of some offerings by the offering's key, in the order they were made.

    One query.
    """
    found: dict[int, list[EntitlementRow]] = defaultdict(list)
    rows = Entitlement.objects.filter(offering_id__in=list(offering_ids))
    for each in rows.select_related("unit", "site", "role").order_by("pk"):
        found[each.offering_id].append(
            EntitlementRow(
                id=each.pk,
                row=Row(each.audience, each.unit_id, each.site_id, each.role_id, each.category),
                audience=each.audience,
                unit=each.unit.code if each.unit else "",
                unit_name=each.unit.text("name", language) if each.unit else "",
                site=each.site.code if each.site else "",
                site_name=each.site.text("name", language) if each.site else "",
                role=each.role.code if each.role else "",
                role_name=each.role.text("name", language) if each.role else "",
                category=each.category,
            )
        )
    return {key: tuple(each) for key, each in found.items()}


def plain_rows(offering_id: int) -> list[dict[str, str]]:
    """Return the rows of an offering in the shape of the packs' files; one query."""
    rows = entitlement_rows([offering_id]).get(offering_id, ())
    return [each.plain() for each in rows]


def who(person_id: int) -> Who:
    """Return what entitlements look at in a person; three queries. Nobody is not active."""
    person = Person.objects.select_related("unit", "customer").filter(pk=person_id).first()
    if person is None:
        return Who(is_active=False)
    roles = set(Grant.objects.filter(person=person).values_list("role_id", flat=True))
    roles |= set(Role.objects.filter(code=REQUESTER_ROLE).values_list("pk", flat=True))
    return Who(
        is_active=person.is_active,
        is_customer=person.customer_id is not None,
        unit_ids=_units(person.unit.path) if person.unit else frozenset(),
        site_id=person.site_id,
        role_ids=frozenset(roles),
        category=person.customer.category if person.customer else "",
    )


def _units(path: str) -> frozenset[int]:
    return frozenset(int(key) for key in path.split("/") if key)
