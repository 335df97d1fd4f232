"""Reading clocks again as long work: batch by batch, and going on where it was left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.errands import run_errands
from timshel.kernel.progress.models import Errand
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import revisions, set_waiting_rule
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident.actions import resolve_incident


@pytest.fixture(autouse=True)
def _nothing_waits_from_founding(cast: Cast) -> None:
    run_errands(at=AT)
    Errand.objects.all().delete()


def spoil() -> None:
    Clock.objects.update(target=timedelta(minutes=1), due_at=AT)


def test_a_changed_promise_reads_open_work_again(cast: Cast) -> None:
    number = opened(cast.requester)
    before = list(Clock.objects.order_by("pk").values("target", "due_at"))
    spoil()
    set_waiting_rule(
        ClockKind.RESPOND,
        reason=WaitingReason.REQUESTER,
        pauses=True,
        actor=cast.administrator,
        at=later(5),
    )
    assert run_errands(at=later(6)) == ["clocks.refresh"]
    assert list(Clock.objects.order_by("pk").values("target", "due_at")) == before
    errand = Errand.objects.get()
    assert (errand.total, errand.done) == (1, 1)
    assert errand.cursor == WorkItem.objects.get(number=number).pk


def test_it_goes_on_where_it_was_left(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "BATCH", 2)
    for _each in range(5):
        opened(cast.requester)
    keys = list(WorkItem.objects.order_by("pk").values_list("pk", flat=True))
    spoil()
    revisions.queue_refresh(since=None, services=None, actor=SYSTEM, at=later(1))
    Errand.objects.update(cursor=keys[1], done=2)
    run_errands(at=later(2))
    spoiled = Clock.objects.filter(target=timedelta(minutes=1))
    assert sorted(set(spoiled.values_list("work_item_id", flat=True))) == keys[:2]
    assert (Errand.objects.get().done, Errand.objects.get().cursor) == (5, keys[4])


def test_only_the_services_that_are_concerned(cast: Cast) -> None:
    opened(cast.requester)
    opened(cast.requester, service="heating")
    spoil()
    heating = [cast.services["heating"]]
    revisions.queue_refresh(since=None, services=heating, actor=SYSTEM, at=later(1))
    run_errands(at=later(2))
    spoiled = Clock.objects.filter(target=timedelta(minutes=1))
    assert set(spoiled.values_list("work_item__service_id", flat=True)) == {cast.services["laptop"]}


def test_ended_work_is_read_again_as_far_back_as_the_promise_holds(cast: Cast) -> None:
    number = opened(cast.requester)
    resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(3))
    for since, is_read in ((None, False), (later(4), False), (later(2), True)):
        spoil()
        revisions.queue_refresh(since=since, services=None, actor=SYSTEM, at=later(5))
        run_errands(at=later(6))
        spoiled = Clock.objects.filter(target=timedelta(minutes=1)).exists()
        assert spoiled is not is_read
