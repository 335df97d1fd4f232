"""Notes and photos of audits through the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.audits import running
from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program
from tests.pictures import PLACE, png

pytestmark = pytest.mark.django_db


def test_notes_and_photos_are_kept_and_taken_away(cast: Cast) -> None:
    at = f"/audits/{running(cast)}"
    program = Program(cast.auditor)
    made = program.ask("POST", f"{at}/notes", {"text": "Seen."}, status=201)
    assert made["notes"][0]["text"] == "Seen."
    change = {"text": "Seen twice.", "revision": 1}
    assert program.ask("PUT", f"{at}/notes/1", change)["notes"][0]["revision"] == 2
    program.ask("PUT", f"{at}/notes/1", {**change, "text": "Other"}, status=409)
    headers = {"Authorization": f"Bearer {program._token}"}
    for content, status in ((png(), 201), (b"<svg/>", 422)):
        sent = {"note": "1", "file": SimpleUploadedFile("door.png", content)}
        answer = Client().post(f"/api/v1{at}/photos", sent, headers=headers)
        assert answer.status_code == status, answer.content
    assert len(program.ask("GET", f"{at}/fieldwork")["photos"]) == 1
    shown = Client().get(f"/api/v1{at}/photos/1", headers=headers)
    assert PLACE not in b"".join(shown.streaming_content)  # type: ignore[attr-defined]
    program.ask("POST", f"{at}/photos/1/remove", {"reason": ""}, status=422)
    gone = program.ask("POST", f"{at}/photos/1/remove", {"reason": "A face."})
    assert gone["photos"] == []
    Program(cast.process_owner).ask("POST", f"{at}/notes", {"text": "x"}, status=403)
    Program(cast.requester).ask("GET", f"{at}/fieldwork", status=404)
