"""Writing, publishing and retiring the promises of the charter (clause 5.2).

A promise that was published is never rewritten: a change is a new version, which takes the place
of the earlier one on the day from which it holds.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Unit
from timshel.context.organization.rules import code_faults, refuse, time_zone_faults
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.leadership.policy import access
from timshel.leadership.policy.events import PromisePublished, PromiseRetired
from timshel.leadership.policy.models import CharterPromise
from timshel.leadership.policy.queries import content_of
from timshel.leadership.policy.rules import PromiseContent, content_faults
from timshel.leadership.policy.states import AudienceKind, PromiseState

SUBJECT = "charter_promise"
LONGEST_CODE = 40
DAY = timedelta(days=1)
FIELDS = (
    "title", "detail", "remedy", "audience", "audience_code", "measure", "subject_kind",
    "subject_code", "period", "zone", "bound", "target", "position", "valid_from", "valid_until",
    "translations",
)  # fmt: skip


@transaction.atomic
def save_draft(code: str, *, content: PromiseContent, actor: Actor, at: datetime) -> int:
    """Write the next version of a promise, or the first; saving the same again changes nothing.

    Whether there is such a measure is known to a later clause, and checked by whoever offers it.

    Args:
        code: of the promise.
        content: what it shall say.
        actor: who writes.
        at: when.

    Returns:
        The number of the version.

    Raises:
        NotAllowed: without the right to keep the charter.
        Invalid: the code or what it says.
    """
    access.require_manage(actor)
    owner = _owner(content.owner)
    refuse({"code": code_faults(code, longest=LONGEST_CODE), **_faults(content, owner)})
    versions = CharterPromise.objects.select_for_update(of=("self",)).filter(code=code)
    latest = versions.select_related("owner").order_by("-number").first()
    if latest is not None and latest.state == PromiseState.DRAFT:
        _change(latest, content, owner, actor=actor, at=at)
        return latest.number
    row = CharterPromise(
        code=code, number=latest.number + 1 if latest else 1, owner=owner, created_at=at
    )
    for name in FIELDS:
        setattr(row, name, getattr(content, name))
    row.save(force_insert=True)
    changes = {name: (None, _plain(getattr(content, name))) for name in (*FIELDS, "owner")}
    identity = {"code": (None, code), "number": (None, row.number)}
    _record("policy.promise_drafted", row, {**identity, **changes}, actor=actor, at=at)
    return row.number


def _change(
    row: CharterPromise,
    content: PromiseContent,
    owner: Person | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    before = content_of(row)
    changes = {
        name: (_plain(getattr(before, name)), _plain(getattr(content, name)))
        for name in (*FIELDS, "owner")
        if getattr(before, name) != getattr(content, name)
    }
    if not changes:
        return
    for name in FIELDS:
        setattr(row, name, getattr(content, name))
    row.owner = owner
    row.save()
    _record("policy.promise_changed", row, changes, actor=actor, at=at)


@transaction.atomic
def discard_draft(code: str, *, actor: Actor, at: datetime) -> None:
    """Throw away the version that is being written.

    Raises:
        NotAllowed: without the right to keep the charter.
        NotFound: none is being written.
    """
    row = access.promise_to_change(code, PromiseState.DRAFT, actor=actor)
    identity = {"code": (row.code, None), "number": (row.number, None), "title": (row.title, None)}
    _record("policy.promise_discarded", row, identity, actor=actor, at=at)
    row.delete()


@transaction.atomic
def publish_draft(code: str, *, actor: Actor, at: datetime) -> PromisePublished:
    """Promise what was written; an earlier version ends on the day before.

    Raises:
        NotAllowed: without the right to keep the charter.
        NotFound: no version is being written.
        WrongState: its last day is over already.
    """
    row = access.promise_to_change(code, PromiseState.DRAFT, actor=actor)
    if row.valid_until is not None and row.valid_until < at.astimezone(ZoneInfo(row.zone)).date():
        raise WrongState(_("The last day of this promise is over. Choose another one first."))
    earlier = CharterPromise.objects.select_for_update().filter(
        code=code, state=PromiseState.PUBLISHED
    )
    for each in earlier:
        _give_way(each, since=row.valid_from, actor=actor, at=at)
    row.state, row.published_at = PromiseState.PUBLISHED, at
    row.save(update_fields=["state", "published_at"])
    state = {"state": (PromiseState.DRAFT.value, PromiseState.PUBLISHED.value)}
    _record("policy.promise_published", row, state, actor=actor, at=at)
    event = PromisePublished(promise_id=row.pk, code=code, number=row.number, at=at)
    publish(event)
    return event


def _give_way(row: CharterPromise, *, since: date, actor: Actor, at: datetime) -> None:
    """End an earlier version on the day before another one begins, or at once."""
    if row.valid_from >= since:
        _retire(row, actor=actor, at=at)
    elif row.valid_until is None or row.valid_until >= since:
        changes = {"valid_until": (_plain(row.valid_until), _plain(since - DAY))}
        row.valid_until = since - DAY
        row.save(update_fields=["valid_until"])
        _record("policy.promise_replaced", row, changes, actor=actor, at=at)


@transaction.atomic
def retire_promise(code: str, *, actor: Actor, at: datetime) -> PromiseRetired:
    """Promise something no more, from now on; all its published versions are kept as history.

    Raises:
        NotAllowed: without the right to keep the charter.
        NotFound: it is not published.
    """
    latest = access.promise_to_change(code, PromiseState.PUBLISHED, actor=actor)
    published = CharterPromise.objects.select_for_update().filter(
        code=code, state=PromiseState.PUBLISHED
    )
    for row in published:
        _retire(row, actor=actor, at=at)
    event = PromiseRetired(promise_id=latest.pk, code=code, at=at)
    publish(event)
    return event


def _retire(row: CharterPromise, *, actor: Actor, at: datetime) -> None:
    row.state, row.retired_at = PromiseState.RETIRED, at
    row.save(update_fields=["state", "retired_at"])
    state = {"state": (PromiseState.PUBLISHED.value, PromiseState.RETIRED.value)}
    _record("policy.promise_retired", row, state, actor=actor, at=at)


def _owner(code: str) -> Person | None:
    if not code:
        return None
    owner = Person.objects.filter(code=code, is_active=True).first()
    if owner is None:
        raise Invalid({"owner": [_("There is no person %(code)s.") % {"code": code}]})
    return owner


def _faults(content: PromiseContent, owner: Person | None) -> dict[str, list[Text]]:
    faults = content_faults(content, languages=[code for code, _name in settings.LANGUAGES])
    faults["zone"] = time_zone_faults(content.zone)
    if content.audience is AudienceKind.UNIT and content.audience_code:
        units = Unit.objects.filter(code=content.audience_code)
        faults["audience_code"] += [] if units.exists() else [_("There is no such unit.")]
    if owner is not None and owner.customer_id is not None:
        faults["owner"] = [_("Somebody of our own answers for a promise.")]
    return faults


def _record(
    verb: str,
    row: CharterPromise,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, int | dict) else str(value)
