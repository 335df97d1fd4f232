"""The page on which auditors write on the spot, with its notes and photos.

Forms that a script sends say so by a header and are answered by what was kept, so that a page that
lost its connection can send them later.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import BinaryIO, cast

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.audits.forms import LONGEST, QuestionForm
from timshel.interfaces.web.requests import TimshelRequest, open_to_all
from timshel.interfaces.web.worker_scripts import worker_script
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.files import path_of
from timshel.performance_evaluation.internal_audit import actions, queries
from timshel.performance_evaluation.internal_audit.queries import fieldwork as kept
from timshel.performance_evaluation.internal_audit.queries.shapes import QuestionRow
from timshel.performance_evaluation.internal_audit.rules import (
    LONGEST_REASON,
    LONGEST_TITLE,
    GivenPhoto,
    PhotoPlace,
)
from timshel.performance_evaluation.internal_audit.states import AuditState, QuestionAnswer

WORKER = Path(__file__).resolve().parent / "fieldwork-worker.js"
BY_SCRIPT = "Timshel-Fieldwork"
STRICT_POLICY = "default-src 'none'; sandbox"
MOST_AT_ONCE = 20
LARGEST = 2**31 - 1


class NoteForm(RefusableForm):
    """A note, or an interview."""

    spoken_with = forms.CharField(
        label=gettext_lazy("With whom you spoke"),
        help_text=gettext_lazy("Makes it an interview."),
        max_length=LONGEST_TITLE,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("What was seen or said"), max_length=LONGEST, widget=text_area(4)
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class RemoveForm(RefusableForm):
    """Why a photo is taken away."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is taken away"), max_length=LONGEST_REASON, widget=text_area(2)
    )


@require_safe
def fieldwork(request: TimshelRequest, audit: str) -> HttpResponse:
    """Show all questions and notes of an audit that runs, to be written on the spot."""
    view = queries.audit(audit, actor=request.actor, at=request.at)
    if not view.may_conduct or view.row.state != AuditState.RUNNING:
        raise NotAllowed
    photos = kept.photos(audit, actor=request.actor)
    context = {
        "row": view.row,
        "questions": [_question(each, photos) for each in view.questions],
        "notes": [_note(each, photos) for each in kept.notes(audit, actor=request.actor)],
        "new_form": NoteForm(auto_id="note-new-%s", initial={"key": new_key()}),
        "reader": request.actor.person_id,
        "read_at": request.at,
    }
    return render(request, "governance/audits/fieldwork.html", context)


@open_to_all
@require_safe
def worker(request: TimshelRequest) -> HttpResponse:  # noqa: ARG001
    """Send the script that opens a kept page without a connection; it holds nothing of anybody."""
    return worker_script(WORKER.read_text(encoding="utf-8"))


@require_http_methods(["GET", "HEAD", "POST"])
def note_new(request: TimshelRequest, audit: str) -> HttpResponse:
    """Show the form of a note, or keep it with its photos."""
    view = queries.audit(audit, actor=request.actor, at=request.at)
    if not view.may_conduct:
        raise NotAllowed
    form = NoteForm(request.POST or None, initial={"key": new_key()})
    made: list[int] = []
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        form.try_to(
            lambda: made.append(
                actions.write_note(
                    audit,
                    text=given["text"],
                    spoken_with=given["spoken_with"],
                    key=given["key"],
                    actor=request.actor,
                    at=request.at,
                )
            )
        )
    if made:
        refused = _take_photos(request, audit, PhotoPlace("note", made[0]))
        return _kept(request, audit, refused)
    return _form(request, audit, form, _("New note"))


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: TimshelRequest, audit: str, audit_note: int) -> HttpResponse:
    """Show the form of a note, or write it otherwise."""
    row = kept.note(audit, audit_note, actor=request.actor)
    initial = {"text": row.text, "spoken_with": row.spoken_with, "revision": row.revision}
    form = NoteForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = form.try_to(
            lambda: actions.change_note(
                audit,
                note=audit_note,
                text=given["text"],
                spoken_with=given["spoken_with"],
                revision=given["revision"] or 0,
                actor=request.actor,
                at=request.at,
            )
        )
        if done:
            fresh = kept.note(audit, audit_note, actor=request.actor)
            return _kept(request, audit, [], revision=fresh.revision)
    return _form(
        request, audit, form, _("Note %(number)d") % {"number": audit_note}, stored=initial
    )


@require_POST
def photo_new(request: TimshelRequest, audit: str) -> HttpResponse:
    """Keep photos at a question or at a note; those that cannot be kept are named."""
    kind, _dot, number = request.POST.get("about", "").partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < len(str(LARGEST))):
        raise NotFound
    refused = _take_photos(request, audit, PhotoPlace(kind, int(number)))
    is_none_kept = len(refused) >= len(request.FILES.getlist("photos"))
    return _kept(request, audit, refused, is_kept=not is_none_kept)


