"""How many pieces of work a second one deed for many is done to, and taken back from.

    python bench/bulk.py [--cases 10000] [--data DIRECTORY]

The organisation of the tests, on a database of its own that is thrown away, with as many incidents
as asked for, of which 50 refuse: 25 are cancelled, 25 belong to a team that the agent is not in.
Each is given another priority, resolved and closed through the same actions as a click, in a
transaction of its own, as the worker does it; then all of it is taken back.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REFUSING = 50
DEEDS = (
    {"do": "change", "urgency": 1},
    {"do": "move", "trigger": "resolve", "code": "fixed", "text": "The network is back."},
    {"do": "move", "trigger": "close"},
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--deeds", type=int, default=len(DEEDS), help="how many of the deeds")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--data", type=Path, help="where the database lies while it is needed")
    given = parser.parse_args()
    folder = Path(given.data or tempfile.mkdtemp(prefix="timshel-bench-"))
    os.environ["TIMSHEL_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    from timshel.kernel.embedded_database import EmbeddedDatabase

    database = EmbeddedDatabase(folder / "database", durable=True)
    database.start(patience=60)
    os.environ["DATABASE_URL"] = database.url()
    try:
        _measure(given.cases, given.deeds, with_profile=given.profile)
    finally:
        database.stop(patience=10)
        if given.data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _measure(count: int, deeds: int, *, with_profile: bool) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    sys.path.insert(0, str(Path(__file__).parents[1]))
    call_command("migrate", verbosity=0)
    from tests.cast import build_cast
    from tests.many import many_incidents
    from timshel.kernel.copying import refresh_statistics
    from timshel.operation.bulk.actions import Wanted, run_over, undo_run
    from timshel.operation.work.deeds import read_deeds

    cast = build_cast()
    start = time.perf_counter()
    many = many_incidents(cast, count, cancelled=REFUSING // 2, elsewhere=REFUSING // 2)
    refresh_statistics()
    print(f"{count:,} incidents written: {time.perf_counter() - start:.1f} s")
    by: dict[str, Any] = {"actor": cast.agent, "at": datetime.now(UTC)}
    start = time.perf_counter()
    run_id = run_over(Wanted(many.numbers, read_deeds(list(DEEDS[:deeds]))), **by)
    print(f"the set fixed and the run begun: {time.perf_counter() - start:.2f} s")
    profile = cProfile.Profile()
    if with_profile:
        profile.enable()
    _do(run_id, "done")
    if with_profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    _do(undo_run(run_id, **by), "taken back")


def _do(run_id: int, what: str) -> None:
    """Do a run to its end, as the worker does, and say how long that took."""
    from timshel.operation.bulk.actions import do_items
    from timshel.operation.bulk.models import Run

    start, cpu = time.perf_counter(), time.process_time()
    while do_items(run_id, at=datetime.now(UTC)).goes_on:
        pass
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    run = Run.objects.get(pk=run_id)
    print(
        f"{what}: {run.done:,} done, {run.failed:,} refused in {seconds:.1f} s"
        f" ({cpu:.1f} s of this process): {run.total / seconds:,.0f} a second,"
        f" {seconds / run.total * 1_000:.1f} ms each"
    )


if __name__ == "__main__":
    main()
