"""Who hears that the time of a clock runs out, or has: whom the rules name, once, and by day.

Everything is read anew when the mail is written, so that nobody is warned in the morning of what
was answered in the evening. Who is not there to read it is told when their hours begin.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from timshel.context.people.models import Person
from timshel.context.people.queries import members_of, on_call, teams_of
from timshel.leadership.authority.queries import holders_of
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries.reading_hours import reads_at
from timshel.relationship_agreement.service_level.states import (
    STOPPED,
    ClockKind,
    ClockState,
    Recipient,
)
from timshel.resolution_fulfilment.incident import notices
from timshel.resolution_fulfilment.incident.actions.notifying import (
    Links,
    Told,
    helpers_told,
    send,
    work_told_of,
)
from timshel.resolution_fulfilment.incident.notices import ClockNews
from timshel.service_portfolio.service.queries import owner_of

DUE = "100%"
DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class _Standing:
    """A clock of an incident as it stands when people are to hear of it."""

    item: WorkItem
    clock: Clock
    due_at: datetime

    @property
    def team_id(self) -> int | None:
        """Whose leads and whose people on call answer for the clock."""
        return self.clock.team_id or self.item.team_id

    @property
    def is_over(self) -> bool:
        return ClockState(self.clock.state) in STOPPED

    def is_late(self, at: datetime) -> bool:
        return self.clock.breached_at is not None or at > self.due_at


def tell_alert(alert: ClockAlerted, *, links: Links, at: datetime) -> frozenset[datetime]:
    """Tell whom an escalation rule names that the time of a clock runs out, or has.

    Args:
        alert: what the sweep found.
        links: where the pages are.
        at: now.

    Returns:
        When to call again with the same alert, for those who are not there to read it now.
    """
    standing = _standing(alert.work_item_id, alert.kind, alert.lap, due_at=alert.due_at)
    if standing is None or (standing.is_over and standing.clock.breached_at is None):
        return frozenset()
    people = _RECIPIENTS[alert.recipient](standing, alert.role_code, at)
    occasion = _occasion(alert, due_at=alert.due_at, moment=_moment_of(alert))
    return _tell(standing, people, links, occasion, at_night=alert.at_night, at=at)


def tell_breach(breach: ClockBreached, *, links: Links, at: datetime) -> frozenset[datetime]:
    """Tell the assignee, or else the leads of the team, that a promise was broken.

    Args and Returns: as for :func:`tell_alert`.
    """
    standing = _standing(breach.work_item_id, breach.kind, breach.lap, due_at=breach.breached_at)
    if standing is None or (not standing.is_late(at)):
        return frozenset()
    people = _assignee(standing, "", at)
    occasion = _occasion(breach, due_at=breach.breached_at, moment=DUE)
    return _tell(standing, people, links, occasion, at_night=False, at=at)


def _standing(
    work_item_id: int, kind: ClockKind, lap: int, *, due_at: datetime
) -> _Standing | None:
    item = work_told_of(work_item_id)
    clock = (
        Clock.objects.select_related("calendar", "team", "supplier")
        .filter(work_item_id=work_item_id, kind=kind, lap=lap)
        .first()
    )
    if item is None or clock is None:
        return None  # nothing is promised any more
    return _Standing(item, clock, clock.breached_at or clock.due_at or due_at)


def _tell(
    standing: _Standing,
    people: frozenset[int],
    links: Links,
    occasion: str,
    *,
    at_night: bool,
    at: datetime,
) -> frozenset[datetime]:
    later = set()
    rows = list(Person.objects.filter(pk__in=people).order_by("pk"))
    teams = teams_of(people)
    for told in helpers_told(standing.item, rows, links):
        if not at_night:
            there_at = reads_at(
                teams.get(told.person.pk, frozenset()),
                first_team_id=standing.team_id,
                calendar_id=standing.clock.calendar_id,
                at=at,
            )
            if there_at > at:
                later.add(there_at)
                continue
        _write(standing, told, f"{occasion}/{told.person.pk}", is_paged=at_night, at=at)
    return frozenset(later)


def _write(standing: _Standing, told: Told, occasion: str, *, is_paged: bool, at: datetime) -> None:
    item, clock = standing.item, standing.clock
    first, last = sorted((at, standing.due_at))
    news = ClockNews(
        kind=ClockKind(clock.kind),
        due_at=standing.due_at,
        left=clock.calendar.hours().working_time(first, last),
        has_it=item.assignee.name if item.assignee else "",
        is_mine=item.assignee_id == told.person.pk,
        holder=_holder(clock, told.actor.language),
        is_over=standing.is_over,
    )
    kind, words = (
        ("clock.breached", notices.breach)
        if standing.is_late(at)
        else ("clock.warned", notices.warning)
    )
    notice = words(told.about, reader=told.reader, news=news)
    # One series: who was warned at night is not told the same again in the morning as lateness.
    send(kind, occasion, notice, told, at=at, series="clock", is_paged=is_paged)


def _holder(clock: Clock, language: str) -> str:
    holder = clock.supplier or clock.team
    return holder.text("name", language) if holder else ""


def _moment_of(alert: ClockAlerted) -> str:
    """Return the share or the time of an alert, without whom it names: two rules that name one
    person for one moment are one piece of news, unless only one of them may wake that person."""
    named = f"{alert.recipient} {alert.role_code}".strip()
    return alert.key.removesuffix(named).strip() + (" at night" if alert.at_night else "")


def _occasion(fact: ClockAlerted | ClockBreached, *, due_at: datetime, moment: str) -> str:
    told_of = f"{fact.kind} {fact.lap} {due_at.isoformat()} {moment}"
    digest = hashlib.blake2s(told_of.encode(), digest_size=DIGEST_BYTES).hexdigest()
    return f"{fact.work_item_id}/{digest}"


# Who hears


def _assignee(standing: _Standing, _role: str, _at: datetime) -> frozenset[int]:
    """Return the assignee, or the leads of the team where nobody has it."""
    if standing.item.assignee_id is not None:
        return frozenset({standing.item.assignee_id})
    return _leads(standing, _role, _at)


def _leads(standing: _Standing, _role: str, _at: datetime) -> frozenset[int]:
    if standing.team_id is None:
        return frozenset()
    members = members_of([standing.team_id])
    return frozenset(member.person_id for member in members if member.is_lead)


def _service_owner(standing: _Standing, _role: str, _at: datetime) -> frozenset[int]:
    owner = owner_of(standing.item.service_id)
    return frozenset() if owner is None else frozenset({owner})


def _role_holders(standing: _Standing, role: str, _at: datetime) -> frozenset[int]:
    item = standing.item
    return holders_of(role, team_id=item.team_id, unit_id=item.unit_id, service_id=item.service_id)


def _on_call(standing: _Standing, role: str, at: datetime) -> frozenset[int]:
    """Return whoever is on call in the team, or its leads where nobody is."""
    if standing.team_id is None:
        return frozenset()
    present = frozenset(row.person_id for row in on_call([standing.team_id], at=at))
    return present or _leads(standing, role, at)


_RECIPIENTS: dict[Recipient, Callable[[_Standing, str, datetime], frozenset[int]]] = {
    Recipient.ASSIGNEE: _assignee,
    Recipient.LEAD: _leads,
    Recipient.SERVICE_OWNER: _service_owner,
    Recipient.ROLE: _role_holders,
    Recipient.ON_CALL: _on_call,
}
