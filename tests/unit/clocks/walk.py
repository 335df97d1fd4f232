"""The slow, obvious clock: it stands beside the work and looks at the wall every minute.

It is written from the words of docs/algorithms/service-level-clocks.md and
agreement-precedence.md, and shares nothing with the code but the forms in which agreements and
happenings are written down. Every moment is a whole minute, every figure so many minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from timshel.kernel.calendar import BusinessCalendar
from timshel.relationship_agreement.service_level.rules.happenings import (
    Answered,
    ClockEvent,
    Facts,
    FactsChanged,
    HandedOver,
    Opened,
    Phase,
    RequesterWrote,
    StageChanged,
    TakenUp,
)
from timshel.relationship_agreement.service_level.rules.precedence import (
    AgreementVersion,
    TargetLine,
    World,
)
from timshel.relationship_agreement.service_level.rules.terms import Terms
from timshel.relationship_agreement.service_level.rules.waiting import WaitingRules, WaitingVersion
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
)

MINUTE = timedelta(minutes=1)


# ------------------------------------------------------------------ the wall


def is_open(calendar: BusinessCalendar, at: datetime) -> bool:
    """A wall clock in the zone shows a time inside one of that day's intervals."""
    wall = at.astimezone(ZoneInfo(calendar.zone))
    exceptional = dict(calendar.exceptions).get(wall.date())
    hours = exceptional.hours if exceptional else calendar.weekly[wall.weekday()]
    if exceptional is None and wall.date() in dict(calendar.holidays):
        hours = ()
    return any(start <= wall.hour * 3600 + wall.minute * 60 < end for start, end in hours)


# ------------------------------------------------------------------ which agreement


@dataclass
class Work:
    """What people know of the work at a moment."""

    facts: Facts
    team: int | None
    giver: int | None = None
    phase: Phase = Phase.ACTIVE
    reason: str | None = None
    supplier: int | None = None


def is_within(begin: datetime, end: datetime | None, at: datetime) -> bool:
    return not at < begin and not (end is not None and not at < end)


def best_line(version: AgreementVersion, kind: ClockKind, facts: Facts) -> TargetLine | None:
    """For the offering before for the service before for all; then for the priority."""
    for offering in (facts.offering_id, None):
        for service in (facts.service_id, None):
            for priority in (facts.priority, None):
                for line in version.lines:
                    meant = (line.kind, line.offering_id, line.service_id, line.priority)
                    if meant == (kind, offering, service, priority):
                        return line
    return None


def covers(version: AgreementVersion, facts: Facts) -> str | None:
    if not version.offerings and not version.services:
        return "everything"
    if facts.offering_id is not None and facts.offering_id in version.offerings:
        return "offering"
    if facts.service_id is not None and facts.service_id in version.services:
        return "service"
    return None


Party = Callable[[AgreementVersion], bool]


def parties_of_asker(facts: Facts, world: World, at: datetime) -> Iterator[Party]:
    """With whom an agreement may be made, closest first."""
    chosen = {
        each.code
        for each in world.choices
        if each.customer_id == facts.customer_id
        and is_within(each.valid_from, each.valid_until, at)
    }
    yield lambda version: version.is_option and version.code in chosen
    yield (
        lambda version: (
            not version.is_option
            and version.customer_id is not None
            and version.customer_id == facts.customer_id
        )
    )
    for unit in world.units.get(facts.unit_id, ()) if facts.unit_id is not None else ():
        yield lambda version, unit=unit: (  # type: ignore[misc]
            not version.is_option and version.unit_id == unit
        )
    yield (
        lambda version: (
            not version.is_option
            and version.category != ""
            and facts.customer_id is not None
            and world.categories.get(facts.customer_id) == version.category
        )
    )
    yield (
        lambda version: (
            not (version.is_option or version.customer_id or version.unit_id or version.category)
        )
    )


def parties_of_team(team: int, giver: int | None) -> Iterator[Party]:
    """An agreement with the team that hands over, then one with any."""
    if giver is not None:
        yield lambda each: (each.provider_team_id, each.recipient_team_id) == (team, giver)
    yield lambda each: (each.provider_team_id, each.recipient_team_id) == (team, None)


def parties_of_supplier(supplier: int, giver: int | None) -> Iterator[Party]:
    """A contract for the team that waits, then one for any."""
    if giver is not None:
        yield lambda each: (each.supplier_id, each.recipient_team_id) == (supplier, giver)
    yield lambda each: (each.supplier_id, each.recipient_team_id) == (supplier, None)


