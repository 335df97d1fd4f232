"""The addresses of the desk."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.desk import people, queues, records, report, verbs
from timshel.interfaces.web.desk.steps import STEPS

urlpatterns = [
    path("", queues.home, name="desk-home"),
    path("queues/<str:view>", queues.queue, name="queue"),
    path("queues/<str:view>/count", queues.count, name="queue-count"),
    path("people", people.found, name="desk-people"),
    path("members", people.members, name="desk-members"),
    path("offerings", people.offerings, name="desk-offerings"),
    path("incidents/new", report.new, name="incident-new"),
    path("incidents/<str:number>", records.record, name="incident"),
    *(
        path(f"incidents/<str:number>/{verb}", verbs.act, {"verb": verb}, name=f"incident-{verb}")
        for verb in STEPS
    ),
]
