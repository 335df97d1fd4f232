"""The addresses of the one search."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.search import views

urlpatterns = [
    path("suggest", views.suggestions, name="search-suggest"),
    path("saved", views.save, name="search-save"),
    path("recent/forget", views.forget_recent, name="search-forget-recent"),
    path("saved/<int:search_id>/forget", views.forget, name="search-forget"),
]
