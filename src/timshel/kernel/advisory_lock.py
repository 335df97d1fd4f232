"""Holding something alone while no transaction is open: a lock of the database session.

A process that dies frees what it held at once, since its session ends with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

ROWS = 0xFFFF_FFFF


@contextmanager
def held_alone(space: int, key: int) -> Iterator[bool]:
    """Try to hold one of many alike; whoever comes second is told so and does not wait.

    Args:
        space: tells the kinds of things apart; its lower 32 bits are nought.
        key: of the thing.

    Yields:
        Whether it is held here until the block ends.
    """
    lock = space | (key & ROWS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
