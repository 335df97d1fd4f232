"""Fieldwork of auditors as they meet it: notes, answers and photos, by hand and by the script."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.audits import running
from tests.cast import Cast, later
from tests.interfaces.web.desk import browser_of, text_of
from tests.pictures import PLACE, png
from timshel.performance_evaluation.internal_audit import actions
from timshel.performance_evaluation.internal_audit.models import (
    AuditQuestion,
    FieldNote,
    FieldPhoto,
)

pytestmark = pytest.mark.django_db
SCRIPT: dict[str, Any] = {"headers": {"Timshel-Fieldwork": "1"}}


def picture(name: str = "door.png", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or png(), "image/png")


def test_notes_and_photos_are_kept_shown_and_taken_away(cast: Cast) -> None:
    home = f"/governance/audits/{running(cast)}"
    auditor = browser_of(cast.auditor)
    page = text_of(auditor.get(f"{home}/fieldwork"))
    assert 'capture="environment"' in page
    note = {"text": "The door was open.", "spoken_with": "A clerk", "key": "abc"}
    for _again in range(2):
        sent = {**note, "photos": [picture(), picture("no.svg", b"<svg/>")]}
        assert auditor.post(f"{home}/notes/new", sent, follow=True).status_code == 200
    assert (FieldNote.objects.count(), FieldPhoto.objects.count()) == (1, 1)
    more = {"about": "question-1", "caption": "The door", "key": "k", "photos": [picture()]}
    assert auditor.post(f"{home}/photos", more).status_code == 302
    bad = {**more, "key": "l", "photos": [picture("no.svg", b"<svg/>")]}
    assert "no.svg" in text_of(auditor.post(f"{home}/photos", bad, follow=True))
    for path in ("/fieldwork", "", "/report"):
        assert f"{home}/photos/2" in text_of(auditor.get(home + path))
    shown = auditor.get(f"{home}/photos/2")
    content = b"".join(shown.streaming_content)  # type: ignore[attr-defined]
    assert shown.headers["Content-Type"] == "image/png"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert PLACE not in content
    assert auditor.get(f"{home}/photos/2/remove").status_code == 200
    assert auditor.post(f"{home}/photos/2/remove", {"reason": ""}).status_code == 422
    assert auditor.post(f"{home}/photos/2/remove", {"reason": "A face."}).status_code == 302
    assert auditor.get(f"{home}/photos/2").status_code == 404
    assert auditor.post(f"{home}/report", {"conclusion": "Good."}).status_code == 302
    assert auditor.post(f"{home}/photos/1/remove", {"reason": "Late."}).status_code == 422
    assert "SHA-256" in text_of(auditor.get(f"{home}/report"))
    assert auditor.get(f"{home}/report/pdf").status_code == 200
    assert auditor.get(f"{home}/fieldwork").status_code == 403


def test_what_was_typed_stays_and_what_is_stored_is_shown(cast: Cast) -> None:
    home = f"/governance/audits/{running(cast)}"
    auditor = browser_of(cast.auditor)
    assert auditor.get(f"{home}/notes/new").status_code == 200
    refused = auditor.post(f"{home}/notes/new", {"text": "", "spoken_with": "A clerk"})
    assert (refused.status_code, "A clerk" in text_of(refused)) == (422, True)
    auditor.post(f"{home}/notes/new", {"text": "First"})
    assert "First" in text_of(auditor.get(f"{home}/notes/1"))
    auditor.post(f"{home}/notes/1", {"text": "Second", "revision": "1"})
    late = auditor.post(f"{home}/notes/1", {"text": "Third", "revision": "1"})
    assert late.status_code == 422
    assert all(each in text_of(late) for each in ("Second", "Third", "meanwhile"))


def test_a_script_is_told_what_was_kept_and_what_is_stored(cast: Cast) -> None:
    home = f"/governance/audits/{running(cast)}"
    auditor = browser_of(cast.auditor)
    said = {"answer": "conforms", "notes": "Seen.", "revision": "1"}
    for _again in range(2):
        kept = auditor.post(f"{home}/questions/1", said, **SCRIPT)
        assert (kept.status_code, kept.json()["revision"]) == (200, 2)
    late = auditor.post(f"{home}/questions/1", {**said, "notes": "Other."}, **SCRIPT)
    assert late.status_code == 409
    assert late.json()["stored"]["notes"] == "Seen."
    assert AuditQuestion.objects.get(position=1).notes == "Seen."
    wrong = auditor.post(f"{home}/questions/2", {"revision": "1"}, **SCRIPT)
    assert (wrong.status_code, wrong.json()["stored"]) == (422, None)
    note = {"text": "Seen.", "key": "abc", "photos": [picture()]}
    assert auditor.post(f"{home}/notes/new", note, **SCRIPT).status_code == 200
    bad = {"about": "note-1", "key": "x", "photos": [picture("no.svg", b"<svg/>")]}
    refused = auditor.post(f"{home}/photos", bad, **SCRIPT)
    assert (refused.status_code, "no.svg" in refused.json()["message"]) == (422, True)


def test_others_stay_out(cast: Cast) -> None:
    home = f"/governance/audits/{running(cast)}"
    actions.write_note(home.rsplit("/", 1)[1], text="Seen.", actor=cast.auditor, at=later())
    paths = ("fieldwork", "notes/new", "notes/1", "photos/1", "photos/1/remove")
    stranger, manager = browser_of(cast.requester), browser_of(cast.process_owner)
    assert {stranger.get(f"{home}/{each}").status_code for each in paths} <= {403, 404}
    assert manager.get(f"{home}/fieldwork").status_code == 403
    assert manager.post(f"{home}/notes/1", {"text": "x", "revision": "1"}).status_code == 403
    sent = {"about": "note-1", "photos": [picture()]}
    assert manager.post(f"{home}/photos", sent).status_code == 403
    assert browser_of(cast.auditor).post(f"{home}/photos", {"about": "x"}).status_code == 404
    assert not FieldPhoto.objects.exists()


def test_ten_notes_take_no_more_questions_than_three(cast: Cast) -> None:
    number = running(cast)
    auditor = browser_of(cast.auditor)
    counts = []
    for many in (3, 7):
        for _each in range(many):
            actions.write_note(number, text="Seen.", actor=cast.auditor, at=later())
        with CaptureQueriesContext(
            connection,
        ) as seen:
            auditor.get(f"/governance/audits/{number}/fieldwork")
        counts.append(len(seen))
    assert counts[0] == counts[1]
