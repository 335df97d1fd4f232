"""When verdicts are to be looked at again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity import access
from timshel.improvement.conformity.models import Verdict
from timshel.improvement.conformity.rules import key_of_part
from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked, Due

KIND = "conformity_question"
WHAT = _("Question of the standard to be judged again")


def due_verdicts(asked: Asked, /) -> Iterator[Due]:
    """Yield the verdicts that are to be looked at again; one query.

    A later look of somebody else's is as good, so that nobody in particular is to do it.
    """
    if not access.may_see(asked.actor):
        return
    rows = Verdict.objects.filter(is_current=True, next_date__isnull=False)
    if asked.is_own:
        rows = rows.filter(by_id=asked.actor.person_id or 0)
    for row in asked.within(rows.select_related("question__model", "by"), "next_date"):
        assert row.next_date is not None  # noqa: S101 - filtered by it
        question = row.question
        title = question.text("title", asked.actor.language)
        yield Due(
            day=row.next_date,
            kind=KIND,
            code=key_of_part(question.model.code, question.code),
            title=title or question.text("words", asked.actor.language),
            what=WHAT,
            owner=row.by.name if row.by else "",
            owner_id=row.by_id,
        )


def readable_questions(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001 - nothing of a question is apart from it
    actor: Actor,
    at: datetime,  # noqa: ARG001 - the rights do not depend on it
) -> Collection[str]:
    """Return all keys to whom sees questions, and none to others."""
    return keys if access.may_see(actor) else ()
