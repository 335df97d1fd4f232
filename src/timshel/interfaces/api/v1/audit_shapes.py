"""The shapes of audits in the API."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from ninja import Path
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    PageSize,
    Sent,
    Storable,
    Version,
    listed,
)
from timshel.interfaces.api.links import Links
from timshel.performance_evaluation.internal_audit.rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_CODES,
    MOST_DRAWN,
    AuditPlan,
    ProgrammePlan,
    Scope,
)

CHANGES = answers(404, 409, 411, 422)


Number = Annotated[str, Field(max_length=30), Storable]


AuditNumber = Annotated[
    str, Path(max_length=30, description="The number of the audit.", examples=["AUD0000001"])
]


FindingNumber = Annotated[
    str, Path(max_length=30, description="The number of the finding.", examples=["FND0000001"])
]


ProgrammeCode = Annotated[
    str, Path(max_length=40, description="The code of the programme.", examples=["audits-2026"])
]


Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]


Prose = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]


Codes = Annotated[list[Code], Field(max_length=MOST_CODES)]


class AuditStanding(StrEnum):
    """Where an audit stands."""

    PLANNED = "planned"
    RUNNING = "running"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class FindingStanding(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    ANSWERED = "answered"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"


class FindingGrade(StrEnum):
    """How much a finding weighs."""

    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"
    STRENGTH = "strength"


class QuestionVerdict(StrEnum):
    """What was found when a question was asked."""

    CONFORMS = "conforms"
    DOES_NOT = "does_not"
    NOT_APPLICABLE = "not_applicable"


class ProgrammeDeed(StrEnum):
    """What is done with a programme."""

    AGREE = "agree"
    CLOSE = "close"


class FindingDeed(StrEnum):
    """What an auditor does with a finding."""

    RETURN = "return"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"


class SampledKind(StrEnum):
    """What samples are drawn from."""

    INCIDENT = "incident"
    SERVICE_REQUEST = "service_request"


class WeighedKind(StrEnum):
    """What a programme weighs."""

    CLAUSE = "clause"
    PROCESS = "process"


class AuditPerson(Sent):
    """Somebody with a part in an audit."""

    code: str
    name: str


class AuditProgramme(Sent):
    """The audits of a time."""

    code: str
    starts_on: date
    ends_on: date
    manager: AuditPerson
    objectives: str
    state: str = Field(description="`draft`, `agreed` or `closed`.")
    revision: int = Field(description="Sent back with a change.")


class AuditProgrammes(Sent):
    """A page of programmes, the newest first."""

    items: tuple[AuditProgramme, ...]
    links: Links


class AuditProposalLine(Sent):
    """A clause or a process, and how much it should be audited."""

    kind: str = Field(description="`clause` or `process`.")
    code: str
    name: str
    importance: int = Field(description="From 1 to 3.")
    score: int = Field(description="The higher, the sooner it should be audited.")
    reasons: tuple[str, ...] = Field(description="Where the score comes from.")
    planned: tuple[str, ...] = Field(description="Numbers of audits of the programme.")


class AuditProposal(Sent):
    """What a programme should audit, the most urgent first."""

    items: tuple[AuditProposalLine, ...]


class AuditListed(Sent):
    """An audit as lists show it."""

    number: str
    programme: str
    title: str
    state: Annotated[AuditStanding, listed(AuditStanding)]
    starts_on: date
    ends_on: date
    lead: AuditPerson
    auditors: tuple[AuditPerson, ...]
    clauses: tuple[str, ...]
    processes: tuple[str, ...]
    services: tuple[str, ...]


class AuditQuestionShown(Sent):
    """A question of a checklist."""

    position: int = Field(description="Its place in the checklist, by which it is answered.")
    clause: str
    text: str
    finding: str = Field(description="The earlier finding it is about; empty for none.")
    answer: str = Field(description="Empty while it is not answered.")
    notes: str
    evidence: str
    revision: int = Field(description="Sent back with an answer.")


class AuditSampleShown(Sent):
    """Records drawn at random."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    population: int = Field(description="Among how many it was drawn.")
    seed: str = Field(description="The same seed draws the same from the same records.")
    numbers: tuple[str, ...]
    drawn_at: datetime


class AuditFinding(Sent):
    """A finding of an audit."""

    number: str
    audit: str
    grade: Annotated[FindingGrade, listed(FindingGrade)]
    state: Annotated[FindingStanding, listed(FindingStanding)]
    clause: str
    subject_kind: str = Field(description="`process`, `service` or empty.")
    subject_code: str
    text: str
    evidence: str
    answer_due: date | None
    answer: str
    answered_by: str
    follow_up: str
    is_overdue: bool
    revision: int = Field(description="Sent back with a change.")


class AuditFindings(Sent):
    """A page of findings, the newest first."""

    items: tuple[AuditFinding, ...]
    links: Links


class AuditShown(AuditListed):
    """An audit with everything about it."""

    criteria: str
    conclusion: str
    follows: str = Field(description="The audit that it follows up; empty for none.")
    reported_at: datetime | None
    revision: int = Field(description="Sent back with a change.")
    questions: tuple[AuditQuestionShown, ...]
    samples: tuple[AuditSampleShown, ...]
    findings: tuple[AuditFinding, ...]
    report: dict[str, Any] = Field(description="What the report says; kept once it is reported.")


