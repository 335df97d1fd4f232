"""Notes, interviews and photos of an audit as its readers see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.performance_evaluation.internal_audit import access
from timshel.performance_evaluation.internal_audit.models import FieldNote, FieldPhoto


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note, or an interview where it says with whom somebody spoke."""

    position: int
    spoken_with: str
    text: str
    writer: str
    written_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo.

    Args:
        position: its place among the photos of the audit.
        about_kind: ``question`` or ``note``.
        about_number: which of them.
        caption: what it shows.
        name: of the file.
        media_type: as its content says.
        size: in bytes.
        sha256: by which its content lies.
        taken_by: the name of who added it.
        added_at: when.
    """

    position: int
    about_kind: str
    about_number: int
    caption: str
    name: str
    media_type: str
    size: int
    sha256: str
    taken_by: str
    added_at: datetime


def notes(number: str, *, actor: Actor) -> tuple[NoteRow, ...]:
    """Return the notes of an audit in the order of writing; two queries.

    Raises:
        NotFound: there is no such audit, or the reader may not see it.
    """
    row = access.known(number, actor=actor)
    found = FieldNote.objects.filter(audit=row).select_related("writer").order_by("position")
    return tuple(map(_note, found))


def note(number: str, position: int, *, actor: Actor) -> NoteRow:
    """Return one note; two queries.

    Raises:
        NotFound: there is none, or the reader may not see it.
    """
    row = access.known(number, actor=actor)
    found = FieldNote.objects.filter(audit=row, position=position).select_related("writer").first()
    if found is None:
        raise NotFound
    return _note(found)


def photos(number: str, *, actor: Actor) -> tuple[PhotoRow, ...]:
    """Return the photos of an audit that were not taken away; two queries.

    Raises:
        NotFound: there is no such audit, or the reader may not see it.
    """
    row = access.known(number, actor=actor)
    return photos_of(row.pk)


def photo(number: str, position: int, *, actor: Actor) -> PhotoRow:
    """Return one photo that was not taken away; two queries.

    Raises:
        NotFound: there is none, or the reader may not see it.
    """
    row = access.known(number, actor=actor)
    found = photos_of(row.pk, position=position)
    if not found:
        raise NotFound
    return found[0]


def photos_of(audit_id: int, **only: Any) -> tuple[PhotoRow, ...]:
    """Return the photos of an audit; one query. Rights are the caller's."""
    rows = FieldPhoto.objects.filter(audit=audit_id, removed_at=None, **only)
    return tuple(map(_photo, rows.select_related("taken_by", "question", "note").order_by("pk")))


def photos_told(audit_id: int) -> list[Mapping[str, Any]]:
    """Return the photos as a report keeps them; one query. Rights are the caller's."""
    return [
        {
            "photo": each.position,
            "about": each.about_kind,
            "number": each.about_number,
            "caption": each.caption,
            "name": each.name,
            "sha256": each.sha256,
        }
        for each in photos_of(audit_id)
    ]


def _note(row: FieldNote) -> NoteRow:
    return NoteRow(
        row.position, row.spoken_with, row.text, row.writer.name, row.written_at, row.revision
    )


def _photo(row: FieldPhoto) -> PhotoRow:
    about = row.question or row.note
    assert about is not None  # noqa: S101 - the database keeps one of them
    return PhotoRow(
        position=row.position,
        about_kind="question" if row.question_id else "note",
        about_number=about.position,
        caption=row.caption,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        taken_by=row.taken_by.name,
        added_at=row.added_at,
    )
