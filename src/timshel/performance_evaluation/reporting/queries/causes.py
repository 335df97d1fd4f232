"""Why a promise was broken, as far as the record tells: what it waited for, who had it longest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from timshel.context.organization.models import Team
from timshel.kernel.translation import translated
from timshel.performance_evaluation.measurement.rules.rounding import whole_minutes
from timshel.relationship_agreement.service_level.queries.readings import clock_logs
from timshel.relationship_agreement.service_level.rules.happenings import Phase
from timshel.relationship_agreement.service_level.rules.life import Situation, Stay, life_of
from timshel.service_portfolio.parties.models import Supplier

NOTHING = timedelta()
OVER = frozenset({Phase.DONE, Phase.CANCELLED})
Link = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Cause:
    """Where the time of a case went.

    Args:
        waiting: how long it waited for what, the longest first; plain time in whole minutes.
        link: the name of the team or supplier that had it longest, or empty.
        link_time: for how long; plain time in whole minutes.
        open_time: from the opening until the end or now, without the time it was solved.
    """

    waiting: tuple[tuple[str, timedelta], ...] = ()
    link: str = ""
    link_time: timedelta = NOTHING
    open_time: timedelta = NOTHING


def causes_of(
    work_item_ids: Collection[int], *, language: str, at: datetime
) -> Mapping[int, Cause]:
    """Return where the time of some cases went, by their keys; four queries.

    Args:
        work_item_ids: cases that the reader may see, as the caller has made sure.
        language: of the names.
        at: now.
    """
    lives = {key: life_of(log, at=at) for key, log in clock_logs(work_item_ids).items()}
    spent = {key: _by_link(life) for key, life in lives.items()}
    names = _names({link for links in spent.values() for link in links}, language)
    return {key: _cause(life, spent[key], names) for key, life in lives.items()}


def _cause(
    life: Iterable[Stay], links: Mapping[Link, timedelta], names: Mapping[Link, str]
) -> Cause:
    waiting: dict[str, timedelta] = defaultdict(timedelta)
    open_time = NOTHING
    for stay in life:
        if stay.situation.phase in OVER:
            continue
        open_time += stay.end - stay.start
        if stay.situation.waiting_reason:
            waiting[stay.situation.waiting_reason] += stay.end - stay.start
    longest = max(links, key=lambda link: (links[link], link), default=None)
    return Cause(
        waiting=tuple(
            (reason, whole_minutes(span) or NOTHING)
            for reason, span in sorted(waiting.items(), key=lambda each: (-each[1], each[0]))
        ),
        link=names.get(longest, "") if longest else "",
        link_time=(whole_minutes(links[longest]) or NOTHING) if longest else NOTHING,
        open_time=whole_minutes(open_time) or NOTHING,
    )


def _by_link(life: Iterable[Stay]) -> dict[Link, timedelta]:
    spent: dict[Link, timedelta] = defaultdict(timedelta)
    for stay in life:
        link = _link(stay.situation)
        if link is not None and stay.situation.phase not in OVER:
            spent[link] += stay.end - stay.start
    return dict(spent)


def _link(situation: Situation) -> Link | None:
    """Return who had the case: the supplier that is waited for, or else the team."""
    if situation.supplier_id is not None:
        return ("supplier", situation.supplier_id)
    return None if situation.team_id is None else ("team", situation.team_id)


def _names(links: Iterable[Link], language: str) -> dict[Link, str]:
    keys: dict[str, set[int]] = defaultdict(set)
    for kind, key in links:
        keys[kind].add(key)
    found: dict[Link, str] = {}
    for kind, rows in (
        ("team", Team.objects.filter(pk__in=keys["team"])),
        ("supplier", Supplier.objects.filter(pk__in=keys["supplier"])),
    ):
        for key, name, other in rows.values_list("pk", "name", "translations"):
            found[kind, key] = translated(name, other, "name", language)
    return found
