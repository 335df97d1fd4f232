"""Requests by programs: asked for, followed, talked about, steered, delivered and rated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import cast as people
from tests.bundles import publish, show
from tests.cast import FOUNDED, Cast, opened
from tests.interfaces.api.world import Caller, problem
from tests.ordered import ANSWERS, failing_diagram, offer_laptop, ordered, simple_diagram, tasks_of
from tests.unit.bpmn.drawing import call, end, flow, start, task, xml
from timshel.kernel.actor import Actor
from timshel.leadership.authority.access import PERMISSIONS
from timshel.operation.process.models import ProcessStep
from timshel.operation.task.actions import Completion, complete_task
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.service_portfolio.catalogue import actions as catalogue

LAPTOP = {"offering": "laptop-standard", "answers": ANSWERS}
KEY = {"Idempotency_Key": "3f0c"}
RUNNING = {"elapsed_seconds", "remaining_seconds"}


@pytest.fixture(autouse=True)
def _files_to_a_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIRECTORY = tmp_path


def caller(who: Actor) -> Caller:
    return Caller(people.token(who, PERMISSIONS))


def refusal(answer: Any, status: int) -> dict[str, Any]:
    """Return the problem document of an answer that has this status."""
    assert answer.status_code == status, answer.content
    return problem(answer)


def still(seen: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what runs on between two looks, while people work."""
    clocks = [
        {name: value for name, value in clock.items() if name not in RUNNING}
        for clock in seen["clocks"]
    ]
    assert clocks, "nothing promised"
    return {**seen, "clocks": clocks}


def steps_of(seen: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["element"], each["state"]) for each in seen["run"]["steps"]]


def waiting_step(number: str) -> int:
    """Return the key of the step at which somebody has to do something."""
    return ProcessStep.objects.get(run__work_item__number=number, state="waiting").pk


@pytest.fixture
def requester(cast: Cast) -> Caller:
    return caller(cast.requester)


@pytest.fixture
def agent(cast: Cast) -> Caller:
    return caller(cast.agent)


@pytest.fixture
def lead(cast: Cast) -> Caller:
    return caller(cast.lead)


@pytest.fixture
def number(cast: Cast) -> str:
    """A laptop with one task at the service desk."""
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    return ordered(cast.requester)


@pytest.fixture
def path(number: str) -> str:
    return f"/requests/{number}"


@pytest.fixture
def delivered(cast: Cast, number: str, path: str, agent: Caller) -> str:
    """The same, delivered a moment ago; returns where it is read."""
    (todo,) = tasks_of(number)
    agent.post(f"/tasks/{todo.number}/complete", {})
    return path


