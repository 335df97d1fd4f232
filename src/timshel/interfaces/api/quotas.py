"""How many requests a token may send in a minute, told as the draft of the IETF says.

``RateLimit-Policy`` and ``RateLimit`` are those of draft-ietf-httpapi-ratelimit-headers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from timshel.kernel.quota.actions import WINDOW_SECONDS, take

POLICY = "requests"


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a quota after this request.

    Args:
        limit: requests in a minute.
        remaining: what is left of them.
        reset_seconds: until there is a full quota again.
    """

    limit: int
    remaining: int
    reset_seconds: int

    def headers(self) -> dict[str, str]:
        """Return the headers that tell of it."""
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{POLICY}";r={self.remaining};t={self.reset_seconds}',
        }


class TooManyRequests(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The quota is used up.

    Args:
        quota: with the time until it is full again.
    """

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        super().__init__(f"{quota.limit} requests a minute")


def count(owner: str, *, limit: int, at: datetime) -> Quota | None:
    """Count a request, and return what is left; None where nothing is limited.

    Args:
        owner: whose quota.
        limit: requests in a minute; 0 for no limit.
        at: now.

    Raises:
        TooManyRequests: none is left.
    """
    if not limit:
        return None
    taken = take(owner, limit=limit, at=at)
    quota = Quota(limit, taken.remaining, taken.reset_seconds)
    if not taken.is_granted:
        raise TooManyRequests(quota)
    return quota
