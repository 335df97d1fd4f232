"""The demonstration organisation: loaded once for a whole run of tests, put back where one asks.

Loading it takes more than a minute, putting its rows back a few seconds. Of several workers the
first to ask loads it, and leaves the rows to the others in a file.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

from django.db import connection, transaction

from tests.cast import SYSTEM
from tests.snapshot import Snapshot, snapshot_of
from timshel.interfaces.connectors.packs import Demonstration, load_demonstration
from timshel.kernel.copying import refresh_statistics

AT = datetime(2026, 3, 11, 14, 20, tzinfo=UTC)
"""A Wednesday afternoon, at which the history leads up to now."""

_SEQUENCES = """
SELECT sequence.oid::regclass::text, EXISTS (
    SELECT FROM pg_depend
    WHERE pg_depend.objid = sequence.oid AND pg_depend.deptype IN ('a', 'i')
)
FROM pg_class AS sequence
WHERE sequence.relkind = 'S' AND sequence.relnamespace = 'public'::regnamespace
"""
_LAST = f"""
SELECT name, pg_sequence_last_value(name::regclass) FROM ({_SEQUENCES}) AS found (name)
WHERE pg_sequence_last_value(name::regclass) IS NOT NULL
"""
_GO_ON = """
SELECT setval(%(name)s::regclass, greatest(
    %(last)s, coalesce(pg_sequence_last_value(%(name)s::regclass), 1)
))
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """The demonstration as it was loaded.

    Args:
        loaded: what the loading said.
        rows: what it made.
        numbers: the last number that each sequence gave.
    """

    loaded: Demonstration
    rows: Snapshot
    numbers: tuple[tuple[str, int], ...]

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Put the rows back for a while; what is made meanwhile is numbered after them."""
        with transaction.atomic():
            self.rows.restore()
            with connection.cursor() as cursor:
                numbers = [{"name": name, "last": last} for name, last in self.numbers]
                cursor.executemany(_GO_ON, numbers)
            refresh_statistics()
            yield
            transaction.set_rollback(True)


def kept_demonstration(folder: Path) -> Kept:
    """Return the demonstration, loaded by whoever asks first.

    Args:
        folder: one for all workers of a run, and for no other run.
    """
    with (folder / "demonstration").open("a+b") as file:
        flock(file, LOCK_EX)
        if not file.tell():
            (loaded, numbers), rows = snapshot_of(_loaded_from_one)
            pickle.dump(Kept(loaded, rows, numbers), file)
        file.seek(0)
        found: Kept = pickle.load(file)
        return found


def _loaded_from_one() -> tuple[Demonstration, tuple[tuple[str, int], ...]]:
    """Load it with numbers from one, whatever other tests have used up."""
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES)
        for name, is_of_column in cursor.fetchall():
            if not is_of_column:
                cursor.execute(f"ALTER SEQUENCE {name} RESTART")
        loaded = load_demonstration(actor=SYSTEM, at=AT)
        cursor.execute(_LAST)
        return loaded, tuple(cursor.fetchall())
