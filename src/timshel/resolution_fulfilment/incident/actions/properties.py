"""Changing the properties of an incident, field by field, without overwriting what others did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Text
from timshel.kernel.events import publish
from timshel.kernel.journal.queries import JournalEntry
from timshel.operation.work.actions import change_work_item, check_text, reference
from timshel.operation.work.conflicts import conflicts, touched
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import covers, priority
from timshel.operation.work.unchanged import entries_since, plain
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.resolution_fulfilment.incident import access, rules
from timshel.resolution_fulfilment.incident.access import find, require
from timshel.resolution_fulfilment.incident.actions.checks import require_stage
from timshel.resolution_fulfilment.incident.actions.opening import (
    LEVELS,
    LONGEST_TITLE,
    find_offering,
    find_service,
)
from timshel.resolution_fulfilment.incident.events import IncidentChanged
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import ServiceState, Verb
from timshel.service_portfolio.service.models import Service
from timshel.service_portfolio.service.queries import matrix_for

PRIORITIES = range(1, 6)
OF_INCIDENT = frozenset({"offering", "service_state", "symptom"})
Values = dict[str, Any]


@transaction.atomic
def change_incident(
    number: str,
    *,
    changes: Mapping[str, Any],
    seen_version: int,
    actor: Actor,
    at: datetime,
) -> IncidentChanged:
    """Change properties of an incident; what the requester wrote cannot be rewritten.

    A form may send every field: those still as the person saw them are left alone, even where
    somebody else changed them since.

    Args:
        number: the incident.
        changes: any of ``title``, ``service`` and ``offering`` (codes or None), ``impact``,
            ``urgency``, ``service_state`` (or None), ``symptom``, ``requester_id``, ``parent``
            (a number or None), ``priority`` (None for what the matrix says; otherwise with
            ``priority_reason``).
        seen_version: the version the person looked at.
        actor: a helper.
        at: when.

    Raises:
        Conflict: someone else changed the same fields to other values; nothing was saved.
        Invalid: what is wrong, by field.
        NotAllowed, NotFound, WrongState: as they say.
    """
    item = require(number, access.CHANGE, actor=actor)
    require_stage(item, Verb.CHANGE)
    incident = Incident.objects.select_related("offering").get(work_item=item)
    later = entries_since(item, seen_version)
    wanted = _parse(_not_as_it_stands(changes, item, incident), item, actor=actor)
    wanted = _meant(item, incident, wanted, changes, later)
    wanted |= _followers(incident, wanted)
    values = {name: value for name, value in wanted.items() if name not in OF_INCIDENT}
    also = _change_incident_row(incident, wanted)
    values |= _urgencies(item, incident, wanted)
    asked = rules.asked_override(changes, _decided(item, incident), later)
    reason = _priority(item, incident, asked, values, actor=actor)
    done = _write(item, values, {**also, **reason}, actor=actor, at=at)
    event = IncidentChanged(item.pk, item.number, at, actor.person_id, tuple(sorted(done)))
    if done:
        incident.save(update_fields=[*OF_INCIDENT, "priority_reason"])
        refresh_clocks(item, at=at)
        publish(event)
    return event


def _not_as_it_stands(
    changes: Mapping[str, Any], item: WorkItem, incident: Incident
) -> dict[str, Any]:
    """Leave out references that are sent as they stand.

    A form sends the service beside the title that was mended, and the service may have been
    retired, or the requester may have left, since they were chosen.
    """
    service = _service(item.service_id) if changes.get("service") else None
    standing = {
        "service": service.code if service else None,
        "offering": incident.offering.code if incident.offering else None,
        "requester_id": item.requester_id,
        "parent": item.parent.number if item.parent and changes.get("parent") else None,
    }
    return {
        name: value
        for name, value in changes.items()
        if name not in standing or value is None or value != standing[name]
    }


def _decided(item: WorkItem, incident: Incident) -> Values:
    return {"priority": item.priority, "priority_reason": incident.priority_reason}


def _write(
    item: WorkItem,
    values: Values,
    also: Mapping[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> Mapping[str, tuple[Any, Any]]:
    """Write the row; the service is a bare key there and a named reference in the journal."""
    if "service" in values:
        service = values.pop("service")
        before = _service(item.service_id)
        values["service_id"] = service.pk if service else None
        if (before and before.pk) != values["service_id"]:
            also = {**also, "service": (reference(before), reference(service))}
    done = change_work_item(
        item, verb="incident.changed", values=values, also=also, actor=actor, at=at
    )
    return {name: pair for name, pair in done.items() if name != "service_id"}


def _service(key: int | None) -> Service | None:
    return Service.objects.filter(pk=key).first() if key else None


def _current(item: WorkItem, incident: Incident, wanted: Values) -> Values:
    current: Values = {}
    for name in wanted:
        if name == "service":
            current[name] = plain(_service(item.service_id))
        else:
            current[name] = plain(getattr(incident if name in OF_INCIDENT else item, name))
    return current


def _meant(
    item: WorkItem,
    incident: Incident,
    wanted: Values,
    changes: Mapping[str, Any],
    later: Sequence[JournalEntry],
) -> Values:
    """Return what the person meant to change.

    Raises:
        Conflict: someone else changed the same to something else.
    """
    current = _current(item, incident, wanted)
    written = {name: plain(value) for name, value in wanted.items()}
    found = conflicts(written, current, later)
    found += rules.override_conflicts(changes, _decided(item, incident), later)
    if found:
        raise Conflict(found)
    meant = touched(written, current, later)
    return {name: value for name, value in wanted.items() if name in meant}


def _followers(incident: Incident, wanted: Values) -> Values:
    """Return what follows from the wanted values: another service has other offerings, another
    requester another unit."""
    followers: Values = {}
    if "service" in wanted and "offering" not in wanted and incident.offering:
        key = wanted["service"].pk if wanted["service"] else None
        if incident.offering.service_id != key:
            followers["offering"] = None
    if "requester" in wanted:
        followers |= {
            "unit": wanted["requester"].unit,
            "customer": wanted["requester"].customer,
        }
    return followers


def _change_incident_row(incident: Incident, wanted: Values) -> dict[str, tuple[Any, Any]]:
    also = {}
    for name in sorted(OF_INCIDENT & set(wanted)):
        old = getattr(incident, name)
        if old != wanted[name]:
            also[name] = (plain(old), plain(wanted[name]))
            setattr(incident, name, wanted[name])
    return also


def _urgencies(item: WorkItem, incident: Incident, wanted: Values) -> Values:
    stated = wanted.get("impact", item.impact)
    return {"impact": rules.impact_of(incident.service_state, stated=stated)}


def _priority(
    item: WorkItem,
    incident: Incident,
    asked: tuple[int | None, str] | None,
    values: Values,
    *,
    actor: Actor,
) -> dict[str, tuple[Any, Any]]:
    """Set the priority in ``values``; returns what the journal says of the reason.

    The matrix decides unless a person with the right sets another one and says why; such a
    priority stays until it is given back to the matrix. A priority that the matrix gave stays,
    too, while nothing changes of what it follows from: the matrix may be another one by now.
    """
    before = incident.priority_reason
    follows = _by_matrix(item, values)
    is_new = _is_weighed_anew(item, values)
    if asked is None or (asked == (item.priority, before) and not is_new):
        if not before and is_new:
            values["priority"] = follows
        return {}
    wanted, reason = asked
    if wanted is None or wanted == follows:
        values["priority"], incident.priority_reason = follows, ""
    else:
        _check_override(item, wanted, reason, actor=actor)
        values["priority"], incident.priority_reason = wanted, reason
    return {"priority_reason": (before, incident.priority_reason)}


def _by_matrix(item: WorkItem, values: Values) -> int:
    return priority(
        matrix_for(_service_id(item, values)),
        impact=values["impact"],
        urgency=values.get("urgency", item.urgency),
    )


def _is_weighed_anew(item: WorkItem, values: Values) -> bool:
    """Tell whether anything changes of what the priority follows from."""
    before = (item.impact, item.urgency, item.service_id)
    after = (
        values["impact"],
        values.get("urgency", item.urgency),
        _service_id(item, values),
    )
    return before != after


def _service_id(item: WorkItem, values: Values) -> int | None:
    if "service" not in values:
        return item.service_id
    return values["service"].pk if values["service"] else None


def _check_override(item: WorkItem, wanted: Any, reason: str, *, actor: Actor) -> None:
    if wanted not in PRIORITIES:
        raise Invalid({"priority": [_("Please choose one of the choices.")]})
    if not reason:
        message = _("Please say why this differs from what impact and urgency give.")
        raise Invalid({"priority_reason": [message]})
    if not covers(actor, access.OVERRIDE_PRIORITY, item):
        raise NotAllowed(_("You may not set a priority against the matrix."))
    check_text(reason, field="priority_reason", longest=500)


def _parse(changes: Mapping[str, Any], item: WorkItem, *, actor: Actor) -> Values:
    """Return the wanted values as rows and plain values, or refuse with all that is wrong."""
    problems: dict[str, list[Text]] = {}
    wanted: Values = {}
    for name, read in _READERS.items():
        if name in changes:
            field = name.removesuffix("_id")
            wanted[field] = read(changes[name], field, problems)
    if "service" in changes:
        wanted["service"] = find_service(changes["service"], problems)
    if "offering" in changes:
        service = wanted["service"] if "service" in wanted else _service(item.service_id)
        wanted["offering"] = find_offering(changes["offering"], service, problems)
    if "parent" in changes:
        wanted["parent"] = _parent(changes["parent"], item, problems, actor=actor)
    if problems:
        raise Invalid(problems)
    return wanted


def _title(value: Any, field: str, problems: dict[str, list[Text]]) -> str:
    title = rules.one_line(str(value))
    check_text(title, field=field, longest=LONGEST_TITLE)
    if not title:
        problems[field] = [_("Please say in a few words what is broken.")]
    return title


def _symptom(value: Any, field: str, _problems: dict[str, list[Text]]) -> str:
    check_text(str(value), field=field, longest=100)
    return str(value).strip()


def _level(value: Any, field: str, problems: dict[str, list[Text]]) -> Any:
    if value not in LEVELS:
        problems[field] = [_("Please choose one of the choices.")]
    return value


def _state(value: Any, field: str, problems: dict[str, list[Text]]) -> Any:
    if value is not None and value not in set(ServiceState):
        problems[field] = [_("Please choose one of the choices.")]
    return value


def _person(value: Any, field: str, problems: dict[str, list[Text]]) -> Person | None:
    people = Person.objects.select_related("unit", "customer")
    person = people.filter(pk=value, is_active=True).first()
    if person is None:
        problems[field] = [_("There is no such person.")]
    return person


_READERS: dict[str, Callable[[Any, str, dict[str, list[Text]]], Any]] = {
    "title": _title,
    "impact": _level,
    "urgency": _level,
    "service_state": _state,
    "symptom": _symptom,
    "requester_id": _person,
}


def _parent(
    number: str | None, item: WorkItem, problems: dict[str, list[Text]], *, actor: Actor
) -> WorkItem | None:
    """Return the parent; a parent has no parent itself, so that there are no circles.

    Links are made one after the other: two at once might close a circle that neither sees.
    """
    if not number:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('work_item.parent'))")
    try:
        parent = find(number, actor=actor)
    except NotFound:
        problems["parent"] = [_("There is no such case, or you may not see it.")]
        return None
    if parent.pk == item.pk or parent.parent_id is not None or item.children.exists():
        problems["parent"] = [_("A case cannot be below itself or below a child.")]
        return None
    return parent
