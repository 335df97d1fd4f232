"""Who follows a piece of work beside those who asked for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, WrongState
from timshel.kernel.events import publish
from timshel.operation.teamwork.access import may_help
from timshel.operation.teamwork.events import WatcherAdded
from timshel.operation.teamwork.rules import MOST_WATCHERS
from timshel.operation.work.access import is_own, lock
from timshel.operation.work.actions import change_work_item, reference
from timshel.operation.work.models import Watcher, WorkItem
from timshel.operation.work.rules import TASK, VIEW, covers
from timshel.operation.work.sharing import is_confidential


@transaction.atomic
def add_watcher(number: str, *, person_id: int, actor: Actor, at: datetime) -> WatcherAdded | None:
    """Have somebody follow a piece of work: they see it, and hear of public replies and endings.

    Whoever asked for it adds colleagues, but not where the service is confidential. Helpers add
    anybody whom they may name; whoever may see the work as a helper can watch it themselves.
    Nobody watches a task: its request is watched.

    Args:
        number: the piece of work.
        person_id: who is to follow it; somebody who does already changes nothing.
        actor: who adds them.
        at: when.

    Returns:
        The fact, or None where the person follows it already.

    Raises:
        NotAllowed, NotFound: as they say.
        WrongState: it is a task.
        Invalid: a person who cannot be added, or too many.
    """
    item = lock(number, actor=actor)
    by_requester = _require_adding(item, person_id, actor=actor)
    if person_id in (item.requester_id, item.opened_by_id):
        raise Invalid({"person": [_("This person asked for it, and follows it anyway.")]})
    found = Watcher.objects.filter(work_item=item, person_id=person_id).first()
    if found is not None:
        if found.by_requester and not by_requester:
            Watcher.objects.filter(pk=found.pk).update(by_requester=False)
        return None
    person = _chosen(person_id, actor=actor)
    if Watcher.objects.filter(work_item=item).count() >= MOST_WATCHERS:
        message = _("At most %(count)d people can follow this.") % {"count": MOST_WATCHERS}
        raise Invalid({"person": [message]})
    Watcher.objects.create(
        work_item=item,
        person=person,
        added_by_id=actor.person_id,
        by_requester=by_requester,
        at=at,
    )
    _note(item, "work.watched", (None, reference(person)), actor=actor, at=at)
    event = WatcherAdded(
        work_item_id=item.pk,
        number=item.number,
        kind=item.kind,
        person_id=person.pk,
        by_person_id=actor.person_id,
        at=at,
    )
    publish(event)
    return event


@transaction.atomic
def remove_watcher(number: str, *, person_id: int, actor: Actor, at: datetime) -> None:
    """Have somebody follow a piece of work no longer; there being no such watcher is as well.

    Everybody stops watching for themselves; helpers remove anybody, and whoever asked for the
    work those whom their side added.

    Args:
        number: the piece of work.
        person_id: who.
        actor: who removes them.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    item = lock(number, actor=actor)
    found = Watcher.objects.select_related("person").filter(work_item=item, person_id=person_id)
    watcher = found.first()
    helps = may_help(item, actor=actor)
    own = is_own(item, actor=actor) and (watcher is None or watcher.by_requester)
    if not (helps or own or actor.person_id == person_id):
        raise NotAllowed
    if watcher is not None:
        watcher.delete()
        gone = (reference(watcher.person), None)
        _note(item, "work.unwatched", gone, actor=actor, at=at)


def _require_adding(item: WorkItem, person_id: int, *, actor: Actor) -> bool:
    """Tell whether it is the requester's side that adds somebody; refuse who may not."""
    if item.kind == TASK:
        raise WrongState(_("Tasks cannot be followed; please follow the request instead."))
    if may_help(item, actor=actor):
        return False
    if covers(actor, VIEW, item) and person_id == actor.person_id:
        return False
    if not is_own(item, actor=actor):
        raise NotAllowed
    if is_confidential(item.service_id):
        raise NotAllowed(_("This is confidential, and cannot be shared."))
    return True


def _chosen(person_id: int, *, actor: Actor) -> Person:
    people = Person.objects.named_to(actor).filter(pk=person_id, is_active=True)
    person = people.first()
    if person is None:
        raise Invalid({"person": [_("Please choose somebody of the same house.")]})
    return person


def _note(
    item: WorkItem,
    verb: str,
    watcher: tuple[object, object],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    change_work_item(item, verb=verb, values={}, also={"watcher": watcher}, actor=actor, at=at)
