"""What was built once, put back into an empty database in a few milliseconds.

Building the cast by its actions takes most of a second; a thousand tests want it. Its rows are
copied out once a session, and copied in wherever a test asks, in that test's own transaction or
committed, so that tests share nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction

Built = TypeVar("Built")

_COLUMNS = """
SELECT format('%I', relation.relname),
       string_agg(format('%I', attribute.attname), ', ' ORDER BY attribute.attnum)
FROM pg_class AS relation
JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
WHERE relation.relkind = 'r' AND relation.relnamespace = 'public'::regnamespace
  AND attribute.attnum > 0 AND NOT attribute.attisdropped AND attribute.attgenerated = ''
GROUP BY relation.relname
ORDER BY relation.relname
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of each table that was empty before, as ``COPY`` writes them."""

    rows: tuple[tuple[str, bytes], ...]

    def restore(self) -> None:
        """Put the rows back, with the keys they had.

        Neither checks nor triggers run, for the rows passed them when they were made. Sequences
        keep what they gave, as they do when a transaction is rolled back, so that the keys of
        later rows differ from these.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for table, rows in self.rows:
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)
            cursor.execute("SET session_replication_role = DEFAULT")


def snapshot_of(build: Callable[[], Built]) -> tuple[Built, Snapshot]:
    """Build something, take its rows, and leave the database as it was.

    Args:
        build: makes rows in tables that are empty; tables with rows of their own stay untouched.
    """
    with transaction.atomic():
        before = _all_rows()
        built = build()
        after = _all_rows()
        transaction.set_rollback(True)
    changed = [table for table, rows in before.items() if rows and after[table] != rows]
    assert not changed, f"the snapshot would miss what changed in {changed}"
    made = ((table, rows) for table, rows in after.items() if rows and not before[table])
    return built, Snapshot(tuple(made))


def _all_rows() -> dict[str, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        tables = [f"{table} ({columns})" for table, columns in cursor.fetchall()]
        found = {}
        for table in tables:
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                found[table] = b"".join(bytes(chunk) for chunk in copy)
        return found
