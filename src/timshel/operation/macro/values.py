"""The values that a text about a piece of work names, for the reader for whom it is filled.

What later clauses know, such as the name of a service, they give: ``reactions`` registers a source
for each such name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.operation.macro.rules import VARIABLES
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import STAGE_NAMES, Stage


@dataclass(frozen=True, slots=True)
class About:
    """What a text is about, and for whom it is.

    Args:
        work_item_id: the key of the work.
        kind: of the work.
        number: of the work.
        service_id: the key of its service, or None.
        language: of the text.
        time_zone: IANA zone of whoever asked.
        at: now.
    """

    work_item_id: int
    kind: str
    number: str
    service_id: int | None
    language: str
    time_zone: str
    at: datetime


Source = Callable[[About], str]

_SOURCES: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Say who knows a value.

    Args:
        name: of the value, one of ``rules.VARIABLES``.
        source: takes what the text is about; returns nothing where there is no value.
    """
    if name not in VARIABLES:
        raise ValueError(f"{name} is no name of a value.")
    _SOURCES[name] = source


def values_for(
    item: WorkItem, *, language: str, names: frozenset[str], actor: Actor, at: datetime
) -> Mapping[str, str]:
    """Return the values that a text names, as the requester reads them.

    One query, whatever is named; each registered source that is named adds its own.

    Args:
        item: the work, read with its requester and team.
        language: in which the text is.
        names: those that are wanted.
        actor: who writes.
        at: now.
    """
    asker = Person.objects.select_related("unit", "customer", "site").get(pk=item.requester_id)
    home = asker.unit or asker.customer
    zone = asker.time_zone or (asker.site.time_zone if asker.site else "UTC")
    with translation.override(language):
        known = {
            "requester.name": asker.name,
            "requester.first_name": first_name(asker.name),
            "requester.unit": home.text("name", language) if home else "",
            "requester.site": asker.site.text("name", language) if asker.site else "",
            "number": item.number,
            "title": item.title,
            "team": item.team.text("name", language) if item.team else "",
            "stage": str(STAGE_NAMES[Stage(item.stage)]),
            "agent.name": actor.name,
            "agent.first_name": first_name(actor.name),
            "today": date_format(at.astimezone(ZoneInfo(zone)), "DATE_FORMAT"),
        }
        about = About(item.pk, item.kind, item.number, item.service_id, language, zone, at)
        for name in names - known.keys():
            source = _SOURCES.get(name)
            known[name] = source(about) if source else ""
    return {name: known.get(name, "") for name in names}


def first_name(name: str) -> str:
    """Return what a person is called first."""
    return name.split(maxsplit=1)[0] if name.strip() else ""
