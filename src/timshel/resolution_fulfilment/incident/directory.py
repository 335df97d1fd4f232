"""Whom and what some histories name, read once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, ActorKind
from timshel.kernel.errors import Invalid
from timshel.operation.work.rules import Matrix
from timshel.resolution_fulfilment.incident.histories import (
    Assigned,
    Changed,
    Doer,
    Escalated,
    IncidentHistory,
    Waited,
)
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import (
    FunctionRelation,
    Offering,
    PriorityMatrix,
    Service,
)
from timshel.service_portfolio.service.queries import route
from timshel.service_portfolio.service.rules import STANDARD_CELLS

Row = TypeVar("Row", bound=models.Model)


class Directory:
    """The people, teams, services and offerings that some histories name, read once.

    Args:
        histories: whose.
        importer: who brings them; gives the door and the origin that the journal names.
    """

    def __init__(self, histories: Sequence[IncidentHistory], *, importer: Actor) -> None:
        self.importer = importer
        self._actors: dict[Doer, Actor] = {}
        told = [each for history in histories for each in history.happenings]
        assigned = [each for each in told if isinstance(each, Assigned)]
        changed = [each.changes for each in told if isinstance(each, Changed)]
        reports = [history.report for history in histories]
        services = {each.service for each in reports} | {each.get("service") for each in changed}
        offerings = {each.offering for each in reports} | {each.get("offering") for each in changed}
        people = {each.report.requester_id or each.opened_by.person_id for each in histories}
        people |= {each.assignee_id for each in assigned}
        people |= {each.get("requester_id") for each in changed}
        given = [each.team for each in told if isinstance(each, Assigned | Escalated)]
        self._teams = _by(Team.objects.all(), "code", given)
        awaited = {each.supplier for each in told if isinstance(each, Waited)}
        self._suppliers = _by(Supplier.objects.all(), "code", awaited)
        self._suppliers_by_key = {row.pk: row for row in self._suppliers.values()}
        self._offerings = _by(Offering.objects.select_related("service"), "code", offerings)
        self._services = _by(Service.objects.all(), "code", services)
        self._people = _by(Person.objects.select_related("unit", "customer"), "id", people)
        offered = [offering.service for offering in self._offerings.values()]
        self._services_by_key = {row.pk: row for row in [*self._services.values(), *offered]}
        self._routed = set(
            FunctionRelation.objects.filter(
                offering__service__in=self._services_by_key
            ).values_list("offering__service_id", flat=True)
        )
        self._matrices: dict[int | None, Matrix] = dict(
            PriorityMatrix.objects.filter(
                Q(service__in=self._services_by_key) | Q(service__isnull=True)
            ).values_list("service_id", "cells")
        )
        self._route = cache(route)

    def actor(self, doer: Doer) -> Actor:
        """Return the actor under whom the journal shows what somebody did."""
        known = self._actors.get(doer)
        if known is None:
            known = self._actors[doer] = actor_of(doer, importer=self.importer)
        return known

    def team(self, code: str) -> Team:
        """Return a team by its code."""
        return _found(self._teams, code)

    def person(self, key: int | None) -> Person:
        """Return a person by key."""
        return _found(self._people, key)

    def service(self, code: str | None) -> Service | None:
        """Return a service by its code."""
        return _found(self._services, code) if code else None

    def service_by_key(self, key: int | None) -> Service | None:
        """Return a service by its key."""
        return self._services_by_key[key] if key else None

    def offering(self, code: str | None) -> Offering | None:
        """Return an offering by its code."""
        return _found(self._offerings, code) if code else None

    def matrix(self, service_id: int | None) -> Matrix:
        """Return the priorities of a service, as ``matrix_for`` says."""
        standard = self._matrices.get(None, STANDARD_CELLS)
        return self._matrices.get(service_id, standard)

    def supplier(self, code: str | None) -> Supplier | None:
        """Return a supplier by its code."""
        return _found(self._suppliers, code) if code else None

    def supplier_by_key(self, key: int | None) -> Supplier | None:
        """Return a supplier by its key."""
        return self._suppliers_by_key[key] if key else None

    def route(self, service: Service | None, offering: Offering | None) -> int | None:
        """Return the key of the team that takes new work, as ``route`` says."""
        if service is None or service.pk not in self._routed:
            return None
        return self._route(service.pk, offering.pk if offering else None)


def _by(rows: models.QuerySet[Row], field: str, values: Iterable[Any]) -> dict[Any, Row]:
    wanted = {value for value in values if value is not None}
    return {getattr(row, field): row for row in rows.filter(**{f"{field}__in": wanted})}


def _found(rows: Mapping[Any, Row], name: Any) -> Row:
    try:
        return rows[name]
    except KeyError as error:
        message = _("There is nothing known as %(name)s.")
        raise Invalid(message=message % {"name": name}) from error


def actor_of(doer: Doer, *, importer: Actor) -> Actor:
    """Return the actor under whom the journal shows what somebody did elsewhere."""
    return Actor(
        kind=ActorKind.SYSTEM if doer.person_id is None else ActorKind.PERSON,
        name=doer.name,
        channel=doer.channel or importer.channel,
        person_id=doer.person_id,
        origin=importer.origin,
    )
