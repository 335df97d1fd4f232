"""What every installation begins with: roles, the priority matrix, calendars, targets, waiting.

Only what is missing is loaded: what an administrator has changed since stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.interfaces.connectors.packs.files import InvalidPack, PackFile, Steps, pack_file
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.leadership.authority import actions as authority
from timshel.leadership.authority import queries as authority_queries
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.relationship_agreement.service_level import queries as service_level_queries
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.service_portfolio.service import actions as services
from timshel.service_portfolio.service import queries as service_queries

UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@transaction.atomic
def load_standard(*, actor: Actor, at: datetime, directory: Path | None = None) -> int:
    """Load what is missing of the standard content, all of it or nothing.

    Args:
        actor: who has the rights to manage roles, services and service levels everywhere.
        at: when.
        directory: the folder of all packs, where it is not the product's own.

    Returns:
        How many things were added; 0 the second time.

    Raises:
        InvalidPack: a file cannot be used.
        NotAllowed: a right is missing.
    """
    files = {
        name: pack_file(f"standard/{name}.yaml", directory=directory)
        for name in ("roles", "priority-matrix", "service-levels")
    }
    return (
        _load_roles(files["roles"], actor=actor, at=at)
        + _load_matrix(files["priority-matrix"], actor=actor, at=at)
        + load_service_levels(files["service-levels"], actor=actor, at=at)
    )


def _load_roles(file: PackFile, *, actor: Actor, at: datetime) -> int:
    known = authority_queries.role_codes()
    added = 0
    for position, role in enumerate(file.data["roles"]):
        if role["code"] in known:
            continue
        try:
            authority.define_role(
                role["code"],
                name=role["name"],
                permissions=role["permissions"],
                translations=role.get("translations", {}),
                actor=actor,
                at=at,
            )
        except Invalid as refusal:
            raise refused(file, ["roles", position], refusal) from refusal
        added += 1
    return added


def _load_matrix(file: PackFile, *, actor: Actor, at: datetime) -> int:
    if service_queries.has_standard_matrix():
        return 0
    services.set_priority_matrix(cells=cells(file.data["matrix"]), actor=actor, at=at)
    return 1


def load_service_levels(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Load calendars and targets that are missing, and waiting rules with the first calendar.

    Waiting means something before anyone has said what, so it cannot be seen whether the rules of
    the file are missing; they are set when the file is loaded for the first time.

    Returns:
        How many things were added or set.
    """
    calendars = _load_calendars(file, actor=actor, at=at)
    targets = _load_targets(file, actor=actor, at=at)
    waiting = _set_waiting(file, actor=actor, at=at) if calendars else 0
    return calendars + targets + waiting


def _load_calendars(file: PackFile, *, actor: Actor, at: datetime) -> int:
    known = service_level_queries.calendar_codes()
    added = 0
    for position, calendar in enumerate(file.data.get("calendars", ())):
        if calendar["code"] in known:
            continue
        try:
            service_level.create_calendar(
                calendar["code"],
                name=calendar["name"],
                hours=hours_of(calendar),
                actor=actor,
                at=at,
            )
        except Invalid as refusal:
            raise refused(file, ["calendars", position], refusal) from refusal
        added += 1
    return added


def _load_targets(file: PackFile, *, actor: Actor, at: datetime) -> int:
    known = {
        (target.kind, target.priority, target.service_id)
        for target in service_level_queries.targets_in_force(at=at)
    }
    service_ids = service_queries.keys_by_code().services
    added = 0
    for position, target in enumerate(file.data.get("targets", ())):
        code = target.get("service")
        if code is not None and code not in service_ids:
            sentence = _("There is no service %(code)s.") % {"code": code}
            raise file.fault(["targets", position, "service"], sentence)
        for kind in ClockKind:
            key = (kind, target["priority"], service_ids.get(code))
            if kind.value in target and key not in known:
                _set_target(file, position, target, kind, key[2], actor=actor, at=at)
                added += 1
    return added


def _set_target(
    file: PackFile,
    position: int,
    target: Mapping[str, Any],
    kind: ClockKind,
    service_id: int | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    try:
        service_level.change_target(
            kind,
            priority=target["priority"],
            service_id=service_id,
            duration=span(target[kind.value]),
            calendar=target["calendar"],
            since_ever=True,
            actor=actor,
            at=at,
        )
    except Invalid as refusal:
        raise refused(file, ["targets", position], refusal) from refusal


def _set_waiting(file: PackFile, *, actor: Actor, at: datetime) -> int:
    rules = service_level_queries.waiting_rules()
    changed = 0
    for rule in file.data.get("waiting", ()):
        if rules.get((ClockKind.RESOLVE, rule["reason"]), False) == rule["pauses"]:
            continue
        service_level.set_waiting_rule(
            ClockKind.RESOLVE,
            reason=WaitingReason(rule["reason"]),
            pauses=rule["pauses"],
            actor=actor,
            at=at,
        )
        changed += 1
    return changed


def hours_of(calendar: Mapping[str, Any]) -> service_level.CalendarHours:
    """Return the hours of a calendar as a file writes them."""
    return service_level.CalendarHours(
        time_zone=calendar["time_zone"],
        weekly=calendar["weekly"],
        holiday_country=calendar.get("holiday_country", ""),
        holiday_region=calendar.get("holiday_region", ""),
    )


def span(text: str) -> timedelta:
    """Return an amount of time as the files write it, such as ``30 min``, ``4 h`` or ``2 d``."""
    amount, unit = text.split()
    return int(amount) * UNITS[unit]


def cells(matrix: Sequence[Sequence[int]]) -> dict[str, int]:
    """Return a matrix by cells: rows are impact 1 to 3, columns urgency 1 to 3."""
    return {
        f"{impact}{urgency}": priority
        for impact, row in enumerate(matrix, start=1)
        for urgency, priority in enumerate(row, start=1)
    }


def refused(file: PackFile, path: Steps, refusal: Invalid) -> InvalidPack:
    """Return the fault of a file at the place whose content an action refused."""
    field, sentences = next(iter(refusal.fields.items()), ("", [refusal.message]))
    return file.fault([*path, field] if field else path, " ".join(map(str, sentences)))
