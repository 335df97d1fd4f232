"""What auditors do while an audit runs: asking questions and drawing samples."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.operation.work.models import WorkItem
from timshel.performance_evaluation.internal_audit import access
from timshel.performance_evaluation.internal_audit.actions.keeping import (
    AUDIT_SUBJECT,
    refuse,
    require_revision,
    require_running,
    set_changed,
    write_down,
)
from timshel.performance_evaluation.internal_audit.models import Sample
from timshel.performance_evaluation.internal_audit.rules import LONGEST_TEXT as LONGEST
from timshel.performance_evaluation.internal_audit.rules import draw, sample_faults
from timshel.performance_evaluation.internal_audit.states import QuestionAnswer

SAMPLED = ("incident", "service_request")


@transaction.atomic
def answer_question(
    number: str,
    *,
    question: int,
    answer: str,
    notes: str = "",
    evidence: str = "",
    revision: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Write down what was found when a question was asked.

    Args:
        number: of the audit.
        question: its place in the checklist.
        answer: whether it conforms.
        notes: what was said.
        evidence: what shows it.
        revision: of the question as it was read.
        actor: an auditor of it.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the audit does not run, or somebody answered meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.question_to_answer(number, question, actor=actor)
    given = (answer, notes.strip(), evidence.strip())
    if answer and given == (row.answer, row.notes, row.evidence):
        return  # what is sent a second time is there already
    require_running(row.audit)
    require_revision(row.revision, revision)
    faults: dict[str, list[Text]] = {
        "notes": text_faults(notes, longest=LONGEST),
        "evidence": text_faults(evidence, longest=LONGEST),
    }
    if answer not in QuestionAnswer.values:
        faults["answer"] = [_("Please choose an answer.")]
    elif answer == QuestionAnswer.DOES_NOT and not notes.strip():
        faults["notes"] = [_("Please say what does not conform.")]
    refuse(faults)
    changes = set_changed(
        row, {"answer": answer, "notes": notes.strip(), "evidence": evidence.strip()}
    )
    if changes:
        row.save()
        told = {f"question {row.position}: {name}": pair for name, pair in changes.items()}
        write_down("audit.question_answered", AUDIT_SUBJECT, row.audit_id, told, actor, at)


@transaction.atomic
def draw_sample(
    number: str,
    *,
    kind: str,
    start: datetime,
    end: datetime,
    size: int,
    seed: str = "",
    actor: Actor,
    at: datetime,
) -> tuple[str, ...]:
    """Draw records at random among those that were opened between two moments.

    Args:
        number: of the audit.
        kind: incidents or requests.
        start: the first moment.
        end: the first moment after.
        size: how many.
        seed: to repeat a draw; a new one where it is empty.
        actor: an auditor of it; only records that they may see are drawn.
        at: when.

    Returns:
        The numbers that were drawn.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the audit does not run.
        NotAllowed, NotFound: as they say.
    """
    row = access.audit_to_conduct(number, actor=actor)
    require_running(row)
    faults = sample_faults(start=start, end=end, size=size)
    faults["seed"] = text_faults(seed, longest=40)
    if kind not in SAMPLED:
        faults["kind"] = [_("Please choose what to draw from.")]
    refuse(faults)
    items = WorkItem.objects.visible_to(actor).filter(
        kind=kind, opened_at__gte=start, opened_at__lt=end
    )
    population = list(items.order_by("number").values_list("number", flat=True))
    used = seed.strip() or secrets.token_hex(4)
    drawn = draw(population, size=size, seed=used)
    Sample.objects.create(
        audit=row,
        kind=kind,
        starts_at=start,
        ends_at=end,
        population=len(population),
        seed=used,
        numbers=list(drawn),
        drawn_at=at,
    )
    changes = {"seed": (None, used), "kind": (None, kind), "numbers": (None, list(drawn))}
    write_down("audit.sampled", AUDIT_SUBJECT, row.pk, changes, actor, at)
    return drawn