def promised(
    versions: Iterable[AgreementVersion],
    parties: Iterable[Party],
    kind: ClockKind,
    facts: Facts,
    at: datetime,
) -> Terms | None:
    """The first agreement by the written rule that says something about the clock."""
    in_force = [each for each in versions if is_within(each.valid_from, each.valid_until, at)]
    for is_with in parties:
        for coverage in ("offering", "service", "everything"):
            same = [e for e in in_force if is_with(e) and covers(e, facts) == coverage]
            same.sort(key=lambda each: each.code)
            same.sort(key=lambda each: each.valid_from, reverse=True)
            for version in same:
                line = best_line(version, kind, facts)
                if line is None and version.kind is AgreementKind.OPERATIONAL:
                    line = best_line(version, ClockKind.HOP, facts)
                for dated in line.versions if line else ():
                    if is_within(dated.valid_from, dated.valid_until, at):
                        return dated.terms
    return None


@dataclass(frozen=True)
class Papers:
    """All that was ever agreed."""

    versions: tuple[AgreementVersion, ...]
    world: World
    waiting: tuple[WaitingVersion, ...] = ()

    def pauses(self, kind: ClockKind, reason: str, now: datetime, before: WaitingRules) -> bool:
        """What the rule says that was set last by now; what held before where there is none."""
        said = before.get((kind, reason), False)
        for rule in sorted(self.waiting, key=lambda each: each.valid_from):
            if (rule.kind, rule.reason) == (kind, reason) and rule.valid_from <= now:
                said = rule.pauses
        return said

    def for_asker(self, kind: ClockKind, facts: Facts, at: datetime) -> Terms | None:
        made = [each for each in self.versions if each.kind is AgreementKind.SERVICE]
        return promised(made, parties_of_asker(facts, self.world, at), kind, facts, at)

    def for_team(self, team: int, giver: int | None, facts: Facts, at: datetime) -> Terms | None:
        made = [each for each in self.versions if each.kind is AgreementKind.OPERATIONAL]
        return promised(made, parties_of_team(team, giver), ClockKind.HOP, facts, at)

    def for_task(self, work: Work, at: datetime) -> Terms | None:
        """By the team's agreements; what the task states itself counts on their calendar, or on
        that of the promise to whoever asked."""
        made = [each for each in self.versions if each.kind is AgreementKind.OPERATIONAL]
        own = work.facts.target
        parties = [] if work.team is None else parties_of_team(work.team, work.giver)
        terms = promised(made, parties, ClockKind.FULFIL, work.facts, at)
        if own is None:
            return terms
        terms = terms or self.for_asker(ClockKind.FULFIL, work.facts, at)
        if terms is None:
            return None
        one = {
            DurationUnit.MINUTES: MINUTE,
            DurationUnit.HOURS: 60 * MINUTE,
            DurationUnit.WORKING_DAYS: terms.working_day,
        }
        amount = own.amount * one[own.unit]
        return replace(terms, target=amount, target_id=None, attainment_percent=None)

    def for_supplier(
        self, supplier: int, giver: int | None, facts: Facts, at: datetime
    ) -> Terms | None:
        made = [each for each in self.versions if each.kind is AgreementKind.SUPPLIER]
        return promised(made, parties_of_supplier(supplier, giver), ClockKind.HOP, facts, at)

    def dates(self) -> set[datetime]:
        """All moments that are written anywhere; between them the papers say the same."""
        spans: list[datetime | None] = []
        for version in self.versions:
            spans += [version.valid_from, version.valid_until]
            for line in version.lines:
                for dated in line.versions:
                    spans += [dated.valid_from, dated.valid_until]
        for choice in self.world.choices:
            spans += [choice.valid_from, choice.valid_until]
        spans += [rule.valid_from for rule in self.waiting]
        return {each for each in spans if each is not None}


# ------------------------------------------------------------------ one promise


@dataclass
class Run:
    """One lap of a clock, from the promise to its end."""

    number: int
    began: datetime
    team: int | None = None
    giver: int | None = None
    supplier: int | None = None
    terms: Terms | None = None
    used: int = 0
    reached: datetime | None = None
    breached: datetime | None = None
    withdrawn: list[datetime] = field(default_factory=list)
    stopped: datetime | None = None
    ending: str = ""
    is_paused: bool = False
    is_passed_on: bool = False

    def go_over_to(self, terms: Terms | None) -> None:
        """Other terms keep what was used; longer ones make the breach void."""
        if terms == self.terms:
            return
        self.terms, self.reached = terms, None
        if self.breached and (terms is None or terms.target > self.used * MINUTE):
            self.withdrawn.append(self.breached)
            self.breached = None

    def end(self, ending: str, now: datetime) -> None:
        if self.stopped is None:
            self.stopped = now
            self.ending = ending

    def live(self, now: datetime) -> None:
        """Pass one minute."""
        if self.stopped is not None or self.is_paused or self.terms is None:
            self.reached = None
            return
        if self.reached is None and self.used * MINUTE >= self.terms.target:
            self.reached = now
        if self.reached is not None:
            self.breached = self.breached or self.reached
        if is_open(self.terms.calendar, now):
            self.used += 1
            if self.reached is None and self.used * MINUTE >= self.terms.target:
                self.reached = now + MINUTE

    @property
    def state(self) -> str:
        if self.stopped is None:
            if self.is_paused:
                return "paused"
            return "breached" if self.breached else "running"
        if self.ending == "cancelled":
            return "cancelled"
        if self.breached:
            return "missed"
        return "met" if self.ending == "kept" else "cancelled"


