"""Calls as they are listed: behind a figure, of a person, about a piece of work.

The conditions stand here once: a figure counts what they keep, and the list shows the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.operation.call import access
from timshel.operation.call.models import ANSWER_WITHIN, SHORT_ABANDON, Call, CallQuerySet
from timshel.operation.call.states import (
    DIRECTION_NAMES,
    OUTCOME_NAMES,
    STAGE_NAMES,
    Direction,
    Outcome,
)
from timshel.operation.work.access import seen_among

NEWEST: KeysetOrder[Any] = KeysetOrder(
    SortKey("began_at", descending=True, is_time=True), SortKey("id", descending=True)
)
TOGETHER = timedelta(minutes=60)
"""A call of a number is taken for the one that is written down now within so much time."""


class What(StrEnum):
    """Which calls stand behind a figure."""

    ALL = "all"
    OFFERED = "offered"
    ANSWERED = "answered"
    IN_TIME = "in_time"
    ABANDONED = "abandoned"
    SHORT = "short"
    TALKED = "talked"
    WRAPPED = "wrapped"
    ABOUT_WORK = "about_work"
    OPENED = "opened"
    FIRST_CONTACT = "first_contact"
    VISITS = "visits"
    OPEN = "open"


def span(later: str, earlier: str) -> ExpressionWrapper[Any]:
    """Return the time between two moments of a call."""
    return ExpressionWrapper(F(later) - F(earlier), output_field=DurationField())


WAITED = ExpressionWrapper(
    Coalesce("answered_at", "abandoned_at") - F("queued_at"), output_field=DurationField()
)
_WITHIN = Coalesce("line__answer_within", ANSWER_WITHIN, output_field=DurationField())
_SHORTEST = Coalesce("line__short_abandon", SHORT_ABANDON, output_field=DurationField())

IS_QUEUED = Q(direction=Direction.INBOUND, queued_at__isnull=False)
IS_ANSWERED = IS_QUEUED & Q(answered_at__isnull=False)
IS_IN_TIME = IS_ANSWERED & Q(waited__lte=F("within"))
IS_GIVEN_UP = IS_QUEUED & Q(abandoned_at__isnull=False)
IS_SHORT = IS_GIVEN_UP & Q(waited__lt=F("shortest"))
IS_ABANDONED = IS_GIVEN_UP & ~Q(waited__lt=F("shortest"))
IS_TALKED = Q(answered_at__isnull=False, ended_at__isnull=False) & ~Q(external_id="")
IS_WRAPPED = IS_TALKED & Q(wrapped_at__isnull=False)
IS_OPENED = Q(opened_work=True)
IS_FIRST_CONTACT = IS_OPENED & Q(
    outcome=Outcome.RESOLVED, work_item__resolved_at__isnull=False, work_item__reopenings=0
)

CONDITIONS: Mapping[What, Q] = {
    What.ALL: Q(),
    What.OFFERED: IS_ANSWERED | IS_ABANDONED,
    What.ANSWERED: IS_ANSWERED,
    What.IN_TIME: IS_IN_TIME,
    What.ABANDONED: IS_ABANDONED,
    What.SHORT: IS_SHORT,
    What.TALKED: IS_TALKED,
    What.WRAPPED: IS_WRAPPED,
    What.ABOUT_WORK: Q(work_item__isnull=False),
    What.OPENED: IS_OPENED,
    What.FIRST_CONTACT: IS_FIRST_CONTACT,
    What.VISITS: Q(channel="walk_in"),
    What.OPEN: Q(ended_at__isnull=True),
}
WHAT_NAMES: Mapping[What, Promise] = {
    What.ALL: _("All calls and visits"),
    What.OFFERED: _("Calls answered or given up"),
    What.ANSWERED: _("Calls answered"),
    What.IN_TIME: _("Calls answered in time"),
    What.ABANDONED: _("Calls given up"),
    What.SHORT: _("Calls given up at once"),
    What.TALKED: _("Calls talked"),
    What.WRAPPED: _("Calls wrapped up"),
    What.ABOUT_WORK: _("Calls and visits about a case"),
    What.OPENED: _("Calls and visits that opened a case"),
    What.FIRST_CONTACT: _("Calls and visits whose case was solved at once"),
    What.VISITS: _("Visits"),
    What.OPEN: _("Calls that go on"),
}


@dataclass(frozen=True, slots=True)
class CallFilters:
    """Which calls are meant; None asks for no restriction.

    Args:
        what: which of them.
        since: began at this moment or later.
        until: began before this moment.
        line: the code of a line; empty for calls on no line.
        agent_id: who took them.
        is_measured: only those of which the reader may see figures.
    """

    what: What = What.ALL
    since: datetime | None = None
    until: datetime | None = None
    line: str | None = None
    agent_id: int | None = None
    is_measured: bool = False


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as it is listed; ``work`` is empty where the reader may not see the work."""

    id: int
    channel: str
    direction: str
    direction_name: Promise
    stage: str
    stage_name: Promise
    line: str
    line_code: str
    caller_id: int | None
    caller: str
    number: str
    agent_id: int | None
    agent: str
    began_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    abandoned_at: datetime | None
    ended_at: datetime | None
    wrapped_at: datetime | None
    waited: timedelta | None
    talked: timedelta | None
    transfers: int
    outcome: str
    outcome_name: Promise | str
    note: str
    work: str
    work_kind: str
    work_title: str
    opened_work: bool
    source: str
    external_id: str
    is_logged: bool


