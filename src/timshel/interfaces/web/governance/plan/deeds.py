"""Writing and reviewing a part; proposing, taking back and approving a version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.governance.issues.saving import WRITE, SeenForm, saved
from timshel.interfaces.web.governance.plan.forms import (
    PartForm,
    ProposeForm,
    ReviewForm,
    WithdrawForm,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.planning.plan import actions, queries
from timshel.planning.plan.queries import LivePart, VersionRow
from timshel.planning.plan.states import PART_TITLES, PlanTrigger


@require_http_methods(WRITE)
def change_part(request: TimshelRequest, plan_part: str) -> HttpResponse:
    """Show the form of a part, or write it."""
    actor, at = request.actor, request.at
    part = _part_to_write(request, plan_part)
    form = PartForm(part, given=request.POST if request.method == "POST" else None)

    def write() -> None:
        content = form.content(actor=actor)
        actions.write_part(plan_part, content=content, revision=form.seen, actor=actor, at=at)

    if _done(form, write, revision=part.revision):
        messages.success(request, _("It is written. It holds once the version is approved."))
        return redirect("plan-part", plan_part)
    return _form(
        request,
        form,
        part=part,
        heading=_("Write: %(part)s") % {"part": PART_TITLES[part.view.part]},
        button=_("Save"),
    )


@require_http_methods(WRITE)
def review_part(request: TimshelRequest, plan_part: str) -> HttpResponse:
    """Show the form of a review, or note it."""
    part = _part_to_write(request, plan_part)
    given = request.POST if request.method == "POST" else None
    form = ReviewForm(given, initial={"revision": part.revision})

    def review() -> None:
        actions.review_part(
            plan_part,
            found=form.cleaned_data["found"],
            review_date=form.cleaned_data["review_date"],
            revision=form.seen,
            actor=request.actor,
            at=request.at,
        )

    if _done(form, review, revision=part.revision):
        messages.success(request, _("It is noted that it still holds."))
        return redirect("plan-part", plan_part)
    return _form(
        request,
        form,
        part=part,
        heading=_("Still true: %(part)s") % {"part": PART_TITLES[part.view.part]},
        button=_("It still holds"),
        lead=_("Where it does not hold any more, write it anew instead."),
    )


@require_POST
def begin(request: TimshelRequest) -> HttpResponse:
    """Begin the next version without a new text."""
    number = actions.begin_version(actor=request.actor, at=request.at)
    messages.success(request, _("Version %(number)d is begun.") % {"number": number})
    return redirect("plan")


@require_http_methods(WRITE)
def propose(request: TimshelRequest) -> HttpResponse:
    """Show the form of a proposal, or propose the version."""
    row = _coming(request, PlanTrigger.PROPOSE)
    given = request.POST if request.method == "POST" else None
    form = ProposeForm(given, initial={"revision": row.revision, "summary": row.summary})

    def put() -> None:
        actions.propose_version(
            summary=form.cleaned_data["summary"],
            revision=form.seen,
            actor=request.actor,
            at=request.at,
        )

    if _done(form, put, revision=row.revision):
        messages.success(request, _("It is proposed. Somebody who did not write it approves it."))
        return redirect("plan")
    return _form(
        request,
        form,
        heading=_("Propose version %(number)d") % {"number": row.number},
        button=_("Propose it"),
        lead=_("Texts rest until it is approved or taken back."),
    )


@require_http_methods(WRITE)
def withdraw(request: TimshelRequest) -> HttpResponse:
    """Show the form for taking a version back, or take it back."""
    row = _coming(request, PlanTrigger.WITHDRAW)
    given = request.POST if request.method == "POST" else None
    form = WithdrawForm(given, initial={"revision": row.revision})

    def take_back() -> None:
        actions.withdraw_version(
            reason=form.cleaned_data["reason"],
            revision=form.seen,
            actor=request.actor,
            at=request.at,
        )

    if _done(form, take_back, revision=row.revision):
        messages.success(request, _("It is a draft again."))
        return redirect("plan")
    return _form(
        request,
        form,
        heading=_("Take version %(number)d back") % {"number": row.number},
        button=_("Take it back"),
        lead=_("It becomes a draft again, and its texts can be changed."),
    )


@require_POST
def approve(request: TimshelRequest) -> HttpResponse:
    """Let the proposed version hold."""
    seen = request.POST.get("revision", "")
    number = actions.approve_version(
        revision=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,
        actor=request.actor,
        at=request.at,
    )
    messages.success(request, _("Version %(number)d holds from now on.") % {"number": number})
    return redirect("plan-version", number)


def _part_to_write(request: TimshelRequest, plan_part: str) -> LivePart:
    part = queries.plan_part(plan_part, actor=request.actor, at=request.at)
    if not part.may_write:
        raise NotAllowed
    return part


def _coming(request: TimshelRequest, trigger: PlanTrigger) -> VersionRow:
    """Return the version that is not approved yet, for somebody who may do something with it."""
    row = queries.coming_version(trigger, actor=request.actor)
    if row is None:
        raise NotFound
    return row


def _done(form: SeenForm, do: Callable[[], Any], *, revision: int) -> bool:
    return form.is_bound and form.is_valid() and saved(form, do, revision=revision)


def _form(
    request: TimshelRequest,
    form: SeenForm,
    *,
    heading: str,
    button: str,
    part: LivePart | None = None,
    lead: str = "",
) -> HttpResponse:
    context = {"form": form, "heading": heading, "button": button, "part": part, "lead": lead}
    status = 422 if form.is_bound else 200
    return render(request, "governance/plan/form.html", context, status=status)
