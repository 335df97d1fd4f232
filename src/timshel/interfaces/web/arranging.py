"""Where a person says which cards of a page they want, and in which order; without a script too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from timshel.context.people.actions import keep_page_setting
from timshel.context.people.queries import page_setting
from timshel.interfaces.web import cards
from timshel.interfaces.web.desk import home as desk_home
from timshel.interfaces.web.portal import home as portal_home
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, Text


@dataclass(frozen=True, slots=True)
class CardPage:
    """A page of cards: what it is called, where it is, and what it can show."""

    name: Text
    url_name: str
    cards: Sequence[cards.Card]


PAGES: Mapping[str, CardPage] = {
    portal_home.PAGE: CardPage(_("Home"), "portal-home", portal_home.CARDS),
    desk_home.PAGE: CardPage(_("Your day"), "desk-home", desk_home.CARDS),
}
MOVES = {"up": -1, "down": 1}


@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: TimshelRequest, page: str) -> HttpResponseBase:
    """Show the cards of a page in their order, and do what a button says."""
    if page not in PAGES:
        raise Http404
    kept = page_setting(page, actor=request.actor)
    arranged = cards.arrangement(PAGES[page].cards, kept, actor=request.actor)
    if not (arranged.shown or arranged.hidden):
        raise NotAllowed
    if request.method == "POST":
        return _change(request, page, arranged)
    return _page(request, page, arranged)


def _change(request: TimshelRequest, page: str, arranged: cards.Arrangement) -> HttpResponseBase:
    deed, _colon, key = request.POST.get("do", "").partition(":")
    value: dict[str, list[str]] | None = None
    if deed in MOVES:
        value = cards.moved(arranged, key, by=MOVES[deed]).plain()
    elif deed == "switch":
        value = cards.switched(arranged, key).plain()
    elif deed != "reset":
        return HttpResponse(status=400)
    keep_page_setting(page, value=value, actor=request.actor, at=request.at)
    if deed == "reset":
        messages.success(request, gettext("The page is as everybody begins with it."))
    return HttpResponseRedirect(reverse("arrange", args=[page]) + (f"#card-{key}" if key else ""))


def _page(request: TimshelRequest, page: str, arranged: cards.Arrangement) -> HttpResponse:
    context = {"page": PAGES[page], "arranged": arranged}
    return render(request, "arrange.html", context)
