"""Taking back what was done to a piece of work: its fields are put back as the journal has them.

What was done is known by the origin that its journal entries bear. Only what still stands as it was
left is put back, all of it or nothing; what was said stays said. The clocks then read the journal
as though neither the one nor the other had happened.

The kinds of work belong to later apps, which ``timshel.reactions`` registers here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Customer, Team, Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Difference, NotAllowed, NotFound, Text, WrongState
from timshel.kernel.journal.queries import JournalEntry, history, standing
from timshel.operation.work import clocks
from timshel.operation.work.access import may_see
from timshel.operation.work.actions import SUBJECT, change_work_item
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import Seen, covers, may_view
from timshel.operation.work.undo_rules import (
    ENDS,
    LASTING,
    REFERENCES,
    ROW_FIELDS,
    Change,
    Net,
    Part,
    counters,
    net_effect,
    parts,
    same,
)

_TABLES: Mapping[str, Any] = {
    "team": Team,
    "assignee": Person,
    "requester": Person,
    "unit": Unit,
    "customer": Customer,
    "parent": WorkItem,
}
CHANGED = _("Changed meanwhile by %(name)s: it was left as it is.")
LASTS = _("What was said stays said: there is nothing here to take back.")
CANNOT = _("What followed from this cannot be taken back.")


class Restorer(Protocol):
    """What the work of one kind knows about taking back."""

    # By the verb of an entry the permissions of which any lets one take it back; a verb that is
    # not named here cannot be taken back.
    rights: Mapping[str, Collection[str]]

    def hold(self, number: str) -> None:
        """Lock what is locked before the work itself."""

    def refusal(self, item: WorkItem) -> Text | None:
        """Return why nothing of this work can be taken back, or None."""

    def put_back(self, item: WorkItem, before: Mapping[str, Any]) -> None:
        """Write the fields that the kind keeps beside the row of the work."""


class PutBack(Protocol):
    """Puts back what an app keeps around work of every kind."""

    def __call__(self, item: WorkItem, change: Change, /) -> None:
        """Write it as it was before the change; the journal is the caller's business."""


@dataclass(frozen=True, slots=True)
class _Around:
    """Fields around work of every kind, the verbs that change them, and who may."""

    fields: Mapping[str, PutBack]
    verbs: frozenset[str]
    may: Callable[..., bool]


_restorers: dict[str, Restorer] = {}
_around: list[_Around] = []


def register(kind: str, restorer: Restorer) -> None:
    """Say how a kind of work is put back; called once when all is loaded, harmless again."""
    _restorers[kind] = restorer


def register_around(
    fields: Mapping[str, PutBack], *, verbs: Collection[str], may: Callable[..., bool]
) -> None:
    """Say how fields around work of every kind are put back, such as its tags.

    Args:
        fields: by the name that the journal has for them.
        verbs: of the entries that change them.
        may: ``may(item, actor=…)`` tells whether somebody may.
    """
    made = _Around(dict(fields), frozenset(verbs), may)
    if made not in _around:
        _around.append(made)


@transaction.atomic
def take_back(number: str, *, origin: str, actor: Actor, at: datetime) -> None:
    """Put a piece of work back as it was before all that bears an origin, as far as it stands.

    The right is asked of the work as it was, which it will be again: whoever gave it away may
    take it back.

    Args:
        number: of the work.
        origin: of the journal entries that are taken back.
        actor: who takes it back.
        at: when.

    Raises:
        Conflict: somebody changed the same since; nothing was put back.
        WrongState: nothing of it can be taken back.
        NotAllowed, NotFound: as they say.
    """
    item, restorer = _locked(number)
    entries = history(SUBJECT, [item.pk])
    done = tuple(entry for entry in standing(entries) if entry.origin == origin)
    net = net_effect(entry for entry in done if not _is_lasting(entry))
    _require(item, done, net, actor=actor)
    if not net:
        raise WrongState(LASTS)
    refusal = restorer.refusal(item)
    if refusal is not None or not _verbs(done) <= _known(restorer):
        raise WrongState(refusal or CANNOT)
    _require_as_left(item, net, _since(entries, done))
    _write(item, restorer, net, entries=entries, done=done, actor=actor, at=at)


def _locked(number: str) -> tuple[WorkItem, Restorer]:
    kind = WorkItem.objects.filter(number=number).values_list("kind", flat=True).first()
    if kind is None or kind not in _restorers:
        raise NotFound
    _restorers[kind].hold(number)
    items = WorkItem.objects.filter(number=number).defer("search")
    items = items.select_related("team", "assignee", "requester", "parent")
    return items.select_for_update(of=("self",), no_key=True).get(), _restorers[kind]


def _is_lasting(entry: JournalEntry) -> bool:
    return entry.verb.rpartition(".")[2] in LASTING


