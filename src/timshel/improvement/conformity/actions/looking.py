"""Looking for evidence: every rule is asked once, and what it found is kept."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from timshel.improvement.conformity import access, evidence
from timshel.improvement.conformity.actions.keeping import REGION, told
from timshel.improvement.conformity.models import Look, Question
from timshel.improvement.conformity.rules import counts_of
from timshel.improvement.conformity.states import Status
from timshel.improvement.conformity.weighing import status_of, written
from timshel.kernel import live
from timshel.kernel.actor import Actor


@transaction.atomic
def take_look(*, actor: Actor, at: datetime) -> int:
    """Ask every rule that a question names what there is now, and keep what it found.

    Args:
        actor: who looks; whoever sees questions may.
        at: the moment.

    Returns:
        The key of the look.

    Raises:
        NotAllowed: the right is missing.
    """
    access.require_view(actor)
    questions = list(Question.objects.select_related("model"))
    asked = sorted({code for each in questions for code in each.rules})
    known = {code: evidence.RULES[code] for code in asked if code in evidence.RULES}
    found = {code: rule.find(at) for code, rule in known.items()}
    statuses: dict[str, list[Status]] = defaultdict(list)
    for each in questions:
        status = status_of(tuple(each.rules), found, age_days=each.age_days, at=at)
        statuses[each.model.code].append(status)
    counts = {model: counts_of(given) for model, given in statuses.items()}
    look = Look.objects.create(at=at, by_id=actor.person_id, results=written(found), counts=counts)
    told("looked", "conformity_look", look.pk, {"counts": (None, counts)}, actor=actor, at=at)
    live.announce({REGION}, at=at)
    return look.pk


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
