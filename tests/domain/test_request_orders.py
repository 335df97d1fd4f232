"""Asking for something: what it writes, who may, for whom, and a bundle with its parts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bundles import JOINER, offer_bundle, show
from tests.cast import AT, FOUNDED, Cast, later, opened
from tests.ordered import ANSWERS, LAPTOP_FORM, offer_laptop, ordered, simple_diagram, tasks_of
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.operation.process.models import ProcessRun
from timshel.operation.task.actions import Completion, complete_task
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.service_request import actions
from timshel.resolution_fulfilment.service_request.actions import Order, Typed
from timshel.resolution_fulfilment.service_request.host import part_ended
from timshel.resolution_fulfilment.service_request.models import RequestDraft, ServiceRequest
from timshel.resolution_fulfilment.service_request.queries import (
    answers_to_repeat,
    request_case,
    request_record,
)
from timshel.service_portfolio.catalogue.actions import publish_form, save_form_draft

pytestmark = pytest.mark.django_db


def parts_of(number: str) -> list[str]:
    parts = ServiceRequest.objects.filter(work_item__parent__number=number).order_by("pk")
    return list(parts.values_list("offering__code", flat=True))


def finish(number: str, cast: Cast, **completion: Any) -> None:
    (task,) = tasks_of(number)
    complete_task(task.number, completion=Completion(**completion), actor=cast.agent, at=later(30))


def test_an_order_is_numbered_routed_and_begun(cast: Cast, witness: Witness) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    with witness.watching() as seen:
        event = actions.order(Order("laptop-standard", raw=ANSWERS), actor=cast.requester, at=AT)
    assert event.number.startswith("REQ")
    assert seen.verbs == ["service_request.opened", "task.opened"]
    assert [type(each).__name__ for each in seen.facts] == ["RequestOpened", "TaskOpened"]
    request = ServiceRequest.objects.get(work_item__number=event.number)
    assert request.answers == ANSWERS
    assert (request.form.number if request.form else 0, request.variant) == (1, "full")
    item = WorkItem.objects.get(number=event.number)
    assert (item.stage, item.team_id) == ("new", cast.teams["service-desk"])
    assert item.requester_id == cast.requester.person_id
    (task,) = tasks_of(event.number)
    assert (task.parent_id, task.team_id) == (item.pk, cast.teams["service-desk"])


@pytest.mark.parametrize(
    ("raw", "field"), [({}, "model"), ({"model": "15"}, "model"), ({"model": ["14"]}, "model")]
)
def test_wrong_answers_are_named_and_nothing_is_written(
    cast: Cast, witness: Witness, raw: dict[str, Any], field: str
) -> None:
    offer_laptop(cast)
    with witness.refused(Invalid) as caught:
        actions.order(Order("laptop-standard", raw=raw), actor=cast.requester, at=AT)
    assert isinstance(caught.value, Invalid)
    assert set(caught.value.fields) == {field}


@pytest.mark.parametrize(
    ("raw", "answers"),
    [
        ({}, {"model": "16", "health": "Fine"}),
        ({"model": "14"}, {"model": "14", "health": "Fine"}),
        ({"health": ""}, {"model": "16"}),  # emptied by the person, who wants it so
    ],
)
def test_what_is_left_out_is_as_the_form_begins(
    cast: Cast, raw: dict[str, Any], answers: dict[str, Any]
) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    (step,) = LAPTOP_FORM["steps"]
    begun = {"model": "16", "health": "Fine"}
    fields = [each | {"default": begun[each["key"]]} for each in step["fields"]]
    owner = {"actor": cast.process_owner, "at": FOUNDED}
    content = LAPTOP_FORM | {"steps": [step | {"fields": fields}]}
    save_form_draft("laptop", content=content, seen_revision=0, **owner)
    publish_form("laptop", **owner)
    event = actions.order(Order("laptop-standard", raw=raw), actor=cast.requester, at=AT)
    assert ServiceRequest.objects.get(work_item__number=event.number).answers == answers


def test_what_is_not_for_somebody_is_not_there(cast: Cast, witness: Witness) -> None:
    show("laptop-dock", cast, to=[{"unit": "climate"}])
    assert ordered(cast.requester, offering="laptop-dock")
    for actor, code in (
        (cast.other_requester, "laptop-dock"),
        (cast.customer, "laptop-dock"),
        (cast.requester, "mail-box"),
        (cast.requester, "unheard-of"),
        (cast.requester, "laptop\0"),
    ):
        with witness.refused(NotFound):
            actions.order(Order(code), actor=actor, at=AT)


def test_for_somebody_else_needs_the_right_and_their_entitlement(
    cast: Cast, witness: Witness
) -> None:
    show("laptop-dock", cast, to=[{"unit": "climate"}])
    theirs = {"requester_id": cast.requester.person_id}
    with witness.refused(NotAllowed):
        actions.order(Order("laptop-dock", **theirs), actor=cast.other_requester, at=AT)
    number = ordered(cast.agent, offering="laptop-dock", **theirs)
    view = request_case(number, actor=cast.requester, at=AT)
    assert (view.requester, view.opened_by) == ("Imre Castellane", "Jonas Okereke-Vale")
    assert request_case(number, actor=cast.agent, at=AT).number == number
    with witness.refused(NotFound):
        wanted = Order("laptop-dock", requester_id=cast.other_requester.person_id)
        actions.order(wanted, actor=cast.agent, at=AT)


def test_who_has_left_gets_nothing(cast: Cast, witness: Witness) -> None:
    show("laptop-dock", cast)
    with witness.refused(Invalid):
        actions.order(Order("laptop-dock", requester_id=999_999), actor=cast.agent, at=AT)


def test_an_offering_without_a_process_of_its_own_takes_the_usual_one(cast: Cast) -> None:
    show("laptop-dock", cast)
    number = ordered(cast.requester, offering="laptop-dock")
    run = ProcessRun.objects.select_related("process").get(work_item__number=number)
    assert run.process.code == "simple"
    assert [each.team_id for each in tasks_of(number)] == [cast.teams["service-desk"]]


def test_a_bundle_opens_its_chosen_parts_and_ends_with_the_last(
    cast: Cast, witness: Witness
) -> None:
    offer_bundle(cast)
    wanted = Order("heating-room", raw=JOINER, parts=["mail-box"])
    number = actions.order(wanted, actor=cast.requester, at=AT).number
    assert parts_of(number) == ["laptop-standard", "mail-box"]
    item = WorkItem.objects.get(number=number)
    view = request_case(number, actor=cast.requester, at=AT)
    assert [each.name for each in view.parts] == ["laptop-standard", "mail-box"]
    first, second = (each.number for each in view.parts)
    finish(first, cast)
    assert not part_ended(item.pk, at=later(31))
    finish(second, cast)
    assert part_ended(item.pk, at=later(32))
    with witness.unmoved():
        assert not part_ended(item.pk, at=later(33))
    view = request_case(number, actor=cast.requester, at=later(40))
    assert (view.stage, view.outcome) == ("resolved", "fulfilled")


@pytest.mark.parametrize(
    ("needs_mail", "chosen", "taken"),
    [
        (True, None, ["laptop-standard", "laptop-dock", "mail-box"]),
        (False, None, ["laptop-standard", "laptop-dock"]),
        (True, [], ["laptop-standard"]),
        # What is not meant for these answers is not taken, whatever a form sends.
        (False, ["mail-box", "heating-room"], ["laptop-standard"]),
    ],
)
def test_parts_are_chosen_left_out_and_conditional(
    cast: Cast, needs_mail: bool, chosen: list[str] | None, taken: list[str]
) -> None:
    offer_bundle(cast)
    raw = JOINER | {"needs_mail": needs_mail}
    wanted = Order("heating-room", raw=raw, parts=chosen)
    assert parts_of(actions.order(wanted, actor=cast.requester, at=AT).number) == taken


def test_a_part_that_the_requester_is_not_entitled_to_is_left_out(cast: Cast) -> None:
    offer_bundle(cast)
    from timshel.service_portfolio.catalogue import actions as catalogue

    rows = [{"unit": "materials"}]
    catalogue.set_entitlements("laptop-dock", rows=rows, actor=cast.process_owner, at=AT)
    wanted = Order("heating-room", raw=JOINER)
    number = actions.order(wanted, actor=cast.requester, at=AT).number
    assert parts_of(number) == ["laptop-standard", "mail-box"]


def test_withdrawing_a_bundle_takes_its_parts_along(cast: Cast, witness: Witness) -> None:
    offer_bundle(cast)
    wanted = Order("heating-room", raw=JOINER)
    number = actions.order(wanted, actor=cast.requester, at=AT).number
    first = request_case(number, actor=cast.requester, at=AT).parts[0].number
    finish(first, cast)
    with witness.watching() as seen:
        actions.withdraw_request(number, actor=cast.requester, at=later(60))
    assert sorted(seen.verbs) == ["service_request.cancelled"] * 3 + ["task.cancelled"] * 2
    outcomes = ServiceRequest.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["withdrawn", "fulfilled", "withdrawn", "withdrawn"]
    states = ProcessRun.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["cancelled", "ended", "cancelled", "cancelled"]


def test_a_draft_is_kept_as_typed_and_gone_with_the_order(cast: Cast, witness: Witness) -> None:
    offer_laptop(cast)
    typed = Typed({"model": "nonsense"}, step="machine")
    for at in (AT, later(1)):
        actions.save_request_draft("laptop-standard", typed=typed, actor=cast.requester, at=at)
    draft = RequestDraft.objects.get()
    assert (draft.raw, draft.started_at, draft.updated_at) == ({"model": "nonsense"}, AT, later(1))
    theirs = Typed({}, requester_id=cast.other_requester.person_id)
    with witness.refused(NotAllowed):
        actions.save_request_draft("laptop-standard", typed=theirs, actor=cast.requester, at=AT)
    huge = Typed({"model": "x" * 200_001})
    with witness.refused(Invalid):
        actions.save_request_draft("laptop-standard", typed=huge, actor=cast.requester, at=AT)
    with witness.unmoved():
        actions.discard_request_draft("laptop-standard", actor=cast.other_requester, at=AT)
        actions.discard_request_draft("laptop\0", actor=cast.requester, at=AT)
    ordered(cast.requester)
    assert not RequestDraft.objects.exists()


def test_an_earlier_request_is_asked_again_by_whom_it_was(cast: Cast) -> None:
    offer_laptop(cast)
    number = ordered(cast.requester)
    assert answers_to_repeat(number, actor=cast.requester) == ("laptop-standard", ANSWERS)
    for stranger in (cast.other_requester, cast.agent):
        with pytest.raises(NotFound):
            answers_to_repeat(number, actor=stranger)
    incident = opened(cast.requester)
    with pytest.raises(NotFound):
        answers_to_repeat(incident, actor=cast.requester)


def test_what_is_confidential_is_for_those_alone_who_work_on_it(cast: Cast) -> None:
    offer_laptop(cast)
    number = ordered(cast.requester)

    def labels(actor: Any) -> list[str]:
        return [each.key for each in request_record(number, actor=actor, at=AT).answers]

    assert labels(cast.agent) == ["model", "health"]
    assert labels(cast.requester) == ["model", "health"]
    assert labels(cast.manager) == ["model"]
    assert labels(cast.auditor) == ["model"]
