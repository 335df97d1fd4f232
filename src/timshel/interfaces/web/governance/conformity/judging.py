"""A question of the standard, and saying whether it is fulfilled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from timshel.improvement.conformity import actions, queries
from timshel.improvement.conformity.queries import QuestionView
from timshel.interfaces.web.governance.conformity.forms import VerdictForm
from timshel.interfaces.web.governance.conformity.words import judged, marked, shown, watched
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed


@require_safe
def question(request: TimshelRequest, conformity_question: str) -> HttpResponse:
    """Show a question with its evidence and all that was said of it."""
    token = live.token()
    view = queries.question_view(conformity_question, actor=request.actor, at=request.at)
    context = {**_shown(view, request), **watched(request), "live_token": token}
    return render(request, "governance/conformity/question.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: TimshelRequest, conformity_question: str) -> HttpResponse:
    """Show the form of a verdict, or give it."""
    view = queries.question_view(conformity_question, actor=request.actor, at=request.at)
    if not view.may_judge:
        raise NotAllowed
    form = VerdictForm(view, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():

        def save() -> None:
            actions.judge_question(
                conformity_question,
                content=form.content(),
                seen=form.cleaned_data["seen"],
                actor=request.actor,
                at=request.at,
            )

        if form.try_to(save):
            messages.success(request, _("The verdict is given. What was said before is kept."))
            return redirect("conformity-question", view.row.key)
    context = {**_shown(view, request), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "governance/conformity/judge.html", context, status=status)


def _shown(view: QuestionView, request: TimshelRequest) -> dict[str, Any]:
    (each,) = shown([view.row], actor=request.actor)
    return {
        "view": view,
        "row": view.row,
        "each": each,
        "verdicts": [(said, judged(said.judgement), marked(said.found)) for said in view.verdicts],
    }