def _verbs(done: Sequence[JournalEntry]) -> set[str]:
    return {entry.verb for entry in done if not _is_lasting(entry)}


def _known(restorer: Restorer) -> set[str]:
    return {*restorer.rights, *(verb for each in _around for verb in each.verbs)}


@dataclass(slots=True)
class _Place:
    """Where a piece of work stood, as rights and sight are asked."""

    kind: str
    requester_id: int
    opened_by_id: int | None
    team_id: int | None
    unit_id: int | None
    service_id: int | None


def _before(item: WorkItem, net: Net) -> _Place:
    def key(field: str, present: int | None) -> int | None:
        old = net[Part(field)].before if Part(field) in net else present
        return old["id"] if isinstance(old, Mapping) else old

    return _Place(
        kind=item.kind,
        requester_id=key("requester", item.requester_id) or item.requester_id,
        opened_by_id=item.opened_by_id,
        team_id=key("team", item.team_id),
        unit_id=key("unit", item.unit_id),
        service_id=key("service", item.service_id),
    )


def _require(item: WorkItem, done: Sequence[JournalEntry], net: Net, *, actor: Actor) -> None:
    before = _before(item, net)
    if not may_view(actor, before) and not may_see(actor, item):
        raise NotFound
    places: tuple[Seen, ...] = (item, before)
    rights = _restorers[item.kind].rights
    for verb in _verbs(done):
        if verb in rights:
            allowed = any(covers(actor, right, each) for right in rights[verb] for each in places)
        else:
            allowed = all(each.may(item, actor=actor) for each in _around if verb in each.verbs)
        if not allowed:
            raise NotAllowed


def _since(
    entries: Sequence[JournalEntry], done: Sequence[JournalEntry]
) -> tuple[JournalEntry, ...]:
    """Return what was written after the first of what is taken back, and stands."""
    first = min((entry.version or 0 for entry in done), default=0)
    ours = {entry.id for entry in done}
    later = (e for e in standing(entries) if (e.version or 0) > first and e.id not in ours)
    return tuple(later)


def _require_as_left(item: WorkItem, net: Net, later: Sequence[JournalEntry]) -> None:
    differences = [
        Difference(
            field=part.field,
            seen=net[part].after,
            current=new,
            wanted=net[part].before,
            changed_by=entry.who,
            changed_at=entry.at,
        )
        for entry in later
        for part, (_old, new) in parts(entry).items()
        if part in net
    ]
    if differences:
        name = differences[-1].changed_by
        raise Conflict(differences, CHANGED % {"name": name})
    for part, change in net.items():
        if part.field in ROW_FIELDS and not same(_plain(item, part.field), change.after):
            raise Conflict(message=_("It stands otherwise by now: it was left as it is."))
    parent = net.get(Part("parent"))
    if parent is not None and parent.before and item.children.exists():
        raise Conflict(message=_("It has cases below it by now: it was left as it is."))


def _plain(item: WorkItem, field: str) -> Any:
    if field in REFERENCES:
        key = getattr(item, f"{field}_id")
        return None if key is None else {"id": key}
    return getattr(item, field)


def _write(
    item: WorkItem,
    restorer: Restorer,
    net: Net,
    *,
    entries: Sequence[JournalEntry],
    done: Sequence[JournalEntry],
    actor: Actor,
    at: datetime,
) -> None:
    before = {part.field: change.before for part, change in net.items()}
    values: dict[str, Any] = {
        field: _row(field, before[field]) if field in REFERENCES else before[field]
        for field in sorted(ROW_FIELDS & set(before))
    }
    for field in ("service", "supplier"):
        if field in before:
            values[f"{field}_id"] = before[field]["id"] if before[field] else None
    values |= counters(item, done, entries)
    restorer.put_back(item, before)
    for each in _around:
        for part in sorted(part for part in net if part.field in each.fields):
            each.fields[part.field](item, net[part])
    also = _journalled(net)
    also["undone"] = (None, [entry.version for entry in done if not _is_lasting(entry)])
    change_work_item(item, verb=f"{item.kind}.{ENDS}", values=values, also=also, actor=actor, at=at)
    clocks.read_again(item, at=at)


def _journalled(net: Net) -> dict[str, tuple[Any, Any]]:
    """Return what the journal says of fields beside the row; of several things, all in a list."""
    found: dict[str, tuple[Any, Any]] = {}
    for field in sorted({part.field for part in net} - ROW_FIELDS):
        changes = [net[part] for part in sorted(net) if part.field == field]
        pair = (changes[0].after, changes[0].before)
        if len(changes) > 1:
            pair = [each.after for each in changes], [each.before for each in changes]
        found[field] = pair
    return found


def _row(field: str, before: Any) -> Any:
    """Return the row that the journal names."""
    if before is None:
        return None
    return _TABLES[field].objects.get(pk=before["id"])
