"""Pure decisions about signing in."""

from __future__ import annotations

from datetime import timedelta

ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_ACCOUNT = 10
ATTEMPTS_PER_ORIGIN = 50


def is_throttled(*, by_account: int, by_origin: int) -> bool:
    """Tell whether so many failed sign-ins within the window bar the next one.

    Args:
        by_account: failures for the same account name.
        by_origin: failures from the same network address, which may be a whole office.
    """
    return by_account >= ATTEMPTS_PER_ACCOUNT or by_origin >= ATTEMPTS_PER_ORIGIN
