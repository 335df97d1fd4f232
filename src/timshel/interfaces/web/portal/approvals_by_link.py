"""Answering by a link from a mail, without signing in.

Programs that look through mail open every link in it, so opening one only shows what is asked;
the answer is sent by the form on the page. Nothing here is kept by browsers or proxies, and no
page that is opened from here is told the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.portal.approvals import AnswerForm
from timshel.interfaces.web.requests import TimshelRequest, open_to_all, origin
from timshel.kernel.errors import NotFound, WrongState
from timshel.leadership.approval.actions import Standing, Throttled, decide_by_link, open_link
from timshel.leadership.approval.queries import LinkView
from timshel.leadership.approval.states import Decision, LinkState


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of a link that cannot be used.

    Args:
        title: in a few words.
        text: what the reader can do.
        status: of the answer.
    """

    title: Promise
    text: Promise
    status: int = 410


UNKNOWN = Word(
    _("This link does not work"),
    _("It may be incomplete. Copy it from the mail as a whole, or sign in to see what waits."),
    404,
)
THROTTLED = Word(
    _("Too many attempts"),
    _("Please wait a quarter of an hour and try again, or sign in to see what waits for you."),
    429,
)
WORDS: Mapping[LinkState, Word] = {
    LinkState.USED: Word(
        _("You have already answered"),
        _("This link worked for one answer, and that is kept. Sign in to see what came of it."),
    ),
    LinkState.DECIDED: Word(
        _("This is decided already"),
        _("Others have answered, and no further answer is needed. Sign in to see what came of it."),
    ),
    LinkState.WITHDRAWN: Word(
        _("This is no longer asked"),
        _("What was to be approved is not wanted any more. You need not do anything."),
    ),
    LinkState.NOT_YOURS: Word(
        _("Somebody else is asked now"),
        _("You need not do anything. Sign in to see what waits for you."),
    ),
    LinkState.EXPIRED: Word(
        _("This link is too old"),
        _("The time for an answer by mail is over. Sign in to see how it stands."),
    ),
}


# Whoever has the secret may answer, and nobody else's page knows it: there is nothing that a form
# of another site could do in the reader's name. Without a cookie it works in any mail program.
@open_to_all
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: TimshelRequest, secret: str) -> HttpResponse:
    """Show what a link asks; take the answer that its form sends."""
    try:
        link = open_link(secret, origin=origin(request), at=request.at)
    except NotFound:
        return _private(_over(request, UNKNOWN))
    except Throttled:
        return _private(_over(request, THROTTLED))
    with translation.override(link.language), timezone.override(ZoneInfo(link.time_zone)):
        if link.state is LinkState.OPEN:
            response = _answered(request, secret, link)
        else:
            response = _over(request, WORDS[link.state])
    response.headers["Content-Language"] = link.language
    return _private(response)


def _answered(request: TimshelRequest, secret: str, link: LinkView) -> HttpResponse:
    """Return the page of an open link, or what is said once it was used."""
    decision = _decision(request)
    given = request.POST if request.method == "POST" else None
    form = AnswerForm(given, decision=decision, shown=link.approval)
    if given is not None and form.is_valid():
        try:
            standing = refusing(form, lambda: _decide(request, secret, decision, form))
        except WrongState:
            # Somebody else was quicker, between the look at the link and the answer.
            link = open_link(secret, origin=origin(request), at=request.at)
            return _over(request, WORDS.get(link.state, WORDS[LinkState.DECIDED]))
        if standing is not None:
            return _thanks(request, standing, link)
    context: dict[str, Any] = {
        "approval": link.approval,
        "person": link.person,
        "decision": decision.value,
        "form": form,
        "other": _other(decision).value,
    }
    status = 422 if form.is_bound else 200
    return render(request, "portal/approve.html", context, status=status)


def _decide(request: TimshelRequest, secret: str, decision: Decision, form: AnswerForm) -> Standing:
    return decide_by_link(
        secret,
        decision=decision,
        comment=form.cleaned_data["comment"],
        origin=origin(request),
        at=request.at,
    )


def _thanks(request: TimshelRequest, standing: Standing, link: LinkView) -> HttpResponse:
    context = {
        "decision": standing.decision.value,
        "state": standing.state.value,
        "title": link.approval.title if link.approval else "",
    }
    return render(request, "portal/approve_thanks.html", context)


def _over(request: TimshelRequest, word: Word) -> HttpResponse:
    return render(request, "portal/approve_over.html", {"word": word}, status=word.status)


def _decision(request: TimshelRequest) -> Decision:
    """Return the answer that is meant, by the form or by which of the two links was opened."""
    given = request.POST.get("decision", "") or request.GET.get("answer", "")
    return Decision.REFUSED if given == Decision.REFUSED else Decision.APPROVED


def _other(decision: Decision) -> Decision:
    return Decision.APPROVED if decision is Decision.REFUSED else Decision.REFUSED


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the address and what it shows from everybody but the reader."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
