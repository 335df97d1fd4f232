"""What goes by a process, and what is wrong with those in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.checks import findings
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.bpmn.vocabulary import Finding
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.operation.process.access import require_view
from timshel.operation.process.hosting import vocabulary
from timshel.operation.process.models import ProcessRun, ProcessVersion
from timshel.operation.process.states import OPEN_RUNS, VersionState
from timshel.operation.work.models import WorkItem

NEWEST_FIRST: KeysetOrder[ProcessRun] = KeysetOrder(
    SortKey("started_at", descending=True, is_time=True), SortKey("pk", descending=True)
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """Work that is on its way through a process.

    Args:
        number: of the work, and of the version it goes by.
        state: of ``RunState``.
    """

    number: str
    title: str
    kind: str
    version: int
    state: str
    trouble: str
    started_at: datetime


def open_runs(
    code: str, *, variant: str, actor: Actor, cursor: str | None = None, size: int = 20
) -> Page[RunRow]:
    """Return a page of the open runs of a process whose work the actor may see; one query.

    Raises:
        NotAllowed: as it says.
    """
    require_view(actor)
    seen = WorkItem.objects.visible_to(actor).values("pk")
    runs = (
        ProcessRun.objects.filter(
            process__code=code,
            process__variant=variant,
            state__in=OPEN_RUNS,
            work_item__in=seen,
        )
        .select_related("work_item", "process")
        .defer("process__xml", "engine", "work_item__search", "work_item__description")
    )
    page = NEWEST_FIRST.page(runs, cursor=cursor, size=size)
    return page.map(
        lambda run: RunRow(
            number=run.work_item.number,
            title=run.work_item.title,
            kind=run.work_item.kind,
            version=run.process.number,
            state=run.state,
            trouble=run.trouble,
            started_at=run.started_at,
        )
    )


def process_findings(*, actor: Actor) -> dict[int, tuple[Finding, ...]]:
    """Return what is wrong with the drafts and the published versions, by key of the version.

    A published process can become unsound: a team that it names is dissolved. One query, and
    those for what a diagram may name.

    Raises:
        NotAllowed: as it says.
    """
    require_view(actor)
    states = (VersionState.DRAFT, VersionState.PUBLISHED)
    versions = ProcessVersion.objects.filter(state__in=states).values_list("pk", "xml")
    known = vocabulary()
    return {key: findings(read_diagram(xml), known) for key, xml in versions}
