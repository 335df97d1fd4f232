"""Saying how it was: in one click on a case's page, and by a link from a mail without signing in.

Programs that look through mail open every link in it, so opening one counts nothing; one of its
buttons does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.forms import FilesGiven, RefusableForm, refusing
from timshel.interfaces.web.portal.deeds import Deed, PlainForm
from timshel.interfaces.web.requests import TimshelRequest, open_to_all, origin
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import NotAllowed, NotFound, WrongState
from timshel.leadership.authority.queries import actor_for
from timshel.operation.rating.actions import rate_work
from timshel.operation.rating.queries import RatingView, rating_of
from timshel.operation.rating.rules import LONGEST_COMMENT, WINDOW
from timshel.operation.work.access import find

SALT = "timshel.rating"
RATINGS: tuple[tuple[int, Promise], ...] = (
    (1, gettext_lazy("Poor")),
    (2, gettext_lazy("Not so good")),
    (3, gettext_lazy("All right")),
    (4, gettext_lazy("Good")),
    (5, gettext_lazy("Very good")),
)


class RatingFields(RefusableForm):
    """How it was, and a word if there is one."""

    rating = forms.TypedChoiceField(
        label=gettext_lazy("How was it?"),
        choices=RATINGS,
        coerce=int,
        error_messages={"required": gettext_lazy("Please choose how it was.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("What could be better?"),
        help_text=gettext_lazy("Write it first; what you choose above sends it along."),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RateForm(RatingFields, PlainForm):
    """The same on the page of a case, sent once."""


def rated_words(rating: RatingView | None) -> Promise | str:
    """Return in a word how it was, or nothing where nobody has said."""
    return dict(RATINGS).get(rating.score, "") if rating else ""


def _rate(
    number: str, given: Mapping[str, Any], _files: FilesGiven, request: TimshelRequest
) -> object:
    return rate_work(
        number,
        rating=given["rating"],
        comment=given["comment"],
        actor=request.actor,
        at=request.at,
    )


RATE = Deed(RateForm, gettext_lazy("Thank you for telling us."), _rate)


def rating_secret(number: str, person_id: int) -> str:
    """Return what a link holds by which a person says how a piece of work was."""
    return signing.dumps([number, person_id], salt=SALT)


# Whoever has the secret may say how it was, and nobody else's page knows it; without a cookie it
# works in any mail program.
@open_to_all
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: TimshelRequest, secret: str) -> HttpResponse:
    """Show what a link asks; count what one of its buttons says."""
    try:
        number, person_id = signing.loads(secret, salt=SALT, max_age=WINDOW)
    except (signing.BadSignature, ValueError):
        return _private(_over(request))
    actor = actor_for(person_id, channel=Channel.MAIL, origin=origin(request))
    if actor is None:
        return _private(_over(request))
    with translation.override(actor.language), timezone.override(ZoneInfo(actor.time_zone)):
        response = _answered(request, number, actor)
    response.headers["Content-Language"] = actor.language
    return _private(response)


def _answered(request: TimshelRequest, number: str, actor: Actor) -> HttpResponse:
    form = RatingFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = refusing(
                form, lambda: rate_work(number, **form.cleaned_data, actor=actor, at=request.at)
            )
        except (NotAllowed, NotFound, WrongState):
            return _over(request)
        if said is not None:
            return render(request, "portal/rate_thanks.html")
    try:
        item = find(number, actor=actor)
    except NotFound:
        return _over(request)
    context = {
        "number": item.number,
        "title": item.title,
        "rating": rating_of(item.pk),
        "ratings": RATINGS,
        "form": form,
    }
    return render(request, "portal/rate.html", context, status=422 if form.is_bound else 200)


def _over(request: TimshelRequest) -> HttpResponse:
    return render(request, "portal/rate_over.html", status=410)


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the address and what it shows from everybody but the reader."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