class AuditsListed(Sent):
    """A page of audits, the newest first."""

    items: tuple[AuditListed, ...]
    links: Links


class AuditPageQuery(Given):
    """Which page."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How much to a page.")


class AuditQuery(AuditPageQuery):
    """Which audits."""

    state: Annotated[AuditStanding, listed(AuditStanding)] | None = Field(
        None, description="In this state."
    )
    programme: Code | None = Field(None, description="Of this programme.")
    scope: Code | None = Field(None, description="About this clause, process or service.")


class FindingQuery(AuditPageQuery):
    """Which findings."""

    state: Annotated[FindingStanding, listed(FindingStanding)] | None = Field(
        None, description="In this state."
    )
    grade: Annotated[FindingGrade, listed(FindingGrade)] | None = Field(
        None, description="Of this grade."
    )
    audit: Number | None = Field(None, description="Of this audit, by its number.")


class ProgrammeChange(Given):
    """A programme as it shall be."""

    starts_on: date
    ends_on: date
    manager: Code = Field(description="The code of the person who manages it.")
    objectives: Prose = ""
    revision: Version = Field(description="As it was read.")

    def plan(self, code: str) -> ProgrammePlan:
        """Return it as the domain takes it."""
        return ProgrammePlan(code, self.starts_on, self.ends_on, self.manager, self.objectives)


class NewProgramme(Given):
    """A new programme."""

    code: Code = Field(description="Small letters, digits and hyphens.", examples=["audits-2026"])
    starts_on: date
    ends_on: date
    manager: Code = Field(description="The code of the person who manages it.")
    objectives: Prose = ""


class ProgrammeMove(Given):
    """What is done with a programme."""

    deed: Annotated[ProgrammeDeed, listed(ProgrammeDeed)]


class AuditWeight(Given):
    """How important it is to audit something."""

    kind: Annotated[WeighedKind, listed(WeighedKind)]
    code: Code = Field(description="A main clause, or the code of a process.")
    importance: Annotated[int, Field(strict=True, ge=1, le=3)]


class PlannedAuditGiven(Given):
    """An audit as it shall be."""

    title: Title
    clauses: Codes = Field(default_factory=list, description="Such as 8.6.1.")
    processes: Codes = Field(default_factory=list, description="Codes of processes.")
    services: Codes = Field(default_factory=list, description="Codes of services.")
    criteria: Prose = ""
    lead: Code = Field(description="The code of the person who leads.")
    auditors: Codes = Field(default_factory=list, description="Codes of further auditors.")
    starts_on: date
    ends_on: date

    def plan(self) -> AuditPlan:
        """Return it as the domain takes it."""
        return AuditPlan(
            title=self.title,
            scope=Scope(tuple(self.clauses), tuple(self.processes), tuple(self.services)),
            lead=self.lead,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            criteria=self.criteria,
            auditors=tuple(self.auditors),
        )


class NewAudit(PlannedAuditGiven):
    """A new audit."""

    programme: Code = Field(description="The code of its programme.")


class AuditChange(PlannedAuditGiven):
    """An audit planned otherwise."""

    revision: Version = Field(description="As it was read.")


class AuditConclusion(Given):
    """The conclusion of a report."""

    conclusion: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]


class AuditFollowUp(Given):
    """When an audit is followed up."""

    programme: Code = Field(description="The code of the programme of the new audit.")
    title: Title
    starts_on: date
    ends_on: date


class QuestionAnswered(Given):
    """What was found when a question was asked."""

    answer: Annotated[QuestionVerdict, listed(QuestionVerdict)]
    notes: Prose = ""
    evidence: Prose = ""
    revision: Version = Field(description="Of the question, as it was read.")


class AuditDraw(Given):
    """What to draw at random."""

    kind: Annotated[SampledKind, listed(SampledKind)]
    starts_at: AwareDatetime = Field(description="Opened at this moment or later.")
    ends_at: AwareDatetime = Field(description="Opened before this moment.")
    size: Annotated[int, Field(strict=True, ge=1, le=MOST_DRAWN)]
    seed: Annotated[str, Field(max_length=40), Storable] = Field(
        "", description="To repeat a draw; a new one where it is empty."
    )


class NewFinding(Given):
    """A new finding."""

    grade: Annotated[FindingGrade, listed(FindingGrade)]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
    clause: Annotated[str, Field(max_length=12), Storable] = ""
    process: Annotated[str, Field(max_length=80), Storable] = Field(
        "", description="The code of a process."
    )
    service: Annotated[str, Field(max_length=80), Storable] = Field(
        "", description="The code of a service."
    )
    evidence: Prose = ""
    answer_due: date | None = Field(None, description="Nonconformities need it.")


class FindingAnswered(Given):
    """The answer to a finding."""

    answer: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
    revision: Version = Field(description="As it was read.")


class FindingJudged(Given):
    """What an auditor saw of the answer."""

    deed: Annotated[FindingDeed, listed(FindingDeed)]
    note: Prose = Field("", description="Needed unless it is closed.")
    revision: Version = Field(description="As it was read.")
