"""Reading any JSON by a mapping: for each field a pattern, such as ``{host.name}: {service}``.

A pattern is text with paths in braces. A path names what to follow from the alert's own object,
as ``event.tags[0].value``; where it begins with ``$.``, from the whole delivery. What is not
there is empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.kernel.errors import Text
from timshel.kernel.text import is_storable
from timshel.resolution_fulfilment.alert.rules.reading import (
    LONGEST_GROUP,
    Delivery,
    Reading,
    Unreadable,
    each_readable,
    labels_of,
    line,
    moment,
    plain,
    severity_of,
    short_fingerprint,
    storable,
    web_address,
)
from timshel.resolution_fulfilment.alert.states import SEVERITY_CODES, SourceKind

LONGEST_PATTERN = 1_000
MOST_LINES = 100
_STEP = re.compile(r"(?P<name>[^.\[\]{}]+)|\[(?P<place>[0-9]{1,6})\]")
_PATH = re.compile(r"(?:\$\.)?[^.\[\]{}]+(?:\.[^.\[\]{}]+|\[[0-9]{1,6}\])*")
_BRACES = re.compile(r"\{([^{}]*)\}")

PATTERNS = (
    "fingerprint",
    "state",
    "severity",
    "title",
    "text",
    "started_at",
    "ended_at",
    "address",
    "group",
)
NEEDED = ("fingerprint", "state", "title")


@dataclass(frozen=True, slots=True)
class Mapped:
    """How the JSON of a source is read.

    Args:
        alerts: the path to the list of alerts; empty where a delivery is one alert, or a list.
        patterns: a pattern for each of ``PATTERNS``; what is missing is empty.
        resolved: the words of the state that mean that it cleared, folded; all others mean that
            it fires.
        severities: the source's own words for severities, folded, to ``critical``, ``warning``
            or ``info``.
        labels: a pattern for each label.
        labels_from: the path to an object all of whose entries are labels; may be empty.
    """

    alerts: str = ""
    patterns: Mapping[str, str] = field(default_factory=dict)
    resolved: tuple[str, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    labels_from: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "alerts": self.alerts,
            "patterns": dict(self.patterns),
            "resolved": list(self.resolved),
            "severities": dict(self.severities),
            "labels": dict(self.labels),
            "labels_from": self.labels_from,
        }


def mapped(stored: Mapping[str, Any]) -> Mapped:
    """Return a mapping from what was stored."""
    return Mapped(
        alerts=stored.get("alerts", ""),
        patterns=stored.get("patterns", {}),
        resolved=tuple(stored.get("resolved", ())),
        severities=stored.get("severities", {}),
        labels=stored.get("labels", {}),
        labels_from=stored.get("labels_from", ""),
    )


# What the recipes in docs/monitoring.md send.
BEGINNINGS: Mapping[str, Mapped] = {
    SourceKind.GENERIC: Mapped(
        patterns={
            "fingerprint": "{id}",
            "state": "{state}",
            "severity": "{severity}",
            "title": "{title}",
            "text": "{text}",
            "started_at": "{started_at}",
            "address": "{url}",
        },
        resolved=("resolved", "ok", "cleared", "closed"),
        labels_from="labels",
    ),
    SourceKind.ICINGA: Mapped(
        patterns={
            "fingerprint": "{host}/{service}",
            "state": "{state}",
            "severity": "{state}",
            "title": "{host} {service}: {state}",
            "text": "{output}",
            "address": "{url}",
            "group": "{host}",
        },
        resolved=("ok", "up"),
        severities={"critical": "critical", "down": "critical", "unreachable": "critical"},
        labels={"host": "{host}", "service": "{service}", "hostgroup": "{hostgroup}"},
    ),
    SourceKind.ZABBIX: Mapped(
        patterns={
            "fingerprint": "{event_id}",
            "state": "{event_value}",
            "severity": "{severity}",
            "title": "{host}: {trigger}",
            "text": "{opdata}",
            "address": "{url}",
            "group": "{trigger_id}",
        },
        resolved=("0",),
        severities={
            "disaster": "critical",
            "high": "critical",
            "average": "warning",
            "warning": "warning",
            "information": "info",
            "not classified": "info",
        },
        labels={"host": "{host}", "trigger": "{trigger}", "hostgroup": "{host_group}"},
    ),
}

_FIELD_FAULTS: Mapping[str, Text] = {
    "fingerprint": gettext_lazy("Say what tells one alert from another."),
    "state": gettext_lazy("Say where it stands whether it fires or has cleared."),
    "title": gettext_lazy("Say what an alert is called."),
}


def mapping_faults(given: Mapped) -> dict[str, list[Text]]:
    """Return what is wrong with a mapping, by field."""
    found: dict[str, list[Text]] = {}
    for name in PATTERNS:
        faults = pattern_faults(given.patterns.get(name, ""))
        if name in NEEDED and not given.patterns.get(name, "").strip():
            faults = [_FIELD_FAULTS[name]]
        found[name] = faults
    if not given.resolved:
        found["resolved"] = [gettext_lazy("Name at least one word that says that it has cleared.")]
    for name in ("alerts", "labels_from"):
        found[name] = path_faults(getattr(given, name))
    found["labels"] = [each for text in given.labels.values() for each in pattern_faults(text)]
    if wrong := sorted(set(given.severities.values()) - set(SEVERITY_CODES.values())):
        found["severities"] = [
            _("%(word)s is not one of critical, warning and info.") % {"word": ", ".join(wrong)}
        ]
    if max(len(given.labels), len(given.severities), len(given.resolved)) > MOST_LINES:
        found["labels"] = [_("At most %(count)d lines are possible.") % {"count": MOST_LINES}]
    return {name: faults for name, faults in found.items() if faults}


def pattern_faults(pattern: str) -> list[Text]:
    """Return what is wrong with a pattern."""
    if len(pattern) > LONGEST_PATTERN or not is_storable(pattern):
        return [_("At most %(count)d characters are possible.") % {"count": LONGEST_PATTERN}]
    faults = [each for path in _BRACES.findall(pattern) for each in path_faults(path.strip())]
    rest = _BRACES.sub("", pattern)
    if "{" in rest or "}" in rest:
        faults.append(_("A brace is opened and not closed, or the reverse."))
    if any(not path.strip() for path in _BRACES.findall(pattern)):
        faults.append(_("There is nothing between two braces."))
    return faults


def path_faults(path: str) -> list[Text]:
    """Return what is wrong with a path; an empty one is sound."""
    if not path or (_PATH.fullmatch(path) and is_storable(path) and len(path) <= LONGEST_PATTERN):
        return []
    return [_("“%(path)s” is not a path such as event.host[0].name.") % {"path": path[:60]}]


def follow(path: str, item: Any, whole: Any) -> Any:
    """Return what a path leads to, or None."""
    found = item
    if path.startswith("$."):
        found, path = whole, path[2:]
    for step in _STEP.finditer(path):
        if step["name"] is not None:
            found = found.get(step["name"]) if isinstance(found, dict) else None
        else:
            place = int(step["place"])
            found = found[place] if isinstance(found, list) and place < len(found) else None
    return found


def filled(pattern: str, item: Any, whole: Any) -> str:
    """Return a pattern with what its paths lead to."""
    return _BRACES.sub(lambda found: plain(follow(found[1].strip(), item, whole)), pattern)


def read_mapped(payload: Any, by: Mapped) -> Delivery:
    """Return what a delivery says by a mapping.

    Raises:
        Unreadable: there is no list of alerts where the mapping says.
    """
    items = follow(by.alerts, payload, payload) if by.alerts else payload
    if not by.alerts and not isinstance(items, list):
        items = [items]
    return each_readable(items, partial(_reading, whole=payload, by=by))


def _reading(item: Any, *, whole: Any, by: Mapped) -> Reading:
    if not isinstance(item, dict):
        raise Unreadable(_("It is no object."))

    def said(name: str) -> str:
        return filled(by.patterns.get(name, ""), item, whole).strip()

    fingerprint, state, title = (
        line(said("fingerprint"), longest=5_000),
        said("state"),
        said("title"),
    )
    if not fingerprint.strip("/:|- "):
        raise Unreadable(_("Nothing tells it from others: the fingerprint is empty."))
    if not state:
        raise Unreadable(_("It does not say whether it fires: the state is empty."))
    is_firing = state.casefold() not in by.resolved
    return Reading(
        fingerprint=short_fingerprint(fingerprint),
        is_firing=is_firing,
        started_at=moment(said("started_at")),
        ended_at=None if is_firing else moment(said("ended_at")),
        severity=severity_of(said("severity"), by.severities),
        title=line(title) or line(fingerprint),
        text=plain(said("text")),
        labels=_labels(item, whole, by),
        address=web_address(said("address")),
        group=plain(said("group"), longest=LONGEST_GROUP),
        raw=storable(item),
    )


def _labels(item: Any, whole: Any, by: Mapped) -> dict[str, str]:
    found = labels_of(follow(by.labels_from, item, whole)) if by.labels_from else {}
    for name, pattern in by.labels.items():
        if value := filled(pattern, item, whole).strip():
            found[name] = value
    return labels_of(found)
