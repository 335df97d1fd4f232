"""Sees all that an action leaves behind, and proves that a refused one leaves nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection

from timshel.kernel import events
from timshel.kernel.errors import Refused
from timshel.kernel.journal.models import Entry

UNTOUCHED = frozenset({"django_migrations", "django_content_type"})


@dataclass
class Seen:
    """What happened: facts, journal entries as verb and changes, regions that were announced."""

    facts: list[Any] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    regions: set[str] = field(default_factory=set)

    @property
    def verbs(self) -> list[str]:
        """The journal's verbs, in order."""
        return [entry.verb for entry in self.entries]

    @property
    def entry(self) -> Entry:
        """The only entry."""
        (only,) = self.entries
        return only

    @property
    def fact(self) -> Any:
        """The only fact."""
        (only,) = self.facts
        return only


class Witness:
    """Watches actions.

    Args:
        patch: undoes the subscriptions when the test is over.
        facts: the types of the facts to listen to.
    """

    def __init__(self, patch: pytest.MonkeyPatch, facts: list[type[Any]]) -> None:
        self._heard: list[Any] = []
        patch.setattr(events, "_handlers", defaultdict(list))
        for each in facts:
            events.subscribe(each, self._heard.append)

    @contextmanager
    def watching(self) -> Iterator[Seen]:
        """Note what the block does."""
        seen = Seen()
        last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._heard.clear()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM live_change")
            yield seen
            cursor.execute("SELECT region FROM live_change")
            seen.regions = {row[0] for row in cursor.fetchall()}
        seen.facts = list(self._heard)
        seen.entries = list(Entry.objects.filter(pk__gt=last).order_by("pk"))

    @contextmanager
    def refused(self, kind: type[Refused]) -> Iterator[pytest.ExceptionInfo[Any]]:
        """Have the block refused for exactly this reason, and nothing anywhere changed."""
        before = contents()
        self._heard.clear()
        with pytest.raises(Refused) as caught:
            yield caught
        assert type(caught.value) is kind
        assert contents() == before
        assert self._heard == []

    @contextmanager
    def unmoved(self) -> Iterator[None]:
        """Have the block pass without changing or telling anything."""
        before = contents()
        self._heard.clear()
        yield
        assert contents() == before
        assert self._heard == []


def contents() -> dict[str, bytes]:
    """Return every row of every table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = sorted(row[0] for row in cursor.fetchall() if row[0] not in UNTOUCHED)
        return {table: _rows(cursor, table) for table in tables}


def _rows(cursor: Any, table: str) -> bytes:
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(chunk) for chunk in copy)
