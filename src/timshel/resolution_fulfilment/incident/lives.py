"""Living an incident's history in memory, with the decisions that the actions take.

Nothing is read or written here but what a whole batch of histories names, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from timshel.kernel.actor import Channel
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
from timshel.operation.work.rules import priority, unanswered_since
from timshel.operation.work.states import STAGES, Stage, Trigger, WaitingReason
from timshel.operation.work.unchanged import plain
from timshel.resolution_fulfilment.incident import rules
from timshel.resolution_fulfilment.incident.actions.checks import require_stage
from timshel.resolution_fulfilment.incident.actions.properties import OF_INCIDENT
from timshel.resolution_fulfilment.incident.directory import Directory
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
from timshel.resolution_fulfilment.incident.states import KIND, Verb

Values = dict[str, Any]


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
            "unit": reference(requester.unit),
            "customer": reference(requester.customer),
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
        supplier = self._directory.supplier(happening.supplier)
        values["supplier_id"] = supplier.pk if supplier else None
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
        values = {}
        if audience == Audience.PUBLIC:
            values["unanswered_since"] = unanswered_since(
                self.item.unanswered_since, by_requester=comment.by_requester, at=said.at
            )
        self._set(verb, said, values, also)

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
        awaited = self.item.supplier_id, values.get("supplier_id", self.item.supplier_id)
        if awaited[0] != awaited[1]:
            old, new = map(self._directory.supplier_by_key, awaited)
            also = {**(also or {}), "supplier": (reference(old), reference(new))}
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
