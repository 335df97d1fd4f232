"""Writing down calls and visits, and promising to call back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.calls import NUMBER, answered_call, line, logged, template
from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.witness import Witness
from timshel.context.people.models import Person
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.operation.call import actions, finding
from timshel.operation.call.actions import CallBackPromise, CallLog, LineContent, TemplateContent
from timshel.operation.call.models import Call, CallBack, CallTemplate, Line
from timshel.operation.call.queries import (
    call_back_list,
    call_list,
    call_view,
    callers_matching,
    calls_of_person,
    calls_of_work,
    due_count,
    person_calling,
    template_list,
)
from timshel.operation.call.queries.calls import CallFilters
from timshel.operation.work.access import find
from timshel.operation.work.models import Watcher
from timshel.resolution_fulfilment.incident.actions import resolve_incident

pytestmark = pytest.mark.django_db


def _log(**given: Any) -> CallLog:
    given.setdefault("began_at", later(2))
    given.setdefault("outcome", "nothing")
    given.setdefault("name", "Somebody")
    return CallLog(**given)


def _promise(**given: Any) -> CallBackPromise:
    given.setdefault("due_at", later(60))
    given.setdefault("reason", "The new screen")
    return CallBackPromise(**given)


def test_a_call_that_opens_a_case_and_solves_it(cast: Cast, witness: Witness) -> None:
    number = opened(cast.agent, at=later(5), requester_id=cast.requester.person_id, channel="phone")
    resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(5))
    log = _log(person_id=cast.requester.person_id, work=number, outcome="resolved")
    with witness.watching() as seen:
        made = actions.log_call(log, actor=cast.agent, at=later(5))
    assert seen.entry.verb == "call.logged"
    assert "calls" in seen.regions
    call = call_view(made.call_id, actor=cast.agent)
    assert (call.work, call.opened_work, call.outcome) == (number, True, "resolved")
    assert (call.caller, call.agent, call.talked) == (
        cast.requester.name,
        cast.agent.name,
        timedelta(minutes=3),
    )
    item = find(number, actor=cast.agent)
    assert f"work_item:{item.pk}" in seen.regions
    assert [row.id for row in calls_of_work(item.pk, actor=cast.agent)] == [made.call_id]
    assert calls_of_work(item.pk, actor=cast.requester) == ()
    rows = calls_of_person(cast.requester.person_id or 0, actor=cast.agent)
    assert [row.id for row in rows] == [made.call_id]


def test_a_second_call_about_a_case_did_not_open_it(cast: Cast) -> None:
    number = opened(cast.agent, at=later(5), requester_id=cast.requester.person_id)
    first = logged(cast.agent, at=later(5), work=number, outcome="logged")
    second = logged(cast.second_agent, at=later(9), work=number, outcome="added")
    third = logged(cast.agent, at=later(9), work=number, outcome="added")
    flags = Call.objects.filter(pk__in=[first, second, third]).order_by("pk")
    assert list(flags.values_list("opened_work", flat=True)) == [True, False, False]


def test_an_unknown_caller_is_written_down_by_name_and_number(cast: Cast) -> None:
    key = logged(cast.agent, name="Zuleika Nobody", number="01632 960 018")
    call = call_view(key, actor=cast.agent)
    assert (call.caller_id, call.caller, call.number) == (None, "Zuleika Nobody", "01632960018")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "person"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a", "number": "1\0"}, "number"),
        ({"person_id": 0}, "person"),
        ({"channel": "mail"}, "channel"),
        ({"direction": "up"}, "direction"),
        ({"began_at": later(6)}, "began_at"),
        ({"began_at": later(hours=-13)}, "began_at"),
        ({"note": "x" * 10_001}, "note"),
        ({"outcome": "gone"}, "outcome"),
        ({"outcome": "logged"}, "work"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, witness: Witness, given: dict[str, Any], field: str
) -> None:
    with witness.refused(Invalid) as caught:
        actions.log_call(_log(**given), actor=cast.agent, at=later(5))
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == {field}


def test_nothing_is_solved_that_is_not(cast: Cast, witness: Witness) -> None:
    number = opened(cast.requester)
    with witness.refused(Invalid):
        actions.log_call(_log(work=number, outcome="resolved"), actor=cast.agent, at=later(5))


def test_who_may_not_write_calls_down_does_not(cast: Cast, witness: Witness) -> None:
    for actor in (cast.requester, cast.manager, cast.auditor, cast.administrator):
        with witness.refused(NotAllowed):
            actions.log_call(_log(), actor=actor, at=later(5))
        with witness.refused(NotAllowed):
            actions.promise_call_back(_promise(name="A", number=NUMBER), actor=actor, at=later(5))


def test_work_and_calls_of_others_are_not_there(cast: Cast, witness: Witness) -> None:
    line()
    number = opened(cast.requester)
    key = answered_call()
    with witness.refused(NotFound):
        actions.log_call(
            _log(work=number, outcome="added"), actor=cast.facilities_agent, at=later(5)
        )
    with witness.refused(NotFound):
        actions.log_call(_log(call_id=key), actor=cast.facilities_agent, at=later(5))
    with witness.refused(NotFound):
        actions.link_call(key, work=number, actor=cast.facilities_agent, at=later(5))
    assert not call_list(CallFilters(), actor=cast.facilities_agent).items
    with pytest.raises(NotFound):
        call_view(key, actor=cast.facilities_agent)


def test_a_call_is_written_down_once(cast: Cast, witness: Witness) -> None:
    line()
    key = answered_call()
    actions.log_call(_log(call_id=key, began_at=AT), actor=cast.agent, at=later(5))
    with witness.refused(WrongState):
        actions.log_call(_log(call_id=key, began_at=AT), actor=cast.agent, at=later(5))


def test_a_call_is_tied_to_one_piece_of_work(cast: Cast, witness: Witness) -> None:
    line()
    key, number, other = answered_call(), opened(cast.requester), opened(cast.requester)
    with witness.watching() as seen:
        actions.link_call(key, work=number, actor=cast.agent, at=later(5))
    assert seen.entry.verb == "call.linked"
    with witness.unmoved():
        actions.link_call(key, work=number, actor=cast.agent, at=later(6))
    with witness.refused(WrongState):
        actions.link_call(key, work=other, actor=cast.agent, at=later(6))


def test_a_call_about_hidden_work_does_not_name_it(cast: Cast) -> None:
    line()
    number = opened(cast.requester, service="heating")
    key = logged(cast.facilities_agent, work=number, outcome="added")
    Call.objects.filter(pk=key).update(team=cast.teams["service-desk"])
    assert call_view(key, actor=cast.agent).work == ""
    assert call_view(key, actor=cast.facilities_agent).work == number
    item = find(number, actor=cast.facilities_agent)
    assert calls_of_work(item.pk, actor=cast.agent) == ()
    assert [row.id for row in calls_of_work(item.pk, actor=cast.facilities_agent)] == [key]


def test_a_call_about_watched_work_names_it(cast: Cast) -> None:
    number = opened(cast.requester, service="heating")
    key = logged(cast.facilities_agent, work=number, outcome="added")
    Call.objects.filter(pk=key).update(team=cast.teams["service-desk"])
    item = find(number, actor=cast.facilities_agent)
    Watcher.objects.create(work_item=item, person_id=cast.agent.person_id, at=AT)
    assert call_view(key, actor=cast.agent).work == number
    assert [row.id for row in calls_of_work(item.pk, actor=cast.agent)] == [key]


def test_a_call_back_is_promised_reminded_of_and_done(cast: Cast, witness: Witness) -> None:
    promise = _promise(person_id=cast.requester.person_id, number=NUMBER)
    made = actions.promise_call_back(promise, actor=cast.agent, at=later(5))
    (row,) = call_back_list("mine", actor=cast.agent, at=later(5)).items
    assert (row.id, row.name, row.number) == (made.call_back_id, cast.requester.name, NUMBER)
    assert not row.is_overdue
    assert due_count(actor=cast.agent, at=later(59)) == 0
    assert due_count(actor=cast.agent, at=later(60)) == 1
    assert call_back_list("team", actor=cast.second_agent, at=later(60)).items[0].is_overdue
    assert not call_back_list("team", actor=cast.facilities_agent, at=later(60)).items
    assert actions.remind_due_call_backs(at=later(59)) == 0
    assert actions.remind_due_call_backs(at=later(60)) == 1
    assert actions.remind_due_call_backs(at=later(61)) == 0
    with witness.watching() as seen:
        actions.finish_call_back(row.id, note="All well.", actor=cast.second_agent, at=later(62))
    assert seen.entry.verb == "call.call_back_finished"
    with witness.refused(WrongState):
        actions.finish_call_back(row.id, actor=cast.agent, at=later(63))
    (done,) = call_back_list("finished", actor=cast.agent, at=later(63)).items
    assert (done.state, done.note, done.attempts) == ("done", "All well.", 1)
    assert done.possible == frozenset()


def test_a_call_back_is_moved_missed_and_not_needed(cast: Cast, witness: Witness) -> None:
    made = actions.promise_call_back(
        _promise(name="A", number=NUMBER), actor=cast.agent, at=later(5)
    )
    key = made.call_back_id
    actions.remind_due_call_backs(at=later(60))
    with witness.refused(Invalid):
        actions.move_call_back(key, due_at=later(60), actor=cast.agent, at=later(60))
    actions.move_call_back(key, due_at=later(90), note="Not there", actor=cast.agent, at=later(61))
    assert actions.remind_due_call_backs(at=later(91)) == 1
    actions.miss_call_back(key, actor=cast.agent, at=later(92))
    with witness.refused(WrongState):
        actions.miss_call_back(key, actor=cast.agent, at=later(93))
    actions.cancel_call_back(key, actor=cast.agent, at=later(94))
    for again in (actions.finish_call_back, actions.miss_call_back, actions.cancel_call_back):
        with witness.refused(WrongState):
            again(key, actor=cast.agent, at=later(95))
    with witness.refused(NotFound):
        actions.finish_call_back(key, actor=cast.facilities_agent, at=later(95))


def test_what_nobody_touched_for_a_day_is_missed(cast: Cast) -> None:
    made = actions.promise_call_back(
        _promise(name="A", number=NUMBER), actor=cast.agent, at=later(5)
    )
    assert actions.miss_due_call_backs(at=later(60, hours=23)) == 0
    assert actions.miss_due_call_backs(at=later(60, hours=24)) == 1
    assert actions.miss_due_call_backs(at=later(60, hours=24)) == 0
    assert CallBack.objects.get(pk=made.call_back_id).state == "missed"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": ""}, "person"),
        ({"name": "A", "number": "none"}, "number"),
        ({"name": "A", "number": NUMBER, "reason": " "}, "reason"),
        ({"name": "A", "number": NUMBER, "due_at": AT}, "due_at"),
        ({"name": "A", "number": NUMBER, "due_at": later(days=91)}, "due_at"),
        ({"name": "A", "number": NUMBER, "agent_id": 0}, "agent"),
    ],
)
def test_a_promise_says_whom_when_where_and_why(
    cast: Cast, witness: Witness, given: dict[str, Any], field: str
) -> None:
    with witness.refused(Invalid) as caught:
        actions.promise_call_back(_promise(**given), actor=cast.agent, at=later(5))
    assert isinstance(caught.value, Invalid)
    assert field in caught.value.fields


def test_a_colleague_of_the_team_can_be_asked_to_call(cast: Cast) -> None:
    given = {"name": "A", "number": NUMBER, "agent_id": cast.second_agent.person_id}
    actions.promise_call_back(_promise(**given), actor=cast.agent, at=later(5))
    assert not call_back_list("mine", actor=cast.agent, at=later(5)).items
    assert len(call_back_list("mine", actor=cast.second_agent, at=later(5)).items) == 1


def test_a_caller_is_found_by_whatever_they_say(cast: Cast) -> None:
    Person.objects.filter(pk=cast.requester.person_id).update(phone="+44 (0)1632 960 018")
    number = opened(cast.requester, title="The laptop LT-20417 is slow")
    for text in (
        "imre cast",
        "imre.castellane@ald",
        "01632 960018",
        "0044 1632 960018",
        "960018",
        number,
        number.lower(),
        "LT-20417",
    ):
        found = callers_matching(text, actor=cast.agent)
        assert [row.id for row in found] == [cast.requester.person_id], text
    assert callers_matching("LT-20417", actor=cast.agent)[0].why == number
    assert callers_matching("LT-20417", actor=cast.facilities_agent) == ()
    assert callers_matching("x", actor=cast.agent) == ()
    with pytest.raises(NotAllowed):
        callers_matching("imre", actor=cast.requester)


def test_later_clauses_know_whose_something_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_finders", [])
    found = finding.Found(cast.requester.person_id or 0, "Laptop LT-1")
    finding.register(lambda text, _actor, _limit: [found] if text == "LT-1" else [])
    (row,) = callers_matching("LT-1", actor=cast.agent)
    assert (row.id, row.why) == (cast.requester.person_id, "Laptop LT-1")


def test_a_number_finds_only_who_has_it(cast: Cast) -> None:
    Person.objects.filter(pk=cast.requester.person_id).update(phone="01632 960018")
    Person.objects.filter(pk=cast.other_requester.person_id).update(phone="+1 5551632960018")
    assert [row.id for row in person_calling(NUMBER, actor=cast.agent)] == [
        cast.requester.person_id
    ]
    assert person_calling("anonymous", actor=cast.agent) == ()


def test_lines_and_templates_are_kept_by_who_keeps_the_organisation(
    cast: Cast, witness: Witness
) -> None:
    with witness.watching() as seen:
        line()
        template()
    assert seen.verbs == ["call.line_kept", "call.template_kept"]
    with witness.unmoved():
        line()
        template()
    line(is_active=False)
    assert not Line.objects.get().is_active
    CallTemplate.objects.update(translations={"fr": {"name": "Mot de passe"}})
    (row,) = template_list(language="fr")
    assert (row.name, row.service) == ("Mot de passe", "mail")
    for actor in (cast.agent, cast.lead):
        with witness.refused(NotAllowed):
            actions.keep_line("x", content=LineContent(name="X"), actor=actor, at=AT)
        with witness.refused(NotAllowed):
            content = TemplateContent(name="X", title="X")
            actions.keep_template("x", content=content, actor=actor, at=AT)


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "A", "channel": "mail"},
        {"name": "A", "team": "none"},
        {"name": "A", "answer_within": timedelta(0)},
        {"name": "A", "short_abandon": timedelta(hours=2)},
        {"name": "A", "number": "1\0"},
    ],
)
def test_a_line_that_cannot_be_is_refused(
    cast: Cast, witness: Witness, given: dict[str, Any]
) -> None:
    with witness.refused(Invalid):
        actions.keep_line("x", content=LineContent(**given), actor=SYSTEM, at=AT)
