"""Long work is done once, goes on where it was left, and tells what came of it."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import AT, SYSTEM, Cast, later
from tests.crowd import PATIENCE, Crowd
from tests.jobs import waiting_jobs
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.kernel.progress import queries
from timshel.kernel.progress.actions import (
    ErrandToDo,
    advance_errand,
    begin_errand,
    fail_errand,
    finish_errand,
    forget_errands,
    retry_errand,
    take_up_errand,
)
from timshel.kernel.progress.models import Errand
from timshel.kernel.progress.queries import ErrandRow, Standing
from timshel.kernel.progress.rules import KEPT, WAITS
from timshel.kernel.progress.states import ErrandState

SEEN_WITH = ("journal.view", "service_level.configure")
ALLOWED_WITH = ("service_level.configure",)


def begun(by: Actor = SYSTEM, **given: Any) -> int:
    asked: dict[str, Any] = {"title": "Counting sheep", "total": 100, **given}
    return begin_errand("sheep.count", actor=by, at=AT, **asked)


def seen(key: int) -> ErrandRow:
    return queries.errand(key, seen_with=SEEN_WITH, actor=SYSTEM)


def failed(by: Actor = SYSTEM) -> int:
    """An errand that failed for good, half way."""
    key = begun(by)
    with take_up_errand(key, at=AT):
        advance_errand(key, done=50, cursor=50, at=AT)
        while fail_errand(key, error="The sheep ran away.", at=AT):
            pass
    return key


def regions() -> set[str]:
    """The live regions that were announced since the last call."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM live_change RETURNING region")
        return {region for (region,) in cursor.fetchall()}


class TestBeginning:
    def test_it_waits_for_a_worker(self, cast: Cast) -> None:
        regions()
        key = begun(cast.administrator, arguments={"herd": 3})
        assert queries.errand(key, actor=cast.administrator) == ErrandRow(
            id=key,
            kind="sheep.count",
            title="Counting sheep",
            state=ErrandState.QUEUED,
            requested_by=cast.administrator.name,
            is_own=True,
            done=0,
            total=100,
            percent=0,
            result={},
            error="",
            attempts=0,
            created_at=AT,
            started_at=None,
            moved_at=None,
            due_at=None,
            finished_at=None,
        )
        assert waiting_jobs()[-1] == "errands.run"
        assert regions() == {
            "errands",
            f"errand:{key}",
            f"person:{cast.administrator.person_id}",
        }
        entry = Entry.objects.get(verb="errand.begun")
        assert (entry.subject_id, entry.changes) == (key, {"kind": [None, "sheep.count"]})

    def test_it_is_undone_with_its_change(self, cast: Cast) -> None:
        before = waiting_jobs()
        with transaction.atomic():
            begun()
            transaction.set_rollback(True)
        assert not Errand.objects.exists()
        assert waiting_jobs() == before

    def test_a_long_title_is_cut(self, db: None) -> None:
        assert seen(begun(title="x" * 300)).title == "x" * 200


@pytest.mark.django_db
class TestDoing:
    def test_from_the_beginning_to_the_end(self) -> None:
        key = begun(arguments={"herd": 3})
        with take_up_errand(key, at=later(1)) as errand:
            assert errand == ErrandToDo(key, "sheep.count", {"herd": 3}, None, 0, 100, None)
            assert seen(key).state is ErrandState.RUNNING
            regions()
            advance_errand(key, done=40, cursor={"last": 40}, at=later(2))
            assert regions() == {"errands", f"errand:{key}"}
            row = seen(key)
            assert (row.done, row.percent, row.moved_at) == (40, 40, later(2))
            finish_errand(key, result={"note": "Forty sheep."}, at=later(3))
        row = seen(key)
        assert (row.state, row.result) == (ErrandState.DONE, {"note": "Forty sheep."})
        assert (row.started_at, row.finished_at) == (later(1), later(3))

    def test_the_total_may_be_learnt_on_the_way(self) -> None:
        key = begun(total=None)
        assert seen(key).percent is None
        advance_errand(key, done=1, cursor=1, total=4, at=AT)
        advance_errand(key, done=2, cursor=2, at=AT)
        assert (seen(key).total, seen(key).percent) == (4, 50)

    def test_what_is_finished_is_taken_up_no_more(self) -> None:
        key = begun()
        finish_errand(key, result={}, at=AT)
        with take_up_errand(key, at=AT) as errand:
            assert errand is None
        with take_up_errand(0, at=AT) as errand:
            assert errand is None
        assert queries.unfinished_errands(at=later(days=9)) == ()

    def test_what_is_finished_moves_no_more(self) -> None:
        key = begun()
        finish_errand(key, result={"n": 1}, at=AT)
        with pytest.raises(WrongState):
            advance_errand(key, done=5, cursor=5, at=AT)
        with pytest.raises(WrongState):
            finish_errand(key, result={}, at=AT)
        with pytest.raises(WrongState):
            fail_errand(key, error="?", at=AT)
        assert (seen(key).done, seen(key).result) == (0, {"n": 1})

    def test_who_asked_is_told_of_its_end(self, cast: Cast) -> None:
        key = begun(cast.administrator)
        regions()
        finish_errand(key, result={}, at=AT)
        assert f"person:{cast.administrator.person_id}" in regions()

    def test_one_that_was_left_goes_on_where_it_was(self) -> None:
        key = begun()
        with take_up_errand(key, at=AT):
            advance_errand(key, done=70, cursor=[7, "x"], at=AT)
        assert queries.unfinished_errands(at=AT) == (key,)
        with take_up_errand(key, at=later(9)) as errand:
            assert errand is not None
            assert (errand.done, errand.cursor) == (70, [7, "x"])
        assert seen(key).started_at == AT

    def test_a_step_and_its_note_are_kept_together_or_not_at_all(self) -> None:
        key = begun()
        with transaction.atomic():
            advance_errand(key, done=10, cursor=10, at=AT)
            transaction.set_rollback(True)
        assert (seen(key).done, Errand.objects.get().cursor) == (0, None)


