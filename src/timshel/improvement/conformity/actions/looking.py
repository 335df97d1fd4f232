"""Looking for evidence: every rule is asked once, and what it found is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext_noop

from timshel.improvement.conformity import access, evidence
from timshel.improvement.conformity.actions.keeping import REGION, told
from timshel.improvement.conformity.evidence import Evidence
from timshel.improvement.conformity.models import Look, Question
from timshel.improvement.conformity.rules import LOOK, counts_of
from timshel.improvement.conformity.states import Status
from timshel.improvement.conformity.weighing import status_of, written
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.progress.actions import begin_errand
from timshel.kernel.progress.models import Errand

TITLE = gettext_noop("Looking at the evidence of conformity")


class Step(Protocol):
    """Is told after each rule that was asked, or after each file that was made."""

    def __call__(self, count: int, cursor: object, *, total: int | None = None) -> None:
        """Note that so many more are done."""


@transaction.atomic
def ask_look(*, actor: Actor, at: datetime) -> None:
    """Have a worker look at the evidence; one look that waits or is being taken is enough for all.

    Args:
        actor: who asks; whoever sees questions may.
        at: when.

    Raises:
        NotAllowed: the right is missing.
    """
    access.require_view(actor)
    if Errand.objects.filter(kind=LOOK, finished_at__isnull=True).exists():
        return
    begin_errand(LOOK, title=TITLE, actor=actor, at=at)
    live.announce({REGION}, at=at)


def take_look(*, actor: Actor, at: datetime, step: Step | None = None, done: int = 0) -> int:
    """Ask every rule that a question names what there is now, and keep what it found.

    Args:
        actor: who looks; whoever sees questions may.
        at: the moment.
        step: told after each rule; None where nobody waits.
        done: how many steps were told of already.

    Returns:
        The key of the look.

    Raises:
        NotAllowed: the right is missing.
    """
    access.require_view(actor)
    questions = list(Question.objects.select_related("model"))
    asked = sorted({code for each in questions for code in each.rules})
    known = {code: evidence.RULES[code] for code in asked if code in evidence.RULES}
    found = {}
    for place, (code, rule) in enumerate(known.items(), start=1):
        found[code] = rule.find(at)
        if step is not None and place > done:
            step(1, None, total=len(known))
    return _keep(questions, found, actor=actor, at=at)


def look_due(*, actor: Actor, at: datetime) -> bool:
    """Look where there are questions and nobody looked today; returns whether that was so."""
    day = actor.day_at(at)
    last = Look.objects.order_by("-at", "-id").values_list("at", flat=True).first()
    if last is not None and actor.day_at(last) >= day:
        return False
    if not Question.objects.exists():
        return False
    take_look(actor=actor, at=at)
    return True


@transaction.atomic
def _keep(
    questions: Sequence[Question], found: Mapping[str, Evidence], *, actor: Actor, at: datetime
) -> int:
    statuses: dict[str, list[Status]] = defaultdict(list)
    for each in questions:
        status = status_of(tuple(each.rules), found, age_days=each.age_days, at=at)
        statuses[each.model.code].append(status)
    counts = {model: counts_of(given) for model, given in statuses.items()}
    look = Look.objects.create(at=at, by_id=actor.person_id, results=written(found), counts=counts)
    told("looked", "conformity_look", look.pk, {"counts": (None, counts)}, actor=actor, at=at)
    live.announce({REGION}, at=at)
    return look.pk
