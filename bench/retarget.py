"""How long it takes to read the clocks of 100,000 open cases again after an agreement changed.

It writes open cases with a short history each into an empty data directory, publishes another
version of the standard agreement, does the errand that this begins as a worker does it, and
compares with reading the same rows of the journal alone.

    python bench/retarget.py --data /tmp/retarget [--cases 100000]

It prints the seconds, the cases a second, and the ratio of both times. A second run with the same
directory uses the cases that are there.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.cast import Cast
    from timshel.resolution_fulfilment.incident.histories import IncidentHistory

ROOT = Path(__file__).parents[1]
BATCH = 1_000
SOURCE = "bench"


def main() -> None:
    arguments = _arguments()
    sys.path.insert(0, str(ROOT))
    from timshel.interfaces.cli.environment import ready_django
    from timshel.interfaces.cli.preparation import prepare_database

    with ready_django(Path(arguments.data)):
        prepare_database()
        _fill(arguments.cases)
        _measure()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="an empty folder, or one of a former run")
    parser.add_argument("--cases", type=int, default=100_000)
    return parser.parse_args()


def _fill(cases: int) -> None:
    """Write as many open cases as are missing."""
    from tests.cast import SYSTEM, build_cast
    from timshel.kernel.copying import refresh_statistics
    from timshel.operation.work.models import WorkItem
    from timshel.resolution_fulfilment.incident.bulk import write_histories

    there = WorkItem.objects.count()
    if there >= cases:
        return
    if there:
        raise SystemExit("This directory holds fewer cases. Please take an empty one.")
    cast = build_cast()
    now = datetime.now(UTC)
    began = time.perf_counter()
    for start in range(0, cases, BATCH):
        positions = range(start, min(start + BATCH, cases))
        histories = [_history(cast, position, now) for position in positions]
        write_histories(histories, source=SOURCE, actor=SYSTEM, at=now)
    refresh_statistics()
    print(f"{cases:,} open cases written in {time.perf_counter() - began:.0f} s")


def _history(cast: Cast, position: int, now: datetime) -> IncidentHistory:
    """Return the life of an open case: taken and answered, half of them waited, some wait still."""
    from timshel.operation.work.states import WaitingReason
    from timshel.resolution_fulfilment.incident.actions import IncidentReport
    from timshel.resolution_fulfilment.incident.histories import (
        Assigned,
        Changed,
        Doer,
        IncidentHistory,
        Replied,
        Resumed,
        Waited,
    )

    opened_at = now - timedelta(minutes=60 + position % 30_000)
    requester = Doer(cast.requester.person_id, cast.requester.name)
    agent = Doer(cast.agent.person_id, cast.agent.name)

    def minutes(count: int) -> datetime:
        return opened_at + timedelta(minutes=count)

    happenings: list[Any] = [
        Assigned(minutes(5), agent, team="service-desk", assignee_id=cast.agent.person_id),
        Replied(minutes(9), agent, text="We look at it."),
    ]
    if position % 2:
        waited = Waited(minutes(12), agent, reason=WaitingReason.REQUESTER)
        happenings += [waited, Resumed(minutes(40), agent)]
    if position % 5 == 0:
        happenings.append(Changed(minutes(45), agent, changes={"urgency": 1}))
    if position % 7 == 0:
        happenings.append(Waited(minutes(50), agent, reason=WaitingReason.SUPPLIER))
    return IncidentHistory(
        external_id=str(position),
        fingerprint="1",
        report=IncidentReport(title=f"Case {position}", service=("laptop", "mail")[position % 2]),
        opened_at=opened_at,
        opened_by=requester,
        happenings=tuple(happenings),
    )


def _measure() -> None:
    from tests.cast import SYSTEM
    from tests.errands import run_errands
    from timshel.kernel.progress.models import Errand
    from timshel.operation.work.models import OPEN, WorkItem

    run_errands(at=datetime.now(UTC))
    keys = list(WorkItem.objects.filter(OPEN).order_by("pk").values_list("pk", flat=True))
    reading, rows = _read_journal(keys)
    _publish(SYSTEM)
    errand = Errand.objects.get(finished_at__isnull=True)
    began = time.perf_counter()
    run_errands(at=datetime.now(UTC))
    seconds = time.perf_counter() - began
    errand.refresh_from_db()
    print(f"{'open cases':32}{len(keys):>12,}")
    print(f"{'rows of their journals':32}{rows:>12,}")
    print(f"{'reading these rows alone':32}{reading:>12.1f} s")
    print(f"{'reading and writing the clocks':32}{seconds:>12.1f} s")
    print(f"{'cases a second':32}{errand.done / seconds:>12,.0f}")
    print(f"{'milliseconds a case':32}{1_000 * seconds / errand.done:>12.3f}")
    print(f"{'ratio to reading alone':32}{seconds / reading:>12.1f}")


def _read_journal(keys: list[int]) -> tuple[float, int]:
    """Read the rows that clocks are read from, batch by batch; return the seconds and the rows."""
    from timshel.kernel.journal.models import Entry
    from timshel.operation.work.actions import SUBJECT
    from timshel.relationship_agreement.service_level.rules.log import READ_FIELDS

    began = time.perf_counter()
    count = 0
    for batch in _batches(keys):
        rows = Entry.objects.filter(
            subject_kind=SUBJECT, subject_id__in=batch, changes__has_any_keys=list(READ_FIELDS)
        ).order_by("version", "at", "id")
        columns = (f"changes__{field}" for field in READ_FIELDS)
        count += len(rows.values_list("subject_id", "at", *columns))
    return time.perf_counter() - began, count


def _batches(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _publish(actor: Any) -> None:
    """Publish the standard agreement with a little more time for everything."""
    from timshel.relationship_agreement.service_level.actions import publish_draft, save_draft
    from timshel.relationship_agreement.service_level.models import Agreement
    from timshel.relationship_agreement.service_level.queries.agreements import agreement_content
    from timshel.relationship_agreement.service_level.states import DurationUnit

    current = Agreement.objects.get(code="standard", is_draft=False, valid_until__isnull=True)
    content = agreement_content(current.pk)
    content = replace(
        content,
        targets=tuple(
            replace(
                line,
                unit=DurationUnit.MINUTES,
                amount=line.amount * (60 if line.unit is DurationUnit.HOURS else 1) + 1,
            )
            for line in content.targets
        ),
    )
    now = datetime.now(UTC)
    save_draft("standard", content=content, actor=actor, at=now)
    publish_draft("standard", actor=actor, at=now)


if __name__ == "__main__":
    main()
