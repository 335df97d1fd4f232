"""Mail that waits for a person: why, what it says, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from timshel.context.people.queries import person_by_address
from timshel.interfaces.web.addresses import address_of_number
from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid, WrongState
from timshel.resolution_fulfilment.intake import actions
from timshel.resolution_fulfilment.intake.queries import HeldMail, held_mail, held_message
from timshel.support.communication.states import IncomingState

SHOWN = {"held": IncomingState.HELD, "ignored": IncomingState.IGNORED}
STATE_NAMES = {"held": gettext_lazy("Waiting"), "ignored": gettext_lazy("Left aside")}
PAGE_SIZE = 50
LONGEST_LOOK = 20_000


class CaseForm(RefusableForm):
    """For whom a case is opened."""

    person = forms.CharField(
        label=gettext_lazy("For whom? A mail address."),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Left as it is, the sender becomes known as a guest."),
    )


class EntryForm(RefusableForm):
    """The case that a mail belongs to."""

    number = forms.CharField(
        label=gettext_lazy("Number of the case"),
        help_text=gettext_lazy("Such as INC0000012."),
        max_length=20,
    )


@require_safe
def held(request: TimshelRequest) -> HttpResponse:
    """Show the mail that waits, or what was left aside."""
    show = request.GET.get("show", "held")
    show = show if show in SHOWN else "held"
    page = held_mail(
        state=SHOWN[show],
        actor=request.actor,
        cursor=request.GET.get("cursor") or None,
        size=PAGE_SIZE,
    )
    shown = page.map(lambda row: (row, address_of_number(row.record.partition(".")[2])))
    context = {"page": shown, "show": show, "states": STATE_NAMES}
    return render(request, "desk/held.html", context)


@require_safe
def message(request: TimshelRequest, message_id: int) -> HttpResponse:
    """Show one of them."""
    return _page(request, message_id)


@require_POST
def ignore(request: TimshelRequest) -> HttpResponseBase:
    """Leave the chosen ones aside, and come back to the list."""
    chosen = [int(key) for key in request.POST.getlist("message") if key.isdecimal()]
    try:
        count = actions.ignore_held(chosen[:100], actor=request.actor, at=request.at)
    except Invalid as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(count)d mail is left aside.", "%(count)d mails are left aside.", count)
        messages.success(request, said % {"count": count})
    return redirect("held-mail")


@require_POST
def open_case(request: TimshelRequest, message_id: int) -> HttpResponseBase:
    """Open a case of a mail."""
    form = CaseForm(request.POST, auto_id="case_%s")
    if not form.is_valid():
        return _page(request, message_id, case=form)
    address = form.cleaned_data["person"].strip().lower()

    def perform() -> str:
        person = _person(address, held_message(message_id, actor=request.actor))
        return actions.open_case_of_held(
            message_id, person_id=person, actor=request.actor, at=request.at
        )

    return _done(request, message_id, form, perform, case=form)


@require_POST
def add_to_case(request: TimshelRequest, message_id: int) -> HttpResponseBase:
    """Make a mail an entry of a case."""
    form = EntryForm(request.POST, auto_id="entry_%s")
    if not form.is_valid():
        return _page(request, message_id, entry=form)
    number = form.cleaned_data["number"]

    def perform() -> str:
        return actions.add_held_to_case(
            message_id, number=number, actor=request.actor, at=request.at
        )

    return _done(request, message_id, form, perform, entry=form)


@require_POST
def trust(request: TimshelRequest, message_id: int) -> HttpResponseBase:
    """Trust the sender, and take the mail up anew."""
    try:
        state = actions.trust_sender_of_held(
            message_id,
            is_domain=request.POST.get("whom") == "domain",
            actor=request.actor,
            at=request.at,
        )
    except (Invalid, WrongState) as refusal:
        messages.error(request, str(refusal))
        return redirect("held-message", message_id=message_id)
    if state is IncomingState.TAKEN:
        messages.success(request, _("The sender is trusted, and the mail became part of a case."))
        return redirect("held-mail")
    messages.info(request, _("The sender is trusted. This mail still waits, for another reason."))
    return redirect("held-message", message_id=message_id)


def _person(address: str, shown: HeldMail) -> int | None:
    sender = shown.content.sender if shown.content else ""
    if not address or address == sender:
        return None
    found = person_by_address(address)
    if found is None:
        raise Invalid({"person": [_("Nobody with this address is known.")]})
    return found


def _done(
    request: TimshelRequest,
    message_id: int,
    form: RefusableForm,
    perform: Callable[[], str],
    **refused: RefusableForm,
) -> HttpResponseBase:
    try:
        number = refusing(form, perform)
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return redirect("held-mail")
    if number is None:
        return _page(request, message_id, **refused)
    messages.success(request, _("The mail is part of %(number)s now.") % {"number": number})
    return redirect("held-mail")


def _page(request: TimshelRequest, message_id: int, **refused: RefusableForm) -> HttpResponse:
    shown = held_message(message_id, actor=request.actor)
    content = shown.content
    begun = {"person": content.sender if content else ""}
    context = {
        "shown": shown,
        "content": content,
        "text": content.text[:LONGEST_LOOK] if content else "",
        "domain": content.sender.rpartition("@")[2] if content else "",
        "case": refused.get("case") or CaseForm(initial=begun, auto_id="case_%s"),
        "entry": refused.get("entry")
        or EntryForm(initial={"number": shown.number}, auto_id="entry_%s"),
        "refused": next(iter(refused.values()), None),
    }
    return render(request, "desk/held_message.html", context, status=422 if refused else 200)
