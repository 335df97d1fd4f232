"""Who may ask for what: the rows of an offering, the people they name, and one person's view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.context.organization.queries import site_list
from timshel.context.people.access import VIEW
from timshel.context.people.queries import people_matching, person_card
from timshel.interfaces.web.catalogue_words import entitled_words
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import role_list
from timshel.relationship_agreement.service_level.queries.applicable import unit_list
from timshel.relationship_agreement.service_level.rules.phrases import CATEGORY_NAMES
from timshel.service_portfolio.catalogue.actions import set_entitlements
from timshel.service_portfolio.catalogue.actions.entitlements import read_entitlements
from timshel.service_portfolio.catalogue.queries.entitlements import entitlement_rows
from timshel.service_portfolio.catalogue.queries.keeping import KeptPage, kept_page
from timshel.service_portfolio.catalogue.queries.sight import (
    counts_by_row,
    people_count,
    people_entitled,
    seen_by,
)
from timshel.service_portfolio.catalogue.states import AUDIENCE_NAMES

NAMES = ("audience", "unit", "site", "role", "category")
BLANK = 1
MOST = 30
SHOWN_PEOPLE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def entitlements(request: TimshelRequest, code: str) -> HttpResponse:
    """Show who may ask for an offering, or say so anew."""
    page = kept_page(code, actor=request.actor)
    if request.method != "POST":
        standing = entitlement_rows([page.id], language=request.actor.language).get(page.id, ())
        return _editor(request, page, [each.plain() for each in standing], {})
    rows = _typed(request)
    try:
        set_entitlements(code, rows=rows, actor=request.actor, at=request.at)
    except Invalid as refusal:
        return _editor(request, page, rows, refusal.fields, status=422)
    messages.success(request, _("It holds from now on."))
    return redirect("catalogue-entitlements", code)


@require_POST
def count(request: TimshelRequest, code: str) -> HttpResponse:
    """Answer how many people the typed rows name, as part of a page."""
    kept_page(code, actor=request.actor)
    try:
        number: int | None = people_count(read_entitlements(_typed(request)))
    except Invalid:
        number = None
    return render(request, "administration/catalogue_count.html", {"count": number})


def _typed(request: TimshelRequest) -> list[dict[str, str]]:
    """Return the rows that were typed, without those that were taken out or left empty."""
    rows = []
    for number in range(MOST):
        given = {name: request.POST.get(f"{name}-{number}", "").strip() for name in NAMES}
        if given["audience"] and not request.POST.get(f"remove-{number}"):
            rows.append({name: value for name, value in given.items() if value})
    return rows


def _editor(
    request: TimshelRequest,
    page: KeptPage,
    rows: list[dict[str, str]],
    errors: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    language = request.actor.language
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    try:
        keys = read_entitlements(rows)
    except Invalid:
        keys = ()
    counts = counts_by_row(keys) if len(keys) == len(rows) else ()
    drawn = [
        {
            "number": number,
            "row": row,
            "count": counts[number] if number < len(counts) else None,
            "errors": [
                str(each)
                for path, said in errors.items()
                if path == f"rows.{number}" or path.startswith(f"rows.{number}.")
                for each in said
            ],
        }
        for number, row in enumerate([*rows, *({} for _each in range(BLANK))][:MOST])
    ]
    context = {
        "kept": page,
        "rows": drawn,
        "count": people_count(keys) if keys else 0,
        "people": people_entitled(keys, text=text, actor=request.actor, limit=SHOWN_PEOPLE)
        if keys
        else (),
        "most": SHOWN_PEOPLE,
        "text": text,
        "may_see_people": request.actor.may_somewhere(VIEW),
        "audiences": list(AUDIENCE_NAMES.items()),
        "units": unit_list(language=language),
        "sites": site_list(language=language),
        "roles": role_list(language=language),
        "categories": list(CATEGORY_NAMES.items()),
    }
    return render(request, "administration/catalogue_entitlements.html", context, status=status)


@require_safe
def person(request: TimshelRequest, person_id: int) -> HttpResponse:
    """Show what one person can see of the catalogue, and why."""
    found = seen_by(person_id, actor=request.actor, at=request.at)
    context = {
        "person": person_card(person_id, actor=request.actor),
        "seen": [(each.tile, [entitled_words(row) for row in each.because]) for each in found],
    }
    return render(request, "administration/catalogue_person.html", context)


@require_safe
def people(request: TimshelRequest) -> HttpResponse:
    """Find a person whose view of the catalogue is wanted."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = people_matching(text, actor=request.actor, limit=30) if text else ()
    context = {"text": text, "people": found}
    return render(request, "administration/catalogue_people.html", context)
