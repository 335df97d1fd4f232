"""Facts about controlled documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """What all facts about a document tell.

    Args:
        document_id: which.
        number: of the version it is about; 0 for the document as a whole.
        at: when the fact came about.
        by_person_id: who did it, or None for the clock.
    """

    document_id: int
    number: int
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class DocumentSubmitted(DocumentFact):
    """A version waits for its approver."""

    approver_id: int


@dataclass(frozen=True, slots=True)
class DocumentSentBack(DocumentFact):
    """A version is to be written anew."""


@dataclass(frozen=True, slots=True)
class DocumentApproved(DocumentFact):
    """A version is approved; it takes effect now or on a later day."""


@dataclass(frozen=True, slots=True)
class DocumentTookEffect(DocumentFact):
    """A version is what holds from now on; ``asks_reading`` tells whether it is to be read anew."""

    asks_reading: bool


@dataclass(frozen=True, slots=True)
class DocumentWithdrawn(DocumentFact):
    """A document holds no more."""
