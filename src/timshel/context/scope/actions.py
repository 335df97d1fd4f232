"""Writing and approving what the management system covers (clause 4.3).

What was approved is never rewritten: a change is a new version, which takes its place.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.issue.actions import OUTDATED, REGION
from timshel.context.organization.rules import refuse
from timshel.context.scope import access
from timshel.context.scope.events import ScopeApproved
from timshel.context.scope.models import ScopeItem, ScopeStatement
from timshel.context.scope.queries import content_of, organization_names
from timshel.context.scope.rules import (
    CoveredItem,
    Exclusion,
    ScopeContent,
    content_faults,
)
from timshel.context.scope.states import SCOPES, ItemKind, ScopeState, ScopeTrigger
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record

SUBJECT = "scope_statement"
Changes = dict[str, tuple[Any, Any]]


@transaction.atomic
def save_draft(
    *, content: ScopeContent, revision: int | None = None, actor: Actor, at: datetime
) -> int:
    """Write the next version, or change the one that is being written; the same does nothing.

    Names of units, sites and customers are those of the records; whoever offers services gives
    theirs, since services belong to a later clause.

    Args:
        content: all of what it shall say.
        revision: of the draft that the writer saw; None where there was none.
        actor: who keeps the context.
        at: when.

    Returns:
        The number of the version.

    Raises:
        NotAllowed: without the right.
        Invalid: what is wrong, by field.
        WrongState: somebody else changed it or began another one meanwhile.
    """
    access.require_manage(actor)
    rows = ScopeStatement.objects.select_for_update(of=("self",))
    versions = list(rows.order_by("-version"))
    draft = next((each for each in versions if each.state == ScopeState.DRAFT), None)
    known = content_of(draft) if draft else ScopeContent("")
    wanted = _checked(content, known)
    if revision != (draft.revision if draft else None):
        raise WrongState(OUTDATED)
    if draft is not None and wanted == known:
        return draft.version
    row = draft or ScopeStatement(version=versions[0].version + 1 if versions else 1)
    row.statement, row.technology = wanted.statement, wanted.technology
    row.written_by_id, row.changed_at = actor.person_id, at
    row.revision = row.revision + 1 if draft else 1
    row.save()
    _write_items(row, wanted)
    before, after = _told(known), _told(wanted)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    _note("context.scope_drafted", row, changes, actor=actor, at=at)
    return row.version


@transaction.atomic
def discard_draft(*, actor: Actor, at: datetime) -> None:
    """Throw away the version that is being written.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    row = access.draft_to_change(actor=actor)
    changes: Changes = {"version": (row.version, None), "statement": (row.statement, None)}
    _note("context.scope_discarded", row, changes, actor=actor, at=at)
    row.delete()


@transaction.atomic
def approve_draft(*, revision: int, actor: Actor, at: datetime) -> int:
    """Let the version that is being written hold; the one that held until then is superseded.

    Args:
        revision: that was read before it was approved.
        actor: who approves; they are named in the statement.
        at: when.

    Returns:
        The number of the version.

    Raises:
        NotAllowed, NotFound: as they say.
        WrongState: it was changed meanwhile, or names what is not there any more.
    """
    row = access.draft_to_change(actor=actor)
    if row.revision != revision:
        raise WrongState(OUTDATED)
    names = organization_names()
    items = list(row.items.exclude(kind__in=(ItemKind.SERVICE, ItemKind.OTHER)))
    if gone := sorted(each.code for each in items if each.code not in names[ItemKind(each.kind)]):
        text = _("The draft names what is not there any more: %(codes)s. Change it first.")
        raise WrongState(text % {"codes": ", ".join(gone)})
    for each in items:
        each.name = names[ItemKind(each.kind)][each.code]
    ScopeItem.objects.bulk_update(items, ["name"])
    _supersede(actor=actor, at=at)
    after = SCOPES.target(ScopeState(row.state), ScopeTrigger.APPROVE)
    row.state, row.approved_at, row.approved_by_id = after, at, actor.person_id
    row.revision += 1
    row.save()
    changes: Changes = {"state": (ScopeState.DRAFT.value, after.value)}
    _note("context.scope_approved", row, changes, actor=actor, at=at)
    publish(ScopeApproved(row.version, at, actor.person_id))
    return row.version


def _supersede(*, actor: Actor, at: datetime) -> None:
    rows = ScopeStatement.objects.select_for_update(of=("self",))
    for row in rows.filter(state=ScopeState.APPROVED):
        before = ScopeState(row.state)
        row.state, row.superseded_at = SCOPES.target(before, ScopeTrigger.SUPERSEDE), at
        row.save(update_fields=["state", "superseded_at"])
        changes: Changes = {"state": (before.value, row.state)}
        _note("context.scope_superseded", row, changes, actor=actor, at=at)


def _checked(content: ScopeContent, known: ScopeContent) -> ScopeContent:
    """Return a sound content as it is kept: once each, in order, with its names.

    What the draft names already may be gone since; it is asked for again at the approval.
    """
    faults = content_faults(content)
    names = organization_names()
    kept = {(each.kind, each.code): each.name for each in known.named}
    for field, given in (("items", content.items), ("exclusions", content.exclusions)):
        unknown = sorted(
            each.code
            for each in given
            if each.kind in names
            and each.code not in names[each.kind]
            and (each.kind, each.code) not in kept
        )
        if unknown:
            fault: Text = _("There is no %(code)s.") % {"code": ", ".join(unknown)}
            faults[field] = [*faults[field], fault]
    refuse(faults)

    def called(kind: ItemKind, code: str, name: str) -> str:
        found = names.get(kind, {}).get(code) or name.strip() or kept.get((kind, code), "")
        return found or code

    items = {
        (each.kind, each.code): CoveredItem(
            each.kind, each.code, called(each.kind, each.code, each.name)
        )
        for each in content.items
    }
    exclusions = {
        (each.kind, each.name if each.kind is ItemKind.OTHER else each.code): Exclusion(
            each.kind,
            "" if each.kind is ItemKind.OTHER else each.code,
            called(each.kind, each.code, each.name),
            each.reason.strip(),
        )
        for each in content.exclusions
    }
    return ScopeContent(
        content.statement.strip(),
        content.technology.strip(),
        tuple(sorted(items.values(), key=lambda each: (each.kind, each.code))),
        tuple(sorted(exclusions.values(), key=lambda each: (each.kind, each.code, each.name))),
    )


def _write_items(row: ScopeStatement, content: ScopeContent) -> None:
    ScopeItem.objects.filter(scope=row).delete()
    covered = [
        ScopeItem(scope=row, kind=each.kind, code=each.code, name=each.name)
        for each in content.items
    ]
    left_out = [
        ScopeItem(
            scope=row,
            kind=each.kind,
            code=each.code,
            name=each.name,
            is_excluded=True,
            reason=each.reason,
        )
        for each in content.exclusions
    ]
    ScopeItem.objects.bulk_create([*covered, *left_out])


def _told(content: ScopeContent) -> dict[str, Any]:
    return {
        "statement": content.statement,
        "technology": content.technology,
        "items": [f"{each.kind.value} {each.code}" for each in content.items],
        "exclusions": [
            f"{each.kind.value} {each.code or each.name}: {each.reason}"
            for each in content.exclusions
        ],
    }


def _note(verb: str, row: ScopeStatement, changes: Changes, *, actor: Actor, at: datetime) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
