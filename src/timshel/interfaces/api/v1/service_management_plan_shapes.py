"""The shapes of the service management plan, and how they are filled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Path
from pydantic import Field

from timshel.interfaces.api.fields import Cursor, Given, PageSize, Sent, Storable, Version, listed
from timshel.interfaces.api.links import Links
from timshel.planning.plan.queries import (
    Compared,
    LivePart,
    PartDifference,
    PartView,
    VersionRow,
)
from timshel.planning.plan.rules import LONGEST_NOTE, LONGEST_STATEMENT
from timshel.planning.plan.sources import Line, Reading
from timshel.planning.plan.states import LineMark, Part, PartState, PlanState

PartWord = Annotated[Part, listed(Part)]
PartStateWord = Annotated[PartState, listed(PartState)]
PlanStateWord = Annotated[PlanState, listed(PlanState)]
MarkWord = Annotated[LineMark, listed(LineMark)]
PartName = Annotated[str, Path(description="Of the part.", examples=["services"])]
VersionNumber = Annotated[
    int, Field(ge=1, le=2**31 - 1), Path(description="Of the version.", examples=[2])
]
Note = Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE), Storable]


class PlanRecord(Sent):
    """A record that a list names."""

    kind: str
    code: str
    name: str


class PlanList(Sent):
    """What a list of records says."""

    name: str
    title: str
    is_shown: bool = Field(description="Whether the list is for the reader; else it is empty.")
    count: int
    is_more: bool = Field(description="Whether there are more than were counted.")
    stale: int = Field(description="How many of them should have been looked at by now.")
    latest: date | None = Field(description="The day of the newest.")
    records: tuple[PlanRecord, ...]


class PlanPart(Sent):
    """A part of the plan."""

    part: PartWord
    statement: str = Field(description="Markdown; may be empty.")
    owner: str = Field(description="The code of who keeps it; empty for nobody.")
    owner_name: str
    review_date: date | None
    is_overdue: bool
    state: PartStateWord
    reasons: tuple[str, ...] = Field(description="Why it stands so, in the reader's language.")
    lists: tuple[PlanList, ...]


class PlanPartNow(PlanPart):
    """A part as it stands now."""

    revision: int = Field(description="To be sent with the next change.")
    changed_by: str
    changed_at: datetime | None
    differs: bool = Field(description="Whether the approved version says something else.")


class PlanVersionRow(Sent):
    """A version of the plan."""

    number: int
    state: PlanStateWord
    summary: str
    writers: tuple[str, ...] = Field(description="By name; none of them approves it.")
    begun_at: datetime
    proposed_by: str
    proposed_at: datetime | None
    approved_by: str
    approved_at: datetime | None
    superseded_at: datetime | None
    revision: int = Field(description="To be sent with the next deed.")


class PlanVersions(Sent):
    """A page of versions, the newest first."""

    items: tuple[PlanVersionRow, ...]
    links: Links


class PlanVersion(PlanVersionRow):
    """A version with what it says; of one that is not approved yet, what stands now."""

    parts: tuple[PlanPart, ...]


class ServiceManagementPlan(Sent):
    """The plan as it stands now."""

    parts: tuple[PlanPartNow, ...]
    current: PlanVersionRow | None = Field(description="The version that holds.")
    coming: PlanVersionRow | None = Field(description="The version that is not approved yet.")


class PlanLine(Sent):
    """A line of a statement, and what became of it."""

    mark: MarkWord
    text: str


class PlanListDifference(Sent):
    """How a list of records changed."""

    name: str
    title: str
    before: int | None = Field(description="How many; null where the list was not read.")
    after: int | None
    came: tuple[PlanRecord, ...]
    went: tuple[PlanRecord, ...]


class PlanPartDifference(Sent):
    """What differs in a part."""

    part: PartWord
    before: PartStateWord
    after: PartStateWord
    lines: tuple[PlanLine, ...] = Field(description="Empty where the statement is the same.")
    lists: tuple[PlanListDifference, ...]


class PlanDifferences(Sent):
    """What differs between two versions; parts that are the same are left out."""

    before: int
    after: int | None = Field(description="Null for what stands now.")
    parts: tuple[PlanPartDifference, ...]


class PlanVersionsQuery(Given):
    """Which versions are asked for."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How much to a page.")


