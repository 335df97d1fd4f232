"""The pages of mandates: the register, one mandate, its forms, and who may approve something."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.context.organization.queries import unit_list
from timshel.interfaces.web.governance.mandates.forms import MandateForm, ReasonForm, WhoMayForm
from timshel.interfaces.web.governance.mandates.words import happened, shown, shown_approver
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.kernel.errors import NotAllowed, WrongState
from timshel.leadership.mandate import access, actions, queries
from timshel.leadership.mandate.queries import MandateFilter, MandateRow, MandateView, WhoMay
from timshel.leadership.mandate.states import MandateState, MandateTrigger, Subject
from timshel.support.documentation.access import sees_all as sees_all_documents

WRITE = ["GET", "HEAD", "POST"]
ENDINGS = ("over", "soon")


def asked_of(request: TimshelRequest) -> MandateFilter:
    """Return which mandates the address asks for; what it says amiss narrows nothing."""
    given = request.GET
    subject, state, ending = (given.get(name, "") for name in ("subject", "state", "ending"))
    return MandateFilter(
        subject=subject if subject in Subject.values else "",
        state=state if state in {*MandateState.values, "all"} else "current",
        unit=given.get("unit", ""),
        service=given.get("service", ""),
        vacant=given.get("vacant") == "yes",
        ending=ending if ending in ENDINGS else "",
        text=given.get("text", ""),
    )


@require_safe
def register(request: TimshelRequest) -> HttpResponse:
    """List mandates by title."""
    token = live.token()
    asked, actor = asked_of(request), request.actor
    page = queries.mandate_list(
        actor=actor, at=request.at, asked=asked, cursor=request.GET.get("cursor") or None
    )
    context = {
        "page": page.map(shown),
        "asked": asked,
        "summary": queries.mandate_summary(actor=actor, at=request.at),
        "subjects": Subject.choices,
        "states": MandateState.choices,
        "units": unit_list(language=actor.language),
        "is_narrowed": asked != MandateFilter(),
        "may_manage": access.may_manage(actor),
        "sees_policies": sees_all_documents(actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/mandates/list.html", context)


@require_safe
def as_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the mandates that the page would list, all of them."""
    columns = (
        Column(_("Number")),
        Column(_("In a few words")),
        Column(_("What may be approved")),
        Column(_("Who holds it")),
        Column(_("People")),
        Column(_("Up to how much"), ColumnKind.NUMBER),
        Column(_("Currency")),
        Column(_("Where")),
        Column(_("First day"), ColumnKind.DATE),
        Column(_("Last day"), ColumnKind.DATE),
        Column(_("Who grants it")),
        Column(_("On what it rests")),
        Column(_("Standing")),
        Column(_("What is missing")),
    )
    found = queries.whole_register(actor=request.actor, at=request.at, asked=asked_of(request))
    sheet = Sheet(_("Mandates"), columns, [_cells(row) for row in found])
    content = spreadsheet([sheet], zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="mandates.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _cells(row: MandateRow) -> tuple[Any, ...]:
    words = shown(row)
    return (
        row.number,
        row.title,
        words.subject,
        row.holder_name,
        words.names,
        row.limit.amount if row.limit else None,
        row.limit.currency if row.limit else "",
        words.place,
        row.valid_from,
        row.valid_until,
        row.granted_by,
        row.rests_on,
        str(row.state.label),
        str(words.vacancy),
    )


@require_safe
def who_may(request: TimshelRequest) -> HttpResponse:
    """Ask who may approve something, and answer."""
    form = WhoMayForm(request.actor, request.GET if "subject" in request.GET else None)
    answers: list[WhoMay] = []
    if form.is_bound and form.is_valid():
        asked = form.asked(today=request.actor.day_at(request.at))
        form.try_to(lambda: answers.append(queries.who_may_approve(asked, actor=request.actor)))
    context: dict[str, Any] = {"form": form, "answer": None}
    if answers:
        (found,) = answers
        context |= {
            "answer": found,
            "approvers": [shown_approver(each) for each in found.approvers],
            "open": [shown(row) for row in found.open],
            "vacant": [shown(row) for row in found.vacant],
            "highest": found.highest.words() if found.highest else "",
            "highest_by": ", ".join(each.person.name for each in found.highest_by),
            "other_currencies": ", ".join(found.other_currencies),
        }
    status = 422 if form.errors else 200
    return render(request, "governance/mandates/who.html", context, status=status)


@require_safe
def one(request: TimshelRequest, mandate: str) -> HttpResponse:
    """Show one mandate."""
    token = live.token()
    view = queries.mandate(mandate, actor=request.actor, at=request.at)
    context = {
        "view": view,
        "row": view.row,
        "shown": shown(view.row),
        "history": list(happened(view.history)),
        "deeds": deeds_of(view),
        "sees_register": access.sees_all(request.actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/mandates/mandate.html", context)


def deeds_of(view: MandateView) -> frozenset[str]:
    """Return what the reader can do with a mandate as it stands."""
    if not view.may_manage:
        return frozenset()
    found = {each.value for each in view.possible}
    if view.row.state is MandateState.DRAFT:
        found.add("change")
    if view.is_own:
        found.discard(MandateTrigger.PUT_IN_FORCE.value)
    return frozenset(found)


@require_http_methods(WRITE)
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new mandate, or write it down."""
    access.require_manage(request.actor)
    form = MandateForm(request.actor, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made: list[str] = []

        def save() -> None:
            made.append(actions.draft_mandate(form.content(), actor=request.actor, at=request.at))

        if form.try_to(save):
            messages.success(
                request, _("It is a draft. Somebody who does not hold it puts it into force.")
            )
            return redirect("mandate", made[0])
    return _form_page(request, form, None, heading=_("Write down a mandate"))


@require_http_methods(WRITE)
def change(request: TimshelRequest, mandate: str) -> HttpResponse:
    """Show the form of a draft, or say something else in it."""
    view = queries.mandate(mandate, actor=request.actor, at=request.at)
    access.require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    form = MandateForm(request.actor, given, view=view)
    if given is None and "change" not in deeds_of(view):
        raise WrongState(_("This is no draft any more. End it, and write down a new one."))
    if form.is_bound and form.is_valid():

        def save() -> None:
            actions.change_mandate(
                mandate,
                content=form.content(),
                revision=form.cleaned_data["revision"],
                actor=request.actor,
                at=request.at,
            )

        if form.try_to(save):
            messages.success(request, _("Saved."))
            return redirect("mandate", view.row.number)
    return _form_page(request, form, view, heading=view.row.title)


@require_POST
def put_in_force(request: TimshelRequest, mandate: str) -> HttpResponse:
    """Have a mandate hold; why that cannot be is said on its page."""
    given = request.POST.get("revision", "")
    revision = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    try:
        actions.put_in_force(mandate, revision=revision, actor=request.actor, at=request.at)
    except WrongState as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("It is in force."))
    return redirect("mandate", mandate)


@dataclass(frozen=True, slots=True)
class Ending:
    """A way in which a mandate ends."""

    trigger: MandateTrigger
    heading: Promise
    lead: Promise
    said: Promise
    act: Callable[..., None]


END = Ending(
    MandateTrigger.END,
    gettext_lazy("End it"),
    gettext_lazy("From today on nobody approves anything under it. It stays in the register."),
    gettext_lazy("It has ended."),
    actions.end_mandate,
)
WITHDRAW = Ending(
    MandateTrigger.WITHDRAW,
    gettext_lazy("Withdraw it"),
    gettext_lazy("Take back what should not hold any more, or should never have held."),
    gettext_lazy("It is withdrawn."),
    actions.withdraw_mandate,
)


@require_http_methods(WRITE)
def end(request: TimshelRequest, mandate: str) -> HttpResponse:
    """Show the form for ending a mandate, or end it."""
    return _ending(request, mandate, END)


@require_http_methods(WRITE)
def withdraw(request: TimshelRequest, mandate: str) -> HttpResponse:
    """Show the form for withdrawing a mandate, or withdraw it."""
    return _ending(request, mandate, WITHDRAW)


def _ending(request: TimshelRequest, mandate: str, ending: Ending) -> HttpResponse:
    view = queries.mandate(mandate, actor=request.actor, at=request.at)
    is_sent = request.method == "POST"
    if not is_sent and ending.trigger.value not in deeds_of(view):
        raise WrongState if view.may_manage else NotAllowed
    form = ReasonForm(request.POST if is_sent else None, initial={"revision": view.revision})
    if is_sent and form.is_valid():

        def do() -> None:
            ending.act(
                mandate,
                reason=form.cleaned_data["reason"],
                revision=form.cleaned_data["revision"],
                actor=request.actor,
                at=request.at,
            )

        if form.try_to(do):
            messages.success(request, str(ending.said))
            return redirect("mandate", view.row.number)
    return _form_page(request, form, view, heading=ending.heading, lead=ending.lead)


def _form_page(
    request: TimshelRequest,
    form: MandateForm | ReasonForm,
    view: MandateView | None,
    *,
    heading: Promise | str,
    lead: Promise | str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "row": view.row if view else None,
        "heading": heading,
        "lead": lead,
        "button": heading if lead else _("Save"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/mandates/form.html", context, status=status)
