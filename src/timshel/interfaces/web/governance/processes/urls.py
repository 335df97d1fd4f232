"""The addresses of what processes are for, below ``/governance``: the register for those who may
see it, and each process for whoever answers for it as well."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.processes import deeds, pages
from timshel.leadership.process_profile.access import MANAGE, VIEW

ONE = "processes/<str:process_profile>"
view_path = partial(guarded_path, permissions=(VIEW,))
manage_path = partial(guarded_path, permissions=(MANAGE,))

urlpatterns: list[URLPattern] = [
    view_path("processes", pages.register, name="process-profile-list"),
    view_path("processes/xlsx", pages.register_xlsx, name="process-profiles-xlsx"),
    manage_path("processes/new", deeds.new, name="process-profile-new"),
    # Whoever answers for one sees it and reviews it.
    open_path(ONE, pages.one, name="process-profile"),
    open_path(f"{ONE}/review", deeds.review, name="process-profile-review"),
    manage_path(f"{ONE}/change", deeds.change, name="process-profile-change"),
    manage_path(f"{ONE}/links", deeds.links, name="process-profile-links"),
    manage_path(f"{ONE}/retire", deeds.retire, name="process-profile-retire"),
    manage_path(f"{ONE}/resume", deeds.resume, name="process-profile-resume"),
    manage_path(f"{ONE}/flows/new", deeds.new_flow, name="process-flow-new"),
    manage_path(
        f"{ONE}/flows/<int:process_flow>/remove", deeds.remove_flow, name="process-flow-remove"
    ),
]
