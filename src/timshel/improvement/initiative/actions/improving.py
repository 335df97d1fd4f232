"""Suggesting, assessing, authorising and measuring improvements (clause 10.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.improvement.initiative import access
from timshel.improvement.initiative.actions.writing import (
    REGION,
    add_unknown_area,
    change,
    note,
    plain,
    require_seen,
    write,
)
from timshel.improvement.initiative.events import ImprovementMoved
from timshel.improvement.initiative.models import BANDS, Improvement, Step
from timshel.improvement.initiative.queries.figures import read_figure
from timshel.improvement.initiative.rules import (
    Area,
    Assessment,
    ImprovementContent,
    Promised,
    Suggestion,
    area_faults,
    assessment_faults,
    content_faults,
    figure_faults,
    said_faults,
    score_of,
    suggestion_faults,
)
from timshel.improvement.initiative.states import (
    IMPROVEMENTS,
    CycleStep,
    Deed,
    ImprovementState,
)
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Text
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record

SUBJECT = "improvement"
VERBS: Mapping[Deed, str] = {
    Deed.ASSESS: "improvement.assessed",
    Deed.AUTHORISE: "improvement.authorised",
    Deed.PLAN: "improvement.planned",
    Deed.START: "improvement.started",
    Deed.FINISH: "improvement.finished",
    Deed.MEASURE: "improvement.measured",
    Deed.PARK: "improvement.parked",
    Deed.DECLINE: "improvement.declined",
    Deed.RESUME: "improvement.resumed",
}


@transaction.atomic
def suggest_improvement(given: Suggestion, *, actor: Actor, at: datetime) -> str:
    """Suggest an improvement; the same words again, while nobody looked at them, are not new.

    Args:
        given: what would be better.
        actor: anybody.
        at: when.

    Returns:
        Its number.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the right is missing.
    """
    access.require_suggest(actor)
    faults = suggestion_faults(given)
    add_unknown_area(faults, given.area)
    if faults:
        raise Invalid(faults)
    said = {"title": given.title.strip(), "detail": given.detail.strip(), "page": given.page}
    same = Improvement.objects.filter(
        suggested_by_id=actor.person_id, state=ImprovementState.SUGGESTED, **said
    ).first()
    if same is not None and actor.person_id is not None:
        return same.number
    row = Improvement(
        suggested_by_id=actor.person_id,
        suggested_at=at,
        moved_at=at,
        area_kind=given.area.kind,
        area_code=given.area.code.strip(),
        **said,
    )
    row.save()
    changes = {name: (None, value) for name, value in said.items() if value}
    if given.area.kind:
        changes["area"] = (None, plain(given.area))
    _journal(row, "improvement.suggested", changes, actor=actor, at=at)
    _stepped(row, "", actor=actor, at=at)
    return row.number


@transaction.atomic
def change_improvement(
    number: str, *, content: ImprovementContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say otherwise what it is about, who answers for it and until when; the same does nothing.

    Args:
        number: of the improvement.
        content: all of it, as it shall be from now on.
        seen_revision: of what was shown to whoever changes it.
        actor: who may assess and follow it, before and after.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    access.require_manage_area(access.area_of(row), actor=actor)
    require_seen(row.revision, seen_revision)
    faults = content_faults(content)
    add_unknown_area(faults, content.area)
    owner = _person(content.owner, faults)
    _check_cycle(content.cycle, row, faults, actor=actor)
    if faults:
        raise Invalid(faults)
    access.require_manage_area(content.area, actor=actor)
    said: dict[str, Any] = {
        "title": content.title.strip(),
        "detail": content.detail.strip(),
        "area_kind": content.area.kind,
        "area_code": content.area.code.strip(),
        "urgency": int(content.urgency),
        "owner_id": owner.pk if owner else None,
        "due_date": content.due_date,
        "cycle_id": content.cycle,
    }
    changes = write(row, said)
    if changes:
        _journal(row, "improvement.changed", changes, actor=actor, at=at)


@transaction.atomic
def assess_improvement(
    number: str, *, assessment: Assessment, said: str = "", actor: Actor, at: datetime
) -> None:
    """Say what it would bring and cost, and rank it by that; the same again does nothing.

    The figure before is read from the measure where it is not given.

    Args:
        number: of the improvement.
        assessment: benefit, cost, effort, risk, and what is promised.
        said: what whoever suggested it is told.
        actor: who may assess.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it was authorised, declined or parked.
        NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    _require_right(row, Deed.ASSESS, actor=actor)
    target = _target(row, Deed.ASSESS)
    faults = assessment_faults(assessment)
    note(faults, "said", said_faults(said))
    promised = assessment.promised
    note(faults, "measured_area", area_faults(promised.area))
    if faults:
        raise Invalid(faults)
    bands = {name: getattr(assessment, name) for name in BANDS}
    assessed: dict[str, Any] = {
        **bands,
        "score": score_of(**bands),
        "expected_benefit": promised.text.strip(),
        "measure": promised.measure,
        "measure_kind": promised.area.kind,
        "measure_code": promised.area.code,
        "unit": promised.unit.strip(),
        "value_before": _figure_before(promised, row, actor=actor, at=at),
        "value_expected": promised.expected,
    }
    was = row.state
    changes = write(row, assessed)
    if changes or was != target:
        _moved(row, Deed.ASSESS, said, changes, actor=actor, at=at, assessed_by_id=actor.person_id)


