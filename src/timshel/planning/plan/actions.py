"""Writing the plan, proposing it, and approving a version (clause 6.3).

The parts are one living text. A version gathers what is written since the last one; once somebody
else approved it, what it said and what the records said then are kept and never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.rules import refuse
from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.planning.plan import access
from timshel.planning.plan.events import PlanApproved, PlanProposed
from timshel.planning.plan.models import PlanPart, PlanVersion
from timshel.planning.plan.queries import (
    PART_SUBJECT,
    content_now,
    latest_number,
    missing_parts,
)
from timshel.planning.plan.rules import PartContent, day_of, note_faults, part_faults
from timshel.planning.plan.sources import Drawn
from timshel.planning.plan.states import (
    PART_TITLES,
    PLANS,
    Part,
    PlanState,
    PlanTrigger,
)

VERSION_SUBJECT = "plan_version"
REGION = "plan"
OUTDATED = _("Somebody changed this meanwhile. Look at it as it stands now, then do it again.")
Changes = dict[str, tuple[Any, Any]]


@transaction.atomic
def write_part(
    code: str, *, content: PartContent, revision: int, actor: Actor, at: datetime
) -> int:
    """Write a part; the same again does nothing. The first new text begins the next version.

    Whoever keeps a part writes it; who keeps it, those who write the plan say.

    Args:
        code: of the part.
        content: all of it.
        revision: of the part that the writer saw; 0 where nothing was written.
        actor: who writes.
        at: when.

    Returns:
        The revision of the part.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: the actor neither writes the plan nor keeps the part.
        Invalid: what is wrong, by field.
        WrongState: somebody changed it meanwhile, or the plan waits to be approved.
    """
    row = _part_to_write(code, actor=actor, at=at)
    known = PartContent(row.statement, row.owner.code if row.owner else "", row.review_date)
    wanted = PartContent(_lines(content.statement), content.owner.strip(), content.review_date)
    if wanted.owner != known.owner and not access.may_manage(actor):
        raise NotAllowed(_("Those who write the plan say who keeps its parts."))
    faults = part_faults(wanted, known_date=known.review_date, today=day_of(at))
    owner = row.owner if wanted.owner == known.owner else _person(wanted.owner)
    if wanted.owner and owner is None:
        faults["owner"] = [_("There is no person %(code)s.") % {"code": wanted.owner}]
    refuse(faults)
    if wanted == known:
        return row.revision
    if revision != row.revision:
        raise WrongState(OUTDATED)
    changes = _differing(known, wanted)
    if "statement" in changes:
        _into_draft(actor=actor, at=at)
    row.statement, row.owner, row.review_date = wanted.statement, owner, wanted.review_date
    row.changed_by_id = actor.person_id
    _keep_part("plan.part_written", row, changes, actor=actor, at=at)
    return row.revision


@transaction.atomic
def review_part(
    code: str, *, found: str, review_date: date, revision: int, actor: Actor, at: datetime
) -> int:
    """Say that a part still holds, and when it is looked at again.

    Args:
        code: of the part.
        found: what was looked at, in a sentence.
        review_date: the next day.
        revision: of the part that the reader saw.
        actor: who looked.
        at: when.

    Returns:
        The revision of the part.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: the actor neither writes the plan nor keeps the part.
        Invalid: what is wrong, by field.
        WrongState: somebody changed it meanwhile, or nothing is written.
    """
    row = _part_to_write(code, actor=actor, at=at)
    is_over = review_date <= day_of(at)
    refuse(
        {
            "found": note_faults(found, missing=_("Say in a sentence what you looked at.")),
            "review_date": [_("Choose a day to come.")] if is_over else [],
        }
    )
    if revision != row.revision:
        raise WrongState(OUTDATED)
    if not row.statement:
        raise WrongState(_("Nothing is written yet that could be looked at."))
    before = row.review_date.isoformat() if row.review_date else None
    changes: Changes = {
        "review_date": (before, review_date.isoformat()),
        "found": (None, found.strip()),
    }
    row.review_date = review_date
    _keep_part("plan.part_reviewed", row, changes, actor=actor, at=at)
    return row.revision


@transaction.atomic
def begin_version(*, actor: Actor, at: datetime) -> int:
    """Begin the next version without a new text, to have what stands approved anew.

    Returns:
        Its number.

    Raises:
        NotAllowed: without the right to write the plan.
        WrongState: one is begun already.
    """
    access.require_manage(actor)
    if PlanVersion.objects.still_open().exists():
        raise WrongState(_("The next version is begun already."))
    return _begun(actor=actor, at=at).number


@transaction.atomic
def propose_version(*, summary: str, revision: int, actor: Actor, at: datetime) -> int:
    """Put the version that is written before those who approve it; texts rest until then.

    Args:
        summary: what is new in it, in a sentence or two.
        revision: of the version that was seen.
        actor: who proposes; somebody else approves.
        at: when.

    Returns:
        Its number.

    Raises:
        NotAllowed, NotFound: without the right, or where none is written.
        Invalid: the summary is missing.
        WrongState: it waits already, was changed meanwhile, or a part is missing.
    """
    access.require_manage(actor)
    row = access.open_version(actor=actor)
    refuse({"summary": note_faults(summary, missing=_("Say in a sentence what is new."))})
    _seen(row, revision)
    PLANS.target(PlanState(row.state), PlanTrigger.PROPOSE)
    if missing := missing_parts(actor=actor, at=at):
        raise WrongState(_lacking(missing))
    row.summary = summary.strip()
    row.proposed_at, row.proposed_by_id = at, actor.person_id
    _join(row, actor)
    changes: Changes = {"summary": (None, row.summary)}
    _move(row, PlanTrigger.PROPOSE, "plan.proposed", changes, actor=actor, at=at)
    publish(PlanProposed(row.number, at, actor.person_id))
    return row.number


@transaction.atomic
def withdraw_version(*, reason: str, revision: int, actor: Actor, at: datetime) -> int:
    """Take a proposed version back to be written on, or send it back.

    Args:
        reason: why.
        revision: of the version that was seen.
        actor: who writes the plan, or approves it.
        at: when.

    Returns:
        Its number.

    Raises:
        NotAllowed, NotFound: without the right, or where none is written.
        Invalid: the reason is missing.
        WrongState: it is not proposed, or was changed meanwhile.
    """
    row = access.open_version(actor=actor)
    refuse({"reason": note_faults(reason, missing=_("Please say why."))})
    _seen(row, revision)
    changes: Changes = {"reason": (None, reason.strip())}
    row.proposed_at, row.proposed_by_id = None, None
    _move(row, PlanTrigger.WITHDRAW, "plan.withdrawn", changes, actor=actor, at=at)
    return row.number


@transaction.atomic
def approve_version(
    *, revision: int, actor: Actor, at: datetime, drawn: Mapping[str, Drawn] | None = None
) -> int:
    """Let the proposed version hold; the one that held until then is superseded.

    What the parts say and what the records say at this moment, as far as the approver may see
    them, is kept with the version.

    Args:
        revision: of the version that was seen.
        actor: who approves; not one of those who wrote it.
        at: when.
        drawn: what the records said then, by list, for a version that was approved elsewhere.

    Returns:
        Its number.

    Raises:
        NotAllowed: without the right, or who wrote some of it.
        NotFound: none is proposed.
        WrongState: it is not proposed, or was changed meanwhile.
    """
    row = access.open_version(actor=actor)
    access.require_approve(row, actor=actor)
    _seen(row, revision)
    PLANS.target(PlanState(row.state), PlanTrigger.APPROVE)
    for each in PlanVersion.objects.select_for_update().filter(state=PlanState.APPROVED):
        each.superseded_at = at
        _move(each, PlanTrigger.SUPERSEDE, "plan.superseded", {}, actor=actor, at=at)
    row.content = content_now(actor=actor, at=at, drawn=drawn)
    row.approved_at, row.approved_by_id = at, actor.person_id
    _move(row, PlanTrigger.APPROVE, "plan.approved", {}, actor=actor, at=at)
    publish(PlanApproved(row.number, at, actor.person_id))
    return row.number


def _part_to_write(code: str, *, actor: Actor, at: datetime) -> PlanPart:
    """Return a part, locked, that the actor may write; it is made where it is not there yet."""
    part, row = access.known_part(code, actor=actor)
    if not access.may_write(row, actor=actor):
        raise NotAllowed
    if row is None:
        PlanPart.objects.get_or_create(part=part, defaults={"changed_at": at})
    rows = PlanPart.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(part=part)


def _into_draft(*, actor: Actor, at: datetime) -> None:
    """Note who writes the next version, which is begun where there is none.

    Raises:
        WrongState: it waits to be approved.
    """
    row = PlanVersion.objects.select_for_update().still_open().first()
    if row is None:
        _begun(actor=actor, at=at)
        return
    if row.state == PlanState.PROPOSED:
        raise WrongState(
            _("The plan waits to be approved. Take it back first, then its texts can be changed.")
        )
    _join(row, actor)


def _begun(*, actor: Actor, at: datetime) -> PlanVersion:
    row = PlanVersion(number=latest_number() + 1, begun_at=at)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise WrongState(OUTDATED) from None
    _join(row, actor)
    _note("plan.begun", row, {"state": (None, row.state)}, actor=actor, at=at)
    return row


def _join(row: PlanVersion, actor: Actor) -> None:
    if actor.person_id is not None:
        row.writers.add(actor.person_id)


def _move(
    row: PlanVersion,
    trigger: PlanTrigger,
    verb: str,
    changes: Changes,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    before = PlanState(row.state)
    row.state = PLANS.target(before, trigger)
    row.revision += 1
    row.save()
    _note(verb, row, {"state": (before.value, row.state), **changes}, actor=actor, at=at)


def _note(verb: str, row: PlanVersion, changes: Changes, *, actor: Actor, at: datetime) -> None:
    record(
        verb,
        subject_kind=VERSION_SUBJECT,
        subject_id=row.pk,
        changes=changes,
        actor=actor,
        at=at,
        version=row.revision,
    )
    live.announce({REGION}, at=at)


def _keep_part(verb: str, row: PlanPart, changes: Changes, *, actor: Actor, at: datetime) -> None:
    row.changed_at = at
    row.revision += 1
    row.save()
    record(
        verb,
        subject_kind=PART_SUBJECT,
        subject_id=row.pk,
        changes=changes,
        actor=actor,
        at=at,
        version=row.revision,
    )
    live.announce({REGION}, at=at)


def _seen(row: PlanVersion, revision: int) -> None:
    if row.revision != revision:
        raise WrongState(OUTDATED)


def _lacking(parts: tuple[Part, ...]) -> Text:
    titles = [PART_TITLES[each] for each in parts]
    named = format_lazy(", ".join(["{}"] * len(titles)), *titles)
    return _("These parts say nothing and point to nothing yet: %(parts)s.") % {"parts": named}


def _person(code: str) -> Person | None:
    return Person.objects.filter(code=code, is_active=True).first() if code else None


def _lines(text: str) -> str:
    """Return a text with plain ends of lines, as forms and programs write them differently."""
    return text.replace("\r\n", "\n").strip()


def _differing(known: PartContent, wanted: PartContent) -> Changes:
    pairs: dict[str, tuple[Any, Any]] = {
        "statement": (known.statement, wanted.statement),
        "owner": (known.owner or None, wanted.owner or None),
        "review_date": (_day(known.review_date), _day(wanted.review_date)),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
