"""A request that is sent again is not done again, not even by two at the same moment."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.interfaces.api.world import World, problem
from timshel.operation.work.models import Attachment, Comment, WorkItem

REPORT = {"title": "Printer prints only in grey"}
KEY = {"Idempotency_Key": "3f0c"}


def test_the_first_answer_comes_again(world: World) -> None:
    first = world.ines.ask("POST", "/incidents", REPORT, **KEY)
    again = world.ines.ask("POST", "/incidents", REPORT, **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    for name in ("Location", "ETag", "Content-Type"):
        assert first.headers[name] == again.headers[name]
    assert WorkItem.objects.count() == 1


def test_without_a_key_or_with_another_it_is_done_again(world: World) -> None:
    for headers in ({}, {}, {"Idempotency_Key": "a"}, {"Idempotency_Key": "b"}):
        world.ines.post("/incidents", REPORT, status=201, **headers)
    assert WorkItem.objects.count() == 4


def test_keys_of_two_tokens_never_meet(world: World) -> None:
    world.ines.post("/incidents", REPORT, status=201, **KEY)
    world.omar.post("/incidents", REPORT, status=201, **KEY)
    assert WorkItem.objects.count() == 2


def test_a_key_used_for_something_else_is_refused(world: World) -> None:
    number = world.ines.post("/incidents", REPORT, status=201, **KEY)["number"]
    other = world.ines.ask("POST", "/incidents", {"title": "Another"}, **KEY)
    elsewhere = world.ines.ask("POST", f"/incidents/{number}/withdraw", **KEY)
    for answer in (other, elsewhere):
        assert answer.status_code == 422
        assert problem(answer)["errors"] == {
            "Idempotency-Key": ["This key was already used for another request."]
        }
    assert WorkItem.objects.count() == 1


def test_what_was_refused_may_be_sent_again(world: World) -> None:
    number = world.report()
    assert world.noor.ask("POST", f"/incidents/{number}/resume", **KEY).status_code == 409
    world.noor.post(f"/incidents/{number}/wait", {"reason": "supplier"})
    answer = world.noor.ask("POST", f"/incidents/{number}/resume", **KEY)
    assert answer.status_code == 200
    assert "Idempotent-Replayed" not in answer.headers


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_a_length(world: World, key: str) -> None:
    answer = world.ines.ask("POST", "/incidents", REPORT, Idempotency_Key=key)
    assert set(problem(answer)["errors"]) == {"Idempotency-Key"}


def test_moves_replies_and_files_are_done_once(world: World) -> None:
    number = world.report()
    for _time in range(2):
        world.noor.post(f"/incidents/{number}/take", Idempotency_Key="take")
        world.noor.post(
            f"/incidents/{number}/replies", {"text": "Hm."}, status=201, Idempotency_Key="reply"
        )
        data = {"audience": "public", "files": [SimpleUploadedFile("a.txt", b"abc")]}
        assert world.noor.attach(number, data, Idempotency_Key="file").status_code == 201
        changed = world.noor.ask(
            "PATCH",
            f"/incidents/{number}",
            {"title": "Colour is missing"},
            If_Match='"4"',
            Idempotency_Key="change",
        )
        assert changed.status_code == 200
    other = {"audience": "public", "files": [SimpleUploadedFile("a.txt", b"abd")]}
    answer = world.noor.attach(number, other, Idempotency_Key="file")
    assert set(problem(answer)["errors"]) == {"Idempotency-Key"}
    assert Comment.objects.count() == 2
    assert Attachment.objects.count() == 1
    assert world.noor.get(f"/incidents/{number}")["version"] == 5
