"""One deed over many: each by itself, named where it fails, stopped, tried again, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.cast import Cast, later, opened
from tests.errands import run_errands
from tests.incidents import in_stage, row
from tests.jobs import run_jobs, waiting_jobs
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.leadership.authority.models import Grant
from timshel.operation.bulk import queries
from timshel.operation.bulk.actions import (
    Chosen,
    Wanted,
    begin_run,
    choose_work,
    decide_run,
    do_items,
    doing,
    forget_runs_due,
    retry_run,
    run_over,
    stop_run,
    undo_run,
)
from timshel.operation.bulk.models import Run, RunItem
from timshel.operation.bulk.states import ItemState, RunState
from timshel.operation.work.deeds import Deed, read_deeds
from timshel.operation.work.models import Comment
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident.actions import (
    assign_incident,
    change_incident,
    reopen_incident,
    start_incident,
    wait_incident,
)
from timshel.support.communication.models import OutgoingMessage
from timshel.support.notification.models import Notice

pytestmark = pytest.mark.django_db

CLOSING = (
    {"do": "move", "trigger": "resolve", "code": "fixed", "text": "The network is back."},
    {"do": "move", "trigger": "close"},
)


def deeds(*plain: dict[str, Any]) -> tuple[Deed, ...]:
    """Return deeds as they are read."""
    return read_deeds(plain)


def over(numbers: Sequence[str], by: Actor, *plain: dict[str, Any], done: bool = True) -> int:
    """Begin a run, and do it; returns its key."""
    wanted = Wanted(numbers, deeds(*plain))
    run_id = run_over(wanted, actor=by, at=later(10))
    if done:
        run_errands(at=later(11))
    return run_id


def view(run_id: int, by: Actor) -> queries.RunView:
    """Return a run as its page has it."""
    return queries.run(run_id, actor=by)


def failures(run_id: int, by: Actor) -> dict[str, str]:
    """Return why each of those failed that did."""
    page = queries.run_items(run_id, states=[ItemState.FAILED], actor=by)
    return {each.number: each.said for each in page.items}


def test_a_deed_is_done_to_each_and_those_that_refuse_are_named(cast: Cast) -> None:
    numbers = [opened(cast.requester, title=f"Case {each}") for each in range(3)]
    numbers.insert(1, in_stage(Stage.CANCELLED, cast))
    elsewhere = opened(cast.requester, service="heating")
    numbers += [elsewhere, "INC9999999"]
    run_id = over(numbers, cast.agent, *CLOSING)
    found = view(run_id, cast.agent)
    assert (found.row.state, found.row.done, found.row.failed) == (RunState.DONE, 3, 3)
    assert (found.row.percent, found.waiting, found.undone) == (100, 0, 0)
    assert failures(run_id, cast.agent) == {
        numbers[1]: "This is not possible in the present state.",
        elsewhere: "There is nothing here, or you may not see it.",
        "INC9999999": "There is nothing here, or you may not see it.",
    }
    assert [row(each).stage for each in numbers[:-1]] == [
        Stage.CLOSED,
        Stage.CANCELLED,
        Stage.CLOSED,
        Stage.CLOSED,
        Stage.NEW,
    ]


def test_what_is_not_seen_is_named_by_number_alone(cast: Cast) -> None:
    hidden = opened(cast.requester, service="heating", title="Confidential")
    run_id = over([hidden, opened(cast.requester)], cast.agent, {"do": "note", "text": "Seen."})
    shown = queries.run_items(run_id, actor=cast.agent).items
    assert [(each.title, each.kind) for each in shown] == [
        ("", ""),
        ("The screen stays black", "incident"),
    ]


def test_the_journal_and_the_page_say_whose_doing_it_was(cast: Cast) -> None:
    number = opened(cast.requester)
    run_id = over([number], cast.agent, {"do": "assign", "assignee": "me"})
    entry = Entry.objects.get(verb="incident.assigned")
    assert (entry.actor_name, entry.origin) == (cast.agent.name, f"run {run_id}")
    begun = Entry.objects.get(verb="run.begun", subject_id=run_id)
    assert begun.changes["deeds"][1] == [{"do": "assign", "team": None, "assignee": "me"}]


def test_several_deeds_are_done_to_each_all_or_none(cast: Cast) -> None:
    number = opened(cast.requester)
    run_id = over(
        [number], cast.agent, {"do": "note", "text": "Done."}, {"do": "move", "trigger": "close"}
    )
    assert view(run_id, cast.agent).row.failed == 1
    assert not Comment.objects.exists()


def test_it_needs_the_right_and_nothing_is_kept_without(cast: Cast) -> None:
    number = opened(cast.requester)
    for who in (cast.requester, cast.auditor, cast.manager):
        with pytest.raises(NotAllowed):
            choose_work(Chosen([number]), actor=who, at=later(1))
    assert not Run.objects.exists()


def test_the_rights_are_those_at_the_time_of_doing(cast: Cast) -> None:
    number = opened(cast.requester)
    run_id = over([number], cast.agent, {"do": "note", "text": "On it."}, done=False)
    Grant.objects.filter(person=cast.agent.person_id).delete()
    run_errands(at=later(11))
    assert not Comment.objects.exists()
    assert Run.objects.get(pk=run_id).ended_at is not None
    assert RunItem.objects.get(run=run_id).state == ItemState.WAITING


def test_a_run_does_no_more_than_whoever_began_it_could(cast: Cast) -> None:
    """A token that may only read and note must not assign by way of a run."""
    allowed = {"work.view", "work.bulk", "incident.work"}
    narrow = replace(
        cast.agent,
        scopes={name: scope for name, scope in cast.agent.scopes.items() if name in allowed},
    )
    number = opened(cast.requester)
    run_id = over([number], narrow, {"do": "assign", "team": "workplace"})
    assert failures(run_id, cast.agent) == {number: "You do not have the right to do this."}


def test_what_is_chosen_is_checked(cast: Cast) -> None:
    by: dict[str, Any] = {"actor": cast.agent, "at": later(1)}
    for numbers in ([], [""], ["INC" * 10], ["a\x00b"]):
        with pytest.raises(Invalid):
            choose_work(Chosen(numbers), **by)
    run_id = choose_work(Chosen([" inc0000001 ", "INC0000001"]), **by)
    assert Run.objects.get(pk=run_id).total == 1
    with pytest.raises(WrongState, match="say first"):
        begin_run(run_id, **by)
    with pytest.raises(Invalid):
        decide_run(run_id, deeds=(), **by)
    with pytest.raises(WrongState):
        stop_run(run_id, **by)
    with pytest.raises(WrongState):
        undo_run(run_id, **by)
    assert view(run_id, cast.agent).row.state is RunState.PREPARED


def test_beginning_twice_begins_once(cast: Cast) -> None:
    by: dict[str, Any] = {"actor": cast.agent, "at": later(1)}
    run_id = choose_work(Chosen([opened(cast.requester)]), **by)
    decide_run(run_id, deeds=deeds({"do": "note", "text": "Seen."}), **by)
    assert begin_run(run_id, **by) == begin_run(run_id, **by)
    with pytest.raises(WrongState, match="begun already"):
        decide_run(run_id, deeds=deeds({"do": "note", "text": "Other."}), **by)
    run_errands(at=later(2))
    assert Comment.objects.count() == 1


def test_it_is_its_persons_alone(cast: Cast) -> None:
    run_id = over([opened(cast.requester)], cast.agent, {"do": "note", "text": "Seen."})
    by: dict[str, Any] = {"actor": cast.second_agent, "at": later(20)}
    for refused in (stop_run, retry_run, undo_run, begin_run):
        with pytest.raises(NotFound):
            refused(run_id, **by)
    with pytest.raises(NotFound):
        queries.run(run_id, actor=cast.second_agent)
    with pytest.raises(NotFound):
        queries.run_items(run_id, actor=cast.second_agent)
    assert queries.run_list(actor=cast.second_agent).items == ()
    assert [each.id for each in queries.run_list(actor=cast.agent).items] == [run_id]


def test_a_killed_worker_loses_nothing_and_nothing_is_done_twice(cast: Cast) -> None:
    numbers = [opened(cast.requester) for _ in range(5)]
    run_id = over(numbers, cast.agent, {"do": "note", "text": "Seen."}, done=False)
    goes = do_items(run_id, at=later(11), limit=2)
    assert (goes.settled, goes.goes_on) == (2, True)
    # The worker dies before the errand hears of it; the next one goes on with what waits.
    run_errands(at=later(12))
    assert Comment.objects.count() == 5
    assert view(run_id, cast.agent).row.done == 5
    assert do_items(run_id, at=later(13)).goes_on is False
    assert Comment.objects.count() == 5


def test_it_is_stopped_and_goes_on(cast: Cast) -> None:
    numbers = [opened(cast.requester) for _ in range(4)]
    run_id = over(numbers, cast.agent, {"do": "note", "text": "Seen."}, done=False)
    do_items(run_id, at=later(11), limit=1)
    stop_run(run_id, actor=cast.agent, at=later(12))
    assert view(run_id, cast.agent).row.state is RunState.STOPPING
    stop_run(run_id, actor=cast.agent, at=later(12))
    run_errands(at=later(13))
    found = view(run_id, cast.agent)
    assert (found.row.state, found.row.done, found.waiting) == (RunState.STOPPED, 1, 3)
    assert found.can_retry
    with pytest.raises(WrongState):
        stop_run(run_id, actor=cast.agent, at=later(14))
    retry_run(run_id, actor=cast.agent, at=later(14))
    with pytest.raises(WrongState, match="under way"):
        retry_run(run_id, actor=cast.agent, at=later(14))
    run_errands(at=later(15))
    assert view(run_id, cast.agent).row.state is RunState.DONE
    assert Comment.objects.count() == 4


def test_those_that_failed_are_tried_again(cast: Cast) -> None:
    numbers = [in_stage(Stage.RESOLVED, cast), opened(cast.requester)]
    run_id = over(numbers, cast.agent, {"do": "move", "trigger": "resume"})
    assert view(run_id, cast.agent).row.failed == 2
    start_incident(numbers[1], actor=cast.agent, at=later(20))
    wait_incident(numbers[1], reason="supplier", actor=cast.agent, at=later(20))
    retry_run(run_id, actor=cast.agent, at=later(21))
    run_errands(at=later(22))
    found = view(run_id, cast.agent)
    assert (found.row.done, found.row.failed) == (1, 1)
    assert set(failures(run_id, cast.agent)) == {numbers[0]}


def test_nothing_is_tried_again_where_nothing_is_left(cast: Cast) -> None:
    run_id = over([opened(cast.requester)], cast.agent, {"do": "note", "text": "Seen."})
    with pytest.raises(WrongState, match="left to be done"):
        retry_run(run_id, actor=cast.agent, at=later(20))


def test_it_is_taken_back_and_what_changed_meanwhile_is_named(cast: Cast) -> None:
    numbers = [opened(cast.requester) for _ in range(3)]
    before = [(row(each).title, row(each).priority, row(each).stage) for each in numbers]
    change = {"do": "change", "title": "Network", "impact": 1, "urgency": 1}
    run_id = over(numbers, cast.agent, change, *CLOSING)
    assert view(run_id, cast.agent).can_undo
    reopen_incident(numbers[1], reason="Still.", actor=cast.requester, at=later(30))
    undoing = undo_run(run_id, actor=cast.agent, at=later(40))
    with pytest.raises(WrongState, match="already"):
        undo_run(run_id, actor=cast.agent, at=later(40))
    run_errands(at=later(41))
    assert failures(undoing, cast.agent) == {
        numbers[1]: f"Changed meanwhile by {cast.requester.name}: it was left as it is."
    }
    now = [(row(each).title, row(each).priority, row(each).stage) for each in numbers]
    assert [now[0], now[2]] == [before[0], before[2]]
    assert now[1] == ("Network", 1, Stage.IN_PROGRESS)
    found = view(run_id, cast.agent)
    assert (found.row.done, found.undone, found.undone_by) == (3, 2, undoing)
    taken = view(undoing, cast.agent)
    assert (taken.row.undoes, taken.row.done, taken.row.failed) == (run_id, 2, 1)
    assert (taken.row.title, taken.can_undo) == (
        "Taken back: Change properties, Move to another stage",
        False,
    )
    with pytest.raises(WrongState, match="taken back"):
        undo_run(undoing, actor=cast.agent, at=later(50))


def test_an_undo_that_failed_somewhere_can_be_tried_again(cast: Cast) -> None:
    number = opened(cast.requester)
    run_id = over([number], cast.agent, {"do": "change", "title": "Network"})
    changed = {"changes": {"title": "Mine"}, "seen_version": row(number).version}
    change_incident(number, **changed, actor=cast.agent, at=later(20))
    undoing = undo_run(run_id, actor=cast.agent, at=later(30))
    run_errands(at=later(31))
    assert view(undoing, cast.agent).row.failed == 1
    assert view(run_id, cast.agent).can_undo
    retry_run(undoing, actor=cast.agent, at=later(32))
    run_errands(at=later(33))
    assert row(number).title == "Mine"


def test_words_cannot_be_taken_back(cast: Cast) -> None:
    run_id = over([opened(cast.requester)], cast.agent, {"do": "reply", "text": "Network is down."})
    assert not view(run_id, cast.agent).can_undo
    with pytest.raises(WrongState, match="taken back"):
        undo_run(run_id, actor=cast.agent, at=later(20))


def test_who_gets_much_is_told_once_and_requesters_each_of_theirs(cast: Cast) -> None:
    numbers = [opened(cast.requester, title=f"Case {each}") for each in range(25)]
    run_jobs()
    OutgoingMessage.objects.all().delete()
    given = {"do": "assign", "team": "service-desk", "assignee": cast.second_agent.person_id}
    run_id = over(numbers, cast.lead, given)
    assert "bulk.tell_ended" in waiting_jobs()
    run_jobs(times=2)
    message = OutgoingMessage.objects.get()
    assert message.person_id == cast.second_agent.person_id
    assert message.subject == f"{cast.lead.name} gave 25 pieces of work to you"
    assert message.text.count("INC") == 20
    assert "and 5 more" in message.text
    told = Notice.objects.get(topic="bulk.finished")
    assert (told.person_id, told.record_key) == (cast.lead.person_id, str(run_id))
    over(numbers[:2], cast.lead, {"do": "reply", "text": "Soon."})
    run_jobs()
    assert OutgoingMessage.objects.filter(person=cast.requester.person_id).count() == 2


def test_one_click_still_tells_at_once(cast: Cast) -> None:
    """What is summed up in a run is told of by itself outside of one."""
    number = opened(cast.requester)
    assign_incident(number, assignee_id=cast.second_agent.person_id, actor=cast.lead, at=later(1))
    assert "incident.tell_assignment" in waiting_jobs()


def test_a_fault_at_one_keeps_no_other_from_being_done(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [opened(cast.requester) for _ in range(2)]
    perform = doing.perform_all

    def faulty(number: str, *args: Any, **named: Any) -> None:
        perform(number, *args, **named)
        if number == numbers[0]:
            raise RuntimeError("a fault of ours")

    monkeypatch.setattr(doing, "perform_all", faulty)
    run_id = over(numbers, cast.agent, {"do": "note", "text": "Seen."})
    assert failures(run_id, cast.agent) == {
        numbers[0]: "Something went wrong here. Nothing was changed."
    }
    assert Comment.objects.count() == 1


def test_what_a_set_holds_is_said_before_anything_is_done(cast: Cast) -> None:
    numbers = [opened(cast.requester), in_stage(Stage.CLOSED, cast), "INC9999999"]
    run_id = choose_work(Chosen(numbers), actor=cast.agent, at=later(5))
    facts = queries.set_facts(run_id, actor=cast.agent)
    assert (facts.by_kind, facts.finished, facts.unseen, facts.requesters) == (
        {"incident": 2},
        1,
        1,
        1,
    )


def test_what_was_never_begun_and_what_is_long_over_is_forgotten(cast: Cast) -> None:
    choose_work(Chosen([opened(cast.requester)]), actor=cast.agent, at=later(5))
    run_id = over([opened(cast.requester)], cast.agent, {"do": "change", "title": "Network"})
    undoing = undo_run(run_id, actor=cast.agent, at=later(20))
    run_errands(at=later(21))
    Run.objects.filter(ended_at__isnull=False).update(ended_at=later(21))
    assert forget_runs_due(at=later(days=2)) == 1
    assert set(Run.objects.values_list("pk", flat=True)) == {run_id, undoing}
    assert forget_runs_due(at=later(days=100)) == 1
    assert forget_runs_due(at=later(days=100)) == 1
    assert not RunItem.objects.exists()


def test_reading_costs_the_same_however_many_there_are(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    run_id = over(
        [opened(cast.requester) for _ in range(7)], cast.agent, {"do": "note", "text": "Seen."}
    )
    with django_assert_num_queries(3):
        queries.run(run_id, actor=cast.agent)
    with django_assert_num_queries(3):
        queries.run_items(run_id, actor=cast.agent)
    with django_assert_num_queries(1):
        queries.run_list(actor=cast.agent)
