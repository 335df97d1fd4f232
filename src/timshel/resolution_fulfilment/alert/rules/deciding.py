"""Whose an alert is, what belongs together, what is muted, and how long to wait."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from timshel.design_transition.maintenance.queries import Window
from timshel.resolution_fulfilment.alert.rules.conditions import LabelCondition
from timshel.resolution_fulfilment.alert.rules.reading import Reading
from timshel.resolution_fulfilment.alert.states import CRITICAL, INFO, SEVERITY_CODES, WARNING

SITE = "site"
STORM = "storm"
# New groups are gathered for so long before they become incidents: a storm shows by then.
GATHER = timedelta(seconds=10)
STORM_SPAN = timedelta(minutes=1)
# A storm takes in what comes within so long of the last that it took in.
STORM_LASTS = timedelta(minutes=10)
FLAPS_BEFORE_DAMPING = 2
DAMPING = timedelta(minutes=2)
LONGEST_DAMPING = timedelta(minutes=30)

# Impact and urgency, 1 high to 3 low, where a rule does not say.
BY_SEVERITY: Mapping[int, tuple[int, int]] = {CRITICAL: (2, 1), WARNING: (3, 2), INFO: (3, 3)}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as alerts are held against it.

    Args:
        id: its key; None for what holds by default.
        conditions: all of which must hold; none hold for every alert.
        service_id: whose the alert then is.
        team_id: who sees it and gets its incident.
        group_by: the labels by which alerts are one matter; empty for the source's own groups.
        wait: how long it must fire before there is an incident.
        opens_incident: whether there is to be one at all.
    """

    id: int | None
    conditions: tuple[LabelCondition, ...]
    service_id: int | None
    team_id: int | None
    group_by: tuple[str, ...] = ()
    wait: timedelta = timedelta(0)
    opens_incident: bool = True


def asked_labels(reading: Reading) -> dict[str, str]:
    """Return the labels of an alert with what may be asked for of any: severity and title."""
    more = {"severity": SEVERITY_CODES[reading.severity], "title": reading.title}
    return {**more, **reading.labels}


def first_match(rules: Iterable[Rule], labels: Mapping[str, str]) -> Rule | None:
    """Return the first rule all of whose conditions hold, or None."""
    return next(
        (rule for rule in rules if all(each.holds(labels) for each in rule.conditions)), None
    )


def group_words(rule: Rule, reading: Reading) -> str:
    """Return what alerts of one matter have in common, in the source's words."""
    if rule.group_by:
        return ", ".join(f"{name}={reading.labels.get(name, '')}" for name in rule.group_by)
    return reading.group or reading.fingerprint


def group_key(rule: Rule, reading: Reading) -> str:
    """Return the key of the group of an alert: alerts of two rules are never one matter."""
    words = f"{rule.id or ''}\n{bool(rule.group_by)}\n{group_words(rule, reading)}"
    return hashlib.sha256(words.encode()).hexdigest()


def muting(
    windows: Sequence[Window], service_id: int | None, labels: Mapping[str, str]
) -> int | None:
    """Return the planned work that mutes an alert, or None.

    Work that is limited to some sites mutes what says by its label ``site`` that it is of one.

    Args:
        windows: those that run.
        service_id: whose the alert is.
        labels: of the alert.
    """
    for window in windows:
        if service_id in window.service_ids and (
            not window.sites or labels.get(SITE) in window.sites
        ):
            return window.id
    return None


def is_storm(*, fresh: int, recent: int, threshold: int, running: bool) -> bool:
    """Tell whether groups without an incident become one incident together.

    Args:
        fresh: how many groups wait for an incident now.
        recent: how many got one within the last minute.
        threshold: how many in a minute are no storm yet.
        running: whether a storm of the source runs, which takes in what follows.
    """
    return fresh > 0 and (running or fresh + recent > threshold)


def damping(flaps: int) -> timedelta:
    """Return how long what cleared must stay so before its incident is ended.

    Args:
        flaps: how often it came back soon after it had cleared.
    """
    if flaps < FLAPS_BEFORE_DAMPING:
        return timedelta(0)
    return min(DAMPING * (flaps - FLAPS_BEFORE_DAMPING + 1), LONGEST_DAMPING)


def is_later(one: datetime | None, other: datetime | None) -> bool:
    """Tell whether something happened after something else, which may never have."""
    return one is not None and (other is None or one > other)
