"""The page of the one search, open to everybody: each finds what they may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.search.narrowing import NAMES_OF_FIELDS, NarrowingForm
from timshel.interfaces.web.search.words import plain_results, sees_work, shown_groups
from timshel.kernel.errors import Invalid
from timshel.kernel.search import actions
from timshel.kernel.search.language import cleaned
from timshel.kernel.search.queries import Kept, kept_searches
from timshel.kernel.search.sources import Narrowing, Results, groups, search, suggest
from timshel.service_portfolio.service.queries import service_list

SIZE_OF_ONE = 20
RECENT_SUGGESTED = 5


@require_safe
def search_page(request: TimshelRequest) -> HttpResponseBase:
    """Show what meets the text; the number of a piece of work leads straight to it."""
    actor, text = request.actor, cleaned(request.GET.get("q", ""))
    form = NarrowingForm(request.GET, areas=service_list(language=actor.language))
    narrowing = form.narrowing(actor)
    results, is_one = _found(request, text, narrowing)
    found = shown_groups(results, actor)
    exact = [shown for group in found for shown in group.hits if shown.hit.is_exact]
    if len(exact) == 1 and _is_its_number(results, narrowing):
        return HttpResponseRedirect(exact[0].address)
    if text and not request.GET.get("after") and request.method == "GET":
        actions.note_search(text, asked=form.asked(), actor=actor, at=request.at)
    saved, recent = kept_searches(actor=actor)
    context = {
        "search_text": text,
        "form": form,
        "groups": found,
        "instead": results.instead,
        "is_one": is_one,
        "after": request.GET.get("after", ""),
        "sees_work": sees_work(actor),
        "saved": [_link(kept) for kept in saved],
        "recent": [_link(kept) for kept in recent if kept.text != text],
        "asked": form.asked(),
    }
    return render(request, "search/page.html", context)


def _found(request: TimshelRequest, text: str, narrowing: Narrowing) -> tuple[Results, bool]:
    """Return what fits, of all sources or of the one that was chosen."""
    group = request.GET.get("group", "")
    is_one = group in groups()
    found = search(
        text,
        actor=request.actor,
        at=request.at,
        narrowing=narrowing,
        group=group if is_one else "",
        after=request.GET.get("after", "") if is_one else "",
        **({"size": SIZE_OF_ONE} if is_one else {}),
    )
    return found, is_one


def _is_its_number(results: Results, narrowing: Narrowing) -> bool:
    """Tell whether nothing but the number of one piece of work was typed."""
    numbers = results.query.numbers
    alone = len(results.query.groups) == 1 and len(numbers) == 1
    return alone and bool(numbers[0].letters) and narrowing == Narrowing()


@require_safe
def suggestions(request: TimshelRequest) -> HttpResponse:
    """Answer with the first hits of what is being typed: as part of a page, or as JSON.

    With nothing typed yet, with the searches that the person kept.
    """
    text = cleaned(request.GET.get("q", ""))
    results = suggest(text, actor=request.actor, at=request.at)
    kept: tuple[Kept, ...] = ()
    if not text:
        saved, recent = kept_searches(actor=request.actor)
        kept = (*saved, *recent)[:RECENT_SUGGESTED]
    if request.GET.get("format") == "json":
        answer = plain_results(results, request.actor)
        answer["kept"] = [{"text": _name(each), "address": _address(each)} for each in kept]
        return JsonResponse(answer)
    context = {
        "text": text,
        "groups": shown_groups(results, request.actor),
        "instead": results.instead,
        "kept": [_link(each) for each in kept],
    }
    return render(request, "search/suggestions.html", context)


@require_POST
def save(request: TimshelRequest) -> HttpResponse:
    """Keep a search under a name."""
    text, asked = request.POST.get("q", ""), _posted(request)
    back = f"{reverse('search')}?{urlencode({'q': cleaned(text), **asked})}"
    try:
        actions.save_search(
            text,
            name=request.POST.get("name", ""),
            asked=asked,
            actor=request.actor,
            at=request.at,
        )
    except Invalid as refusal:
        for sentences in refusal.fields.values():
            for sentence in sentences:
                messages.error(request, str(sentence))
    else:
        messages.success(request, _("The search is saved."))
    return HttpResponseRedirect(back)


@require_POST
def forget(request: TimshelRequest, search_id: int) -> HttpResponse:
    """Remove one of the person's own searches."""
    actions.forget_search(search_id, actor=request.actor, at=request.at)
    messages.success(request, _("The search is removed."))
    return HttpResponseRedirect(reverse("search"))


@require_POST
def forget_recent(request: TimshelRequest) -> HttpResponse:
    """Remove all recent searches of the person; the saved ones stay."""
    actions.forget_recent(actor=request.actor, at=request.at)
    messages.success(request, _("Your recent searches are removed."))
    return HttpResponseRedirect(reverse("search"))


def _posted(request: TimshelRequest) -> dict[str, str]:
    return {
        name: cleaned(request.POST[name])[:40] for name in NAMES_OF_FIELDS if request.POST.get(name)
    }


def _link(kept: Kept) -> dict[str, Any]:
    return {"id": kept.id, "name": _name(kept), "address": _address(kept)}


def _name(kept: Kept) -> str:
    return kept.name or kept.text


def _address(kept: Kept) -> str:
    return f"{reverse('search')}?{urlencode({'q': kept.text, **kept.asked})}"
