"""Setting objectives, agreeing them, and saying how they ended (clause 6.2)."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.record_numbers import key_of
from timshel.kernel.text import text_faults
from timshel.planning.objective import access, measuring
from timshel.planning.objective.events import ObjectiveAgreed, ObjectiveEnded
from timshel.planning.objective.models import Objective
from timshel.planning.objective.rules.content import (
    AGREED_TERMS,
    LONGEST_TEXT,
    PREFIX,
    ObjectiveContent,
    agreement_faults,
    content_faults,
)
from timshel.planning.objective.states import (
    BELOW,
    ENDED,
    OBJECTIVES,
    OPEN,
    Level,
    ObjectiveState,
    Trigger,
)

__all__ = [
    "REGION",
    "SUBJECT",
    "agree_objective",
    "change_objective",
    "drop_objective",
    "journal",
    "meet_objective",
    "miss_objective",
    "reopen_objective",
    "revise_objective",
    "set_objective",
]

SUBJECT = "objective"
REGION = "objectives"
_NAMES = tuple(
    each.name for each in fields(ObjectiveContent) if each.name not in ("owner", "parent")
)


@transaction.atomic
def set_objective(content: ObjectiveContent, *, actor: Actor, at: datetime) -> str:
    """Write down what shall be reached, as a draft.

    Args:
        content: what it says.
        actor: who may say so.
        at: when.

    Returns:
        Its number.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    owner, parent = _checked(content, None, actor=actor)
    row = Objective(owner=owner, parent=parent, made_at=at)
    for name, value in _said(content).items():
        setattr(row, name, value)
    row.save()
    changes: dict[str, tuple[Any, Any]] = {"owner": (None, owner.code)}
    if parent is not None:
        changes["parent"] = (None, parent.number)
    changes |= {
        name: (None, str(value))
        for name, value in _said(content).items()
        if value not in ("", None)
    }
    journal(row, "objective.set", changes, actor=actor, at=at)
    return row.number


