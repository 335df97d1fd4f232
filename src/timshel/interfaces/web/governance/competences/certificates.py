"""Certificates and trainings: their list, one of them, and recording them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.competences.forms import CertificateForm, ReasonForm
from timshel.interfaces.web.governance.competences.shown import shown_certificate
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.support.competence import actions, queries
from timshel.support.competence.queries import CertificateFilter

WHENS: Mapping[str, Promise] = {
    "all": gettext_lazy("All"),
    "force": gettext_lazy("In force"),
    "soon": gettext_lazy("Expires soon"),
    "expired": gettext_lazy("Expired"),
    "reported": gettext_lazy("To be checked"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@require_safe
def certificates(request: TimshelRequest) -> HttpResponse:
    """List certificates."""
    when = request.GET.get("when", "")
    when = when if when in WHENS else "all"
    page = queries.certificate_list(
        actor=request.actor,
        at=request.at,
        wanted=CertificateFilter(when),
        cursor=request.GET.get("cursor"),
    )
    context = {
        "page": page,
        "rows": [shown_certificate(each) for each in page.items],
        "when": when,
        "whens": WHENS.items(),
    }
    return render(request, "governance/competences/certificates.html", context)


@require_safe
def one(request: TimshelRequest, certificate: str) -> HttpResponse:
    """Show a certificate."""
    return _page(request, certificate)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest, competent: str) -> HttpResponse:
    """Show the form of a certificate of somebody, or record it."""
    view = queries.person_view(competent, actor=request.actor, at=request.at)
    if not (view.is_own or view.may_judge):
        raise NotAllowed
    given = request.POST if request.method == "POST" else None
    form = CertificateForm(given, actor=request.actor)

    def save() -> str:
        content = form.content(competent)
        return actions.record_certificate(content, actor=request.actor, at=request.at)

    if given is not None and form.is_valid():
        number = refusing(form, save)
        if number is not None:
            messages.success(request, _("It is recorded."))
            return redirect("certificate", number)
    context = {"form": form, "view": view}
    status = 422 if form.is_bound else 200
    return render(request, "governance/competences/certificate_form.html", context, status=status)


@require_POST
def judge(request: TimshelRequest, certificate: str) -> HttpResponse:
    """Check a certificate, or let it count no more."""
    wanted = request.POST.get("deed", "")
    by: dict[str, Any] = {"actor": request.actor, "at": request.at}
    if wanted == "check":
        actions.check_certificate(certificate, **by)
        messages.success(request, _("It is checked."))
        return redirect("certificate", certificate)
    if wanted != "withdraw":
        raise NotFound
    form = ReasonForm(request.POST)

    def do() -> bool:
        actions.withdraw_certificate(certificate, reason=form.cleaned_data["reason"], **by)
        return True

    if form.is_valid() and refusing(form, do):
        messages.success(request, _("It counts no more."))
        return redirect("certificate", certificate)
    return _page(request, certificate, form=form)


def _page(request: TimshelRequest, number: str, *, form: ReasonForm | None = None) -> HttpResponse:
    row = queries.certificate(number, actor=request.actor, at=request.at)
    context = {
        "row": row,
        "each": shown_certificate(row),
        "form": form or ReasonForm(),
        "may_check": row.may_judge and row.state == "reported",
        "may_withdraw": row.may_judge and row.state != "withdrawn",
    }
    status = 200 if form is None else 422
    return render(request, "governance/competences/certificate.html", context, status=status)
