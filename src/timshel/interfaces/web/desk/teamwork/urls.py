"""The addresses of what stands around a piece of work at the desk."""

from __future__ import annotations

from functools import partial

from timshel.interfaces.web.desk.teamwork import composing
from timshel.interfaces.web.entrance import guarded_path
from timshel.operation.work.rules import VIEW

path = partial(guarded_path, permissions=(VIEW,))

urlpatterns = [
    path("work/<str:number>/draft", composing.draft, name="work-draft"),
    path("work/<str:number>/presence", composing.presence, name="work-presence"),
    path("work/<str:number>/mentions", composing.mentions, name="work-mentions"),
]
