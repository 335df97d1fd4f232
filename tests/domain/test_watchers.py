"""Who watches sees the work like its requester, and no note; what is confidential is not shared."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, FOUNDED, SYSTEM, Cast, actor, later, opened, person_id
from tests.incidents import row
from tests.ordered import offer_laptop, ordered, tasks_of
from tests.witness import Witness
from timshel.context.organization.queries import keys_by_code
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.events import subscribe
from timshel.kernel.search.sources import search
from timshel.leadership.authority.actions import grant_role
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.events import WatcherAdded
from timshel.operation.work.access import Following, find, following, may_see
from timshel.operation.work.models import Watcher, WorkItem
from timshel.resolution_fulfilment.incident import queries as incidents
from timshel.resolution_fulfilment.incident.actions import (
    change_incident,
    note_on_incident,
    reply_to_incident,
)
from timshel.service_portfolio.service.actions import set_confidential


def watch(number: str, who: Actor, by: Actor) -> Any:
    assert who.person_id is not None
    return actions.add_watcher(number, person_id=who.person_id, actor=by, at=later(1))


def make_confidential(service: str = "laptop", *, is_confidential: bool = True) -> None:
    set_confidential(service, is_confidential=is_confidential, actor=SYSTEM, at=AT)


def sees(number: str, who: Actor) -> bool:
    """Return whether somebody sees the work, having asked in every way there is."""
    item = row(number)
    seen = may_see(who, item)
    assert WorkItem.objects.visible_to(who).filter(pk=item.pk).exists() is seen
    listed = incidents.incident_list(incidents.IncidentFilters(), actor=who, at=later(5))
    assert (number in {line.number for line in listed.items}) is seen
    count = incidents.incident_count(incidents.IncidentFilters(), actor=who, at=later(5))
    assert count == len(listed.items)
    found = search(number, actor=who, at=later(5))
    assert any(hit.key == number for group in found.groups for hit in group.hits) is seen
    if seen:
        assert find(number, actor=who).pk == item.pk
    else:
        with pytest.raises(NotFound):
            find(number, actor=who)
    return seen


def reader_of(unit: str, code: str = "solveig.adeyemi") -> Actor:
    """Let somebody follow the cases of a unit."""
    grant_role(
        person_id(code),
        role="unit_reader",
        scope_kind="unit",
        scope_id=keys_by_code().units[unit],
        actor=SYSTEM,
        at=FOUNDED,
    )
    return actor(code)


def test_a_requester_shares_a_case_with_a_colleague(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    heard: list[WatcherAdded] = []
    subscribe(WatcherAdded, heard.append)
    assert not sees(number, cast.other_requester)
    with witness.watching() as seen:
        watch(number, cast.other_requester, cast.requester)
    assert seen.verbs == ["work.watched"]
    assert seen.entry.changes["watcher"][1]["name"] == cast.other_requester.name
    assert f"work_item:{row(number).pk}" in seen.regions
    (fact,) = heard
    assert (fact.number, fact.kind) == (number, "incident")
    assert fact.person_id == cast.other_requester.person_id
    assert fact.by_person_id == cast.requester.person_id
    assert sees(number, cast.other_requester)
    assert following(row(number), actor=cast.other_requester) is Following.WATCHED
    assert following(row(number), actor=cast.requester) is Following.OWN
    assert following(row(number), actor=cast.agent) is None
    assert not sees(number, cast.french_requester)


def test_watching_again_changes_nothing(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    watch(number, cast.other_requester, cast.requester)
    with witness.unmoved():
        assert watch(number, cast.other_requester, cast.requester) is None


def test_who_asked_follows_it_anyway(cast: Cast, witness: Witness) -> None:
    number = opened(cast.agent, requester_id=cast.requester.person_id)
    for who in (cast.requester, cast.agent):
        with witness.refused(Invalid):
            watch(number, who, cast.lead)


def test_who_may_add_whom(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    with witness.refused(NotFound):
        watch(number, cast.other_requester, cast.other_requester)
    with witness.refused(NotFound):
        watch(number, cast.facilities_agent, cast.facilities_agent)
    with witness.refused(NotAllowed):  # the manager sees it, and may only watch it
        watch(number, cast.other_requester, cast.manager)
    with witness.refused(Invalid):  # a contact of another house
        watch(number, cast.customer, cast.requester)
    with witness.refused(Invalid):
        actions.add_watcher(number, person_id=2**62, actor=cast.agent, at=AT)
    assert watch(number, cast.manager, cast.manager)
    assert watch(number, cast.customer, cast.agent)
    assert sees(number, cast.customer)
    with witness.refused(NotAllowed):  # a watcher shares it with nobody
        watch(number, cast.french_requester, cast.customer)


def test_a_watcher_never_sees_notes(cast: Cast) -> None:
    number = opened(cast.requester)
    note_on_incident(number, text="Hush hush", actor=cast.agent, at=later(1))
    reply_to_incident(number, text="We look at it", actor=cast.agent, at=later(2))
    watch(number, cast.other_requester, cast.requester)
    view = incidents.incident(number, actor=cast.other_requester, at=later(3))
    assert [each.text for each in view.conversation] == ["We look at it"]
    assert view.possible == frozenset()
    assert not view.may_read_notes
    assert "Hush" not in repr(view)
    assert "Hush" not in repr(incidents.case(number, actor=cast.other_requester, at=later(3)))
    found = search("hush", actor=cast.other_requester, at=later(3))
    assert [hit for group in found.groups for hit in group.hits] == []


def test_a_watcher_sees_no_tasks_and_nobody_watches_one(cast: Cast, witness: Witness) -> None:
    offer_laptop(cast)
    number = ordered(cast.requester)
    watch(number, cast.other_requester, cast.requester)
    assert may_see(cast.other_requester, row(number))
    tasks = tasks_of(number)
    for task in tasks:
        assert not may_see(cast.other_requester, task)
        with witness.refused(WrongState):
            watch(task.number, cast.other_requester, cast.process_owner)


def test_a_confidential_case_is_not_shared(cast: Cast, witness: Witness) -> None:
    make_confidential()
    number = opened(cast.requester)
    with witness.refused(NotAllowed):
        watch(number, cast.other_requester, cast.requester)
    assert watch(number, cast.other_requester, cast.agent)  # a helper decides
    assert sees(number, cast.other_requester)


def test_sharing_ends_where_the_service_is_found_confidential(cast: Cast) -> None:
    number = opened(cast.requester)
    watch(number, cast.other_requester, cast.requester)
    watch(number, cast.french_requester, cast.agent)
    make_confidential()
    assert not sees(number, cast.other_requester)
    assert sees(number, cast.french_requester)
    make_confidential(is_confidential=False)
    assert sees(number, cast.other_requester)


def test_sharing_ends_where_it_comes_to_a_confidential_service(cast: Cast) -> None:
    make_confidential("mail")
    number = opened(cast.requester, service=None)
    watch(number, cast.other_requester, cast.requester)
    assert sees(number, cast.other_requester)
    change_incident(
        number,
        changes={"service": "mail"},
        seen_version=row(number).version,
        actor=cast.process_owner,
        at=later(2),
    )
    assert not sees(number, cast.other_requester)


def test_a_helper_who_adds_whom_the_requester_added_makes_it_their_own(cast: Cast) -> None:
    number = opened(cast.requester)
    watch(number, cast.other_requester, cast.requester)
    assert watch(number, cast.other_requester, cast.agent) is None
    make_confidential()
    assert sees(number, cast.other_requester)


def unwatch(number: str, who: Actor, by: Actor) -> None:
    assert who.person_id is not None
    actions.remove_watcher(number, person_id=who.person_id, actor=by, at=later(3))


def test_watching_ends(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    watch(number, cast.other_requester, cast.requester)
    watch(number, cast.french_requester, cast.agent)
    with witness.refused(NotAllowed):
        unwatch(number, cast.french_requester, cast.other_requester)
    with witness.refused(NotAllowed):  # whom a helper added, a helper removes
        unwatch(number, cast.french_requester, cast.requester)
    with witness.watching() as seen:
        unwatch(number, cast.other_requester, cast.other_requester)
    assert seen.verbs == ["work.unwatched"]
    assert not sees(number, cast.other_requester)
    unwatch(number, cast.french_requester, cast.agent)
    assert not Watcher.objects.exists()
    with witness.unmoved():
        unwatch(number, cast.french_requester, cast.agent)


def test_fifty_are_enough(cast: Cast, witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timshel.operation.teamwork.actions.watching.MOST_WATCHERS", 1)
    number = opened(cast.requester)
    watch(number, cast.other_requester, cast.agent)
    with witness.refused(Invalid):
        watch(number, cast.french_requester, cast.agent)


def test_who_reads_the_cases_of_a_unit(cast: Cast) -> None:
    reader = reader_of("climate")
    number, mail = opened(cast.requester), opened(cast.french_requester, service="mail")
    other = opened(cast.customer)
    assert sees(number, reader)
    assert sees(mail, reader)
    assert not sees(other, reader)
    assert following(row(number), actor=reader) is Following.UNIT
    make_confidential()
    assert not sees(number, reader)
    assert sees(mail, reader)


def test_a_case_of_no_service_is_not_shared_within_the_unit(cast: Cast) -> None:
    number = opened(cast.requester, service=None)
    assert not sees(number, reader_of("climate"))


def test_a_reader_of_a_unit_reads_the_public_and_does_nothing(cast: Cast) -> None:
    number = opened(cast.requester)
    note_on_incident(number, text="Hush hush", actor=cast.agent, at=later(1))
    reply_to_incident(number, text="We look at it", actor=cast.agent, at=later(2))
    reader = reader_of("institute")
    case = incidents.case(number, actor=reader, at=later(3))
    assert [each.text for each in case.conversation] == ["We look at it"]
    assert case.possible == frozenset()
    assert "Hush" not in repr(case)
    for act in (
        lambda: reply_to_incident(number, text="x", actor=reader, at=later(3)),
        lambda: watch(number, cast.french_requester, reader),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert queries.around(number, actor=reader, at=later(3)).watchers == ()


def test_a_reader_of_a_unit_sees_no_tasks(cast: Cast) -> None:
    offer_laptop(cast)
    number = ordered(cast.requester)
    reader = reader_of("climate")
    assert may_see(reader, row(number))
    seen = WorkItem.objects.visible_to(reader)
    assert list(seen.values_list("kind", flat=True).distinct()) == ["service_request"]


def test_a_grant_for_everything_shares_every_unit(cast: Cast) -> None:
    code = "solveig.adeyemi"
    grant_role(
        person_id(code), role="unit_reader", scope_kind="everything", scope_id=None,
        actor=SYSTEM, at=FOUNDED,
    )  # fmt: skip
    number, outside = opened(cast.requester), opened(cast.customer)
    assert sees(number, actor(code))
    assert not sees(outside, actor(code))  # of no unit


def test_what_opens_the_case_costs_at_most_one_query_more(cast: Cast) -> None:
    number = opened(cast.requester)
    watch(number, cast.other_requester, cast.requester)
    item = row(number)
    for who, queries_taken in ((cast.requester, 0), (cast.agent, 0), (cast.other_requester, 1)):
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert may_see(who, item)
        assert len(taken) == queries_taken


def test_the_keys_are_read_once_and_found_by_index(cast: Cast) -> None:
    """The condition is ``id = ANY(ARRAY(…))``: a plan of its own, and an index for the rows."""
    sql, values = WorkItem.objects.visible_to(reader_of("climate")).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + sql, values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = on")
    assert "InitPlan" in plan
    assert "work_workitem_pkey" in plan
    assert "SubPlan" not in plan
