"""Where hits come from: each app registers what it knows, and both doors ask here.

A source answers under the reader's rights: whatever a reader may not read is neither found nor
counted, and no piece of it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text
from timshel.kernel.search.highlights import Parts
from timshel.kernel.search.language import Query, read
from timshel.kernel.search.vocabulary import widened

MOST = 200
"""How far down a list of hits can be paged: the best so many; beyond, a narrower question helps."""

SHOWN = 6
SUGGESTED = 4
FEW = 3
"""As long as fewer than this are found, words that are like the typed ones count as well."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What hits are narrowed to; the empty value of each narrows nothing.

    Args:
        kinds: any of these kinds of hit, such as ``incident`` or ``person``.
        stages: any of these stages.
        is_open: only what is not finished, or only what is.
        is_mine: what the reader asked for or has been given.
        service_id: key of a service.
        since: opened at this moment or later.
        until: opened before this moment.
    """

    kinds: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    is_open: bool | None = None
    is_mine: bool = False
    service_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_of_work(self) -> bool:
        """Whether it asks for what only work has: a stage, a moment, whose it is."""
        return bool(self.stages or self.is_mine or self.since or self.until) or (
            self.is_open is not None
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    Args:
        kind: such as ``incident``, ``person``, ``offering``.
        key: by which it is known: a number or a code.
        title: its name, in parts.
        excerpt: a piece of its text that shows why it was found, in parts; may be empty.
        rank: how well it fits; comparable within a source.
        address: what its address is made of: a word for the page, and what names it there.
        line: what else a reader wants to know at a glance.
        state: a code of where it stands, such as a stage; "" where it has none.
        state_name: the same for people.
        at: when it last changed, or None.
        is_exact: whether it is the very thing that was named.
        excerpt_of: "" for its own text, else whence the excerpt is: ``reply`` or ``note``.
    """

    kind: str
    key: str
    title: Parts
    excerpt: Parts
    rank: float
    address: tuple[str, ...]
    line: Text = ""
    state: str = ""
    state_name: Text = ""
    at: datetime | None = None
    is_exact: bool = False
    excerpt_of: str = ""

    @property
    def name(self) -> str:
        """The title as plain text."""
        return "".join(part.text for part in self.title)


@dataclass(frozen=True, slots=True)
class Found:
    """Some hits, best first, and whether there are more."""

    hits: tuple[Hit, ...] = ()
    has_more: bool = False


