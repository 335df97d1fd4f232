"""The way of one piece of work through teams and suppliers, with names, for pages and programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from timshel.context.organization.models import Team
from timshel.kernel.errors import NotFound
from timshel.relationship_agreement.service_level.models import Agreement, BusinessCalendar
from timshel.relationship_agreement.service_level.queries.clocks import (
    ClockView,
    view_of_reading,
)
from timshel.relationship_agreement.service_level.queries.readings import work_life
from timshel.relationship_agreement.service_level.rules.chain import (
    Amounts,
    Chain,
    Link,
    LinkKind,
    Segment,
    chain_of,
)
from timshel.relationship_agreement.service_level.rules.clock import ClockReading
from timshel.service_portfolio.parties.models import Supplier


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link of a chain, with its name and its own agreement.

    Args:
        number: its place, from 1.
        kind: a team, a supplier, nobody, or the time between a resolution and a reopening.
        code: of the team or supplier, or nothing.
        name: of the team or supplier, or nothing.
        started_at: when it began.
        ended_at: when it ended, or the moment of the reading.
        amounts: what its time was for the promise.
        used: working time of the promise that stands.
        share: of all that was used, between 0 and 1.
        pauses: paused working time by the reason of the waiting.
        segments: its times in order.
        agreement_name: the agreement with this team or supplier, or nothing.
        hop: what the clock of this agreement says, or None.
    """

    number: int
    kind: LinkKind
    code: str
    name: str
    started_at: datetime
    ended_at: datetime
    amounts: Amounts
    used: timedelta
    share: float
    pauses: Mapping[str, timedelta]
    segments: tuple[Segment, ...]
    agreement_name: str
    hop: ClockView | None


@dataclass(frozen=True, slots=True)
class ChainView:
    """A chain with names; see :class:`~..rules.chain.Chain` for what the fields mean.

    ``agreement_name``, ``calendar_name`` and ``calendar_zone`` are those of the promise.
    """

    started_at: datetime
    ended_at: datetime
    is_over: bool
    links: tuple[LinkView, ...]
    by_reason: tuple[tuple[str | None, Amounts], ...]
    total: Amounts
    promise: ClockView | None
    agreement_name: str
    calendar_name: str
    calendar_zone: str
    broken_in: LinkView | None
    used_most: LinkView | None


def chain(work_item_id: int, *, at: datetime, language: str) -> ChainView:
    """Return the way of one piece of work, in a fixed number of queries.

    Args:
        work_item_id: its key; the caller has asked whether the reader may see it.
        at: the moment of the reading; it may lie in the past.
        language: of the names.

    Raises:
        NotFound: it was not opened by then.
    """
    work = work_life(work_item_id, at=at)
    found = chain_of(work.life, work.readings)
    if found is None:
        raise NotFound
    names = _names(found.links, language)
    agreements = dict(
        Agreement.objects.filter(pk__in=_agreement_ids(found)).values_list("pk", "name")
    )
    calendar = BusinessCalendar.objects.filter(pk=_calendar_id(found.promise)).first()
    links = tuple(_link(work_item_id, each, names, agreements) for each in found.links)
    by_number = {each.number: each for each in links}
    promise = found.promise
    return ChainView(
        started_at=found.started_at,
        ended_at=found.ended_at,
        is_over=found.is_over,
        links=links,
        by_reason=found.by_reason,
        total=found.total,
        promise=view_of_reading(work_item_id, promise) if promise else None,
        agreement_name=agreements.get(promise.terms.agreement_id or 0, "") if promise else "",
        calendar_name=calendar.name if calendar else "",
        calendar_zone=calendar.time_zone if calendar else "",
        broken_in=by_number.get(found.broken_in or 0),
        used_most=by_number.get(found.used_most or 0),
    )


def _names(links: Iterable[Link], language: str) -> Mapping[tuple[str, int], tuple[str, str]]:
    """Return code and name of all teams and suppliers, in two queries."""
    known = list(links)
    teams = Team.objects.filter(pk__in={each.team_id for each in known if each.team_id})
    suppliers = Supplier.objects.filter(
        pk__in={each.supplier_id for each in known if each.supplier_id}
    )
    return {
        **{("team", row.pk): (row.code, row.text("name", language)) for row in teams},
        **{("supplier", row.pk): (row.code, row.text("name", language)) for row in suppliers},
    }


def _agreement_ids(found: Chain) -> set[int]:
    readings = [found.promise, *(link.hop for link in found.links)]
    return {each.terms.agreement_id or 0 for each in readings if each is not None}


def _calendar_id(promise: ClockReading | None) -> int:
    return (promise.terms.calendar_id or 0) if promise else 0


def _link(
    work_item_id: int,
    link: Link,
    names: Mapping[tuple[str, int], tuple[str, str]],
    agreements: Mapping[int, str],
) -> LinkView:
    key = link.team_id if link.kind is LinkKind.TEAM else link.supplier_id
    code, name = names.get((link.kind.value, key or 0), ("", ""))
    return LinkView(
        number=link.number,
        kind=link.kind,
        code=code,
        name=name,
        started_at=link.start,
        ended_at=link.end,
        amounts=link.amounts,
        used=link.used,
        share=link.share,
        pauses=link.pauses,
        segments=link.segments,
        agreement_name=agreements.get(link.hop.terms.agreement_id or 0, "") if link.hop else "",
        hop=view_of_reading(work_item_id, link.hop) if link.hop else None,
    )
