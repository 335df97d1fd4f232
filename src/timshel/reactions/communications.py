"""What is to be told stands among what is due."""

from __future__ import annotations

from timshel.kernel import due
from timshel.support.communication_plan.due import due_communications


def register() -> None:
    """Say what is to be told when."""
    due.register("planned_communication", due_communications)
