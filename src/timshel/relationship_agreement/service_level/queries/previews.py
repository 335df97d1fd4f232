"""What came of trying a draft over past cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.progress.models import Errand
from timshel.kernel.progress.queries import ErrandRow, errand
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import VIEW
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import Target
from timshel.relationship_agreement.service_level.rules.previewing import (
    ORDER,
    Outcome,
    Preview,
    Tally,
)
from timshel.relationship_agreement.service_level.states import ClockKind

KIND = "agreements.preview"
PAGE_SIZE = 50
SHOWN = 5


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """What cases of one priority came to for one kind of clock.

    Args:
        kind: which clock.
        priority: of the cases, as it is now.
        cases: how many the agreement is, or would be, about.
        tried: what they would have come to under the draft.
        real: what they really came to, under whatever agreement applied.
        goal: how many of a hundred the draft wants in time, or None.
    """

    kind: ClockKind
    priority: int
    cases: int
    tried: Tally
    real: Tally
    goal: Decimal | None


@dataclass(frozen=True, slots=True)
class DifferingCase:
    """A case whose result would differ; ``number`` and ``title`` as far as the reader may see."""

    id: int
    number: str
    title: str
    kind: ClockKind
    tried: Outcome
    real: Outcome


@dataclass(frozen=True, slots=True)
class PreviewView:
    """A preview: how far it is and, once it is done, what came of it.

    Args:
        errand: how far it is.
        code: of the agreement.
        number: of the version that was tried.
        revision: how often that draft had been saved.
        opened_from: the first moment of the period.
        opened_until: the first moment after it.
        read: how many cases were looked at.
        lines: by kind of clock and priority.
        differing: a page of the cases that differ, by key.
        differing_count: how many results differ.
        left_out: how many of them are not listed.
        next_after: what the next page goes on after, or None.
    """

    errand: ErrandRow
    code: str
    number: int
    revision: int
    opened_from: datetime
    opened_until: datetime
    read: int
    lines: tuple[PreviewLine, ...]
    differing: tuple[DifferingCase, ...]
    differing_count: int
    left_out: int
    next_after: int | None


def previews_of(code: str, *, actor: Actor) -> tuple[tuple[int, datetime, datetime | None], ...]:
    """Return the reader's last previews of an agreement: key, when asked for, when done."""
    rows = Errand.objects.filter(
        kind=KIND, arguments__code=code, person_id=actor.person_id
    ).order_by("-pk")
    return tuple(rows.values_list("pk", "created_at", "finished_at")[:SHOWN])


def preview(errand_id: int, *, after: int = 0, actor: Actor) -> PreviewView:
    """Return a preview, in a fixed number of queries.

    Args:
        errand_id: its key.
        after: list the differing cases from this position on.
        actor: who reads; it is shown to whoever asked for it and to those who see all work.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: without the right to see agreements.
    """
    access.require_view(actor)
    row = errand(errand_id, seen_with=(VIEW,), actor=actor)
    if row.kind != KIND:
        raise NotFound
    asked = Errand.objects.values_list("arguments", flat=True).get(pk=errand_id)
    found = Preview.from_plain(row.result) if "tallies" in row.result else Preview()
    page = found.differing[after : after + PAGE_SIZE]
    rest = len(found.differing) - after - len(page)
    return PreviewView(
        errand=row,
        code=asked["code"],
        number=asked["number"],
        revision=asked["revision"],
        opened_from=datetime.fromisoformat(asked["from"]),
        opened_until=datetime.fromisoformat(asked["until"]),
        read=found.read,
        lines=_lines(found, asked["version"]),
        differing=_cases(page, actor=actor),
        differing_count=len(found.differing) + found.left_out,
        left_out=found.left_out,
        next_after=after + len(page) if rest > 0 else None,
    )


def _lines(found: Preview, version: int) -> tuple[PreviewLine, ...]:
    goals: dict[tuple[str, int | None], Decimal | None] = {}
    general = Target.objects.filter(agreement=version, service=None, offering=None)
    for kind, priority, percent in general.values_list("kind", "priority", "attainment_percent"):
        goals[kind, priority] = percent
    kinds = list(ClockKind)
    return tuple(
        PreviewLine(
            kind=kind,
            priority=priority,
            cases=sum(tried),
            tried=_tally(tried),
            real=_tally(real),
            goal=goals.get((kind, priority), goals.get((kind, None))),
        )
        for (kind, priority), (tried, real) in sorted(
            found.tallies.items(), key=lambda each: (kinds.index(each[0][0]), each[0][1])
        )
    )


def _tally(counts: list[int]) -> Tally:
    return Tally(**{result.value: count for result, count in zip(ORDER, counts, strict=True)})


def _cases(
    page: list[tuple[int, ClockKind, Outcome, Outcome]], *, actor: Actor
) -> tuple[DifferingCase, ...]:
    items = WorkItem.objects.visible_to(actor).filter(pk__in=[key for key, *_rest in page])
    rows = items.values_list("pk", "number", "title")
    seen = {key: (number, title) for key, number, title in rows}
    return tuple(
        DifferingCase(key, seen[key][0], seen[key][1], kind, tried, real)
        for key, kind, tried, real in page
        if key in seen
    )
