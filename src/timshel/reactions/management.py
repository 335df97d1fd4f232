"""The management system: what its parts ask each other, and who hears of what happens there."""

from __future__ import annotations

from timshel.reactions import (
    context,
    documents,
    improvements,
    meetings,
    nonconformities,
    objectives,
    planned_actions,
    reviews,
    risks,
)


def register() -> None:
    """Register every part, in the order of the clauses."""
    planned_actions.register()
    context.register()
    risks.register()
    objectives.register()
    documents.register()
    meetings.register()
    nonconformities.register()
    improvements.register()
    reviews.register()
