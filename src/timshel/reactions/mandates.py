"""Mandates: the calendar shows when they run out."""

from __future__ import annotations

from timshel.kernel import due
from timshel.leadership.mandate.due import due_mandates


def register() -> None:
    """Say when mandates run out."""
    due.register("mandate", due_mandates)
