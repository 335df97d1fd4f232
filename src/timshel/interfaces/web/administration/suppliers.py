"""The suppliers: who takes over a part of the work, and how they are reached."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.service_portfolio.parties import actions
from timshel.service_portfolio.parties.queries import SupplierRow, supplier, supplier_list
from timshel.service_portfolio.service.access import MANAGE


class SupplierForm(RefusableForm):
    """How a supplier is called and reached."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Please fill this in.")},
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    reference = forms.CharField(
        label=gettext_lazy("Our customer number"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("What we are called over there."),
    )


class NewSupplierForm(SupplierForm):
    """A supplier that is not known yet."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits and hyphens; it cannot be changed later."),
        error_messages={"required": gettext_lazy("Please fill this in.")},
    )
    field_order = ("code", "name", "email", "phone", "reference")


class ChangedSupplierForm(SupplierForm):
    """A supplier that may be worked with no more."""

    is_active = forms.BooleanField(
        label=gettext_lazy("We work with them"),
        required=False,
        help_text=gettext_lazy("Nothing new waits for a supplier that we do not work with."),
    )


def may_change(actor: Actor) -> bool:
    """Tell whether the reader may add and change suppliers."""
    return actor.may(MANAGE)


@require_safe
def suppliers(request: TimshelRequest) -> HttpResponse:
    """List the suppliers."""
    rows = supplier_list(language=request.actor.language)
    context = {"rows": rows, "may_change": may_change(request.actor)}
    return render(request, "administration/suppliers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_supplier(request: TimshelRequest) -> HttpResponse:
    """Show the form for another supplier, or add them."""
    _require(request.actor)
    form = NewSupplierForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_supplier(**form.cleaned_data, actor=request.actor, at=request.at)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The supplier is known from now on."))
            return redirect("suppliers")
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_supplier(request: TimshelRequest, code: str) -> HttpResponse:
    """Show the form of a supplier, or change them."""
    _require(request.actor)
    row = supplier(code, language=request.actor.language)
    form = ChangedSupplierForm(
        request.POST if request.method == "POST" else None, initial=_standing(row)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_supplier(code, **form.cleaned_data, actor=request.actor, at=request.at)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("suppliers")
    return _page(request, form, row)


def _require(actor: Actor) -> None:
    if not may_change(actor):
        raise NotAllowed


def _standing(row: SupplierRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "reference": row.reference,
        "is_active": row.is_active,
    }


def _page(request: TimshelRequest, form: SupplierForm, row: SupplierRow | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "supplier": row}
    return render(request, "administration/supplier.html", context, status=status)
