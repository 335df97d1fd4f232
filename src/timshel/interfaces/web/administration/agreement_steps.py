"""What is done with an agreement: draft, publish, discard, end, try, sign, give a level."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.addresses import address_of_number
from timshel.interfaces.web.administration.agreement_editor import Editor
from timshel.interfaces.web.administration.agreement_questions import (
    EndForm,
    PreviewForm,
    PublishForm,
)
from timshel.interfaces.web.administration.agreements import page_of
from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.progress.actions import REGION
from timshel.operation.work.files import Upload
from timshel.relationship_agreement.service_level import actions
from timshel.relationship_agreement.service_level.queries.agreements import (
    AgreementView,
    agreement,
)
from timshel.relationship_agreement.service_level.queries.contents import names_in
from timshel.relationship_agreement.service_level.queries.previews import preview
from timshel.relationship_agreement.service_level.queries.soundness import draft_findings
from timshel.relationship_agreement.service_level.rules.comparison import Change, differences
from timshel.relationship_agreement.service_level.rules.contents import AgreementContent
from timshel.relationship_agreement.service_level.rules.fitting import Severity
from timshel.relationship_agreement.service_level.states import KIND_NAMES

CONFIGURE = ("service_level.configure",)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Write a new agreement, perhaps beginning with what another one says."""
    if not request.actor.may_somewhere("service_level.configure"):
        raise NotAllowed
    if request.method == "POST":
        return _edit(request, None)
    copied = request.GET.get("copy", "")
    content = None
    if copied:
        content = agreement(copied, actor=request.actor, at=request.at).shown.content
    editor = Editor(request.actor, is_new=True, content=content)
    return _editor_page(request, editor, None)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: TimshelRequest, code: str) -> HttpResponse:
    """Write on the draft of an agreement."""
    view = _changeable(request, code)
    if request.method == "POST":
        return _edit(request, view)
    found = view.draft
    if found is None:
        raise NotFound
    editor = Editor(request.actor, is_new=False, content=found.content, revision=found.revision)
    return _editor_page(request, editor, view)


@require_POST
def start(request: TimshelRequest, code: str) -> HttpResponse:
    """Begin a draft with what the version in force says, and go to it."""
    view = _changeable(request, code)
    if view.draft is None:
        actions.save_draft(code, content=view.shown.content, actor=request.actor, at=request.at)
    return redirect("agreement-draft", code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: TimshelRequest, code: str) -> HttpResponse:
    """Put a draft into force, after showing what is not sound and what changes."""
    view = _changeable(request, code)
    found = view.draft
    if found is None:
        raise NotFound
    is_first = len(view.versions) == 1
    form = PublishForm(request.POST or None, is_first=is_first)
    if request.method == "POST" and form.is_valid() and _published(request, code, form):
        messages.success(request, _("The agreement is published."))
        return redirect("agreement", code=code)
    before = next((each for each in view.versions if each.number < found.number), None)
    findings = draft_findings(
        code, today=timezone.localdate(request.at), actor=request.actor, at=request.at
    )
    context = {
        "agreement": view,
        "name": found.content.name,
        "version": found,
        "before": before,
        "form": form,
        "findings": findings,
        "is_blocked": any(each.severity is Severity.ERROR for each in findings),
        "changes": view.compared(before, found) if before else None,
    }
    status = 422 if form.is_bound else 200
    return render(request, "administration/agreement_publish.html", context, status=status)


@require_POST
def discard(request: TimshelRequest, code: str) -> HttpResponse:
    """Throw a draft away."""
    actions.discard_draft(code, actor=request.actor, at=request.at)
    messages.success(request, _("The draft is gone; what was in force stays."))
    view_is_left = bool(request.POST.get("has_versions"))
    return redirect("agreement", code=code) if view_is_left else redirect("agreements")


@require_POST
def end(request: TimshelRequest, code: str) -> HttpResponse:
    """End an agreement now or at a moment."""
    form = EndForm(request.POST, auto_id="end-%s")
    done = form.is_valid() and refusing(
        form,
        lambda: actions.end_agreement(
            code,
            valid_until=form.cleaned_data["valid_until"],
            actor=request.actor,
            at=request.at,
        ),
    )
    if done:
        messages.success(request, _("The end of the agreement is set."))
        return redirect("agreement", code=code)
    return _refused(request, code, end_form=form)


@require_POST
def sign(request: TimshelRequest, code: str, number: int) -> HttpResponse:
    """Keep the signed document of a version."""
    file = request.FILES.get("files")
    view = _changeable(request, code)
    if file is None:
        return _refused(request, code, document_errors=[_("Please choose a file.")])
    upload = Upload(
        name=file.name or "",
        media_type=file.content_type or "",
        content=file,  # type: ignore[arg-type]
        size=file.size or 0,
    )
    try:
        actions.attach_document(
            code, number=number, upload=upload, actor=request.actor, at=request.at
        )
    except Invalid as refusal:
        texts = [str(text) for found in refusal.fields.values() for text in found]
        return _refused(request, view.code, document_errors=texts)
    messages.success(request, _("The document is kept."))
    return HttpResponseRedirect(f"{reverse('agreement', args=[code])}?version={number}")


@require_POST
def level(request: TimshelRequest, code: str) -> HttpResponse:
    """Give a customer a level, or take it away."""
    customer = request.POST.get("customer", "")
    if not customer.isdecimal() or len(customer) > 18:
        return _refused(request, code, level_errors=[_("Please choose a customer.")])
    wanted = None if request.POST.get("do") == "unset" else code
    try:
        actions.choose_level(wanted, customer_id=int(customer), actor=request.actor, at=request.at)
    except Invalid as refusal:
        texts = [str(text) for found in refusal.fields.values() for text in found]
        return _refused(request, code, level_errors=texts)
    messages.success(
        request,
        _("The customer has this level now.") if wanted else _("The customer has it no longer."),
    )
    return redirect("agreement", code=code)


