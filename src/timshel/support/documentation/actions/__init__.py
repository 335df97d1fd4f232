"""What is done with controlled documents: writing, publishing, distributing and reading them."""

from __future__ import annotations

from timshel.support.documentation.actions.base import REGION, SUBJECT
from timshel.support.documentation.actions.publishing import (
    approve_version,
    bring_into_effect_due,
    review_document,
    send_back,
    submit_draft,
    withdraw_document,
)
from timshel.support.documentation.actions.reading import confirm_reading, distribute_document
from timshel.support.documentation.actions.writing import (
    change_document,
    create_document,
    save_draft,
)

__all__ = [
    "REGION",
    "SUBJECT",
    "approve_version",
    "bring_into_effect_due",
    "change_document",
    "confirm_reading",
    "create_document",
    "distribute_document",
    "review_document",
    "save_draft",
    "send_back",
    "submit_draft",
    "withdraw_document",
]
