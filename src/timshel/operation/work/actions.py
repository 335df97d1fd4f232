"""What all processes do to a piece of work, in the caller's transaction and with its rights.

The apps of the processes ask for the right, decide, and call these; they are not doors' business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.operation.work.files import Upload, store
from timshel.operation.work.models import Attachment, Audience, Comment, WorkItem
from timshel.operation.work.rules import unanswered_since
from timshel.operation.work.states import STAGES, Stage, Trigger, WaitingReason

SUBJECT = "work_item"
LONGEST_TEXT = 50_000
# What follows from other entries is not journalled a second time: counters, moments, and the bare
# keys of the service and the supplier, which their process journals with the name.
DERIVED = frozenset(
    {
        "reassignments",
        "reopenings",
        "resolved_at",
        "closed_at",
        "service_id",
        "supplier_id",
        "unanswered_since",
    }
)

Changes = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Said:
    """Something a person says about a piece of work."""

    text: str
    audience: Audience
    by_requester: bool = False
    files: tuple[Upload, ...] = ()


def next_number(sequence: str, *, prefix: str) -> str:
    """Return the next number of a kind of work, such as ``INC0000012``.

    Args:
        sequence: the database sequence; a constant of the calling app.
        prefix: the letters before the seven digits.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return f"{prefix}{cursor.fetchone()[0]:07d}"


def reference(row: Any) -> dict[str, Any] | None:
    """Return how the journal names a row: its key, and what it was called at that moment."""
    return None if row is None else {"id": row.pk, "name": str(row)}


def open_work_item(
    item: WorkItem, *, verb: str, changes: Changes, actor: Actor, at: datetime
) -> None:
    """Save a new piece of work and journal what it began with.

    Args:
        item: not saved yet, with all that its kind decided.
        verb: the journal's verb, such as ``incident.opened``.
        changes: the first values beyond those of the row itself.
        actor: who opened it.
        at: when.
    """
    item.save(force_insert=True)
    first = {
        "stage": item.stage,
        "title": item.title,
        "description": item.description,
        "impact": item.impact,
        "urgency": item.urgency,
        "priority": item.priority,
        "channel": item.channel,
        "requester": reference(item.requester),
        "team": reference(item.team),
        "unit": reference(item.unit),
        "customer": reference(item.customer),
    }
    _journal(
        item,
        verb,
        changes={**{name: (None, value) for name, value in first.items()}, **changes},
        actor=actor,
        at=at,
    )
    live.announce(regions(item), at=at)


def change_work_item(
    item: WorkItem,
    *,
    verb: str,
    values: Mapping[str, Any],
    also: Changes | None = None,
    actor: Actor,
    at: datetime,
) -> Changes:
    """Set values of a locked piece of work, journal old and new, and tell the pages.

    Values that do not differ are left out; where nothing differs, nothing is written.

    Args:
        item: locked by ``access.require``.
        verb: the journal's verb.
        values: new values by the row's fields; rows for references.
        also: old and new values of what the kind keeps elsewhere.
        actor: who.
        at: when.

    Returns:
        What was journalled.
    """
    before = regions(item)
    changes: dict[str, tuple[Any, Any]] = {}
    for name, value in values.items():
        old = getattr(item, name)
        if old != value:
            setattr(item, name, value)
            if name not in DERIVED:
                changes[name] = (_plain(old), _plain(value))
    changes.update({name: pair for name, pair in (also or {}).items() if pair[0] != pair[1]})
    if not changes:
        return changes
    item.version += 1
    item.updated_at = at
    item.save(update_fields=[*values, "version", "updated_at"])
    _journal(item, verb, changes=changes, actor=actor, at=at)
    live.announce(before | regions(item), at=at)
    return changes


def stage_values(
    item: WorkItem, trigger: Trigger, *, reason: WaitingReason | None = None, at: datetime
) -> dict[str, Any]:
    """Return the new values of the row when a trigger moves it.

    Raises:
        WrongState: the trigger is not possible in the present stage.
    """
    target = STAGES.target(Stage(item.stage), trigger)
    values: dict[str, Any] = {
        "stage": target.value,
        "waiting_reason": reason.value if reason else None,
        "supplier_id": None,
    }
    if target is Stage.RESOLVED:
        values["resolved_at"] = at
    if target in (Stage.CLOSED, Stage.CANCELLED):
        values["closed_at"] = at
    if trigger is Trigger.REOPEN:
        values |= {"resolved_at": None, "closed_at": None, "reopenings": item.reopenings + 1}
    return values


