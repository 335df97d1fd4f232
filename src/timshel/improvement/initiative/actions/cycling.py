"""Cycles of plan, do, check, act, each of which begins the next (clause 10.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.improvement.initiative import access
from timshel.improvement.initiative.actions.writing import (
    REGION,
    add_unknown_area,
    require_seen,
    write,
)
from timshel.improvement.initiative.models import Cycle, Improvement
from timshel.improvement.initiative.rules import (
    Area,
    CycleContent,
    cycle_faults,
)
from timshel.improvement.initiative.states import (
    CYCLES,
    OPEN,
    CycleDeed,
    CycleStep,
)
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.journal.actions import record

CYCLE = "improvement_cycle"


@transaction.atomic
def begin_cycle(content: CycleContent, *, actor: Actor, at: datetime) -> int:
    """Begin a cycle of plan, do, check, act; one runs for an area at a time.

    Returns:
        Its key.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: a cycle for the same area runs.
        NotAllowed: the right is missing.
    """
    access.require_manage_area(content.area, actor=actor)
    _check_cycle_words(content)
    _require_no_other(content.area)
    row = Cycle(begun_at=at, **_cycle_fields(content))
    row.save()
    _cycle_journal(row, "improvement_cycle.begun", {"name": (None, row.name)}, actor=actor, at=at)
    return row.pk


@transaction.atomic
def change_cycle(
    cycle_id: int, *, content: CycleContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say otherwise what is written at the steps of a cycle; the same again does nothing.

    What it is about stays as it was.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: it is closed, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.cycle_to_change(cycle_id, actor=actor)
    if row.step == CycleStep.CLOSED:
        raise WrongState(_("This cycle is closed."))
    require_seen(row.revision, seen_revision)
    _check_cycle_words(content)
    said = _cycle_fields(content)
    del said["area_kind"], said["area_code"]
    changes = write(row, said)
    if changes:
        _cycle_journal(row, "improvement_cycle.changed", changes, actor=actor, at=at)


@transaction.atomic
def move_cycle(cycle_id: int, *, deed: CycleDeed, actor: Actor, at: datetime) -> int:
    """Take a cycle to its next step; where it stands already, nothing happens.

    Closing it begins the next turn: what followed from this one is what the next one plans, and
    the improvements that are not at an end go along.

    Args:
        cycle_id: which.
        deed: the step.
        actor: who may follow it.
        at: when.

    Returns:
        The key of the cycle that runs from now on.

    Raises:
        Invalid: nothing is written of the step that ends.
        WrongState: the step is not the next one.
        NotAllowed, NotFound: as they say.
    """
    row = access.cycle_to_change(cycle_id, actor=actor)
    before = CycleStep(row.step)
    if before == deed.value or (before is CycleStep.CLOSED and deed is CycleDeed.CLOSE):
        following = Cycle.objects.filter(before=row).first()
        return following.pk if following else row.pk
    target = CYCLES.target(before, deed)
    written = {"plan": row.plan, "do": row.do, "check": row.check_text, "act": row.act}
    if not written[before.value].strip():
        raise Invalid({before.value: [_("Please write down this step before the next one.")]})
    row.step, row.closed_at = target, at if target is CycleStep.CLOSED else None
    row.revision += 1
    row.save()
    changes = {"step": (before.value, target.value)}
    _cycle_journal(row, "improvement_cycle.moved", changes, actor=actor, at=at)
    return _next_turn(row, actor=actor, at=at) if target is CycleStep.CLOSED else row.pk


def _next_turn(row: Cycle, *, actor: Actor, at: datetime) -> int:
    following = Cycle(
        name=row.name,
        area_kind=row.area_kind,
        area_code=row.area_code,
        plan=row.act,
        before=row,
        turn=row.turn + 1,
        begun_at=at,
    )
    following.save()
    changes = {"name": (None, row.name), "before": (None, row.pk)}
    _cycle_journal(following, "improvement_cycle.begun", changes, actor=actor, at=at)
    Improvement.objects.filter(cycle=row, state__in=OPEN).update(cycle=following)
    return following.pk


def _check_cycle_words(content: CycleContent) -> None:
    faults = cycle_faults(content)
    add_unknown_area(faults, content.area)
    if faults:
        raise Invalid(faults)


def _require_no_other(area: Area) -> None:
    running = Cycle.objects.filter(area_kind=area.kind, area_code=area.code.strip())
    if running.exclude(step=CycleStep.CLOSED).exists():
        raise WrongState(_("A cycle for this runs already. Close it, and the next one begins."))


def _cycle_fields(content: CycleContent) -> dict[str, Any]:
    return {
        "name": content.name.strip(),
        "area_kind": content.area.kind,
        "area_code": content.area.code.strip(),
        "plan": content.plan.strip(),
        "do": content.do.strip(),
        "check_text": content.check.strip(),
        "act": content.act.strip(),
    }


def _cycle_journal(
    row: Cycle,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(verb, subject_kind=CYCLE, subject_id=row.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
