"""Ties the parts together once all of them are loaded."""

from __future__ import annotations

from django.apps import AppConfig


class TimshelConfig(AppConfig):
    """Comes last among the apps, so that everything it connects is there."""

    name = "timshel.config"
    label = "config"

    def ready(self) -> None:
        """Register who reacts to which event."""
        from timshel import reactions

        reactions.connect()
