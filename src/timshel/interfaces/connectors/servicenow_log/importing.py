"""The import: read everything, then incident by incident plan and write, a batch at a time.

Each batch is one transaction, and what was written is known by its number there, so that an
import can be broken off and run again. The findings follow from the file and the mapping alone;
a second run reports them again, though it writes nothing.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from timshel.context.organization.bulk import ensure_teams, ensure_unit
from timshel.context.people.bulk import KnownPerson, NewMember, ensure_members, ensure_people
from timshel.interfaces.connectors.servicenow_log.log import LogRow, read_log
from timshel.interfaces.connectors.servicenow_log.mapping import LogMapping, load_mapping
from timshel.interfaces.connectors.servicenow_log.planner import fingerprint, plan
from timshel.interfaces.connectors.servicenow_log.report import Finding, Outcome, write_report
from timshel.interfaces.connectors.servicenow_log.standing import IncidentLog, incident_log
from timshel.kernel.actor import Actor
from timshel.kernel.copying import refresh_statistics
from timshel.resolution_fulfilment.incident.bulk import known_histories, write_histories
from timshel.resolution_fulfilment.incident.histories import IncidentHistory
from timshel.service_portfolio.service.bulk import (
    NewOffering,
    ensure_area,
    ensure_offerings,
    ensure_services,
)

BATCH = 500  # incidents

Progress = Callable[[int], None]


@dataclass(slots=True)
class ImportSummary:
    """What an import did.

    Args:
        rows: in the file, without its header.
        incidents: in the file.
        written: incidents that are new here.
        known: incidents that an earlier import wrote and that are the same since.
        differing: incidents that an earlier import wrote and that differ since; left alone.
        silent_rows: rows in which nothing changed that has a place here.
        findings: by what became of the row, how many there are in the report.
        seconds: how long it took.
        report: where the report was written, or None.
        dry_run: whether nothing was written.
    """

    rows: int = 0
    incidents: int = 0
    written: int = 0
    known: int = 0
    differing: int = 0
    silent_rows: int = 0
    findings: dict[Outcome, int] = field(default_factory=dict)
    seconds: float = 0.0
    report: Path | None = None
    dry_run: bool = False

    @property
    def rows_per_second(self) -> float:
        """Rows a second, from the first byte read to the last row written."""
        return self.rows / self.seconds if self.seconds else 0.0

    def count(self, finding: Finding) -> None:
        """Count a finding."""
        self.findings[finding.outcome] = self.findings.get(finding.outcome, 0) + 1


def import_log(
    path: Path,
    *,
    mapping: Path | None = None,
    actor: Actor,
    at: datetime,
    progress: Progress = lambda _rows: None,
    report_path: Path | None = None,
    dry_run: bool = False,
) -> ImportSummary:
    """Import a ServiceNow incident log.

    Doing it again changes nothing; after a break it goes on where it stopped.

    Args:
        path: the log, as CSV or packed by gzip.
        mapping: the file that says what becomes what; None for the one of the product.
        actor: who imports; needs the rights to keep organisation and services, and all rights on
            incidents.
        at: now.
        progress: called with the number of rows done since the last call.
        report_path: where to write the rows that were refused or repaired; None for nowhere.
        dry_run: whether to read, plan and report only.

    Raises:
        Invalid: the file or the mapping is not what it should be; nothing was written.
        NotAllowed: the actor lacks a right.
    """
    began = time.monotonic()
    summary = ImportSummary(report=report_path, dry_run=dry_run)
    findings: list[Finding] = []

    def tell(finding: Finding) -> None:
        summary.count(finding)
        findings.append(finding)

    chosen = load_mapping(mapping)
    try:
        with _rare_garbage_collection() as collect:
            incidents = _incidents(path, chosen, tell, summary)
            gc.freeze()
            writer = _Writer(chosen, actor=actor, at=at, tell=tell, summary=summary)
            for batch in _batches(list(incidents.values())):
                writer.take(batch)
                collect()
                progress(sum(map(len, batch)))
        if summary.written and not dry_run:
            refresh_statistics()
    finally:
        if report_path:
            write_report(report_path, findings)
    summary.seconds = time.monotonic() - began
    return summary


@contextmanager
def _rare_garbage_collection() -> Iterator[Callable[[], int]]:
    """Collect garbage when asked only; yields what asks.

    Python's collector would walk the whole log again and again as histories are made: two
    fifths of the time of an import, measured.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield gc.collect
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


def _incidents(
    path: Path, mapping: LogMapping, tell: Callable[[Finding], None], summary: ImportSummary
) -> dict[str, list[LogRow]]:
    """Read the file; returns the rows by incident, in the order in which incidents appear."""
    incidents: dict[str, list[LogRow]] = {}
    refused = 0

    def refuse(finding: Finding) -> None:
        nonlocal refused
        refused += 1
        tell(finding)

    for row in read_log(path, mapping=mapping, refuse=refuse):
        incidents.setdefault(row.number, []).append(row)
        summary.rows += 1
    summary.rows += refused
    summary.incidents = len(incidents)
    return incidents


