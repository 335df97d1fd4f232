"""The plan as it stands, its versions as they were approved, and what differs between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound, Text
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.planning.plan import access, sources
from timshel.planning.plan.differences import ListDifference, list_difference
from timshel.planning.plan.models import PlanPart, PlanVersion
from timshel.planning.plan.rules import MarkedLine, PartContent, compared, day_of, judge
from timshel.planning.plan.sources import Drawn, Line, Reading
from timshel.planning.plan.states import PLANS, Part, PartState, PlanState, PlanTrigger

NEWEST: KeysetOrder[PlanVersion] = KeysetOrder(SortKey("number", descending=True))
PART_SUBJECT = "plan_part"


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the plan, as it stands or as it was approved.

    Args:
        part: which.
        statement: Markdown; may be empty.
        owner_code: who keeps it; empty for nobody.
        owner_name: the same, for people.
        review_date: by when it is looked at again, or None.
        is_overdue: whether that day was over.
        state: how it stands.
        reasons: why, in the reader's language.
        readings: what its lists say.
    """

    part: Part
    statement: str
    owner_code: str
    owner_name: str
    review_date: date | None
    is_overdue: bool
    state: PartState
    reasons: tuple[Text, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class LivePart:
    """A part as it stands now.

    Args:
        view: what it says.
        revision: rises with each change; 0 where nothing was written yet.
        changed_by: the name of who wrote it last; empty for nobody and for the system.
        changed_at: when, or None.
        differs: whether the approved version says something else.
        may_write: whether the reader may write it.
        may_manage: whether the reader may say who keeps it.
    """

    view: PartView
    revision: int
    changed_by: str
    changed_at: datetime | None
    differs: bool
    may_write: bool
    may_manage: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as lists show it; people by name."""

    number: int
    state: PlanState
    summary: str
    writers: tuple[str, ...]
    begun_at: datetime
    proposed_by: str
    proposed_at: datetime | None
    approved_by: str
    approved_at: datetime | None
    superseded_at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """The whole plan as it stands now.

    Args:
        parts: all twelve, in their order.
        current: the version that holds, or None.
        coming: the version that is written or waits to be approved, or None.
        triggers: what the reader may do with that.
        may_begin: whether the reader may begin one.
    """

    parts: tuple[LivePart, ...]
    current: VersionRow | None
    coming: VersionRow | None
    triggers: frozenset[PlanTrigger]
    may_begin: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version with what it says; of one that is not approved yet, what stands now."""

    row: VersionRow
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class PartDifference:
    """What differs in a part; ``lines`` are empty where the statement is the same."""

    part: Part
    before: PartState
    after: PartState
    lines: tuple[MarkedLine, ...]
    lists: tuple[ListDifference, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions laid over each other; ``after`` is None for what stands now."""

    before: VersionRow
    after: VersionRow | None
    parts: tuple[PartDifference, ...]


def plan(*, actor: Actor, at: datetime) -> PlanView:
    """Return the plan as it stands; four queries, and those of the lists behind it.

    Raises:
        NotAllowed: the actor may not read the whole plan.
    """
    access.require_see(actor)
    rows = _written()
    found = list(
        PlanVersion.objects.exclude(state=PlanState.SUPERSEDED)
        .select_related("proposed_by", "approved_by")
        .prefetch_related("writers")
    )
    current = next((each for each in found if each.state == PlanState.APPROVED), None)
    coming = next((each for each in found if each.state != PlanState.APPROVED), None)
    said = _statements(current)
    parts = tuple(_live(part, rows.get(part), said, actor=actor, at=at) for part in Part)
    return PlanView(
        parts=parts,
        current=_row(current) if current else None,
        coming=_row(coming) if coming else None,
        triggers=_triggers(coming, actor=actor) if coming else frozenset(),
        may_begin=coming is None and access.may_manage(actor),
    )


def plan_part(code: str, *, actor: Actor, at: datetime) -> LivePart:
    """Return one part as it stands; two queries, and those of the lists behind it.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    part, row = access.known_part(code, actor=actor)
    current = PlanVersion.objects.filter(state=PlanState.APPROVED).first()
    return _live(part, row, _statements(current), actor=actor, at=at)


def part_history(code: str, *, actor: Actor) -> tuple[JournalEntry, ...]:
    """Return what happened to a part, newest first; two queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    _part, row = access.known_part(code, actor=actor)
    return tuple(reversed(history(PART_SUBJECT, [row.pk]))) if row else ()


def version_list(*, actor: Actor, cursor: str | None = None, size: int = 50) -> Page[VersionRow]:
    """Return a page of the versions, the newest first; two queries.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = PlanVersion.objects.visible_to(actor).select_related("proposed_by", "approved_by")
    rows = rows.prefetch_related("writers").defer("content")
    return NEWEST.page(rows, cursor=cursor, size=size).map(_row)


def plan_version(number: int, *, actor: Actor, at: datetime) -> VersionView:
    """Return a version; of one that is not approved yet, what stands now.

    Raises:
        NotFound: there is none, or the actor may not read it.
    """
    row = access.known_version(number, actor=actor)
    if row.approved_at is None:
        return VersionView(_row(row), _standing(actor=actor, at=at))
    return VersionView(_row(row), tuple(_frozen(each, row.approved_at) for each in row.content))


def coming_version(trigger: PlanTrigger, *, actor: Actor) -> VersionRow | None:
    """Return the version that is not approved yet, for whoever is to do something with it.

    Raises:
        NotAllowed: the actor may not do that.
    """
    if trigger is PlanTrigger.PROPOSE:
        access.require_manage(actor)
    else:
        access.require_decide(actor)
    rows = PlanVersion.objects.still_open().select_related("proposed_by", "approved_by")
    found = rows.prefetch_related("writers").first()
    return _row(found) if found else None


def differences(before: int, after: int | None = None, *, actor: Actor, at: datetime) -> Compared:
    """Return what differs between two versions, part by part; parts that are the same are left out.

    Args:
        before: the number of the older one.
        after: the number of the newer one; None for what stands now.
        actor: who reads.
        at: now.

    Raises:
        NotFound: one is not there, or the actor may not read it.
    """
    first = plan_version(before, actor=actor, at=at)
    second = plan_version(after, actor=actor, at=at) if after is not None else None
    parts = second.parts if second else _standing(actor=actor, at=at)
    old = {each.part: each for each in first.parts}
    found = tuple(_part_difference(old.get(each.part), each) for each in parts)
    return Compared(
        first.row,
        second.row if second else None,
        tuple(each for each in found if each.lines or each.lists or each.before != each.after),
    )


def content_now(
    *, actor: Actor, at: datetime, drawn: Mapping[str, Drawn] | None = None
) -> list[dict[str, Any]]:
    """Return what the plan says now as plain data, to be kept with a version.

    Args:
        actor: who approves; what they may not see is not kept.
        at: now.
        drawn: what the lists said, by their names, where that is known from elsewhere.
    """
    rows = _written()
    return [_plain(_part(part, rows.get(part), actor=actor, at=at, drawn=drawn)) for part in Part]


def missing_parts(*, actor: Actor, at: datetime) -> tuple[Part, ...]:
    """Return the parts that neither say anything nor point to a record."""
    shown = _standing(actor=actor, at=at)
    return tuple(each.part for each in shown if each.state is PartState.MISSING)


def written_parts(*, actor: Actor) -> frozenset[Part]:
    """Return the parts in which somebody wrote something; one query.

    Raises:
        NotAllowed: the actor may not read the whole plan.
    """
    access.require_see(actor)
    rows = PlanPart.objects.exclude(statement="")
    return frozenset(Part(each) for each in rows.values_list("part", flat=True))


def latest_number() -> int:
    """Return the number of the newest version, or 0; one query."""
    return PlanVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _written() -> dict[Part, PlanPart]:
    rows = PlanPart.objects.select_related("owner", "changed_by")
    return {Part(row.part): row for row in rows}


def _standing(*, actor: Actor, at: datetime) -> tuple[PartView, ...]:
    rows = _written()
    return tuple(_part(part, rows.get(part), actor=actor, at=at) for part in Part)


def _live(
    part: Part,
    row: PlanPart | None,
    said: Mapping[str, str] | None,
    *,
    actor: Actor,
    at: datetime,
) -> LivePart:
    view = _part(part, row, actor=actor, at=at)
    return LivePart(
        view=view,
        revision=row.revision if row else 0,
        changed_by=row.changed_by.name if row and row.changed_by else "",
        changed_at=row.changed_at if row else None,
        differs=said is not None and said.get(part.value, "") != view.statement,
        may_write=access.may_write(row, actor=actor),
        may_manage=access.may_manage(actor),
    )


def _part(
    part: Part,
    row: PlanPart | None,
    *,
    actor: Actor,
    at: datetime,
    drawn: Mapping[str, Drawn] | None = None,
) -> PartView:
    if drawn is None:
        readings = sources.draw(part, actor=actor, at=at)
    else:
        names = sources.names_of(part)
        readings = tuple(Reading(name, sources.title_of(name), drawn.get(name)) for name in names)
    owner = row.owner if row else None
    content = PartContent(
        row.statement if row else "",
        owner.code if owner else "",
        row.review_date if row else None,
    )
    return _view(part, content, owner.name if owner else "", readings, today=day_of(at))


def _view(
    part: Part,
    content: PartContent,
    owner_name: str,
    readings: tuple[Reading, ...],
    *,
    today: date,
) -> PartView:
    judged = judge(content, readings, today=today)
    return PartView(
        part=part,
        statement=content.statement,
        owner_code=content.owner,
        owner_name=owner_name,
        review_date=content.review_date,
        is_overdue=content.review_date is not None and content.review_date < today,
        state=judged.state,
        reasons=judged.reasons,
        readings=readings,
    )


def _plain(view: PartView) -> dict[str, Any]:
    return {
        "part": view.part.value,
        "statement": view.statement,
        "owner": view.owner_code,
        "owner_name": view.owner_name,
        "review_date": view.review_date.isoformat() if view.review_date else None,
        "state": view.state.value,
        "lists": [_plain_list(each) for each in view.readings],
    }


def _plain_list(reading: Reading) -> dict[str, Any]:
    drawn = reading.drawn
    if drawn is None:
        return {"name": reading.name, "drawn": None}
    return {
        "name": reading.name,
        "drawn": {
            "lines": [[line.kind, line.code, line.name] for line in drawn.lines],
            "count": drawn.count,
            "is_more": drawn.is_more,
            "stale": drawn.stale,
            "latest": drawn.latest.isoformat() if drawn.latest else None,
        },
    }


def _frozen(kept: Mapping[str, Any], at: datetime) -> PartView:
    """Return a part as it was approved; the reasons are told anew, in the reader's language."""
    day = kept["review_date"]
    content = PartContent(
        kept["statement"], kept["owner"], date.fromisoformat(day) if day else None
    )
    readings = tuple(_frozen_list(each) for each in kept["lists"])
    return _view(Part(kept["part"]), content, kept["owner_name"], readings, today=day_of(at))


def _frozen_list(kept: Mapping[str, Any]) -> Reading:
    name, said = kept["name"], kept["drawn"]
    if said is None:
        return Reading(name, sources.title_of(name), None)
    drawn = Drawn(
        lines=tuple(Line(*line) for line in said["lines"]),
        count=said["count"],
        is_more=said["is_more"],
        stale=said["stale"],
        latest=date.fromisoformat(said["latest"]) if said["latest"] else None,
    )
    return Reading(name, sources.title_of(name), drawn)


def _statements(row: PlanVersion | None) -> dict[str, str] | None:
    """Return what the approved version says, by part; None where there is none."""
    return None if row is None else {each["part"]: each["statement"] for each in row.content}


def _triggers(row: PlanVersion, *, actor: Actor) -> frozenset[PlanTrigger]:
    possible = set(PLANS.triggers(PlanState(row.state)))
    if not access.may_manage(actor):
        possible.discard(PlanTrigger.PROPOSE)
    if not access.may_decide(actor):
        possible.discard(PlanTrigger.WITHDRAW)
    if PlanTrigger.APPROVE in possible and not access.may_approve(row, actor=actor):
        possible.discard(PlanTrigger.APPROVE)
    return frozenset(possible)


def _row(row: PlanVersion) -> VersionRow:
    return VersionRow(
        number=row.number,
        state=PlanState(row.state),
        summary=row.summary,
        writers=tuple(sorted(each.name for each in row.writers.all())),
        begun_at=row.begun_at,
        proposed_by=row.proposed_by.name if row.proposed_by else "",
        proposed_at=row.proposed_at,
        approved_by=row.approved_by.name if row.approved_by else "",
        approved_at=row.approved_at,
        superseded_at=row.superseded_at,
        revision=row.revision,
    )


def _part_difference(before: PartView | None, after: PartView) -> PartDifference:
    statement = before.statement if before else ""
    old = {each.name: each for each in before.readings} if before else {}
    new = {each.name: each for each in after.readings}
    names = dict.fromkeys((*old, *new))
    lists = (list_difference(name, old.get(name), new.get(name)) for name in names)
    return PartDifference(
        part=after.part,
        before=before.state if before else PartState.MISSING,
        after=after.state,
        lines=compared(statement, after.statement) if statement != after.statement else (),
        lists=tuple(each for each in lists if each.is_different),
    )


def known_numbers(*, actor: Actor) -> tuple[int, ...]:
    """Return the numbers of the newest versions, for whoever chooses two of them; one query.

    Raises:
        NotFound: the actor may not read any.
    """
    if not access.may_see(actor):
        raise NotFound
    rows = PlanVersion.objects.order_by("-number").values_list("number", flat=True)
    return tuple(rows[:100])
