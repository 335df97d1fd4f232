"""What the cards of one page read in common, each thing once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property

from timshel.improvement.conformity import queries as conformity
from timshel.improvement.conformity.queries import Overview
from timshel.interfaces.web.governance.addresses import record_address
from timshel.interfaces.web.governance.home.cards import Entry
from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked, Due
from timshel.kernel.errors import NotFound

AHEAD = timedelta(days=31)
FAR = timedelta(days=366)
SHOWN = 5
MOST = 20  # of each part, of what is the reader's own


class Reading:
    """Who reads a page, when, and what several of its cards need."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        """Keep for whom and when it is read."""
        self.actor = actor
        self.at = at
        self.today: date = actor.day_at(at)

    @cached_property
    def own(self) -> tuple[Due, ...]:
        """What the reader is to do within a month; a query for each part."""
        asked = Asked(self.today + AHEAD, self.actor, self.at, is_own=True, limit=MOST)
        return due.everything_due(asked)

    @cached_property
    def everything(self) -> tuple[Due, ...]:
        """What of all parts is due within a month, as the reader sees it; a query for each."""
        return due.everything_due(Asked(self.today + AHEAD, self.actor, self.at))

    @cached_property
    def conformity(self) -> Overview | None:
        """How far the requirements are met; None before a standard was taken over."""
        try:
            return conformity.overview(actor=self.actor, at=self.at)
        except NotFound:
            return None

    def next_of(self, *parts: str) -> tuple[Due, ...]:
        """Return what of some parts takes place next, within a year; a query for each."""
        asked = Asked(self.today + FAR, self.actor, self.at, since=self.today, limit=SHOWN)
        known = due.parts()
        found = [each for part in parts for each in known[part].source(asked)]
        return tuple(sorted(found, key=lambda each: (each.day, each.code))[:SHOWN])

    def entries(self, rows: Iterable[Due]) -> tuple[Entry, ...]:
        """Return the first of what is due as a card shows it."""
        found = list(rows)[:SHOWN]
        return tuple(
            Entry(
                title=each.title,
                address=record_address(each.kind, each.code),
                note=" · ".join(filter(None, (str(each.what), each.owner))),
                day=each.day,
                is_late=each.day < self.today,
            )
            for each in found
        )
