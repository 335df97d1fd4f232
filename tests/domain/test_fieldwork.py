"""Notes, interviews and photos of an audit, and how the metadata of photos are taken away."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from tests.audits import reported, running
from tests.cast import Cast, later
from tests.pictures import PLACE, jpeg, png, webp
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.files import path_of
from timshel.kernel.journal.models import Entry
from timshel.kernel.pictures import NotAPhoto, cleaned
from timshel.performance_evaluation.internal_audit import actions
from timshel.performance_evaluation.internal_audit.models import (
    AuditQuestion,
    FieldNote,
    FieldPhoto,
)
from timshel.performance_evaluation.internal_audit.queries import audit as read_audit
from timshel.performance_evaluation.internal_audit.queries import fieldwork
from timshel.performance_evaluation.internal_audit.rules import GivenPhoto, PhotoPlace

QUESTION = PhotoPlace("question", 1)


def given(content: bytes, name: str = "IMG 1.JPG") -> GivenPhoto:
    return GivenPhoto(name, BytesIO(content))


class TestPictures:
    @pytest.mark.parametrize("content", [jpeg(), png(), webp()])
    def test_what_tells_of_a_place_goes_and_doing_it_twice_changes_nothing(
        self, content: bytes
    ) -> None:
        once = cleaned(content)
        assert PLACE in content
        assert PLACE not in once.content
        assert cleaned(once.content) == once

    def test_which_way_up_it_is_stays_and_so_does_the_picture(self) -> None:
        seen = cleaned(jpeg(orientation=6)).content
        assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in seen
        assert b"ICC_PROFILE" in seen
        assert b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9" in seen
        assert b"Exif" not in cleaned(jpeg(orientation=1)).content

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<svg/>",
            b"GIF89a",
            jpeg()[:40],
            jpeg()[:-30],
            png()[:30],
            webp()[:-9],
            b"\xff\xd8\xff",
            b"\xff\xd8\xff\xe1\x00\x01",
            b"\xff\xd8\xff\xe0\x00\x02x",
        ],
    )
    def test_what_is_no_photo_is_refused(self, content: bytes) -> None:
        with pytest.raises(NotAPhoto):
            cleaned(content)


@pytest.mark.django_db
class TestNotes:
    def test_a_note_is_kept_once_per_key_and_changed(self, cast: Cast) -> None:
        number = running(cast)
        by: dict[str, Any] = {"actor": cast.auditor, "at": later()}
        first = actions.write_note(number, text=" Seen. ", key="a-1", **by)
        again = actions.write_note(number, text="Seen.", key="a-1", **by)
        second = actions.write_note(number, text="Said.", spoken_with="A clerk", **by)
        assert (first, again, second) == (1, 1, 2)
        change: dict[str, Any] = {"note": 1, "text": "Seen twice."}
        actions.change_note(number, **change, revision=1, **by)
        actions.change_note(number, **change, revision=1, **by)
        with pytest.raises(WrongState, match="meanwhile"):
            actions.change_note(number, note=1, text="Other", revision=1, **by)
        rows = fieldwork.notes(number, actor=cast.auditor)
        assert [(each.text, each.spoken_with, each.revision) for each in rows] == [
            ("Seen twice.", "", 2),
            ("Said.", "A clerk", 1),
        ]
        verbs = Entry.objects.filter(verb__startswith="audit.note_")
        assert verbs.count() == 3

    def test_it_is_refused(self, cast: Cast) -> None:
        number = running(cast)
        before = Entry.objects.count()
        by: dict[str, Any] = {"actor": cast.auditor, "at": later()}
        with pytest.raises(NotAllowed):
            actions.write_note(number, text="x", actor=cast.process_owner, at=later())
        with pytest.raises(NotFound):
            actions.write_note(number, text="x", actor=cast.requester, at=later())
        with pytest.raises(Invalid):
            actions.write_note(number, text=" ", **by)
        with pytest.raises(Invalid):
            actions.write_note(number, text="x", key="not a key", **by)
        with pytest.raises(NotFound):
            actions.change_note(number, note=9, text="x", revision=1, **by)
        assert not FieldNote.objects.exists()
        assert Entry.objects.count() == before

    def test_the_same_answer_sent_twice_is_there_once(self, cast: Cast) -> None:
        number = running(cast)
        by: dict[str, Any] = {"actor": cast.auditor, "at": later()}
        said: dict[str, Any] = {"question": 1, "answer": "conforms", "notes": "Seen."}
        actions.answer_question(number, **said, revision=1, **by)
        actions.answer_question(number, **said, revision=1, **by)
        assert AuditQuestion.objects.get(position=1).revision == 2
        with pytest.raises(WrongState):
            actions.answer_question(number, **{**said, "notes": "Other"}, revision=1, **by)


@pytest.mark.django_db
class TestPhotos:
    def test_a_photo_is_kept_once_shown_reported_and_taken_away(self, cast: Cast) -> None:
        number = running(cast)
        by: dict[str, Any] = {"actor": cast.auditor, "at": later()}
        note = actions.write_note(number, text="Seen.", **by)
        kept = actions.add_photo(
            number, place=QUESTION, photo=given(jpeg()), caption="Door", key="k", **by
        )
        assert kept == actions.add_photo(number, place=QUESTION, photo=given(jpeg()), key="k", **by)
        other = actions.add_photo(
            number, place=PhotoPlace("note", note), photo=given(png(), "a.heic"), **by
        )
        rows = fieldwork.photos(number, actor=cast.auditor)
        assert [(each.name, each.about_kind, each.caption) for each in rows] == [
            ("IMG 1.jpg", "question", "Door"),
            ("a.png", "note", ""),
        ]
        assert PLACE not in path_of(rows[0].sha256).read_bytes()
        with pytest.raises(Invalid):
            actions.remove_photo(number, photo=other, reason=" ", **by)
        actions.remove_photo(number, photo=other, reason="Shows a face.", **by)
        actions.remove_photo(number, photo=other, reason="Again.", **by)
        assert FieldPhoto.objects.get(position=other).reason == "Shows a face."
        with pytest.raises(NotFound):
            fieldwork.photo(number, other, actor=cast.auditor)
        actions.report_audit(number, conclusion="Good.", **by)
        told = read_audit(number, actor=cast.auditor, at=later()).report["photos"]
        assert [(each["name"], each["sha256"]) for each in told] == [("IMG 1.jpg", rows[0].sha256)]
        with pytest.raises(WrongState):
            actions.remove_photo(number, photo=kept, reason="Late.", **by)
        with pytest.raises(WrongState):
            actions.add_photo(number, place=QUESTION, photo=given(png()), **by)

    def test_it_is_refused_and_nothing_changes(self, cast: Cast) -> None:
        number = running(cast)
        before = Entry.objects.count()
        by: dict[str, Any] = {"actor": cast.auditor, "at": later()}
        for content in (b"", b"<html>", png()[:20]):
            with pytest.raises(Invalid) as refusal:
                actions.add_photo(number, place=QUESTION, photo=given(content), **by)
            assert "IMG 1.JPG" in str(refusal.value.fields["photos"][0])
        for place in (PhotoPlace("question", 99), PhotoPlace("audit", 1)):
            with pytest.raises(NotFound):
                actions.add_photo(number, place=place, photo=given(png()), **by)
        with pytest.raises(NotAllowed):
            actions.add_photo(
                number, place=QUESTION, photo=given(png()), actor=cast.process_owner, at=later()
            )
        with pytest.raises(NotFound):
            actions.remove_photo(number, photo=1, reason="x", **by)
        assert not FieldPhoto.objects.exists()
        assert Entry.objects.count() == before

    def test_a_large_one_is_refused(self, cast: Cast, settings: Any) -> None:
        settings.ATTACHMENT_MAX_BYTES = 20
        with pytest.raises(Invalid) as refusal:
            actions.add_photo(
                running(cast),
                place=QUESTION,
                photo=given(png()),
                actor=cast.auditor,
                at=later(),
            )
        assert "too large" in str(refusal.value.fields["photos"][0])

    def test_who_was_audited_sees_them_once_it_is_reported(self, cast: Cast) -> None:
        number, _finding = reported(cast)
        assert fieldwork.photos(number, actor=cast.auditor) == ()
        with pytest.raises(NotFound):
            fieldwork.photos(number, actor=cast.requester)