@require_safe
def photo(request: TimshelRequest, audit: str, audit_photo: int) -> HttpResponseBase:
    """Send a photo; a browser shows it and runs nothing."""
    row = kept.photo(audit, audit_photo, actor=request.actor)
    try:
        content = path_of(row.sha256).open("rb")
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(content, filename=row.name, content_type=row.media_type)
    response.headers["Content-Security-Policy"] = STRICT_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def photo_remove(request: TimshelRequest, audit: str, audit_photo: int) -> HttpResponse:
    """Ask why a photo is taken away, or take it away."""
    row = kept.photo(audit, audit_photo, actor=request.actor)
    if not queries.audit(audit, actor=request.actor, at=request.at).may_conduct:
        raise NotAllowed
    form = RemoveForm(request.POST or None)
    if form.is_bound and form.is_valid():
        done = form.try_to(
            lambda: actions.remove_photo(
                audit,
                photo=audit_photo,
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                at=request.at,
            )
        )
        if done:
            return _kept(request, audit, [])
    return _form(request, audit, form, _("Take %(name)s away") % {"name": row.name}, removed=row)


def new_key() -> str:
    """Return a key by which what is sent twice is kept once."""
    return secrets.token_hex(16)


def told_by_script(
    request: TimshelRequest, form: forms.Form, stored: dict[str, object]
) -> JsonResponse:
    """Return why a form was not kept: 409 with what is stored where somebody else was faster."""
    said = [str(text) for texts in form.errors.values() for text in texts]
    was_faster = bool(stored) and str(stored["revision"]) != request.POST.get("revision", "")
    told = {"message": " ".join(said), "stored": stored if was_faster else None}
    return JsonResponse(told, status=409 if was_faster else 422)


def by_script(request: TimshelRequest) -> bool:
    """Tell whether the script of the page sends it."""
    return request.headers.get(BY_SCRIPT) == "1"


def _take_photos(request: TimshelRequest, audit: str, place: PhotoPlace) -> list[str]:
    """Keep the photos of a form one by one; returns what is wrong with those that are not kept."""
    key, refused = request.POST.get("key", ""), []
    chosen = request.FILES.getlist("photos")
    for position, each in enumerate(chosen[:MOST_AT_ONCE], start=1):
        given = GivenPhoto(each.name or "", cast("BinaryIO", each))
        try:
            actions.add_photo(
                audit,
                place=place,
                photo=given,
                caption=request.POST.get("caption", ""),
                key=f"{key[:40]}-{position}" if key else "",
                actor=request.actor,
                at=request.at,
            )
        except Invalid as fault:
            refused += [str(text) for texts in fault.fields.values() for text in texts]
        except WrongState as fault:
            return [*refused, str(fault.message)]
    if len(chosen) > MOST_AT_ONCE:
        refused.append(_("At most %(count)d photos are taken at once.") % {"count": MOST_AT_ONCE})
    return refused


def _kept(
    request: TimshelRequest,
    audit: str,
    refused: list[str],
    *,
    revision: int | None = None,
    is_kept: bool = True,
) -> HttpResponse:
    """Answer a form of which at least a part is kept, or none of its photos."""
    if by_script(request):
        told = {"message": " ".join(refused), "revision": revision, "stored": None}
        told["kept"] = is_kept
        return JsonResponse(told, status=422 if refused else 200)
    for sentence in refused:
        messages.error(request, sentence)
    if not refused:
        messages.success(request, _("Saved."))
    return redirect("audit-fieldwork", audit)


def _form(
    request: TimshelRequest, audit: str, form: forms.Form, title: str, **more: object
) -> HttpResponse:
    if form.is_bound and by_script(request):
        return told_by_script(request, form, cast("dict[str, object]", more.get("stored") or {}))
    context = {"form": form, "title": title, "audit": audit, **more}
    status = 422 if form.is_bound else 200
    return render(request, "governance/audits/note.html", context, status=status)


def _about(photos: tuple[kept.PhotoRow, ...], kind: str, number: int) -> list[kept.PhotoRow]:
    return [each for each in photos if (each.about_kind, each.about_number) == (kind, number)]


def _question(row: QuestionRow, photos: tuple[kept.PhotoRow, ...]) -> dict[str, object]:
    form = QuestionForm(
        auto_id=f"question-{row.position}-%s",
        initial={
            "answer": row.answer,
            "notes": row.notes,
            "evidence": row.evidence,
            "revision": row.revision,
        },
    )
    label = QuestionAnswer(row.answer).label if row.answer else ""
    return {"row": row, "label": label, "form": form, **_photographed(photos, "question", row)}


def _note(row: kept.NoteRow, photos: tuple[kept.PhotoRow, ...]) -> dict[str, object]:
    form = NoteForm(
        auto_id=f"note-{row.position}-%s",
        initial={"text": row.text, "spoken_with": row.spoken_with, "revision": row.revision},
    )
    return {"row": row, "form": form, **_photographed(photos, "note", row)}


def _photographed(
    photos: tuple[kept.PhotoRow, ...], kind: str, row: QuestionRow | kept.NoteRow
) -> dict[str, object]:
    """Return the photos of a question or a note, and what its form for more of them sends."""
    return {
        "photos": _about(photos, kind, row.position),
        "about": f"{kind}-{row.position}",
        "key": new_key(),
    }