# ------------------------------------------------------------------ the clocks


class Clock:
    """A kind of clock beside the work; what happens is told to it in order."""

    def __init__(self, kind: ClockKind, work: Work, papers: Papers, waiting: WaitingRules) -> None:
        self.kind, self.work, self.papers, self.waiting = kind, work, papers, waiting
        self.runs: list[Run] = []
        self.made = 0

    def begin(self, now: datetime, **holder: int | None) -> Run:
        self.made += 1
        self.runs.append(Run(self.made, now, **holder))
        return self.runs[-1]

    def running(self) -> list[Run]:
        return [each for each in self.runs if each.stopped is None]

    def is_waiting(self, now: datetime) -> bool:
        work = self.work
        return work.phase is Phase.WAITING and self.papers.pauses(
            self.kind, work.reason or "", now, self.waiting
        )

    def hear(self, event: ClockEvent, before: Work, now: datetime) -> None:
        """Do what this kind of clock does when something happens."""

    def settle(self, now: datetime) -> None:
        """Look at the papers, and whether the work waits."""
        for run in self.running():
            run.is_paused = self.is_waiting(now)
            run.go_over_to(self.agreed(now))

    def agreed(self, now: datetime) -> Terms | None:
        """What is promised by now."""
        return self.papers.for_asker(self.kind, self.work.facts, now)

    def end_all(self, ending: str, now: datetime) -> None:
        for run in self.running():
            run.end(ending, now)

    def heard_an_end(self, event: ClockEvent, now: datetime) -> bool:
        if not isinstance(event, StageChanged) or event.phase not in (Phase.DONE, Phase.CANCELLED):
            return False
        self.end_all("kept" if event.phase is Phase.DONE else "cancelled", now)
        return True


class Respond(Clock):
    """Until a helper answers, a part of it is taken up, or it is resolved; then for good."""

    def hear(self, event: ClockEvent, before: Work, now: datetime) -> None:
        if isinstance(event, Opened):
            self.begin(now)
        elif isinstance(event, (Answered, TakenUp)):
            self.end_all("kept", now)
        else:
            self.heard_an_end(event, now)


class Resolve(Clock):
    """Until it is resolved; a reopening goes on, or begins anew where the agreement says so."""

    def hear(self, event: ClockEvent, before: Work, now: datetime) -> None:
        if isinstance(event, Opened):
            self.begin(now)
        elif not self.heard_an_end(event, now) and isinstance(event, StageChanged):
            if before.phase is not Phase.DONE:
                return
            terms = self.agreed(now)
            if terms is not None and terms.restarts_on_reopening:
                self.begin(now)
            else:
                self.runs[-1].stopped, self.runs[-1].ending = None, ""


class Part(Resolve):
    """A task: promised by the team that has it, whichever that is by now."""

    def settle(self, now: datetime) -> None:
        for run in self.running():
            run.team, run.giver = self.work.team, self.work.giver
        super().settle(now)

    def agreed(self, now: datetime) -> Terms | None:
        return self.papers.for_task(self.work, now)


class Update(Clock):
    """From each answer, the requester's first message after it and each reopening to the next."""

    is_asked = False

    def hear(self, event: ClockEvent, before: Work, now: datetime) -> None:
        has_ended = before.phase in (Phase.DONE, Phase.CANCELLED)
        if isinstance(event, Answered) and before.phase is not Phase.CANCELLED:
            self.is_asked = False
            if before.phase is not Phase.DONE:
                self.next("kept", now)
        elif isinstance(event, RequesterWrote) and self.made and not self.is_asked:
            if not has_ended:
                self.is_asked = True
                self.next("superseded", now)
        elif self.heard_an_end(event, now):
            return
        elif isinstance(event, StageChanged) and before.phase is Phase.DONE:
            self.is_asked = False
            self.next("kept", now)

    def next(self, ending: str, now: datetime) -> None:
        self.end_all(ending, now)
        self.begin(now)


