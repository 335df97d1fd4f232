"""The management system: what its parts ask each other, and who hears of what happens there."""

from __future__ import annotations

from timshel.reactions import (
    context,
    meetings,
    nonconformities,
    objectives,
    planned_actions,
)
from timshel.reactions import planned_actions, risks
from timshel.reactions import documents, planned_actions
from timshel.reactions import improvements, planned_actions


def register() -> None:
    """Register every part, in the order of the clauses."""
    planned_actions.register()
    context.register()
    objectives.register()
    meetings.register()
    nonconformities.register()
    risks.register()
    documents.register()
    improvements.register()
