"""Which agreement applies: one written rule, asked by every clock and shown to people.

For each kind of clock, those agreements are looked at that are made with whoever asked, cover what
was asked about, and hold a target for its priority. Of these the first applies, in this order:

1. by party: a level that the customer chose, an agreement with the customer, with the unit (the
   nearest first), with the customer's category, with everybody;
2. by coverage: an agreement that names the offering, one that names the service, one for all;
3. the one that came into force last, then by code.

An agreement that is silent on a kind of clock or a priority leaves it to the next. Time with a
team or supplier, and a task of a team, are measured by agreements with that team or supplier
instead; there one that names the team which handed the work over goes before one that names none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from timshel.relationship_agreement.service_level.rules.happenings import Facts, Holder
from timshel.relationship_agreement.service_level.rules.terms import Terms
from timshel.relationship_agreement.service_level.states import AgreementKind, ClockKind


class PartyRank(IntEnum):
    """How closely an agreement is made with whoever asked, closest first."""

    CHOSEN_LEVEL = 1
    CUSTOMER = 2
    UNIT = 3
    CATEGORY = 4
    EVERYBODY = 5


class CoverageRank(IntEnum):
    """How narrowly an agreement names what was asked about, narrowest first."""

    OFFERING = 1
    SERVICE = 2
    EVERYTHING = 3


class Mismatch(StrEnum):
    """Why an agreement does not apply."""

    NOT_IN_FORCE = "not_in_force"
    OTHER_PARTY = "other_party"
    NOT_CHOSEN = "not_chosen"
    NOT_COVERED = "not_covered"
    NO_TARGET = "no_target"
    OTHER_PROVIDER = "other_provider"
    OTHER_RECIPIENT = "other_recipient"


@dataclass(frozen=True, slots=True)
class DatedTerms:
    """Terms on one version of a calendar."""

    valid_from: datetime
    valid_until: datetime | None
    terms: Terms

    def holds(self, at: datetime) -> bool:
        """Tell whether the calendar has this version at a moment."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target of an agreement, for some or all of what it covers.

    Args:
        kind: which clock.
        priority: 1 to 5, or None for each.
        service_id: the service it is for, or None.
        offering_id: the offering it is for, or None.
        versions: what it comes to on each version of its calendar.
    """

    kind: ClockKind
    priority: int | None
    service_id: int | None
    offering_id: int | None
    versions: tuple[DatedTerms, ...]

    def fits(self, facts: Facts) -> bool:
        """Tell whether the line is for such work."""
        return (
            self.priority in (None, facts.priority)
            and self.service_id in (None, facts.service_id)
            and self.offering_id in (None, facts.offering_id)
        )

    @property
    def narrowness(self) -> tuple[bool, bool, bool]:
        """Sorts narrow lines before wide ones."""
        return (self.offering_id is None, self.service_id is None, self.priority is None)

    def terms(self, at: datetime) -> Terms | None:
        """Return what is promised at a moment; None before the calendar's first version."""
        return next((each.terms for each in self.versions if each.holds(at)), None)


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """A version of an agreement as the rule reads it; see the table for what the fields mean."""

    id: int
    code: str
    number: int
    kind: AgreementKind
    valid_from: datetime
    valid_until: datetime | None
    customer_id: int | None = None
    unit_id: int | None = None
    category: str = ""
    provider_team_id: int | None = None
    recipient_team_id: int | None = None
    supplier_id: int | None = None
    is_option: bool = False
    services: frozenset[int] = frozenset()
    offerings: frozenset[int] = frozenset()
    lines: tuple[TargetLine, ...] = ()

    def holds(self, at: datetime) -> bool:
        """Tell whether this version is in force at a moment."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)

    def line(self, kind: ClockKind, facts: Facts) -> TargetLine | None:
        """Return the narrowest line for such work, or None.

        A task is time with one team: where an agreement of the team says nothing else about
        tasks, it promises for them what it promises for all else that comes to the team.
        """
        kinds = (kind, ClockKind.HOP) if self.promises_tasks(kind) else (kind,)
        for each in kinds:
            fitting = (line for line in self.lines if line.kind is each and line.fits(facts))
            found = min(fitting, key=lambda line: line.narrowness, default=None)
            if found is not None:
                return found
        return None

    def promises_tasks(self, kind: ClockKind) -> bool:
        """Tell whether a kind of clock, by this agreement, is that of a team's tasks."""
        return kind is ClockKind.FULFIL and self.kind is AgreementKind.OPERATIONAL


