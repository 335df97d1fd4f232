"""Saying who may ask for an offering; it holds at once, for what was published as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import CustomerCategory, Site, Unit
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text
from timshel.kernel.events import publish
from timshel.leadership.authority.models import Role
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.actions.pages import note
from timshel.service_portfolio.catalogue.events import EntitlementsSet
from timshel.service_portfolio.catalogue.models import Entitlement
from timshel.service_portfolio.catalogue.queries.entitlements import plain_rows
from timshel.service_portfolio.catalogue.rules.entitlement import Row, can_fit_nobody
from timshel.service_portfolio.catalogue.states import Audience

KEYS = frozenset({"audience", "unit", "role", "site", "category"})
KINDS: dict[str, QuerySet[Any]] = {
    "unit": Unit.objects.all(),
    "site": Site.objects.all(),
    "role": Role.objects.all(),
}
MOST_ROWS = 100


@transaction.atomic
def set_entitlements(
    offering: str, *, rows: Sequence[Mapping[str, Any]], actor: Actor, at: datetime
) -> EntitlementsSet:
    """Say who may see and ask for an offering, in place of whoever could.

    Saying the same again changes nothing.

    Args:
        offering: its code.
        rows: each with ``audience`` (everybody, staff or customers; everybody where it is left
            out) and the codes of a ``unit``, a ``role``, a ``site`` and a ``category`` of
            customers; whoever fits all of a row is entitled. No row means nobody.
        actor: who says so.
        at: when.

    Raises:
        NotFound: there is no such offering.
        NotAllowed: without the right to publish for its service.
        Invalid: a row speaks of something that does not exist, or can fit nobody; the fields are
            places such as ``rows.0.unit``.
    """
    row = access.offering_to_change(offering, actor=actor, permission=access.PUBLISH)
    wanted = _read(rows)
    event = EntitlementsSet(offering_id=row.pk, at=at)
    before = plain_rows(row.pk)
    standing = {_row(each): each.pk for each in Entitlement.objects.filter(offering=row)}
    if standing.keys() == wanted:
        return event
    Entitlement.objects.filter(
        pk__in=[key for each, key in standing.items() if each not in wanted]
    ).delete()
    Entitlement.objects.bulk_create(
        Entitlement(
            offering=row,
            audience=each.audience,
            unit_id=each.unit_id,
            site_id=each.site_id,
            role_id=each.role_id,
            category=each.category,
        )
        for each in wanted
        if each not in standing
    )
    changes = {"entitled": (before, plain_rows(row.pk))}
    note("catalogue.entitlements_set", row, changes, actor=actor, at=at)
    publish(event)
    return event


def read_entitlements(rows: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Return rows as keys, for a look at whom they would entitle; at most three queries.

    Raises:
        Invalid: as :func:`set_entitlements` says.
    """
    return tuple(_read(rows))


def _row(each: Entitlement) -> Row:
    return Row(each.audience, each.unit_id, each.site_id, each.role_id, each.category)


def _read(rows: Sequence[Mapping[str, Any]]) -> dict[Row, None]:
    """Return the rows as keys, each once, in their order."""
    if len(rows) > MOST_ROWS:
        raise Invalid({"rows": [_("At most %(count)d rows are possible.") % {"count": MOST_ROWS}]})
    faults: dict[str, list[Text]] = {}
    keys = {
        kind: dict(known.filter(code__in=_codes(rows, kind)).values_list("code", "pk"))
        if _codes(rows, kind)
        else {}
        for kind, known in KINDS.items()
    }
    found: dict[Row, None] = {}
    for position, given in enumerate(rows):
        path = f"rows.{position}"
        strange = sorted(str(name) for name in given if name not in KEYS)
        if strange:
            sentence = _("“%(name)s” is not known here.") % {"name": ", ".join(strange)}
            faults[path] = [sentence]
            continue
        faults |= _faults(given, keys, path)
        if not any(place.startswith(path) for place in faults):
            found[_keyed(given, keys)] = None
    if faults:
        raise Invalid(faults)
    return found


def _codes(rows: Sequence[Mapping[str, Any]], kind: str) -> set[str]:
    return {str(row[kind]) for row in rows if row.get(kind)}


def _keyed(given: Mapping[str, Any], keys: Mapping[str, Mapping[str, int]]) -> Row:
    return Row(
        audience=given.get("audience") or Audience.EVERYBODY,
        unit_id=keys["unit"].get(given.get("unit") or ""),
        site_id=keys["site"].get(given.get("site") or ""),
        role_id=keys["role"].get(given.get("role") or ""),
        category=given.get("category") or "",
    )


def _faults(
    given: Mapping[str, Any], keys: Mapping[str, Mapping[str, int]], path: str
) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {
        f"{path}.{kind}": [_("There is no “%(code)s”.") % {"code": given[kind]}]
        for kind in KINDS
        if given.get(kind) and given[kind] not in keys[kind]
    }
    if given.get("audience") and given["audience"] not in set(Audience):
        found[f"{path}.audience"] = [_("Choose everybody, staff or customers.")]
    if given.get("category") and given["category"] not in CustomerCategory.values:
        found[f"{path}.category"] = [_("There is no such category of customers.")]
    if not found and can_fit_nobody(_keyed(given, keys)):
        found[path] = [_("Nobody can fit this: staff has no category, and customers no unit.")]
    return found
