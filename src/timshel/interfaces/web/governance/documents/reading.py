"""What somebody is to read, who read a document, and to whom it is distributed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.documents.forms import AudienceForm
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed
from timshel.support.documentation import actions, queries


@require_safe
def mine(request: TimshelRequest) -> HttpResponse:
    """Show what the reader is to read, or confirmed already."""
    is_confirmed = request.GET.get("which") == "confirmed"
    page = queries.my_reading(
        actor=request.actor,
        is_confirmed=is_confirmed,
        cursor=request.GET.get("cursor") or None,
    )
    context = {"page": page, "is_confirmed": is_confirmed}
    return render(request, "governance/documents/mine.html", context)


@require_safe
def readers(request: TimshelRequest, document: str) -> HttpResponse:
    """Show who confirmed a document, or who has not yet."""
    view = queries.document_view(document, actor=request.actor, at=request.at)
    is_confirmed = request.GET.get("which") == "confirmed"
    page = queries.readers(
        document,
        actor=request.actor,
        is_confirmed=is_confirmed,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "row": view.row,
        "page": page,
        "is_confirmed": is_confirmed,
        "counts": queries.reading_counts(document, actor=request.actor),
    }
    return render(request, "governance/documents/readers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def distribute(request: TimshelRequest, document: str) -> HttpResponse:
    """Show to whom a document is distributed, or say so anew."""
    view = queries.document_view(document, actor=request.actor, at=request.at)
    if not view.may_change:
        raise NotAllowed
    given = request.POST if request.method == "POST" else None
    form = AudienceForm(given, actor=request.actor, shown=view.audience)
    if given is not None and form.is_valid():

        def save() -> bool:
            actions.distribute_document(
                document,
                audience=form.audience(request.actor),
                actor=request.actor,
                at=request.at,
            )
            return True

        if refusing(form, save):
            messages.success(request, _("Saved. Who is named there is asked to read it."))
            return redirect("document", document)
    context = {"form": form, "view": view, "row": view.row}
    status = 422 if form.is_bound else 200
    return render(request, "governance/documents/distribute.html", context, status=status)


@require_POST
def confirm(request: TimshelRequest, document: str) -> HttpResponse:
    """Confirm that the reader read and understood the version in effect."""
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) <= 9 else 0
    actions.confirm_reading(document, version=version, actor=request.actor, at=request.at)
    messages.success(request, _("Thank you. It is noted that you read and understood it."))
    return redirect("document-reading")
