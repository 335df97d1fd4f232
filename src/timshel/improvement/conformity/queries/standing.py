"""How far the requirements are met: the whole, each clause, each question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity import access
from timshel.improvement.conformity.models import Clause, ConformityModel, Look, Verdict
from timshel.improvement.conformity.queries.crossing import others_of
from timshel.improvement.conformity.queries.reading import (
    Found,
    last_found,
    look_row,
    model_row,
    question_row,
    question_rows,
    verdict_row,
)
from timshel.improvement.conformity.queries.shapes import (
    ClauseRow,
    ClauseView,
    LookRow,
    Overview,
    QuestionFilter,
    QuestionRow,
    QuestionView,
)
from timshel.improvement.conformity.rules import (
    counts_of,
    is_within,
    key_of_part,
    parts_of,
    worst_of,
)
from timshel.improvement.conformity.states import (
    WORST_FIRST,
    Judgement,
    Status,
    VerdictStanding,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.text import is_storable

NEWEST_FIRST: KeysetOrder[Look] = KeysetOrder(
    SortKey("at", descending=True, is_time=True), SortKey("id", descending=True)
)
MOST_WANTED = 5
LONGEST_CURSOR = 6
WANTED = (Status.MISSING, Status.STALE)


def overview(model: str = "", *, actor: Actor, at: datetime) -> Overview:
    """Return how far the requirements of a model are met; five queries.

    Args:
        model: its code; empty for the first that has questions.
        actor: who reads.
        at: now.

    Raises:
        NotAllowed: the actor may not see it.
        NotFound: there is none.
    """
    row = access.known_model(model, actor=actor)
    return overview_of(row, last_found(at=at), actor=actor, at=at)[0]


def overview_of(
    row: ConformityModel, found: Found, *, actor: Actor, at: datetime
) -> tuple[Overview, tuple[QuestionRow, ...]]:
    """Return how far the requirements of a model are met, and its questions in their order."""
    questions = question_rows(row, found, actor=actor, at=at)
    clauses = list(row.clauses.order_by("position", "pk"))
    said = Counter(each.verdict.judgement for each in questions if each.verdict)
    wanted = [each for each in _worst_first(questions) if each.status in WANTED]
    view = Overview(
        model=model_row(row, language=actor.language, has_questions=bool(questions)),
        look=_look(found, row),
        counts=counts_of(each.status for each in questions),
        judgements={each.value: said[each] for each in Judgement},
        total=len(questions),
        judged=sum(said.values()),
        outdated=sum(each.is_outdated for each in questions),
        clauses=clause_rows(row, clauses, questions, language=actor.language),
        most_wanted=tuple(wanted[:MOST_WANTED]),
    )
    return view, questions


def question_list(
    model: str = "", *, asked: QuestionFilter, actor: Actor, at: datetime
) -> tuple[QuestionRow, ...]:
    """Return the questions of a model, those that most want to be mended first; four queries.

    There are as many as the standard has requirements, so that they come all at once.

    Raises:
        NotAllowed, NotFound: as of the overview.
    """
    row = access.known_model(model, actor=actor)
    rows = question_rows(row, last_found(at=at), actor=actor, at=at)
    return tuple(_worst_first(each for each in rows if _fits(each, asked)))


def question_page(
    model: str = "",
    *,
    asked: QuestionFilter,
    cursor: str | None = None,
    size: int = 50,
    actor: Actor,
    at: datetime,
) -> Page[QuestionRow]:
    """Return a page of the questions of a model; as many queries as all of them.

    Their order follows from the last look, which no column holds; so the cursor counts questions.

    Raises:
        Invalid: the cursor is not one of ours.
        NotAllowed, NotFound: as of the overview.
    """
    rows = question_list(model, asked=asked, actor=actor, at=at)
    start = _start(cursor)
    until = start + size
    return Page(
        rows[start:until],
        str(until) if until < len(rows) else None,
        str(max(0, start - size)) if start else None,
    )


def clause_view(key: str, *, actor: Actor, at: datetime) -> ClauseView:
    """Return a clause with its questions and those below it, in a fixed number of queries.

    Args:
        key: such as ``iso-20000-1-2018:8.6``.
        actor: who reads.
        at: now.

    Raises:
        NotAllowed: the actor may not see it.
        NotFound: there is none.
    """
    code, number = parts_of(key)
    model = access.known_model(code, actor=actor)
    clause = Clause.objects.filter(model=model, number=number).first()
    if clause is None:
        raise NotFound
    found = last_found(at=at)
    every = question_rows(model, found, actor=actor, at=at)
    questions = tuple(each for each in every if is_within(each.clause, number))
    (row,) = clause_rows(model, [clause], questions, language=actor.language)
    return ClauseView(
        row=row,
        model=model_row(model, language=actor.language, has_questions=bool(every)),
        look=_look(found, model),
        questions=questions,
        others=others_of(clause, found, actor=actor),
        may_judge=access.may_judge(actor),
    )


def question_view(key: str, *, actor: Actor, at: datetime) -> QuestionView:
    """Return a question with all that was ever said of it; three queries.

    Args:
        key: such as ``iso-20000-1-2018:8.6.1-2``.
        actor: who reads.
        at: now.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    question = access.known(key, actor=actor)
    found = last_found(at=at)
    said = list(Verdict.objects.filter(question=question).select_related("by").order_by("-pk"))
    current = next((each for each in said if each.is_current), None)
    return QuestionView(
        row=question_row(question, current, found, model=question.model, actor=actor, at=at),
        look=_look(found, question.model),
        verdicts=tuple(verdict_row(each) for each in said),
        may_judge=access.may_judge(actor),
    )


