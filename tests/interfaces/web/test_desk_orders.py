"""Requests and tasks on the desk: one queue, their records, and all that can be done there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.agreements import ALWAYS, calendar, content, line, publish
from tests.cast import AT, Cast, actor, opened
from tests.interfaces.web.desk import browser_of, text_of, words_of
from tests.ordered import (
    failing_diagram,
    laptop_diagram,
    offer_laptop,
    ordered,
    simple_diagram,
    tasks_of,
)
from timshel.kernel.actor import Channel
from timshel.leadership.approval import actions as approvals
from timshel.leadership.approval.models import Approval
from timshel.operation.process.models import ProcessRun
from timshel.operation.task import actions as tasks
from timshel.operation.task.models import Task
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.queries.worklist import WorkFilters, work_list
from timshel.resolution_fulfilment.service_request import actions as requests


@pytest.fixture(autouse=True)
def offered(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIRECTORY = tmp_path


@pytest.fixture
def simple(cast: Cast) -> str:
    """A request with one open task of the service desk."""
    diagram = simple_diagram(outcomes="done,impossible")
    offer_laptop(cast, diagram=diagram, process="simple_laptop")
    return ordered(cast.requester)


def row(number: str) -> WorkItem:
    return WorkItem.objects.get(number=number)


def rows(answer: Any) -> list[tuple[str, str]]:
    """Kinds and numbers of the lines of a queue, in order."""
    assert answer.status_code == 200
    return re.findall(r'href="/desk/(\w+)/([A-Z]{3}\d+)(?:\?[^"]*)?" data-row', text_of(answer))


def post(browser: Client, address: str, **given: Any) -> Any:
    return browser.post(address, given)


def test_one_queue_lists_all_kinds_of_work(cast: Cast, simple: str) -> None:
    incident = opened(cast.requester)
    (task,) = tasks_of(simple)
    browser = browser_of(cast.agent)
    found = {("incidents", incident), ("requests", simple), ("tasks", task.number)}
    assert set(rows(browser.get("/desk/queues/all"))) == found
    assert rows(browser.get("/desk/queues/all?kind=task")) == [("tasks", task.number)]
    assert rows(browser.get("/desk/queues/all?kind=service_request")) == [("requests", simple)]
    assert rows(browser.get("/desk/queues/all?kind=incident")) == [("incidents", incident)]
    answer = browser.get("/desk/queues/all?kind=task")
    assert simple in words_of(answer)  # a task names the request that it is a part of
    assert 'aria-label="Task"' in text_of(answer)


def test_an_open_form_that_came_too_late_still_hears_of_changes(cast: Cast, simple: str) -> None:
    (task,) = tasks_of(simple)
    tasks.take_task(task.number, actor=cast.agent, at=AT)
    browser = browser_of(cast.agent)
    for form in (f"requests/{simple}/resume", f"tasks/{task.number}/take"):
        assert browser.get(f"/desk/{form}").status_code == 302
        answer = browser.get(f"/desk/{form}", headers={"Timshel-Live": "1"})
        assert answer.status_code == 200
        assert 'id="step-title"' not in text_of(answer)


def test_a_task_is_listed_in_the_readers_language(cast: Cast, simple: str) -> None:
    assert len(tasks_of(simple)) == 1
    french = replace(cast.agent, language="fr")
    page = work_list(WorkFilters(kinds=("task",)), actor=french, at=AT)
    assert [each.title for each in page.items] == ["Prepare (fr)"]


class TestTask:
    def test_the_page_says_what_to_do_and_for_whom(self, cast: Cast) -> None:
        number = approved_order(cast)
        (task,) = tasks_of(number)
        shown = words_of(browser_of(cast.agent).get(f"/desk/tasks/{task.number}"))
        for words in ("This is how.", "Battery charged", "Serial number", "14 inches", number):
            assert words in shown
        assert "A bad back" in shown  # confidential, and shown to those who work on it

    def test_it_is_taken_and_ticked_off_without_a_script(self, cast: Cast) -> None:
        (task,) = tasks_of(approved_order(cast))
        browser, page = browser_of(cast.agent), f"/desk/tasks/{task.number}"
        assert (
            post(browser, f"{page}/take", seen_version=row(task.number).version).status_code == 302
        )
        assert row(task.number).assignee_id == cast.agent.person_id
        assert post(browser, f"{page}/tick", position="0", done="1").status_code == 302
        assert Task.objects.get(pk=task.pk).checklist[0]["done_by"] == cast.agent.name
        post(browser, f"{page}/tick", position="0", done="0")
        assert Task.objects.get(pk=task.pk).checklist[0]["done_at"] is None
        assert post(browser, f"{page}/tick", position="9", done="1").status_code == 422
        assert post(browser, f"{page}/tick", position="x", done="1").status_code == 422

    def test_finishing_asks_for_the_form_and_the_whole_checklist(self, cast: Cast) -> None:
        number = approved_order(cast)
        (task,) = tasks_of(number)
        browser, page = browser_of(cast.agent), f"/desk/tasks/{task.number}"
        shown = {"form.answering.machine": "serial"}
        empty = post(browser, f"{page}/complete", outcome="done", **shown, **{"form.serial": ""})
        assert empty.status_code == 422
        typed = {**shown, "form.serial": "SN-1"}
        unticked = post(browser, f"{page}/complete", outcome="done", **typed)
        assert unticked.status_code == 422
        assert "tick off every line" in words_of(unticked)
        assert "SN-1" in text_of(unticked)
        for position in (0, 1):
            post(browser, f"{page}/tick", position=str(position), done="1")
        done = post(browser, f"{page}/complete", outcome="done", **typed)
        assert (done.status_code, row(task.number).stage) == (302, "closed")
        assert [each.title for each in tasks_of(number)] == ["Prepare", "Bring"]
        after = words_of(browser.get(page))
        assert "Finished: Done." in after
        assert "SN-1" in after

    def test_what_is_typed_is_kept_on_the_way(self, cast: Cast) -> None:
        (task,) = tasks_of(approved_order(cast))
        browser, page = browser_of(cast.agent), f"/desk/tasks/{task.number}/complete"
        saving = {"form.answering.machine": "serial", "answering": "save"}
        assert post(browser, page, **saving, **{"form.serial": "SN-"}).status_code == 204
        assert Task.objects.get(pk=task.pk).answers == {"serial": "SN-"}

    def test_another_end_needs_a_word(self, cast: Cast, simple: str) -> None:
        (task,) = tasks_of(simple)
        browser, page = browser_of(cast.agent), f"/desk/tasks/{task.number}/complete"
        refused = post(browser, page, outcome="impossible", comment="")
        assert refused.status_code == 422
        assert "Please say why" in words_of(refused)
        done = post(browser, page, outcome="impossible", comment="Sold out.")
        assert (done.status_code, row(task.number).stage) == (302, "closed")
        assert post(browser, page, outcome="done").status_code == 409

    def test_a_question_waits_for_the_requesters_answer(self, cast: Cast, simple: str) -> None:
        (task,) = tasks_of(simple)
        browser, page = browser_of(cast.agent), f"/desk/tasks/{task.number}"
        assert post(browser, f"{page}/ask", text="Which keyboard?").status_code == 302
        assert row(task.number).waiting_reason == "requester"
        assert "Which keyboard?" in words_of(browser.get(page))
        requests.reply_to_request(simple, text="Swiss.", actor=cast.requester, at=AT)
        assert row(task.number).stage == "in_progress"

    def test_who_only_reads_can_do_nothing(self, cast: Cast, simple: str) -> None:
        (task,) = tasks_of(simple)
        page = f"/desk/tasks/{task.number}"
        manager = browser_of(cast.auditor)
        assert manager.get(page).status_code == 200
        for verb in ("take", "wait", "ask", "complete"):
            given = {"text": "x", "reason": "requester", "outcome": "done"}
            assert manager.post(f"{page}/{verb}", given).status_code == 403, verb
        assert browser_of(cast.facilities_agent).get(page).status_code == 404

    def test_the_clock_is_explained(self, cast: Cast, simple: str) -> None:
        (task,) = tasks_of(simple)
        calendar("always", ALWAYS)
        promised = content(unit=None, services=(), calendar="always", targets=(line("fulfil", 9),))
        publish("everybody", promised)
        browser = browser_of(cast.agent)
        assert browser.get(f"/desk/tasks/{simple}/clocks/fulfil").status_code == 404
        answer = browser.get(f"/desk/requests/{simple}/clocks/fulfil")
        assert "Time to fulfil" in words_of(answer)
        assert browser.get(f"/desk/requests/{task.number}/clocks/fulfil").status_code == 404


def approved_order(cast: Cast) -> str:
    """A request whose approval was given: its first task waits."""
    offer_laptop(cast, diagram=laptop_diagram())
    number = ordered(cast.requester)
    approval = Approval.objects.get()
    seat = approval.seats.get()
    boss = actor(seat.person.code, Channel.PORTAL)
    approvals.decide_approval(approval.pk, decision="approved", comment="", actor=boss, at=AT)
    return number


class TestRequest:
    def test_the_page_shows_what_was_asked_and_how_far_it_is(self, cast: Cast) -> None:
        number = approved_order(cast)
        browser = browser_of(cast.agent)
        answer = browser.get(f"/desk/requests/{number}")
        shown = words_of(answer)
        for words in ("14 inches", "A bad back", "Prepare", "Approve"):
            assert words in shown
        assert f'data-address="/desk/work/{number}/diagram"' in text_of(answer)
        diagram = browser.get(f"/desk/work/{number}/diagram")
        assert diagram["Content-Type"] == "application/xml"
        assert b"bpmn:definitions" in diagram.content

    def test_it_is_answered_noted_and_assigned(self, cast: Cast, simple: str) -> None:
        browser, page = browser_of(cast.agent), f"/desk/requests/{simple}"
        assert post(browser, f"{page}/reply", text="On its way.").status_code == 302
        assert post(browser, f"{page}/note", text="Stock is low.").status_code == 302
        shown = words_of(browser.get(page))
        assert "On its way." in shown
        assert "Stock is low." in shown
        given = {"team": "service-desk", "assignee": cast.second_agent.person_id}
        assert browser.post(f"{page}/assign", given).status_code == 302
        assert row(simple).assignee_id == cast.second_agent.person_id

    def test_cancelling_says_what_is_lost(self, cast: Cast, simple: str) -> None:
        (task,) = tasks_of(simple)
        tasks.take_task(task.number, actor=cast.agent, at=AT)
        browser, page = browser_of(cast.lead), f"/desk/requests/{simple}/cancel"
        assert "Somebody has begun: Prepare." in words_of(browser.get(page))
        assert browser.post(page, {"reason": ""}).status_code == 422
        assert browser.post(page, {"reason": "Ordered twice."}).status_code == 302
        assert (row(simple).stage, row(task.number).stage) == ("cancelled", "cancelled")
        assert browser_of(cast.agent).post(page, {"reason": "No."}).status_code == 403

    def test_a_manager_steers_with_a_reason(self, cast: Cast) -> None:
        number = approved_order(cast)
        browser, page = browser_of(cast.lead), f"/desk/requests/{number}"
        assert "Skip a step" in words_of(browser.get(page))
        form = text_of(browser.get(f"{page}/skip"))
        (step,) = re.findall(r'<option value="(\d+)"', form)
        assert browser.post(f"{page}/skip", {"step": step, "reason": ""}).status_code == 422
        assert browser.post(f"{page}/skip", {"step": step, "reason": "Stock."}).status_code == 302
        assert [each.title for each in tasks_of(number)] == ["Prepare", "Bring"]
        given = {"element": "prepare", "reason": "Broken."}
        assert browser.post(f"{page}/repeat", given).status_code == 302
        moved = {"element": "bring", "reason": "Works after all."}
        assert browser.post(f"{page}/move", moved).status_code == 302
        assert "Broken." in words_of(browser.get(page))
        agent = browser_of(cast.agent)
        assert agent.post(f"{page}/move", moved).status_code == 403
        assert "Skip a step" not in words_of(agent.get(page))

    def test_what_is_stuck_is_listed_and_tried_again(self, cast: Cast) -> None:
        offer_laptop(cast, diagram=failing_diagram(), process="failing_laptop")
        number = ordered(cast.requester)
        run = ProcessRun.objects.get()
        run.steps.update(state="failed", trouble="The other side is away.")
        ProcessRun.objects.update(state="stuck", trouble="The other side is away.")
        owner = browser_of(cast.process_owner)
        shown = owner.get("/desk/troubles")
        assert number in words_of(shown)
        assert "The other side is away." in words_of(shown)
        assert "Try again" in words_of(browser_of(cast.lead).get(f"/desk/requests/{number}"))
        assert owner.post(f"/desk/troubles/{number}/retry").status_code == 302
        assert ProcessRun.objects.get().state == "running"
        assert "Nothing is stuck" in words_of(owner.get("/desk/troubles"))
