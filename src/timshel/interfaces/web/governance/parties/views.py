"""The register of interested parties, a party with its needs, and their forms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.context.interested_parties import actions, queries
from timshel.context.interested_parties.access import may_manage, require_manage
from timshel.context.interested_parties.queries import NeedRow, PartyView
from timshel.context.interested_parties.states import (
    BASIS_NAMES,
    PARTY_NAMES,
    STANDING_NAMES,
    Basis,
    PartyKind,
    Standing,
)
from timshel.context.issue.actions import REGION
from timshel.interfaces.web.governance.issues.saving import WRITE, chosen, saved, sheet_file
from timshel.interfaces.web.governance.parties.forms import (
    INTERESTS,
    NeedForm,
    NewPartyForm,
    PartyForm,
    PartyReviewForm,
    written,
)
from timshel.interfaces.web.governance.parties.shown import (
    shown_matrix,
    shown_need,
    shown_party,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import Column, ColumnKind, Sheet

NEED_SHOWS = {
    "all": gettext_lazy("All needs"),
    "not_met": gettext_lazy("Not met"),
    "partly": gettext_lazy("Partly met"),
    "untraced": gettext_lazy("Not traced"),
}
MOST_ROWS = 2_000


@require_safe
def parties(request: TimshelRequest) -> HttpResponse:
    """Show the register, and who stands where influence and interest cross."""
    token = live.token()
    kind = chosen(request, "kind", PartyKind)
    is_due = request.GET.get("show") == "due"
    page = queries.party_list(
        actor=request.actor,
        at=request.at,
        kind=kind,
        due=is_due,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page.map(shown_party),
        "matrix": shown_matrix(queries.party_matrix(actor=request.actor)),
        "interests": [name for _level, name in reversed(INTERESTS)],
        "kinds": [(each.value, name) for each, name in PARTY_NAMES.items()],
        "kind": kind or "",
        "is_due": is_due,
        "may_manage": may_manage(request.actor),
        "tab": "parties",
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/parties/party_list.html", context)


@require_safe
def needs(request: TimshelRequest) -> HttpResponse:
    """List needs of all parties, by how far they are met and whether they are traced."""
    token = live.token()
    show = request.GET.get("show", "")
    show = show if show in NEED_SHOWS else "all"
    basis = chosen(request, "basis", Basis)
    page = queries.need_list(
        actor=request.actor,
        standing=Standing(show) if show in frozenset(Standing) else None,
        is_traced=False if show == "untraced" else None,
        basis=basis,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page.map(shown_need),
        "show": show,
        "shows": NEED_SHOWS.items(),
        "bases": [(each.value, name) for each, name in BASIS_NAMES.items()],
        "basis": basis or "",
        "may_manage": may_manage(request.actor),
        "tab": "needs",
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/parties/need_list.html", context)


@require_safe
def parties_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send all parties and needs as XLSX."""
    actor, at = request.actor, request.at
    parties = queries.party_list(actor=actor, at=at, size=MOST_ROWS).items
    needs = queries.need_list(actor=actor, size=MOST_ROWS).items
    party_columns = [
        Column(_("Code")),
        Column(_("Name")),
        Column(_("Kind")),
        Column(_("Who speaks for them")),
        Column(_("Influence"), ColumnKind.NUMBER),
        Column(_("Interest"), ColumnKind.NUMBER),
        Column(_("Needs"), ColumnKind.NUMBER),
        Column(_("Not met in full"), ColumnKind.NUMBER),
        Column(_("Next review"), ColumnKind.DATE),
    ]
    need_columns = [
        Column(_("Number")),
        Column(_("Interested party")),
        Column(_("Need")),
        Column(_("Required")),
        Column(_("How far it is met")),
        Column(_("Met by")),
    ]
    party_rows = (
        [
            row.code,
            row.name,
            str(PARTY_NAMES[row.kind]),
            row.spoken_for_by,
            row.influence,
            row.interest,
            row.needs,
            row.not_met,
            row.review_date,
        ]
        for row in parties
    )
    sheets = [
        Sheet(_("Interested parties"), party_columns, party_rows),
        Sheet(_("Needs"), need_columns, map(_need_cells, needs)),
    ]
    return sheet_file(sheets, "interested-parties.xlsx", request=request)


def _need_cells(row: NeedRow) -> list[Any]:
    met_by = ", ".join(f"{each['kind']} {each['code']}" for each in shown_need(row)["links"])
    return [
        row.number,
        row.party,
        row.text,
        str(BASIS_NAMES[row.basis]),
        str(STANDING_NAMES[row.standing]),
        met_by or _("not traced"),
    ]


