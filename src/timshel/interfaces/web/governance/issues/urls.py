"""The addresses of issues of the context, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.context.issue.access import MANAGE, VIEW
from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.issues import views

path = partial(guarded_path, permissions=(VIEW, MANAGE))
ISSUES = "context/issues"
ISSUE = f"{ISSUES}/<str:issue>"

urlpatterns: list[URLPattern] = [
    path(ISSUES, views.issues, name="issue-list"),
    path(f"{ISSUES}/new", views.new_issue, name="issue-new"),
    path(f"{ISSUES}/xlsx", views.issues_xlsx, name="issue-xlsx"),
    # Whoever watches an issue reads and reviews it, whatever else they may.
    open_path(ISSUE, views.one, name="issue"),
    open_path(f"{ISSUE}/review", views.review, name="issue-review"),
    path(f"{ISSUE}/change", views.change, name="issue-change"),
]
