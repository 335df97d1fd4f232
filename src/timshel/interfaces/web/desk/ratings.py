"""What requesters said of the work that one sees, and saying what came of it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.addresses import record_address
from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.portal.rating import RATINGS
from timshel.interfaces.web.requests import TimshelRequest
from timshel.operation.rating.actions import answer_rating
from timshel.operation.rating.queries import RatedWork, rating_list
from timshel.operation.rating.rules import LONGEST_COMMENT

WORDS = dict(RATINGS)
SHOWN = (("unanswered", gettext_lazy("Poor, not answered")), ("all", gettext_lazy("All")))


class AnswerForm(RefusableForm):
    """What the requester is told."""

    text = forms.CharField(
        label=gettext_lazy("What came of it? The requester reads this."),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Please write something.")},
    )


@require_safe
def ratings(request: TimshelRequest) -> HttpResponse:
    """Show ratings, newest first: poor ones without an answer, or all."""
    return _page(request)


@require_POST
def answer(request: TimshelRequest, number: str) -> HttpResponse:
    """Tell a requester what came of their rating."""
    form = AnswerForm(request.POST, auto_id=f"answer-{number}-%s")
    if form.is_valid():
        said = refusing(
            form,
            lambda: answer_rating(
                number, text=form.cleaned_data["text"], actor=request.actor, at=request.at
            ),
        )
        if said is not None:
            messages.success(request, _("The requester is told."))
            return HttpResponseRedirect(reverse("rating-list"))
    return _page(request, refused=(number, form))


def _page(request: TimshelRequest, refused: tuple[str, AnswerForm] | None = None) -> HttpResponse:
    show = "all" if request.GET.get("show") == "all" else "unanswered"
    page = rating_list(
        actor=request.actor,
        unanswered=show == "unanswered",
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page,
        "rows": [_row(each, refused) for each in page.items],
        "show": show,
        "shown": SHOWN,
        "refused": refused,
    }
    return render(request, "desk/ratings.html", context, status=422 if refused else 200)


def _row(each: RatedWork, refused: tuple[str, AnswerForm] | None) -> dict[str, object]:
    form = AnswerForm(auto_id=f"answer-{each.number}-%s")
    return {
        "work": each,
        "word": WORDS[each.rating.score],
        "address": record_address(each.kind, each.number),
        "form": refused[1] if refused and refused[0] == each.number else form,
        "is_open": bool(refused and refused[0] == each.number),
    }
