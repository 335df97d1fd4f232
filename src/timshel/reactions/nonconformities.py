"""Nonconformities: actions follow from them."""

from __future__ import annotations

from timshel.improvement.nonconformity.due import due_nonconformities
from timshel.improvement.nonconformity.queries import Host
from timshel.improvement.nonconformity.rules import KIND
from timshel.kernel import due
from timshel.planning.planned_action import hosting


def register() -> None:
    """Have actions planned about nonconformities."""
    hosting.register(KIND, Host())
    due.register("nonconformity", due_nonconformities)
