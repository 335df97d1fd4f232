"""Stage, priority, clock and person as small marks: never by colour alone, always with words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timshel.interfaces.web.icons import icon
from timshel.interfaces.web.wording import exact_moment, relative_moment, short_moment, span
from timshel.operation.view.states import KIND_NAMES
from timshel.operation.work.states import STAGE_NAMES, Stage
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES

STAGE_ICONS: Mapping[Stage, str] = {
    Stage.NEW: "sparkles",
    Stage.IN_PROGRESS: "progress",
    Stage.WAITING: "player-pause",
    Stage.RESOLVED: "check",
    Stage.CLOSED: "lock",
    Stage.CANCELLED: "x",
}

KIND_ICONS: Mapping[str, str] = {
    "incident": "urgent",
    "service_request": "clipboard-list",
    "task": "square-check",
}

_SOON = timedelta(hours=1)
CHIP_ICONS = {"team": "users-group", "robot": "robot"}


def stage(value: str) -> SafeString:
    """Return the mark of a stage."""
    return _stage(value, get_language())


@cache
def _stage(value: str, _language: str | None) -> SafeString:
    known = Stage(value)
    return format_html(
        '<span class="mark mark-stage stage-{}">{}{}</span>',
        known.value.replace("_", "-"),
        icon(STAGE_ICONS[known]),
        STAGE_NAMES[known],
    )


def work_kind(value: str) -> SafeString:
    """Return the mark of a kind of work; its word is read out and shown on hover."""
    return _work_kind(value, get_language())


@cache
def _work_kind(value: str, _language: str | None) -> SafeString:
    return format_html(
        '<span class="kind kind-{}" title="{}">{}</span>',
        value.replace("_", "-"),
        KIND_NAMES[value],
        icon(KIND_ICONS[value], label=str(KIND_NAMES[value])),
    )


def priority(value: int) -> SafeString:
    """Return the mark of a priority from 1 to 5."""
    return _priority(value, get_language())


@cache
def _priority(value: int, _language: str | None) -> SafeString:
    return format_html(
        '<span class="mark mark-priority priority-{}"><b>P{}</b> {}</span>',
        value,
        value,
        PRIORITY_NAMES[value],
    )


def chip(name: str, detail: str, kind: str) -> SafeString:
    """Return a person, a team or a robot with its initials or icon."""
    face = icon(CHIP_ICONS[kind]) if kind in CHIP_ICONS else initials(name)
    extra = format_html('<span class="chip-detail">{}</span>', detail) if detail else ""
    return format_html(
        '<span class="chip chip-{}"><span class="chip-face" aria-hidden="true">{}</span>'
        '<span class="chip-name">{}</span>{}</span>',
        kind,
        face,
        name,
        extra,
    )


def initials(name: str) -> str:
    """Return up to two letters that stand for a name."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalpha()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[:2] for word in words]
    return "".join(letters).upper() or "?"


def clock(reading: Any, now: datetime) -> SafeString:
    """Return the mark of a service level clock.

    Args:
        reading: has ``state`` (of ``ClockState``), ``due_at``.
        now: the moment of the page.
    """
    state, due_at = str(reading.state), reading.due_at
    tone, picture, words = _clock_words(state, due_at, now)
    return _clock_mark(tone, picture, words, due_at)


def _clock_words(state: str, due_at: datetime | None, now: datetime) -> tuple[str, str, str]:
    """Return the tone, the icon and the words of a clock."""
    if state == "missed":
        return "late", "clock-exclamation", _("not kept")
    if state == "met":
        return "met", "clock-check", _("kept")
    if state == "cancelled":
        return "quiet", "clock", _("ended")
    if state == "paused" or due_at is None:
        return "paused", "clock-pause", _("paused")
    if state == "breached" or due_at <= now:
        return "late", "clock-exclamation", _("%(span)s late") % {"span": span(now - due_at)}
    soon = due_at - now <= _SOON
    words = relative_moment(due_at, now)
    return ("soon" if soon else "running"), "clock", _("due %(when)s") % {"when": words}


def moment(when: datetime, now: datetime, *, is_exact: bool = False) -> SafeString:
    """Return a moment as how far it is from now, or exactly; the zone and the rest on hover."""
    return _time(when, short_moment(when) if is_exact else relative_moment(when, now))


def _time(when: datetime, words: str) -> SafeString:
    """Return a moment in words with the exact one on hover.

    Put together without escaping, which would take most of the time of a queue: there is nothing
    in it but figures, names of days, months and zones, and our own words.
    """
    return SafeString(
        f'<time datetime="{when.isoformat(timespec="seconds")}" title="{exact_moment(when)}">'
        f"{words}</time>"
    )


def due(due_at: datetime | None, now: datetime) -> SafeString | str:
    """Return the mark of a next deadline, where only its moment is known, as in queues."""
    if due_at is None:
        return ""
    return _clock_mark(*_clock_words("running", due_at, now), due_at)


def _clock_mark(tone: str, picture: str, words: str, due_at: datetime | None) -> SafeString:
    text = words if due_at is None else _time(due_at, words)
    return SafeString(f'<span class="mark mark-clock clock-{tone}">{icon(picture)}{text}</span>')
