"""Facts about the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PageSentToReview:
    """Somebody shall look through the draft of a page."""

    offering_id: int
    page_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PagePublished:
    """A version of a page is in force."""

    offering_id: int
    page_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PageRetired:
    """An offering is no longer shown."""

    offering_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FormPublished:
    """A version of a form is in force."""

    form_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EntitlementsSet:
    """Other people than before may ask for an offering."""

    offering_id: int
    at: datetime
