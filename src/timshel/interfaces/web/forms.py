"""What the forms of all pages share: showing refusals at their fields, and taking files.

Files that came with a form which was refused are kept: their content lies in the store already,
and the form carries a signed note of each, so that nobody has to choose them twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.operation.work.files import Upload, path_of, store

KEPT_SALT = "timshel.kept-file"
KEPT_SECONDS = 24 * 60 * 60
KEPT_FIELD = "kept_file"
MOST_FILES = 10


class RefusableForm(forms.Form):
    """A form that says in plain words what is missing, and shows what the domain refuses at the
    fields concerned."""

    def full_clean(self) -> None:
        """Check what was given; fields that were not worded otherwise speak plainly."""
        for field in self.fields.values():
            _speak_plainly(field)
        super().full_clean()

    def refuse(self, refusal: Invalid) -> None:
        """Add the sentences of a refusal; those of unknown fields go above the form."""
        for name, texts in refusal.fields.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, str(text))
        if not refusal.fields:
            self.add_error(None, str(refusal.message))

    def try_to(self, do: Callable[[], object]) -> bool:
        """Do something and tell whether it was done.

        What the domain refuses is said on the form, which keeps what was typed; that somebody else
        was faster stands above it.
        """
        try:
            do()
        except Invalid as refusal:
            self.refuse(refusal)
        except WrongState as refusal:
            self.add_error(None, str(refusal.message))
        else:
            return True
        return False


def text_area(rows: int) -> forms.Textarea:
    """Return a control for a longer text."""
    return forms.Textarea(attrs={"rows": rows})


def _speak_plainly(field: forms.Field) -> None:
    words = field.error_messages
    if words.get("required") is forms.Field.default_error_messages["required"]:
        choosing = isinstance(field, forms.MultipleChoiceField)
        words["required"] = (
            _("Please choose at least one.") if choosing else _("Please fill this in.")
        )
    if isinstance(field, forms.EmailField):
        words.setdefault("invalid", _("Please give a mail address, such as name@example.org."))
    if isinstance(field, forms.SlugField):
        words.setdefault("invalid", _("Please use letters, digits, hyphens and underscores only."))
    if isinstance(field, forms.IntegerField):
        words.setdefault("min_value", _("Please give %(limit_value)s or more."))
        words.setdefault("max_value", _("Please give %(limit_value)s or less."))
    unread = forms.IntegerField.default_error_messages["invalid"]
    if isinstance(field, forms.IntegerField) and words.get("invalid") is unread:
        words["invalid"] = _("Please give a whole number.")


@dataclass(frozen=True, slots=True)
class _Noted:
    """What a signed note says of a file."""

    note: str
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that came with a refused form: the signed note of it, its name and its size."""

    note: str
    name: str
    size: int


class FilesGiven:
    """The files of one form: newly chosen ones and those kept from an earlier attempt.

    Args:
        request: with the posted form.
        actor: whose files; a note of somebody else's file is worth nothing.
    """

    def __init__(self, request: HttpRequest, actor: Actor) -> None:
        chosen = cast("Sequence[UploadedFile[Any]]", request.FILES.getlist("files"))
        self._owner = actor.person_id
        self._chosen = [_upload(file) for file in chosen]
        notes = request.POST.getlist(KEPT_FIELD)[:MOST_FILES]
        self._kept = [found for note in notes if (found := self._read(note)) is not None]
        self._opened: list[BinaryIO] = []
        self.errors: list[str] = []

    def uploads(self) -> tuple[Upload, ...]:
        """Return all files as actions take them; each is to be read once."""
        again = [self._reopened(each) for each in self._kept]
        return (*again, *self._chosen)

    def release(self) -> None:
        """Close what was opened to be read again."""
        for handle in self._opened:
            handle.close()
        self._opened.clear()

    def fingerprint(self) -> list[tuple[str, int]]:
        """Return what tells these files from others, without reading them."""
        chosen = [(file.name, file.size) for file in self._chosen]
        return [*((each.name, each.size) for each in self._kept), *chosen]

    def keep(self) -> list[KeptFile]:
        """Store the chosen files for the next attempt, and return notes of all of them."""
        kept = [KeptFile(each.note, each.name, each.size) for each in self._kept]
        for upload in self._chosen[: MOST_FILES - len(kept)]:
            upload.content.seek(0)
            try:
                stored = store(upload)
            except Invalid as refusal:
                self.errors += [str(text) for texts in refusal.fields.values() for text in texts]
                continue
            facts = [stored.name, stored.media_type, stored.size, stored.sha256, self._owner]
            kept.append(KeptFile(signing.dumps(facts, salt=KEPT_SALT), stored.name, stored.size))
        return kept

    def _reopened(self, noted: _Noted) -> Upload:
        handle = path_of(noted.sha256).open("rb")
        self._opened.append(handle)
        return Upload(name=noted.name, media_type=noted.media_type, content=handle, size=noted.size)

    def _read(self, note: str) -> _Noted | None:
        try:
            facts = signing.loads(note, salt=KEPT_SALT, max_age=KEPT_SECONDS)
        except signing.BadSignature:
            return None
        name, media_type, size, sha256, owner = facts
        if owner != self._owner or not path_of(sha256).exists():
            return None
        return _Noted(note, name, media_type, size, sha256)


def _upload(file: UploadedFile[Any]) -> Upload:
    return Upload(
        name=file.name or "",
        media_type=file.content_type or "",
        content=cast("Any", file),
        size=file.size or 0,
    )


def refusing(form: RefusableForm, do: Callable[[], Any]) -> Any:
    """Do something; where the domain finds the form wrong, show it there and return None."""
    try:
        return do()
    except Invalid as refusal:
        form.refuse(refusal)
        return None


def form_owner(request: TimshelRequest) -> str:
    """Return whose the keys of sent forms are, so that two people's keys never meet."""
    return f"form:{request.actor.person_id}"
