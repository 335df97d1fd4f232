"""Writing the page of an offering: the form, a look at it as others will see it, publishing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.administration.catalogue_page_form import (
    Errors,
    Flat,
    flat_from,
    page_form,
    plain_from,
)
from timshel.interfaces.web.catalogue_words import PURPOSE_ICONS
from timshel.interfaces.web.portal.catalogue_offering import offering_context
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from timshel.operation.process.queries import published_codes
from timshel.relationship_agreement.service_level.queries.contents import calendar_names
from timshel.service_portfolio.catalogue import actions
from timshel.service_portfolio.catalogue.queries import form_titles
from timshel.service_portfolio.catalogue.queries.course import course_of
from timshel.service_portfolio.catalogue.queries.faults import page_faults
from timshel.service_portfolio.catalogue.queries.keeping import (
    KeptPage,
    PageVersionRow,
    kept_page,
    offering_names,
    previewed,
)
from timshel.service_portfolio.catalogue.rules.content import PageContent, content_from
from timshel.service_portfolio.catalogue.states import (
    PURPOSE_NAMES,
    VERSION_NAMES,
    PricePeriod,
    VersionState,
)


@require_safe
def show(request: TimshelRequest, code: str) -> HttpResponse:
    """Show where the page of an offering stands, with all its versions."""
    page = kept_page(code, actor=request.actor)
    draft = page.open
    faults = page_faults(draft.content, code=code) if draft else {}
    context = {
        "kept": page,
        "draft": draft,
        "is_review": draft is not None and draft.state == VersionState.REVIEW,
        "published": page.published,
        "faults": [(path, str(each)) for path, said in faults.items() for each in said],
        "versions": [(each, VERSION_NAMES[each.state]) for each in page.versions],
    }
    return render(request, "administration/catalogue_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TimshelRequest, code: str) -> HttpResponse:
    """Show the form of a page, or keep what was typed."""
    page = kept_page(code, actor=request.actor)
    if not page.may_change:
        raise NotAllowed
    if request.method != "POST":
        return _form(request, page, flat_from(_begun(page)), _faults(page))
    typed = {name: str(value) for name, value in request.POST.items()}
    try:
        actions.save_page_draft(
            code,
            content=plain_from(typed),
            seen_revision=_number(typed.get("revision")),
            actor=request.actor,
            at=request.at,
        )
    except Invalid as refusal:
        return _form(request, page, typed, refusal.fields, status=422)
    except Conflict as refusal:
        return _form(request, page, typed, {}, conflict=refusal, status=409)
    messages.success(request, _("The draft is saved. Nobody else sees it yet."))
    return redirect("catalogue-preview" if "preview" in typed else "catalogue-edit", code)


def _begun(page: KeptPage) -> PageContent:
    """Return what the form begins with: the draft, what is shown, or the offering's names."""
    version = page.open or page.published
    if version is not None:
        return version.content
    first = page.texts[""]
    others = {language: dict(texts) for language, texts in page.texts.items() if language}
    return content_from({**first, "translations": others})


