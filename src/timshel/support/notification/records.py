"""What notices are about: later clauses say here who may read a record and where its page is.

Notices know nothing of work. Each kind of record is registered once at start-up (in
``timshel.reactions``) with the same rule that its pages ask, so that a notice can never show what
a page would not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from timshel.kernel.actor import Actor
from timshel.support.notification.states import Audience


@dataclass(frozen=True, slots=True)
class About:
    """The record that a notice is about.

    Args:
        kind: as registered, such as ``incident``; empty where there is none, as in a trial.
        key: by which people know it, such as its number.
        needs: what of it the reader must be able to read beyond the record itself, such as
            ``notes``; as the kind understands it.
    """

    kind: str = ""
    key: str = ""
    needs: str = ""


NOTHING = About()


class Reading(Protocol):
    """Who may read records of a kind."""

    def __call__(
        self, keys: Collection[str], /, *, needs: str, actor: Actor, at: datetime
    ) -> Collection[str]:
        """Return those of some keys whose record the actor may read, in a fixed number of queries.

        Args:
            keys: of records.
            needs: what of them the actor must be able to read, as whoever told of them said.
            actor: the reader.
            at: now.
        """


class Paging(Protocol):
    """Where the pages of a kind of record are."""

    def __call__(self, about: About, /, *, audience: Audience, actor: Actor) -> str:
        """Return the path of a record's page for a reader, or nothing where there is none."""


_readings: dict[str, Reading] = {}
_pagings: dict[str, Paging] = {}


def register(kind: str, *, reading: Reading, paging: Paging) -> None:
    """Say of a kind of record who may read it and where it is; registering again replaces.

    Args:
        kind: of record.
        reading: who may read.
        paging: where the page is.
    """
    _readings[kind] = reading
    _pagings[kind] = paging


def is_registered(kind: str) -> bool:
    """Tell whether a kind of record was registered."""
    return kind in _readings


def readable(records: Iterable[About], *, actor: Actor, at: datetime) -> frozenset[About]:
    """Return those of some records that an actor may read now; one question for each kind.

    What is about no record may be read by whom it was written for.

    Raises:
        KeyError: a kind was never registered.
    """
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    found = set()
    for about in records:
        if about.kind:
            wanted[about.kind, about.needs].add(about.key)
        else:
            found.add(about)
    for (kind, needs), keys in wanted.items():
        seen = _readings[kind](keys, needs=needs, actor=actor, at=at)
        found |= {About(kind, key, needs) for key in seen}
    return frozenset(found)


def page(about: About, *, audience: Audience, actor: Actor) -> str:
    """Return the path of a record's page for a reader, or nothing where there is none."""
    return _pagings[about.kind](about, audience=audience, actor=actor) if about.kind else ""
