"""Many are ticked, told what to do, looked at before, watched, tried again and taken back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, opened
from tests.errands import run_errands
from tests.incidents import in_stage, row
from tests.interfaces.web.desk import browser_of, earlier, now, text_of, words_of
from timshel.operation.bulk.actions import do_items
from timshel.operation.bulk.models import Run, RunItem
from timshel.operation.macro.actions import MacroGiven, create_macro
from timshel.operation.work.models import Comment
from timshel.operation.work.states import Stage

pytestmark = pytest.mark.django_db
QUEUE = "/desk/queues/all"


@pytest.fixture
def agent(cast: Cast) -> Client:
    return browser_of(cast.agent)


def chosen(browser: Client, numbers: list[str], **more: Any) -> str:
    """Tick some in a queue; returns the address of the page that asks what to do."""
    answer = browser.post("/desk/bulk/choose", {"number": numbers, "view": "all", **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def begun(browser: Client, numbers: list[str], **given: Any) -> str:
    """Say what is to be done and begin; returns the address of the run."""
    address = chosen(browser, numbers)
    answer = browser.post(f"{address}/decide", given)
    assert answer["Location"] == f"{address}/look"
    assert browser.post(f"{address}/begin")["Location"] == address
    return address


def test_a_queue_has_a_bar_for_whoever_may_do_it(cast: Cast, agent: Client) -> None:
    opened(cast.requester, at=earlier())
    page = text_of(agent.get(QUEUE))
    assert 'formaction="/desk/bulk/choose"' in page
    assert page.count('name="number"') == 1
    assert 'formaction="/desk/bulk/choose"' not in text_of(browser_of(cast.manager).get(QUEUE))


def test_from_ticks_to_the_end_and_back(cast: Cast, agent: Client) -> None:
    numbers = [opened(cast.requester, title=f"Case {each}", at=earlier()) for each in range(2)]
    closed = in_stage(Stage.CANCELLED, cast)
    address = chosen(agent, [*numbers, closed])
    form = words_of(agent.get(address))
    assert "3 pieces of work" in form
    assert "Finished already: 1" in form
    given = {"urgency": "1", "reply": "The network is down.", "trigger": "start"}
    agent.post(f"{address}/decide", given)
    look = words_of(agent.get(f"{address}/look"))
    assert "Set Urgency: High" in look
    assert "This cannot be taken back: Reply to the requester" in look
    assert "It concerns 1 requester." in look
    assert row(numbers[0]).stage == Stage.NEW
    agent.post(f"{address}/begin")
    assert "0 of 3" in words_of(agent.get(address))
    run_errands(at=now())
    page = words_of(agent.get(address))
    assert "3 of 3" in page
    assert f"{closed} The screen stays black" in page
    assert "This is not possible in the present state." in page
    assert "Case 0" in words_of(agent.get(f"{address}?show=done"))
    assert row(numbers[0]).stage == Stage.IN_PROGRESS
    taken = agent.post(f"{address}/undo")["Location"]
    assert taken != address
    run_errands(at=now())
    assert "2 of 2" in words_of(agent.get(taken))
    assert "2 were put back since." in words_of(agent.get(address))
    assert row(numbers[0]).stage == Stage.NEW
    assert Comment.objects.filter(work_item__number=numbers[0]).count() == 1
    mine = words_of(agent.get("/desk/bulk"))
    assert "Taken back: Change properties, Move to another stage, Reply" in mine


def test_a_set_is_fixed_by_all_that_the_view_finds(cast: Cast, agent: Client) -> None:
    for each in range(3):
        opened(cast.requester, title=f"Case {each}", at=earlier())
    other = opened(cast.requester, title="Elsewhere", service="heating", at=earlier())
    view = {"view": "all?q=Case", "whole": "on"}
    address = chosen(agent, [], **view)
    assert "3 pieces of work" in words_of(agent.get(address))
    opened(cast.requester, title="Case 4", at=earlier())
    assert RunItem.objects.count() == 3
    assert not RunItem.objects.filter(number=other).exists()


def test_nothing_ticked_leads_back_with_a_word(agent: Client) -> None:
    answer = agent.post("/desk/bulk/choose", {"view": "mine"}, follow=True)
    assert answer.redirect_chain == [("/desk/queues/mine", 302)]
    assert "Please choose at least one." in words_of(answer)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Please say what is to be done."),
        ({"priority": "1"}, "Please say why this differs"),
        ({"give": "person"}, "Please fill this in."),
        ({"trigger": "resolve", "code": "fixed"}, "Please fill this in."),
        ({"trigger": "cancel"}, "Please say why."),
        ({"macro": "17"}, "Please choose one of the choices."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    cast: Cast, agent: Client, given: dict[str, str], said: str
) -> None:
    address = chosen(agent, [opened(cast.requester, at=earlier())])
    answer = agent.post(f"{address}/decide", {"note": "" if not given else "Kept.", **given})
    assert answer.status_code == 422
    assert said in words_of(answer)
    if given:
        assert "Kept." in text_of(answer)
    assert agent.get(f"{address}/look")["Location"] == address
    assert Run.objects.get().deeds == []


@pytest.mark.parametrize(
    ("given", "deeds"),
    [
        (
            {"give": "team", "team": "workplace"},
            [{"do": "assign", "team": "workplace", "assignee": None}],
        ),
        ({"give": "me"}, [{"do": "assign", "team": None, "assignee": "me"}]),
        ({"service": "-", "impact": "2"}, [{"do": "change", "impact": 2, "service": None}]),
        ({"parent": "-"}, [{"do": "change", "parent": None}]),
        (
            {"tags": "a, b", "untags": "c"},
            [{"do": "tag", "tags": ["a", "b"]}, {"do": "untag", "tags": ["c"]}],
        ),
        ({"watch": "on"}, [{"do": "watch", "person": "me"}]),
        (
            {"link_to": "INC0000001", "link_kind": "duplicate_of"},
            [{"do": "link", "to": "INC0000001", "kind": "duplicate_of"}],
        ),
        ({"merge_into": "INC0000001"}, [{"do": "merge", "into": "INC0000001"}]),
        ({"note": "Seen."}, [{"do": "note", "text": "Seen."}]),
    ],
)
def test_what_is_filled_in_becomes_deeds(
    cast: Cast, agent: Client, given: dict[str, str], deeds: list[dict[str, Any]]
) -> None:
    address = chosen(agent, [opened(cast.requester, at=earlier())])
    assert agent.post(f"{address}/decide", given)["Location"] == f"{address}/look"
    assert Run.objects.get().deeds == deeds
    assert agent.get(f"{address}/look").status_code == 200


def test_resolving_and_closing_is_one_choice(cast: Cast, agent: Client) -> None:
    number = opened(cast.requester, at=earlier())
    begun(agent, [number], trigger="resolve_and_close", code="fixed", text="It is back.")
    run_errands(at=now())
    assert row(number).stage == Stage.CLOSED


def test_a_macro_speaks_to_each_in_its_own_words(cast: Cast, agent: Client) -> None:
    steps = ({"do": "reply", "texts": {"en": "Hello {{requester.name}}"}},)
    given = MacroGiven(name="Greet", audience="everyone", steps=steps)
    macro_id = create_macro(given, actor=cast.process_owner, at=earlier(3))
    numbers = [opened(each, at=earlier()) for each in (cast.requester, cast.other_requester)]
    address = begun(agent, numbers, macro=str(macro_id))
    run_errands(at=now())
    said = Comment.objects.order_by("id").values_list("text", flat=True)
    assert len(set(said)) == 2
    assert "Greet" in words_of(agent.get(address))


def test_it_is_stopped_and_goes_on(cast: Cast, agent: Client) -> None:
    numbers = [opened(cast.requester, at=earlier()) for _ in range(3)]
    address = begun(agent, numbers, note="Seen.")
    run_id = int(address.rpartition("/")[2])
    do_items(run_id, at=now(), limit=1)
    assert ">Stop<" in re.sub(r"<svg.*?</svg>", "", text_of(agent.get(address)), flags=re.S)
    agent.post(f"{address}/stop")
    run_errands(at=now())
    assert "Go on with those that are left" in words_of(agent.get(address))
    agent.post(f"{address}/retry")
    run_errands(at=now())
    assert Comment.objects.count() == 3
    refused = agent.post(f"{address}/stop", follow=True)
    assert "This is not under way." in words_of(refused)


def test_it_is_nobody_elses(cast: Cast, agent: Client) -> None:
    address = begun(agent, [opened(cast.requester, at=earlier())], note="Seen.")
    other = browser_of(cast.second_agent)
    assert other.get(address).status_code == 404
    for verb in ("decide", "begin", "stop", "retry", "undo"):
        assert other.post(f"{address}/{verb}").status_code == 404
    assert browser_of(cast.manager).get(address).status_code == 403