class TestOrdering:
    def test_what_is_asked_for_is_answered_in_full(self, cast: Cast, requester: Caller) -> None:
        offer_laptop(cast)
        answer = requester.ask("POST", "/requests", LAPTOP)
        assert answer.status_code == 201, answer.content
        made = json.loads(answer.content)
        assert answer.headers["ETag"] == f'"{made["version"]}"'
        assert made["number"].startswith("REQ")
        assert made["offering"]["code"] == "laptop-standard"
        assert (made["stage"], made["waiting_reason"]) == ("waiting", "approval")
        assert made["requester"] == {"id": cast.requester.person_id, "name": cast.requester.name}
        assert [(each["key"], each["value"]) for each in made["asked"]] == [
            ("model", "14 inches"),
            ("health", "A bad back"),
        ]
        (approval,) = made["approvals"]
        assert (approval["state"], approval["asked"]) == ("open", [cast.manager.name])
        assert made["run"]["state"] == "running"
        kept = ServiceRequest.objects.get(work_item__number=made["number"])
        assert kept.answers == ANSWERS
        assert still(requester.get(f"/requests/{made['number']}")) == still(made)

    def test_an_order_sent_again_is_not_made_again(self, cast: Cast, requester: Caller) -> None:
        offer_laptop(cast)
        first = requester.ask("POST", "/requests", LAPTOP, **KEY)
        again = requester.ask("POST", "/requests", LAPTOP, **KEY)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.content == again.content
        assert "Idempotent-Replayed" not in first.headers
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.headers["ETag"] == first.headers["ETag"]
        assert ServiceRequest.objects.count() == 1
        other = LAPTOP | {"answers": {"model": "16"}}
        refused = refusal(requester.ask("POST", "/requests", other, **KEY), 422)
        assert set(refused["errors"]) == {"Idempotency-Key"}
        requester.post("/requests", LAPTOP, status=201)
        assert ServiceRequest.objects.count() == 2

    def test_what_is_left_out_is_as_the_form_begins(self, cast: Cast, requester: Caller) -> None:
        fields = [
            {"key": "size", "type": "text", "label": "Size?", "required": True, "default": "M"},
            {"key": "colour", "type": "text", "label": "Colour?", "default": "red"},
        ]
        form = {
            "code": "coat",
            "title": "A coat",
            "steps": [{"key": "coat", "title": "A coat", "fields": fields}],
        }
        owner: dict[str, Any] = {"actor": cast.process_owner, "at": FOUNDED}
        catalogue.save_form_draft("coat", content=form, seen_revision=0, **owner)
        catalogue.publish_form("coat", **owner)
        show("laptop-dock", cast, form="coat")
        given = {"offering": "laptop-dock", "answers": {"colour": "blue"}}
        made = requester.post("/requests", given, status=201)
        assert [(each["key"], each["value"]) for each in made["asked"]] == [
            ("size", "M"),
            ("colour", "blue"),
        ]
        emptied = {"offering": "laptop-dock", "answers": {"size": ""}}
        refused = refusal(requester.ask("POST", "/requests", emptied), 422)
        assert list(refused["errors"]) == ["size"]

    @pytest.mark.parametrize(
        ("answers", "field"),
        [
            ({}, "model"),
            ({"model": "15"}, "model"),
            ({"model": ["14"]}, "model"),
            ({"model": "14", "health": "x" * 10_000}, "health"),
        ],
    )
    def test_a_wrong_answer_is_named_by_its_field(
        self, cast: Cast, requester: Caller, answers: dict[str, Any], field: str
    ) -> None:
        offer_laptop(cast)
        given = {"offering": "laptop-standard", "answers": answers}
        refused = refusal(requester.ask("POST", "/requests", given), 422)
        assert list(refused["errors"]) == [field]
        assert not ServiceRequest.objects.exists()

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"offering": ""},
            {"offering": "laptop-standard", "answers": ["14"]},
            {"offering": "laptop-standard", "colour": "red"},
            {"offering": "laptop-standard", "parts": "all"},
        ],
    )
    def test_what_is_no_order_is_refused(
        self, cast: Cast, requester: Caller, given: dict[str, Any]
    ) -> None:
        offer_laptop(cast)
        assert refusal(requester.ask("POST", "/requests", given), 422)["errors"]
        assert not ServiceRequest.objects.exists()

    def test_what_is_not_for_somebody_is_not_there(self, cast: Cast, requester: Caller) -> None:
        show("mail-box", cast, to=[{"unit": "materials"}])
        for code in ("mail-box", "unheard-of", "laptop-standard"):
            refusal(requester.ask("POST", "/requests", {"offering": code}), 404)
        assert not ServiceRequest.objects.exists()
        caller(cast.other_requester).post("/requests", {"offering": "mail-box"}, status=201)

    def test_for_somebody_else_by_who_may(
        self, cast: Cast, requester: Caller, agent: Caller
    ) -> None:
        offer_laptop(cast)
        given = LAPTOP | {"requester": "solveig.adeyemi"}
        assert refusal(requester.ask("POST", "/requests", given), 403)["code"] == "not_allowed"
        assert not ServiceRequest.objects.exists()
        made = agent.post("/requests", given, status=201)
        assert made["requester"]["id"] == cast.other_requester.person_id
        theirs = caller(cast.other_requester).get(f"/requests/{made['number']}")
        assert "withdraw" in theirs["possible"]
        unheard_of = agent.ask("POST", "/requests", LAPTOP | {"requester": "nobody.here"})
        refusal(unheard_of, 404)
        assert ServiceRequest.objects.count() == 1

    def test_a_token_without_the_right_orders_nothing(self, cast: Cast) -> None:
        offer_laptop(cast)
        weak = Caller(
            people.token(cast.requester, [each for each in PERMISSIONS if each != "request.order"])
        )
        refusal(weak.ask("POST", "/requests", LAPTOP), 403)
        assert not ServiceRequest.objects.exists()


