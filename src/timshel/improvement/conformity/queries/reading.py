"""Questions with what the last look found and what was said of them, in a fixed number of
queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from timshel.improvement.conformity import access, evidence
from timshel.improvement.conformity.evidence.rule import Evidence
from timshel.improvement.conformity.models import ConformityModel, Look, Question, Verdict
from timshel.improvement.conformity.queries.shapes import (
    Looking,
    LookRow,
    ModelRow,
    QuestionRow,
    RuleRow,
    VerdictRow,
)
from timshel.improvement.conformity.rules import LOOK, Link
from timshel.improvement.conformity.states import PROPOSED, EvidenceKind, Judgement, Status
from timshel.improvement.conformity.weighing import NOTHING, newest_of, read, status_of
from timshel.kernel.actor import Actor
from timshel.kernel.progress import rules as progress
from timshel.kernel.progress.models import Errand


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found; of no look at all nothing, at the moment of the reader."""

    look: Look | None
    results: Mapping[str, Evidence]
    at: datetime

    def status(self, question: Question) -> Status:
        """Return how far the evidence answers a question."""
        return status_of(
            tuple(question.rules), self.results, age_days=question.age_days, at=self.at
        )


def last_found(*, at: datetime) -> Found:
    """Return what the last look found; one query."""
    look = Look.objects.select_related("by").order_by("-at", "-id").first()
    return found_by(look) if look is not None else Found(None, {}, at)


def found_by(look: Look) -> Found:
    """Return what a look found."""
    return Found(look, read(look.results), look.at)


def looking(*, actor: Actor) -> Looking | None:
    """Return how far the look is that somebody asked for; None where none is to come; one query.

    Raises:
        NotAllowed: the actor may not see it.
    """
    access.require_view(actor)
    errand = Errand.objects.filter(kind=LOOK, finished_at__isnull=True).order_by("pk").first()
    if errand is None:
        return None
    far = progress.percent(done=errand.done, total=errand.total)
    return Looking(far, errand.error)


def model_row(row: ConformityModel, *, language: str, has_questions: bool) -> ModelRow:
    """Return a model in the reader's language."""
    return ModelRow(row.code, row.text("name", language), row.edition, has_questions)


def model_list(*, actor: Actor) -> tuple[ModelRow, ...]:
    """Return all models; one query.

    Raises:
        NotAllowed: the actor may not see them.
    """
    access.require_view(actor)
    asked = Question.objects.filter(model=OuterRef("pk"))
    rows = ConformityModel.objects.annotate(is_asked=Exists(asked)).order_by("pk")
    return tuple(
        model_row(row, language=actor.language, has_questions=row.is_asked) for row in rows
    )


def look_row(look: Look, model: str) -> LookRow:
    """Return a look as it counts for a model."""
    counts = look.counts.get(model, {})
    by = look.by.name if look.by else ""
    return LookRow(look.pk, look.at, by, counts, sum(counts.values()))


def question_rows(
    model: ConformityModel, found: Found, *, actor: Actor, at: datetime
) -> tuple[QuestionRow, ...]:
    """Return all questions of a model in their order; two queries."""
    rows = list(
        Question.objects.visible_to(actor)
        .filter(model=model)
        .select_related("clause")
        .order_by("position", "pk")
    )
    current = Verdict.objects.filter(question__model=model, is_current=True)
    verdicts = {each.question_id: each for each in current.select_related("by")}
    return tuple(
        question_row(row, verdicts.get(row.pk), found, model=model, actor=actor, at=at)
        for row in rows
    )


def question_row(
    row: Question,
    verdict: Verdict | None,
    found: Found,
    *,
    model: ConformityModel,
    actor: Actor,
    at: datetime,
) -> QuestionRow:
    """Return a question with what was found and what was said of it."""
    language = actor.language
    status = found.status(row)
    said = verdict_row(verdict) if verdict else None
    rules = tuple(_rule(code, found) for code in row.rules)
    day = actor.day_at(at)
    return QuestionRow(
        model=model.code,
        code=row.code,
        clause=row.clause.number,
        clause_title=row.clause.text("title", language),
        title=row.text("title", language),
        words=row.text("words", language),
        kind=EvidenceKind(row.kind),
        by_hand=row.text("by_hand", language),
        age_days=row.age_days,
        rules=rules,
        status=status,
        latest=newest_of(found.results.get(code, NOTHING) for code in row.rules),
        proposed=PROPOSED[status],
        verdict=said,
        is_outdated=said is not None and said.found != status,
        is_due=said is not None and said.next_date is not None and said.next_date <= day,
    )


def verdict_row(row: Verdict) -> VerdictRow:
    """Return what somebody said of a question."""
    return VerdictRow(
        id=row.pk,
        judgement=Judgement(row.judgement),
        note=row.note,
        links=links_of(row.links),
        by=row.by.name if row.by else "",
        at=row.at,
        next_date=row.next_date,
        found=Status(row.found),
    )


def links_of(kept: Iterable[Mapping[str, str]]) -> tuple[Link, ...]:
    """Return evidence by hand as it was kept."""
    return tuple(Link(each["title"], each.get("address", "")) for each in kept)


def _rule(code: str, found: Found) -> RuleRow:
    known = evidence.RULES.get(code)
    seen = found.results.get(code, NOTHING)
    return RuleRow(
        code=code,
        meaning=known.meaning if known else code,
        current=seen.current,
        stale=seen.stale,
        latest=seen.latest,
        status=_status(seen),
        page=known.page if known else "",
    )


def _status(seen: Evidence) -> Status:
    if seen.current > 0:
        return Status.MET
    return Status.STALE if seen.stale > 0 else Status.MISSING