@transaction.atomic
def change_objective(
    number: str, *, content: ObjectiveContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say it otherwise; the same again does nothing.

    Args:
        number: of the objective.
        content: all of it, as it shall be from now on.
        seen_revision: of what was shown to whoever changes it.
        actor: who may change it.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field; what was agreed is fixed.
        WrongState: it has ended, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.objective_to_change(number, actor=actor)
    if row.state not in OPEN:
        raise WrongState(_("This has ended. Open it again first."))
    if row.revision != seen_revision:
        raise WrongState(
            _("Somebody else changed this objective meanwhile. Look at it again, then save.")
        )
    before = row.content()
    owner, parent = _checked(content, row, actor=actor)
    changes = {
        each.name: (_plain(getattr(before, each.name)), _plain(getattr(content, each.name)))
        for each in fields(ObjectiveContent)
        if _trimmed(getattr(before, each.name)) != _trimmed(getattr(content, each.name))
    }
    if not changes:
        return
    if row.state == ObjectiveState.AGREED and (fixed := set(changes) & set(AGREED_TERMS)):
        sentence = _("This was agreed. Take it back to a draft to change it.")
        raise Invalid({name: [sentence] for name in sorted(fixed)})
    is_counted_otherwise = bool({"measure", "subject_kind", "subject_code"} & set(changes))
    if is_counted_otherwise:
        row.counted_until = None
    for name, value in _said(content).items():
        setattr(row, name, value)
    row.owner, row.parent = owner, parent
    row.revision += 1
    row.save()
    journal(row, "objective.changed", changes, actor=actor, at=at)


@transaction.atomic
def agree_objective(number: str, *, actor: Actor, at: datetime) -> None:
    """Agree what is to be reached until when; what is agreed stays so.

    Raises:
        Invalid: what is still to be said, by field.
        WrongState: it has ended.
        NotAllowed, NotFound: as they say.
    """
    row = access.objective_to_change(number, actor=actor)
    if row.state == ObjectiveState.AGREED:
        return
    target = OBJECTIVES.target(ObjectiveState(row.state), Trigger.AGREE)
    if faults := agreement_faults(row.content()):
        raise Invalid(faults)
    row.agreed_at = at
    _move(row, target, "objective.agreed", "", actor=actor, at=at)
    publish(ObjectiveAgreed(row.pk, at, actor.person_id))


@transaction.atomic
def meet_objective(number: str, *, outcome: str, actor: Actor, at: datetime) -> None:
    """Say that it was reached, and how that was judged.

    Raises:
        Invalid: nothing is said of it, or too much.
        WrongState: it is a draft, or ended otherwise.
        NotAllowed, NotFound: as they say.
    """
    _judge(number, Trigger.MEET, outcome, actor=actor, at=at)


@transaction.atomic
def miss_objective(number: str, *, outcome: str, actor: Actor, at: datetime) -> None:
    """Say that it was not reached, and why.

    Raises:
        Invalid: nothing is said of it, or too much.
        WrongState: it is a draft, or ended otherwise.
        NotAllowed, NotFound: as they say.
    """
    _judge(number, Trigger.MISS, outcome, actor=actor, at=at)


@transaction.atomic
def drop_objective(number: str, *, outcome: str, actor: Actor, at: datetime) -> None:
    """Say that it shall be reached no more, and why.

    Raises:
        Invalid: nothing is said of it, or too much.
        WrongState: it was judged.
        NotAllowed, NotFound: as they say.
    """
    _judge(number, Trigger.DROP, outcome, actor=actor, at=at)


@transaction.atomic
def revise_objective(number: str, *, outcome: str, actor: Actor, at: datetime) -> None:
    """Take back to a draft what was agreed or dropped, and say why; a draft stays one.

    Raises:
        Invalid: nothing is said of it, or too much.
        WrongState: it was judged.
        NotAllowed, NotFound: as they say.
    """
    _judge(number, Trigger.REVISE, outcome, actor=actor, at=at)


@transaction.atomic
def reopen_objective(number: str, *, outcome: str, actor: Actor, at: datetime) -> None:
    """Open again what was judged too early, and say why; what runs stays so.

    Raises:
        Invalid: nothing is said of it, or too much.
        WrongState: it is a draft, or was dropped.
        NotAllowed, NotFound: as they say.
    """
    _judge(number, Trigger.REOPEN, outcome, actor=actor, at=at)


_VERBS = {
    Trigger.MEET: "objective.met",
    Trigger.MISS: "objective.missed",
    Trigger.DROP: "objective.dropped",
    Trigger.REVISE: "objective.revised",
    Trigger.REOPEN: "objective.reopened",
}
_TARGETS = {each.trigger: each.target for each in OBJECTIVES.transitions}


def _judge(number: str, trigger: Trigger, outcome: str, *, actor: Actor, at: datetime) -> None:
    row = access.objective_to_change(number, actor=actor)
    faults: list[Text] = text_faults(outcome, longest=LONGEST_TEXT)
    if not outcome.strip():
        faults = [_("Please say in a sentence why.")]
    if faults:
        raise Invalid({"outcome": faults})
    if row.state == _TARGETS[trigger]:
        return
    target = OBJECTIVES.target(ObjectiveState(row.state), trigger)
    row.ended_at = at if target in ENDED else None
    _move(row, target, _VERBS[trigger], outcome.strip(), actor=actor, at=at)
    if target in ENDED:
        publish(ObjectiveEnded(row.pk, at, actor.person_id))


def _move(
    row: Objective, target: ObjectiveState, verb: str, outcome: str, *, actor: Actor, at: datetime
) -> None:
    changes: dict[str, tuple[Any, Any]] = {"state": (str(row.state), target.value)}
    if outcome or row.outcome:
        changes["outcome"] = (row.outcome, outcome)
    row.state, row.outcome = target, outcome
    row.revision += 1
    row.save()
    journal(row, verb, changes, actor=actor, at=at)


def journal(
    row: Objective,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Write down what was done with an objective, and tell the pages that show it."""
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)


def _checked(
    content: ObjectiveContent, row: Objective | None, *, actor: Actor
) -> tuple[Person, Objective | None]:
    """Return whose it is and what it serves, of what is sound."""
    faults = content_faults(content)
    if row is not None and content.level != row.level:
        faults["level"] = [_("This stays as it was made.")]
    owner = Person.objects.filter(code=content.owner).first()
    if owner is not None and not owner.is_active and (row is None or row.owner_id != owner.pk):
        owner = None
    if owner is None:
        faults["owner"] = [
            _("There is no person %(code)s.") % {"code": content.owner}
            if content.owner
            else _("Please say who answers for it.")
        ]
    parent, fault = _parent(content, row, actor=actor)
    if fault:
        faults["parent"] = [fault]
    for name, texts in _source_faults(content).items():
        faults.setdefault(name, texts)
    if faults or owner is None:
        raise Invalid(faults)
    return owner, parent


def _parent(
    content: ObjectiveContent, row: Objective | None, *, actor: Actor
) -> tuple[Objective | None, Text | None]:
    """Return what it serves, or what is wrong with that."""
    possible = BELOW[Level(content.level)]
    if not content.parent:
        return None, _("Please say which goal or result it serves.") if possible else None
    if not possible:
        return None, _("A strategic goal stands by itself.")
    try:
        key = key_of(PREFIX, content.parent)
    except NotFound:
        key = 0
    found = Objective.objects.visible_to(actor).filter(pk=key).first()
    if found is None or found.level not in possible:
        return None, _("It can serve a goal, or an objective a result. This is none.")
    is_new = row is None or row.parent_id != found.pk
    if is_new and found.state not in OPEN:
        return None, _("This has ended. Choose another one.")
    return found, None


def _source_faults(content: ObjectiveContent) -> dict[str, list[Text]]:
    """Return what is wrong with what a later clause has to know of."""
    source = measuring.source()
    faults: dict[str, list[Text]] = {}
    if source is None:
        if content.measure:
            faults["measure"] = [_("Nothing is counted here.")]
        return faults
    for kind in ("service", "customer"):
        code = getattr(content, f"{kind}_code")
        if code and not source.has(kind, code):
            faults[f"{kind}_code"] = [_("There is none with the code %(code)s.") % {"code": code}]
    if content.measure:
        counted = measuring.Counted(content.measure, content.subject_kind, content.subject_code)
        faults |= source.faults(counted)
    elif content.subject_kind or content.subject_code:
        faults["subject_code"] = [_("Choose the measure as well.")]
    return faults


def _said(content: ObjectiveContent) -> dict[str, Any]:
    return {name: _trimmed(getattr(content, name)) for name in _NAMES}


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return None if value is None else str(value)
