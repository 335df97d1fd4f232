"""The panels that every record shows of what people do around it together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from timshel.interfaces.web.addresses import INCIDENT
from timshel.interfaces.web.desk.call_panel import panel_context as calls_context
from timshel.interfaces.web.desk.record_page import EXTRAS, Extra, RecordView
from timshel.interfaces.web.requests import TimshelRequest
from timshel.operation.teamwork.states import LINK_NAMES
from timshel.resolution_fulfilment.incident.queries import mergers


def shared_context(request: TimshelRequest, kind: str, view: RecordView) -> Mapping[str, Any]:
    """Return what the panels need besides ``around``, which the page holds already.

    Args:
        request: of a helper.
        kind: of the work.
        view: the record.
    """
    local = request.at.astimezone(ZoneInfo(request.actor.time_zone))
    found = mergers(view.work, actor=request.actor) if kind == INCIDENT else None
    return {
        "mergers": found,
        "link_kinds": [(each.value, name) for each, name in LINK_NAMES.items()],
        "today": local.date().isoformat(),
    }


def _nothing_more(_request: TimshelRequest, _kind: str, _view: RecordView) -> Mapping[str, Any]:
    return {}


PANELS = (
    Extra("desk/panels/merged.html", shared_context),
    Extra("desk/panels/links.html", _nothing_more),
    Extra("desk/panels/tags.html", _nothing_more),
    Extra("desk/panels/checklist.html", _nothing_more),
    Extra("desk/panels/watchers.html", _nothing_more),
    Extra("desk/panels/time.html", _nothing_more),
    Extra("desk/panels/calls.html", calls_context),
)


def add_panels() -> None:
    """Have every record show the panels; harmless again."""
    EXTRAS.extend(each for each in PANELS if each not in EXTRAS)