@require_http_methods(WRITE)
def new_party(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new party, or add it."""
    actor, at = request.actor, request.at
    require_manage(actor)
    form = NewPartyForm(request.POST if request.method == "POST" else None)

    def add() -> None:
        code = form.cleaned_data["code"]
        actions.add_party(code, content=form.content(), actor=actor, at=at)

    if form.is_bound and form.is_valid() and saved(form, add, revision=None):
        messages.success(request, _("Now say what they need."))
        return redirect("party", form.cleaned_data["code"])
    return _party_form(request, form, None)


@require_safe
def one(request: TimshelRequest, party: str) -> HttpResponse:
    """Show a party with its needs and reviews."""
    view = queries.party(party, actor=request.actor, at=request.at)
    return _record_page(request, view, PartyReviewForm(view.row))


@require_http_methods(WRITE)
def change(request: TimshelRequest, party: str) -> HttpResponse:
    """Show the form of a party, or describe it otherwise."""
    actor, at = request.actor, request.at
    view = queries.party(party, actor=actor, at=at)
    require_manage(actor)
    given = request.POST if request.method == "POST" else None
    form = PartyForm(given, initial=written(view.row))

    def save() -> None:
        actions.change_party(party, content=form.content(), revision=form.seen, actor=actor, at=at)

    if form.is_bound and form.is_valid() and saved(form, save, revision=view.row.revision):
        messages.success(request, _("Saved."))
        return redirect("party", view.row.code)
    return _party_form(request, form, view)


@require_POST
def review(request: TimshelRequest, party: str) -> HttpResponse:
    """Keep what a review found."""
    actor, at = request.actor, request.at
    view = queries.party(party, actor=actor, at=at)
    require_manage(actor)
    form = PartyReviewForm(view.row, request.POST)

    def keep() -> None:
        actions.review_party(
            party,
            finding=form.cleaned_data["finding"],
            revision=form.seen,
            review_date=form.cleaned_data["review_date"],
            actor=actor,
            at=at,
        )

    if form.is_valid() and saved(form, keep, revision=view.row.revision):
        messages.success(request, _("The review is kept."))
        return redirect("party", view.row.code)
    return _record_page(request, view, form)


@require_http_methods(WRITE)
def new_need(request: TimshelRequest, party: str) -> HttpResponse:
    """Show the form of a new need, or add it."""
    actor, at = request.actor, request.at
    view = queries.party(party, actor=actor, at=at)
    require_manage(actor)
    form = NeedForm(request.POST if request.method == "POST" else None)

    def add() -> None:
        actions.add_need(party, content=form.content(), actor=actor, at=at)

    if form.is_bound and form.is_valid() and saved(form, add, revision=None):
        messages.success(request, _("The need is written down."))
        return redirect("party", view.row.code)
    return _need_form(request, form, name=view.row.name, code=view.row.code)


@require_http_methods(WRITE)
def change_need(request: TimshelRequest, need: str) -> HttpResponse:
    """Show the form of a need, or say otherwise what is needed and what meets it."""
    actor, at = request.actor, request.at
    row = queries.need(need, actor=actor)
    require_manage(actor)
    form = NeedForm(request.POST if request.method == "POST" else None, row=row)

    def save() -> None:
        actions.change_need(need, content=form.content(), revision=form.seen, actor=actor, at=at)

    if form.is_bound and form.is_valid() and saved(form, save, revision=row.revision):
        messages.success(request, _("Saved."))
        return redirect("party", row.party_code)
    return _need_form(request, form, name=row.party, code=row.party_code, row=row)


@require_POST
def remove_need(request: TimshelRequest, need: str) -> HttpResponse:
    """Take a need away."""
    row = queries.need(need, actor=request.actor)
    actions.remove_need(need, actor=request.actor, at=request.at)
    messages.success(request, _("The need is taken away. The journal keeps what it said."))
    return redirect("party", row.party_code)


def _record_page(request: TimshelRequest, view: PartyView, form: PartyReviewForm) -> HttpResponse:
    context = {
        "view": view,
        "each": shown_party(view.row),
        "needs": [shown_need(row) for row in view.needs],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/parties/party.html", context, status=status)


def _party_form(request: TimshelRequest, form: PartyForm, view: PartyView | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "view": view}
    return render(request, "governance/parties/party_form.html", context, status=status)


def _need_form(
    request: TimshelRequest, form: NeedForm, *, name: str, code: str, row: NeedRow | None = None
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "name": name, "code": code, "row": row}
    return render(request, "governance/parties/need_form.html", context, status=status)
