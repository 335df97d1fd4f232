"""What the tests of the desk share: a browser for somebody of the cast, and reading its pages."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from django.test import Client

from tests.cast import account
from timshel.kernel.actor import Actor
from timshel.resolution_fulfilment.incident import queries

COUNTS = Path(__file__).parent.parent / "query_counts.json"


def now() -> datetime:
    """The present moment: pages of these tests read the real clock."""
    return datetime.now(UTC)


def earlier(hours: float = 2) -> datetime:
    """Some hours before the present moment."""
    return now() - timedelta(hours=hours)


def browser_of(who: Actor) -> Client:
    """A browser in which somebody of the cast is signed in."""
    client = Client()
    client.force_login(account(who))
    return client


def text_of(answer: Any) -> str:
    """A page as text."""
    return unescape(answer.content.decode())


def words_of(answer: Any) -> str:
    """The words of a page without its elements."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(answer)).split())


def seen(number: str, by: Actor) -> queries.IncidentView:
    """An incident as somebody sees it now."""
    return queries.incident(number, actor=by, at=now())


def query_count(page: str) -> int:
    """The number of queries that a page takes, as recorded."""
    counts: dict[str, int] = json.loads(COUNTS.read_text(encoding="utf-8"))
    return counts[page]
