"""Several reports of one thing become one incident; and one that is two becomes two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.queries import JournalEntry, history, standing
from timshel.operation.teamwork.models import WorkLink
from timshel.operation.teamwork.states import WorkLinkKind
from timshel.operation.work import clocks
from timshel.operation.work.actions import SUBJECT, change_work_item, reference, stage_values
from timshel.operation.work.models import Watcher, WorkItem
from timshel.operation.work.rules import covers
from timshel.operation.work.sharing import is_confidential
from timshel.operation.work.states import OPEN_STAGES, Trigger
from timshel.operation.work.undo_rules import Change
from timshel.resolution_fulfilment.incident.access import WORK, find, lock, may_merge
from timshel.resolution_fulfilment.incident.actions.stages import write_stage
from timshel.resolution_fulfilment.incident.events import IncidentMerged, IncidentUnmerged
from timshel.resolution_fulfilment.incident.models import Incident, Merger
from timshel.resolution_fulfilment.incident.states import ResolutionCode

MOST_MERGED = 50
MERGED = "incident.merged"


@transaction.atomic
def merge_incidents(
    into: str, *, numbers: Iterable[str], actor: Actor, at: datetime
) -> tuple[IncidentMerged, ...]:
    """Have open incidents go on in another one, all or none.

    Each is cancelled as a duplicate with a link; what was said and sent stays with it, and can be
    read from the target by whoever may see it. Its requester and those who follow it follow the
    target, and are told. One that is merged into the target already changes nothing.

    Args:
        into: the number of the incident in which they go on.
        numbers: of those that end; at most fifty.
        actor: a helper who works on the target and may end the others.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        WrongState: the target or one of the others is not open.
        Invalid: none, too many, the target itself, or those that must not be brought together:
            of different customers, or confidential ones of different people.
    """
    wanted = {number.strip().upper() for number in numbers if number.strip()}
    if not wanted or len(wanted) > MOST_MERGED:
        raise Invalid({"numbers": [_("Please name from 1 to 50 cases.")]})
    target, sources = _held(into.strip().upper(), wanted, actor=actor)
    fresh = [each for each in sources if not _is_merged(each, target)]
    if target.stage not in OPEN_STAGES:
        raise WrongState(_("The case in which the others go on has to be open."))
    for source in fresh:
        _require_mergeable(source, target)
    found = tuple(_merge(source, target, actor=actor, at=at) for source in fresh)
    if fresh:
        taken = [source.number for source in fresh]
        _note_target(target, "incident.took_in", (None, taken), actor=actor, at=at)
    for event in found:
        publish(event)
    return found


@transaction.atomic
def unmerge_incident(number: str, *, actor: Actor, at: datetime) -> IncidentUnmerged:
    """Have an incident that was merged go on by itself again, as it stood before.

    Whoever follows the target because of it does so no longer; clocks read on as though it had
    never ended.

    Args:
        number: the incident that was merged.
        actor: a helper who may end it and works on the target.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        WrongState: it is not merged.
    """
    seen = find(number, actor=actor)
    if not may_merge(seen, actor=actor):
        raise NotAllowed
    merger = Merger.objects.filter(source=seen).select_related("target").first()
    if merger is None:
        raise WrongState(_("This case is not merged into another."))
    target, (item,) = _held(merger.target.number, {seen.number}, actor=actor)
    merger = Merger.objects.select_for_update().filter(source=item).first()
    if merger is None:
        raise WrongState(_("This case is not merged into another."))
    entry = _entry_of(item)
    before = {name: pair[0] for name, pair in entry.changes.items()}
    supplier = before.get("supplier")
    values: dict[str, Any] = {
        "stage": before["stage"],
        "waiting_reason": before.get("waiting_reason"),
        "supplier_id": supplier["id"] if supplier else None,
        "closed_at": None,
    }
    also: dict[str, tuple[Any, Any]] = {
        name: (entry.new(name), before[name])
        for name in ("supplier", "resolution_code", "merged_into")
        if name in before
    }
    also["undone"] = (None, [entry.version])
    Incident.objects.filter(pk=item.pk).update(resolution_code=before.get("resolution_code"))
    verb = "incident.unmerged"
    change_work_item(item, verb=verb, values=values, also=also, actor=actor, at=at)
    _take_apart(merger)
    _note_target(target, "incident.gave_back", ([item.number], None), actor=actor, at=at)
    clocks.read_again(item, at=at)
    event = IncidentUnmerged(item.pk, item.number, at, actor.person_id, target.pk, target.number)
    publish(event)
    return event


def put_back_merger(item: WorkItem, change: Change, /) -> None:
    """Undo what a merger did beside the incident; see ``operation.work.undoing``."""
    merger = Merger.objects.select_for_update().filter(source=item).first()
    if change.before is None and merger is not None:
        _take_apart(merger)


def _take_apart(merger: Merger) -> None:
    """Take back what a merger did beside the incident itself."""
    followers = Watcher.objects.filter(work_item_id=merger.target_id)
    followers.filter(person_id__in=merger.watchers).delete()
    if merger.has_link:
        WorkLink.objects.filter(
            source_id=merger.source_id, target_id=merger.target_id, kind=WorkLinkKind.DUPLICATE
        ).delete()
    merger.delete()


@dataclass(frozen=True, slots=True)
class _Gained:
    """What the target gains from one that is merged into it."""

    watchers: list[int]
    has_link: bool


def _held(into: str, wanted: set[str], *, actor: Actor) -> tuple[WorkItem, list[WorkItem]]:
    """Return the target and the others, locked in one order however they are named.

    Two who merge at once would otherwise wait for each other.
    """
    if into in wanted:
        raise Invalid({"numbers": [_("A case cannot be merged into itself.")]})
    found: dict[str, WorkItem] = {}
    for number in sorted({into, *wanted}):
        try:
            found[number] = lock(number, actor=actor)
        except NotFound as refusal:
            if number == into:
                raise
            message = _("There is no such case, or you may not see it: %(number)s.")
            raise Invalid({"numbers": [message % {"number": number}]}) from refusal
    if not covers(actor, WORK, found[into]):
        raise NotAllowed
    sources = [found[number] for number in sorted(wanted)]
    if not all(may_merge(each, actor=actor) for each in sources):
        raise NotAllowed
    return found[into], sources


def _is_merged(source: WorkItem, target: WorkItem) -> bool:
    return Merger.objects.filter(source=source, target=target).exists()


def _require_mergeable(source: WorkItem, target: WorkItem) -> None:
    named = {"number": source.number}
    if source.stage not in OPEN_STAGES:
        raise WrongState(_("Only open cases can be merged; %(number)s is not.") % named)
    if source.customer_id != target.customer_id:
        message = _("%(number)s is of another customer: what is said there is not for others.")
        raise Invalid({"numbers": [message % named]})
    if source.requester_id != target.requester_id and (
        is_confidential(source.service_id) or is_confidential(target.service_id)
    ):
        message = _("%(number)s cannot be merged: confidential cases stay with who asked.")
        raise Invalid({"numbers": [message % named]})


def _merge(source: WorkItem, target: WorkItem, *, actor: Actor, at: datetime) -> IncidentMerged:
    incident = Incident.objects.get(work_item=source)
    also = {
        "merged_into": (None, reference(target)),
        "resolution_code": (incident.resolution_code, ResolutionCode.DUPLICATE.value),
    }
    incident.resolution_code = ResolutionCode.DUPLICATE
    incident.save(update_fields=["resolution_code"])
    values = stage_values(source, Trigger.CANCEL, at=at)
    write_stage(source, MERGED, values=values, also=also, actor=actor, at=at)
    gained = _gain(source, target, actor=actor, at=at)
    Merger.objects.create(
        source=source,
        target=target,
        watchers=gained.watchers,
        has_link=gained.has_link,
        merged_by_id=actor.person_id,
        at=at,
    )
    return IncidentMerged(source.pk, source.number, at, actor.person_id, target.pk, target.number)


def _gain(source: WorkItem, target: WorkItem, *, actor: Actor, at: datetime) -> _Gained:
    """Have the people of the one follow the other, and link the two."""
    asked = {source.requester_id: False}
    followers = dict(
        Watcher.objects.filter(work_item=source).values_list("person_id", "by_requester")
    )
    there = set(Watcher.objects.filter(work_item=target).values_list("person_id", flat=True))
    there |= {key for key in (target.requester_id, target.opened_by_id) if key}
    fresh = {key: by for key, by in (followers | asked).items() if key not in there}
    Watcher.objects.bulk_create(
        Watcher(
            work_item=target,
            person_id=key,
            added_by_id=actor.person_id,
            by_requester=by_requester,
            at=at,
        )
        for key, by_requester in sorted(fresh.items())
    )
    _link, has_link = WorkLink.objects.get_or_create(
        source=source,
        target=target,
        kind=WorkLinkKind.DUPLICATE,
        defaults={"made_by_id": actor.person_id, "at": at},
    )
    return _Gained(sorted(fresh), has_link)


def _entry_of(item: WorkItem) -> JournalEntry:
    """Return the entry of the merger that stands."""
    entries = standing(history(SUBJECT, [item.pk]))
    return next(entry for entry in reversed(entries) if entry.verb == MERGED)


def _note_target(
    target: WorkItem, verb: str, merged: tuple[Any, Any], *, actor: Actor, at: datetime
) -> None:
    change_work_item(target, verb=verb, values={}, also={"merged": merged}, actor=actor, at=at)
