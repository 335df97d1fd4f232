"""Facts about alerts. Alerts come in floods, so that one fact tells of all in one delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AlertFact:
    """What all facts about alerts tell.

    Args:
        source_id: who said so.
        alert_ids: the first of them, at most ``MOST_NAMED``.
        count: how many there are in all.
        service_ids: the services concerned, each once; none for what belongs to nobody.
        at: when.
    """

    source_id: int
    alert_ids: tuple[int, ...]
    count: int
    service_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertFired(AlertFact):
    """Something is wrong that was not, or is still wrong when planned work is over."""


@dataclass(frozen=True, slots=True)
class AlertMuted(AlertFact):
    """Something fired during planned work on its service."""


@dataclass(frozen=True, slots=True)
class AlertResolved(AlertFact):
    """Something is well again."""


@dataclass(frozen=True, slots=True)
class AlertIncidentOpened:
    """Alerts became an incident.

    Args:
        source_id: who said so.
        group_id: the alerts that belong together.
        work_item_id: the incident.
        number: as people know it.
        is_storm: whether it stands for many groups that came at once.
        at: when.
    """

    source_id: int
    group_id: int
    work_item_id: int
    number: str
    is_storm: bool
    at: datetime


MOST_NAMED = 100
