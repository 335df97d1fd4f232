"""The status page of a pack: what is public, what was the matter, and what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.design_transition.maintenance.actions import plan_work
from timshel.design_transition.maintenance.queries import planned_work_list
from timshel.design_transition.maintenance.rules import Plan
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.resolution_fulfilment.status.actions import PastTrouble, recall_trouble, set_status
from timshel.resolution_fulfilment.status.queries import status_settings
from timshel.resolution_fulfilment.status.states import ServiceHealth


def load_status(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Bring in what the status page shows; returns how much of it is new.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    by: dict[str, Any] = {"actor": actor, "at": at}
    settings = {row.code: row for row in status_settings(actor=actor)}
    if any(row.is_public for row in settings.values()):
        return 0  # whoever looks after it says what is shown from then on
    added = 0
    for position, code in enumerate(file.data["public"]):
        try:
            set_status(code, is_shown=True, is_public=True, **by)
        except NotFound as refusal:
            raise refused(file, ["public", position], _fault(refusal)) from refusal
        added += 1
    for position, row in enumerate(file.data["past"]):
        try:
            added += recall_trouble(_past(row, at=at), **by)
        except NotFound as refusal:
            raise refused(file, ["past", position], _fault(refusal)) from refusal
    if not planned_work_list(actor=actor, at=at, size=1).items:
        for row in file.data["planned"]:
            plan_work(plan=_plan(row, at=at), **by)
            added += 1
    return added


def _fault(refusal: NotFound) -> Invalid:
    return Invalid({"service": [refusal.message]})


def _past(row: Mapping[str, Any], *, at: datetime) -> PastTrouble:
    began_at = _moment(at - timedelta(days=row["days_ago"]), row["hour"])
    return PastTrouble(
        row["service"],
        ServiceHealth(row["state"]),
        row["title"],
        began_at,
        began_at + timedelta(minutes=row["minutes"]),
        row.get("translations", {}),
    )


def _plan(row: Mapping[str, Any], *, at: datetime) -> Plan:
    starts_at = _moment(at + timedelta(days=row["in_days"]), row["hour"])
    return Plan(
        row["title"],
        tuple(row["services"]),
        starts_at,
        starts_at + timedelta(minutes=row["minutes"]),
        message=row.get("message", ""),
        translations=row.get("translations", {}),
    )


def _moment(day: datetime, hour: int) -> datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)
