"""What is done with a risk: judging, treating, accepting, reviewing, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.governance.risks.forms import (
    AnalyseForm,
    OccurForm,
    ReasonForm,
    ReviewForm,
    RiskDeedForm,
    TreatForm,
)
from timshel.interfaces.web.governance.risks.record import deeds_of
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, WrongState
from timshel.planning.risk import actions, queries
from timshel.planning.risk.queries import RiskView

WRITE = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done with a risk by a form.

    Args:
        name: of the deed.
        heading: of the page.
        button: what does it.
        said: afterwards.
        form: makes the form of a risk from what was sent, or None.
        act: does it, by keywords.
        given: what of the form the action takes, by name.
        lead: what to know before.
    """

    name: str
    heading: Promise
    button: Promise
    said: Promise
    form: Callable[[RiskView, Any], RiskDeedForm]
    act: Callable[..., None]
    given: Callable[[Any], dict[str, Any]]
    lead: Promise | str = ""


def _plain(kind: type[RiskDeedForm]) -> Callable[[RiskView, Any], RiskDeedForm]:
    def form(view: RiskView, given: Any) -> RiskDeedForm:
        return kind(given, initial={"revision": view.revision})

    return form


def _reason(form: Any) -> dict[str, Any]:
    return {"reason": form.cleaned_data["reason"]}


ANALYSE = Deed(
    "analyse",
    gettext_lazy("Judge it"),
    gettext_lazy("Save"),
    gettext_lazy("It is judged. What was judged before is kept."),
    AnalyseForm,
    actions.analyse_risk,
    lambda form: {"analysis": form.analysis()},
    gettext_lazy(
        "How high it is follows from likelihood times impact. Judged anew, what is done about it"
        " is decided anew."
    ),
)
TREAT = Deed(
    "treat",
    gettext_lazy("Plan what is done about it"),
    gettext_lazy("Save"),
    gettext_lazy("It is planned."),
    TreatForm,
    actions.treat_risk,
    lambda form: {"treatment": form.treatment()},
)
ACCEPT = Deed(
    "accept",
    gettext_lazy("Accept it as high as it is"),
    gettext_lazy("Accept"),
    gettext_lazy("It is accepted."),
    _plain(ReasonForm),
    actions.accept_risk,
    _reason,
)
REVIEW = Deed(
    "review",
    gettext_lazy("Review it"),
    gettext_lazy("Save"),
    gettext_lazy("The review is kept."),
    _plain(ReviewForm),
    actions.review_risk,
    lambda form: {"review": form.review()},
    gettext_lazy("Has the level changed? Then judge it anew as well."),
)
OCCUR = Deed(
    "occur",
    gettext_lazy("It came true"),
    gettext_lazy("Save"),
    gettext_lazy("It is written down that it came true."),
    _plain(OccurForm),
    actions.record_occurrence,
    lambda form: {"occurrence": form.occurrence()},
)
CLOSE = Deed(
    "close",
    gettext_lazy("Close it"),
    gettext_lazy("Close it"),
    gettext_lazy("It is closed."),
    _plain(ReasonForm),
    actions.close_risk,
    _reason,
    gettext_lazy("Close what can no longer come true. It stays in the register."),
)
REOPEN = Deed(
    "reopen",
    gettext_lazy("Open it again"),
    gettext_lazy("Open it again"),
    gettext_lazy("It is open again, to be judged anew."),
    _plain(ReasonForm),
    actions.reopen_risk,
    _reason,
)


@require_http_methods(WRITE)
def analyse(request: TimshelRequest, risk: str) -> HttpResponse:
    """Judge a risk."""
    return _page(request, risk, ANALYSE)


@require_http_methods(WRITE)
def treat(request: TimshelRequest, risk: str) -> HttpResponse:
    """Plan what is done about a risk."""
    return _page(request, risk, TREAT)


@require_http_methods(WRITE)
def accept(request: TimshelRequest, risk: str) -> HttpResponse:
    """Accept a risk as high as it is."""
    return _page(request, risk, ACCEPT)


@require_http_methods(WRITE)
def review(request: TimshelRequest, risk: str) -> HttpResponse:
    """Write down what a review found."""
    return _page(request, risk, REVIEW)


@require_http_methods(WRITE)
def occur(request: TimshelRequest, risk: str) -> HttpResponse:
    """Say that a risk came true."""
    return _page(request, risk, OCCUR)


@require_http_methods(WRITE)
def close(request: TimshelRequest, risk: str) -> HttpResponse:
    """Close a risk."""
    return _page(request, risk, CLOSE)


@require_http_methods(WRITE)
def reopen(request: TimshelRequest, risk: str) -> HttpResponse:
    """Open a closed risk again."""
    return _page(request, risk, REOPEN)


@require_POST
def monitor(request: TimshelRequest, risk: str) -> HttpResponse:
    """Say that the treatment of a risk is in place."""
    actions.monitor_risk(risk, actor=request.actor, at=request.at)
    messages.success(request, _("It is watched from now on."))
    return redirect("risk", risk)


def _page(request: TimshelRequest, risk: str, deed: Deed) -> HttpResponse:
    """Show the form of a deed, or do it; who may not do it now is told why."""
    view = queries.risk(risk, actor=request.actor, at=request.at)
    is_sent = request.method == "POST"
    if not is_sent and deed.name not in deeds_of(view):
        raise _refusal(view, deed)
    form = deed.form(view, request.POST if is_sent else None)
    if is_sent and form.is_valid():

        def do() -> None:
            deed.act(
                risk,
                **deed.given(form),
                revision=form.cleaned_data["revision"],
                actor=request.actor,
                at=request.at,
            )

        if form.try_to(do):
            messages.success(request, str(deed.said))
            return redirect("risk", view.row.number)
    context = {
        "form": form,
        "row": view.row,
        "heading": deed.heading,
        "button": deed.button,
        "lead": deed.lead,
    }
    status = 422 if is_sent else 200
    return render(request, "governance/risks/form.html", context, status=status)


def _refusal(view: RiskView, deed: Deed) -> NotAllowed | WrongState:
    may = {
        "accept": view.may_accept,
        "close": view.may_manage,
        "reopen": view.may_manage,
    }.get(deed.name, view.may_answer)
    return WrongState() if may else NotAllowed()
