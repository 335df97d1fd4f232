"""What pages and programs are shown of conformity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from timshel.improvement.conformity.rules import Link, key_of_part
from timshel.improvement.conformity.states import EvidenceKind, Judgement, Status, VerdictStanding
from timshel.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A standard or a framework in one edition.

    Args:
        code: by which programs name it.
        name: in the reader's language.
        edition: such as ``2018``.
        has_questions: whether anything is asked about it.
    """

    code: str
    name: str
    edition: str
    has_questions: bool


@dataclass(frozen=True, slots=True)
class LookRow:
    """A look: when, by whom, and how many questions of a model had each status.

    Args:
        id: its key.
        at: when.
        by: whose look it was; empty for the nightly one.
        counts: how many questions of each status, the worst first.
        total: how many questions there were.
    """

    id: int
    at: datetime
    by: str
    counts: Mapping[str, int]
    total: int


@dataclass(frozen=True, slots=True)
class Looking:
    """A look that somebody asked for and that a worker is to take, or is taking.

    Args:
        percent: how far it is, rounded down; None before its beginning.
        error: why it did not go on last; empty otherwise.
    """

    percent: int | None
    error: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What one rule found.

    Args:
        code: of the rule.
        meaning: what it counts, in words; the code where the rule is not known any more.
        current: how many prove something now.
        stale: how many did once.
        latest: when the newest was made or last confirmed.
        status: whether that is enough, stale or missing.
        page: the name of the address where it is looked at and mended; empty where there is none.
    """

    code: str
    meaning: Text
    current: int
    stale: int
    latest: datetime | None
    status: Status
    page: str


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """What somebody said of a question.

    Args:
        id: its key.
        judgement: whether it is fulfilled.
        note: why.
        links: what was shown.
        by: who said so.
        at: when.
        next_date: when it is looked at again.
        found: how far the evidence answered the question then.
    """

    id: int
    judgement: Judgement
    note: str
    links: tuple[Link, ...]
    by: str
    at: datetime
    next_date: date | None
    found: Status


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with what was found and what was said of it.

    Args:
        model: the code of its model.
        code: of the question.
        clause: the number of its clause.
        clause_title: what the clause is about.
        title: in a few words; may be empty.
        words: the question.
        kind: what an auditor would ask to see.
        by_hand: what people are to show where no rule can look.
        age_days: how old the newest evidence may be.
        rules: what each rule found.
        status: how far that answers the question.
        latest: when the newest evidence was made.
        proposed: what is proposed from it; None where only people can tell.
        verdict: what was said of it last; None where nothing was.
        is_outdated: what was found has turned since that was said.
        is_due: the day on which it is looked at again has come.
    """

    model: str
    code: str
    clause: str
    clause_title: str
    title: str
    words: str
    kind: EvidenceKind
    by_hand: str
    age_days: int
    rules: tuple[RuleRow, ...]
    status: Status
    latest: datetime | None
    proposed: Judgement | None
    verdict: VerdictRow | None
    is_outdated: bool
    is_due: bool

    @property
    def key(self) -> str:
        """By what it is named in addresses."""
        return key_of_part(self.model, self.code)

    @property
    def clause_key(self) -> str:
        """By what its clause is named in addresses."""
        return key_of_part(self.model, self.clause)


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause with what holds of its questions and of those below it.

    Args:
        key: by what it is named in addresses.
        number: such as ``8.6.1``.
        title: in the reader's language.
        depth: 1 for a clause of the top level.
        counts: how many questions of each status, the worst first.
        total: how many questions.
        worst: the status that most wants to be mended; None without questions.
        judged: how many have a verdict.
        outdated: how many verdicts are outdated.
    """

    key: str
    number: str
    title: str
    depth: int
    counts: Mapping[str, int]
    total: int
    worst: Status | None
    judged: int
    outdated: int


@dataclass(frozen=True, slots=True)
class Overview:
    """How far the requirements of a model are met.

    Args:
        model: which.
        look: the last one; None before the first.
        counts: how many questions of each status, the worst first.
        judgements: how many questions were judged how.
        total: how many questions.
        judged: how many have a verdict.
        outdated: how many verdicts are outdated.
        clauses: all clauses in their order.
        most_wanted: some questions whose evidence is missing or stale.
    """

    model: ModelRow
    look: LookRow | None
    counts: Mapping[str, int]
    judgements: Mapping[str, int]
    total: int
    judged: int
    outdated: int
    clauses: tuple[ClauseRow, ...]
    most_wanted: tuple[QuestionRow, ...]


@dataclass(frozen=True, slots=True)
class CrossRow:
    """A clause of another model that corresponds to one at hand.

    Args:
        model: the code of that model.
        model_name: what people call it, with its edition, in the reader's language.
        number: of that clause.
        title: in the reader's language.
        note: in which way it corresponds.
        worst: the status of its questions, carried over; None without questions.
        key: by what the clause is named in addresses.
    """

    model: str
    model_name: str
    number: str
    title: str
    note: str
    worst: Status | None
    key: str


@dataclass(frozen=True, slots=True)
class CrossClause:
    """A clause with what corresponds to it.

    Args:
        row: the clause; where it has no questions of its own, ``worst`` is carried over from those
            that correspond to it.
        others: what corresponds to it, both ways.
        is_carried: whether the status comes from others.
    """

    row: ClauseRow
    others: tuple[CrossRow, ...]
    is_carried: bool


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause as its page shows it.

    Args:
        row: the clause.
        model: of which model.
        look: the last one; None before the first.
        questions: its own and those of the clauses below it.
        others: what corresponds to it in other models.
        may_judge: the reader gives verdicts.
    """

    row: ClauseRow
    model: ModelRow
    look: LookRow | None
    questions: tuple[QuestionRow, ...]
    others: tuple[CrossRow, ...]
    may_judge: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as its page shows it.

    Args:
        row: the question.
        look: the last one; None before the first.
        verdicts: all that was ever said of it, the newest first.
        may_judge: the reader gives verdicts.
    """

    row: QuestionRow
    look: LookRow | None
    verdicts: tuple[VerdictRow, ...]
    may_judge: bool


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """Which questions are asked for; what is empty narrows nothing.

    Args:
        status: how far the evidence answers them.
        clause: in this clause or below it.
        kind: what an auditor would ask to see.
        verdict: by their verdicts.
        text: in the question.
    """

    status: Status | None = None
    clause: str = ""
    kind: EvidenceKind | None = None
    verdict: VerdictStanding | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export.

    Args:
        number: the name by which people call it.
        model: the code of its model.
        created_at: when it was asked for.
        created_by: by whom.
        since: entries of the journal are in it from this moment.
        finished_at: when it was there; None before.
        size: in bytes.
        sha256: of the file.
        files: how many files are in it.
        errand_id: the key of the work that makes it.
        percent: how far that is.
        error: why it failed; empty otherwise.
    """

    number: str
    model: str
    created_at: datetime
    created_by: str
    since: datetime
    finished_at: datetime | None
    size: int
    sha256: str
    files: int
    errand_id: int | None
    percent: int | None
    error: str
