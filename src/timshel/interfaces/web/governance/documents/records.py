"""The page of a document, its versions, what differs between them, and files."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.documents.subjects import names_of
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotFound
from timshel.kernel.files import path_of
from timshel.support.documentation import actions, queries
from timshel.support.documentation.queries import About, DocumentRow
from timshel.support.documentation.states import ABOUT_NAMES, KIND_NAMES, STATE_NAMES

STRICT_POLICY = "default-src 'none'; sandbox"
LARGEST = 2**31 - 1


@require_safe
def document(request: TimshelRequest, document: str) -> HttpResponse:
    """Show a document with its versions and what can be done with it."""
    token = live.token()
    view = queries.document_view(document, actor=request.actor, at=request.at)
    counts = None
    if view.sees_readers and view.audience.named:
        counts = queries.reading_counts(document, actor=request.actor)
    context = {
        "view": view,
        "row": view.row,
        "kind_name": KIND_NAMES[view.row.kind],
        "about_name": ABOUT_NAMES[view.row.about_kind],
        "about": _about(view.row, request),
        "versions": [(each, STATE_NAMES[each.state]) for each in view.versions],
        "counts": counts,
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/documents/document.html", context)


def _about(row: DocumentRow, request: TimshelRequest) -> str:
    """Return what a document is about by its name; what has none by what was written."""
    about = About(row.about_kind, row.about_code)
    return names_of([about], actor=request.actor, at=request.at)[about]


@require_safe
def version(request: TimshelRequest, document: str, document_version: int) -> HttpResponse:
    """Show what a version says."""
    shown = queries.version_view(
        document, min(document_version, LARGEST), actor=request.actor, at=request.at
    )
    context = {"shown": shown, "row": shown.document, "state": STATE_NAMES[shown.version.state]}
    return render(request, "governance/documents/version.html", context)


@require_safe
def differences(request: TimshelRequest, document: str) -> HttpResponse:
    """Show two versions laid over each other."""
    before, after = _number(request, "before"), _number(request, "after")
    found = queries.compared(document, before, after, actor=request.actor, at=request.at)
    context = {
        "found": found,
        "row": found.document,
        "has_changes": any(line.mark != "same" for line in found.lines),
    }
    return render(request, "governance/documents/differences.html", context)


@require_safe
def file(request: TimshelRequest, document: str, document_version: int) -> HttpResponseBase:
    """Send the file of a version, as a download."""
    found = queries.version_view(
        document, min(document_version, LARGEST), actor=request.actor, at=request.at
    ).version
    if not found.file_sha256:
        raise NotFound
    try:
        content = path_of(found.file_sha256).open("rb")
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=found.file_name,
        content_type=found.file_media_type,
    )
    response.headers["Content-Security-Policy"] = STRICT_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _number(request: TimshelRequest, name: str) -> int:
    given = request.GET.get(name, "")
    if not (given.isascii() and given.isdigit()) or len(given) > len(str(LARGEST)) - 1:
        raise NotFound
    return int(given)
