"""Choosing what is followed, with its target and thresholds; and no longer following it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.text import text_faults
from timshel.performance_evaluation.indicator import access
from timshel.performance_evaluation.indicator.actions.reading import read_row
from timshel.performance_evaluation.indicator.actions.writing import (
    REGION,
    SUBJECT,
    Changes,
    is_process,
    journal,
    owner_of,
    plain,
    trimmed,
)
from timshel.performance_evaluation.indicator.events import IndicatorRetired
from timshel.performance_evaluation.indicator.models import Indicator
from timshel.performance_evaluation.indicator.rules import (
    COUNTED_BY,
    IndicatorContent,
    content_faults,
)
from timshel.performance_evaluation.indicator.states import (
    INDICATORS,
    IndicatorState,
    Trigger,
)
from timshel.planning.objective import measuring
from timshel.planning.objective.rules.content import LONGEST_TEXT

__all__ = [
    "REGION",
    "SUBJECT",
    "add_indicator",
    "change_indicator",
    "resume_indicator",
    "retire_indicator",
]

_NAMES = tuple(each.name for each in fields(IndicatorContent) if each.name != "owner")


@transaction.atomic
def add_indicator(content: IndicatorContent, *, actor: Actor, at: datetime) -> str:
    """Follow a measure from now on; the periods that are over are read at once.

    Args:
        content: what it says.
        actor: who may choose it.
        at: when.

    Returns:
        Its number.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    owner = _checked(content, None)
    row = Indicator(owner=owner, made_at=at)
    for name in _NAMES:
        setattr(row, name, trimmed(getattr(content, name)))
    row.save()
    changes: Changes = {
        each.name: (None, plain(getattr(content, each.name)))
        for each in fields(IndicatorContent)
        if getattr(content, each.name) not in ("", None)
    }
    journal("indicator.added", changes, key=row.pk, actor=actor, at=at)
    read_row(row, actor=actor, at=at)
    return row.number


@transaction.atomic
def change_indicator(
    number: str, *, content: IndicatorContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say it otherwise; the same again does nothing. What it measures stays.

    Args:
        number: of the indicator.
        content: all of it, as it shall be from now on.
        seen_revision: of what was shown to whoever changes it.
        actor: who may change it.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: it is retired, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.indicator_to_change(number, actor=actor)
    if row.state != IndicatorState.RUNNING:
        raise WrongState(_("This indicator is retired. Take it up again first."))
    if row.revision != seen_revision:
        raise WrongState(
            _("Somebody else changed this indicator meanwhile. Look at it again, then save.")
        )
    before = row.content()
    owner = _checked(content, row)
    changes: Changes = {
        each.name: (plain(getattr(before, each.name)), plain(getattr(content, each.name)))
        for each in fields(IndicatorContent)
        if trimmed(getattr(before, each.name)) != trimmed(getattr(content, each.name))
    }
    if not changes:
        return
    for name in _NAMES:
        setattr(row, name, trimmed(getattr(content, name)))
    row.owner = owner
    row.revision += 1
    row.save()
    journal("indicator.changed", changes, key=row.pk, actor=actor, at=at)


@transaction.atomic
def retire_indicator(number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Read it no more, and say why; its history stays. Again it does nothing.

    Raises:
        Invalid: nothing is said of why, or too much.
        NotAllowed, NotFound: as they say.
    """
    row = access.indicator_to_change(number, actor=actor)
    faults: list[Text] = text_faults(reason, longest=LONGEST_TEXT)
    if not reason.strip():
        faults = [_("Please say in a sentence why.")]
    if faults:
        raise Invalid({"reason": faults})
    if _move(row, Trigger.RETIRE, reason.strip(), actor=actor, at=at):
        publish(IndicatorRetired(row.pk, at, actor.person_id))


@transaction.atomic
def resume_indicator(number: str, *, actor: Actor, at: datetime) -> None:
    """Read it again, the periods that were left out included; again it does nothing.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    row = access.indicator_to_change(number, actor=actor)
    if _move(row, Trigger.RESUME, "", actor=actor, at=at):
        read_row(row, actor=actor, at=at)


_VERBS = {Trigger.RETIRE: "indicator.retired", Trigger.RESUME: "indicator.resumed"}
_TARGETS = {each.trigger: each.target for each in INDICATORS.transitions}


def _move(row: Indicator, trigger: Trigger, reason: str, *, actor: Actor, at: datetime) -> bool:
    """Move it; False where it stands there already."""
    if row.state == _TARGETS[trigger]:
        return False
    target = INDICATORS.target(IndicatorState(row.state), trigger)
    changes: Changes = {
        "state": (str(row.state), target.value),
        "retired_because": (row.retired_because, reason),
    }
    row.state, row.retired_because = target, reason
    row.retired_at = at if target is IndicatorState.RETIRED else None
    row.revision += 1
    row.save()
    journal(_VERBS[trigger], changes, key=row.pk, actor=actor, at=at)
    return True


def _checked(content: IndicatorContent, row: Indicator | None) -> Person:
    """Return whose it is, of what is sound."""
    faults = content_faults(content)
    owner, owner_faults = owner_of(content.owner, before=row.owner if row else None)
    if owner_faults:
        faults["owner"] = owner_faults
    if row is None:
        faults |= _measure_faults(content)
    else:
        faults |= _fixed(content, row)
    is_new = row is None or row.process_code != content.process_code
    if content.process_code and is_new and not is_process(content.process_code):
        faults["process_code"] = [_("There is no such process.")]
    if faults or owner is None:
        raise Invalid(faults)
    return owner


def _measure_faults(content: IndicatorContent) -> dict[str, list[Text]]:
    source: Any = measuring.source()
    if source is None:
        return {"measure": [_("Nothing is counted here.")]}
    counted = measuring.Counted(content.measure, content.subject_kind, content.subject_code)
    found: dict[str, list[Text]] = source.faults(counted)
    return found


def _fixed(content: IndicatorContent, row: Indicator) -> dict[str, list[Text]]:
    sentence = _("This stays as it was chosen. Retire the indicator and make another one.")
    before = row.content()
    return {
        name: [sentence] for name in COUNTED_BY if getattr(before, name) != getattr(content, name)
    }
