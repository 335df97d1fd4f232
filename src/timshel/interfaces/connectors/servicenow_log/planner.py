"""From the updates of one incident to its history: pure, so that a second run plans the same.

What happened is what differs from the update before. Where the stage does not allow a change
that the log shows, the change is left out and reported, and made up for once the stage allows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from timshel.context.people.bulk import KnownPerson
from timshel.interfaces.connectors.servicenow_log.log import LogRow
from timshel.interfaces.connectors.servicenow_log.mapping import LogMapping, Named
from timshel.interfaces.connectors.servicenow_log.report import Finding, Outcome
from timshel.interfaces.connectors.servicenow_log.stages import OVER, way
from timshel.interfaces.connectors.servicenow_log.standing import IncidentLog, Standing, Update
from timshel.kernel.actor import Channel
from timshel.operation.work.rules import priority
from timshel.operation.work.states import OPEN_STAGES, STAGES, Stage, Trigger
from timshel.resolution_fulfilment.incident.actions import IncidentReport
from timshel.resolution_fulfilment.incident.histories import (
    Assigned,
    Cancelled,
    Changed,
    Closed,
    Doer,
    Happening,
    IncidentHistory,
    Noted,
    Reopened,
    Resolved,
    Resumed,
    Started,
    Waited,
)
from timshel.resolution_fulfilment.incident.states import Verb, stage_allows

LONGEST_TITLE = 250
PROPERTIES = ("requester", "service", "offering", "symptom", "impact", "urgency", "priority")

People = Mapping[str, KnownPerson]
Tell = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an incident's rows amount to.

    Args:
        history: what happened.
        silent_rows: how many rows tell of nothing that happened.
    """

    history: IncidentHistory
    silent_rows: int


def plan(log: IncidentLog, *, mapping: LogMapping, people: People, tell: Tell) -> Plan:
    """Tell the history of an incident.

    Args:
        log: its updates.
        mapping: what the words mean.
        people: all whom the log names, by their codes.
        tell: told of each row that could not be taken over as it stands.
    """
    planner = _Planner(log, mapping, people, tell)
    first = log.updates[0]
    history = IncidentHistory(
        external_id=log.number,
        fingerprint=fingerprint(log.rows),
        report=_report(log, mapping, people),
        opened_at=first.row.opened_at,
        opened_by=planner.doer(log.opened_by),
        happenings=tuple(planner.happenings()),
    )
    return Plan(history, planner.silent_rows)


def fingerprint(rows: Sequence[LogRow]) -> str:
    """Return what changes when any cell of an incident's rows does."""
    text = "\x1e".join("\x1f".join(row.raw) for row in rows)
    return sha256(text.encode()).hexdigest()


def _report(log: IncidentLog, mapping: LogMapping, people: People) -> IncidentReport:
    first, last = log.updates[0].standing, log.updates[-1].standing
    origin = _("Imported from %(source)s, where it is %(number)s.")
    lines = [origin % {"source": mapping.source_name, "number": log.number}]
    lines += [f"{label}: {text}" for label, text in first.notes.items()]
    return IncidentReport(
        title=_title(last, mapping),
        description="\n".join(lines),
        service=first.service.code,
        offering=first.offering.code if first.offering else None,
        impact=first.impact,
        urgency=first.urgency,
        requester_id=people[first.requester.code].id,
        channel=Channel(mapping.channel(log.updates[0].row.word("channel"))),
        symptom=first.symptom,
    )


def _title(standing: Standing, mapping: LogMapping) -> str:
    """Return a title made of what is known in the end, since the log holds none."""
    words = {
        "service": standing.service.name,
        "offering": standing.offering.name if standing.offering else "",
        "symptom": standing.symptom,
    }
    return " · ".join(words[part] for part in mapping.title if words[part])[:LONGEST_TITLE]


