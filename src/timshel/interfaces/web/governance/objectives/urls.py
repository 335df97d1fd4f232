"""The addresses of objectives, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.objectives import editing, files, pages
from timshel.planning.objective.access import MANAGE, VIEW

ONE = "objectives/<str:objective>"
view_path = partial(guarded_path, permissions=(VIEW,))
manage_path = partial(guarded_path, permissions=(MANAGE,))

urlpatterns: list[URLPattern] = [
    view_path("objectives", pages.tree, name="objective-list"),
    view_path("objectives/xlsx", files.tree_xlsx, name="objective-xlsx"),
    manage_path("objectives/new", editing.new, name="objective-new"),
    # Whoever answers for one sees it and records what is read of it.
    open_path(ONE, pages.one, name="objective"),
    open_path(f"{ONE}/readings", pages.reading, name="objective-reading"),
    open_path(f"{ONE}/readings/remove", pages.remove, name="objective-reading-remove"),
    open_path(f"{ONE}/count", pages.count, name="objective-count"),
    manage_path(f"{ONE}/change", editing.change, name="objective-change"),
    manage_path(f"{ONE}/agree", pages.agree, name="objective-agree"),
    manage_path(f"{ONE}/judge", pages.judge, name="objective-judge"),
]
