"""The management system: what its parts ask each other, and who hears of what happens there."""

from __future__ import annotations

from timshel.reactions import improvements, planned_actions


def register() -> None:
    """Register every part, in the order of the clauses."""
    planned_actions.register()
    improvements.register()
