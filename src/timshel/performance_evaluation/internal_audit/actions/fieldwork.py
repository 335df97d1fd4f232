"""What auditors keep on the spot: notes, interviews and photos."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.files import clean_name, keep
from timshel.kernel.pictures import ENDINGS, NotAPhoto, Photo, cleaned
from timshel.kernel.text import text_faults
from timshel.performance_evaluation.internal_audit import access
from timshel.performance_evaluation.internal_audit.actions.keeping import (
    AUDIT_SUBJECT,
    news,
    refuse,
    require_revision,
    require_running,
    set_changed,
    write_down,
)
from timshel.performance_evaluation.internal_audit.models import Audit, FieldNote, FieldPhoto
from timshel.performance_evaluation.internal_audit.rules import (
    KEY,
    LONGEST_CAPTION,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_NOTES,
    MOST_PHOTOS,
    GivenPhoto,
    PhotoPlace,
    needed_faults,
)


@transaction.atomic
def write_note(
    number: str,
    *,
    text: str,
    spoken_with: str = "",
    key: str = "",
    actor: Actor,
    at: datetime,
) -> int:
    """Keep a note, or an interview; returns its place.

    Args:
        number: of the audit.
        text: what was seen or said.
        spoken_with: with whom they spoke; empty for a note.
        key: of the writer's device; the same key is kept once.
        actor: an auditor of it.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the audit does not run, or it has as many notes as are kept.
        NotAllowed, NotFound: as they say.
    """
    audit = access.audit_to_conduct(number, actor=actor)
    _check_key(key)
    if known := _by_key(FieldNote, audit, key):
        return known
    require_running(audit)
    _check_note(text, spoken_with)
    position = audit.notes.count() + 1
    if position > MOST_NOTES:
        raise WrongState(_("An audit has at most %(count)d notes.") % {"count": MOST_NOTES})
    FieldNote.objects.create(
        audit=audit,
        position=position,
        spoken_with=spoken_with.strip(),
        text=text.strip(),
        writer_id=_person(actor),
        written_at=at,
        key=key or None,
    )
    changes = news({"note": position, "text": text.strip(), "spoken_with": spoken_with.strip()})
    write_down("audit.note_written", AUDIT_SUBJECT, audit.pk, changes, actor, at)
    return position


@transaction.atomic
def change_note(
    number: str,
    *,
    note: int,
    text: str,
    spoken_with: str = "",
    revision: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Write a note otherwise; what it says already is kept without another word.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the audit does not run, or somebody changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    audit = access.audit_to_conduct(number, actor=actor)
    row = FieldNote.objects.select_for_update().filter(audit=audit, position=note).first()
    if row is None:
        raise NotFound
    if (row.text, row.spoken_with) == (text.strip(), spoken_with.strip()):
        return
    require_running(audit)
    require_revision(row.revision, revision)
    _check_note(text, spoken_with)
    changes = set_changed(row, {"text": text.strip(), "spoken_with": spoken_with.strip()})
    row.save()
    told = {f"note {note}: {name}": pair for name, pair in changes.items()}
    write_down("audit.note_changed", AUDIT_SUBJECT, audit.pk, told, actor, at)


@transaction.atomic
def add_photo(
    number: str,
    *,
    place: PhotoPlace,
    photo: GivenPhoto,
    caption: str = "",
    key: str = "",
    actor: Actor,
    at: datetime,
) -> int:
    """Keep a photo at a question or at a note, without its metadata; returns its place.

    Args:
        number: of the audit.
        place: the question or the note.
        photo: its name and content.
        caption: what it shows.
        key: of the writer's device; the same key is kept once.
        actor: an auditor of it.
        at: when.

    Raises:
        Invalid: what is wrong, by field.
        WrongState: the audit does not run, or it has as many photos as are kept.
        NotAllowed, NotFound: as they say.
    """
    audit = access.audit_to_conduct(number, actor=actor)
    _check_key(key)
    if known := _by_key(FieldPhoto, audit, key):
        return known
    require_running(audit)
    refuse({"caption": text_faults(caption, longest=LONGEST_CAPTION)})
    about = _about(audit, place)
    position = audit.photos.count() + 1
    if position > MOST_PHOTOS:
        raise WrongState(_("An audit has at most %(count)d photos.") % {"count": MOST_PHOTOS})
    name = clean_name(photo.name)
    seen = _read(name, photo)
    kept = keep(BytesIO(seen.content), largest=settings.ATTACHMENT_MAX_BYTES)
    FieldPhoto.objects.create(
        audit=audit,
        position=position,
        caption=caption.strip(),
        name=_named(name, seen),
        media_type=seen.media_type,
        size=kept.size,
        sha256=kept.sha256,
        taken_by_id=_person(actor),
        added_at=at,
        key=key or None,
        **about,
    )
    changes = news({"photo": position, "about": f"{place.kind} {place.number}", "name": name})
    changes |= news({"caption": caption.strip(), "sha256": kept.sha256})
    write_down("audit.photo_added", AUDIT_SUBJECT, audit.pk, changes, actor, at)
    return position


@transaction.atomic
def remove_photo(number: str, *, photo: int, reason: str, actor: Actor, at: datetime) -> None:
    """Take a photo away, with the reason; only until the audit is reported.

    Raises:
        Invalid: there is no reason.
        WrongState: the audit does not run.
        NotAllowed, NotFound: as they say.
    """
    audit = access.audit_to_conduct(number, actor=actor)
    row = FieldPhoto.objects.select_for_update().filter(audit=audit, position=photo).first()
    if row is None:
        raise NotFound
    if row.removed_at is not None:
        return
    require_running(audit)
    refuse({"reason": needed_faults(reason, longest=LONGEST_REASON)})
    row.removed_at, row.reason = at, reason.strip()
    row.save(update_fields=["removed_at", "reason"])
    changes: dict[str, tuple[Any, Any]] = {
        f"photo {photo}": (row.sha256, None),
        "reason": (None, row.reason),
    }
    write_down("audit.photo_removed", AUDIT_SUBJECT, audit.pk, changes, actor, at)


def _by_key(model: type[FieldNote | FieldPhoto], audit: Audit, key: str) -> int | None:
    """Return the place of what was kept under a key already."""
    if not key:
        return None
    rows = model._default_manager.filter(audit=audit, key=key)  # noqa: SLF001 - Django's own
    return rows.values_list("position", flat=True).first()


def _check_key(key: str) -> None:
    if key and not KEY.fullmatch(key):
        raise Invalid({"key": [_("Please use letters, digits and hyphens only, at most 64.")]})


def _check_note(text: str, spoken_with: str) -> None:
    refuse(
        {
            "text": needed_faults(text, longest=LONGEST_TEXT),
            "spoken_with": text_faults(spoken_with, longest=LONGEST_TITLE),
        }
    )


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def _about(audit: Audit, place: PhotoPlace) -> dict[str, Any]:
    rows: Any = {"question": audit.questions, "note": audit.notes}.get(place.kind)
    found = rows.filter(position=place.number).first() if rows is not None else None
    if found is None:
        raise NotFound
    return {place.kind: found}


def _read(name: str, photo: GivenPhoto) -> Photo:
    """Return a photo without its metadata."""
    content = photo.content.read(settings.ATTACHMENT_MAX_BYTES + 1)
    if len(content) > settings.ATTACHMENT_MAX_BYTES:
        raise Invalid({"photos": [_("“%(name)s” is too large.") % {"name": name}]})
    try:
        return cleaned(content)
    except NotAPhoto as fault:
        sentence = _("“%(name)s” is no photo that can be kept; JPEG, PNG and WebP can.")
        raise Invalid({"photos": [sentence % {"name": name}]}) from fault


def _named(name: str, seen: Photo) -> str:
    """Return a name whose ending says what the content is."""
    stem = name.rpartition(".")[0] or name
    return stem[:200] + ENDINGS[seen.media_type]
