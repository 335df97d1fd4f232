"""Several reports of one thing become one, and what was merged goes on by itself again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.incidents import in_stage, own_row, row, upload
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.events import subscribe
from timshel.kernel.journal.models import Entry
from timshel.operation.teamwork import queries as teamwork
from timshel.operation.teamwork.actions import add_watcher
from timshel.operation.work.access import may_see
from timshel.operation.work.deeds import read_deed
from timshel.operation.work.handling import perform
from timshel.operation.work.models import Watcher
from timshel.operation.work.states import Stage
from timshel.operation.work.undoing import take_back
from timshel.relationship_agreement.service_level.models import Clock
from timshel.resolution_fulfilment.incident import actions, queries
from timshel.resolution_fulfilment.incident.events import IncidentMerged, IncidentUnmerged
from timshel.service_portfolio.service.actions import set_confidential


def merge(into: str, *numbers: str, cast: Cast, who: str = "agent") -> Any:
    return actions.merge_incidents(into, numbers=numbers, actor=getattr(cast, who), at=later(10))


def unmerge(number: str, cast: Cast, who: str = "agent") -> Any:
    return actions.unmerge_incident(number, actor=getattr(cast, who), at=later(20))


def test_many_are_merged_into_one(cast: Cast, witness: Witness) -> None:
    target, first = opened(cast.requester), opened(cast.other_requester)
    second = opened(cast.french_requester)
    heard: list[IncidentMerged] = []
    subscribe(IncidentMerged, heard.append)
    with witness.watching() as seen:
        merge(target.lower(), first, second, first, cast=cast)
    assert seen.verbs == ["incident.merged", "incident.merged", "incident.took_in"]
    assert [(fact.number, fact.target_number) for fact in heard] == [
        (first, target),
        (second, target),
    ]
    for number in (first, second):
        assert row(number).stage == Stage.CANCELLED
        assert own_row(number).resolution_code == "duplicate"
        links = teamwork.around(number, actor=cast.agent, at=later(11)).links
        assert [(link.kind, link.number) for link in links] == [("duplicate_of", target)]
    assert row(target).stage == Stage.NEW
    followers = {cast.other_requester.person_id, cast.french_requester.person_id}
    assert set(Watcher.objects.values_list("person_id", flat=True)) == followers
    assert may_see(cast.other_requester, row(target))


def test_what_was_said_is_read_from_the_target(cast: Cast, shelf: object) -> None:
    target = opened(cast.requester)
    source = opened(cast.other_requester, description="It hums", files=(upload("hum.png"),))
    actions.reply_to_incident(source, text="Since Monday", actor=cast.other_requester, at=later(1))
    actions.note_on_incident(source, text="Hush hush", actor=cast.agent, at=later(2))
    merge(target, source, cast=cast)
    found = queries.mergers(target, actor=cast.agent)
    (case,) = found.cases
    assert (case.number, case.description, case.requester) == (
        source,
        "It hums",
        cast.other_requester.name,
    )
    assert [each.text for each in case.conversation] == ["Since Monday"]
    assert [each.name for each in case.attachments] == ["hum.png"]
    assert "Hush" not in repr(found)
    assert queries.attachment(case.attachments[0].id, actor=cast.agent)
    # Whoever asked for the target does not read what another said of theirs.
    assert queries.mergers(target, actor=cast.requester).cases == ()
    own = queries.mergers(source, actor=cast.other_requester)
    assert (own.into, own.is_merged, own.may_unmerge) == (target, True, False)


def test_merging_again_changes_nothing(cast: Cast, witness: Witness) -> None:
    target, source = opened(cast.requester), opened(cast.other_requester)
    merge(target, source, cast=cast)
    with witness.unmoved():
        assert merge(target, source, cast=cast) == ()


@pytest.mark.parametrize("stage", [Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED])
def test_only_open_ones_are_merged(stage: Stage, cast: Cast, witness: Witness) -> None:
    done, fresh = in_stage(stage, cast), opened(cast.requester)
    with witness.refused(WrongState):
        merge(fresh, done, cast=cast)
    with witness.refused(WrongState):
        merge(done, fresh, cast=cast)


def test_what_cannot_be_merged(cast: Cast, witness: Witness) -> None:
    target, other = opened(cast.requester), opened(cast.requester)
    hidden = opened(cast.requester, service="heating")
    for numbers in ((), (" ",), (target,), (hidden,), ("INC9999999",), (other, "a\0")):
        with witness.refused(Invalid):
            merge(target, *numbers, cast=cast)
    with witness.refused(NotFound):
        merge(hidden, other, cast=cast)
    with witness.refused(NotAllowed):
        merge(target, other, cast=cast, who="requester")
    with witness.refused(NotAllowed):
        merge(target, other, cast=cast, who="manager")
    with witness.refused(Invalid):
        merge(target, *(f"INC{each:07d}" for each in range(51)), cast=cast)


def test_customers_are_kept_apart(cast: Cast, witness: Witness) -> None:
    target, outside = opened(cast.requester), opened(cast.customer)
    with witness.refused(Invalid):
        merge(target, outside, cast=cast)
    with witness.refused(Invalid):
        merge(outside, target, cast=cast)


def test_confidential_cases_stay_with_who_asked(cast: Cast, witness: Witness) -> None:
    set_confidential("laptop", is_confidential=True, actor=SYSTEM, at=AT)
    target, same, other = (
        opened(cast.requester),
        opened(cast.requester),
        opened(cast.other_requester),
    )
    with witness.refused(Invalid):
        merge(target, other, cast=cast)
    merge(target, same, cast=cast)
    assert not Watcher.objects.exists()


def test_one_that_is_refused_leaves_all_as_they_were(cast: Cast, witness: Witness) -> None:
    target, fine, done = (
        opened(cast.requester),
        opened(cast.requester),
        in_stage(Stage.RESOLVED, cast),
    )
    with witness.refused(WrongState):
        merge(target, fine, done, cast=cast)


def test_clocks_stop_with_the_merger(cast: Cast) -> None:
    target, source = opened(cast.requester), opened(cast.requester)
    before = clocks(source)
    assert "running" in before.values()
    merge(target, source, cast=cast)
    assert "running" not in clocks(source).values()
    unmerge(source, cast)
    assert clocks(source) == before


def clocks(number: str) -> dict[str, str]:
    return dict(Clock.objects.filter(work_item__number=number).values_list("kind", "state"))


@pytest.mark.parametrize("stage", [Stage.NEW, Stage.IN_PROGRESS, Stage.WAITING])
def test_a_merger_is_undone(stage: Stage, cast: Cast, witness: Witness) -> None:
    target, source = opened(cast.requester), in_stage(stage, cast, by=cast.other_requester)
    add_watcher(
        source, person_id=cast.french_requester.person_id or 0, actor=cast.agent, at=later(2)
    )
    add_watcher(target, person_id=cast.manager.person_id or 0, actor=cast.agent, at=later(2))
    before = row(source)
    heard: list[IncidentUnmerged] = []
    subscribe(IncidentUnmerged, heard.append)
    merge(target, source, cast=cast)
    assert Watcher.objects.filter(work_item=row(target)).count() == 3
    with witness.watching() as seen:
        unmerge(source, cast)
    assert seen.verbs == ["incident.unmerged", "incident.gave_back"]
    after = row(source)
    for field in ("stage", "waiting_reason", "supplier_id", "closed_at", "resolved_at"):
        assert getattr(after, field) == getattr(before, field)
    assert own_row(source).resolution_code is None
    watchers = Watcher.objects.filter(work_item=row(target))
    assert [each.person_id for each in watchers] == [cast.manager.person_id]
    assert teamwork.around(source, actor=cast.agent, at=later(21)).links == ()
    assert not may_see(cast.other_requester, row(target))
    with witness.refused(WrongState):
        unmerge(source, cast)
    merge(target, source, cast=cast)  # and merged again


def test_who_may_undo_a_merger(cast: Cast, witness: Witness) -> None:
    target, source = opened(cast.requester), opened(cast.other_requester)
    merge(target, source, cast=cast)
    for who in ("other_requester", "manager"):
        with witness.refused(NotAllowed):
            unmerge(source, cast, who)
    with witness.refused(NotFound):
        unmerge(source, cast, "facilities_agent")


def test_merging_is_a_deed(cast: Cast) -> None:
    target, source = opened(cast.requester), opened(cast.other_requester)
    perform(source, read_deed({"do": "merge", "into": target}), actor=cast.agent, at=AT)
    assert row(source).stage == Stage.CANCELLED


def test_a_message_becomes_a_case_of_its_own(cast: Cast, witness: Witness, shelf: object) -> None:
    number = opened(cast.requester, impact=2, offering="laptop-dock")
    said = actions.reply_to_incident(
        number, text="And my mail is slow", files=(upload("mail.png"),),
        actor=cast.requester, at=later(1),
    )  # fmt: skip
    with witness.watching() as seen:
        event = actions.split_incident(
            number,
            part=actions.SplitOff("Slow mail", comment_id=said.comment_id, service="mail"),
            actor=cast.agent,
            at=later(2),
        )
    assert seen.verbs == ["incident.opened", "incident.split"]
    view = queries.incident(event.number, actor=cast.process_owner, at=later(3))
    assert (view.title, view.description) == ("Slow mail", "And my mail is slow")
    assert (view.service_code, view.impact, view.offering_code) == ("mail", 2, "")
    assert view.requester_id == cast.requester.person_id
    assert [each.name for each in view.attachments] == ["mail.png"]
    old = queries.incident(number, actor=cast.agent, at=later(3))
    assert [each.text for each in old.conversation] == ["And my mail is slow"]
    links = teamwork.around(number, actor=cast.process_owner, at=later(3)).links
    assert [(link.kind, link.number) for link in links] == [("related", event.number)]


def test_a_split_keeps_service_and_offering(cast: Cast) -> None:
    number = opened(cast.requester, offering="laptop-dock")
    event = actions.split_incident(
        number,
        part=actions.SplitOff("Another", text="Something else"),
        actor=cast.agent,
        at=later(1),
    )
    view = queries.incident(event.number, actor=cast.agent, at=later(2))
    assert (view.service_code, view.offering_code) == ("laptop", "laptop-dock")
    assert view.description == "Something else"


def test_a_note_never_becomes_a_case(cast: Cast, witness: Witness) -> None:
    number, other = opened(cast.requester), opened(cast.requester)
    note = actions.note_on_incident(number, text="Hush", actor=cast.agent, at=later(1))
    reply = actions.reply_to_incident(other, text="Hello", actor=cast.agent, at=later(1))
    parts = (
        actions.SplitOff("x", comment_id=note.comment_id),
        actions.SplitOff("x", comment_id=reply.comment_id),
        actions.SplitOff("x", comment_id=2**62),
        actions.SplitOff("x"),
    )
    for part in parts:
        with witness.refused(Invalid):
            actions.split_incident(number, part=part, actor=cast.agent, at=later(2))
    with witness.refused(NotAllowed):
        actions.split_incident(
            number, part=actions.SplitOff("x", text="y"), actor=cast.requester, at=later(2)
        )
    assert Entry.objects.filter(verb="incident.split").count() == 0


def test_a_title_is_needed(cast: Cast) -> None:
    with pytest.raises(Invalid):
        actions.split_incident(
            opened(cast.requester),
            part=actions.SplitOff(" ", text="y"),
            actor=cast.agent,
            at=later(2),
        )


def test_a_merger_of_a_run_is_taken_back(cast: Cast) -> None:
    target, source = opened(cast.requester), opened(cast.other_requester)
    before = row(source).stage
    run = replace(cast.agent, origin="bulk:1")
    perform(source, read_deed({"do": "merge", "into": target}), actor=run, at=later(1))
    take_back(source, origin="bulk:1", actor=cast.agent, at=later(2))
    assert row(source).stage == before
    assert own_row(source).resolution_code is None
    assert not queries.mergers(source, actor=cast.agent).is_merged
    assert not may_see(cast.other_requester, row(target))
