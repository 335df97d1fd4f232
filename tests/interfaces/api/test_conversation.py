"""Replies and notes are not confused; files go in whole and come out as harmless downloads."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.interfaces.api.world import World, problem
from timshel.operation.work.models import Attachment, Comment

EVIL = '<svg onload=alert(1)>\r\nX: y"; filename=x.html'


def upload(name: str = "screen.png", content: bytes = b"PNG", kind: str = "image/png") -> Any:
    return SimpleUploadedFile(name, content, content_type=kind)


def content(answer: Any) -> bytes:
    """Return what is downloaded; read to its end, which closes the file."""
    return b"".join(answer.streaming_content)


def test_a_reply_is_for_all_and_a_note_for_helpers(world: World) -> None:
    number = world.report()
    reply = world.noor.post(
        f"/incidents/{number}/replies",
        {"text": "Which floor?", "wait_for_requester": True},
        status=201,
    )
    assert (reply["audience"], reply["author"], reply["by_requester"]) == (
        "public",
        "Noor Haddad",
        False,
    )
    assert world.ines.get(f"/incidents/{number}")["waiting_reason"] == "requester"
    note = world.noor.post(f"/incidents/{number}/notes", {"text": "Old drum."}, status=201)
    assert note["audience"] == "internal"
    answer = world.ines.post(f"/incidents/{number}/replies", {"text": "Floor 2."}, status=201)
    assert answer["by_requester"] is True
    helper = world.noor.get(f"/incidents/{number}/conversation")["items"]
    assert [each["text"] for each in helper] == ["Which floor?", "Old drum.", "Floor 2."]
    requester = world.ines.get(f"/incidents/{number}/conversation")["items"]
    assert [each["text"] for each in requester] == ["Which floor?", "Floor 2."]
    assert world.ines.get(f"/incidents/{number}")["stage"] == "in_progress"


def test_without_the_right_nothing_is_said(world: World) -> None:
    number = world.report()
    note = world.ines.ask("POST", f"/incidents/{number}/notes", {"text": "x"})
    assert problem(note)["code"] == "not_allowed"
    for path in ("replies", "notes"):
        answer = world.omar.ask("POST", f"/incidents/{number}/{path}", {"text": "x"})
        assert problem(answer)["code"] == "not_found"
    assert Comment.objects.count() == 0


def test_a_finished_incident_takes_no_reply(world: World) -> None:
    number = world.report()
    world.ines.post(f"/incidents/{number}/withdraw")
    answer = world.ines.ask("POST", f"/incidents/{number}/replies", {"text": "x"})
    assert problem(answer)["code"] == "wrong_state"
    assert world.noor.post(f"/incidents/{number}/notes", {"text": "x"}, status=201)


@pytest.mark.parametrize("text", ["", "  ", "a\0", "\ud800", "x" * 50_001, None, 5])
@pytest.mark.parametrize("path", ["replies", "notes"])
def test_what_cannot_be_said_is_invalid(world: World, path: str, text: Any) -> None:
    number = world.report()
    document = problem(world.noor.ask("POST", f"/incidents/{number}/{path}", {"text": text}))
    assert set(document["errors"]) == {"text"}


class TestFiles:
    def test_a_file_goes_in_and_comes_out_whole(self, world: World) -> None:
        number = world.report()
        sent = bytes(range(256)) * 1000
        answer = world.ines.attach(
            number, {"audience": "public", "text": "See.", "files": [upload(content=sent)]}
        )
        assert answer.status_code == 201, answer.content
        said = json.loads(answer.content)
        (file,) = said["attachments"]
        assert (said["text"], file["name"], file["size"]) == ("See.", "screen.png", 256_000)
        got = world.noor.ask("GET", f"/attachments/{file['id']}")
        assert content(got) == sent
        assert got.headers["Content-Type"] == "image/png"
        assert got.headers["Content-Disposition"] == 'attachment; filename="screen.png"'
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"

    def test_what_a_browser_could_run_is_never_served_as_such(self, world: World) -> None:
        number = world.report()
        answer = world.ines.attach(
            number,
            {"audience": "public", "files": [upload(EVIL, b"<script>", "text/html")]},
        )
        (file,) = json.loads(answer.content)["attachments"]
        assert file["media_type"] == "application/octet-stream"
        got = world.ines.ask("GET", f"/attachments/{file['id']}")
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert got.headers["Content-Disposition"].startswith("attachment;")
        assert "\n" not in got.headers["Content-Disposition"]
        assert content(got)

    def test_a_file_of_a_note_is_for_helpers(self, world: World) -> None:
        number = world.report()
        answer = world.noor.attach(number, {"audience": "internal", "files": [upload()]})
        (file,) = json.loads(answer.content)["attachments"]
        for caller in (world.ines, world.omar):
            assert problem(caller.ask("GET", f"/attachments/{file['id']}"))["status"] == 404
        got = world.noor.ask("GET", f"/attachments/{file['id']}")
        assert got.status_code == 200
        assert content(got)

    @pytest.mark.parametrize(
        ("data", "fields"),
        [
            ({"audience": "public"}, {"files"}),
            ({"files": "text"}, {"audience", "files"}),
            ({"audience": "all"}, {"audience", "files"}),
        ],
    )
    def test_the_audience_is_never_guessed(
        self, world: World, data: dict[str, Any], fields: set[str]
    ) -> None:
        number = world.report()
        document = problem(world.noor.attach(number, data))
        assert set(document["errors"]) == fields
        document = problem(world.noor.attach(number, {"files": [upload()]}))
        assert set(document["errors"]) == {"audience"}
        assert Attachment.objects.count() == 0

    def test_too_large_too_many_and_empty_ones_are_refused(
        self, world: World, settings: Any
    ) -> None:
        number = world.report()
        settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
        settings.ATTACHMENTS_MAX_COUNT = 2
        large = upload(content=b"x" * (1024 * 1024 + 1))
        answer = world.ines.attach(number, {"audience": "public", "files": [large]})
        assert problem(answer)["detail"] == "A file may have at most 1 MB."
        assert answer.status_code == 413
        answer = world.ines.attach(number, {"audience": "public", "files": [upload()] * 3})
        assert set(problem(answer)["errors"]) == {"files"}
        empty = io.BytesIO()
        empty.name = "empty.txt"
        answer = world.ines.attach(number, {"audience": "public", "files": [empty]})
        assert set(problem(answer)["errors"]) == {"files"}
        many = {"audience": "public", "files": [upload(content=b"x") for _time in range(101)]}
        assert world.ines.attach(number, many).status_code == 413
        assert (Attachment.objects.count(), Comment.objects.count()) == (0, 0)

    def test_a_form_that_is_broken_is_malformed(self, world: World) -> None:
        number = world.report()
        answer = world.ines.client.generic(
            "POST",
            f"/api/v1/incidents/{number}/attachments",
            b"nonsense",
            content_type="multipart/form-data",
            headers={"Authorization": f"Bearer {world.ines.token}"},
        )
        assert problem(answer)["code"] == "malformed"

    @pytest.mark.parametrize("key", ["0", "x", "999999999", "9" * 30])
    def test_a_file_that_is_not_there_is_not_found(self, world: World, key: str) -> None:
        assert problem(world.noor.ask("GET", f"/attachments/{key}"))["code"] == "not_found"
