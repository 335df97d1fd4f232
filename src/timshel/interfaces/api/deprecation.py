"""Operations that will go away: said in their document and in each of their answers.

An operation is marked where it is declared, by ``openapi_extra=deprecated(…)``; from that come the
headers ``Deprecation`` (RFC 9745), ``Sunset`` (RFC 8594) and ``Link``, and the document. The rules
are in the guide for integrators, and a test holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.http import http_date

SHORTEST = timedelta(days=365)
"""What is deprecated goes on working for at least this long."""
POLICY = "/api/v1/docs#deprecation"
EXTENSION = "x-deprecation"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """That an operation will go away.

    Args:
        since: the day from which it is no longer to be used.
        sunset: the first day on which it may be gone.
        instead: the ``operationId`` of what to use instead, or empty.
    """

    since: date
    sunset: date
    instead: str = ""


def deprecated(
    *, since: date, sunset: date, instead: str = "", also: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what an operation adds to the document when it will go away.

    Args:
        since: the day from which it is no longer to be used.
        sunset: the first day on which it may be gone, at least a year later.
        instead: the ``operationId`` of what to use instead, or empty.
        also: what else the operation adds.

    Raises:
        ValueError: the time between is too short.
    """
    if sunset - since < SHORTEST:
        raise ValueError("what is deprecated goes on working for a year")
    said = {"since": since.isoformat(), "sunset": sunset.isoformat(), "instead": instead}
    return {**(also or {}), "deprecated": True, EXTENSION: said}


def deprecation_of(extra: Mapping[str, Any] | None) -> Deprecation | None:
    """Return what an operation's additions say of its end, or None."""
    said = (extra or {}).get(EXTENSION)
    if said is None:
        return None
    return Deprecation(
        date.fromisoformat(said["since"]), date.fromisoformat(said["sunset"]), said["instead"]
    )


def headers_of(deprecation: Deprecation) -> dict[str, str]:
    """Return the headers of an answer of an operation that will go away."""
    links = [f'<{POLICY}>; rel="deprecation"; type="text/html"']
    if deprecation.instead:
        links.append(f'</api/v1/docs#{deprecation.instead}>; rel="successor-version"')
    return {
        "Deprecation": f"@{int(_begin(deprecation.since).timestamp())}",
        "Sunset": http_date(_begin(deprecation.sunset).timestamp()),
        "Link": ", ".join(links),
    }


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
