"""The addresses of the desk."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.desk import (
    breaches,
    chain,
    explanations,
    people,
    queues,
    records,
    report,
    verbs,
)
from timshel.interfaces.web.desk.entrance import View, for_helpers
from timshel.interfaces.web.desk.steps import STEPS


def path(address: str, view: View, *, name: str, **more: Any) -> URLPattern:
    """Return an address of the desk, behind its entrance."""
    return open_path(address, for_helpers(view), more, name=name)


urlpatterns = [
    path("", queues.home, name="desk-home"),
    path("queues/<str:view>", queues.queue, name="queue"),
    path("queues/<str:view>/count", queues.count, name="queue-count"),
    path("breaches", breaches.breaches, name="breaches"),
    path("people", people.found, name="desk-people"),
    path("members", people.members, name="desk-members"),
    path("offerings", people.offerings, name="desk-offerings"),
    path("incidents/new", report.new, name="incident-new"),
    path("incidents/<str:number>", records.record, name="incident"),
    path("incidents/<str:number>/chain", chain.chain, name="incident-chain"),
    path(
        "incidents/<str:number>/clocks/<str:kind>", explanations.explanation, name="incident-clock"
    ),
    *(
        path(f"incidents/<str:number>/{verb}", verbs.act, name=f"incident-{verb}", verb=verb)
        for verb in STEPS
    ),
]
