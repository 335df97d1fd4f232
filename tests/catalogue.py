"""Pages of the catalogue for tests, written and published by the real actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import AT, SYSTEM
from timshel.service_portfolio.catalogue import actions

PAGES: dict[str, dict[str, Any]] = {
    "laptop-standard": {
        "name": "A laptop",
        "summary": "A computer to carry with you.",
        "keywords": "notebook",
        "price": {"amount": "1250.00", "currency": "GBP", "per": "once"},
        "related": ["laptop-dock"],
        "questions": [{"question": "And the old one?", "answer": "Give it back."}],
        "documents": [{"title": "Your first day", "address": "https://here.example/first"}],
        "translations": {"fr": {"name": "Un ordinateur portable"}},
    },
    "laptop-dock": {"name": "A screen for your desk", "summary": "With a dock for a laptop."},
    "mail-box": {"name": "A shared mailbox", "summary": "For a team."},
    "heating-room": {"name": "A word on heating", "summary": "Say it.", "purpose": "idea"},
}
ENTITLED: dict[str, list[dict[str, str]]] = {
    "laptop-standard": [{"audience": "staff"}],
    "laptop-dock": [{"unit": "climate"}],
    "mail-box": [{"audience": "everybody"}],
    "heating-room": [{"audience": "everybody"}],
}


def publish_catalogue(*, at: datetime = AT) -> None:
    """Put four pages in force: for staff, for climate researchers, and two for everybody."""
    for code in PAGES:
        publish_page_of(code, at=at)


def publish_page_of(code: str, *, at: datetime = AT, **page: Any) -> None:
    """Put the page of an offering in force, as in ``PAGES`` but for what is given."""
    content = {"text": "In **plain** words.", **PAGES[code], **page}
    actions.save_page_draft(code, content=content, seen_revision=0, actor=SYSTEM, at=at)
    actions.publish_page(code, actor=SYSTEM, at=at)
    actions.set_entitlements(code, rows=ENTITLED[code], actor=SYSTEM, at=at)
