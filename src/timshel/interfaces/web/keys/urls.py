"""The addresses of keys."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.keys import views

urlpatterns = [
    path("keys/map", views.key_map, name="keys-map"),
    path("keys/sheet", views.sheet, name="keys-sheet"),
    path("preferences/keys", views.key_preferences, name="key-preferences"),
]
