"""Importing a ServiceNow log: twice, broken off, changed, refused; and the rows it leaves."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from tests.interfaces.connectors.replaying import replay
from tests.interfaces.connectors.servicenow import (
    BUSY,
    PLAIN,
    at,
    head_of_shared_log,
    life,
    write_log,
)
from timshel.context.organization.models import Team
from timshel.context.people.models import Membership, Person
from timshel.interfaces.connectors.packs import load_standard, packs_directory
from timshel.interfaces.connectors.servicenow_log import importing
from timshel.interfaces.connectors.servicenow_log.importing import ImportSummary, import_log
from timshel.interfaces.connectors.servicenow_log.report import Outcome
from timshel.kernel.actor import Actor, ActorKind, Channel, system_actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.kernel.journal.models import Entry
from timshel.operation.work.models import Comment, ExternalReference, WorkItem
from timshel.relationship_agreement.service_level.actions import refresh_many
from timshel.relationship_agreement.service_level.models import Clock
from timshel.resolution_fulfilment.incident import bulk
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.service_portfolio.service.models import Offering, PriorityMatrix, Service
from timshel.support.communication.models import OutgoingMessage

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
IMPORTER = system_actor("timshel import", Channel.IMPORT)
TABLES: tuple[type[Model], ...] = (
    WorkItem,
    Incident,
    Comment,
    Entry,
    Clock,
    ExternalReference,
    Person,
    Team,
    Membership,
    Service,
    Offering,
)


@pytest.fixture(autouse=True)
def _standard_content() -> None:
    load_standard(actor=system_actor(), at=NOW)


def run(path: Path, **arguments: Any) -> ImportSummary:
    return import_log(path, **{"actor": IMPORTER, "at": NOW, **arguments})


def counts() -> dict[str, int]:
    return {table.__name__: table._default_manager.count() for table in TABLES}


def item(number_there: str) -> WorkItem:
    reference = ExternalReference.objects.get(source="servicenow", external_id=number_there)
    return reference.work_item


def test_what_it_leaves(tmp_path: Path) -> None:
    steps: list[int] = []
    summary = run(write_log(tmp_path / "log.csv.gz"), progress=steps.append)
    assert (summary.rows, summary.incidents, summary.written) == (25, 3, 3)
    assert (summary.silent_rows, sum(steps)) == (2, 25)
    busy = item("INC0000047")
    assert busy.number.startswith("INC")
    assert (busy.stage, busy.reopenings, busy.priority) == ("closed", 2, 4)
    assert busy.opened_at == datetime(2016, 2, 29, 1, 16, tzinfo=UTC)
    assert busy.closed_at == datetime(2016, 3, 11, 10, 0, tzinfo=UTC)
    assert busy.resolved_at == datetime(2016, 3, 11, 9, 0, tzinfo=UTC)
    assert busy.team is not None
    assert (busy.team.name, busy.team.unit.name) == ("Group 24", "Imported from ServiceNow")  # type: ignore[union-attr]
    assert (busy.requester.name, busy.requester.code) == ("Caller 2403", "servicenow-caller-2403")
    odd = item("INC0000050")
    assert (odd.stage, odd.waiting_reason, odd.requester.name) == (
        "waiting",
        "evidence",
        "Caller 7",
    )
    assert odd.incident.priority_reason == ""
    assert list(odd.comments.values_list("audience", "text")) == [
        ("internal", "Location: Location 9")
    ]


def test_the_matrix_of_the_log_holds_for_its_services(tmp_path: Path) -> None:
    run(write_log(tmp_path / "log.csv"))
    cells = PriorityMatrix.objects.filter(service__code__startswith="servicenow-")
    assert {matrix.cells["33"] for matrix in cells} == {4}
    assert cells.count() == Service.objects.count() == 3


def test_members_of_teams_are_those_whom_the_log_shows_in_them(tmp_path: Path) -> None:
    run(write_log(tmp_path / "log.csv"))
    pairs = Membership.objects.order_by("team__name", "person__name")
    assert list(pairs.values_list("team__name", "person__name")) == [
        ("Group 56", "Resolver 17"),
        ("Group 70", "Resolver 17"),
        ("Group 70", "Resolver 33"),
    ]


def test_twice_gives_the_same(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv")
    first = run(path, report_path=tmp_path / "first.csv")
    before = counts()
    second = run(path, report_path=tmp_path / "second.csv")
    assert counts() == before
    assert (second.written, second.known, second.differing) == (0, 3, 0)
    assert second.findings == first.findings
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()


def test_broken_off_and_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    path = write_log(tmp_path / "log.csv")
    done = []

    def break_off(rows: int) -> None:
        done.append(rows)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(path, progress=break_off, report_path=tmp_path / "report.csv")
    assert (ExternalReference.objects.count(), done) == (2, [4, 16])
    assert (tmp_path / "report.csv").exists()
    summary = run(path)
    assert (summary.written, summary.known) == (1, 2)
    once = counts()
    assert once["Incident"] == 3
    assert Entry.objects.filter(verb="incident.opened").count() == 3


def test_a_batch_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any, **_named: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "refresh_many", fail)
        with pytest.raises(ConnectionError):
            run(write_log(tmp_path / "log.csv"))
    written = (WorkItem, Incident, Comment, ExternalReference)
    assert [table._default_manager.count() for table in written] == [0, 0, 0, 0]
    assert not Entry.objects.filter(verb__startswith="incident.").exists()


def test_an_incident_that_differs_since_is_reported_and_left_alone(tmp_path: Path) -> None:
    run(write_log(tmp_path / "log.csv", [*PLAIN, *BUSY]))
    before = counts()
    longer = [*PLAIN, *BUSY, {**BUSY[-1], "sys_updated_at": "12/3/2016 10:00"}]
    summary = run(write_log(tmp_path / "log.csv", longer), report_path=tmp_path / "report.csv")
    assert (summary.written, summary.known, summary.differing) == (0, 1, 1)
    assert counts() == before
    with (tmp_path / "report.csv").open(encoding="utf-8") as file:
        changed = [row for row in csv.DictReader(file) if row["outcome"] == Outcome.CHANGED]
    assert [(row["line"], row["incident"]) for row in changed] == [("22", "INC0000047")]


def test_a_dry_run_reports_and_writes_nothing(tmp_path: Path) -> None:
    before = counts()
    path = write_log(tmp_path / "log.csv")
    dry = run(path, dry_run=True, report_path=tmp_path / "dry.csv")
    assert counts() == before
    assert (dry.rows, dry.written) == (25, 0)
    run(path, report_path=tmp_path / "real.csv")
    assert (tmp_path / "dry.csv").read_bytes() == (tmp_path / "real.csv").read_bytes()


def test_the_report_names_each_row(tmp_path: Path) -> None:
    summary = run(write_log(tmp_path / "log.csv"), report_path=tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["outcome"] for row in rows) == {"repaired": 9}
    assert summary.findings == {Outcome.REPAIRED: 9}
    assert rows[-1] == {
        "line": "25",
        "incident": "INC0000050",
        "outcome": "repaired",
        "reason": "The priority is not what impact and urgency give.",
        "done": "It became a priority with a reason.",
    }


def test_another_file_leaves_nothing(tmp_path: Path) -> None:
    before = counts()
    (tmp_path / "people.csv").write_text("name\nA\n", "utf-8")
    with pytest.raises(Invalid, match="is not such a log"):
        run(tmp_path / "people.csv")
    assert counts() == before


def test_nobody_imports_without_the_rights(tmp_path: Path) -> None:
    before = counts()
    nobody = Actor(kind=ActorKind.PERSON, name="Nobody", channel=Channel.IMPORT)
    with pytest.raises(NotAllowed):
        run(write_log(tmp_path / "log.csv"), actor=nobody)
    assert counts() == before


def test_nobody_is_told_of_the_past(tmp_path: Path) -> None:
    run(write_log(tmp_path / "log.csv"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM live_change WHERE region LIKE 'work%'")
        assert cursor.fetchone() == (0,)
    assert OutgoingMessage.objects.count() == 0
    assert not Clock.objects.filter(breached_at__isnull=False, breach_announced_at=None).exists()


def test_the_journal_names_who_acted_and_who_imported(tmp_path: Path) -> None:
    run(write_log(tmp_path / "log.csv", PLAIN))
    key = item("INC0000045").pk
    resolved = Entry.objects.get(subject_id=key, verb="incident.resolved")
    assert (resolved.actor_name, resolved.actor_kind, resolved.channel) == (
        "Updated by 642",
        "person",
        "import",
    )
    assert resolved.at == datetime(2016, 2, 29, 8, 53, tzinfo=UTC)
    imported = Entry.objects.get(verb="incident.histories_imported")
    assert (imported.actor_name, imported.actor_kind, imported.at) == (
        "timshel import",
        "import",
        NOW,
    )
    assert imported.changes["incidents"] == [None, 1]


class TestBothWays:
    """The bulk writer leaves the rows that the actions leave, column by column."""

    def test_the_sample(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.compare(write_log(tmp_path / "log.csv"), monkeypatch)

    def test_a_state_that_cancels(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        text = (packs_directory() / "mappings/servicenow-log.yaml").read_text("utf-8")
        own = tmp_path / "own.yaml"
        own.write_text(text.replace("stage: keep", "stage: cancelled"), "utf-8")
        rows = life("INC1", at("1/3/2016 08:00", incident_state="-100"))
        self.compare(write_log(tmp_path / "log.csv", rows), monkeypatch, mapping=own)
        assert item("INC1").stage == "cancelled"

    def test_the_real_log(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = head_of_shared_log(tmp_path / "log.csv", rows=600)
        if path is None:
            pytest.skip("The real log is not at ../shared/data.")
        self.compare(path, monkeypatch)

    def compare(self, path: Path, monkeypatch: pytest.MonkeyPatch, **arguments: Any) -> None:
        told = {}

        def remember(histories: Any, **named: Any) -> dict[str, str]:
            told.update({each.external_id: each for each in histories})
            return bulk.write_histories(histories, **named)

        monkeypatch.setattr(importing, "write_histories", remember)
        run(path, **arguments)
        assert told
        for number_there, history in told.items():
            by_bulk = item(number_there)
            by_actions = WorkItem.objects.get(number=replay(history))
            refresh_many([by_bulk.pk, by_actions.pk], at=NOW)
            assert rows_of(by_bulk) == rows_of(by_actions), number_there


OF_THE_COPY = frozenset({"id", "number", "work_item_id", "subject_id", "search"})
# Whether the sweep still has to tell: of the past it never has. When a clock was read last: where
# nothing else would differ, it is not written again.
OF_TELLING = frozenset({"read_at", "told", "breach_announced_at"})


def rows_of(work: WorkItem) -> dict[str, Any]:
    """Return all that the database holds of a piece of work, without its keys and numbers."""
    work = WorkItem.objects.get(pk=work.pk)
    entries = Entry.objects.filter(subject_kind="work_item", subject_id=work.pk)
    found = {
        "item": list(WorkItem.objects.filter(pk=work.pk).values()),
        "incident": list(Incident.objects.filter(pk=work.pk).values()),
        "comments": list(Comment.objects.filter(work_item=work).order_by("at", "id").values()),
        "entries": list(entries.order_by("at", "id").values()),
        "clocks": list(Clock.objects.filter(work_item=work).order_by("kind").values()),
    }
    for rows in found.values():
        for row in rows:
            for column in (OF_THE_COPY | OF_TELLING) & row.keys():
                del row[column]
    for entry in found["entries"]:
        entry["changes"].pop("comment", None)
    return found
