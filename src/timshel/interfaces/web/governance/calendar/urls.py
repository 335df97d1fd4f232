"""The addresses of the calendar of what is due; calendar programs have one of their own."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.governance.calendar import views

urlpatterns = [
    path("due", views.due_list, name="due-list"),
    path("due.ics", views.as_file, name="due-file"),
    path("due/<str:secret>.ics", views.feed, name="due-feed"),
]