class TestReading:
    def test_who_asked_sees_it_from_outside(self, requester: Caller, path: str) -> None:
        seen = requester.get(path)
        assert (seen["tasks"], seen["stage"]) == ([], "new")
        assert steps_of(seen) == [("start", "done"), ("prepare", "waiting")]
        assert set(seen["possible"]) == {"change", "reply", "withdraw"}

    def test_who_helps_sees_its_tasks(self, agent: Caller, number: str, path: str) -> None:
        seen = agent.get(path)
        (todo,) = tasks_of(number)
        assert [(each["number"], each["request"]) for each in seen["tasks"]] == [
            (todo.number, number)
        ]
        assert {"take", "note", "wait"} <= set(seen["possible"])
        assert not {"withdraw", "change", "cancel", "steer"} & set(seen["possible"])

    def test_a_step_that_is_not_told_is_for_helpers(
        self, cast: Cast, requester: Caller, agent: Caller
    ) -> None:
        offer_laptop(cast, diagram=simple_diagram(tells="false"), process="simple_laptop")
        path = f"/requests/{ordered(cast.requester)}"
        assert "prepare" not in dict(steps_of(requester.get(path)))
        assert dict(steps_of(agent.get(path)))["prepare"] == "waiting"

    @pytest.mark.parametrize("who", ["other_requester", "customer", "facilities_agent"])
    def test_for_others_it_is_not_there(self, cast: Cast, path: str, who: str) -> None:
        stranger = caller(getattr(cast, who))
        for address in (path, f"{path}/diagram"):
            refusal(stranger.ask("GET", address), 404)

    def test_other_numbers_are_no_requests(self, cast: Cast, lead: Caller, number: str) -> None:
        (todo,) = tasks_of(number)
        for other in (todo.number, opened(cast.requester), "REQ9999999"):
            for address in (f"/requests/{other}", f"/requests/{other}/diagram"):
                refusal(lead.ask("GET", address), 404)

    def test_its_diagram_is_read(self, requester: Caller, path: str) -> None:
        answer = requester.ask("GET", f"{path}/diagram")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xml")
        assert b'id="prepare"' in answer.content

    def test_what_is_confidential_is_for_those_who_work_on_it(
        self, cast: Cast, requester: Caller, agent: Caller, path: str
    ) -> None:
        for who in (requester, agent):
            assert [each["key"] for each in who.get(path)["asked"]] == ["model", "health"]
        for reader in (cast.auditor, cast.manager):
            answer = caller(reader).ask("GET", path)
            assert answer.status_code == 200
            assert [each["key"] for each in json.loads(answer.content)["asked"]] == ["model"]
            assert b"A bad back" not in answer.content


class TestTalking:
    def test_a_reply_is_read_by_both_sides(
        self, requester: Caller, agent: Caller, path: str
    ) -> None:
        asked = agent.post(f"{path}/replies", {"text": "Which?", "wait_for_requester": True})
        assert (asked["stage"], asked["waiting_reason"]) == ("waiting", "requester")
        said = requester.post(f"{path}/replies", {"text": "That one."})
        assert said["stage"] == "in_progress"
        conversation = [("public", False, "Which?"), ("public", True, "That one.")]
        for who in (requester, agent):
            assert [
                (each["audience"], each["by_requester"], each["text"])
                for each in who.get(path)["conversation"]
            ] == conversation

    def test_a_note_is_never_seen_by_who_asked(
        self, requester: Caller, agent: Caller, path: str
    ) -> None:
        noted = agent.post(f"{path}/notes", {"text": "Rather a difficult one."})
        assert [each["audience"] for each in noted["conversation"]] == ["internal"]
        answer = requester.ask("GET", path)
        assert json.loads(answer.content)["conversation"] == []
        assert b"difficult" not in answer.content
        refusal(requester.ask("POST", f"{path}/notes", {"text": "Me too."}), 403)
        assert len(agent.get(path)["conversation"]) == 1

    @pytest.mark.parametrize("what", ["replies", "notes"])
    def test_nothing_is_not_said(self, agent: Caller, path: str, what: str) -> None:
        assert "text" in refusal(agent.ask("POST", f"{path}/{what}", {"text": " "}), 422)["errors"]

    def test_a_reply_sent_again_is_said_once(self, requester: Caller, path: str) -> None:
        for _twice in range(2):
            said = requester.post(f"{path}/replies", {"text": "Hello?"}, **KEY)
            assert len(said["conversation"]) == 1


