"""Planning, preparing, freezing, holding and closing management reviews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.reviews.forms import CommentForm, OutputForm, ReviewForm
from timshel.interfaces.web.governance.reviews.views import section_of
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, NotFound, WrongState
from timshel.performance_evaluation.management_review import access, actions, queries
from timshel.performance_evaluation.management_review.queries import ReviewView
from timshel.performance_evaluation.management_review.states import Output

FORMS = ["GET", "HEAD", "POST"]


@require_http_methods(FORMS)
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new review, or plan it."""
    if not access.may_manage(request.actor):
        raise NotAllowed
    form = ReviewForm(
        queries.meeting_choices(actor=request.actor),
        _given(request),
        zone=request.actor.time_zone,
        initial={"meeting": request.GET.get("meeting", "")},
    )
    made: list[str] = []

    def do() -> None:
        meeting = form.cleaned_data["meeting"]
        made.append(actions.plan_review(meeting=meeting, actor=request.actor, at=request.at))

    if form.is_bound and form.is_valid() and form.try_to(do):
        return redirect("review", made[0])
    return _form_page(request, form, _("New management review"))


@require_http_methods(FORMS)
def change(request: TimshelRequest, review: str) -> HttpResponse:
    """Show in which meeting it is reviewed, or choose another."""
    view = _managed(request, review)
    form = ReviewForm(
        queries.meeting_choices(actor=request.actor, keep=view.row.meeting),
        _given(request),
        zone=request.actor.time_zone,
        initial={"meeting": view.row.meeting, "revision": view.revision},
    )

    def do() -> None:
        actions.change_review(review, **form.cleaned_data, actor=request.actor, at=request.at)

    if form.is_bound and form.is_valid() and form.try_to(do):
        return _done(request, review, gettext_lazy("Saved."))
    return _form_page(request, form, _("Review in another meeting"), view)


@require_http_methods(FORMS)
def comment(request: TimshelRequest, review: str, section: str) -> HttpResponse:
    """Show what is said about a section, or say it."""
    view = _managed(request, review)
    kept = section_of(view, section)
    if kept is None:
        raise NotFound
    initial = {"text": view.comments.get(section, ""), "revision": view.revision}
    form = CommentForm(_given(request), initial=initial)

    def do() -> None:
        actions.comment_section(
            review, section=section, **form.cleaned_data, actor=request.actor, at=request.at
        )

    if form.is_bound and form.is_valid() and form.try_to(do):
        return _done(request, review, gettext_lazy("Saved."))
    title = _("Comment on: %(section)s") % {"section": kept["title"]}
    return _form_page(request, form, title, view, lead=kept["sentence"])


@require_http_methods(FORMS)
def answer(request: TimshelRequest, review: str, output: str) -> HttpResponse:
    """Show which decisions answer what is to be decided, or say it."""
    view = _managed(request, review)
    if output not in Output.values:
        raise NotFound
    ticked = [each.id for each in view.answered[output]]
    initial = {"decisions": ticked, "revision": view.revision}
    form = OutputForm(view.decisions, _given(request), initial=initial)

    def do() -> None:
        actions.answer_output(
            review, output=output, **form.cleaned_data, actor=request.actor, at=request.at
        )

    if form.is_bound and form.is_valid() and form.try_to(do):
        return _done(request, review, gettext_lazy("Saved."))
    title = _("Decided about: %(output)s") % {"output": Output(output).label}
    return _form_page(request, form, title, view)


@require_POST
def draw(request: TimshelRequest, review: str) -> HttpResponse:
    """Draw the pack from records as they are now."""
    return _do(request, review, actions.draw_review, gettext_lazy("The pack is drawn."))


@require_POST
def freeze(request: TimshelRequest, review: str) -> HttpResponse:
    """Make the pack a record."""
    return _do(request, review, actions.freeze_review, gettext_lazy("The pack is frozen."))


@require_POST
def hold(request: TimshelRequest, review: str) -> HttpResponse:
    """Say that the review took place."""
    return _do(request, review, actions.hold_review, gettext_lazy("The review was held."))


@require_POST
def close(request: TimshelRequest, review: str) -> HttpResponse:
    """Close the review."""
    return _do(request, review, actions.close_review, gettext_lazy("The review is closed."))


def _managed(request: TimshelRequest, review: str) -> ReviewView:
    view = queries.review(review, actor=request.actor, at=request.at)
    if not view.may_manage:
        raise NotAllowed
    return view


def _do(
    request: TimshelRequest, review: str, deed: Callable[..., None], told: Promise
) -> HttpResponse:
    """Do something without a form; a refusal is told on the page of the review."""
    try:
        deed(review, actor=request.actor, at=request.at)
    except WrongState as refusal:
        messages.error(request, str(refusal.message))
        return redirect("review", review)
    return _done(request, review, told)


def _done(request: TimshelRequest, review: str, told: Promise) -> HttpResponse:
    messages.success(request, str(told))
    return redirect("review", review)


def _given(request: TimshelRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _form_page(
    request: TimshelRequest,
    form: RefusableForm,
    title: str,
    view: ReviewView | None = None,
    *,
    lead: str = "",
) -> HttpResponse:
    context = {"form": form, "title": title, "view": view, "lead": lead}
    status = 422 if form.is_bound else 200
    return render(request, "governance/reviews/form.html", context, status=status)
