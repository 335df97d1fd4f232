"""The addresses of the scope statement, below ``/governance``."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern

from timshel.context.scope.access import MANAGE, VIEW
from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.scope import views

path = partial(guarded_path, permissions=(VIEW, MANAGE))
VERSION = "context/scope/versions/<int:scope_version>"

urlpatterns: list[URLPattern] = [
    path("context/scope", views.scope, name="scope"),
    path("context/scope/draft", views.draft, name="scope-draft"),
    path("context/scope/draft/approve", views.approve, name="scope-approve"),
    path("context/scope/draft/discard", views.discard, name="scope-discard"),
    path(VERSION, views.version, name="scope-version"),
    path(f"{VERSION}/pdf", views.version_pdf, name="scope-pdf"),
]
