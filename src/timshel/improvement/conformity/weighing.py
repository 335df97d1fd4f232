"""How far what rules found answers a question.

Beside ``rules``, since the rules of evidence need all tables and the tables need ``rules``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from timshel.improvement.conformity.evidence.rule import Evidence
from timshel.improvement.conformity.states import Status

NOTHING = Evidence(0)


def status_of(
    rules: Sequence[str], found: Mapping[str, Evidence], *, age_days: int, at: datetime
) -> Status:
    """Return how far what was found answers a question.

    Args:
        rules: the codes of the rules that look for it.
        found: what each of them found; a rule that is not there found nothing.
        age_days: how old the newest evidence may be.
        at: the moment of the look.
    """
    if not rules:
        return Status.BY_HAND
    seen = [found.get(code, NOTHING) for code in rules]
    there = [each for each in seen if each.current > 0]
    if not there:
        return Status.STALE if any(each.stale > 0 for each in seen) else Status.MISSING
    newest = newest_of(there)
    if newest is not None and at - newest > timedelta(days=age_days):
        return Status.STALE
    return Status.MET if len(there) == len(seen) else Status.PARTLY


def newest_of(found: Iterable[Evidence]) -> datetime | None:
    """Return when the newest of some evidence was made; None where none has a moment."""
    return max((each.latest for each in found if each.latest is not None), default=None)


def written(found: Mapping[str, Evidence]) -> dict[str, Any]:
    """Return what rules found as plain JSON."""
    return {
        code: [each.current, each.stale, each.latest.isoformat() if each.latest else None]
        for code, each in found.items()
    }


def read(kept: Mapping[str, Sequence[Any]]) -> dict[str, Evidence]:
    """Return what rules found, from plain JSON."""
    return {
        code: Evidence(current, stale, datetime.fromisoformat(latest) if latest else None)
        for code, (current, stale, latest) in kept.items()
    }
