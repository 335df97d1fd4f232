"""Who calls, and what is known of them at once: cases, calls, traits, where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from timshel.context.people import queries as people
from timshel.interfaces.web import badges
from timshel.interfaces.web.addresses import INCIDENT, REQUEST, record_addresses
from timshel.interfaces.web.desk.log_forms import CASE
from timshel.interfaces.web.desk.words import Trait, traits
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.operation.call.queries import CallRow, calls_of_person
from timshel.relationship_agreement.service_level.queries.worklist import (
    WorkFilters,
    WorkRow,
    work_list,
)

OPEN_SHOWN = 8
PAST_SHOWN = 5
KINDS = (INCIDENT, REQUEST)


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case of the caller, with where it is."""

    row: WorkRow
    address: str
    stage: SafeString

    @property
    def value(self) -> str:
        """What stands in the form where the call is about it."""
        return f"{CASE}{self.row.number}"


@dataclass(frozen=True, slots=True)
class ShownCall:
    """An earlier call, with where its case is."""

    row: CallRow
    address: str


@dataclass(frozen=True, slots=True)
class Caller:
    """All that is shown of whoever calls.

    Args:
        card: the person.
        traits: what a helper should know.
        local_time: what the clock shows where they are, or nothing where it shows the same.
        open_cases: not finished, the next deadline first.
        past_cases: finished, the latest first.
        calls: earlier calls, the latest first.
    """

    card: people.PersonCard
    traits: list[Trait]
    local_time: str
    open_cases: tuple[ShownCase, ...]
    past_cases: tuple[ShownCase, ...]
    calls: tuple[ShownCall, ...]


def caller(request: TimshelRequest, person_id: int) -> Caller | None:
    """Return what is known of a person under the reader's rights; None where nobody is there.

    A fixed number of queries, however much is known.
    """
    actor, at = request.actor, request.at
    try:
        card = people.person_card(person_id, actor=actor)
    except NotFound:
        return None
    places = record_addresses()
    past = calls_of_person(person_id, actor=actor, limit=PAST_SHOWN)
    return Caller(
        card=card,
        traits=traits(card.traits),
        local_time=local_time(card.time_zone, actor=actor, at=at),
        open_cases=_cases(person_id, actor, at, is_open=True),
        past_cases=_cases(person_id, actor, at, is_open=False),
        calls=tuple(
            ShownCall(row, f"{places[row.work_kind]}{row.work}" if row.work else "") for row in past
        ),
    )


def local_time(zone: str, *, actor: Actor, at: datetime) -> str:
    """Return what the clock shows where somebody is, where it differs from the reader's."""
    there, here = at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(actor.time_zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    place = zone.rpartition("/")[2].replace("_", " ")
    day = "" if there.date() == here.date() else f" ({there:%d.%m.})"
    return _("It is %(time)s in %(place)s.") % {"time": f"{there:%H:%M}{day}", "place": place}


def _cases(person_id: int, actor: Actor, at: datetime, *, is_open: bool) -> tuple[ShownCase, ...]:
    filters = WorkFilters(requester_id=person_id, kinds=KINDS, open=is_open)
    page = work_list(
        filters,
        actor=actor,
        at=at,
        sort="due" if is_open else "updated",
        size=OPEN_SHOWN if is_open else PAST_SHOWN,
    )
    places = record_addresses()
    return tuple(
        ShownCase(row, f"{places[row.kind]}{row.number}", badges.stage(row.stage))
        for row in page.items
    )
