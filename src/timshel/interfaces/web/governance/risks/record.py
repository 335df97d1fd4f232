"""One risk with all that is known of it; writing one down and changing what is said of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.governance.actions.views import shown as shown_action
from timshel.interfaces.web.governance.risks.forms import RiskForm
from timshel.interfaces.web.governance.risks.words import happened, level_text, shown
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed
from timshel.planning.planned_action.actions import REGION as ACTION_REGION
from timshel.planning.planned_action.queries import actions_about
from timshel.planning.risk import actions, queries
from timshel.planning.risk.access import MANAGE
from timshel.planning.risk.queries import RiskView

WRITE = ["GET", "HEAD", "POST"]


@require_safe
def one(request: TimshelRequest, risk: str) -> HttpResponse:
    """Show one risk."""
    token = live.token()
    view = queries.risk(risk, actor=request.actor, at=request.at)
    number = view.row.number
    about = actions_about(actions.SUBJECT, [number], at=request.at).get(number, ())
    plan = f"{reverse('action-new')}?about={actions.SUBJECT}:{number}"
    context = {
        "view": view,
        "row": view.row,
        "shown": shown(view.row),
        "inherent": level_text(view.row.inherent),
        "residual": level_text(view.row.residual),
        "analyses": [
            (each, level_text(each.inherent), level_text(each.residual)) for each in view.analyses
        ],
        "history": list(happened(view.history)),
        "deeds": deeds_of(view),
        "actions": [shown_action(each) for each in about],
        "plan_address": plan if view.may_answer else "",
        "live_token": token,
        "live_regions": [actions.REGION, ACTION_REGION],
    }
    return render(request, "governance/risks/risk.html", context)


def deeds_of(view: RiskView) -> frozenset[str]:
    """Return what the reader can do with a risk as it stands."""
    possible = {each.value for each in view.possible}
    answered = possible & {"analyse", "treat", "monitor", "occur"} if view.may_answer else set()
    kept = possible & {"close", "reopen"} if view.may_manage else set()
    accepted = possible & {"accept"} if view.may_accept else set()
    if view.row.inherent is None:
        answered.discard("treat")
    is_open = "close" in possible
    more = {name for name, may in (("review", view.may_answer), ("change", view.may_manage)) if may}
    return frozenset(answered | kept | accepted | (more if is_open else set()))


@require_http_methods(WRITE)
def new_risk(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new risk, or write it down."""
    if not request.actor.may_somewhere(MANAGE):
        raise NotAllowed
    form = RiskForm(request.actor, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made: list[str] = []

        def save() -> None:
            made.append(actions.identify_risk(form.content(), actor=request.actor, at=request.at))

        if form.try_to(save):
            messages.success(request, _("It is in the register. Now say how high it is."))
            return redirect("risk", made[0])
    return _form_page(request, form, None)


@require_http_methods(WRITE)
def change(request: TimshelRequest, risk: str) -> HttpResponse:
    """Show the form of a risk, or say something else of it."""
    view = queries.risk(risk, actor=request.actor, at=request.at)
    if not view.may_manage:
        raise NotAllowed
    given = request.POST if request.method == "POST" else None
    form = RiskForm(request.actor, given, view=view)
    if form.is_bound and form.is_valid():

        def save() -> None:
            actions.change_risk(
                risk,
                content=form.content(),
                revision=form.cleaned_data["revision"],
                actor=request.actor,
                at=request.at,
            )

        if form.try_to(save):
            messages.success(request, _("Saved."))
            return redirect("risk", view.row.number)
    return _form_page(request, form, view)


def _form_page(request: TimshelRequest, form: RiskForm, view: RiskView | None) -> HttpResponse:
    context = {
        "form": form,
        "row": view.row if view else None,
        "heading": view.row.title if view else _("Write down a risk or an opportunity"),
        "button": _("Save") if view else _("Write it down"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/risks/form.html", context, status=status)
