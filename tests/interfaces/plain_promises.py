"""What was kept of the demonstration's promises, worked out a second time and in another way.

It reads the journal and the files of the packs, and shares no code with the clocks: agreements
are chosen by a plain sort, and working time is added up day by day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from timshel.context.organization.models import Customer, Unit
from timshel.interfaces.connectors.packs.files import pack_file
from timshel.kernel.journal.models import Entry
from timshel.operation.work.models import WorkItem
from timshel.service_portfolio.service.models import Service

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PAUSES = {"requester", "evidence", "appointment"}
ANSWERS = ("response", "taken_up")
"""What somebody who reported something hears, and that somebody began with what was ordered."""
OPEN = {"new", "in_progress", "waiting"}
ENDED = {"resolved", "closed"}
Key = tuple[int, str, int, str]
"""Service, kind of clock, priority, and the goal in per cent or nothing."""


@dataclass
class Hours:
    """A calendar as a file writes it."""

    written: Mapping[str, Any]
    free: Mapping[date, str] = field(default_factory=dict)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time between two moments, added up day by day."""
        zone = ZoneInfo(self.written["time_zone"])
        day, total = start.astimezone(zone).date(), timedelta()
        while day <= end.astimezone(zone).date():
            for opens, closes in self._hours(day):
                first = max(start, _moment(day, opens, zone))
                last = min(end, _moment(day, closes, zone))
                total += max(last - first, timedelta())
            day += timedelta(days=1)
        return total

    def _hours(self, day: date) -> list[list[str]]:
        country = self.written.get("holiday_country")
        if country and day in holidays.country_holidays(
            country, subdiv=self.written["holiday_region"], years=day.year
        ):
            return []
        found: list[list[str]] = self.written["weekly"].get(DAYS[day.weekday()], [])
        return found


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


@dataclass
class Terms:
    """What one line promises."""

    target: timedelta
    hours: Hours
    goal: str
    restarts: bool


