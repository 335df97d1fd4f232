"""What this clause must ask of later ones: what services and processes are called, who owns them.

A later clause answers through a function of the shape :class:`SubjectSource`, registered in
``timshel.reactions``, so that an owner stands in one place only and is never typed twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from timshel.leadership.responsibility.states import SubjectKind


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What a later clause knows of a service or a process.

    Args:
        code: its code.
        name: in the language that was asked for.
        id: its key, by which rights are granted; None where rights know no such scope.
        owner_id: the key of the person who owns it, or None.
        team_ids: the keys of the teams that support it, by level from 1.
    """

    code: str
    name: str
    id: int | None = None
    owner_id: int | None = None
    team_ids: Mapping[int, tuple[int, ...]] | None = None


class SubjectSource(Protocol):
    """Answers what is known of services or processes."""

    def __call__(
        self, codes: Collection[str] | None, *, language: str
    ) -> Mapping[str, SubjectFacts]:
        """Return what is known by code, in a number of queries that does not depend on them.

        Args:
            codes: of which; None for all that are in use.
            language: the reader's.
        """


_sources: dict[SubjectKind, SubjectSource] = {}


def register(kind: SubjectKind, source: SubjectSource) -> None:
    """Have a source answer for a kind from now on."""
    _sources[kind] = source


def facts(
    kind: SubjectKind, codes: Collection[str] | None, *, language: str
) -> Mapping[str, SubjectFacts]:
    """Return what is known of subjects of a kind by code; nothing where nobody answers.

    Args:
        kind: service or process.
        codes: of which; None for all that are in use.
        language: the reader's.
    """
    source = _sources.get(kind)
    if source is None or (codes is not None and not codes):
        return {}
    return source(codes, language=language)
