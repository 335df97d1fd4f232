"""What the pages of the context share: saving with a revision, files, and chosen values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.documents import XLSX, Sheet, spreadsheet
from timshel.kernel.errors import WrongState

WRITE = ["GET", "HEAD", "POST"]
NEEDED = {"required": gettext_lazy("Please fill this in.")}
Word = TypeVar("Word", bound=StrEnum)


class SeenForm(RefusableForm):
    """A form that knows which revision of a record its writer saw."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def seen(self) -> int:
        """The revision that was seen; 0 where none was told."""
        return self.cleaned_data["revision"] or 0


def day_control() -> forms.DateInput:
    """Return a control for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def text_control(rows: int) -> forms.Textarea:
    """Return a control for a longer text."""
    return forms.Textarea(attrs={"rows": rows})


def offer(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    """Set the choices of a field that depend on the records or on where one of them stands."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


def saved(form: SeenForm, do: Callable[[], Any], *, revision: int | None) -> bool:
    """Do something with a form; a refusal is shown on it, and what was typed stays.

    Args:
        form: that is valid.
        do: the deed.
        revision: of the record as it stands now, so that saving again overwrites knowingly.
    """

    def tried() -> bool:
        do()
        return True

    try:
        return bool(refusing(form, tried))
    except WrongState as refusal:
        form.add_error(None, str(refusal.message))
        typed = QueryDict(mutable=True)
        typed.update(form.data)
        typed["revision"] = "" if revision is None else str(revision)
        form.data = typed
        return False


def chosen(request: TimshelRequest, name: str, kind: type[Word]) -> Word | None:
    """Return what the address chooses, or None for everything else."""
    given = request.GET.get(name, "")
    return kind(given) if given in frozenset(kind) else None


def sheet_file(sheets: Iterable[Sheet], name: str, *, request: TimshelRequest) -> HttpResponse:
    """Return sheets as a file to be kept."""
    content = spreadsheet(list(sheets), zone=request.actor.time_zone)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)