class Promised:
    """The agreements of the packs, chosen by the written rule."""

    def __init__(self) -> None:
        own = pack_file("demonstration/service-levels.yaml").data
        standard = pack_file("standard/service-levels.yaml").data
        written = {each["code"]: each for each in standard["calendars"]}
        written |= {each["code"]: each for each in own["calendars"]}
        self.calendars = {code: Hours(each) for code, each in written.items()}
        self.agreements = [
            each
            for each in (*standard["agreements"], *own["agreements"])
            if each["kind"] == "service" and not each.get("is_option")
        ]
        self.units = {row.pk: row.path for row in Unit.objects.all()}
        self.codes = dict(Unit.objects.values_list("pk", "code"))
        self.customers = {row.pk: (row.code, row.category) for row in Customer.objects.all()}
        self.services = dict(Service.objects.values_list("pk", "code"))

    def terms(self, kind: str, facts: Mapping[str, Any]) -> Terms | None:
        """Return the promise that applies, or None."""
        found = []
        for agreement in self.agreements:
            party, coverage = self._party(agreement, facts), self._coverage(agreement, facts)
            line = self._line(agreement, kind, facts)
            if party is not None and coverage is not None and line is not None:
                found.append((party, coverage, agreement["code"], agreement, line))
        if not found:
            return None
        *_order, agreement, line = min(found, key=lambda each: each[:3])
        hours = self.calendars[line.get("calendar", agreement["calendar"])]
        goal = line.get("in_time")
        return Terms(
            target=_duration(line[kind], hours),
            hours=hours,
            goal="" if goal is None else f"{goal:.2f}",
            restarts=bool(agreement.get("restarts_on_reopening")),
        )

    def _party(
        self, agreement: Mapping[str, Any], facts: Mapping[str, Any]
    ) -> tuple[int, int] | None:
        code, category = self.customers.get(facts["customer"], ("", ""))
        if "customer" in agreement:
            return (2, 0) if agreement["customer"] == code else None
        if "unit" in agreement:
            path = self.units.get(facts["unit"], "").strip("/").split("/")
            above = [self.codes[int(key)] for key in reversed(path) if key]
            return (3, above.index(agreement["unit"])) if agreement["unit"] in above else None
        if "customer_category" in agreement:
            return (4, 0) if category == agreement["customer_category"] else None
        return (5, 0)

    def _coverage(self, agreement: Mapping[str, Any], facts: Mapping[str, Any]) -> int | None:
        assert "offerings" not in agreement
        if "services" not in agreement:
            return 3
        return 2 if self.services.get(facts["service"]) in agreement["services"] else None

    def _line(
        self, agreement: Mapping[str, Any], kind: str, facts: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        code = self.services.get(facts["service"])
        fitting = [
            line
            for line in agreement["targets"]
            if kind in line
            and line.get("priority", facts["priority"]) == facts["priority"]
            and line.get("service", code) == code
        ]
        return min(
            fitting, key=lambda line: ("service" not in line, "priority" not in line), default=None
        )


def _duration(written: str, hours: Hours) -> timedelta:
    amount, unit = written.split()
    if unit == "wd":
        return int(amount) * timedelta(hours=hours.written.get("working_day_hours", 8))
    return int(amount) * {"min": timedelta(minutes=1), "h": timedelta(hours=1)}[unit]


@dataclass
class Lap:
    """One run of a clock as it is walked."""

    used: timedelta = timedelta()
    terms: Terms | None = None
    stopped: bool = False
    cancelled: bool = False


def promises_by_service(*, at: datetime) -> tuple[Counter[Key], Counter[Key]]:
    """Return how many promises to respond and to resolve were decided until a moment, and kept."""
    promised = Promised()
    decided: Counter[Key] = Counter()
    kept: Counter[Key] = Counter()
    for item in WorkItem.objects.exclude(kind="task"):
        # What is ordered is delivered and not solved, which another kind of promise is about.
        for kind in ("respond",) if item.kind == "service_request" else ("respond", "resolve"):
            for lap in _laps(kind, item, promised, at):
                if lap.cancelled or lap.terms is None:
                    continue
                key = (item.service_id or 0, kind, item.priority, lap.terms.goal)
                is_late = lap.used > lap.terms.target
                if is_late or lap.stopped:
                    decided[key] += 1
                    kept[key] += not is_late
    return decided, kept


@dataclass
class State:
    """What the journal has said of a case so far."""

    facts: dict[str, Any]
    stage: str = ""
    reason: str | None = None
    is_answered: bool = False
    came_back: bool = False

    def read(self, changes: Mapping[str, Any]) -> None:
        """Take over what one entry says."""
        for name in ("service", "customer", "unit"):
            if name in changes:
                value = changes[name][1]
                self.facts[name] = value["id"] if value else None
        if "priority" in changes:
            self.facts["priority"] = changes["priority"][1]
        before = self.stage
        if "stage" in changes:
            self.stage, self.reason = changes["stage"][1], None
        if "waiting_reason" in changes:
            self.reason = changes["waiting_reason"][1]
        answered = any(name in changes and changes[name][1] for name in ANSWERS)
        self.is_answered |= answered and self.stage != "cancelled"
        self.is_answered |= self.stage in ENDED
        self.came_back = before in ENDED and self.stage in OPEN


def _laps(kind: str, item: WorkItem, promised: Promised, at: datetime) -> Iterator[Lap]:
    """Walk the journal of a case, stretch by stretch."""
    entries = list(
        Entry.objects.filter(subject_kind="work_item", subject_id=item.pk, at__lte=at).order_by(
            "version", "at", "id"
        )
    )
    state = State({"customer": item.customer_id, "unit": item.unit_id, "service": None})
    lap = Lap()
    for position, entry in enumerate(entries):
        state.read(entry.changes)
        if kind == "resolve" and state.came_back:
            if lap.terms is not None and lap.terms.restarts:
                yield lap
                lap = Lap()
            lap.stopped = False
        is_over = state.stage not in OPEN or (kind == "respond" and state.is_answered)
        if not is_over:
            lap.terms = promised.terms(kind, state.facts)
            end = entries[position + 1].at if position + 1 < len(entries) else at
            if lap.terms and not (kind == "resolve" and state.reason in PAUSES):
                lap.used += lap.terms.hours.between(entry.at, max(end, entry.at))
        elif not lap.stopped:
            lap.stopped, lap.cancelled = True, state.stage == "cancelled"
    yield lap