class Source(Protocol):
    """What an app brings to the search."""

    @property
    def name(self) -> str:
        """By which it is registered: again with the same name replaces it."""
        ...

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of its hits."""
        ...

    def hits(
        self,
        query: Query,
        *,
        narrowing: Narrowing,
        actor: Actor,
        at: datetime,
        limit: int,
        after: int,
    ) -> Found:
        """Return what fits, best first, in a fixed number of queries.

        Args:
            query: never empty. While it is typed, no excerpts are needed.
            narrowing: what hits are narrowed to.
            actor: who looks; nothing is found that they may not read.
            at: now.
            limit: how many at most.
            after: how many to leave out, as earlier pages showed them.
        """


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one source.

    ``next`` names the next page, for :func:`search` with this group alone; None at the end.
    """

    name: str
    hits: tuple[Hit, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, by source; in the order of the best hit of each.

    ``instead`` holds words that were taken for typed ones, of those that are in what is shown.
    """

    query: Query
    groups: tuple[Group, ...] = ()
    instead: tuple[str, ...] = ()
    by_name: Mapping[str, Group] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def hits(self) -> tuple[Hit, ...]:
        """All hits in the order shown."""
        return tuple(hit for group in self.groups for hit in group.hits)


_SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Have a source asked from now on; another of the same name takes its place.

    Groups are shown in the order in which their sources were registered, those with the very
    thing that was named before all.
    """
    _SOURCES[source.name] = source


def kinds() -> frozenset[str]:
    """Return the kinds of hit that there are."""
    return frozenset(kind for source in _SOURCES.values() for kind in source.kinds)


def groups() -> tuple[str, ...]:
    """Return the names of the sources, in their order."""
    return tuple(_SOURCES)


def search(
    text: str,
    *,
    actor: Actor,
    at: datetime,
    narrowing: Narrowing | None = None,
    group: str = "",
    size: int = SHOWN,
    after: str = "",
) -> Results:
    """Return what fits a text, under the reader's rights.

    Where next to nothing is found, words that are like the typed ones count as well, after what
    fits exactly.

    Args:
        text: as typed; nothing finds nothing.
        actor: who looks.
        at: now.
        narrowing: what hits are narrowed to.
        group: only hits of this source; "" asks all.
        size: hits of a source to a page.
        after: where to go on, from ``Group.next``; only with a group.

    Raises:
        Invalid: there is no such source, or no such page.
    """
    if group and group not in _SOURCES:
        raise Invalid({"group": [_("There is nothing of this kind to search.")]})
    is_wide, skipped = _place(after)
    query = read(text)
    if not query:
        return Results(query)
    narrow = narrowing or Narrowing()
    asked = [_SOURCES[group]] if group else list(_SOURCES.values())
    page = _Page(asked, narrow, actor, at, size, skipped)
    if is_wide:
        return page.results(widened(query), is_wide=True)
    results = page.results(query)
    if skipped or len(results.hits) >= FEW:
        return results
    return _with_likeness(results, page)


def suggest(text: str, *, actor: Actor, at: datetime, size: int = SUGGESTED) -> Results:
    """Return the first few hits of each source for what is being typed.

    The last word may go on. No excerpts.

    Args:
        text: as typed so far.
        actor: who looks.
        at: now.
        size: hits of a source at most.
    """
    query = read(text, is_typing=True)
    if not query:
        return Results(query)
    page = _Page(list(_SOURCES.values()), Narrowing(), actor, at, size, 0)
    results = page.results(query)
    if results.hits:
        return results
    return _with_likeness(results, page)


@dataclass(frozen=True, slots=True)
class _Page:
    """Which sources are asked, by whom and how far."""

    sources: list[Source]
    narrowing: Narrowing
    actor: Actor
    at: datetime
    size: int
    skipped: int

    def results(self, query: Query, *, is_wide: bool = False) -> Results:
        """Ask the sources that have a kind which is wanted."""
        wanted = self.narrowing.kinds
        found = [
            self._group(source, query, is_wide=is_wide)
            for source in self.sources
            if not wanted or wanted & source.kinds
        ]
        return _ordered(query, [group for group in found if group.hits])

    def _group(self, source: Source, query: Query, *, is_wide: bool) -> Group:
        left = max(0, min(self.size, MOST - self.skipped))
        found = source.hits(
            query,
            narrowing=self.narrowing,
            actor=self.actor,
            at=self.at,
            limit=left,
            after=self.skipped,
        )
        end = self.skipped + len(found.hits)
        goes_on = found.has_more and end < MOST
        return Group(source.name, found.hits, f"{'~' if is_wide else ''}{end}" if goes_on else None)


def _ordered(query: Query, found: list[Group], instead: tuple[str, ...] = ()) -> Results:
    found.sort(key=lambda group: not any(hit.is_exact for hit in group.hits))
    by_name = MappingProxyType({group.name: group for group in found})
    return Results(query, tuple(found), instead, by_name)


def _with_likeness(results: Results, page: _Page) -> Results:
    """Add what is like the query to the little that fits it."""
    wide = widened(results.query)
    if wide == results.query:
        return results
    more = page.results(wide, is_wide=True)
    merged = []
    for name in dict.fromkeys((*results.by_name, *more.by_name)):
        exact = results.by_name.get(name, Group(name, ()))
        alike = more.by_name.get(name, Group(name, ()))
        known = {(hit.kind, hit.key) for hit in exact.hits}
        new = tuple(hit for hit in alike.hits if (hit.kind, hit.key) not in known)
        merged.append(replace(alike, hits=(*exact.hits, *new)[: page.size]))
    order = {name: place for place, name in enumerate(_SOURCES)}
    merged.sort(key=lambda group: order[group.name])
    shown = _shown_words([hit for group in merged for hit in group.hits])
    instead = tuple(sorted(word for word in wide.also if word in shown))
    return _ordered(wide if instead else results.query, merged, instead)


def _shown_words(hits: list[Hit]) -> frozenset[str]:
    """Return the words that are marked in what the reader sees, folded."""
    return frozenset(
        word
        for hit in hits
        for part in (*hit.title, *hit.excerpt)
        if part.is_match
        for word in read(part.text).words
    )


def _place(after: str) -> tuple[bool, int]:
    """Return whether a page is of what is like the query, and how many hits come before it."""
    digits = after.removeprefix("~")
    if not after:
        return False, 0
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 4 or int(digits) > MOST:
        message = _("This page address is not valid; start at the first page.")
        raise Invalid({"cursor": [message]})
    return after.startswith("~"), int(digits)
