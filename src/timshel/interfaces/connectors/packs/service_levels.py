"""Calendars, suppliers, agreements and waiting rules from files; only what is missing is added."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.relationship_agreement.service_level.queries.agreements import agreement_codes
from timshel.relationship_agreement.service_level.queries.book import waiting_rules
from timshel.relationship_agreement.service_level.queries.calendars import calendar_codes
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    EscalationContent,
    GoalContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    GoalMeasure,
    Recipient,
)
from timshel.service_portfolio.parties import actions as parties
from timshel.service_portfolio.parties.queries import supplier_list

UNITS = {"min": DurationUnit.MINUTES, "h": DurationUnit.HOURS, "wd": DurationUnit.WORKING_DAYS}
BEFORE = re.compile(r"([1-9][0-9]*) (min|h) before")
PLAIN = (
    "text",
    "customer",
    "unit",
    "customer_category",
    "provider_team",
    "recipient_team",
    "supplier",
    "restarts_on_reopening",
    "is_option",
    "currency",
    "price_period",
)


def load_service_levels(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Load calendars, suppliers and agreements that are missing; waiting rules with the first
    calendar, rules of escalation with the first agreement.

    Waiting means something before anyone has said what, so it cannot be seen whether the rules of
    the file are missing; they are set when the file is loaded for the first time.

    Args:
        file: the file, checked against its schema.
        actor: who has the right to configure service levels everywhere.
        at: when; what is added holds for all the past, too.

    Returns:
        How many things were added or set.
    """
    calendars = _load_calendars(file, actor=actor, at=at)
    suppliers = _load_suppliers(file, actor=actor, at=at)
    agreements = _load_agreements(file, actor=actor, at=at)
    waiting = _set_waiting(file, actor=actor, at=at) if calendars else 0
    rules = [_escalation(written) for written in file.data.get("escalations", ())]
    if rules and agreements:
        service_level.set_escalation_rules(rules, actor=actor, at=at)
    return calendars + suppliers + agreements + waiting + (len(rules) if agreements else 0)


def hours_of(calendar: Mapping[str, Any]) -> service_level.CalendarHours:
    """Return the hours of a calendar as a file writes them."""
    return service_level.CalendarHours(
        time_zone=calendar["time_zone"],
        weekly=calendar["weekly"],
        holiday_country=calendar.get("holiday_country", ""),
        holiday_region=calendar.get("holiday_region", ""),
        working_day=timedelta(hours=calendar.get("working_day_hours", 8)),
    )


def content_of(agreement: Mapping[str, Any]) -> AgreementContent:
    """Return what an agreement of a file says."""
    price, review = agreement.get("price"), agreement.get("review_date")
    return AgreementContent(
        kind=AgreementKind(agreement["kind"]),
        name=agreement["name"],
        calendar=agreement["calendar"],
        services=tuple(agreement.get("services", ())),
        offerings=tuple(agreement.get("offerings", ())),
        targets=tuple(
            line for written in agreement.get("targets", ()) for line in _targets(written)
        ),
        goals=tuple(_goal(written) for written in agreement.get("goals", ())),
        escalations=tuple(_escalation(written) for written in agreement.get("escalations", ())),
        price=None if price is None else Decimal(str(price)),
        owner_id=_owner(agreement.get("owner")),
        review_date=None if review is None else date.fromisoformat(str(review)),
        **{name: agreement[name] for name in PLAIN if name in agreement},
    )


def _load_calendars(file: PackFile, *, actor: Actor, at: datetime) -> int:
    known = calendar_codes()
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


def _load_suppliers(file: PackFile, *, actor: Actor, at: datetime) -> int:
    known = {row.code for row in supplier_list(language="en")}
    added = 0
    for position, supplier in enumerate(file.data.get("suppliers", ())):
        if supplier["code"] in known:
            continue
        try:
            parties.create_supplier(**supplier, actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["suppliers", position], refusal) from refusal
        added += 1
    return added


def _load_agreements(file: PackFile, *, actor: Actor, at: datetime) -> int:
    known = agreement_codes()
    added = 0
    for position, agreement in enumerate(file.data.get("agreements", ())):
        code = agreement["code"]
        if code in known:
            continue
        try:
            service_level.save_draft(code, content=content_of(agreement), actor=actor, at=at)
            service_level.publish_draft(code, since_ever=True, actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["agreements", position], refusal) from refusal
        added += 1
    return added


def _set_waiting(file: PackFile, *, actor: Actor, at: datetime) -> int:
    rules = waiting_rules()
    changed = 0
    for rule in file.data.get("waiting", ()):
        kind = ClockKind(rule.get("clock", ClockKind.RESOLVE))
        if rules.get((kind, rule["reason"]), False) == rule["pauses"]:
            continue
        service_level.set_waiting_rule(
            kind,
            reason=WaitingReason(rule["reason"]),
            pauses=rule["pauses"],
            actor=actor,
            at=at,
        )
        changed += 1
    return changed


def _targets(written: Mapping[str, Any]) -> Iterator[TargetContent]:
    """Yield a target for each clock that a line of a file names."""
    percent = written.get("in_time")
    for kind in ClockKind:
        if kind.value in written:
            amount, unit = written[kind.value].split()
            yield TargetContent(
                kind=kind,
                amount=int(amount),
                unit=UNITS[unit],
                priority=written.get("priority"),
                service=written.get("service"),
                offering=written.get("offering"),
                calendar=written.get("calendar", ""),
                attainment_percent=None if percent is None else Decimal(str(percent)),
            )


def _owner(code: str | None) -> int | None:
    if code is None:
        return None
    found = person_by_code(code)
    if found is None:
        raise Invalid({"owner": [_("There is no person %(code)s.") % {"code": code}]})
    return found


def _goal(written: Mapping[str, Any]) -> GoalContent:
    return GoalContent(
        measure=GoalMeasure(written["measure"]),
        value=Decimal(str(written["value"])),
        name=written.get("name", ""),
        unit=written.get("unit", ""),
        is_minimum=written.get("is_minimum", True),
    )


def _escalation(written: Mapping[str, Any]) -> EscalationContent:
    when = str(written["when"])
    before = BEFORE.fullmatch(when)
    spans = {"min": timedelta(minutes=1), "h": timedelta(hours=1)}
    return EscalationContent(
        recipient=Recipient(written["to"]),
        percent=None if before else int(when.removesuffix("%")),
        before=int(before[1]) * spans[before[2]] if before else None,
        clock_kind=written.get("clock", ""),
        role_code=written.get("role", ""),
        at_night=written.get("at_night", False),
    )
