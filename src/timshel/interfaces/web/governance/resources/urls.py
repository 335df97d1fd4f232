"""The addresses of resources, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.resources import editing, files, pages
from timshel.support.resource.access import MANAGE, VIEW

ONE = "resources/<str:resource>"
view_path = partial(guarded_path, permissions=(VIEW,))
manage_path = partial(guarded_path, permissions=(MANAGE,))

urlpatterns: list[URLPattern] = [
    view_path("resources", pages.overview, name="resource-list"),
    view_path("resources/xlsx", files.overview_xlsx, name="resource-xlsx"),
    view_path("resources/people", pages.people, name="resource-people"),
    manage_path("resources/new", editing.new, name="resource-new"),
    # Whoever answers for one sees it and gives its figures.
    open_path(ONE, pages.one, name="resource"),
    open_path(f"{ONE}/figures", editing.figures, name="resource-figures"),
    manage_path(f"{ONE}/change", editing.change, name="resource-change"),
    manage_path(f"{ONE}/retire", pages.retire, name="resource-retire"),
    manage_path(f"{ONE}/restore", pages.restore, name="resource-restore"),
]
