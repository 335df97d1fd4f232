"""The web door as a Django app, so that its template tags and checks are found."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """No tables: the door only shows and asks."""

    name = "timshel.interfaces.web"
    label = "web"
