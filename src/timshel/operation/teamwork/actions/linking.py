"""What one piece of work has to do with another, of whatever kinds they are."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.operation.teamwork.access import require_help
from timshel.operation.teamwork.models import WorkLink
from timshel.operation.teamwork.rules import MOST_LINKS
from timshel.operation.teamwork.states import WorkLinkKind
from timshel.operation.work.access import find
from timshel.operation.work.actions import change_work_item, regions
from timshel.operation.work.models import WorkItem


@transaction.atomic
def link_work(number: str, *, to: str, kind: str, actor: Actor, at: datetime) -> None:
    """Link a piece of work to another; a link that is there already changes nothing.

    The link shows on both, to whoever may see the other.

    Args:
        number: the piece of work that is looked at.
        to: the number of the other; the actor has to see it.
        kind: ``related``, ``duplicate_of`` or ``caused_by``, read from the first to the other.
        actor: who works on the first.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: no such kind, no other work, or too many links.
    """
    item = require_help(number, actor=actor)
    if kind not in set(WorkLinkKind):
        raise Invalid({"kind": [_("Please choose one of the choices.")]})
    other = _other(item, to, actor=actor)
    wanted = WorkLinkKind(kind)
    between = Q(source=item, target=other) | Q(source=other, target=item)
    if wanted is not WorkLinkKind.RELATED:
        between = Q(source=item, target=other)
        if WorkLink.objects.filter(source=other, target=item, kind=wanted).exists():
            raise Invalid({"to": [_("The two are linked the other way round already.")]})
    if WorkLink.objects.filter(between, kind=wanted).exists():
        return
    if WorkLink.objects.filter(Q(source=item) | Q(target=item)).count() >= MOST_LINKS:
        message = _("At most %(count)d links can be on one piece of work.") % {"count": MOST_LINKS}
        raise Invalid({"to": [message]})
    WorkLink.objects.create(
        source=item, target=other, kind=wanted, made_by_id=actor.person_id, at=at
    )
    _note(item, other, wanted, "work.linked", actor=actor, at=at)


@transaction.atomic
def unlink_work(number: str, *, link_id: int, actor: Actor, at: datetime) -> None:
    """Take a link away, from either side.

    Args:
        number: one of the two.
        link_id: its key.
        actor: who works on it.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say; also for a link of other work, or to work that the
            actor does not see.
    """
    item = require_help(number, actor=actor)
    rows = WorkLink.objects.select_related("source", "target")
    rows = rows.defer("source__search", "target__search").filter(pk=link_id)
    link = rows.filter(Q(source=item) | Q(target=item)).first()
    if link is None:
        raise NotFound
    other = link.target if link.source_id == item.pk else link.source
    find(other.number, actor=actor)
    link.delete()
    _note(item, other, WorkLinkKind(link.kind), "work.unlinked", actor=actor, at=at)


def _other(item: WorkItem, number: str, *, actor: Actor) -> WorkItem:
    try:
        other = find(number.strip(), actor=actor)
    except NotFound as refusal:
        raise Invalid({"to": [_("There is no such case, or you may not see it.")]}) from refusal
    if other.pk == item.pk:
        raise Invalid({"to": [_("This is the case itself.")]})
    return other


def _note(
    item: WorkItem, other: WorkItem, kind: WorkLinkKind, verb: str, *, actor: Actor, at: datetime
) -> None:
    """Journal a link where it was made; the journal of the other is left to whoever sees both.

    Its number alone is written: who reads the history of one need not see the other's title.
    """
    linked = {"id": other.pk, "name": other.number, "kind": kind.value}
    pair = (None, linked) if verb == "work.linked" else (linked, None)
    change_work_item(item, verb=verb, values={}, also={"link": pair}, actor=actor, at=at)
    live.announce(regions(other), at=at)
