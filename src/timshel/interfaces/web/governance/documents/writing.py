"""Beginning documents, writing versions, and having them approved, looked at and withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.governance.documents.forms import (
    ApproverForm,
    DocumentForm,
    NoteForm,
    ReasonForm,
    VersionForm,
    begun_version,
    found_colleague,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed
from timshel.support.documentation import actions, queries
from timshel.support.documentation.access import require_create
from timshel.support.documentation.queries import DocumentView


@dataclass(frozen=True, slots=True)
class Asking:
    """A page that asks for a little before something is done.

    Args:
        title: of the page.
        button: what is done, on the button.
        said: once it is done.
        lead: what follows from it.
    """

    title: str
    button: str
    said: str
    lead: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def new_document(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new document, or begin it."""
    require_create(None, actor=request.actor)
    given = request.POST if request.method == "POST" else None
    form = DocumentForm(request.actor, request.at, given=given)
    if request.method == "POST" and form.is_valid():
        number = refusing(
            form,
            lambda: actions.create_document(
                facts=form.facts(request.actor), actor=request.actor, at=request.at
            ),
        )
        if number is not None:
            messages.success(request, _("It is begun. Now write its first version."))
            return redirect("document-write", number)
    return _page(request, "form.html", form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, document: str) -> HttpResponse:
    """Show the form of a document, or say what is known of it anew."""
    view = _to_change(request, document)
    given = request.POST if request.method == "POST" else None
    form = DocumentForm(request.actor, request.at, view, given=given)
    if given is not None and form.is_valid():

        def save() -> None:
            actions.change_document(
                document,
                facts=form.facts(request.actor),
                actor=request.actor,
                at=request.at,
                revision=form.cleaned_data["revision"],
            )

        if form.try_to(save):
            messages.success(request, _("Saved."))
            return redirect("document", document)
    return _page(request, "form.html", form, view)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: TimshelRequest, document: str) -> HttpResponse:
    """Show the form of the next version, or write it."""
    view = _to_change(request, document)
    base = view.coming or view.current
    shown = None
    if base is not None:
        shown = queries.version_view(document, base.number, actor=request.actor, at=request.at)
    is_sent = request.method == "POST"
    form = VersionForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        initial=begun_version(shown, view),
    )
    if is_sent and form.is_valid():

        def save() -> None:
            actions.save_draft(
                document,
                content=form.content(),
                file=form.upload(),
                without_file=form.cleaned_data["without_file"],
                actor=request.actor,
                at=request.at,
                revision=form.cleaned_data["revision"],
            )

        if form.try_to(save):
            messages.success(request, _("The draft is saved. Few people see it yet."))
            return redirect("document", document)
    return _page(request, "write.html", form, view)


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: TimshelRequest, document: str) -> HttpResponse:
    """Ask who is to approve the draft, and ask them."""
    view = _to_change(request, document)
    form = ApproverForm(request.POST if request.method == "POST" else None)

    def do() -> None:
        approver = found_colleague(
            form.cleaned_data["approver"], field="approver", actor=request.actor
        )
        actions.submit_draft(document, approver=approver, actor=request.actor, at=request.at)

    asking = Asking(
        _("Have the draft approved"),
        _("Ask for approval"),
        _("It waits for approval."),
        _("Somebody other than its author approves a version."),
    )
    return _asked(request, view, form, do, asking)


@require_POST
def approve(request: TimshelRequest, document: str) -> HttpResponse:
    """Approve the version that waits."""
    actions.approve_version(document, actor=request.actor, at=request.at)
    messages.success(request, _("It is approved."))
    return redirect("document", document)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: TimshelRequest, document: str) -> HttpResponse:
    """Ask why a version is to be written anew, and send it back."""
    view = queries.document_view(document, actor=request.actor, at=request.at)
    if not view.may_change and not view.may_send_back:
        raise NotAllowed
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def do() -> None:
        reason = form.cleaned_data["reason"]
        actions.send_back(document, reason=reason, actor=request.actor, at=request.at)

    asking = Asking(_("Send the version back"), _("Send it back"), _("It is sent back."))
    return _asked(request, view, form, do, asking)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: TimshelRequest, document: str) -> HttpResponse:
    """Ask what was looked at, and say that the version in effect is still right."""
    view = _to_change(request, document)
    form = NoteForm(request.POST if request.method == "POST" else None)

    def do() -> None:
        note = form.cleaned_data["note"]
        actions.review_document(document, note=note, actor=request.actor, at=request.at)

    asking = Asking(
        _("Still right"),
        _("It is still right"),
        _("Noted. It is looked at again on its next date."),
        _("Say so when you have read the version in effect and nothing needs to change."),
    )
    return _asked(request, view, form, do, asking)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: TimshelRequest, document: str) -> HttpResponse:
    """Ask why a document is to hold no more, and withdraw it."""
    view = _to_change(request, document)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def do() -> None:
        reason = form.cleaned_data["reason"]
        actions.withdraw_document(document, reason=reason, actor=request.actor, at=request.at)

    asking = Asking(
        _("Withdraw the document"),
        _("Withdraw it"),
        _("It is withdrawn. Its versions are kept."),
        _("It holds no more, and a version that is being written ends with it. This is for good."),
    )
    return _asked(request, view, form, do, asking)


def _to_change(request: TimshelRequest, document: str) -> DocumentView:
    view = queries.document_view(document, actor=request.actor, at=request.at)
    if not view.may_change:
        raise NotAllowed
    return view


def _asked(
    request: TimshelRequest,
    view: DocumentView,
    form: RefusableForm,
    do: Callable[[], None],
    asking: Asking,
) -> HttpResponse:
    if form.is_bound and form.is_valid() and form.try_to(do):
        messages.success(request, asking.said)
        return redirect("document", view.row.number)
    return _page(request, "asking.html", form, view, asking=asking)


def _page(
    request: TimshelRequest,
    template: str,
    form: RefusableForm,
    view: DocumentView | None,
    **more: Any,
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "view": view, "row": view.row if view else None, **more}
    return render(request, f"governance/documents/{template}", context, status=status)
