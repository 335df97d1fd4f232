"""One's own requests: what each part is doing, where the process stands, what one can do."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.answering import Asking, read_post, step_context
from timshel.interfaces.web.catalogue_words import price_words
from timshel.interfaces.web.diagrams import Diagram, DiagramStep, StepMark, diagram
from timshel.interfaces.web.forms import FilesGiven
from timshel.interfaces.web.mails.shown import shown_mails
from timshel.interfaces.web.portal.deeds import Deed, PlainForm, ReplyForm
from timshel.interfaces.web.portal.rating import RATE, RATINGS, rated_words
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.forms import form_from
from timshel.leadership.approval.states import SEAT_NAMES, WHY_NAMES, SeatState, Why
from timshel.operation.process.queries import run_diagram
from timshel.operation.process.states import STEP_KIND_NAMES
from timshel.operation.teamwork.queries import sharing
from timshel.resolution_fulfilment.service_request import actions, queries
from timshel.resolution_fulfilment.service_request.actions import Changed
from timshel.resolution_fulfilment.service_request.queries import RequestCase
from timshel.resolution_fulfilment.service_request.states import OUTCOME_NAMES
from timshel.service_portfolio.catalogue.queries.references import references_for


class ReasonForm(PlainForm):
    """Why it is not wanted any more, if its requester wants to say."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ComplainForm(PlainForm):
    """What is not as it should be."""

    reason = forms.CharField(
        label=gettext_lazy("What is not as it should be?"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Please say what is not as it should be.")},
    )


Given = Mapping[str, Any]


def _reply(number: str, given: Given, files: FilesGiven, request: TimshelRequest) -> object:
    return actions.reply_to_request(
        number, text=given["text"], files=files.uploads(), actor=request.actor, at=request.at
    )


def _withdraw(number: str, given: Given, _files: FilesGiven, request: TimshelRequest) -> object:
    return actions.withdraw_request(
        number, reason=given["reason"], actor=request.actor, at=request.at
    )


def _reopen(number: str, given: Given, _files: FilesGiven, request: TimshelRequest) -> object:
    return actions.reopen_request(
        number, reason=given["reason"], actor=request.actor, at=request.at
    )


def _confirm(number: str, _given: Given, _files: FilesGiven, request: TimshelRequest) -> object:
    return actions.confirm_request(number, actor=request.actor, at=request.at)


DEEDS: Mapping[str, Deed] = {
    "reply": Deed(ReplyForm, gettext_lazy("Your message is sent."), _reply),
    "withdraw": Deed(ReasonForm, gettext_lazy("Your request is withdrawn."), _withdraw),
    "reopen": Deed(ComplainForm, gettext_lazy("Your request is open again."), _reopen),
    "confirm": Deed(PlainForm, gettext_lazy("Thank you. Your request is closed."), _confirm),
    "rate": RATE,
}


def request_page(
    request: TimshelRequest,
    number: str,
    *,
    forms: Mapping[str, PlainForm],
    files: FilesGiven | None,
    status: int,
) -> HttpResponse:
    """Show one of one's own requests, with a form that was refused where there is one."""
    token = live.token()
    shown = queries.request_case(number, actor=request.actor, at=request.at)
    offered = {
        verb: forms.get(verb) or deed.form(auto_id=f"{verb}_%s", initial={"once": uuid.uuid4().hex})
        for verb, deed in DEEDS.items()
    }
    lost = "withdraw" in shown.possible
    context = {
        "case": shown,
        "price": price_words(
            shown.price, shown.currency, shown.price_period, language=request.actor.language
        ),
        "outcome": OUTCOME_NAMES.get(shown.outcome, ""),
        "asked": [
            (approval, seat, WHY_NAMES.get(Why(seat.why)), SEAT_NAMES[SeatState(seat.state)])
            for approval in shown.approvals
            for seat in approval.seats
        ],
        "picture": _picture(request, shown),
        "lost": (
            queries.consequences(shown.work, actor=request.actor, at=request.at) if lost else None
        ),
        "ratings": RATINGS,
        "rated": rated_words(shown.rating),
        "forms": offered,
        "refused": next(iter(forms), ""),
        "kept": files.keep() if files else [],
        "file_errors": files.errors if files else [],
        "largest_file": settings.ATTACHMENT_MAX_BYTES,
        "sharing": sharing(shown.work, actor=request.actor),
        "mails": shown_mails(
            shown.work, shown.conversation, channel=shown.work.channel, actor=request.actor
        ),
        "live_token": token,
        "live_regions": [
            f"work_item:{key}" for key in (shown.id, *(part.id for part in shown.parts))
        ],
    }
    return render(request, "portal/request.html", context, status=status)


@require_safe
def picture_file(request: TimshelRequest, number: str) -> HttpResponse:
    """Send the diagram by which one's own request runs, in the reader's language."""
    shown = queries.request_case(number, actor=request.actor, at=request.at)
    xml = run_diagram(shown.id, language=request.actor.language)
    if xml is None:
        raise NotFound
    return HttpResponse(xml, content_type="application/xml")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, number: str) -> HttpResponse:
    """Change what a request says, with what follows from that said before."""
    actor, at = request.actor, request.at
    shown = queries.request_case(number, actor=actor, at=at)
    if "change" not in shown.possible or shown.form is None:
        raise WrongState
    asking = Asking(
        form=form_from(shown.form),
        requester=queries.facts_of(shown.requester_id),
        references=references_for(actor),
        language=actor.language,
        today=actor.day_at(at),
        owner=actor.person_id,
    )
    raw: Mapping[str, Any] = shown.raw
    errors: Mapping[str, Any] = {}
    is_wrong = False
    if request.method == "POST":
        raw, errors, is_again = _posted(request, asking, raw)
        is_wrong = bool(errors)
        if not errors and not is_again:
            try:
                changed = Changed(raw, asking.references)
                actions.change_request(number, changed=changed, actor=actor, at=at)
            except Invalid as refusal:
                errors = {name: [str(t) for t in texts] for name, texts in refusal.fields.items()}
                is_wrong = True
            else:
                messages.success(request, _("Your request is changed, and begins anew."))
                return HttpResponseRedirect(reverse("case", args=[number]))
    steps = asking.read(raw).visible.steps
    context = {
        "case": shown,
        "steps": [step_context(asking, key, raw, errors) for key in steps],
        "lost": queries.consequences(shown.work, actor=actor, at=at),
    }
    return render(request, "portal/request_change.html", context, status=422 if is_wrong else 200)


