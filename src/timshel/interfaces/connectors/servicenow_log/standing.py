"""What a row says in our words: how everything stood after that update."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from timshel.interfaces.connectors.servicenow_log.log import LogRow
from timshel.interfaces.connectors.servicenow_log.mapping import LogMapping, Named, code_of
from timshel.interfaces.connectors.servicenow_log.report import Finding, Outcome
from timshel.interfaces.connectors.servicenow_log.times import in_order, moments
from timshel.operation.work.rules import priority
from timshel.operation.work.states import Stage, WaitingReason

LONGEST_OFFERING_CODE = 60
LOWEST = 3

Tell = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How everything stood after an update; ``priority`` is what the log says."""

    stage: Stage
    reason: WaitingReason | None
    requester: Named
    service: Named
    offering: Named | None
    symptom: str
    impact: int
    urgency: int
    priority: int
    team: Named | None
    assignee: Named | None
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Update:
    """One row, the moment it holds from, who wrote it, and how everything stood then."""

    row: LogRow
    at: datetime
    by: Named
    standing: Standing


@dataclass(frozen=True, slots=True)
class IncidentLog:
    """All updates of one incident, in their order."""

    number: str
    opened_by: Named
    resolved_by: Named
    updates: tuple[Update, ...]

    @property
    def rows(self) -> tuple[LogRow, ...]:
        """The rows behind the updates."""
        return tuple(update.row for update in self.updates)

    def people(self) -> Iterator[Named]:
        """Yield everybody who is named, some more than once."""
        yield from (self.opened_by, self.resolved_by)
        for update in self.updates:
            yield from (update.by, update.standing.requester)
            if update.standing.assignee:
                yield update.standing.assignee


def incident_log(rows: Sequence[LogRow], *, mapping: LogMapping, tell: Tell) -> IncidentLog:
    """Read the rows of one incident.

    Args:
        rows: as they follow in the file.
        mapping: what the words mean.
        tell: told of each row that had to be mended.
    """
    rows = in_order(rows)
    reader = _Reader(mapping, tell)
    opened_by = reader.someone("opened_by", rows[0])
    return IncidentLog(
        number=rows[0].number,
        opened_by=opened_by,
        resolved_by=mapping.named("resolved_by", rows[-1].word("resolved_by")) or opened_by,
        updates=tuple(reader.updates(rows, moments(rows, tell=tell))),
    )


class _Reader:
    """Reads row after row of one incident; what a row does not tell is as before."""

    def __init__(self, mapping: LogMapping, tell: Tell) -> None:
        self._mapping = mapping
        self._tell = tell
        self._told: set[str] = set()

    def updates(self, rows: Sequence[LogRow], at: Sequence[datetime]) -> Iterator[Update]:
        before: Standing | None = None
        for row, moment in zip(rows, at, strict=True):
            before = self._standing(row, before)
            yield Update(row, moment, self.someone("updated_by", row), before)

    def someone(self, field: str, row: LogRow) -> Named:
        """Return who or what a field names, or who stands for that."""
        word = row.word(field)
        if not word and field not in self._told:
            self._told.add(field)
            reason = _("From here on the incident has rows that do not name the %(column)s.")
            column = self._mapping.columns.get(field, field)
            done = _("%(name)s stands for it.") % {"name": self._mapping.unnamed[field].name}
            self._report(row, reason % {"column": column}, done)
        found = self._mapping.named(field, word)
        if found is None:
            raise ValueError(f"The mapping names nobody for {field}")
        return found

    def _standing(self, row: LogRow, before: Standing | None) -> Standing:
        mapping = self._mapping
        stage, reason = self._stage(row, before)
        service = self.someone("service", row)
        impact = self._level("impact", mapping.impact, row, before.impact if before else LOWEST)
        urgency = self._level("urgency", mapping.urgency, row, before.urgency if before else LOWEST)
        return Standing(
            stage=stage,
            reason=reason,
            requester=self.someone("requester", row),
            service=service,
            offering=self._offering(service, row.word("offering")),
            symptom=row.word("symptom")[:100],
            impact=impact,
            urgency=urgency,
            priority=self._priority(row, impact, urgency),
            team=self.someone("team", row) if "team" in mapping.columns else None,
            assignee=mapping.named("assignee", row.word("assignee")),
            notes=row.notes,
        )

    def _stage(self, row: LogRow, before: Standing | None) -> tuple[Stage, WaitingReason | None]:
        word = row.word("state")
        meaning = self._mapping.states.get(word)
        if meaning is not None:
            return meaning.stage, meaning.reason
        reason = _("The state %(word)s says nothing.")
        if word not in self._mapping.states:
            reason = _("The mapping does not know the state %(word)s.")
        kept = (before.stage, before.reason) if before else (Stage.NEW, None)
        done = _("The stage stayed %(stage)s.") % {"stage": kept[0].value}
        self._report(row, reason % {"word": word or "?"}, done)
        return kept

    def _level(self, field: str, known: Mapping[str, int], row: LogRow, kept: int) -> int:
        word = row.word(field)
        if word in known:
            return known[word]
        reason = _("The mapping does not know the %(field)s %(word)s.")
        done = _("%(value)d was taken.") % {"value": kept}
        self._report(row, reason % {"field": field, "word": word or "?"}, done)
        return kept

    def _priority(self, row: LogRow, impact: int, urgency: int) -> int:
        by_matrix = priority(self._mapping.matrix, impact=impact, urgency=urgency)
        word = row.word("priority")
        if not word:
            return by_matrix
        if word not in self._mapping.priority:
            reason = _("The mapping does not know the %(field)s %(word)s.")
            done = _("%(value)d was taken.") % {"value": by_matrix}
            self._report(row, reason % {"field": "priority", "word": word}, done)
            return by_matrix
        return self._mapping.priority[word]

    def _offering(self, service: Named, word: str) -> Named | None:
        if not word:
            return None
        source = self._mapping.source
        code = code_of(source, service.name, word, longest=LONGEST_OFFERING_CODE)
        return Named(code, word[:200])

    def _report(self, row: LogRow, reason: str, done: str) -> None:
        self._tell(Finding(row.line, row.number, Outcome.REPAIRED, reason, done))