def look_list(
    model: str = "", *, cursor: str | None = None, size: int = 50, actor: Actor
) -> Page[LookRow]:
    """Return looks, the newest first, as they count for a model; two queries.

    Raises:
        Invalid: the cursor is not one of ours.
        NotAllowed, NotFound: as of the overview.
    """
    row = access.known_model(model, actor=actor)
    rows = Look.objects.select_related("by").defer("results")
    page = NEWEST_FIRST.page(rows, cursor=cursor, size=size)
    return page.map(lambda look: look_row(look, row.code))


def clause_rows(
    model: ConformityModel,
    clauses: Iterable[Clause],
    questions: Sequence[QuestionRow],
    *,
    language: str,
) -> tuple[ClauseRow, ...]:
    """Return clauses with what holds of their questions and of those below them."""
    return tuple(_clause_row(model, each, questions, language) for each in clauses)


def _clause_row(
    model: ConformityModel, clause: Clause, questions: Sequence[QuestionRow], language: str
) -> ClauseRow:
    own = [each for each in questions if is_within(each.clause, clause.number)]
    return ClauseRow(
        key=key_of_part(model.code, clause.number),
        number=clause.number,
        title=clause.text("title", language),
        depth=clause.number.count(".") + 1,
        counts=counts_of(each.status for each in own),
        total=len(own),
        worst=worst_of(each.status for each in own),
        judged=sum(each.verdict is not None for each in own),
        outdated=sum(each.is_outdated for each in own),
    )


def _start(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdecimal()) or len(cursor) > LONGEST_CURSOR:
        raise Invalid({"cursor": [_("This page address is not valid; start at the first page.")]})
    return int(cursor)


def _look(found: Found, model: ConformityModel) -> LookRow | None:
    return look_row(found.look, model.code) if found.look else None


def _worst_first(questions: Iterable[QuestionRow]) -> list[QuestionRow]:
    return sorted(questions, key=lambda each: WORST_FIRST.index(each.status))


def _fits(row: QuestionRow, asked: QuestionFilter) -> bool:
    """Tell whether a question is one of those that are asked for."""
    words = asked.text.casefold() if is_storable(asked.text) else "\0"
    return (
        (asked.status is None or row.status == asked.status)
        and (not asked.clause or is_within(row.clause, asked.clause))
        and (asked.kind is None or row.kind == asked.kind)
        and (asked.verdict is None or _stands(row, asked.verdict))
        and (not words or words in f"{row.title} {row.words}".casefold())
    )


def _stands(row: QuestionRow, standing: VerdictStanding) -> bool:
    return {
        VerdictStanding.NONE: row.verdict is None,
        VerdictStanding.GIVEN: row.verdict is not None,
        VerdictStanding.OUTDATED: row.is_outdated,
        VerdictStanding.DUE: row.is_due,
    }[standing]
