"""Files within a form: stored when they come in, and remembered by signed notes.

A page carries a note of each file instead of the file, so that nobody has to choose it twice; a
note says whose file it is and is worth nothing to anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from timshel.kernel.errors import Invalid
from timshel.kernel.forms.shapes import MOST_FILES
from timshel.operation.work.files import Upload, store

SALT = "timshel.answered-file"


def note_of(file: Mapping[str, Any], owner: int | None) -> str:
    """Return a signed note of a file that was answered."""
    facts = [file["name"], file["media_type"], file["size"], file["sha256"], owner]
    return signing.dumps(facts, salt=SALT)


def files_from(
    request: HttpRequest, name: str, owner: int | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the files of a field as raw answers, and why others could not be taken.

    Args:
        request: with the posted form.
        name: of the field's input.
        owner: who posts; notes of somebody else's files are passed over.
    """
    notes = request.POST.getlist(f"{name}.kept")[:MOST_FILES]
    kept = [found for note in notes if (found := _noted(note, owner)) is not None]
    faults: list[str] = []
    chosen = cast("Sequence[UploadedFile[Any]]", request.FILES.getlist(name))
    for file in chosen[: MOST_FILES - len(kept)]:
        upload = Upload(
            name=file.name or "",
            media_type=file.content_type or "",
            content=cast("Any", file),
            size=file.size or 0,
        )
        try:
            stored = store(upload)
        except Invalid as refusal:
            faults += [str(text) for texts in refusal.fields.values() for text in texts]
            continue
        facts = {
            "name": stored.name,
            "media_type": stored.media_type,
            "size": stored.size,
            "sha256": stored.sha256,
        }
        if facts not in kept:
            kept.append(facts)
    return kept, faults


def _noted(note: str, owner: int | None) -> dict[str, Any] | None:
    try:
        name, media_type, size, sha256, whose = signing.loads(note, salt=SALT)
    except signing.BadSignature:
        return None
    if whose != owner:
        return None
    return {"name": name, "media_type": media_type, "size": size, "sha256": sha256}
