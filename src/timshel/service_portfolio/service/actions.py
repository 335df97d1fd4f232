"""Keeping the catalogue and the functions beneath it (clause 8.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.access import by_code
from timshel.context.organization.models import Team
from timshel.context.organization.rules import (
    CODE_TAKEN,
    Translations,
    code_faults,
    name_faults,
    refuse,
)
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.uniqueness import refusing_duplicates
from timshel.service_portfolio.service import access
from timshel.service_portfolio.service.events import (
    AreaCreated,
    FunctionCreated,
    FunctionSupported,
    OfferingCreated,
    OfferingRelated,
    PriorityMatrixSet,
    ServiceCreated,
)
from timshel.service_portfolio.service.models import (
    Function,
    FunctionRelation,
    FunctionSupport,
    LifeCycle,
    Offering,
    PriorityMatrix,
    RelationClass,
    Service,
    ServiceArea,
)
from timshel.service_portfolio.service.rules import LEVELS, cell_faults

SHORT_CODE = 40
LONG_CODE = 60


@transaction.atomic
def create_area(
    *,
    code: str,
    name: str,
    summary: str = "",
    icon: str = "",
    position: int = 0,
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> AreaCreated:
    """Add a chapter to the catalogue.

    Args:
        code: unique among areas.
        name: in the organisation's first language.
        summary: one sentence on what is found there.
        icon: the name of a drawing.
        position: areas are shown in this order.
        translations: ``name`` and ``summary`` in other languages.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the whole portfolio.
        Invalid: something is malformed or taken.
    """
    access.require_manage(actor)
    refuse({"code": code_faults(code, longest=SHORT_CODE), "name": name_faults(name)})
    area = ServiceArea(
        code=code,
        name=name.strip(),
        summary=summary,
        icon=icon,
        position=position,
        translations=dict(translations or {}),
    )
    _insert(area)
    _record_created("area", area.pk, {"code": code, "name": area.name}, actor=actor, at=at)
    event = AreaCreated(area_id=area.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def create_service(
    *,
    code: str,
    area: str,
    name: str,
    summary: str = "",
    keywords: str = "",
    owner: str | None = None,
    life_cycle: str = LifeCycle.LIVE,
    is_confidential: bool = False,
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> ServiceCreated:
    """Add a service.

    Args:
        code: unique among services.
        area: the code of its area.
        name: in words that everybody understands.
        summary: one sentence on what it gives.
        keywords: further words that people may look for.
        owner: the code of the person who answers for it.
        life_cycle: ``planned``, ``live`` or ``retired``.
        is_confidential: whether its work is never shared by those who ask for it.
        translations: ``name``, ``summary`` and ``keywords`` in other languages.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the whole portfolio.
        Invalid: something is malformed, unknown or taken.
    """
    access.require_manage(actor)
    is_stage = life_cycle in LifeCycle.values
    refuse(
        {
            "code": code_faults(code, longest=SHORT_CODE),
            "name": name_faults(name),
            "life_cycle": [] if is_stage else [_("Choose one of the stages of life.")],
        }
    )
    service = Service(
        code=code,
        area=_area(area),
        name=name.strip(),
        summary=summary,
        keywords=keywords,
        owner=_owner(owner),
        life_cycle=life_cycle,
        is_confidential=is_confidential,
        translations=dict(translations or {}),
    )
    _insert(service)
    values = {
        "code": code,
        "name": service.name,
        "area": area,
        "owner": owner,
        "is_confidential": is_confidential,
    }
    _record_created("service", service.pk, values, actor=actor, at=at)
    event = ServiceCreated(service_id=service.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def set_confidential(code: str, *, is_confidential: bool, actor: Actor, at: datetime) -> None:
    """Say whether the work of a service is confidential; it holds at once, for all of its work.

    Args:
        code: of the service.
        is_confidential: whether its work is never shared by those who ask for it.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the service.
        Invalid: there is no such service.
    """
    service = access.service_to_change(code, actor=actor)
    if service.is_confidential == is_confidential:
        return
    service.is_confidential = is_confidential
    service.save(update_fields=["is_confidential"])
    record(
        "service.changed",
        subject_kind="service",
        subject_id=service.pk,
        changes={"is_confidential": (not is_confidential, is_confidential)},
        actor=actor,
        at=at,
    )


@transaction.atomic
def create_offering(
    *,
    code: str,
    service: str,
    name: str,
    summary: str = "",
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> OfferingCreated:
    """Add something that a service gives.

    Args:
        code: unique among offerings.
        service: the code of its service.
        name: in words that everybody understands.
        summary: one sentence on what it is.
        translations: ``name`` and ``summary`` in other languages.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the service.
        Invalid: something is malformed, unknown or taken.
    """
    giver = access.service_to_change(service, actor=actor)
    refuse({"code": code_faults(code, longest=LONG_CODE), "name": name_faults(name)})
    offering = Offering(
        code=code,
        service=giver,
        name=name.strip(),
        summary=summary,
        translations=dict(translations or {}),
    )
    _insert(offering)
    values = {"code": code, "name": offering.name, "service": service}
    _record_created("offering", offering.pk, values, actor=actor, at=at)
    event = OfferingCreated(offering_id=offering.pk, service_id=giver.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def create_function(
    *,
    code: str,
    name: str,
    parent: str | None = None,
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> FunctionCreated:
    """Add something that teams do.

    Args:
        code: unique among functions.
        name: in the words of the teams.
        parent: the code of the function above, whose teams support this one where it has none.
        translations: names in other languages.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the whole portfolio.
        Invalid: something is malformed, unknown or taken.
    """
    access.require_manage(actor)
    refuse({"code": code_faults(code, longest=LONG_CODE), "name": name_faults(name)})
    function = Function(
        code=code,
        name=name.strip(),
        parent=None if parent is None else _function(parent, "parent"),
        translations=dict(translations or {}),
    )
    _insert(function)
    values = {"code": code, "name": function.name, "parent": parent}
    _record_created("function", function.pk, values, actor=actor, at=at)
    event = FunctionCreated(function_id=function.pk, code=code, at=at)
    publish(event)
    return event


@transaction.atomic
def support_function(
    function: str, *, team: str, level: int, actor: Actor, at: datetime
) -> FunctionSupported:
    """Have a team support a function at a level, in place of whoever did.

    Args:
        function: the function's code.
        team: the team's code.
        level: 1 hears of it first, 3 last.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the whole portfolio.
        Invalid: there is no such function, team or level.
    """
    access.require_manage(actor)
    if level not in LEVELS:
        raise Invalid({"level": [_("Levels of support are 1 to 3.")]})
    supported = _function(function, "function")
    supporter = _team(team)
    event = FunctionSupported(function_id=supported.pk, team_id=supporter.pk, level=level, at=at)
    support, is_new = FunctionSupport.objects.select_related("team").get_or_create(
        function=supported, level=level, defaults={"team": supporter}
    )
    if not is_new and support.team_id == supporter.pk:
        return event
    before = None if is_new else support.team.code
    FunctionSupport.objects.filter(pk=support.pk).update(team=supporter)
    record(
        "service.function_supported",
        subject_kind="function",
        subject_id=supported.pk,
        changes={f"team_{level}": (before, team)},
        actor=actor,
        at=at,
    )
    publish(event)
    return event


@transaction.atomic
def relate(
    offering: str, *, function: str, relation: str, actor: Actor, at: datetime
) -> OfferingRelated:
    """Tie an offering to a function, or say otherwise how much it needs it.

    Args:
        offering: the offering's code.
        function: the function's code.
        relation: ``lead`` (one for each offering), ``essential`` or ``supporting``.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the offering's service.
        Invalid: there is no such offering, function or relation, or another function leads.
    """
    related = access.offering_to_change(offering, actor=actor)
    needed = _function(function, "function")
    if relation not in RelationClass.values:
        raise Invalid({"relation": [_("Choose lead, essential or supporting.")]})
    event = OfferingRelated(offering_id=related.pk, function_id=needed.pk, relation=relation, at=at)
    known = (
        FunctionRelation.objects.select_for_update()
        .filter(offering=related, function=needed)
        .first()
    )
    before = known.relation if known else None
    if before == relation:
        return event
    row = known or FunctionRelation(offering=related, function=needed)
    row.relation = relation
    with refusing_duplicates({"relation": _("Another function leads already.")}):
        row.save()
    record(
        "service.offering_related",
        subject_kind="offering",
        subject_id=related.pk,
        changes={f"function {function}": (before, relation)},
        actor=actor,
        at=at,
    )
    publish(event)
    return event


@transaction.atomic
def set_priority_matrix(
    *, cells: Mapping[str, int], service: str | None = None, actor: Actor, at: datetime
) -> PriorityMatrixSet:
    """Set which priority follows from impact and urgency; priorities given before stay.

    Args:
        cells: from ``"<impact><urgency>"``, 1 (high) to 3 (low) each, to a priority 1 to 5.
        service: the code of the service it holds for, or None for the standard.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the service, or the whole portfolio.
        Invalid: a cell is missing, unknown or no priority.
    """
    concerned = None if service is None else access.service_to_change(service, actor=actor)
    if concerned is None:
        access.require_manage(actor)
    refuse({"cells": cell_faults(cells)})
    service_id = concerned.pk if concerned else None
    event = PriorityMatrixSet(service_id=service_id, at=at)
    known = PriorityMatrix.objects.select_for_update().filter(service=concerned).first()
    before = known.cells if known else None
    wanted = dict(sorted(cells.items()))
    if before == wanted:
        return event
    matrix, _created = PriorityMatrix.objects.update_or_create(
        service=concerned, defaults={"cells": wanted}
    )
    record(
        "service.priority_matrix_set",
        subject_kind="priority_matrix",
        subject_id=matrix.pk,
        changes={"service": (service, service), "cells": (before, wanted)},
        actor=actor,
        at=at,
    )
    publish(event)
    return event


def _owner(code: str | None) -> Person | None:
    if code is None:
        return None
    people = Person.objects.filter(is_active=True)
    return by_code(people, code, field="owner", missing=_("There is no person %(code)s."))


def _area(code: str) -> ServiceArea:
    areas = ServiceArea.objects.all()
    return by_code(areas, code, field="area", missing=_("There is no area %(code)s."))


def _team(code: str) -> Team:
    teams = Team.objects.filter(is_active=True)
    return by_code(teams, code, field="team", missing=_("There is no team %(code)s."))


def _function(code: str, field: str) -> Function:
    functions = Function.objects.all()
    return by_code(functions, code, field=field, missing=_("There is no function %(code)s."))


def _insert(row: ServiceArea | Service | Offering | Function) -> None:
    with refusing_duplicates({"code": CODE_TAKEN}):
        row.save(force_insert=True)


def _record_created(
    kind: str, subject_id: int, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> None:
    record(
        f"service.{kind}_created",
        subject_kind=kind,
        subject_id=subject_id,
        changes={name: (None, value) for name, value in values.items() if value},
        actor=actor,
        at=at,
    )
