"""What this clause must ask of later ones: how services, suppliers and processes are called.

A later clause answers through a function of the shape :class:`LinkSource`, registered in
``timshel.reactions``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from timshel.planning.risk.rules import Link
from timshel.planning.risk.states import LinkKind


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What a later clause knows of a record that a risk is about.

    Args:
        code: its code.
        name: in the language that was asked for.
        id: its key, by which rights are granted; None where rights know no such scope.
    """

    code: str
    name: str
    id: int | None = None


class LinkSource(Protocol):
    """Answers what is known of records of one kind."""

    def __call__(self, codes: Collection[str] | None, *, language: str) -> Mapping[str, LinkFacts]:
        """Return what is known by code, in a number of queries that does not depend on them.

        Args:
            codes: of which; None for all that are in use.
            language: the reader's.
        """


_sources: dict[LinkKind, LinkSource] = {}


def register(kind: LinkKind, source: LinkSource) -> None:
    """Have a source answer for a kind from now on."""
    _sources[kind] = source


def facts(links: Iterable[Link], *, language: str) -> dict[Link, LinkFacts]:
    """Return what is known of some records; those that nobody knows are missing."""
    wanted: dict[LinkKind, set[str]] = {}
    for link in links:
        if link.kind in LinkKind:
            wanted.setdefault(LinkKind(link.kind), set()).add(link.code)
    found: dict[Link, LinkFacts] = {}
    for kind, codes in wanted.items():
        if source := _sources.get(kind):
            known = source(codes, language=language)
            found |= {Link(kind.value, code): each for code, each in known.items()}
    return found


def choices(kind: LinkKind, *, language: str) -> list[tuple[str, str]]:
    """Return code and name of all records of a kind that are in use, by name."""
    source = _sources.get(kind)
    known = source(None, language=language) if source else {}
    rows = [(each.code, each.name) for each in known.values()]
    return sorted(rows, key=lambda row: (row[1].casefold(), row[0]))
