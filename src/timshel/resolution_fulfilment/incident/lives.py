"""Living an incident's history in memory, with the decisions that the actions take.

Nothing is read or written here but what a whole batch of histories names, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.kernel.errors import Invalid
from timshel.kernel.journal.bulk import entry
from timshel.kernel.journal.models import Entry
from timshel.operation.work.actions import (
    DERIVED,
    SUBJECT,
    Changes,
    assignment_values,
    reference,
    stage_values,
)
from timshel.operation.work.models import Audience, Comment, WorkItem
from timshel.operation.work.rules import Matrix, priority
from timshel.operation.work.states import STAGES, Stage, Trigger, WaitingReason
from timshel.resolution_fulfilment.incident import rules
from timshel.resolution_fulfilment.incident.actions.checks import plain, require_stage
from timshel.resolution_fulfilment.incident.actions.opening import KIND
from timshel.resolution_fulfilment.incident.actions.properties import OF_INCIDENT
from timshel.resolution_fulfilment.incident.histories import (
    Assigned,
    Cancelled,
    Changed,
    Closed,
    Doer,
    Escalated,
    Happening,
    IncidentHistory,
    Noted,
    Reopened,
    Replied,
    Resolved,
    Resumed,
    Started,
    Waited,
)
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import Verb
from timshel.service_portfolio.service.models import (
    FunctionRelation,
    Offering,
    PriorityMatrix,
    Service,
)
from timshel.service_portfolio.service.queries import route
from timshel.service_portfolio.service.rules import STANDARD_CELLS

Row = TypeVar("Row", bound=models.Model)
Values = dict[str, Any]


class Directory:
    """The people, teams, services and offerings that some histories name, read once.

    Args:
        histories: whose.
        importer: who brings them; gives the door and the origin that the journal names.
    """

    def __init__(self, histories: Sequence[IncidentHistory], *, importer: Actor) -> None:
        self.importer = importer
        self._actors: dict[Doer, Actor] = {}
        told = [each for history in histories for each in history.happenings]
        assigned = [each for each in told if isinstance(each, Assigned)]
        changed = [each.changes for each in told if isinstance(each, Changed)]
        reports = [history.report for history in histories]
        services = {each.service for each in reports} | {each.get("service") for each in changed}
        offerings = {each.offering for each in reports} | {each.get("offering") for each in changed}
        people = {each.report.requester_id or each.opened_by.person_id for each in histories}
        people |= {each.assignee_id for each in assigned}
        people |= {each.get("requester_id") for each in changed}
        given = [each.team for each in told if isinstance(each, Assigned | Escalated)]
        self._teams = _by(Team.objects.all(), "code", given)
        self._offerings = _by(Offering.objects.select_related("service"), "code", offerings)
        self._services = _by(Service.objects.all(), "code", services)
        self._people = _by(Person.objects.select_related("unit", "customer"), "id", people)
        offered = [offering.service for offering in self._offerings.values()]
        self._services_by_key = {row.pk: row for row in [*self._services.values(), *offered]}
        self._routed = set(
            FunctionRelation.objects.filter(
                offering__service__in=self._services_by_key
            ).values_list("offering__service_id", flat=True)
        )
        self._matrices: dict[int | None, Matrix] = dict(
            PriorityMatrix.objects.filter(
                Q(service__in=self._services_by_key) | Q(service__isnull=True)
            ).values_list("service_id", "cells")
        )
        self._route = cache(route)

    def actor(self, doer: Doer) -> Actor:
        """Return the actor under whom the journal shows what somebody did."""
        known = self._actors.get(doer)
        if known is None:
            known = self._actors[doer] = actor_of(doer, importer=self.importer)
        return known

    def team(self, code: str) -> Team:
        """Return a team by its code."""
        return _found(self._teams, code)

    def person(self, key: int | None) -> Person:
        """Return a person by key."""
        return _found(self._people, key)

    def service(self, code: str | None) -> Service | None:
        """Return a service by its code."""
        return _found(self._services, code) if code else None

    def service_by_key(self, key: int | None) -> Service | None:
        """Return a service by its key."""
        return self._services_by_key[key] if key else None

    def offering(self, code: str | None) -> Offering | None:
        """Return an offering by its code."""
        return _found(self._offerings, code) if code else None

    def matrix(self, service_id: int | None) -> Matrix:
        """Return the priorities of a service, as ``matrix_for`` says."""
        standard = self._matrices.get(None, STANDARD_CELLS)
        return self._matrices.get(service_id, standard)

    def route(self, service: Service | None, offering: Offering | None) -> int | None:
        """Return the key of the team that takes new work, as ``route`` says."""
        if service is None or service.pk not in self._routed:
            return None
        return self._route(service.pk, offering.pk if offering else None)


def _by(rows: models.QuerySet[Row], field: str, values: Iterable[Any]) -> dict[Any, Row]:
    wanted = {value for value in values if value is not None}
    return {getattr(row, field): row for row in rows.filter(**{f"{field}__in": wanted})}


def _found(rows: Mapping[Any, Row], name: Any) -> Row:
    try:
        return rows[name]
    except KeyError as error:
        message = _("There is nothing known as %(name)s.")
        raise Invalid(message=message % {"name": name}) from error


class Life:
    """An incident as its history goes on; afterwards, the rows that it leaves.

    Args:
        history: what happened.
        key: of the piece of work.
        number: that it has here.
        comment_keys: keys for notes, taken as they are needed.
        directory: of all that the history names, and who brings it.

    Raises:
        Invalid: the history names what does not exist.
        WrongState: it tells what cannot happen.
    """

    def __init__(
        self,
        history: IncidentHistory,
        *,
        key: int,
        number: str,
        comment_keys: Iterator[int],
        directory: Directory,
    ) -> None:
        self.external_id = history.external_id
        self.fingerprint = history.fingerprint
        self.entries: list[Entry] = []
        self.comments: list[Comment] = []
        self._comment_keys = comment_keys
        self._directory = directory
        self._open(history, key=key, number=number)
        for happening in history.happenings:
            _HANDLERS[type(happening)](self, happening)

    def _open(self, history: IncidentHistory, *, key: int, number: str) -> None:
        report = history.report
        requester = self._directory.person(report.requester_id or history.opened_by.person_id)
        offering = self._directory.offering(report.offering)
        service = self._directory.service(report.service)
        if service is None and offering is not None:
            service = offering.service
        impact = rules.impact_of(report.service_state, stated=report.impact)
        matrix = self._directory.matrix(service.pk if service else None)
        self.item = WorkItem(
            pk=key,
            kind=KIND,
            number=number,
            title=report.title.strip(),
            description=report.description.strip(),
            stage=STAGES.initial,
            impact=impact,
            urgency=report.urgency,
            priority=priority(matrix, impact=impact, urgency=report.urgency),
            channel=report.channel or self._channel(history.opened_by),
            requester=requester,
            opened_by_id=history.opened_by.person_id,
            unit_id=requester.unit_id,
            customer_id=requester.customer_id,
            service_id=service.pk if service else None,
            team_id=self._directory.route(service, offering),
            opened_at=history.opened_at,
            updated_at=history.opened_at,
        )
        self.incident = Incident(
            work_item=self.item,
            offering=offering,
            service_state=report.service_state,
            symptom=report.symptom.strip(),
        )
        first = {
            "stage": self.item.stage,
            "title": self.item.title,
            "description": self.item.description,
            "impact": impact,
            "urgency": report.urgency,
            "priority": self.item.priority,
            "channel": self.item.channel,
            "requester": reference(requester),
            "team": reference(self.item.team),
            "service": reference(service),
            "offering": reference(offering),
            "service_state": report.service_state,
            "symptom": report.symptom,
        }
        opening = Happening(history.opened_at, history.opened_by)
        changes = {name: (None, value) for name, value in first.items()}
        self._record("incident.opened", opening, changes)

    def assigned(self, happening: Assigned) -> None:
        """Give it to a team and a person."""
        require_stage(self.item, Verb.ASSIGN)
        team = self._directory.team(happening.team) if happening.team else self.item.team
        key = happening.assignee_id
        assignee = self._directory.person(key) if key else None
        values = assignment_values(self.item, team=team, assignee=assignee)
        takes = key is not None and key == happening.by.person_id
        if takes and self.item.stage == Stage.NEW:
            values |= stage_values(self.item, Trigger.START, at=happening.at)
        self._set("incident.assigned", happening, values)

    def escalated(self, happening: Escalated) -> None:
        """Hand it to the team of the next level of support."""
        require_stage(self.item, Verb.ESCALATE)
        team = self._directory.team(happening.team)
        values = assignment_values(self.item, team=team, assignee=None)
        also = {"reason": (None, happening.reason.strip())}
        self._set("incident.escalated", happening, values, also)

    def started(self, happening: Started) -> None:
        """Begin."""
        self._move("incident.started", happening, Trigger.START)

    def waited(self, happening: Waited) -> None:
        """Wait for something."""
        values = stage_values(self.item, Trigger.WAIT, reason=happening.reason, at=happening.at)
        note = happening.note.strip()
        self._set("incident.waited", happening, values, {"note": (None, note)} if note else None)

    def resumed(self, happening: Resumed) -> None:
        """Go on."""
        self._move("incident.resumed", happening, Trigger.RESUME)

    def resolved(self, happening: Resolved) -> None:
        """Come to an end, with code and text."""
        text = happening.text.strip()
        also = {
            "resolution_code": (self.incident.resolution_code, happening.code),
            "resolution_text": (self.incident.resolution_text, text),
        }
        self.incident.resolution_code, self.incident.resolution_text = happening.code, text
        self._move("incident.resolved", happening, Trigger.RESOLVE, also)

    def reopened(self, happening: Reopened) -> None:
        """Open again."""
        also = {"reason": (None, happening.reason.strip())}
        self._move("incident.reopened", happening, Trigger.REOPEN, also)

    def closed(self, happening: Closed) -> None:
        """Finish."""
        self._move("incident.closed", happening, Trigger.CLOSE)

    def cancelled(self, happening: Cancelled) -> None:
        """Need no work."""
        also = {"reason": (None, happening.reason)} if happening.reason else None
        self._move("incident.cancelled", happening, Trigger.CANCEL, also)

    def noted(self, happening: Noted) -> None:
        """Add an internal note."""
        self._say("incident.noted", happening, Audience.INTERNAL)

    def replied(self, happening: Replied) -> None:
        """Add a public reply, and move on as it asks for."""
        require_stage(self.item, Verb.REPLY)
        helps = not happening.by_requester
        self._say("incident.replied", happening, Audience.PUBLIC, response=helps)
        is_new = self.item.stage == Stage.NEW
        if helps and happening.waits and (is_new or self.item.stage == Stage.IN_PROGRESS):
            self.waited(Waited(happening.at, happening.by, WaitingReason.REQUESTER))
        elif helps and is_new:
            self._move("incident.started", happening, Trigger.START)
        elif not helps and self.item.waiting_reason == WaitingReason.REQUESTER:
            self._move("incident.resumed", happening, Trigger.RESUME)

    def _say(
        self, verb: str, said: Noted | Replied, audience: Audience, *, response: bool = False
    ) -> None:
        comment = Comment(
            pk=next(self._comment_keys),
            work_item=self.item,
            audience=audience,
            author_id=said.by.person_id,
            author_name=said.by.name,
            by_requester=isinstance(said, Replied) and said.by_requester,
            text=said.text.strip(),
            channel=self._channel(said.by),
            at=said.at,
        )
        self.comments.append(comment)
        also: dict[str, tuple[Any, Any]] = {
            "comment": (None, comment.pk),
            "audience": (None, str(audience)),
        }
        if response:
            also["response"] = (None, True)
        self._set(verb, said, {}, also)

    def _channel(self, doer: Doer) -> Channel:
        return doer.channel or self._directory.importer.channel

    def changed(self, happening: Changed) -> None:
        """Change properties, with all that follows from them."""
        require_stage(self.item, Verb.CHANGE)
        wanted = {
            name: value
            for name, value in self._parsed(happening.changes).items()
            if plain(value) != plain(self._current(name))
        }
        wanted |= self._followers(wanted)
        also: dict[str, tuple[Any, Any]] = {}
        for name in sorted(OF_INCIDENT & set(wanted)):
            also[name] = (plain(self._current(name)), plain(wanted[name]))
            setattr(self.incident, name, wanted[name])
        values = {name: value for name, value in wanted.items() if name not in OF_INCIDENT}
        stated = wanted.get("impact", self.item.impact)
        values["impact"] = rules.impact_of(self.incident.service_state, stated=stated)
        if "service" in values:
            service = values.pop("service")
            values["service_id"] = service.pk if service else None
            also["service"] = (reference(self._current("service")), reference(service))
        also |= self._prioritise(happening.changes, values)
        self._set("incident.changed", happening, values, also)

    def _parsed(self, changes: Mapping[str, Any]) -> Values:
        """Return the wanted values as rows and plain values."""
        wanted = {
            name: changes[name]
            for name in ("title", "impact", "urgency", "service_state", "symptom")
            if name in changes
        }
        if "requester_id" in changes:
            wanted["requester"] = self._directory.person(changes["requester_id"])
        if "service" in changes:
            wanted["service"] = self._directory.service(changes["service"])
        if "offering" in changes:
            wanted["offering"] = self._directory.offering(changes["offering"])
        return wanted

    def _current(self, name: str) -> Any:
        if name == "service":
            return self._directory.service_by_key(self.item.service_id)
        return getattr(self.incident if name in OF_INCIDENT else self.item, name)

    def _followers(self, wanted: Values) -> Values:
        followers: Values = {}
        if "service" in wanted and "offering" not in wanted and self.incident.offering:
            key = wanted["service"].pk if wanted["service"] else None
            if self.incident.offering.service_id != key:
                followers["offering"] = None
        if "requester" in wanted:
            requester = wanted["requester"]
            followers |= {"unit": requester.unit, "customer": requester.customer}
        return followers

    def _prioritise(self, changes: Mapping[str, Any], values: Values) -> Changes:
        """Set the priority in ``values``; returns what the journal says of the reason."""
        by_matrix = priority(
            self._directory.matrix(values.get("service_id", self.item.service_id)),
            impact=values["impact"],
            urgency=values.get("urgency", self.item.urgency),
        )
        before = self.incident.priority_reason
        if "priority" not in changes:
            values["priority"] = self.item.priority if before else by_matrix
            return {}
        wanted = changes["priority"]
        if wanted is None or wanted == by_matrix:
            values["priority"], self.incident.priority_reason = by_matrix, ""
        else:
            reason = str(changes.get("priority_reason") or before).strip()
            values["priority"], self.incident.priority_reason = wanted, reason
        if before == self.incident.priority_reason:
            return {}
        return {"priority_reason": (before, self.incident.priority_reason)}

    def _move(
        self, verb: str, happening: Happening, trigger: Trigger, also: Changes | None = None
    ) -> None:
        self._set(verb, happening, stage_values(self.item, trigger, at=happening.at), also)

    def _set(
        self, verb: str, happening: Happening, values: Values, also: Changes | None = None
    ) -> None:
        """Set values of the row and tell of them, unless nothing differs."""
        changes: dict[str, tuple[Any, Any]] = {}
        for name, value in values.items():
            old = getattr(self.item, name)
            if old != value:
                setattr(self.item, name, value)
                if name not in DERIVED:
                    changes[name] = (plain(old), plain(value))
        changes.update({name: pair for name, pair in (also or {}).items() if pair[0] != pair[1]})
        if changes:
            self.item.version += 1
            self.item.updated_at = happening.at
            self._record(verb, happening, changes)

    def _record(self, verb: str, happening: Happening, changes: Changes) -> None:
        self.entries.append(
            entry(
                verb,
                subject_kind=SUBJECT,
                subject_id=self.item.pk,
                changes=changes,
                actor=self._directory.actor(happening.by),
                at=happening.at,
                version=self.item.version,
            )
        )


def actor_of(doer: Doer, *, importer: Actor) -> Actor:
    """Return the actor under whom the journal shows what somebody did elsewhere."""
    return Actor(
        kind=ActorKind.SYSTEM if doer.person_id is None else ActorKind.PERSON,
        name=doer.name,
        channel=doer.channel or importer.channel,
        person_id=doer.person_id,
        origin=importer.origin,
    )


_HANDLERS: Mapping[type[Happening], Callable[[Life, Any], None]] = {
    Assigned: Life.assigned,
    Escalated: Life.escalated,
    Started: Life.started,
    Waited: Life.waited,
    Resumed: Life.resumed,
    Resolved: Life.resolved,
    Reopened: Life.reopened,
    Closed: Life.closed,
    Cancelled: Life.cancelled,
    Changed: Life.changed,
    Noted: Life.noted,
    Replied: Life.replied,
}