def chosen_calls(filters: CallFilters, *, actor: Actor) -> CallQuerySet:
    """Return the calls that are meant and that the actor may see.

    Args:
        filters: which.
        actor: who reads.
    """
    calls = Call.objects.visible_to(actor).annotate(
        waited=WAITED, within=_WITHIN, shortest=_SHORTEST
    )
    calls = calls.filter(CONDITIONS[filters.what])
    if filters.is_measured:
        calls = calls.covered(actor, access.MEASURE)
    if filters.since is not None:
        calls = calls.filter(began_at__gte=filters.since)
    if filters.until is not None:
        calls = calls.filter(began_at__lt=filters.until)
    if filters.line is not None:
        calls = calls.filter(line__code=filters.line) if filters.line else calls.filter(line=None)
    if filters.agent_id is not None:
        calls = calls.filter(agent_id=filters.agent_id)
    return calls


def call_list(
    filters: CallFilters, *, actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[CallRow]:
    """Return a page of calls, newest first, in at most two queries.

    Args:
        filters: which.
        actor: who reads.
        cursor: where to go on, from an earlier page.
        size: rows to a page.

    Raises:
        NotAllowed: the actor sees no calls.
        Invalid: the cursor is not one of ours.
    """
    access.require_view(actor)
    page = NEWEST.page(_with_names(chosen_calls(filters, actor=actor)), cursor=cursor, size=size)
    seen = _seen(page.items, actor)
    return page.map(lambda call: _row(call, actor, seen))


def call_view(call_id: int, *, actor: Actor) -> CallRow:
    """Return one call, in at most two queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    call = _with_names(Call.objects.visible_to(actor)).filter(pk=call_id).first()
    if call is None:
        raise NotFound
    return _row(call, actor, _seen([call], actor))


def calls_of_person(person_id: int, *, actor: Actor, limit: int = 5) -> tuple[CallRow, ...]:
    """Return the latest calls of a caller that the actor may see; at most two queries."""
    calls = _with_names(Call.objects.visible_to(actor).filter(caller_id=person_id))
    found = list(calls.order_by("-began_at", "-pk")[:limit])
    seen = _seen(found, actor)
    return tuple(_row(call, actor, seen) for call in found)


def calls_of_work(work_item_id: int, *, actor: Actor, limit: int = 20) -> tuple[CallRow, ...]:
    """Return the calls about a piece of work, newest first, for who may see the work.

    At most two queries; one where nobody called about it.

    Args:
        work_item_id: the key of the work.
        actor: who reads; who sees neither calls nor writes them down, as requesters, gets none.
        limit: how many at most.
    """
    if not actor.may_somewhere(access.VIEW) and not actor.may_somewhere(access.LOG):
        return ()
    calls = _with_names(Call.objects.filter(work_item_id=work_item_id))
    found = list(calls.order_by("-began_at", "-pk")[:limit])
    seen = _seen(found, actor)
    return tuple(_row(call, actor, seen) for call in found if call.work_item_id in seen)


def unlogged_call(
    *, external_id: str = "", number: str = "", actor: Actor, at: datetime
) -> CallRow | None:
    """Return the call that is being talked about now, as a telephone system told of it.

    Args:
        external_id: what the system calls it; empty to go by the number.
        number: the caller's, in plain form.
        actor: who asks; only calls that the actor may see, and that nobody wrote down yet.
        at: now.
    """
    calls = Call.objects.visible_to(actor).filter(logged_at__isnull=True).exclude(external_id="")
    if external_id:
        calls = calls.filter(external_id=external_id.replace("\0", "")[:120])
    elif number:
        recent = Q(began_at__gte=at - TOGETHER, abandoned_at__isnull=True)
        calls = calls.filter(recent, caller_number=number.replace("\0", ""))
    else:
        return None
    call = _with_names(calls).order_by("-began_at", "-pk").first()
    return None if call is None else _row(call, actor, frozenset())


def what_of(text: str) -> What:
    """Return which calls an address names.

    Raises:
        Invalid: there is no such list.
    """
    if text not in set(What):
        raise Invalid({"what": [_("There is no such list.")]})
    return What(text)


def _with_names(calls: CallQuerySet) -> CallQuerySet:
    return calls.select_related("line", "caller", "agent", "work_item__team").defer(
        "work_item__search", "work_item__description"
    )


def _seen(calls: Iterable[Call], actor: Actor) -> frozenset[int]:
    """Return the keys of the work that the calls were about and that the actor may see."""
    items = {call.work_item.pk: call.work_item for call in calls if call.work_item}
    return frozenset(item.pk for item in seen_among(items.values(), actor=actor))


def _row(call: Call, actor: Actor, seen: frozenset[int]) -> CallRow:
    item = call.work_item if call.work_item_id in seen else None
    first_moment = call.answered_at or call.abandoned_at
    return CallRow(
        id=call.pk,
        channel=call.channel,
        direction=call.direction,
        direction_name=DIRECTION_NAMES[call.direction],
        stage=str(call.stage),
        stage_name=STAGE_NAMES[call.stage],
        line=call.line.text("name", actor.language) if call.line else "",
        line_code=call.line.code if call.line else "",
        caller_id=call.caller_id,
        caller=call.caller.name if call.caller else call.caller_name,
        number=call.caller_number,
        agent_id=call.agent_id,
        agent=call.agent.name if call.agent else call.agent_label,
        began_at=call.began_at,
        queued_at=call.queued_at,
        answered_at=call.answered_at,
        abandoned_at=call.abandoned_at,
        ended_at=call.ended_at,
        wrapped_at=call.wrapped_at,
        waited=first_moment - call.queued_at if first_moment and call.queued_at else None,
        talked=call.ended_at - call.answered_at if call.ended_at and call.answered_at else None,
        transfers=call.transfers,
        outcome=call.outcome,
        outcome_name=OUTCOME_NAMES[call.outcome] if call.outcome else "",
        note=call.note,
        work=item.number if item else "",
        work_kind=item.kind if item else "",
        work_title=item.title if item else "",
        opened_work=call.opened_work,
        source=call.source,
        external_id=call.external_id,
        is_logged=call.logged_at is not None,
    )