class PlanDifferencesQuery(Given):
    """Which versions are compared."""

    before: int = Field(ge=1, le=2**31 - 1, description="The number of the older version.")
    after: int | None = Field(
        None, ge=1, le=2**31 - 1, description="Of the newer one; left out for what stands now."
    )


class PlanPartGiven(Given):
    """All of what is written of a part."""

    statement: Annotated[str, Field(max_length=LONGEST_STATEMENT), Storable] = Field(
        description="Markdown."
    )
    owner: Annotated[str, Field(max_length=80), Storable] = Field(
        "", description="The code of who keeps it; those who write the plan say it."
    )
    review_date: date | None = None
    revision: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(
        description="Of the part as it was read; 0 where nothing is written."
    )


class PlanPartReview(Given):
    """That a part still holds."""

    found: Note = Field(description="What was looked at.")
    review_date: date = Field(description="When it is looked at next.")
    revision: Version = Field(description="Of the part as it was read.")


class PlanProposal(Given):
    """What is new in a version."""

    summary: Note
    revision: Version = Field(description="Of the version as it was read.")


class PlanWithdrawal(Given):
    """Why a version is taken back."""

    reason: Note
    revision: Version = Field(description="Of the version as it was read.")


class PlanApproval(Given):
    """What is approved."""

    revision: Version = Field(description="Of the version as it was read.")


def version_row(row: VersionRow) -> PlanVersionRow:
    """Return a version as it is sent."""
    return PlanVersionRow(
        number=row.number,
        state=row.state,
        summary=row.summary,
        writers=row.writers,
        begun_at=row.begun_at,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        superseded_at=row.superseded_at,
        revision=row.revision,
    )


def part_sent(view: PartView) -> PlanPart:
    """Return a part as it is sent."""
    return PlanPart(
        part=view.part,
        statement=view.statement,
        owner=view.owner_code,
        owner_name=view.owner_name,
        review_date=view.review_date,
        is_overdue=view.is_overdue,
        state=view.state,
        reasons=tuple(map(str, view.reasons)),
        lists=tuple(map(_list, view.readings)),
    )


def part_now(part: LivePart) -> PlanPartNow:
    """Return a part as it stands now, as it is sent."""
    return PlanPartNow(
        **part_sent(part.view).model_dump(),
        revision=part.revision,
        changed_by=part.changed_by,
        changed_at=part.changed_at,
        differs=part.differs,
    )


def _list(reading: Reading) -> PlanList:
    drawn = reading.drawn
    return PlanList(
        name=reading.name,
        title=str(reading.title),
        is_shown=drawn is not None,
        count=drawn.count if drawn else 0,
        is_more=drawn.is_more if drawn else False,
        stale=drawn.stale if drawn else 0,
        latest=drawn.latest if drawn else None,
        records=tuple(map(_record, drawn.lines)) if drawn else (),
    )


def _record(line: Line) -> PlanRecord:
    return PlanRecord(kind=line.kind, code=line.code, name=line.name)


def differences_sent(found: Compared) -> PlanDifferences:
    """Return what differs, as it is sent."""
    return PlanDifferences(
        before=found.before.number,
        after=found.after.number if found.after else None,
        parts=tuple(map(_part_difference, found.parts)),
    )


def _part_difference(found: PartDifference) -> PlanPartDifference:
    return PlanPartDifference(
        part=found.part,
        before=found.before,
        after=found.after,
        lines=tuple(PlanLine(mark=line.mark, text=line.text) for line in found.lines),
        lists=tuple(
            PlanListDifference(
                name=each.name,
                title=str(each.title),
                before=each.before,
                after=each.after,
                came=tuple(map(_record, each.came)),
                went=tuple(map(_record, each.went)),
            )
            for each in found.lists
        ),
    )
