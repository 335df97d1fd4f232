"""The addresses of what stands around a piece of work at the desk."""

from __future__ import annotations

from functools import partial

from timshel.interfaces.web.desk.teamwork import composing, deeds, merging
from timshel.interfaces.web.desk.teamwork.panels import add_panels
from timshel.interfaces.web.entrance import guarded_path
from timshel.operation.work.rules import VIEW

add_panels()

path = partial(guarded_path, permissions=(VIEW,))

urlpatterns = [
    path("work/<str:number>/draft", composing.draft, name="work-draft"),
    path("work/<str:number>/presence", composing.presence, name="work-presence"),
    path("work/<str:number>/mentions", composing.mentions, name="work-mentions"),
    path("work/<str:number>/tags", deeds.tags, name="work-tags"),
    path("work/<str:number>/links", deeds.links, name="work-links"),
    path("work/<str:number>/time", deeds.time, name="work-time"),
    path("work/<str:number>/checks", deeds.checks, name="work-checks"),
    path("work/<str:number>/watchers", deeds.watchers, name="work-watchers"),
    path("work/<str:number>/others", deeds.work_options, name="work-others"),
    path("tags", deeds.tag_options, name="tag-options"),
    path("colleagues", deeds.person_options, name="person-options"),
    path("incidents/<str:number>/merge", merging.merge, name="incident-merge"),
    path("incidents/<str:number>/unmerge", merging.unmerge, name="incident-unmerge"),
    path("incidents/<str:number>/split", merging.split, name="incident-split"),
]