class Hop(Clock):
    """One run for each visit of the work to a team, and to a supplier that is waited for."""

    def hear(self, event: ClockEvent, before: Work, now: datetime) -> None:
        work = self.work
        if isinstance(event, Opened):
            if work.team is not None:
                self.begin(now, team=work.team)
        elif isinstance(event, HandedOver):
            if work.team != before.team:
                self.leave("team", now)
                if work.team is not None:
                    self.visit_team(now)
        elif isinstance(event, StageChanged):
            self.move(before, now)

    def move(self, before: Work, now: datetime) -> None:
        work = self.work
        ending = "cancelled" if work.phase is Phase.CANCELLED else "kept"
        if work.phase in (Phase.DONE, Phase.CANCELLED):
            self.end_all(ending, now)
            return
        if before.phase is Phase.DONE and work.team is not None:
            self.visit_team(now)
        if work.supplier != before.supplier:
            self.leave("supplier", now)
            if work.supplier is not None:
                self.begin(now, supplier=work.supplier, giver=work.team)

    def visit_team(self, now: datetime) -> None:
        # Work that is over is with nobody; it is visited when it is opened again.
        if self.work.phase not in (Phase.DONE, Phase.CANCELLED):
            self.begin(now, team=self.work.team, giver=self.work.giver)
        else:
            self.made += 1

    def leave(self, holder: str, now: datetime) -> None:
        for run in self.running():
            if getattr(run, holder) is not None:
                run.end("kept", now)
                run.is_passed_on = True

    def settle(self, now: datetime) -> None:
        work = self.work
        for run in self.running():
            if run.supplier is not None:
                run.is_paused = False
                terms = self.papers.for_supplier(run.supplier, work.team, work.facts, now)
            else:
                assert run.team is not None
                run.is_paused = self.is_waiting(now) or work.supplier is not None
                terms = self.papers.for_team(run.team, run.giver, work.facts, now)
            run.go_over_to(terms)


KINDS: dict[ClockKind, type[Clock]] = {
    ClockKind.RESPOND: Respond,
    ClockKind.UPDATE: Update,
    ClockKind.RESOLVE: Resolve,
    ClockKind.FULFIL: Resolve,
    ClockKind.HOP: Hop,
}


def happen(work: Work, event: ClockEvent) -> None:
    """Change what people know of the work."""
    if isinstance(event, FactsChanged):
        changed = {**{name: getattr(work.facts, name) for name in FIELDS}, **event.changes}
        work.facts = Facts(**changed)
    elif isinstance(event, HandedOver):
        if event.team_id != work.team:
            work.team, work.giver = event.team_id, work.team
    elif isinstance(event, StageChanged):
        work.phase, work.reason = event.phase, event.waiting_reason
        work.supplier = event.supplier_id


FIELDS = tuple(Facts.__dataclass_fields__)


def walk(
    events: Sequence[ClockEvent],
    kind: ClockKind,
    papers: Papers,
    waiting: WaitingRules,
    at: datetime,
) -> list[Run]:
    """Return the runs of a clock for which something is promised at the end, oldest first.

    Args:
        events: in order; the first is the opening.
        kind: which clock.
        papers: what was agreed.
        waiting: which waiting pauses the clock.
        at: until when.
    """
    opening, *later = events
    assert isinstance(opening, Opened)
    if opening.at > at or not is_measured(kind, opening.facts):
        return []
    work = Work(opening.facts, opening.team_id)
    made = Part if (kind, opening.facts.process) == (ClockKind.FULFIL, "task") else KINDS[kind]
    clock = made(kind, work, papers, waiting)
    clock.hear(opening, work, opening.at)
    now, dates = opening.at, papers.dates()
    clock.settle(now)
    while now <= at:
        if now in dates:
            clock.settle(now)
        for event in later:
            if event.at == now:
                before = Work(**vars(work))
                happen(work, event)
                clock.hear(event, before, now)
                clock.settle(now)
        if now < at:
            for run in clock.runs:
                run.live(now)
        now += MINUTE
    found = [each for each in clock.runs if each.terms is not None and not is_nothing(kind, each)]
    if kind is ClockKind.HOP and opening.facts.process in ("service_request", "task"):
        return [each for each in found if each.supplier is not None]
    return found


def is_measured(kind: ClockKind, facts: Facts) -> bool:
    """Which clocks the kinds of work have, as the page says."""
    clocks = {
        "incident": "respond update resolve hop",
        "service_request": "respond update fulfil hop",
        "task": "fulfil hop",
    }
    return kind.value in clocks[facts.process].split()


def is_nothing(kind: ClockKind, run: Run) -> bool:
    """An update promised and kept in the same moment, a visit passed on in it."""
    if run.stopped != run.began:
        return False
    return kind is ClockKind.UPDATE or (
        kind is ClockKind.HOP and (run.is_passed_on or run.supplier is not None)
    )