@transaction.atomic
def authorise_improvement(number: str, *, said: str = "", actor: Actor, at: datetime) -> None:
    """Say that it shall be done; what is authorised stays so.

    What costs much needs two: whoever assessed it does not authorise it.

    Raises:
        Invalid: what is said is too long.
        WrongState: it is not assessed, or no longer.
        NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    if row.state == ImprovementState.ASSESSED and access.is_own_judgement(row, actor=actor):
        raise NotAllowed(
            _("This costs much: somebody else than who assessed it must authorise it.")
        )
    _move(row, Deed.AUTHORISE, said, {}, actor=actor, at=at, authorised_by_id=actor.person_id)


@transaction.atomic
def plan_improvement(
    number: str,
    *,
    owner: str,
    due_date: date | None,
    said: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Say who does it until when; what is planned stays as it is.

    Args:
        number: of the improvement.
        owner: the code of whoever answers for it.
        due_date: its last day.
        said: what whoever suggested it is told.
        actor: who may follow it, or its owner.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it is not authorised, or no longer.
        NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    faults: dict[str, list[Text]] = {}
    found = _person(owner, faults)
    if not owner:
        faults["owner"] = [_("Please say who answers for it.")]
    if due_date is None:
        faults["due_date"] = [_("Please say until when.")]
    elif due_date < at.date():
        faults["due_date"] = [_("This day is over already.")]
    owner_id = found.pk if found else None
    _move(row, Deed.PLAN, said, faults, actor=actor, at=at, owner_id=owner_id, due_date=due_date)


@transaction.atomic
def start_improvement(number: str, *, said: str = "", actor: Actor, at: datetime) -> None:
    """Say that work on it has begun; what runs goes on running.

    Raises:
        Invalid, WrongState, NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    _move(row, Deed.START, said, {}, actor=actor, at=at)


@transaction.atomic
def finish_improvement(number: str, *, said: str, actor: Actor, at: datetime) -> None:
    """Say that it is done, and what was done; what is done stays so.

    Raises:
        Invalid: nothing is said, or too much.
        WrongState, NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    faults = _said(said, needed=_("Please say what was done."))
    _move(row, Deed.FINISH, said, faults, actor=actor, at=at)


@transaction.atomic
def measure_benefit(
    number: str, *, reached: Decimal | None = None, said: str, actor: Actor, at: datetime
) -> None:
    """Say what it brought, held against what was promised; what was measured stays so.

    Args:
        number: of the improvement.
        reached: the figure today; read from its measure where it has one and none is given.
        said: what was found, in words.
        actor: who may follow it, or its owner.
        at: when.

    Raises:
        Invalid: what is wrong, by field; nothing can be read from the measure.
        WrongState: it is not done.
        NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    _require_right(row, Deed.MEASURE, actor=actor)
    if row.state == ImprovementState.MEASURED:
        return
    _target(row, Deed.MEASURE)
    faults = _said(said, needed=_("Please say what it brought."))
    note(faults, "value_reached", figure_faults(reached))
    if reached is None and row.value_expected is not None and not faults:
        if not row.measure:
            faults["value_reached"] = [_("Please give the figure that was reached.")]
        else:
            area = Area(row.measure_kind, row.measure_code)
            reached = read_figure(row.measure, area=area, field="value_reached", actor=actor, at=at)
    _move(row, Deed.MEASURE, said, faults, actor=actor, at=at, value_reached=reached)


