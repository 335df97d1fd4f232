"""How good the breach forecast is on a database, and how long learning and foretelling take.

    DATABASE_URL=postgresql://… python bench/forecast.py [--clocks 100000]

Learning reads the newest history, as every night. For foretelling, all work is taken for open, and
foretold again and again until as many clocks are done as asked for. Both happen in a transaction
that is rolled back: nothing of the database changes. Beside the time of foretelling stands that of
reading the same rows of the journal by bare SQL, since only their ratio says something on another
machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from datetime import UTC, datetime, timedelta

import django

BATCH = 1_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clocks", type=int, default=100_000, help="how many to foretell")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    django.setup()
    from django.db import transaction

    at = datetime.now(UTC)
    with transaction.atomic():
        learn(at)
        foretell(asked.clocks, at)
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory of the process: {peak:,.0f} MB")


def learn(at: datetime) -> None:
    """Learn as every night, and say how good it is."""
    from timshel.relationship_agreement.service_level.actions.forecasting import learn_forecasts
    from timshel.relationship_agreement.service_level.models import ForecastModel

    start = time.perf_counter()
    learn_forecasts(at=at)
    print(f"learning: {time.perf_counter() - start:.1f} s")
    for row in ForecastModel.objects.filter(is_current=True).order_by("clock_kind"):
        quality = row.quality
        print(f"\n{row.clock_kind}: {row.cases:,} clocks, {quality['verdict']}")
        for name, part in quality["parts"].items():
            print(f"  {name}: {part['clocks']:,} clocks, {part['broken']:,} broken")
        for name, score in quality.get("scores", {}).items():
            figures = ", ".join(f"{measure} {value}" for measure, value in score.items())
            print(f"  {name}: {figures}")
        for line in quality.get("calibration", ()):
            if line["count"]:
                print(
                    f"  from {line['start']:.1f}: {line['count']:6,} forecasts,"
                    f" foretold {line['predicted']:.3f}, came {line['seen']:.3f}"
                )


def foretell(clocks: int, at: datetime) -> None:
    """Foretell so many clocks, and read the same rows of the journal for comparison."""
    from timshel.relationship_agreement.service_level.actions.forecasting import (
        KEPT_FOR,
        forecast_open_clocks,
    )
    from timshel.relationship_agreement.service_level.models import Clock

    taken = take_all_for_open(at)
    done, spent, moment = 0, 0.0, at
    while taken and done < clocks:
        start = time.perf_counter()
        done += forecast_open_clocks(at=moment, limit=min(taken, clocks - done))
        spent += time.perf_counter() - start
        moment += KEPT_FOR + timedelta(seconds=1)
    keys = list(Clock.objects.values_list("work_item_id", flat=True).distinct()[: taken or 0])
    bare = read_bare(keys) * done / max(1, taken)
    print(f"\nforetelling {done:,} clocks: {spent:.1f} s, {done / max(spent, 1e-9):,.0f} a second")
    print(f"reading the same journals by bare SQL: {bare:.1f} s; ratio {spent / bare:.1f}")


def take_all_for_open(at: datetime) -> int:
    """Let all work be open and in time, as far as forecasts look; returns the clocks."""
    from timshel.operation.work.models import WorkItem
    from timshel.relationship_agreement.service_level.models import Clock

    WorkItem.objects.update(stage="in_progress", waiting_reason=None, supplier_id=None)
    clocks = Clock.objects.filter(is_current=True)
    return clocks.update(
        stopped_at=None, breached_at=None, state="running", due_at=at + timedelta(days=365)
    )


def read_bare(keys: list[int]) -> float:
    """Return the seconds it takes to read what the journal holds of some work."""
    from django.db import connection

    start = time.perf_counter()
    with connection.cursor() as cursor:
        for first in range(0, len(keys), BATCH):
            cursor.execute(
                "SELECT subject_id, at, changes FROM journal_entry"
                " WHERE subject_kind = 'work_item' AND subject_id = ANY(%s)"
                " ORDER BY version, at, id",
                [keys[first : first + BATCH]],
            )
            cursor.fetchall()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