@pytest.mark.django_db
class TestFailing:
    def test_it_is_tried_again_with_growing_patience_and_then_given_up(self) -> None:
        key, at = begun(), AT
        for number, wait in enumerate(WAITS, 1):
            with take_up_errand(key, at=at) as errand:
                assert errand is not None
                assert fail_errand(key, error="The gate is shut.", at=at)
            row = seen(key)
            assert (row.state, row.attempts) == (ErrandState.DELAYED, number)
            assert (row.error, row.due_at) == ("The gate is shut.", at + wait)
            just_before = at + wait - timedelta(microseconds=1)
            assert queries.unfinished_errands(at=just_before) == ()
            with take_up_errand(key, at=just_before) as errand:
                assert errand is None
            at += wait
            assert queries.unfinished_errands(at=at) == (key,)
        assert not fail_errand(key, error="The gate is shut.", at=at)
        row = seen(key)
        assert (row.state, row.finished_at) == (ErrandState.FAILED, at)
        assert row.attempts == len(WAITS) + 1

    def test_getting_further_counts_failures_anew(self) -> None:
        key = begun()
        advance_errand(key, done=10, cursor=10, at=AT)
        fail_errand(key, error="?", at=AT)
        fail_errand(key, error="?", at=AT)
        advance_errand(key, done=5, cursor=5, at=AT)  # begun anew, and not as far as before
        assert seen(key).attempts == 2
        advance_errand(key, done=11, cursor=11, at=AT)
        assert seen(key).attempts == 0

    def test_what_went_well_after_all_shows_no_error(self) -> None:
        key = begun()
        fail_errand(key, error="The gate is shut.", at=AT)
        with take_up_errand(key, at=later(1)):
            assert seen(key).state is ErrandState.RUNNING
            finish_errand(key, result={}, at=later(2))
        assert (seen(key).state, seen(key).error) == (ErrandState.DONE, "")

    def test_there_is_always_something_to_say(self) -> None:
        for error, told in (("", "?"), ("x" * 5_000, "x" * 1_000)):
            key = begun()
            fail_errand(key, error=error, at=AT)
            assert seen(key).error == told


class TestTryingAgain:
    def test_it_goes_on_where_it_failed(self, cast: Cast) -> None:
        key = failed()
        before = len(waiting_jobs())
        retry_errand(
            key,
            seen_with=SEEN_WITH,
            allowed_with=ALLOWED_WITH,
            actor=cast.administrator,
            at=later(5),
        )
        row = seen(key)
        assert (row.state, row.error, row.attempts) == (ErrandState.QUEUED, "", 0)
        assert (row.done, row.finished_at) == (50, None)
        assert waiting_jobs()[before:] == ["errands.run"]
        with take_up_errand(key, at=later(6)) as errand:
            assert errand is not None
            assert errand.cursor == 50
        entry = Entry.objects.get(verb="errand.retried")
        assert entry.changes == {"error": ["The sheep ran away.", ""]}
        assert (entry.subject_id, entry.actor_id) == (key, cast.administrator.person_id)

    def test_ones_own_needs_no_right(self, cast: Cast) -> None:
        key = failed(cast.requester)
        retry_errand(key, actor=cast.requester, at=later(5))
        assert seen(key).state is ErrandState.QUEUED

    @pytest.mark.parametrize(
        ("role", "refusal"),
        [("requester", NotFound), ("service_owner", NotFound), ("auditor", NotAllowed)],
    )
    def test_without_the_right_nothing_changes(
        self, cast: Cast, role: str, refusal: type[Exception]
    ) -> None:
        """The service owner has the right, but only in a part; the auditor may only look."""
        key = failed(cast.administrator)
        with pytest.raises(refusal):
            retry_errand(
                key,
                seen_with=SEEN_WITH,
                allowed_with=ALLOWED_WITH,
                actor=getattr(cast, role),
                at=later(5),
            )
        assert seen(key).state is ErrandState.FAILED
        assert not Entry.objects.filter(verb="errand.retried").exists()

    def test_only_what_failed(self, cast: Cast) -> None:
        for end in (None, finish_errand):
            key = begun(cast.requester)
            if end:
                end(key, result={}, at=AT)
            with pytest.raises(WrongState):
                retry_errand(key, actor=cast.requester, at=later(5))
        with pytest.raises(NotFound):
            retry_errand(0, actor=cast.administrator, at=later(5))


