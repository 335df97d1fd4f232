"""Time that people write down on work, and the checklist that they make as they go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.cast import AT, Cast, later, opened
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.actions import Spent

DAY = date(2026, 3, 2)
HALF_HOUR = Spent(30, DAY, "Looked at the cable")


def spend(number: str, cast: Cast, spent: Spent = HALF_HOUR, who: str = "agent") -> int:
    return actions.spend_time(number, spent=spent, actor=getattr(cast, who), at=AT)


def around(number: str, cast: Cast, who: str = "agent") -> queries.WorkAround:
    return queries.around(number, actor=getattr(cast, who), at=later(5))


def test_time_is_written_down_and_summed(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    with witness.watching() as seen:
        spend(number, cast)
    assert seen.verbs == ["work.time_spent"]
    assert seen.entry.changes["time"][1] == {
        "minutes": 30,
        "day": "2026-03-02",
        "note": "Looked at the cable",
    }
    spend(number, cast, Spent(15, DAY - timedelta(days=1), is_internal=False), "lead")
    shown = around(number, cast)
    assert [(each.person, each.minutes, each.may_correct) for each in shown.time] == [
        (cast.agent.name, 30, True),
        (cast.lead.name, 15, False),
    ]
    assert shown.minutes == 45


def test_internal_time_is_for_readers_of_notes(cast: Cast) -> None:
    number = opened(cast.requester)
    spend(number, cast)
    spend(number, cast, Spent(15, DAY, is_internal=False))
    assert around(number, cast, "manager").minutes == 15
    assert len(around(number, cast, "manager").time) == 1
    assert around(number, cast, "auditor").minutes == 45
    assert around(number, cast, "requester").minutes == 0


@pytest.mark.parametrize(
    ("spent", "field"),
    [
        (Spent(0, DAY), "minutes"),
        (Spent(1441, DAY), "minutes"),
        (Spent(5, DAY + timedelta(days=1)), "day"),
        (Spent(5, DAY - timedelta(days=367)), "day"),
        (Spent(5, DAY, "x" * 501), "note"),
        (Spent(5, DAY, "a\0"), "note"),
    ],
)
def test_what_cannot_be_written_down(
    spent: Spent, field: str, cast: Cast, witness: Witness
) -> None:
    number = opened(cast.requester)
    with witness.refused(Invalid) as caught:
        spend(number, cast, spent)
    assert set(caught.value.fields) == {field}


def test_time_is_the_helpers(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    for who in ("requester", "manager", "auditor"):
        with witness.refused(NotAllowed):
            spend(number, cast, who=who)
    with witness.refused(NotFound):
        spend(number, cast, who="facilities_agent")


def test_who_wrote_a_line_corrects_it_for_a_day(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    key = spend(number, cast)
    right = replace(HALF_HOUR, minutes=40)
    with witness.refused(NotAllowed):
        actions.correct_time(number, line_id=key, spent=right, actor=cast.lead, at=AT)
    with witness.refused(WrongState):
        actions.correct_time(
            number, line_id=key, spent=right, actor=cast.agent, at=later(days=1, minutes=1)
        )
    with witness.refused(NotFound):
        actions.correct_time(number, line_id=2**62, spent=right, actor=cast.agent, at=AT)
    with witness.watching() as seen:
        actions.correct_time(number, line_id=key, spent=right, actor=cast.agent, at=later(days=1))
    assert seen.verbs == ["work.time_corrected"]
    assert [each["minutes"] for each in seen.entry.changes["time"]] == [30, 40]
    with witness.unmoved():
        actions.correct_time(number, line_id=key, spent=right, actor=cast.agent, at=AT)
    assert around(number, cast).minutes == 40


def test_a_line_of_time_is_removed_by_its_author(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    key = spend(number, cast)
    with witness.refused(NotAllowed):
        actions.remove_time(number, line_id=key, actor=cast.lead, at=AT)
    actions.remove_time(number, line_id=key, actor=cast.agent, at=AT)
    assert around(number, cast).time == ()


def checks(number: str, cast: Cast) -> list[tuple[str, str]]:
    return [(each.text, each.done_by) for each in around(number, cast).checks]


def test_a_checklist_is_made_and_ticked_off(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    with witness.watching() as seen:
        first, _second = actions.add_checks(
            number, lines=["Ask  for the colour", "", "Order it"], actor=cast.agent, at=AT
        )
    assert seen.verbs == ["work.checked"]
    actions.tick_check(number, line_id=first, is_done=True, actor=cast.lead, at=AT)
    assert checks(number, cast) == [("Ask for the colour", cast.lead.name), ("Order it", "")]
    with witness.unmoved():
        actions.tick_check(number, line_id=first, is_done=True, actor=cast.agent, at=AT)
    actions.tick_check(number, line_id=first, is_done=False, actor=cast.agent, at=AT)
    actions.remove_check(number, line_id=first, actor=cast.agent, at=AT)
    assert checks(number, cast) == [("Order it", "")]
    with witness.refused(NotFound):
        actions.tick_check(number, line_id=first, is_done=True, actor=cast.agent, at=AT)


def test_what_is_no_line_of_a_checklist(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    for lines in ([], [" "], ["x" * 251], ["a\0"], ["x"] * 101):
        with witness.refused(Invalid):
            actions.add_checks(number, lines=lines, actor=cast.agent, at=AT)
    with witness.refused(NotAllowed):
        actions.add_checks(number, lines=["x"], actor=cast.requester, at=AT)


def test_a_line_of_other_work_is_not_there(cast: Cast, witness: Witness) -> None:
    number, other = opened(cast.requester), opened(cast.requester)
    (key,) = actions.add_checks(number, lines=["x"], actor=cast.agent, at=AT)
    with witness.refused(NotFound):
        actions.remove_check(other, line_id=key, actor=cast.agent, at=AT)


def test_a_task_has_its_own_checklist(cast: Cast, witness: Witness) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    (task,) = tasks_of(ordered(cast.requester))
    with witness.refused(WrongState):
        actions.add_checks(task.number, lines=["x"], actor=cast.agent, at=AT)
    assert not around(task.number, cast).has_checklist
    spend(task.number, cast)  # but time is spent on tasks, too
    assert around(task.number, cast).minutes == 30
