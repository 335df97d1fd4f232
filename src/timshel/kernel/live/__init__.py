"""Live regions: which parts of a page moved since it was drawn, for one cheap query a page.

Each change appends a row for every region it touches; there is no counter that writers would
queue for. A page keeps the database snapshot it was drawn from, and asks whether any row of its
regions was written by a transaction that this snapshot could not see: exact, whatever the order
in which transactions commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connection

KEPT = timedelta(hours=24)
_TOKEN = re.compile(r"([0-9]{1,19}):([0-9]{1,19}):((?:[0-9]{1,19}(?:,[0-9]{1,19})*)?)")
LONGEST_TOKEN = 4_000


def announce(regions: Iterable[str], *, at: datetime) -> None:
    """Note that these regions changed, in the transaction of the change.

    Args:
        regions: names such as ``work_item:17`` or ``team:4``.
        at: when.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO live_change (region, at) SELECT unnest(%s::text[]), %s",
            [sorted(set(regions)), at],
        )


def token() -> str:
    """Return the present snapshot; taken before a page's queries, so that nothing is missed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


def has_changed(regions: Sequence[str], token: str) -> bool:
    """Tell whether any of the regions changed since the snapshot ``token`` was taken.

    A token that cannot be read counts as changed: the page is drawn anew, and gets a fresh one.
    So does one from the future, as pages hold it after a database was restored from a backup.
    """
    if not _is_snapshot(token):
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_snapshot_xmax(%(token)s::pg_snapshot)
                 > pg_snapshot_xmax(pg_current_snapshot())
            OR EXISTS (
                SELECT 1 FROM live_change
                WHERE region = ANY(%(regions)s)
                  AND changed_in >= pg_snapshot_xmin(%(token)s::pg_snapshot)
                  AND NOT pg_visible_in_snapshot(changed_in, %(token)s::pg_snapshot)
            )
            """,
            {"regions": list(regions), "token": token},
        )
        return bool(cursor.fetchone()[0])


def _is_snapshot(token: str) -> bool:
    """Tell whether the database will take the text as a snapshot."""
    match = _TOKEN.fullmatch(token) if len(token) <= LONGEST_TOKEN else None
    if match is None:
        return False
    lowest, highest = int(match[1]), int(match[2])
    running = [int(each) for each in match[3].split(",")] if match[3] else []
    return (
        0 < lowest <= highest < 2**63
        and all(lowest <= each < highest for each in running)
        and all(one < next_one for one, next_one in pairwise(running))
    )


def forget(*, at: datetime) -> int:
    """Remove changes older than any open page cares for; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM live_change WHERE at < %s", [at - KEPT])
        return int(cursor.rowcount)