class TestReading:
    def test_who_sees_which(self, cast: Cast) -> None:
        own, others, system = begun(cast.requester), begun(cast.administrator), begun()
        expected = {
            "requester": [own],
            "agent": [],
            "service_owner": [],
            "auditor": [system, others, own],
            "process_owner": [system, others, own],
            "administrator": [system, others, own],
        }
        for role, keys in expected.items():
            actor = getattr(cast, role)
            page = queries.errand_list(seen_with=SEEN_WITH, actor=actor)
            assert [row.id for row in page.items] == keys, role
            for key in (own, others, system):
                if key in keys:
                    assert queries.errand(key, seen_with=SEEN_WITH, actor=actor).id == key
                else:
                    with pytest.raises(NotFound):
                        queries.errand(key, seen_with=SEEN_WITH, actor=actor)

    def test_without_a_named_permission_only_ones_own(self, cast: Cast) -> None:
        begun()
        own = begun(cast.administrator)
        page = queries.errand_list(actor=cast.administrator)
        assert [(row.id, row.is_own) for row in page.items] == [(own, True)]
        assert queries.errand_list(actor=SYSTEM).items == ()

    @pytest.mark.django_db
    def test_which_are_shown(self) -> None:
        broken, waiting = failed(), begun()
        done = begun()
        finish_errand(done, result={}, at=AT)
        late = begun()
        fail_errand(late, error="?", at=AT)

        def shown(standing: Standing) -> list[int]:
            page = queries.errand_list(seen_with=SEEN_WITH, standing=standing, actor=SYSTEM)
            return [row.id for row in page.items]

        assert shown(Standing.ALL) == [late, done, waiting, broken]
        assert shown(Standing.OPEN) == [late, waiting]
        assert shown(Standing.FAILED) == [broken]

    @pytest.mark.django_db
    def test_page_by_page_in_one_query_each(self, django_assert_num_queries: Any) -> None:
        keys = [begun() for _ in range(7)]
        read: list[int] = []
        cursor = None
        for _ in range(4):
            with django_assert_num_queries(1):
                page = queries.errand_list(seen_with=SEEN_WITH, actor=SYSTEM, size=2, cursor=cursor)
            read += [row.id for row in page.items]
            cursor = page.next_cursor
        assert (read, cursor) == (sorted(keys, reverse=True), None)
        with pytest.raises(Invalid):
            queries.errand_list(actor=SYSTEM, cursor="odd")


@pytest.mark.django_db
def test_what_ended_long_ago_is_forgotten() -> None:
    kept = [begun(), begun()]
    finish_errand(kept[1], result={}, at=later(days=1))
    for _ in range(2):
        finish_errand(begun(), result={}, at=AT)
    failed()
    assert forget_errands(at=AT + KEPT + timedelta(minutes=1)) == 3
    assert list(Errand.objects.order_by("pk").values_list("pk", flat=True)) == kept


@pytest.mark.django_db(transaction=True)
class TestManyWorkers:
    def test_ten_at_once_do_each_once(self) -> None:
        keys = [begun() for _ in range(6)]
        begin, done = threading.Barrier(10), []

        def work() -> None:
            begin.wait(PATIENCE)
            for key in keys:
                with take_up_errand(key, at=AT) as errand:
                    if errand is not None:
                        done.append(errand.id)
                        finish_errand(key, result={}, at=AT)

        crowd = Crowd()
        for _ in range(10):
            crowd.start(work)
        crowd.wait()
        assert sorted(done) == keys

    def test_one_that_is_held_is_left_alone_until_its_worker_dies(self) -> None:
        key = begun()
        inside, go_on = threading.Event(), threading.Event()

        def die() -> None:
            with take_up_errand(key, at=AT):
                advance_errand(key, done=30, cursor=30, at=AT)
                inside.set()
                assert go_on.wait(PATIENCE)
                connection.close()  # as the database sees it when a process is killed

        crowd = Crowd()
        crowd.start(die)
        assert inside.wait(PATIENCE)
        with take_up_errand(key, at=AT) as errand:
            assert errand is None
        assert seen(key).done == 30, "others see each step at once"
        go_on.set()
        crowd.wait()
        with take_up_errand(key, at=later(1)) as errand:
            assert errand is not None
            assert errand.cursor == 30

    def test_no_transaction_is_open_while_one_is_held(self) -> None:
        with take_up_errand(begun(), at=AT):
            assert not connection.in_atomic_block
