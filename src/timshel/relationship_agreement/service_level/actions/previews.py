"""Trying a draft over the cases of a period; nobody is told, and no clock is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.progress.actions import begin_errand
from timshel.leadership.authority.queries import actor_for
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import Agreement
from timshel.relationship_agreement.service_level.queries.book import (
    Promises,
    read_book,
    waiting_book,
)
from timshel.relationship_agreement.service_level.queries.readings import read_clocks
from timshel.relationship_agreement.service_level.rules.previewing import Preview

PREVIEW = "agreements.preview"
TITLE = gettext_noop("Trying a draft over past cases")
BATCH = 500


@transaction.atomic
def begin_preview(
    code: str, *, opened_from: datetime, opened_until: datetime, actor: Actor, at: datetime
) -> int:
    """Ask what the draft of an agreement would have come to for the cases of a period.

    Counted over what the actor may see.

    Args:
        code: of the agreement.
        opened_from: the first moment of the period in which the cases were opened.
        opened_until: the first moment after it.
        actor: who has the right to see agreements.
        at: when.

    Returns:
        The key of the errand.

    Raises:
        NotFound: there is no draft.
        NotAllowed: without the right.
        Invalid: a period that ends before it begins.
    """
    access.require_view(actor)
    draft = Agreement.objects.filter(code=code, is_draft=True).first()
    if draft is None:
        raise NotFound
    if opened_until <= opened_from:
        raise Invalid({"opened_until": [_("The period must end after it begins.")]})
    arguments = {
        "code": code,
        "version": draft.pk,
        "number": draft.number,
        "revision": draft.revision,
        "from": opened_from.isoformat(),
        "until": opened_until.isoformat(),
    }
    total = concerned(arguments, actor=actor).count()
    return begin_errand(PREVIEW, title=TITLE, arguments=arguments, total=total, actor=actor, at=at)


def preview_after(
    cursor: Mapping[str, Any] | None,
    *,
    asked: Mapping[str, Any],
    person_id: int | None,
    at: datetime,
) -> tuple[dict[str, Any], int] | None:
    """Read the next batch of cases under the draft and as they are.

    Args:
        cursor: what came of the batches before; None to begin.
        asked: the arguments of the errand.
        person_id: who asked; counted over what they may see now.
        at: the moment of the readings.

    Returns:
        What came of all batches so far and how many cases this one held, or None if there was
        nothing left.
    """
    actor = _reader(person_id)
    if actor is None:
        return None
    key = cursor["after"] if cursor else 0
    preview = Preview.from_plain(cursor) if cursor else Preview()
    items = concerned(asked, actor=actor).filter(pk__gt=key).order_by("pk")
    priorities = dict(items.values_list("pk", "priority")[:BATCH])
    if not priorities:
        return None
    code, version = asked["code"], asked["version"]
    versions = set(Agreement.objects.filter(code=code).values_list("pk", flat=True))
    tried = Promises(read_book(instead={code: version}), waiting_book())
    under = read_clocks(priorities, at=at, to_the_end=True, by=tried)
    real = read_clocks(priorities, at=at, to_the_end=True)
    for pk, priority in priorities.items():
        preview.add(
            pk,
            priority=priority,
            tried=under.get(pk, ()),
            real=real.get(pk, ()),
            versions=versions,
        )
    return {**preview.plain(), "after": max(priorities)}, len(priorities)


def concerned(asked: Mapping[str, Any], *, actor: Actor) -> QuerySet[WorkItem]:
    """Return the cases of a preview's period that any version of its agreement may be about."""
    items = WorkItem.objects.visible_to(actor).filter(
        opened_at__gte=datetime.fromisoformat(asked["from"]),
        opened_at__lt=datetime.fromisoformat(asked["until"]),
    )
    services: set[int] = set()
    current = Q(is_draft=False) | Q(pk=asked["version"])
    for version in Agreement.objects.filter(current, code=asked["code"]).prefetch_related(
        "services", "offerings"
    ):
        named = {each.pk for each in version.services.all()}
        named |= {each.service_id for each in version.offerings.all()}
        if not named:
            return items
        services |= named
    return items.filter(service_id__in=services)


def _reader(person_id: int | None) -> Actor | None:
    return system_actor() if person_id is None else actor_for(person_id, channel=Channel.SYSTEM)