def _posted(
    request: TimshelRequest, asking: Asking, raw: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any], bool]:
    """Return what was typed on all steps, what is wrong, and whether to show them again."""
    errors: dict[str, Any] = {}
    is_again = False
    for key in asking.read(raw).visible.steps:
        posted = read_post(request, asking, key, raw)
        raw = posted.raw
        errors |= posted.shown_errors
        is_again = is_again or posted.is_again or posted.has_new
    return raw, errors, is_again


def _picture(request: TimshelRequest, shown: RequestCase) -> Diagram | None:
    if shown.run is None:
        return None
    tasks = {each.id: each for each in shown.tasks}
    told = {each.step_id for each in shown.steps}
    steps = []
    for each in shown.run.steps:
        if each.step_id not in told:
            continue
        task = tasks.get(each.work_item_id or 0)
        kind = STEP_KIND_NAMES.get(each.kind)
        steps.append(
            DiagramStep(
                element=each.place,
                name=each.name,
                mark=StepMark(each.state),
                kind=str(kind) if kind else "",
                who=each.by or (task.assignee or task.team if task else ""),
                began_at=each.entered_at,
                ended_at=each.left_at,
            )
        )
    address = reverse("case-diagram", args=[shown.number])
    return diagram(address, title=shown.run.name, at=request.at, steps=steps, flows=shown.run.flows)
