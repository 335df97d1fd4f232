"""Keeping resources and their figures (clause 7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text, WrongState
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.leadership.responsibility.models import ProcessRole
from timshel.support.resource import access
from timshel.support.resource.behind import service_names
from timshel.support.resource.models import Resource, ResourceFigure
from timshel.support.resource.rules.content import (
    AMOUNTS,
    ResourceContent,
    content_faults,
    figures_faults,
)
from timshel.support.resource.rules.forecasting import Figures
from timshel.support.resource.rules.quarters import quarter_of

__all__ = [
    "REGION",
    "SUBJECT",
    "Figures",
    "ResourceContent",
    "change_resource",
    "record_resource",
    "restore_resource",
    "retire_resource",
    "set_figures",
]

SUBJECT = "resource"
REGION = "resources"
PLAIN = ("kind", "name", "unit", "service_code", "note")


@transaction.atomic
def record_resource(content: ResourceContent, *, actor: Actor, at: datetime) -> str:
    """Write down a resource.

    Args:
        content: what it says.
        actor: who may keep resources.
        at: when.

    Returns:
        Its number.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    row = Resource(made_at=at)
    _fill(row, content, _checked(content, None))
    row.save()
    changes = {
        each.name: (None, str(getattr(content, each.name)).strip())
        for each in fields(ResourceContent)
        if getattr(content, each.name)
    }
    _journal(row, "resource.recorded", changes, actor=actor, at=at)
    return row.number


@transaction.atomic
def change_resource(
    number: str, *, content: ResourceContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say something else of a resource; the same again does nothing.

    Args:
        number: of the resource.
        content: all of it, as it shall be from now on.
        seen_revision: of what was shown to whoever changes it.
        actor: who may change it.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: it is retired, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.resource_to_change(number, actor=actor)
    _require_kept(row)
    before = row.content()
    found = _checked(content, row)
    changes: dict[str, tuple[Any, Any]] = {
        each.name: (str(getattr(before, each.name)), str(getattr(content, each.name)).strip())
        for each in fields(ResourceContent)
        if str(getattr(before, each.name)) != str(getattr(content, each.name)).strip()
    }
    if not changes:
        return
    _require_seen(row, seen_revision)
    _fill(row, content, found)
    row.revision += 1
    row.save()
    _journal(row, "resource.changed", changes, actor=actor, at=at)


@transaction.atomic
def set_figures(
    number: str, *, figures: Sequence[Figures], seen_revision: int, actor: Actor, at: datetime
) -> int:
    """Say how much of a resource there is, is needed and was used in some quarters.

    Quarters that are not named stay as they are; one without any figure is taken away. The same
    again does nothing.

    Args:
        number: of the resource.
        figures: one for each quarter.
        seen_revision: of what was shown to whoever gives them.
        actor: who answers for it, or keeps resources.
        at: when.

    Returns:
        How many quarters changed.

    Raises:
        Invalid: what is wrong with them, by field.
        WrongState: it is retired, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.resource_to_answer(number, actor=actor)
    _require_kept(row)
    if faults := figures_faults(figures, now=quarter_of(at.date())):
        raise Invalid(faults)
    asked = [each.quarter for each in figures]
    known = {each.quarter: each.figures() for each in row.figures.filter(quarter__in=asked)}
    changed = [each for each in figures if known.get(each.quarter, Figures(each.quarter)) != each]
    if not changed:
        return 0
    _require_seen(row, seen_revision)
    changes: dict[str, tuple[Any, Any]] = {}
    for each in changed:
        before = known.get(each.quarter, Figures(each.quarter))
        for name in AMOUNTS:
            old, new = _told(getattr(before, name)), _told(getattr(each, name))
            if old != new:
                changes[f"{each.quarter} {name}"] = (old, new)
    _write(row, changed, actor=actor, at=at)
    row.revision += 1
    row.save(update_fields=["revision"])
    _journal(row, "resource.figures_set", changes, actor=actor, at=at)
    return len(changed)


@transaction.atomic
def retire_resource(number: str, *, actor: Actor, at: datetime) -> None:
    """Keep a resource no longer; its figures stay. One that is retired stays so.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    _set_retired(number, is_retired=True, verb="resource.retired", actor=actor, at=at)


@transaction.atomic
def restore_resource(number: str, *, actor: Actor, at: datetime) -> None:
    """Keep a retired resource again; one that is kept stays so.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    _set_retired(number, is_retired=False, verb="resource.restored", actor=actor, at=at)


def _set_retired(number: str, *, is_retired: bool, verb: str, actor: Actor, at: datetime) -> None:
    row = access.resource_to_change(number, actor=actor)
    if row.is_retired == is_retired:
        return
    row.is_retired = is_retired
    row.revision += 1
    row.save(update_fields=["is_retired", "revision"])
    _journal(row, verb, {"is_retired": (not is_retired, is_retired)}, actor=actor, at=at)


def _write(row: Resource, changed: Sequence[Figures], *, actor: Actor, at: datetime) -> None:
    empty = [each.quarter for each in changed if each == Figures(each.quarter)]
    row.figures.filter(quarter__in=empty).delete()
    rows = [
        ResourceFigure(
            resource=row,
            quarter=each.quarter,
            available=each.available,
            needed=each.needed,
            used=each.used,
            set_by_id=actor.person_id,
            set_at=at,
        )
        for each in changed
        if each.quarter not in empty
    ]
    ResourceFigure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["resource", "quarter"],
        update_fields=[*AMOUNTS, "set_by", "set_at"],
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """The records that a resource names."""

    owner: Person
    team: Team | None
    role: ProcessRole | None


def _checked(content: ResourceContent, row: Resource | None) -> _Named:
    """Return whom and what a resource names, of what is sound."""
    faults = content_faults(content)
    owner = _found(Person, content.owner)
    if owner is not None and not owner.is_active and (row is None or row.owner_id != owner.pk):
        owner = None
    if owner is None:
        faults["owner"] = [
            _("There is no person %(code)s.") % {"code": content.owner}
            if content.owner
            else _("Please say who answers for it.")
        ]
    team, role = _found(Team, content.team), _found(ProcessRole, content.role)
    for name, found in (("team", team), ("role", role)):
        if found is None and (code := getattr(content, name)):
            faults[name] = [_none_of(code)]
    code = content.service_code
    is_new = row is None or row.service_code != code
    if code and is_new and code not in service_names(language="en"):
        faults.setdefault("service_code", [_none_of(code)])
    if faults or owner is None:
        raise Invalid(faults)
    return _Named(owner, team, role)


def _none_of(code: str) -> Text:
    return _("There is none with the code %(code)s.") % {"code": code}


def _found(model: Any, code: str) -> Any:
    return model.objects.filter(code=code).first() if code and is_storable(code) else None


def _fill(row: Resource, content: ResourceContent, named: _Named) -> None:
    for name in PLAIN:
        setattr(row, name, str(getattr(content, name)).strip())
    row.owner, row.team, row.role = named.owner, named.team, named.role


def _require_kept(row: Resource) -> None:
    if row.is_retired:
        raise WrongState(_("This resource is retired. Bring it back first."))


def _require_seen(row: Resource, revision: int) -> None:
    if row.revision != revision:
        raise WrongState(
            _("Somebody else changed this resource meanwhile. Look at it again, then save.")
        )


def _told(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _journal(
    row: Resource,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
