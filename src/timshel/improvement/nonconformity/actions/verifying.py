"""Measuring the effect of what was done, and judging it by somebody who did not do it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.improvement.nonconformity import access
from timshel.improvement.nonconformity.actions.keeping import (
    keep,
    move,
    plain,
    refuse,
    set_fields,
    write_down,
)
from timshel.improvement.nonconformity.models import Nonconformity, Verification
from timshel.improvement.nonconformity.queries.effects import COUNTED_CODES, counted_effect
from timshel.improvement.nonconformity.rules import (
    EffectQuestion,
    needed_text_faults,
    periods_around,
    question_faults,
)
from timshel.improvement.nonconformity.states import NonconformityState, Step, Verdict
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState

FIELDS = ("measure", "subject_kind", "subject_code", "figure", "unit", "better")


@transaction.atomic
def measure_effect(number: str, *, question: EffectQuestion, actor: Actor, at: datetime) -> int:
    """Read a figure before and after the implementation; an earlier reading gives way to it.

    Args:
        number: of the nonconformity.
        question: by which figure, and over how long.
        actor: who goes on with it, or may judge it.
        at: when.

    Returns:
        The key of the verification that waits for a verdict.

    Raises:
        Invalid: what is wrong with the question, or its days are not over, by field.
        WrongState: nothing is implemented, or it was verified already.
        NotAllowed, NotFound: as they say.
    """
    row = access.to_change(number, actor=actor)
    actions = access.actions_of(row, at=at)
    judges = access.may_judge(row, actions=actions, actor=actor)
    access.require(judges or access.may_handle(row, actor=actor))
    if row.state != NonconformityState.IMPLEMENTED or row.implemented_at is None:
        raise WrongState(_("An effect is looked for once what was planned is done."))
    refuse(question_faults(question, measures=COUNTED_CODES))
    zone = actor.time_zone
    day = row.implemented_at.astimezone(ZoneInfo(zone)).date()
    before, after = periods_around(day, days=question.days)
    if at.astimezone(ZoneInfo(zone)).date() <= after[1]:
        sentence = _("These days are not over before %(day)s. Choose fewer, or come back then.")
        raise Invalid({"days": [sentence % {"day": after[1].isoformat()}]})
    found = _row(row, question)
    found.before_first, found.before_last = before
    found.after_first, found.after_last = after
    found.zone = zone
    if question.measure:
        counted = counted_effect(
            question, before=before, after=after, zone=zone, actor=actor, at=at
        )
        found.before, found.after = counted.before, counted.after
    found.measured_at, found.measured_by_id = at, actor.person_id
    row.verifications.filter(judged_at__isnull=True).delete()
    found.save(force_insert=True)
    told = (*FIELDS, "before", "after", "before_first", "after_last")
    changes = {name: (None, plain(getattr(found, name))) for name in told if getattr(found, name)}
    write_down(row, "nonconformity.measured", changes, actor=actor, at=at, fact=None)
    return found.pk


@transaction.atomic
def judge_effect(
    number: str, *, verdict: Verdict, comment: str, actor: Actor, at: datetime
) -> None:
    """Say whether what was done helped; what did not goes back to where its cause is looked for.

    Args:
        number: of the nonconformity.
        verdict: what was found; the figures only propose it.
        comment: why.
        actor: who may verify, and is neither its owner nor whoever did it.
        at: when.

    Raises:
        Invalid: the comment is missing or too long.
        WrongState: no figure waits for a verdict.
        NotAllowed, NotFound: as they say.
    """
    row = access.to_change(number, actor=actor)
    actions = access.actions_of(row, at=at)
    access.require(access.may_judge(row, actions=actions, actor=actor))
    found = row.verifications.select_for_update().filter(judged_at__isnull=True).first()
    if found is None:
        raise WrongState(_("Read a figure before and after first, then judge it."))
    is_effective = verdict == Verdict.EFFECTIVE
    changes = move(row, Step.FIND_EFFECTIVE if is_effective else Step.FIND_INEFFECTIVE)
    refuse(needed_text_faults("comment", comment))
    found.verdict, found.comment = verdict, comment.strip()
    found.judged_at, found.judged_by_id = at, actor.person_id
    found.save()
    if is_effective:
        row.proof = found
    else:
        changes |= set_fields(row, {"implementation": "", "implemented_at": None})
        row.implemented_by = None
    changes |= {"verdict": (None, str(verdict)), "comment": (None, found.comment)}
    keep(row, "nonconformity.verified", changes, actor=actor, at=at)


def _row(row: Nonconformity, question: EffectQuestion) -> Verification:
    found = Verification(nonconformity=row, better=question.better)
    if question.measure:
        found.measure = question.measure
        found.subject_kind = question.subject_kind or "everything"
        found.subject_code = question.subject_code
    else:
        found.figure, found.unit = question.figure.strip(), question.unit.strip()
        found.before, found.after = question.before, question.after
    return found