@transaction.atomic
def park_improvement(number: str, *, said: str, actor: Actor, at: datetime) -> None:
    """Put it aside for later, and say why; what is parked stays so.

    Raises:
        Invalid: no reason is given, or it is too long.
        WrongState, NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    faults = _said(said, needed=_("Please say why it has to wait."))
    _move(row, Deed.PARK, said, faults, actor=actor, at=at)


@transaction.atomic
def decline_improvement(number: str, *, said: str, actor: Actor, at: datetime) -> None:
    """Say that it will not be done, and why; what is declined stays so.

    Raises:
        Invalid: no reason is given, or it is too long.
        WrongState, NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    faults = _said(said, needed=_("Please say why it will not be done."))
    _move(row, Deed.DECLINE, said, faults, actor=actor, at=at)


@transaction.atomic
def resume_improvement(number: str, *, said: str = "", actor: Actor, at: datetime) -> None:
    """Take it up again, to be assessed anew; what was not put aside stays where it is.

    Raises:
        Invalid, WrongState, NotAllowed, NotFound: as they say.
    """
    row = access.improvement_to_move(number, actor=actor)
    _move(
        row, Deed.RESUME, said, {}, actor=actor, at=at, assessed_by_id=None, authorised_by_id=None
    )


def _move(
    row: Improvement,
    deed: Deed,
    said: str,
    faults: dict[str, list[Text]],
    *,
    actor: Actor,
    at: datetime,
    **also: Any,
) -> None:
    """Take a step, unless it was taken before."""
    _require_right(row, deed, actor=actor)
    if row.state == _arrival(deed):
        return
    _target(row, deed)
    note(faults, "said", said_faults(said))
    if faults:
        raise Invalid(faults)
    _moved(row, deed, said, {}, actor=actor, at=at, **also)


def _moved(
    row: Improvement,
    deed: Deed,
    said: str,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
    **also: Any,
) -> None:
    target = _target(row, deed)
    if row.state != target:
        changes = {"state": (row.state, target.value), **changes}
    if said.strip():
        changes["said"] = ("", said.strip())
    row.state, row.moved_at = target, at
    for name, value in also.items():
        changes |= change(row, name, value)
        setattr(row, name, value)
    row.revision += 1
    row.save()
    _journal(row, VERBS[deed], changes, actor=actor, at=at)
    _stepped(row, said, actor=actor, at=at)


def _stepped(row: Improvement, said: str, *, actor: Actor, at: datetime) -> None:
    step = Step.objects.create(
        improvement=row, state=row.state, said=said.strip(), by_id=actor.person_id, at=at
    )
    publish(ImprovementMoved(row.pk, step.pk, at, actor.person_id))


def _arrival(deed: Deed) -> ImprovementState:
    return next(each.target for each in IMPROVEMENTS.transitions if each.trigger is deed)


def _target(row: Improvement, deed: Deed) -> ImprovementState:
    return IMPROVEMENTS.target(ImprovementState(row.state), deed)


def _require_right(row: Improvement, deed: Deed, *, actor: Actor) -> None:
    if not access.may_do(deed, row, actor=actor):
        raise NotAllowed


def _figure_before(
    promised: Promised, row: Improvement, *, actor: Actor, at: datetime
) -> Decimal | None:
    if promised.before is not None or promised.expected is None:
        return promised.before
    if not promised.measure:
        raise Invalid({"value_before": [_("Please give the figure of today.")]})
    is_same = (row.measure, row.measure_kind, row.measure_code) == (
        promised.measure,
        promised.area.kind,
        promised.area.code,
    )
    if is_same and row.value_before is not None:
        return row.value_before
    return read_figure(
        promised.measure, area=promised.area, field="value_before", actor=actor, at=at
    )


def _said(said: str, *, needed: Text) -> dict[str, list[Text]]:
    faults = said_faults(said, needed=needed)
    return {"said": faults} if faults else {}


def _person(code: str, faults: dict[str, list[Text]]) -> Person | None:
    if not code:
        return None
    found = Person.objects.filter(code=code, is_active=True).first()
    if found is None:
        faults["owner"] = [_("There is no person %(code)s.") % {"code": code}]
    return found


def _check_cycle(
    cycle_id: int | None, row: Improvement, faults: dict[str, list[Text]], *, actor: Actor
) -> None:
    if cycle_id is None or cycle_id == row.cycle_id:
        return
    try:
        cycle = access.known_cycle(cycle_id, actor=actor)
    except NotFound:
        faults["cycle"] = [_("There is no such cycle.")]
        return
    if cycle.step == CycleStep.CLOSED:
        faults["cycle"] = [_("This cycle is closed.")]


def _journal(
    row: Improvement,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