class TestWorking:
    def test_it_is_taken_waits_and_goes_on(self, cast: Cast, agent: Caller, path: str) -> None:
        assert agent.post(f"{path}/take")["assignee"]["name"] == cast.agent.name
        waits = agent.post(f"{path}/wait", {"reason": "supplier", "note": "Ordered there."})
        assert (waits["stage"], waits["waiting_reason"]) == ("waiting", "supplier")
        goes_on = agent.post(f"{path}/resume")
        assert (goes_on["stage"], goes_on["waiting_reason"]) == ("in_progress", None)
        assert refusal(agent.ask("POST", f"{path}/resume"), 409)["code"] == "wrong_state"

    def test_the_wait_for_an_approval_is_not_chosen(self, agent: Caller, path: str) -> None:
        answer = agent.ask("POST", f"{path}/wait", {"reason": "approval"})
        assert "reason" in refusal(answer, 422)["errors"]

    def test_it_is_given_to_a_member_of_a_team(self, cast: Cast, lead: Caller, path: str) -> None:
        given = {"team": "service-desk", "assignee_id": cast.second_agent.person_id}
        assert lead.post(f"{path}/assign", given)["assignee"]["name"] == cast.second_agent.name
        stranger = given | {"assignee_id": cast.facilities_agent.person_id}
        assert refusal(lead.ask("POST", f"{path}/assign", stranger), 422)["errors"]
        assert lead.get(path)["assignee"]["name"] == cast.second_agent.name

    def test_given_away_out_of_sight_there_is_nothing_to_show(
        self, agent: Caller, path: str
    ) -> None:
        answer = agent.ask("POST", f"{path}/assign", {"team": "facilities-desk"})
        assert (answer.status_code, answer.content) == (204, b"")
        refusal(agent.ask("GET", path), 404)

    def test_what_its_process_delivers_is_not_delivered_by_hand(
        self, agent: Caller, path: str
    ) -> None:
        answer = agent.ask("POST", f"{path}/fulfil", {"text": "Here."})
        assert refusal(answer, 409)["code"] == "wrong_state"

    def test_cancelling_needs_the_right_and_a_reason(
        self, agent: Caller, lead: Caller, number: str, path: str
    ) -> None:
        refusal(agent.ask("POST", f"{path}/cancel", {"reason": "No."}), 403)
        refused = refusal(lead.ask("POST", f"{path}/cancel", {"reason": ""}), 422)
        assert "reason" in refused["errors"]
        gone = lead.post(f"{path}/cancel", {"reason": "Ordered twice."})
        assert (gone["stage"], gone["outcome"]) == ("cancelled", "cancelled")
        assert gone["outcome_text"] == "Ordered twice."
        assert [each.stage for each in tasks_of(number)] == ["cancelled"]

    @pytest.mark.parametrize(
        ("deed", "given"),
        [
            ("take", None),
            ("assign", {}),
            ("wait", {"reason": "supplier"}),
            ("resume", None),
            ("fulfil", {"text": "Here."}),
            ("close", None),
            ("cancel", {"reason": "No."}),
            ("events", {"name": "parcel"}),
        ],
    )
    def test_who_asked_does_none_of_it(
        self, cast: Cast, requester: Caller, path: str, deed: str, given: Any
    ) -> None:
        before = requester.get(path)
        refusal(requester.ask("POST", f"{path}/{deed}", given), 403)
        stranger = caller(cast.other_requester)
        refusal(stranger.ask("POST", f"{path}/{deed}", given), 404)
        assert still(requester.get(path)) == still(before)


class TestOnesOwn:
    def test_it_is_withdrawn_by_who_asked(
        self, cast: Cast, requester: Caller, agent: Caller, number: str, path: str
    ) -> None:
        given = {"reason": "Found one."}
        refusal(agent.ask("POST", f"{path}/withdraw", given), 403)
        refusal(caller(cast.other_requester).ask("POST", f"{path}/withdraw", given), 404)
        gone = requester.post(f"{path}/withdraw", given)
        assert (gone["stage"], gone["outcome"]) == ("cancelled", "withdrawn")
        assert gone["outcome_text"] == "Found one."
        assert [each.stage for each in tasks_of(number)] == ["cancelled"]
        refusal(requester.ask("POST", f"{path}/withdraw", given), 409)

    def test_it_is_changed_and_begins_anew(
        self, requester: Caller, agent: Caller, number: str, path: str
    ) -> None:
        changed = {"answers": ANSWERS | {"model": "16"}}
        refusal(agent.ask("PUT", f"{path}/answers", changed), 403)
        wrong = requester.ask("PUT", f"{path}/answers", {"answers": {"model": "15"}})
        assert list(refusal(wrong, 422)["errors"]) == ["model"]
        answer = requester.ask("PUT", f"{path}/answers", changed)
        assert answer.status_code == 200, answer.content
        asked = {each["key"]: each["value"] for each in json.loads(answer.content)["asked"]}
        assert asked == {"model": "16 inches", "health": "A bad back"}
        assert [each.stage for each in tasks_of(number)] == ["cancelled", "new"]
        requester.post(f"{path}/withdraw", {})
        refusal(requester.ask("PUT", f"{path}/answers", {"answers": ANSWERS}), 409)