def _batches(incidents: Sequence[list[LogRow]]) -> Iterator[list[list[LogRow]]]:
    rest = iter(incidents)
    while batch := list(islice(rest, BATCH)):
        yield batch


class _Anyone(dict[str, KnownPerson]):
    """Stands for people who need not exist, where a history is planned and not written."""

    def __missing__(self, code: str) -> KnownPerson:
        return KnownPerson(0, code)


class _Writer:
    """Writes batch after batch, and remembers what is known to exist already."""

    def __init__(
        self,
        mapping: LogMapping,
        *,
        actor: Actor,
        at: datetime,
        tell: Callable[[Finding], None],
        summary: ImportSummary,
    ) -> None:
        self._mapping = mapping
        self._actor = actor
        self._at = at
        self._tell = tell
        self._summary = summary
        self._names = _Names(mapping, actor=actor, at=at)

    def take(self, batch: Sequence[list[LogRow]]) -> None:
        """Plan a batch of incidents and write those that are new."""
        logs = [incident_log(rows, mapping=self._mapping, tell=self._tell) for rows in batch]
        known = known_histories(self._mapping.source, [log.number for log in logs])
        new = [log for log in logs if log.number not in known]
        for log in logs:
            if log.number in known:
                self._plan(log, _Anyone())
                self._compare(log, known[log.number])
        if self._summary.dry_run:
            for log in new:
                self._plan(log, _Anyone())
            return
        if new:
            people = self._names.ensure(new)
            histories = [self._plan(log, people) for log in new]
            write_histories(histories, source=self._mapping.source, actor=self._actor, at=self._at)
            self._summary.written += len(histories)

    def _plan(self, log: IncidentLog, people: dict[str, KnownPerson]) -> IncidentHistory:
        made = plan(log, mapping=self._mapping, people=people, tell=self._tell)
        self._summary.silent_rows += made.silent_rows
        return made.history

    def _compare(self, log: IncidentLog, known_fingerprint: str) -> None:
        if fingerprint(log.rows) == known_fingerprint:
            self._summary.known += 1
            return
        self._summary.differing += 1
        reason = _("The incident was imported before, and its rows differ since.")
        done = _("What was imported was left as it is.")
        self._tell(Finding(log.rows[-1].line, log.number, Outcome.CHANGED, reason, done))


class _Names:
    """The people, teams and services that the log names: made known once, then remembered."""

    def __init__(self, mapping: LogMapping, *, actor: Actor, at: datetime) -> None:
        self._mapping = mapping
        self._actor = actor
        self._at = at
        self._people: dict[str, KnownPerson] = {}
        self._teams: set[str] = set()
        self._services: set[str] = set()
        self._offerings: set[str] = set()
        self._members: set[NewMember] = set()

    def ensure(self, logs: Sequence[IncidentLog]) -> dict[str, KnownPerson]:
        """Have all that these logs name; returns the people by code."""
        if not self._people:
            self._ensure_homes()
        self._ensure_people(logs)
        self._ensure_teams(logs)
        self._ensure_services(logs)
        return self._people

    def _ensure_homes(self) -> None:
        unit, area = self._mapping.unit, self._mapping.service_area
        ensure_unit(code=unit.code, name=unit.name, actor=self._actor, at=self._at)
        ensure_area(code=area.code, name=area.name, actor=self._actor, at=self._at)

    def _ensure_people(self, logs: Sequence[IncidentLog]) -> None:
        named = {person.code: person.name for log in logs for person in log.people()}
        new = {code: name for code, name in named.items() if code not in self._people}
        self._people |= ensure_people(
            new, unit=self._mapping.unit.code, actor=self._actor, at=self._at
        )

    def _ensure_teams(self, logs: Sequence[IncidentLog]) -> None:
        standings = [update.standing for log in logs for update in log.updates]
        teams = {each.team.code: each.team.name for each in standings if each.team}
        new = {code: name for code, name in teams.items() if code not in self._teams}
        ensure_teams(new, unit=self._mapping.unit.code, actor=self._actor, at=self._at)
        self._teams |= new.keys()
        members = {
            NewMember(team=each.team.code, person=each.assignee.code)
            for each in standings
            if each.team and each.assignee
        }
        ensure_members(members - self._members, actor=self._actor, at=self._at)
        self._members |= members

    def _ensure_services(self, logs: Sequence[IncidentLog]) -> None:
        standings = [update.standing for log in logs for update in log.updates]
        services = {each.service.code: each.service.name for each in standings}
        new = {code: name for code, name in services.items() if code not in self._services}
        ensure_services(
            new,
            area=self._mapping.service_area.code,
            cells=self._mapping.matrix,
            actor=self._actor,
            at=self._at,
        )
        self._services |= new.keys()
        offerings = {
            each.offering.code: NewOffering(
                code=each.offering.code, name=each.offering.name, service=each.service.code
            )
            for each in standings
            if each.offering and each.offering.code not in self._offerings
        }
        ensure_offerings(offerings.values(), actor=self._actor, at=self._at)
        self._offerings |= offerings.keys()
