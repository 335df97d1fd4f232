"""Reporting and following without an account: by a link that somebody gave away.

What a guest sees afterwards is the one case that they made, by a signed link of its own.
"""

from __future__ import annotations

import json
import uuid
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.forms import FilesGiven, RefusableForm, refusing
from timshel.interfaces.web.portal.deeds import ReplyForm
from timshel.interfaces.web.requests import TimshelRequest, open_to_all, origin
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Conflict, NotFound, Refused
from timshel.kernel.idempotency.actions import once
from timshel.leadership.authority.queries import actor_for
from timshel.resolution_fulfilment.guest.actions import Throttled, report_by_link
from timshel.resolution_fulfilment.guest.queries import guest_door
from timshel.resolution_fulfilment.guest.rules import GuestWords
from timshel.resolution_fulfilment.incident.actions import reply_to_incident
from timshel.resolution_fulfilment.incident.queries import case

SALT = "timshel.guest-case"
FOLLOWED_SECONDS = 180 * 24 * 60 * 60


class GuestForm(RefusableForm):
    """What is broken, and who says so."""

    title = forms.CharField(
        label=gettext_lazy("What is broken?"),
        max_length=250,
        error_messages={"required": gettext_lazy("Please say in a few words what is broken.")},
    )
    description = forms.CharField(
        label=gettext_lazy("What happened?"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Please tell us your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        help_text=gettext_lazy("We write to you there about this case alone."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Please give an address at which we can reach you.")
        },
    )
    once = forms.CharField(max_length=100, widget=forms.HiddenInput)


def case_secret(number: str, person_id: int) -> str:
    """Return what a link holds by which a guest follows the case that they made."""
    return signing.dumps([number, person_id], salt=SALT)


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: TimshelRequest, secret: str) -> HttpResponseBase:
    """Show a guest the form, and open the case that it describes, once per form."""
    try:
        door = guest_door(secret, language=translation.get_language() or "en", at=request.at)
    except NotFound:
        return _private(render(request, "portal/guest_over.html", status=410))
    form = GuestForm(request.POST or None, initial={"once": uuid.uuid4().hex})
    files = FilesGiven(request, request.actor)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            address = refusing(form, lambda: _reported(request, secret, form, files))
        except Throttled as refusal:
            form.add_error(None, str(refusal.message))
            address, status = None, 429
        except Conflict:
            form.add_error(None, _("You have sent this form before; that case is kept."))
            address = None
        finally:
            files.release()
        if address is not None:
            return HttpResponseRedirect(address)
    context = {
        "door": door,
        "form": form,
        "kept": files.keep() if form.is_bound else [],
        "file_errors": files.errors,
        "largest_file": settings.ATTACHMENT_MAX_BYTES,
    }
    return _private(render(request, "portal/guest.html", context, status=status))


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: TimshelRequest, secret: str) -> HttpResponseBase:
    """Show a guest the case that they made, and take what they write."""
    try:
        number, person_id = signing.loads(secret, salt=SALT, max_age=FOLLOWED_SECONDS)
    except (signing.BadSignature, ValueError):
        return _private(render(request, "portal/guest_over.html", status=410))
    actor = actor_for(person_id, channel=Channel.PORTAL, origin=origin(request))
    if actor is None:
        return _private(render(request, "portal/guest_over.html", status=410))
    # The page speaks the language that its browser asks for; mails that of the guest.
    with timezone.override(ZoneInfo(actor.time_zone)):
        response = _case(request, number, secret, actor)
    return _private(response)


def _reported(request: TimshelRequest, secret: str, form: GuestForm, files: FilesGiven) -> str:
    """Open the case; returns where its guest follows it. The same form twice opens one case."""
    given = form.cleaned_data
    words = GuestWords(
        name=given["name"],
        email=given["email"],
        title=given["title"],
        description=given["description"],
        language=translation.get_language() or "en",
        files=files.uploads(),
    )

    def do() -> list[object]:
        event = report_by_link(secret, words=words, origin=origin(request), at=request.at)
        return [event.number, event.by_person_id]

    asked = {**given, "files": files.fingerprint()}
    (number, person_id), _again = once(
        given["once"],
        do,
        owner=f"guest:{secret[:16]}",
        content=json.dumps(asked, sort_keys=True).encode(),
        at=request.at,
    )
    return reverse("guest-case", args=[case_secret(number, person_id)])


def _case(request: TimshelRequest, number: str, secret: str, actor: Actor) -> HttpResponseBase:
    form = ReplyForm(request.POST or None, initial={"once": uuid.uuid4().hex})
    refused = False
    if request.method == "POST" and form.is_valid():
        try:
            said = refusing(form, lambda: _replied(request, number, form, actor))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            said = None
        if said is not None:
            return HttpResponseRedirect(reverse("guest-case", args=[secret]))
        refused = True
    try:
        shown = case(number, actor=actor, at=request.at)
    except NotFound:
        return render(request, "portal/guest_over.html", status=410)
    context = {"case": shown, "form": form}
    return render(request, "portal/guest_case.html", context, status=422 if refused else 200)


def _replied(request: TimshelRequest, number: str, form: ReplyForm, actor: Actor) -> bool:
    text = form.cleaned_data["text"]

    def do() -> bool:
        reply_to_incident(number, text=text, actor=actor, at=request.at)
        return True

    once(
        form.cleaned_data["once"],
        do,
        owner=f"guest-case:{number}",
        content=text.encode(),
        at=request.at,
    )
    return True


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Keep the address and what it shows from everybody but the reader."""
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