@dataclass(frozen=True, slots=True)
class Choice:
    """A level that a customer chose, from one moment until another."""

    code: str
    customer_id: int
    valid_from: datetime
    valid_until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Tell whether it is chosen at a moment."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class World:
    """What the rule needs to know of the organisation.

    Args:
        units: for each unit its key and those above it, the nearest first.
        categories: for each customer its category.
        choices: the levels that customers chose.
    """

    units: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    categories: Mapping[int, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agreement stands among those that apply; the least is the first."""

    party: PartyRank
    distance: int
    coverage: CoverageRank
    began: float
    code: str

    @property
    def order(self) -> tuple[int, int, int, float, str]:
        """Sorts by the rule of precedence."""
        return (self.party, self.distance, self.coverage, -self.began, self.code)


def standing(
    version: AgreementVersion,
    *,
    kind: ClockKind,
    facts: Facts,
    holder: Holder | None,
    world: World,
    at: datetime,
) -> Standing | Mismatch:
    """Return where a version of an agreement stands for some work, or why it does not apply.

    Args:
        version: of the agreement.
        kind: which clock; the time with one team or supplier has agreements of its own.
        facts: of the work.
        holder: who has the work, for kind ``hop`` and for tasks.
        world: what is known of the organisation.
        at: when.
    """
    if not version.holds(at):
        return Mismatch.NOT_IN_FORCE
    party = _hop_party(version, holder) if holder else _party(version, facts, world, at)
    if isinstance(party, Mismatch):
        return party
    coverage = _coverage(version, facts)
    if coverage is None:
        return Mismatch.NOT_COVERED
    if version.line(kind, facts) is None:
        return Mismatch.NO_TARGET
    rank, distance = party
    return Standing(rank, distance, coverage, version.valid_from.timestamp(), version.code)


def _party(
    version: AgreementVersion, facts: Facts, world: World, at: datetime
) -> tuple[PartyRank, int] | Mismatch:
    if version.is_option:
        return _chosen(version, facts, world, at)
    if version.customer_id is not None:
        matches = version.customer_id == facts.customer_id
        return (PartyRank.CUSTOMER, 0) if matches else Mismatch.OTHER_PARTY
    if version.unit_id is not None:
        above = world.units.get(facts.unit_id, ()) if facts.unit_id is not None else ()
        if version.unit_id not in above:
            return Mismatch.OTHER_PARTY
        return PartyRank.UNIT, above.index(version.unit_id)
    if version.category:
        category = world.categories.get(facts.customer_id or 0)
        return (PartyRank.CATEGORY, 0) if version.category == category else Mismatch.OTHER_PARTY
    return PartyRank.EVERYBODY, 0


def _chosen(
    version: AgreementVersion, facts: Facts, world: World, at: datetime
) -> tuple[PartyRank, int] | Mismatch:
    for choice in world.choices:
        if choice.code != version.code or choice.customer_id != facts.customer_id:
            continue
        if choice.holds(at):
            return PartyRank.CHOSEN_LEVEL, 0
    return Mismatch.NOT_CHOSEN


def _hop_party(version: AgreementVersion, holder: Holder) -> tuple[PartyRank, int] | Mismatch:
    if version.kind is AgreementKind.SUPPLIER:
        matches = holder.supplier_id is not None and version.supplier_id == holder.supplier_id
    else:
        matches = holder.team_id is not None and version.provider_team_id == holder.team_id
    if not matches:
        return Mismatch.OTHER_PROVIDER
    if version.recipient_team_id is None:
        return PartyRank.EVERYBODY, 0
    if version.recipient_team_id != holder.from_team_id:
        return Mismatch.OTHER_RECIPIENT
    return PartyRank.UNIT, 0


def _coverage(version: AgreementVersion, facts: Facts) -> CoverageRank | None:
    if not version.services and not version.offerings:
        return CoverageRank.EVERYTHING
    if facts.offering_id in version.offerings:
        return CoverageRank.OFFERING
    return CoverageRank.SERVICE if facts.service_id in version.services else None
