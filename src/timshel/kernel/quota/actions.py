"""Taking from a quota: in small leases, so that most requests cost no statement at all.

A process takes several uses at once and gives them out by itself. The lease grows smaller the
less is left, down to one, so that the processes together never give out more than there is, and
leave little of it lying in one of them. An owner's row is locked by that owner's requests only.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from timshel.kernel.quota.models import QuotaWindow

WINDOW_SECONDS = 60
LARGEST_LEASE = 20
REMEMBERED = 10_000
KEPT_WINDOWS = 60
# A lease is at most this part of what is left.
PARTS = 16

# A row that is used up is not written again: the statement then returns nothing.
TAKE = """
    INSERT INTO quota_quotawindow AS kept ("owner", "window", used, granted)
    VALUES (%(owner)s, %(window)s, %(first)s, %(first)s)
    ON CONFLICT ("owner") DO UPDATE SET
        "window" = greatest(kept."window", excluded."window"),
        granted = CASE WHEN kept."window" < excluded."window" THEN %(first)s
            ELSE greatest(1, least(%(first)s, (%(limit)s - kept.used) / %(parts)s)) END,
        used = CASE WHEN kept."window" < excluded."window" THEN %(first)s
            ELSE kept.used + greatest(1, least(%(first)s, (%(limit)s - kept.used) / %(parts)s)) END
    WHERE kept."window" < excluded."window" OR kept.used < %(limit)s
    RETURNING used, granted
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking one use.

    Args:
        is_granted: whether there was one.
        remaining: how many are left; those that other processes hold count as used.
        reset_seconds: until there is a full quota again.
    """

    is_granted: bool
    remaining: int
    reset_seconds: int


@dataclass(slots=True)
class _Lease:
    window: int
    left: int
    used: int


_leases: OrderedDict[str, _Lease] = OrderedDict()
_lock = threading.Lock()


def take(owner: str, *, limit: int, at: datetime) -> Taken:
    """Take one use of a quota; costs one short statement for every few uses.

    To be called outside a transaction: the row is locked until its end.

    Args:
        owner: whose quota, at most 80 characters.
        limit: uses in a minute, at least 1.
        at: now.
    """
    seconds = int(at.timestamp())
    window, reset = seconds // WINDOW_SECONDS, WINDOW_SECONDS - seconds % WINDOW_SECONDS
    with _lock:
        lease = _leases.get(owner)
        if lease is not None and lease.window == window and (lease.left or lease.used >= limit):
            return _give(lease, limit=limit, reset=reset)
    lease = _taken_lease(owner, window=window, limit=limit)
    with _lock:
        known = _leases.get(owner)
        if known is not None and known.window == window:
            lease.left += known.left
        _leases[owner] = lease
        _leases.move_to_end(owner)
        while len(_leases) > REMEMBERED:
            _leases.popitem(last=False)
        return _give(lease, limit=limit, reset=reset)


def forget_windows(*, at: datetime) -> int:
    """Remove what was taken in windows long past, such as by strangers; returns of how many owners.

    Args:
        at: now.
    """
    past = int(at.timestamp()) // WINDOW_SECONDS - KEPT_WINDOWS
    return QuotaWindow.objects.filter(window__lt=past).delete()[0]


def forget_leases() -> None:
    """Give up what this process holds, as tests do between two of them."""
    with _lock:
        _leases.clear()


def _give(lease: _Lease, *, limit: int, reset: int) -> Taken:
    is_granted = lease.left > 0
    lease.left -= is_granted
    return Taken(is_granted, max(0, limit - lease.used) + lease.left, reset)


def _taken_lease(owner: str, *, window: int, limit: int) -> _Lease:
    first = max(1, min(LARGEST_LEASE, limit // PARTS))
    given: dict[str, str | int] = {
        "owner": owner,
        "window": window,
        "limit": limit,
        "first": first,
        "parts": PARTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, given)
        row = cursor.fetchone()
    return _Lease(window, 0, limit) if row is None else _Lease(window, row[1], row[0])