class _Planner:
    """Walks along the updates of one incident.

    ``here`` is how it stands with us; it differs from what the log says only where the log could
    not be followed.
    """

    def __init__(self, log: IncidentLog, mapping: LogMapping, people: People, tell: Tell) -> None:
        self._log = log
        self._mapping = mapping
        self._people = people
        self._tell = tell
        first = log.updates[0].standing
        by_matrix = self._by_matrix(first)
        self._here = replace(
            first, stage=STAGES.initial, reason=None, team=None, assignee=None, priority=by_matrix
        )
        self._last: Update | None = None
        self.silent_rows = 0

    def doer(self, person: Named) -> Doer:
        """Return a person as the journal names them."""
        known = self._people[person.code]
        return Doer(known.id, known.name)

    def happenings(self) -> Iterator[Happening]:
        """Yield what happened, update by update."""
        first = self._log.updates[0]
        # The first row tells of the opening itself, so that what it shows holds from there on.
        opening = replace(first, at=first.row.opened_at, by=self._log.opened_by)
        yield from self._properties(opening)
        yield from self._assignment(opening)
        for update in self._log.updates:
            happened = tuple(self._happened(update))
            self.silent_rows += not happened and update is not first
            yield from happened
            self._count(update)
            self._last = update

    def _happened(self, update: Update) -> Iterator[Happening]:
        """Yield what happened in one row: reopened first and moved on last, since most changes
        need open work."""
        triggers = self._way(update)
        reopens = int(triggers[:1] == (Trigger.REOPEN,))
        yield from self._steps(update, triggers[:reopens])
        yield from self._properties(update)
        yield from self._assignment(update)
        yield from self._notes(update)
        yield from self._steps(update, triggers[reopens:])

    def _way(self, update: Update) -> tuple[Trigger, ...]:
        here, there = self._here, update.standing
        triggers = way((here.stage, here.reason), (there.stage, there.reason))
        if triggers is None:
            if self._changes_in(update, "stage", "reason"):
                names = {"here": here.stage.value, "there": there.stage.value}
                reason = _("No way leads from %(here)s to %(there)s.") % names
                self._refuse(update, reason, _("The stage stayed %(here)s.") % names)
            return ()
        if triggers[-2:] == (Trigger.RESOLVE, Trigger.CLOSE):
            self._repair(
                update,
                _("It was closed without having been resolved."),
                _("It was resolved by the way."),
            )
        return triggers

    def _steps(self, update: Update, triggers: Sequence[Trigger]) -> Iterator[Happening]:
        there = update.standing
        for trigger in triggers:
            stage = STAGES.target(self._here.stage, trigger)
            reason = there.reason if stage is Stage.WAITING else None
            yield self._step(update, trigger)
            self._here = replace(self._here, stage=stage, reason=reason)

    def _step(self, update: Update, trigger: Trigger) -> Happening:
        at, by = update.at, self.doer(update.by)
        match trigger:
            case Trigger.START:
                return Started(at, by)
            case Trigger.WAIT:
                reason = update.standing.reason
                assert reason is not None  # noqa: S101 - the mapping's schema asks for one
                return Waited(at, by, reason)
            case Trigger.RESUME:
                return Resumed(at, by)
            case Trigger.RESOLVE:
                return self._resolved(update)
            case Trigger.REOPEN:
                return Reopened(at, by, _("It was reopened there."))
            case Trigger.CLOSE:
                return Closed(at, by)
            case Trigger.CANCEL:
                return Cancelled(at, by, _("It was cancelled there."))

    def _resolved(self, update: Update) -> Resolved:
        word = update.row.word("resolution_code")
        text = _("It was resolved there; the log does not say how.")
        if word:
            text = _("It was resolved there with the code “%(code)s”.") % {"code": word}
        at, by = self._resolution(update)
        return Resolved(at, self.doer(by), self._mapping.resolution_code(word), text)

    def _resolution(self, update: Update) -> tuple[datetime, Named]:
        """Return when and by whom it was resolved: the log's own word where the row closes it."""
        resolved_at = update.row.resolved_at
        is_hidden = update.standing.stage is Stage.CLOSED
        since = update.at if self._last is None or self._changes_in(update) else self._last.at
        if is_hidden and resolved_at and since <= resolved_at <= update.at:
            return resolved_at, self._log.resolved_by
        return update.at, update.by

    def _properties(self, update: Update) -> Iterator[Changed]:
        changes = self._changes(update.standing)
        if not changes:
            return
        if not stage_allows(self._here.stage, Verb.CHANGE):
            if self._changes_in(update):
                names = ", ".join(sorted(changes))
                self._refuse_late(update, _("%(names)s changed after it was closed."), names)
            return
        if "priority_reason" in changes:
            reason = _("The priority is not what impact and urgency give.")
            self._repair(update, reason, _("It became a priority with a reason."))
        yield Changed(update.at, self.doer(update.by), changes)
        there = update.standing
        self._here = replace(
            there,
            stage=self._here.stage,
            reason=self._here.reason,
            team=self._here.team,
            assignee=self._here.assignee,
            notes=self._here.notes,
        )

    def _changes(self, there: Standing) -> dict[str, Any]:
        """Return the properties that differ, as ``change_incident`` names them."""
        here = self._here
        changes: dict[str, Any] = {
            name: getattr(there, name)
            for name in ("symptom", "impact", "urgency")
            if getattr(here, name) != getattr(there, name)
        }
        if here.requester != there.requester:
            changes["requester_id"] = self._people[there.requester.code].id
        if (here.service, here.offering) != (there.service, there.offering):
            changes["service"] = there.service.code
            changes["offering"] = there.offering.code if there.offering else None
        by_matrix = self._by_matrix(there)
        if there.priority != by_matrix and there.priority != here.priority:
            changes["priority"] = there.priority
            changes["priority_reason"] = _("This priority was given there.")
        elif there.priority == by_matrix and here.priority != self._by_matrix(here):
            changes["priority"] = None
        return changes

    def _assignment(self, update: Update) -> Iterator[Assigned]:
        here, there = self._here, update.standing
        if (here.team, here.assignee) == (there.team, there.assignee):
            return
        if not stage_allows(here.stage, Verb.ASSIGN):
            if self._changes_in(update, "team", "assignee"):
                names = " / ".join(each.name for each in (there.team, there.assignee) if each)
                reason = _("It was assigned to %(names)s after it was resolved.")
                self._refuse_late(update, reason, names)
            return
        assignee = self._people[there.assignee.code] if there.assignee else None
        yield Assigned(
            update.at,
            self.doer(update.by),
            team=there.team.code if there.team else None,
            assignee_id=assignee.id if assignee else None,
        )
        self._here = replace(here, team=there.team, assignee=there.assignee)

    def _notes(self, update: Update) -> Iterator[Noted]:
        before, now = self._here.notes, update.standing.notes
        if before == now:
            return
        lines = [f"{label}: {text}" for label, text in now.items() if before.get(label) != text]
        gone = _("%(label)s: no longer named")
        lines += [gone % {"label": label} for label in before if label not in now]
        yield Noted(update.at, self.doer(update.by), "\n".join(lines))
        self._here = replace(self._here, notes=now)

    def _by_matrix(self, standing: Standing) -> int:
        matrix = self._mapping.matrix
        return priority(matrix, impact=standing.impact, urgency=standing.urgency)

    def _changes_in(self, update: Update, *names: str) -> bool:
        """Tell whether this very row changed any of these, so that it is reported only once.

        Args:
            update: the row.
            names: what of its standing; nothing for all but the stage.
        """
        if self._last is None:
            return True
        before, now = self._last.standing, update.standing
        asked = names or (*PROPERTIES, "team", "assignee", "notes")
        return any(getattr(before, name) != getattr(now, name) for name in asked)

    def _count(self, update: Update) -> None:
        """Report where the log counts more or less than it shows."""
        if self._last is None:
            return
        before, now = self._last.standing, update.standing
        shown = {
            "reassignments": before.team != now.team,
            "reopenings": before.stage in OVER and now.stage in OPEN_STAGES,
        }
        for field, is_shown in shown.items():
            counted = _number(update.row, field) - _number(self._last.row, field)
            if field in self._mapping.columns and counted != is_shown:
                reason = _("%(column)s grows by %(counted)d, but the row shows %(shown)d.")
                column = self._mapping.columns[field]
                names = {"column": column, "counted": counted, "shown": int(is_shown)}
                done = _("What it shows was taken over.")
                self._note(update, Outcome.INCOMPLETE, reason % names, done)

    def _refuse_late(self, update: Update, reason: str, names: str) -> None:
        self._refuse(update, reason % {"names": names}, _("It stayed as it was."))

    def _refuse(self, update: Update, reason: str, done: str) -> None:
        self._note(update, Outcome.REFUSED, reason, done)

    def _repair(self, update: Update, reason: str, done: str) -> None:
        self._note(update, Outcome.REPAIRED, reason, done)

    def _note(self, update: Update, outcome: Outcome, reason: str, done: str) -> None:
        self._tell(Finding(update.row.line, update.row.number, outcome, reason, done))


def _number(row: LogRow, field: str) -> int:
    word = row.word(field)
    return int(word) if word.isdigit() else 0