class TestSteering:
    @pytest.mark.parametrize(
        ("deed", "given"),
        [
            ("skip", {"reason": "In stock."}),
            ("repeat", {"element": "prepare", "reason": "Again."}),
            ("move", {"element": "end", "reason": "Done."}),
            ("retry", None),
        ],
    )
    def test_it_needs_the_right(
        self,
        cast: Cast,
        requester: Caller,
        agent: Caller,
        number: str,
        path: str,
        deed: str,
        given: Any,
    ) -> None:
        if deed == "skip":
            given = given | {"step_id": waiting_step(number)}
        before = agent.get(path)
        for who in (requester, agent):
            refusal(who.ask("POST", f"{path}/steps/{deed}", given), 403)
        refusal(caller(cast.other_requester).ask("POST", f"{path}/steps/{deed}", given), 404)
        assert still(agent.get(path)) == still(before)

    def test_a_step_is_left_out(self, lead: Caller, number: str, path: str) -> None:
        step = waiting_step(number)
        silent = lead.ask("POST", f"{path}/steps/skip", {"step_id": step, "reason": " "})
        assert "reason" in refusal(silent, 422)["errors"]
        given = {"step_id": step, "reason": "In stock."}
        gone_on = lead.post(f"{path}/steps/skip", given)
        assert (gone_on["stage"], gone_on["outcome"]) == ("resolved", "fulfilled")
        assert ("prepare", "skipped") in steps_of(gone_on)
        assert [each.stage for each in tasks_of(number)] == ["cancelled"]
        refusal(lead.ask("POST", f"{path}/steps/skip", given), 409)

    def test_a_step_of_another_request_is_not_there(
        self, cast: Cast, lead: Caller, path: str
    ) -> None:
        there = ordered(cast.requester)
        for step in (waiting_step(there), 999_999):
            given = {"step_id": step, "reason": "In stock."}
            refusal(lead.ask("POST", f"{path}/steps/skip", given), 404)
        assert lead.get(f"/requests/{there}")["stage"] == "new"
        assert [each.stage for each in tasks_of(there)] == ["new"]

    def test_it_goes_back_and_elsewhere(self, cast: Cast, lead: Caller) -> None:
        diagram = xml(
            start(),
            task("prepare", team="service-desk"),
            task("bring", team="service-desk"),
            end(),
            flow("start", "prepare"),
            flow("prepare", "bring"),
            flow("bring", "end"),
            process="two",
        )
        offer_laptop(cast, diagram=diagram, process="two")
        number = ordered(cast.requester)
        path = f"/requests/{number}/steps"
        early = lead.ask("POST", f"{path}/repeat", {"element": "bring", "reason": "Hm"})
        refusal(early, 404)
        complete_task(
            tasks_of(number)[0].number, completion=Completion(), actor=cast.agent, at=people.later()
        )
        back = lead.post(f"{path}/repeat", {"element": "prepare", "reason": "The wrong one."})
        assert [each for each in steps_of(back) if each[1] == "waiting"] == [("prepare", "waiting")]
        on = lead.post(f"{path}/move", {"element": "bring", "reason": "It was right."})
        assert [each for each in steps_of(on) if each[1] == "waiting"] == [("bring", "waiting")]
        open_tasks = [each["title"] for each in on["tasks"] if each["stage"] == "new"]
        assert open_tasks == ["Bring"]
        nowhere = lead.ask("POST", f"{path}/move", {"element": "nowhere", "reason": "Hm"})
        assert "element" in refusal(nowhere, 422)["errors"]

    def test_what_is_stuck_is_tried_again(self, cast: Cast, lead: Caller) -> None:
        offer_laptop(cast, diagram=failing_diagram(), process="failing_laptop")
        number = ordered(cast.requester)
        step = ProcessStep.objects.get(element="tell")
        step.state, step.attempts, step.trouble = "failed", 8, "Down."
        step.save()
        seen = lead.post(f"/requests/{number}/steps/retry")
        assert ("tell", "waiting") in steps_of(seen)
        step.refresh_from_db()
        assert (step.state, step.attempts, step.trouble) == ("waiting", 0, "")


