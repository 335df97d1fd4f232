"""What programs are sent of conformity, and how it is made of what is known."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from django.urls import NoReverseMatch, reverse
from pydantic import Field

from timshel.improvement.conformity.queries import (
    ClauseRow,
    ClauseView,
    CrossClause,
    CrossRow,
    ExportRow,
    Looking,
    LookRow,
    ModelRow,
    Overview,
    QuestionRow,
    QuestionView,
    VerdictRow,
)
from timshel.improvement.conformity.states import (
    Status,
)
from timshel.interfaces.api.fields import Sent
from timshel.interfaces.api.links import Links


class ConformityStatus(StrEnum):
    """How far the evidence answers a question."""

    MISSING = "missing"
    STALE = "stale"
    PARTLY = "partly"
    BY_HAND = "by_hand"
    MET = "met"


class ConformityJudgement(StrEnum):
    """What a person says of a question."""

    CONFORMS = "conforms"
    PARTLY = "partly"
    DOES_NOT = "does_not"
    NOT_APPLICABLE = "not_applicable"


class ConformityEvidenceKind(StrEnum):
    """What an auditor would ask to see."""

    REGISTER = "register"
    RECORD = "record"
    POLICY = "policy"
    PLAN = "plan"
    DOCUMENT = "document"
    AGREEMENT = "agreement"
    REPORT = "report"
    MINUTES = "minutes"
    SAMPLE = "sample"
    RECALCULATION = "recalculation"
    SYSTEM_TEST = "system_test"
    INTERVIEW = "interview"


class ConformityVerdictStanding(StrEnum):
    """Questions by their verdicts."""

    NONE = "none"
    GIVEN = "given"
    OUTDATED = "outdated"
    DUE = "due"


class ConformityModelSent(Sent):
    """A standard or a framework in one edition."""

    code: str
    name: str = Field(description="In the language that was asked for.")
    edition: str
    has_questions: bool = Field(description="Whether anything is asked about it.")


class ConformityModels(Sent):
    """All models."""

    items: tuple[ConformityModelSent, ...]


class ConformityLook(Sent):
    """A look at the evidence."""

    id: int
    at: datetime
    by: str = Field(description="Who looked; empty for the nightly look.")
    counts: dict[str, int] = Field(description="How many questions of each status.")
    total: int = Field(description="How many questions there were.")


class ConformityLooks(Sent):
    """A page of looks, the newest first."""

    items: tuple[ConformityLook, ...]
    links: Links


class ConformityLooking(Sent):
    """A look that is being taken, or is still to be."""

    percent: int | None = Field(description="How far it is; empty before its beginning.")
    error: str = Field(description="Why it did not go on last; it is tried again. Empty otherwise.")


class ConformityEvidence(Sent):
    """What one rule found."""

    rule: str = Field(description="Its code.")
    meaning: str = Field(description="What it counts, in the language that was asked for.")
    current: int = Field(description="How many records prove something now.")
    stale: int = Field(description="How many did once.")
    latest: datetime | None = Field(description="When the newest was made or last confirmed.")
    status: ConformityStatus
    page: str = Field(description="The page on which it is mended; empty where there is none.")


class ConformityLink(Sent):
    """Something that was shown."""

    title: str
    address: str = Field(description="Where it is; may be empty.")


class ConformityVerdict(Sent):
    """What somebody said of a question."""

    id: int
    judgement: ConformityJudgement
    note: str
    links: tuple[ConformityLink, ...]
    by: str
    at: datetime
    next_date: date | None = Field(description="When it is looked at again.")
    found: ConformityStatus = Field(description="How far the evidence answered it then.")


class ConformityQuestion(Sent):
    """A question with what was found and what was said of it last."""

    key: str = Field(description="By what it is named in addresses.")
    code: str
    clause: str = Field(description="The number of its clause.")
    title: str
    text: str
    kind: ConformityEvidenceKind
    by_hand: str = Field(description="What people are to show where no rule can look.")
    age_days: int = Field(description="How old the newest evidence may be.")
    status: ConformityStatus
    latest: datetime | None = Field(description="When the newest evidence was made.")
    evidence: tuple[ConformityEvidence, ...]
    proposed: ConformityJudgement | None = Field(description="Empty where only people can tell.")
    verdict: ConformityVerdict | None
    is_outdated: bool = Field(description="What was found has turned since the verdict.")
    is_due: bool = Field(description="The day on which it is looked at again has come.")


class ConformityQuestions(Sent):
    """A page of questions, those that most want to be mended first."""

    items: tuple[ConformityQuestion, ...]
    links: Links


class ConformityQuestionWhole(Sent):
    """A question with all that was ever said of it."""

    question: ConformityQuestion
    verdicts: tuple[ConformityVerdict, ...]
    look: ConformityLook | None


class ConformityClauseFigures(Sent):
    """A clause with what holds of its questions and of those below it."""

    key: str = Field(description="By what it is named in addresses.")
    number: str
    title: str
    counts: dict[str, int] = Field(description="How many questions of each status.")
    total: int
    worst: ConformityStatus | None
    judged: int = Field(description="How many questions have a verdict.")
    outdated: int = Field(description="How many verdicts are outdated.")


class ConformityCross(Sent):
    """A clause of another model that corresponds to one at hand."""

    key: str
    model: str
    number: str
    title: str
    note: str
    worst: ConformityStatus | None


class ConformityClause(Sent):
    """A clause with its questions and what corresponds to it."""

    clause: ConformityClauseFigures
    look: ConformityLook | None
    questions: tuple[ConformityQuestion, ...]
    others: tuple[ConformityCross, ...]


class ConformityFigures(Sent):
    """How far the requirements of a model are met."""

    model: ConformityModelSent
    look: ConformityLook | None = Field(description="The last look; empty before the first.")
    looking: ConformityLooking | None = Field(
        description="The look that somebody asked for; empty once it is taken."
    )
    counts: dict[str, int] = Field(description="How many questions of each status.")
    judgements: dict[str, int] = Field(description="How many questions were judged how.")
    total: int
    judged: int
    outdated: int
    clauses: tuple[ConformityClauseFigures, ...]


class ConformityCrossClause(Sent):
    """A clause with what corresponds to it."""

    clause: ConformityClauseFigures
    others: tuple[ConformityCross, ...]
    is_carried: bool = Field(description="Whether `worst` comes from what corresponds to it.")


class ConformityCrosswalk(Sent):
    """The clauses of a model with what corresponds to them."""

    items: tuple[ConformityCrossClause, ...]


class ConformityExport(Sent):
    """All evidence in one file."""

    number: str
    model: str
    created_at: datetime
    created_by: str
    since: datetime = Field(description="Entries of the journal are in it from then on.")
    finished_at: datetime | None = Field(description="Empty while it is being put together.")
    percent: int | None
    error: str = Field(description="Why it failed; empty otherwise.")
    size: int = Field(description="In bytes.")
    files: int
    sha256: str


class ConformityExports(Sent):
    """A page of exports, the newest first."""

    items: tuple[ConformityExport, ...]
    links: Links


def model(row: ModelRow) -> ConformityModelSent:
    """Return a model as it is sent."""
    return ConformityModelSent(
        code=row.code, name=row.name, edition=row.edition, has_questions=row.has_questions
    )


def look(row: LookRow) -> ConformityLook:
    """Return a look as it is sent."""
    return ConformityLook(id=row.id, at=row.at, by=row.by, counts=dict(row.counts), total=row.total)


def verdict(row: VerdictRow) -> ConformityVerdict:
    """Return a verdict as it is sent."""
    return ConformityVerdict(
        id=row.id,
        judgement=ConformityJudgement(row.judgement.value),
        note=row.note,
        links=tuple(ConformityLink(title=each.title, address=each.address) for each in row.links),
        by=row.by,
        at=row.at,
        next_date=row.next_date,
        found=ConformityStatus(row.found.value),
    )


def question(row: QuestionRow) -> ConformityQuestion:
    """Return a question as it is sent."""
    return ConformityQuestion(
        key=row.key,
        code=row.code,
        clause=row.clause,
        title=row.title,
        text=row.words,
        kind=ConformityEvidenceKind(row.kind.value),
        by_hand=row.by_hand,
        age_days=row.age_days,
        status=ConformityStatus(row.status.value),
        latest=row.latest,
        evidence=tuple(
            ConformityEvidence(
                rule=each.code,
                meaning=str(each.meaning),
                current=each.current,
                stale=each.stale,
                latest=each.latest,
                status=ConformityStatus(each.status.value),
                page=_page(each.page),
            )
            for each in row.rules
        ),
        proposed=ConformityJudgement(row.proposed.value) if row.proposed else None,
        verdict=verdict(row.verdict) if row.verdict else None,
        is_outdated=row.is_outdated,
        is_due=row.is_due,
    )


def question_whole(view: QuestionView) -> ConformityQuestionWhole:
    """Return a question with its past as it is sent."""
    return ConformityQuestionWhole(
        question=question(view.row),
        verdicts=tuple(map(verdict, view.verdicts)),
        look=look(view.look) if view.look else None,
    )


def clause_figures(row: ClauseRow) -> ConformityClauseFigures:
    """Return the figures of a clause as they are sent."""
    return ConformityClauseFigures(
        key=row.key,
        number=row.number,
        title=row.title,
        counts=dict(row.counts),
        total=row.total,
        worst=_status(row.worst),
        judged=row.judged,
        outdated=row.outdated,
    )


def clause(view: ClauseView) -> ConformityClause:
    """Return a clause as it is sent."""
    return ConformityClause(
        clause=clause_figures(view.row),
        look=look(view.look) if view.look else None,
        questions=tuple(map(question, view.questions)),
        others=tuple(map(cross, view.others)),
    )


def cross(row: CrossRow) -> ConformityCross:
    """Return a clause that corresponds to another as it is sent."""
    return ConformityCross(
        key=row.key,
        model=row.model,
        number=row.number,
        title=row.title,
        note=row.note,
        worst=_status(row.worst),
    )


def crossed(row: CrossClause) -> ConformityCrossClause:
    """Return a line of the crosswalk as it is sent."""
    return ConformityCrossClause(
        clause=clause_figures(row.row),
        others=tuple(map(cross, row.others)),
        is_carried=row.is_carried,
    )


def under_way(row: Looking | None) -> ConformityLooking | None:
    """Return a look that is being taken as it is sent."""
    return ConformityLooking(percent=row.percent, error=row.error) if row else None


def figures(view: Overview, looking: Looking | None) -> ConformityFigures:
    """Return how far the requirements are met as it is sent."""
    return ConformityFigures(
        model=model(view.model),
        look=look(view.look) if view.look else None,
        looking=under_way(looking),
        counts=dict(view.counts),
        judgements=dict(view.judgements),
        total=view.total,
        judged=view.judged,
        outdated=view.outdated,
        clauses=tuple(map(clause_figures, view.clauses)),
    )


def export(row: ExportRow) -> ConformityExport:
    """Return an export as it is sent."""
    return ConformityExport(
        number=row.number,
        model=row.model,
        created_at=row.created_at,
        created_by=row.created_by,
        since=row.since,
        finished_at=row.finished_at,
        percent=row.percent,
        error=row.error,
        size=row.size,
        files=row.files,
        sha256=row.sha256,
    )


def _status(status: Status | None) -> ConformityStatus | None:
    return ConformityStatus(status.value) if status else None


def _page(name: str) -> str:
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""
