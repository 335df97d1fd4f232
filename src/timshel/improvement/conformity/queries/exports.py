"""Exports for a certification audit, and how far each is."""

from __future__ import annotations

from collections.abc import Mapping

from timshel.improvement.conformity import access
from timshel.improvement.conformity.models import Export
from timshel.improvement.conformity.queries.shapes import ExportRow
from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.progress import rules as progress
from timshel.kernel.progress.models import Errand

NEWEST_FIRST: KeysetOrder[Export] = KeysetOrder(SortKey("id", descending=True))


def export_list(*, cursor: str | None = None, size: int = 50, actor: Actor) -> Page[ExportRow]:
    """Return exports, the newest first; two queries.

    Raises:
        Invalid: the cursor is not one of ours.
        NotAllowed: the actor may not make any.
    """
    access.require_judge(actor)
    rows = Export.objects.visible_to(actor).select_related("model", "created_by")
    page = NEWEST_FIRST.page(rows, cursor=cursor, size=size)
    errands = Errand.objects.in_bulk([each.errand_id for each in page.items if each.errand_id])
    return page.map(lambda row: _row(row, errands))


def export_view(number: str, *, actor: Actor) -> ExportRow:
    """Return one export; two queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = access.export_to_read(number, actor=actor)
    errands = Errand.objects.in_bulk([row.errand_id] if row.errand_id else [])
    return _row(row, errands)


def _row(row: Export, errands: Mapping[int, Errand]) -> ExportRow:
    errand = errands.get(row.errand_id or 0)
    return ExportRow(
        number=row.number,
        model=row.model.code,
        created_at=row.created_at,
        created_by=row.created_by.name if row.created_by else "",
        since=row.since,
        finished_at=row.finished_at,
        size=row.size,
        sha256=row.sha256,
        files=row.files,
        errand_id=row.errand_id,
        percent=progress.percent(done=errand.done, total=errand.total) if errand else None,
        error=errand.error if errand and row.finished_at is None else "",
    )