@require_POST
def begin_preview(request: TimshelRequest, code: str) -> HttpResponse:
    """Begin to try a draft over past cases, and go to where the result will be."""
    form = PreviewForm(request.POST, auto_id="preview-%s")
    zone = timezone.get_current_timezone()
    errand_id = form.is_valid() and refusing(
        form,
        lambda: actions.begin_preview(
            code,
            opened_from=_begins(form.cleaned_data["opened_from"], zone),
            opened_until=_begins(_next_day(form.cleaned_data["opened_until"]), zone),
            actor=request.actor,
            at=request.at,
        ),
    )
    if not errand_id:
        return _refused(request, code, preview_form=form)
    return redirect("agreement-preview", errand_id=errand_id)


@require_safe
def show_preview(request: TimshelRequest, errand_id: int) -> HttpResponse:
    """Show what came of trying a draft, or how far that is."""
    token = live.token()
    after = request.GET.get("after", "0")
    found = preview(
        min(errand_id, 2**62),
        after=int(after) if after.isdecimal() and len(after) < 9 else 0,
        actor=request.actor,
    )
    context = {
        "preview": found,
        "lines": [(KIND_NAMES[line.kind], line) for line in found.lines],
        "cases": [
            (KIND_NAMES[each.kind], each, address_of_number(each.number))
            for each in found.differing
        ],
        "is_done": found.errand.finished_at is not None and not found.errand.error,
        "live_token": token,
        "live_regions": [] if found.errand.finished_at else [REGION],
    }
    return render(request, "administration/agreement_preview.html", context)


def _changeable(request: TimshelRequest, code: str) -> AgreementView:
    """Return an agreement that the reader may change.

    Raises:
        NotFound: there is none.
        NotAllowed: the reader may only see it.
    """
    view = agreement(code, actor=request.actor, at=request.at)
    if not view.may_change:
        raise NotAllowed
    return view


def _refused(request: TimshelRequest, code: str, **more: Any) -> HttpResponse:
    """Show the agreement again with a form that was refused."""
    view = agreement(code, actor=request.actor, at=request.at)
    context = page_of(request, view, view.shown, **more)
    return render(request, "administration/agreement.html", context, status=422)


def _published(request: TimshelRequest, code: str, form: PublishForm) -> bool:
    given = form.cleaned_data
    return bool(
        refusing(
            form,
            lambda: actions.publish_draft(
                code,
                valid_from=given["valid_from"] if given["when"] == "later" else None,
                since_ever=given["when"] == "ever",
                actor=request.actor,
                at=request.at,
            ),
        )
    )


def _edit(request: TimshelRequest, view: AgreementView | None) -> HttpResponse:
    """Save what was posted, or add and take away rows; what was typed stays in any case."""
    editor = Editor(request.actor, is_new=view is None, given=request.POST)
    deed = request.POST.get("do", "save")
    if deed != "save":
        editor.change_rows(deed)
        return _editor_page(request, editor, view)
    content = editor.content()
    if content is None:
        return _editor_page(request, editor, view, status=422)
    code = view.code if view else editor.head.cleaned_data["code"]
    if view is None and _is_taken(request, code):
        editor.head.add_error("code", _("There is an agreement of this code already."))
        return _editor_page(request, editor, view, status=422)
    seen = editor.head.cleaned_data.get("seen_revision") if view else None
    try:
        actions.save_draft(
            code,
            content=content,
            seen_revision=seen,
            actor=request.actor,
            at=request.at,
        )
    except Invalid as refusal:
        editor.refuse(refusal)
        return _editor_page(request, editor, view, status=422)
    except WrongState as refusal:
        editor.head.add_error(None, str(refusal.message))
        return _editor_page(request, editor, view, mine=content, status=409)
    messages.success(request, _("The draft is saved. Nothing is promised by it yet."))
    return redirect("agreement-draft", code=code)


def _is_taken(request: TimshelRequest, code: str) -> bool:
    try:
        agreement(code, actor=request.actor, at=request.at)
    except NotFound:
        return False
    return True


def _editor_page(
    request: TimshelRequest,
    editor: Editor,
    view: AgreementView | None,
    *,
    mine: AgreementContent | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the editor; where somebody else saved meanwhile, with what differs from theirs.

    Args:
        request: who writes.
        editor: the forms.
        view: the agreement, or None for a new one.
        mine: what could not be saved since somebody else did.
        status: the status to answer with.
    """
    found = view.draft if view else None
    context: dict[str, Any] = {
        "editor": editor,
        "agreement": view,
        "revision": editor.head["seen_revision"].value() or (found.revision if found else ""),
        "theirs": _differences(request, found.content, mine) if found and mine else None,
        "findings": draft_findings(
            view.code, today=timezone.localdate(request.at), actor=request.actor, at=request.at
        )
        if view and found and request.method != "POST"
        else (),
    }
    if mine is not None and found is not None:
        context["revision"] = found.revision
    return render(request, "administration/agreement_edit.html", context, status=status)


def _differences(
    request: TimshelRequest, theirs: AgreementContent, mine: AgreementContent
) -> tuple[Change, ...]:
    names = names_in((theirs, mine), language=request.actor.language)
    return differences(theirs, mine, names)


def _begins(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


STEPS: Mapping[str, Callable[..., HttpResponse]] = {
    "draft": draft,
    "start": start,
    "publish": publish,
    "discard": discard,
    "end": end,
    "level": level,
    "preview-begin": begin_preview,
}
"""What can be done with one agreement, by the last part of the address."""
