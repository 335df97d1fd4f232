"""Conformity: verdicts that are to be given again stand in the calendar."""

from __future__ import annotations

from timshel.improvement.conformity.due import due_verdicts
from timshel.kernel import due


def register() -> None:
    """Say what of conformity is due."""
    due.register("conformity", due_verdicts)
