"""The addresses of planned actions, below ``/governance``: everybody sees what they are to do."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.governance.actions import files, views

ACTION = "actions/<str:action>"

urlpatterns = [
    path("actions", views.actions, name="action-list"),
    path("actions/new", views.new_action, name="action-new"),
    path("actions/xlsx", files.as_xlsx, name="action-list-xlsx"),
    path(ACTION, views.one, name="action"),
    path(f"{ACTION}/change", views.change, name="action-change"),
    path(f"{ACTION}/finish", views.finish, name="action-finish"),
    path(f"{ACTION}/drop", views.drop, name="action-drop"),
    path(f"{ACTION}/reopen", views.reopen, name="action-reopen"),
]
