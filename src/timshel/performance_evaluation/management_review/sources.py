"""Where the sections of a pack come from: each part of the product answers for its own.

Sources are registered once at start-up (in ``timshel.reactions``). A source keeps to what the
reader may see and to a fixed number of queries, and lists a bounded number of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils import translation

from timshel.kernel.actor import Actor
from timshel.performance_evaluation.management_review.rules import MOST_ROWS
from timshel.performance_evaluation.management_review.states import Section


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a source is asked.

    Args:
        since: when the period begins.
        until: the cut-off, when it ends.
        actor: who draws the pack.
        meetings: the numbers of the meetings of earlier reviews, the latest first.
        most: how many rows to list.
    """

    since: datetime
    until: datetime
    actor: Actor
    meetings: tuple[str, ...] = ()
    most: int = MOST_ROWS


@dataclass(frozen=True, slots=True)
class Line:
    """A record in a table; ``kind`` and ``code`` lead to its page, and may be empty."""

    cells: tuple[str, ...]
    kind: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a source answers, in the reader's words.

    Args:
        sentence: what it says, in one sentence.
        figures: names with values.
        columns: the heads of the table.
        lines: its rows, as many as were asked for.
        total: how many there are in all.
    """

    sentence: str
    figures: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    total: int = 0


class Source(Protocol):
    """Reads one section."""

    def __call__(self, asked: Reviewed, /) -> Drawn:
        """Return what the records of a part say of a period."""
        ...


_sources: dict[Section, Source] = {}


def register(section: Section, source: Source) -> None:
    """Say what a section is drawn from; registering again replaces.

    Args:
        section: which.
        source: answers for it.
    """
    _sources[section] = source


def draw_pack(asked: Reviewed) -> dict[str, Any]:
    """Return a pack as it is kept: each section in order, in the language of who draws it."""
    with translation.override(asked.actor.language):
        sections = [_section(section, source(asked)) for section, source in _in_order()]
    return {
        "since": asked.since.isoformat(),
        "until": asked.until.isoformat(),
        "language": asked.actor.language,
        "sections": sections,
    }


def _in_order() -> list[tuple[Section, Source]]:
    return [(each, _sources[each]) for each in Section if each in _sources]


def _section(section: Section, drawn: Drawn) -> dict[str, Any]:
    return {
        "code": section.value,
        "title": str(section.label),
        "sentence": drawn.sentence,
        "figures": [list(each) for each in drawn.figures],
        "columns": list(drawn.columns),
        "rows": [
            {"kind": each.kind, "code": each.code, "cells": list(each.cells)}
            for each in drawn.lines
        ],
        "total": drawn.total,
    }