def assignment_values(item: WorkItem, *, team: Any, assignee: Any) -> dict[str, Any]:
    """Return the new values of the row when it is given to a team and a person.

    A hand-over counts as one reassignment when it takes the work from one team to another, or
    from one person to another; the first team and the first person are no reassignment.
    """
    from_team = item.team_id is not None and team is not None and item.team_id != team.pk
    from_person = (
        item.assignee_id is not None and assignee is not None and item.assignee_id != assignee.pk
    )
    return {
        "team": team,
        "assignee": assignee,
        "reassignments": item.reassignments + (1 if from_team or from_person else 0),
    }


def comment(
    item: WorkItem,
    said: Said,
    *,
    verb: str,
    also: Changes | None = None,
    actor: Actor,
    at: datetime,
) -> Comment:
    """Add a public reply or an internal note to a locked piece of work.

    Raises:
        Invalid: nothing was said, or too much.
    """
    text = said.text.strip()
    if not text and not said.files:
        raise Invalid({"text": [_("Please write something.")]})
    check_text(text, field="text")
    made = Comment.objects.create(
        work_item=item,
        audience=said.audience,
        author_id=actor.person_id,
        author_name=actor.name,
        by_requester=said.by_requester,
        text=text,
        channel=actor.channel,
        at=at,
    )
    names = attach(item, said.files, comment=made, audience=said.audience, actor=actor, at=at)
    changes: dict[str, tuple[Any, Any]] = {
        "comment": (None, made.pk),
        "audience": (None, str(said.audience)),
        **(also or {}),
    }
    if names:
        changes["files"] = (None, names)
    values = {}
    if said.audience == Audience.PUBLIC:
        values["unanswered_since"] = unanswered_since(
            item.unanswered_since, by_requester=said.by_requester, at=at
        )
    change_work_item(item, verb=verb, values=values, also=changes, actor=actor, at=at)
    return made


def attach(
    item: WorkItem,
    uploads: Sequence[Upload],
    *,
    comment: Comment | None = None,
    audience: Audience = Audience.PUBLIC,
    actor: Actor,
    at: datetime,
) -> list[str]:
    """Store files and tie them to a piece of work; returns their names for the journal.

    Raises:
        Invalid: too many files, or one that is empty or too large.
    """
    if len(uploads) > settings.ATTACHMENTS_MAX_COUNT:
        message = _("Please send at most %(count)d files at once.") % {
            "count": settings.ATTACHMENTS_MAX_COUNT
        }
        raise Invalid({"files": [message]})
    stored = [store(upload) for upload in uploads]
    Attachment.objects.bulk_create(
        Attachment(
            work_item=item,
            comment=comment,
            audience=audience,
            name=each.name,
            media_type=each.media_type,
            size=each.size,
            sha256=each.sha256,
            added_by_id=actor.person_id,
            at=at,
        )
        for each in stored
    )
    return [each.name for each in stored]


def check_text(text: str, *, field: str, longest: int = LONGEST_TEXT) -> None:
    """Refuse text that cannot be stored or is longer than anyone would write."""
    if len(text) > longest:
        raise Invalid(
            {field: [_("This is longer than %(count)d characters.") % {"count": longest}]}
        )
    if not is_storable(text):
        raise Invalid({field: [_("This holds characters that cannot be stored.")]})


def regions(item: WorkItem) -> set[str]:
    """Return the live regions in which a piece of work shows."""
    found = {f"work_item:{item.pk}", "work", f"person:{item.requester_id}"}
    if item.team_id:
        found.add(f"team:{item.team_id}")
    found.add(f"person:{item.assignee_id}" if item.assignee_id else "unassigned")
    return found


def _plain(value: Any) -> Any:
    return reference(value) if hasattr(value, "pk") else value


def _journal(item: WorkItem, verb: str, *, changes: Changes, actor: Actor, at: datetime) -> None:
    record(
        verb,
        subject_kind=SUBJECT,
        subject_id=item.pk,
        changes=changes,
        actor=actor,
        at=at,
        version=item.version,
    )
