"""One deed over very many cases: progress, exactly those named that refuse, all of it taken back.

Three hundred cases unless ``TIMSHEL_SCALE_CASES`` names another number: the 10,000 of the measured
figure take several minutes of a processor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from tests.cast import Cast, later
from tests.errands import run_errands
from tests.many import many_incidents
from timshel.interfaces.worker import bulk as worker
from timshel.kernel.progress.models import Errand
from timshel.operation.bulk import queries
from timshel.operation.bulk.actions import Wanted, do_items, run_over, undo_run
from timshel.operation.bulk.models import Run, RunItem
from timshel.operation.bulk.states import ItemState, RunState
from timshel.operation.work.deeds import read_deeds
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.actions import refresh_many

pytestmark = [pytest.mark.scale, pytest.mark.django_db]

CASES = int(os.environ.get("TIMSHEL_SCALE_CASES", "300"))
REFUSING = 50
DEEDS = (
    {"do": "change", "urgency": 1},
    {"do": "move", "trigger": "resolve", "code": "fixed", "text": "The network is back."},
)
# All that a case says but what moves with every change, and its clocks but when they were read.
STATE = """
    SELECT md5(string_agg(line::text, ' ' ORDER BY line::text)), count(*) FROM (
        SELECT to_jsonb(item) - '{version,updated_at,search}'::text[] || to_jsonb(own)
            || jsonb_build_object('number', item.number) AS line
        FROM work_workitem AS item JOIN incident_incident AS own ON own.work_item_id = item.id
        UNION ALL
        SELECT to_jsonb(clock) - '{id,read_at,elapsed,told,breach_announced_at}'::text[]
        FROM service_level_clock AS clock
    ) AS found(line)
"""


def state() -> tuple[str, int]:
    """Return a digest of what all cases and their clocks say, and how many lines it is of."""
    refresh_many(WorkItem.objects.values_list("pk", flat=True), at=later(hours=1))
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        digest, lines = cursor.fetchone()
    return digest, lines


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Note how far the errand is after each batch."""
    seen: list[int] = []

    def do(run_id: int, *, at: Any) -> Any:
        goes = do_items(run_id, at=at, limit=CASES // 20)
        seen.append(goes.settled)
        return goes

    with monkeypatch.context() as patch:
        patch.setattr(worker, "do_items", do)
        yield seen


def test_very_many_are_done_named_and_taken_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = many_incidents(cast, CASES, cancelled=REFUSING // 2, elsewhere=REFUSING // 2)
    before = state()
    run_id = run_over(Wanted(many.numbers, read_deeds(list(DEEDS))), actor=cast.agent, at=later(10))
    with watched(monkeypatch) as progress:
        run_errands(at=later(11))
    assert progress == sorted(progress)
    assert len(progress) >= 20
    assert progress[-1] == CASES
    errand = Errand.objects.get(pk=Run.objects.get(pk=run_id).errand_id)
    assert (errand.done, errand.total) == (CASES, CASES)
    view = queries.run(run_id, actor=cast.agent)
    assert (view.row.state, view.row.done) == (RunState.DONE, CASES - REFUSING)
    failed = RunItem.objects.filter(run=run_id, state=ItemState.FAILED)
    assert set(failed.values_list("number", flat=True)) == many.refusing
    said = dict(failed.values_list("number", "said"))
    assert {said[number] for number in many.cancelled} == {
        "This is not possible in the present state."
    }
    assert {said[number] for number in many.elsewhere} == {
        "There is nothing here, or you may not see it."
    }
    assert state() != before

    undoing = undo_run(run_id, actor=cast.agent, at=later(20))
    run_errands(at=later(21))
    taken = queries.run(undoing, actor=cast.agent)
    assert (taken.row.done, taken.row.failed) == (CASES - REFUSING, 0)
    assert state() == before