def _faults(page: KeptPage) -> Errors:
    return page_faults(page.open.content, code=page.code) if page.open else {}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _form(
    request: TimshelRequest,
    page: KeptPage,
    flat: Flat,
    errors: Errors,
    *,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = page.open
    seen = flat.get("revision", str(draft.revision if draft else 0))
    language = request.actor.language
    context = {
        "kept": page,
        "form": page_form(flat, errors),
        # Whoever reads what the other wrote and saves again overrules it, knowingly.
        "revision": draft.revision if conflict and draft else seen,
        "conflict": conflict,
        "is_review": draft is not None and draft.state == VersionState.REVIEW,
        "purposes": [(value, name, PURPOSE_ICONS[value]) for value, name in PURPOSE_NAMES.items()],
        "periods": _periods(),
        "forms": form_titles(language=language),
        "processes": sorted(published_codes()),
        "calendars": sorted(calendar_names().items(), key=lambda each: each[1].casefold()),
        "offerings": [each for each in offering_names(language=language) if each[0] != page.code],
    }
    return render(request, "administration/catalogue_edit.html", context, status=status)


def _periods() -> list[tuple[str, str]]:
    return [
        (PricePeriod.ONCE, _("once")),
        (PricePeriod.MONTH, _("for each month")),
        (PricePeriod.YEAR, _("for each year")),
    ]


@require_safe
def preview(request: TimshelRequest, code: str) -> HttpResponse:
    """Show a version as whoever may ask for the offering will read it."""
    page = kept_page(code, actor=request.actor)
    number = _number(request.GET.get("version"))
    version = page.version(number) if number else page.open or page.published
    if version is None:
        raise NotFound
    shown = previewed(page, version, actor=request.actor)
    course = course_of(version.content.process, actor=request.actor)
    context = {
        **offering_context(request, shown, course),
        "order_address": "",
        "kept": page,
        "version": version,
        "state_name": VERSION_NAMES[version.state],
    }
    return render(request, "administration/catalogue_preview.html", context)


@require_safe
def version(request: TimshelRequest, code: str, number: int) -> HttpResponse:
    """Show how a version differs from the one before it, or from any other."""
    page = kept_page(code, actor=request.actor)
    shown = page.version(number)
    others = [each for each in page.versions if each.number != number]
    wanted = _number(request.GET.get("with"))
    before = (
        page.version(wanted)
        if wanted
        else next((each for each in others if each.number < number), None)
    )
    context = {
        "kept": page,
        "version": shown,
        "state_name": VERSION_NAMES[shown.state],
        "before": before,
        "others": others,
        "changes": _changes(before, shown),
    }
    return render(request, "administration/catalogue_version.html", context)


def _changes(before: PageVersionRow | None, after: PageVersionRow) -> list[tuple[str, str, str]]:
    """Return the fields that differ: name, as it was, as it is."""
    old = flat_from(before.content) if before else {}
    new = flat_from(after.content)
    return [
        (name.replace("_", " "), old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys((*new, *old))
        if old.get(name, "") != new.get(name, "")
    ]


def _deed(
    do: Callable[..., Any], words: Callable[[], str], *, takes_message: bool = False
) -> Callable[[TimshelRequest, str], HttpResponse]:
    """Return a view that does one thing to a page and goes back to it."""

    @require_POST
    def view(request: TimshelRequest, code: str) -> HttpResponse:
        more = {"message": request.POST.get("message", "")} if takes_message else {}
        try:
            do(code, **more, actor=request.actor, at=request.at)
        except Invalid as refusal:
            return _refused(request, code, refusal)
        messages.success(request, words())
        return redirect("catalogue-page", code)

    return view


def _refused(request: TimshelRequest, code: str, refusal: Invalid) -> HttpResponseRedirect:
    sentences = [str(each) for said in refusal.fields.values() for each in said]
    messages.error(request, " ".join([str(refusal.message), *sentences]))
    return redirect("catalogue-page", code)


review = _deed(
    actions.send_page_to_review,
    lambda: _("The page waits for somebody who looks through it."),
    takes_message=True,
)
take_back = _deed(actions.return_page, lambda: _("The page is a draft again."), takes_message=True)
discard = _deed(actions.discard_page_draft, lambda: _("The draft is gone; what is shown stays."))
retire = _deed(actions.retire_page, lambda: _("The offering is no longer shown."))


@require_POST
def publish(request: TimshelRequest, code: str) -> HttpResponse:
    """Put the draft of a page in force, between the days that were given."""
    try:
        actions.publish_page(
            code,
            from_date=_day(request.POST.get("from_date", ""), "from_date"),
            until_date=_day(request.POST.get("until_date", ""), "until_date"),
            actor=request.actor,
            at=request.at,
        )
    except Invalid as refusal:
        return _refused(request, code, refusal)
    messages.success(request, _("The page is in force."))
    return redirect("catalogue-page", code)


def _day(text: str, name: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({name: [_("This should be a date such as 2027-03-01.")]}) from None
