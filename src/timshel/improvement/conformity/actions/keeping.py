"""What all deeds share: the journal and the regions of pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.journal.actions import record

REGION = "conformity"
EXPORT_REGION = "conformity_exports"
SUBJECT = "conformity_question"


def told(
    verb: str,
    subject_kind: str,
    subject_id: int,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Write down what was done."""
    record(
        f"conformity.{verb}",
        subject_kind=subject_kind,
        subject_id=subject_id,
        changes=changes,
        actor=actor,
        at=at,
    )
