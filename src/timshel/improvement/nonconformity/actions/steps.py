"""The way of a nonconformity: correction, cause, plan and implementation (clause 10.1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.improvement.nonconformity import access
from timshel.improvement.nonconformity.actions.keeping import (
    keep,
    refuse,
    require_seen,
    set_fields,
    step_begun,
)
from timshel.improvement.nonconformity.rules import (
    KIND,
    Analysis,
    analysis_faults,
    needed_text_faults,
)
from timshel.improvement.nonconformity.states import Method, Step
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.planning.planned_action.actions import About, ActionPlan, plan_action
from timshel.planning.planned_action.queries import ActionRow
from timshel.planning.planned_action.states import ActionKind, ActionState


@transaction.atomic
def correct(number: str, *, correction: str, actor: Actor, at: datetime) -> None:
    """Say what was done at once to put it right.

    Args:
        number: of the nonconformity.
        correction: what was done, or why nothing could be.
        actor: its owner, or who handles nonconformities.
        at: when.

    Raises:
        Invalid: the text is missing or too long.
        WrongState: that was said already.
        NotAllowed, NotFound: as they say.
    """
    row, changes = step_begun(number, Step.CORRECT, actor=actor)
    refuse(needed_text_faults("correction", correction))
    changes |= set_fields(row, {"correction": correction.strip(), "corrected_at": at})
    keep(row, "nonconformity.corrected", changes, actor=actor, at=at)


@transaction.atomic
def analyse(
    number: str, *, analysis: Analysis, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say why it came about, also anew as long as nothing is planned.

    Args:
        number: of the nonconformity.
        analysis: how the cause was looked for, and what was found.
        seen_revision: of what was shown to whoever writes it.
        actor: its owner, or who handles nonconformities.
        at: when.

    Raises:
        Invalid: what is wrong with the analysis, by field.
        WrongState: it is not corrected yet or planned already, or was changed meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row, changes = step_begun(number, Step.ANALYSE, actor=actor)
    require_seen(row, seen_revision)
    refuse(analysis_faults(analysis))
    by_whys = analysis.method == Method.FIVE_WHYS
    branches = {name: text.strip() for name, text in analysis.branches.items() if text.strip()}
    changes |= set_fields(
        row,
        {
            "method": analysis.method,
            "cause": analysis.cause.strip(),
            "whys": [why.strip() for why in analysis.whys if why.strip()] if by_whys else [],
            "branches": {} if by_whys else branches,
            "has_similar": analysis.has_similar,
            "similar": analysis.similar.strip(),
        },
    )
    if not changes:
        return
    changes |= set_fields(row, {"analysed_at": at})
    keep(row, "nonconformity.analysed", changes, actor=actor, at=at)


@transaction.atomic
def plan(
    number: str, *, text: str, actor: Actor, at: datetime, first: ActionPlan | None = None
) -> None:
    """Say what will be done so that it does not happen again.

    Who does what until when stands in actions that follow from it; there must be one at least.

    Args:
        number: of the nonconformity.
        text: what will be done.
        actor: its owner, or who handles nonconformities.
        at: when.
        first: an action to begin with, where none is planned yet.

    Raises:
        Invalid: the text is missing or too long, what is wrong with the action, or there is none.
        WrongState: its cause is not known, or it is planned already.
        NotAllowed, NotFound: as they say.
    """
    row, changes = step_begun(number, Step.PLAN, actor=actor)
    refuse(needed_text_faults("plan", text))
    if first is not None:
        plan_action(About(KIND, row.number), plan=first, actor=actor, at=at)
    elif not any(_counts(each) for each in access.actions_of(row, at=at)):
        sentence = _("Say who does what until when: plan one corrective action at least.")
        raise Invalid({"title": [sentence]})
    changes |= set_fields(row, {"plan": text.strip(), "planned_at": at})
    keep(row, "nonconformity.planned", changes, actor=actor, at=at)


@transaction.atomic
def implement(number: str, *, text: str, actor: Actor, at: datetime) -> None:
    """Say that what was planned is done; from this day on its effect is looked for.

    Args:
        number: of the nonconformity.
        text: what was done.
        actor: its owner, or who handles nonconformities.
        at: when.

    Raises:
        Invalid: the text is missing or too long.
        WrongState: nothing is planned, it was done already, or an action is still open.
        NotAllowed, NotFound: as they say.
    """
    row, changes = step_begun(number, Step.IMPLEMENT, actor=actor)
    waiting = [each for each in access.actions_of(row, at=at) if each.state == ActionState.OPEN]
    if waiting:
        sentence = _("These actions are still open: %(numbers)s. Finish or drop them first.")
        raise WrongState(sentence % {"numbers": ", ".join(each.number for each in waiting)})
    refuse(needed_text_faults("implementation", text))
    changes |= set_fields(row, {"implementation": text.strip(), "implemented_at": at})
    row.implemented_by_id = actor.person_id
    keep(row, "nonconformity.implemented", changes, actor=actor, at=at)


def _counts(action: ActionRow) -> bool:
    """Tell whether an action is a corrective one that was not dropped."""
    return action.kind == ActionKind.CORRECTIVE and action.state != ActionState.DROPPED
