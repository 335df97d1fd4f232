"""The management system: what its parts ask each other, and who hears of what happens there."""

from __future__ import annotations

from timshel.reactions import (
    communications,
    competences,
    conformity,
    context,
    documents,
    improvements,
    indicators,
    mandates,
    meetings,
    nonconformities,
    objectives,
    plan,
    planned_actions,
    processes,
    registers,
    reminders,
    resources,
    reviews,
    risks,
)


def register() -> None:
    """Register every part, in the order of the clauses."""
    planned_actions.register()
    context.register()
    mandates.register()
    processes.register()
    risks.register()
    objectives.register()
    competences.register()
    resources.register()
    communications.register()
    documents.register()
    meetings.register()
    indicators.register()
    nonconformities.register()
    improvements.register()
    plan.register()
    conformity.register()
    reviews.register()
    reminders.register()
    registers.register()
