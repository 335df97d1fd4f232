"""Everything that goes wrong is told in one form, and tells nothing that it should not."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.interfaces.api.world import Caller, World, problem
from timshel.interfaces.api.v1 import teams


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1", "/api/v1/", "/api/v2/incidents", "/api/v1/incidents/", "/api/x/%00"],
)
def test_an_unknown_address_is_a_problem(world: World, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = Client().generic(method, path)
        assert problem(answer)["code"] == "not_found"


def test_a_wrong_method_names_the_right_ones(world: World) -> None:
    answer = world.ines.ask("DELETE", "/incidents")
    assert problem(answer)["code"] == "method_not_allowed"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}
    assert problem(world.ines.ask("POST", "/openapi.json"))["status"] == 405


def test_head_is_answered_like_get(world: World) -> None:
    answer = world.ines.ask("HEAD", "/teams")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff\xfe", b'{"title": }', b"[" * 100_000, b'{"title": ' + b"9" * 5000 + b"}"]
)
def test_a_body_that_is_not_json_is_malformed(world: World, raw: bytes) -> None:
    answer = world.ines.ask("POST", "/incidents", raw=raw)
    assert problem(answer)["code"] == "malformed"
    assert answer.status_code == 400


def test_wrong_fields_are_named_with_what_to_mend(world: World) -> None:
    body = {"impact": 4, "urgency": True, "symptom": "x" * 101, "severity": 1, "service_state": "x"}
    document = problem(world.ines.ask("POST", "/incidents", body))
    assert document["code"] == "invalid"
    assert document["errors"] == {
        "title": ["This is needed."],
        "impact": ["This must be at most 3."],
        "urgency": ["This must be a whole number."],
        "symptom": ["This must have at most 100 characters."],
        "severity": ["There is no such field."],
        "service_state": ["This must be one of 'down', 'degraded' or 'faulty'."],
    }


@pytest.mark.parametrize("body", [[], "x", 5, None, [{"title": "x"}]])
def test_another_shape_than_an_object_is_invalid(world: World, body: Any) -> None:
    answer = world.ines.ask("POST", "/incidents", raw=json.dumps(body).encode())
    assert problem(answer)["status"] == 422


def test_no_body_is_invalid(world: World) -> None:
    assert problem(world.ines.ask("POST", "/incidents"))["status"] == 422


def test_what_the_domain_refuses_names_the_fields_of_this_door(world: World) -> None:
    body = {"title": "x", "requester_id": 2**63 - 1}
    document = problem(world.noor.ask("POST", "/incidents", body))
    assert list(document["errors"]) == ["requester_id"]


def test_too_much_is_refused_before_it_is_read(world: World, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    answer = world.ines.ask("POST", "/incidents", raw=b"x" * (1024 * 1024 + 101))
    assert problem(answer)["code"] == "too_large"
    settings.ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = world.ines.ask("POST", "/incidents", raw=b"x" * 101)
    assert answer.status_code == 413


def test_a_body_without_a_length_is_not_taken_for_none(world: World) -> None:
    answer = world.ines.ask("POST", "/incidents", Transfer_Encoding="chunked")
    assert problem(answer)["code"] == "length_required"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(error: Exception) -> None:
        def fail(**_given: Any) -> Any:
            raise error

        monkeypatch.setattr(teams.organization, "team_list", fail)

    return use


def test_a_fault_tells_only_where_to_look(
    world: World, broken: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken(RuntimeError("password=hunter2"))
    world.ines.client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = world.ines.ask("GET", "/teams")
    document = problem(answer)
    assert document["code"] == "fault"
    assert b"hunter2" not in answer.content
    assert document["instance"].startswith("urn:uuid:")
    assert document["instance"] in caplog.text


def test_a_database_out_of_reach_is_no_fault_of_the_request(world: World, broken: Any) -> None:
    broken(OperationalError("no route to host 10.0.0.7"))
    answer = world.ines.ask("GET", "/teams")
    assert problem(answer)["code"] == "unavailable"
    assert answer.headers["Retry-After"] == "30"
    assert b"10.0.0.7" not in answer.content


def test_no_answer_may_be_used_again_unasked(world: World) -> None:
    # With a tag, a reader's own copy may be asked about; nobody else's, and never unasked.
    assert world.ines.ask("GET", "/teams").headers["Cache-Control"] == "private, no-cache"
    posted = world.ines.ask("POST", "/incidents", {"title": "It hums"})
    assert posted.headers["Cache-Control"] == "private, no-cache"
    assert Caller("").ask("GET", "/teams").headers["Cache-Control"] == "no-store"


def test_messages_are_translated_with_the_request(world: World) -> None:
    answer = world.ines.ask("GET", "/incidents/INC9999999", Accept_Language="fr")
    assert answer.headers["Content-Language"] == "fr"
