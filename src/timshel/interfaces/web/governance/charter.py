"""Keeping the service charter: the list with what is to be mended, writing, publishing, preview."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.charter_check import findings
from timshel.interfaces.web.governance.charter_forms import (
    AudienceForm,
    NewPromiseForm,
    PromiseForm,
    named_audience,
)
from timshel.interfaces.web.governance.charter_poster import charter_pdf
from timshel.interfaces.web.governance.charter_shown import (
    audience_words,
    newest_reading,
    shown_promises,
    target_words,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid
from timshel.leadership.policy import actions
from timshel.leadership.policy.access import require_manage
from timshel.leadership.policy.queries import (
    KeptPromise,
    PromiseRow,
    charter,
    kept_promise,
    kept_promises,
    promise_codes,
    promise_content,
    reader_in,
    translated_into,
)
from timshel.leadership.policy.states import STATE_NAMES, PromiseState
from timshel.performance_evaluation.measurement.queries import (
    PROMISED_MEASURES,
    charter_readings,
    subject_names,
)

MEASURES = {each.code: each for each in PROMISED_MEASURES}


@require_safe
def charter_list(request: TimshelRequest) -> HttpResponse:
    """Show all promises with where they stand, and what is to be mended."""
    actor, at = request.actor, request.at
    kept = kept_promises(actor=actor, at=at)
    rows = [each.shown for each in kept]
    checked = [row for each in kept if (row := each.current or each.coming or each.draft)]
    shown = {each.row.code: each for each in shown_promises(rows, actor=actor, at=at)}
    found = findings(
        kept,
        charter_readings(checked, at=at),
        subject_names(checked, language=actor.language),
        translated_into([row.id for row in checked]),
        today=actor.day_at(at),
    )
    context = {
        "promises": [
            {
                "kept": each,
                "shown": shown[each.code],
                "audience": audience_words(each.shown),
                "marks": list(_marks(each)),
            }
            for each in kept
        ],
        "findings": found,
    }
    return render(request, "governance/charter_list.html", context)


def _marks(kept: KeptPromise) -> Iterator[tuple[str, str]]:
    """Yield where a promise stands: the name of the look, and words."""
    if kept.current:
        yield "published", str(STATE_NAMES[PromiseState.PUBLISHED])
    if kept.coming:
        yield "coming", _("Published for later")
    if kept.draft:
        yield "draft", str(STATE_NAMES[PromiseState.DRAFT])
    if not (kept.current or kept.coming or kept.draft):
        yield "retired", str(STATE_NAMES[kept.versions[0].state])


@require_http_methods(["GET", "HEAD", "POST"])
def new_promise(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new promise, or write its draft."""
    actor, at = request.actor, request.at
    require_manage(actor)
    is_sent = request.method == "POST"
    form = NewPromiseForm(request.POST if is_sent else None, actor=actor, at=at)
    if is_sent and form.is_valid():
        code = form.cleaned_data["code"].strip()

        def save() -> int:
            if code in promise_codes():
                raise Invalid({"code": [_("This code is already taken.")]})
            return actions.save_draft(code, content=form.content(), actor=actor, at=at)

        if refusing(form, save):
            messages.success(request, _("The draft is saved. Nobody else sees it yet."))
            return redirect("charter-promise", code=code)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_promise(request: TimshelRequest, code: str) -> HttpResponse:
    """Show the form of a promise, or write its next version."""
    actor, at = request.actor, request.at
    kept = kept_promise(code, actor=actor, at=at)
    basis = kept.draft or kept.coming or kept.shown
    content = promise_content(basis.id)
    is_sent = request.method == "POST"
    form = PromiseForm(request.POST if is_sent else None, actor=actor, at=at, content=content)
    if is_sent and form.is_valid():
        saved = refusing(
            form,
            lambda: actions.save_draft(kept.code, content=form.content(), actor=actor, at=at),
        )
        if saved:
            messages.success(request, _("The draft is saved. Nobody else sees it yet."))
            return redirect("charter-promise", code=kept.code)
    return _form_page(request, form, kept)


def _form_page(
    request: TimshelRequest, form: PromiseForm, kept: KeptPromise | None
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "kept": kept}
    return render(request, "governance/charter_form.html", context, status=status)


@require_safe
def promise(request: TimshelRequest, code: str) -> HttpResponse:
    """Show a promise with its versions and what can be done with it."""
    kept = kept_promise(code, actor=request.actor, at=request.at)
    basis = kept.draft or kept.shown
    context = {
        "kept": kept,
        "each": shown_promises([basis], actor=request.actor, at=request.at)[0],
        "audience": audience_words(basis),
        "target": _target(basis),
        "marks": list(_marks(kept)),
        "versions": [
            {"row": row, "state": STATE_NAMES[row.state], "target": _target(row)}
            for row in kept.versions
        ],
    }
    return render(request, "governance/charter_kept.html", context)


def _target(row: PromiseRow) -> str:
    found = MEASURES.get(row.measure)
    return target_words(row, found) if found else f"{row.target.normalize():f}"


@require_POST
def publish(request: TimshelRequest, code: str) -> HttpResponse:
    """Publish what was written."""
    actions.publish_draft(code, actor=request.actor, at=request.at)
    messages.success(request, _("The promise is published. Its figures come within some minutes."))
    return redirect("charter-promise", code=code)


@require_POST
def retire(request: TimshelRequest, code: str) -> HttpResponse:
    """Promise something no more."""
    actions.retire_promise(code, actor=request.actor, at=request.at)
    messages.success(request, _("The promise is retired. Its versions are kept."))
    return redirect("charter-promise", code=code)


@require_POST
def discard(request: TimshelRequest, code: str) -> HttpResponse:
    """Throw away what was written."""
    actions.discard_draft(code, actor=request.actor, at=request.at)
    messages.success(request, _("The draft is thrown away."))
    return redirect("charter-list")


@require_safe
def preview(request: TimshelRequest) -> HttpResponse:
    """Show the charter as an audience sees it today."""
    require_manage(request.actor)
    chosen = request.GET.get("audience", "")
    found = _as_audience(request, chosen)
    context: dict[str, Any] = {
        "promises": found,
        "read_at": newest_reading(found),
        "form": AudienceForm(request.actor, chosen),
    }
    return render(request, "governance/charter_preview.html", context)


@require_safe
def preview_file(request: TimshelRequest) -> HttpResponse:
    """Send the charter of an audience as a document to print."""
    require_manage(request.actor)
    found = _as_audience(request, request.GET.get("audience", ""))
    content = charter_pdf(found, actor=request.actor, at=request.at)
    headers = {"Content-Disposition": 'attachment; filename="charter.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _as_audience(request: TimshelRequest, chosen: str) -> list[Any]:
    actor, at = request.actor, request.at
    reader = reader_in(*named_audience(chosen))
    rows = charter(reader, language=actor.language, zone=actor.time_zone, at=at)
    return shown_promises(rows, actor=actor, at=at)