class TestEvents:
    @pytest.fixture
    def parcel(self, cast: Cast) -> str:
        """A dock that waits for its parcel; returns where it is read."""
        diagram = xml(
            start(),
            call("rest", "wait_for_event", name="parcel"),
            task("prepare", team="service-desk"),
            end(),
            flow("start", "rest"),
            flow("rest", "prepare"),
            flow("prepare", "end"),
            process="parcels",
        )
        publish(diagram, "parcels", cast)
        show("laptop-dock", cast, process="parcels")
        return f"/requests/{ordered(cast.requester, offering='laptop-dock')}"

    def test_what_happens_lets_it_go_on_once(self, agent: Caller, parcel: str) -> None:
        other = agent.ask("POST", f"{parcel}/events", {"name": "letter"})
        assert refusal(other, 409)["code"] == "wrong_state"
        assert dict(steps_of(agent.get(parcel))) == {"start": "done", "rest": "waiting"}
        given = {"name": "parcel", "values": {"weight": 3}}
        gone_on = agent.post(f"{parcel}/events", given)
        assert steps_of(gone_on)[1:] == [("rest", "done"), ("prepare", "waiting")]
        assert [each["title"] for each in gone_on["tasks"]] == ["Prepare"]
        refusal(agent.ask("POST", f"{parcel}/events", given), 409)

    def test_where_nothing_waits_it_is_refused(self, agent: Caller, path: str) -> None:
        before = agent.get(path)
        answer = agent.ask("POST", f"{path}/events", {"name": "parcel"})
        assert refusal(answer, 409)["code"] == "wrong_state"
        assert still(agent.get(path)) == still(before)


class TestDelivered:
    def test_what_is_not_delivered_has_no_rating(self, requester: Caller, path: str) -> None:
        refusal(requester.ask("PUT", f"{path}/rating", {"rating": 5}), 409)
        for deed, given in (("confirm", None), ("reopen", {"reason": "No."})):
            refusal(requester.ask("POST", f"{path}/{deed}", given), 409)

    def test_it_is_rated_by_who_asked(
        self, requester: Caller, agent: Caller, delivered: str
    ) -> None:
        given = {"rating": 4, "comment": "Quick."}
        refusal(agent.ask("PUT", f"{delivered}/rating", given), 403)
        for rating in (0, 6, "good"):
            wrong = requester.ask("PUT", f"{delivered}/rating", {"rating": rating})
            assert "rating" in refusal(wrong, 422)["errors"]
        answer = requester.ask("PUT", f"{delivered}/rating", given)
        assert answer.status_code == 200, answer.content
        requester.ask("PUT", f"{delivered}/rating", {"rating": 5})
        seen = agent.get(delivered)
        assert (seen["rating"], seen["rating_comment"]) == (5, "")

    def test_it_is_confirmed_by_who_asked(
        self, requester: Caller, agent: Caller, delivered: str
    ) -> None:
        assert requester.get(delivered)["stage"] == "resolved"
        refusal(agent.ask("POST", f"{delivered}/confirm"), 403)
        assert requester.post(f"{delivered}/confirm")["stage"] == "closed"
        refusal(requester.ask("POST", f"{delivered}/confirm"), 409)

    def test_it_is_opened_again_and_delivered_by_hand(
        self, cast: Cast, requester: Caller, agent: Caller, delivered: str
    ) -> None:
        stranger = caller(cast.other_requester)
        refusal(stranger.ask("POST", f"{delivered}/reopen", {"reason": "Hm"}), 404)
        again = requester.post(f"{delivered}/reopen", {"reason": "The wrong one."})
        assert (again["stage"], again["outcome"], again["resolved_at"]) == ("in_progress", "", None)
        here = agent.post(f"{delivered}/fulfil", {"text": "The right one."})
        assert (here["stage"], here["outcome_text"]) == ("resolved", "The right one.")

    def test_it_is_closed_by_who_helps(
        self, requester: Caller, agent: Caller, delivered: str
    ) -> None:
        refusal(requester.ask("POST", f"{delivered}/close"), 403)
        closed = agent.post(f"{delivered}/close")
        assert (closed["stage"], closed["closed_at"] is None) == ("closed", False)
        refusal(agent.ask("POST", f"{delivered}/close"), 409)
