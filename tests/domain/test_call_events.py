"""What telephone systems tell of calls: in any order, twice, late, and still the same call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.calls import LINE, NUMBER, SOURCE, answered_call, line, logged, tell, told
from tests.cast import AT, SYSTEM, Cast, later
from tests.witness import Witness
from timshel.context.people.models import Person
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.kernel.journal.models import Entry
from timshel.operation.call.actions import (
    CallTold,
    forget_call_numbers,
    record_calls,
)
from timshel.operation.call.models import Call, CallEvent, Line
from timshel.operation.call.queries import call_list, call_view, unlogged_call
from timshel.operation.call.queries.calls import CallFilters

pytestmark = pytest.mark.django_db


def test_a_call_is_queued_answered_ended_and_wrapped(cast: Cast) -> None:
    line()
    call = call_view(answered_call(), actor=cast.agent)
    assert (call.stage, call.line, call.number) == ("wrapped", "Service desk", NUMBER)
    assert (call.agent_id, call.agent) == (cast.agent.person_id, cast.agent.name)
    assert call.waited == timedelta(seconds=8)
    assert call.talked == timedelta(seconds=120)
    assert call.wrapped_at == AT + timedelta(seconds=158)


def test_who_gives_up_was_not_answered(cast: Cast) -> None:
    line()
    keys = tell(told("queued", number=NUMBER), told("abandoned", 40))
    call = call_view(keys["call-1"], actor=cast.agent)
    assert (call.stage, call.waited) == ("abandoned", timedelta(seconds=40))
    assert (call.answered_at, call.ended_at) == (None, AT + timedelta(seconds=40))


def test_a_call_goes_from_one_to_the_next(cast: Cast) -> None:
    line()
    keys = tell(
        told("queued", number=NUMBER),
        told("answered", 5, agent="SIP/jonas.okereke-0000002a"),
        told("transferred", 60, agent="Agent/mirela.dobrescu"),
        told("hung_up", 90),
    )
    call = call_view(keys["call-1"], actor=cast.agent)
    assert (call.agent_id, call.transfers, call.stage) == (
        cast.second_agent.person_id,
        1,
        "ended",
    )


def test_an_agent_is_known_by_extension_and_a_stranger_stays_a_label(cast: Cast) -> None:
    line()
    Person.objects.filter(pk=cast.agent.person_id).update(phone="+44 1632 960 000 ext. 4711")
    keys = tell(
        told("answered", 1, agent="PJSIP/4711-0000002a"),
        told("answered", 1, call="call-2", agent="PJSIP/9999-0000002b"),
    )
    assert call_view(keys["call-1"], actor=SYSTEM).agent_id == cast.agent.person_id
    stranger = call_view(keys["call-2"], actor=SYSTEM)
    assert (stranger.agent_id, stranger.agent) == (None, "PJSIP/9999-0000002b")


def test_the_caller_is_whoever_alone_has_the_number(cast: Cast) -> None:
    line()
    Person.objects.filter(pk=cast.requester.person_id).update(phone="01632 960 018")
    keys = tell(told("queued", number="+44 (0)1632 960018"))
    assert call_view(keys["call-1"], actor=cast.agent).caller_id == cast.requester.person_id
    Person.objects.filter(pk=cast.other_requester.person_id).update(phone="+441632960018")
    keys = tell(told("queued", call="call-2", number=NUMBER))
    assert call_view(keys["call-2"], actor=cast.agent).caller_id is None


def test_telling_again_changes_nothing(cast: Cast, witness: Witness) -> None:
    line()
    things = [told("queued", number=NUMBER), told("answered", 8, agent="jonas.okereke")]
    with witness.watching() as seen:
        tell(*things)
    assert seen.verbs == ["call.told"]
    rows = list(Call.objects.values()), list(CallEvent.objects.values())
    done = record_calls(things, source=SOURCE, actor=SYSTEM, at=later(31))
    assert (done.new, done.known) == (0, 2)
    assert (list(Call.objects.values()), list(CallEvent.objects.values())) == rows
    assert Entry.objects.filter(verb="call.told").count() == 1


def test_the_journal_knows_no_number(cast: Cast) -> None:
    line()
    answered_call()
    logged(cast.agent, number=NUMBER, name="Zuleika Nobody")
    for entry in Entry.objects.filter(subject_kind="call"):
        assert "96001" not in str(entry.changes)
        assert "Zuleika" not in str(entry.changes)


def test_an_unknown_queue_becomes_a_line_that_only_who_sees_everything_sees(cast: Cast) -> None:
    keys = tell(told("queued", queue="q-new", number=NUMBER))
    assert Line.objects.get(code="q-new").team is None
    assert not call_list(CallFilters(), actor=cast.agent).items
    assert call_view(keys["call-1"], actor=cast.manager).line_code == "q-new"


def test_only_a_telephone_system_tells(cast: Cast, witness: Witness) -> None:
    for actor in (cast.requester, cast.agent, cast.lead, cast.administrator):
        with witness.refused(NotAllowed):
            record_calls([told("queued")], source=SOURCE, actor=actor, at=later(1))


@pytest.mark.parametrize(
    ("source", "thing", "field"),
    [
        ("PBX 1", told("queued"), "source"),
        ("pbx", told("rang"), "events.0.kind"),
        ("pbx", told("queued", call=" "), "events.0.external_id"),
        ("pbx", told("queued", call="x" * 121), "events.0.external_id"),
        ("pbx", told("queued", name="a\0"), "events.0.name"),
        ("pbx", told("queued", direction="up"), "events.0.direction"),
        ("pbx", told("queued", at=AT.replace(tzinfo=None)), "events.0.at"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    cast: Cast, witness: Witness, source: str, thing: CallTold, field: str
) -> None:
    with witness.refused(Invalid) as caught:
        record_calls([thing], source=source, actor=SYSTEM, at=later(1))
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == {field}


def test_neither_nothing_nor_too_much_is_told(cast: Cast, witness: Witness) -> None:
    for things in ([], [told("queued", second) for second in range(201)]):
        with witness.refused(Invalid):
            record_calls(things, source=SOURCE, actor=SYSTEM, at=later(1))


def test_a_late_event_undoes_what_seemed_so(cast: Cast) -> None:
    line()
    key = tell(told("queued"), told("hung_up", 60))["call-1"]
    assert call_view(key, actor=cast.agent).stage == "abandoned"
    tell(told("answered", 10, agent="jonas.okereke"))
    assert call_view(key, actor=cast.agent).stage == "ended"


def test_a_call_that_is_written_down_is_wrapped_up_by_that(cast: Cast) -> None:
    line()
    key = tell(
        told("queued", number=NUMBER),
        told("answered", 8, agent="jonas.okereke"),
        told("hung_up", 100),
    )["call-1"]
    found = unlogged_call(number=NUMBER, actor=cast.agent, at=later(4))
    assert found is not None
    assert found.id == key
    logged(cast.agent, call_id=key, at=later(4), began_at=AT)
    assert call_view(key, actor=cast.agent).wrapped_at == later(4)
    assert unlogged_call(number=NUMBER, actor=cast.agent, at=later(4)) is None
    tell(told("wrapped", 130))
    assert call_view(key, actor=cast.agent).wrapped_at == AT + timedelta(seconds=130)


def test_the_number_of_who_gave_up_is_forgotten_for_good(cast: Cast, settings: Any) -> None:
    settings.CALL_NUMBER_DAYS = 30
    line()
    gone = [told("queued", number=NUMBER, name="A"), told("abandoned", 40)]
    key = tell(*gone)["call-1"]
    other = answered_call(call="call-2")
    assert forget_call_numbers(at=AT + timedelta(days=30)) == 0
    assert forget_call_numbers(at=AT + timedelta(days=31)) == 1
    assert forget_call_numbers(at=AT + timedelta(days=31)) == 0
    tell(*gone, told("abandoned", 41, number=NUMBER), at=AT + timedelta(days=32))
    call = Call.objects.get(pk=key)
    assert (call.caller_number, call.caller_name) == ("", "")
    assert set(CallEvent.objects.filter(call=key).values_list("number", "name")) == {("", "")}
    assert Call.objects.get(pk=other).caller_number == NUMBER


_KINDS = ("queued", "answered", "transferred", "abandoned", "hung_up", "wrapped")
_THINGS = st.builds(
    lambda kind, seconds, agent, queue, number, name, direction: told(
        kind, seconds, agent=agent, queue=queue, number=number, name=name, direction=direction
    ),
    kind=st.sampled_from(_KINDS),
    seconds=st.integers(0, 5),
    agent=st.sampled_from(["", "jonas.okereke", "SIP/mirela.dobrescu-0000002a", "SIP/1"]),
    queue=st.sampled_from(["", LINE, "second"]),
    number=st.sampled_from(["", NUMBER, "4711"]),
    name=st.sampled_from(["", "A", "B"]),
    direction=st.sampled_from(["inbound", "inbound", "outbound"]),
)


def _state_after(batches: Sequence[Sequence[CallTold]]) -> dict[str, Any]:
    with transaction.atomic():
        for number, batch in enumerate(batches):
            tell(*batch, at=later(30 + number))
        call = Call.objects.values().get(external_id="call-1")
        events = CallEvent.objects.values_list("kind", "at", "queue", "agent", "number", "name")
        found = {**call, "id": None, "events": sorted(map(str, events))}
        transaction.set_rollback(True)
    return found


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), things=st.lists(_THINGS, min_size=1, max_size=7))
def test_the_same_things_make_the_same_call_in_any_order(
    cast: Cast, data: st.DataObject, things: list[CallTold]
) -> None:
    with transaction.atomic():
        line()
        line("second", team="workplace")
        at_once = _state_after([things])
        repeated = data.draw(st.lists(st.sampled_from(things), max_size=4))
        shuffled = data.draw(st.permutations([*things, *repeated]))
        assert _state_after([[each] for each in shuffled]) == at_once
        transaction.set_rollback(True)
