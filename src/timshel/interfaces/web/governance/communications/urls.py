"""The addresses of communications."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.communications import editing, pages
from timshel.support.communication_plan.access import MANAGE, VIEW

ONE = "communications/<str:communication>"
view_path = partial(guarded_path, permissions=(VIEW,))
manage_path = partial(guarded_path, permissions=(MANAGE,))

urlpatterns: list[URLPattern] = [
    view_path("communications", pages.register, name="communication-list"),
    view_path("communications/xlsx", pages.register_xlsx, name="communication-list-xlsx"),
    view_path("communications/feedback", pages.waiting, name="communication-feedback-list"),
    manage_path("communications/new", editing.new, name="communication-new"),
    # Its owner sees it, tells it and answers; everybody answers what was told to all.
    open_path(ONE, pages.one, name="communication"),
    open_path(f"{ONE}/tell", editing.tell, name="communication-tell"),
    open_path(f"{ONE}/feedback", editing.feedback, name="communication-feedback"),
    open_path(f"{ONE}/feedback/<int:feedback>", editing.settle, name="communication-settle"),
    open_path(f"{ONE}/open", editing.heard, name="communication-open"),
    manage_path(f"{ONE}/change", editing.change, name="communication-change"),
    manage_path(f"{ONE}/cancel", editing.cancel, name="communication-cancel"),
]
