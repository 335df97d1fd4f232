"""Saying whether a question is fulfilled; what was said before is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity import access
from timshel.improvement.conformity.actions.keeping import REGION, SUBJECT, told
from timshel.improvement.conformity.events import VerdictGiven
from timshel.improvement.conformity.models import Question, Verdict
from timshel.improvement.conformity.queries.reading import last_found, links_of
from timshel.improvement.conformity.rules import VerdictContent, key_of_part, verdict_faults
from timshel.improvement.conformity.states import Judgement, Status
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish


@transaction.atomic
def judge_question(
    key: str, *, content: VerdictContent, seen: int | None = None, actor: Actor, at: datetime
) -> int:
    """Say whether a question is fulfilled, upon what the last look found.

    Said again on the same day in the same words, upon the same evidence, nothing changes.

    Args:
        key: of the question, such as ``iso-20000-1-2018:4.1-1``.
        content: what is said.
        seen: the key of the verdict that stood when the form was opened, 0 for none; None where
            it does not matter.
        actor: who says so.
        at: when.

    Returns:
        The key of the verdict.

    Raises:
        NotFound: there is no such question, or the actor may not see it.
        NotAllowed: they may see it only.
        WrongState: somebody else said something meanwhile.
        Invalid: something of it is missing or wrong.
    """
    question = access.question_to_judge(key, actor=actor)
    before = Verdict.objects.filter(question=question, is_current=True).first()
    if seen is not None and seen != (before.pk if before else 0):
        raise WrongState(
            _("Somebody judged this meanwhile. Open it again, and look at what they said.")
        )
    if faults := verdict_faults(content, today=actor.day_at(at)):
        raise Invalid(faults)
    found = last_found(at=at).status(question)
    if before is not None and _is_same(before, content, found, actor=actor, at=at):
        return before.pk
    return _keep(question, before, content, found, actor=actor, at=at)


def _keep(
    question: Question,
    before: Verdict | None,
    content: VerdictContent,
    found: Status,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    if before is not None:
        before.is_current = False
        before.save(update_fields=["is_current"])
    row = Verdict.objects.create(
        question=question,
        judgement=content.judgement,
        note=content.note,
        links=[{"title": each.title, "address": each.address} for each in content.links],
        next_date=content.next_date,
        found=found,
        at=at,
        by_id=actor.person_id,
    )
    code = key_of_part(question.model.code, question.code)
    changes: dict[str, tuple[Any, Any]] = {
        "code": (None, code),
        "judgement": (before.judgement if before else None, row.judgement),
        "found": (before.found if before else None, row.found),
        "note": (before.note if before else None, row.note),
        "links": (before.links if before else None, row.links),
    }
    told("judged", SUBJECT, question.pk, changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
    publish(VerdictGiven(question.pk, code, row.judgement, at, actor.person_id))
    return row.pk


def _is_same(
    before: Verdict, content: VerdictContent, found: Status, *, actor: Actor, at: datetime
) -> bool:
    said = VerdictContent(
        Judgement(before.judgement), before.note, links_of(before.links), before.next_date
    )
    day = actor.day_at(at)
    same_day = actor.day_at(before.at) == day
    return (
        said == content and before.found == found and before.by_id == actor.person_id and same_day
    )
