"""What one delivery says: alerts in our own terms, and what of it could not be read, with why."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from timshel.kernel.text import is_storable
from timshel.resolution_fulfilment.alert.states import CRITICAL, INFO, WARNING

MOST_ALERTS = 20_000
MOST_LABELS = 100
LONGEST_FINGERPRINT = 200
LONGEST_TITLE = 250
LONGEST_TEXT = 10_000
LONGEST_LABEL = 2_000
LONGEST_ADDRESS = 2_000
LONGEST_GROUP = 10_000
MILLISECONDS = 100_000_000_000  # seconds beyond this lie 3,000 years ahead: it counts thousandths
NEVER = 1970

SEVERITIES: Mapping[str, int] = {
    **dict.fromkeys(
        ("critical", "crit", "disaster", "high", "page", "error", "emergency", "fatal", "down"),
        CRITICAL,
    ),
    **dict.fromkeys(("warning", "warn", "average", "minor", "unknown", "major"), WARNING),
    **dict.fromkeys(("info", "information", "informational", "notice", "low", "none"), INFO),
}


class Unreadable(Exception):  # noqa: N818 - it says what a delivery is
    """A delivery, or one alert in it, cannot be taken; with a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One alert as a delivery tells it.

    Args:
        fingerprint: what tells it from others of its source.
        is_firing: whether it holds; otherwise it has cleared.
        started_at: since when; None where the source does not say.
        ended_at: when it cleared; None while it holds, or where the source does not say.
        severity: 1 critical, 2 warning, 3 information.
        title: one line; empty where a message of clearing repeats none.
        text: further words; may be empty.
        labels: what it is about.
        address: where the source shows it; may be empty.
        group: what belongs together, by the source; empty where it does not say.
        raw: its own part of the delivery.
    """

    fingerprint: str
    is_firing: bool
    started_at: datetime | None
    ended_at: datetime | None
    severity: int
    title: str
    text: str
    labels: Mapping[str, str]
    address: str
    group: str
    raw: Any


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one delivery says: readings, and a sentence for each part that could not be read.

    ``left_out`` is how many alerts the source says that it kept back.
    """

    readings: tuple[Reading, ...]
    faults: tuple[str, ...] = field(default=())
    left_out: int = 0


def parse_json(body: bytes) -> Any:
    """Return a body as JSON.

    Raises:
        Unreadable: it is none, or holds what cannot be stored.
    """
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable(_("This is not text in UTF-8.")) from error
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise Unreadable(
            _("This is not JSON: see line %(line)d, column %(column)d.") % where
        ) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("This is not JSON that can be read.")) from error
    return found


def each_readable(items: Any, read: Callable[[Any], Reading]) -> Delivery:
    """Read a list of alerts one by one, so that one that is wrong hides no other.

    Raises:
        Unreadable: there is no list, or it is too long.
    """
    if not isinstance(items, list):
        raise Unreadable(_("There is no list of alerts where one is expected."))
    if len(items) > MOST_ALERTS:
        raise Unreadable(_("At most %(count)d alerts can come at once.") % {"count": MOST_ALERTS})
    readings, faults = [], []
    for place, item in enumerate(items, start=1):
        try:
            readings.append(read(item))
        except Unreadable as fault:
            words = {"place": place, "fault": str(fault)}
            faults.append(_("Alert %(place)d: %(fault)s") % words)
    return Delivery(tuple(readings), tuple(faults))


def moment(value: Any) -> datetime | None:
    """Return a moment from ISO 8601 or from seconds (or thousandths) since 1970; None for none.

    Without a zone it is taken as UTC. The year 1, and 0 seconds, are how programs say "never".

    Raises:
        Unreadable: it is neither.
    """
    if value in (None, "", 0, "0"):
        return None
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return _written_moment(value)
    except OverflowError as error:  # a number of hundreds of digits
        raise _no_moment(value) from error
    if isinstance(value, bool):
        raise _no_moment(value)
    if abs(seconds) >= MILLISECONDS:
        seconds /= 1_000
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise _no_moment(value) from error


def _written_moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value).strip())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        # Before the year 1, or after 9999, by its zone: the former is how "never" is written.
        if str(value).startswith("0001-"):
            return None
        raise _no_moment(value) from error
    return found if found.year >= NEVER else None


def _no_moment(value: Any) -> Unreadable:
    return Unreadable(_("“%(value)s” is no moment in time.") % {"value": str(value)[:60]})


def severity_of(word: str, own: Mapping[str, str] | None = None) -> int:
    """Return a severity by its word; what is unknown is a warning.

    Args:
        word: as the source says it, in any case.
        own: the source's own words for ``critical``, ``warning`` and ``info``, folded.
    """
    folded = word.strip().casefold()
    return SEVERITIES.get((own or {}).get(folded, folded), WARNING)


def line(text: Any, *, longest: int = LONGEST_TITLE) -> str:
    """Return a text as one storable line, shortened where it is too long."""
    joined = " ".join(plain(text).split())
    return joined if len(joined) <= longest else joined[: longest - 1] + "…"


def plain(text: Any, *, longest: int = LONGEST_TEXT) -> str:
    """Return what can be stored of a value as text."""
    if text is None:
        return ""
    words = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
    if not is_storable(words):
        words = words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return words[:longest]


def storable(raw: Any) -> Any:
    """Return the part of a delivery as it can be kept as JSON.

    Numbers that are none (``NaN``), which some programs write though JSON has no such thing, are
    kept as their names.

    Raises:
        Unreadable: its parts lie too deep within each other.
    """
    try:
        text = json.dumps(raw, ensure_ascii=True, allow_nan=False).lower()
        return raw if "\\u0000" not in text and "\\ud" not in text else _storable(raw)
    except ValueError:
        return _storable(raw)
    except RecursionError as error:
        raise Unreadable(_("This is not JSON that can be read.")) from error


def _storable(raw: Any) -> Any:
    if isinstance(raw, str):
        return plain(raw, longest=len(raw))
    if isinstance(raw, float) and not math.isfinite(raw):
        return str(raw)
    if isinstance(raw, list):
        return [_storable(each) for each in raw]
    if isinstance(raw, dict):
        return {plain(name, longest=len(name)): _storable(each) for name, each in raw.items()}
    return raw


def labels_of(given: Any) -> dict[str, str]:
    """Return labels as texts, in their order.

    Raises:
        Unreadable: they are no object, or too many.
    """
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise Unreadable(_("The labels are no object."))
    if len(given) > MOST_LABELS:
        raise Unreadable(_("It has more than %(count)d labels.") % {"count": MOST_LABELS})
    return {
        line(name, longest=200): plain(value, longest=LONGEST_LABEL)
        for name, value in given.items()
    }


def short_fingerprint(text: str) -> str:
    """Return a fingerprint as it is stored: one that is too long as its SHA-256."""
    if len(text) <= LONGEST_FINGERPRINT:
        return text
    return hashlib.sha256(text.encode()).hexdigest()


def web_address(value: Any) -> str:
    """Return an address that may be linked to, or nothing."""
    text = plain(value, longest=LONGEST_ADDRESS).strip()
    return text if text.startswith(("https://", "http://")) else ""
