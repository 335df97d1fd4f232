"""The messages that leave: what waits, what could not be sent and why, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.addresses import address_of_number
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotFound, WrongState
from timshel.kernel.letters import kind_of
from timshel.kernel.paging import LARGEST_NUMBER
from timshel.support.communication import actions, queries
from timshel.support.communication.access import require_manage
from timshel.support.communication.queries import MessageRow, Show
from timshel.support.communication.states import Failure, MessageState
from timshel.support.notification.queries import readable_thread

PAGE_SIZE = 25
LONGEST_ADDRESS = 320
SHOWN: Mapping[Show, Promise] = {
    Show.UNSENT: gettext_lazy("Not arrived"),
    Show.FAILED: gettext_lazy("Could not be sent"),
    Show.BOUNCED: gettext_lazy("Came back"),
    Show.WAITING: gettext_lazy("Waiting"),
    Show.SENT: gettext_lazy("Sent"),
}
FAILURES: Mapping[Failure, Promise] = {
    Failure.SERVER: gettext_lazy("No mail server took it."),
    Failure.REFUSED: gettext_lazy("A mail server refused it."),
    Failure.NO_ADDRESS: gettext_lazy("What stands as the address is none."),
    Failure.MARKED: gettext_lazy("Nothing arrives at this address, as was reported before."),
    Failure.BOUNCED: gettext_lazy("It was taken, and came back."),
}
LOOKS: Mapping[MessageState, str] = {
    MessageState.QUEUED: "job-queued",
    MessageState.SENT: "job-done",
    MessageState.FAILED: "job-failed",
    MessageState.BOUNCED: "job-failed",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as lists draw it.

    Args:
        row: as it was read.
        occasion: on which it was written.
        about: the number of what it tells of, or nothing.
        address: of that, where there is a page of it.
        reason: why it did not arrive, or nothing.
        look: the class of its line.
        may_resend: whether it can be sent again.
    """

    row: MessageRow
    occasion: str
    about: str
    address: str
    reason: str
    look: str
    may_resend: bool


@require_safe
def message_list(request: TimshelRequest) -> HttpResponse:
    """List messages, newest first; at first those that did not arrive."""
    show = _show(request.GET.get("show", ""))
    address = request.GET.get("address", "").strip().replace("\0", "")[:LONGEST_ADDRESS]
    token = live.token()
    page = queries.message_list(
        show=show,
        address=address,
        actor=request.actor,
        cursor=request.GET.get("cursor") or None,
        size=PAGE_SIZE,
    )
    context = {
        "page": page.map(shown),
        "show": show,
        "shown": SHOWN.items(),
        "address": address,
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "administration/messages.html", context)


@require_safe
def message(request: TimshelRequest, message_id: int) -> HttpResponse:
    """Show one message; what it says only to who may read what it is about."""
    key = min(message_id, LARGEST_NUMBER)
    row = queries.message_row(key, actor=request.actor)
    may_read = readable_thread(row.thread, actor=request.actor, at=request.at)
    view = queries.message(key, actor=request.actor)
    context = {"message": shown(row), "view": view, "may_read": may_read}
    return render(request, "administration/message.html", context)


@require_POST
def resend(request: TimshelRequest) -> HttpResponse:
    """Have messages sent again; those that somebody else sent meanwhile are passed over."""
    require_manage(request.actor)
    count = 0
    for text in request.POST.getlist("message")[:PAGE_SIZE]:
        if text.isascii() and text.isdigit() and len(text) < 19:
            with suppress(WrongState, NotFound):
                actions.retry_message(int(text), actor=request.actor, at=request.at)
                count += 1
    told = ngettext(
        "%(count)d message is being sent again.", "%(count)d messages are being sent again.", count
    )
    notices.success(request, told % {"count": count})
    return redirect("message-list")


@require_safe
def addresses(request: TimshelRequest) -> HttpResponse:
    """List the addresses at which messages do not arrive."""
    token = live.token()
    page = queries.trouble_list(
        actor=request.actor, cursor=request.GET.get("cursor") or None, size=PAGE_SIZE
    )
    context = {"page": page, "live_token": token, "live_regions": [actions.REGION]}
    return render(request, "administration/message_addresses.html", context)


@require_POST
def clear_address(request: TimshelRequest, trouble_id: int) -> HttpResponse:
    """Take the mark off an address."""
    actions.clear_trouble(min(trouble_id, LARGEST_NUMBER), actor=request.actor, at=request.at)
    notices.success(request, _("Mail is sent to this address again."))
    return redirect("message-addresses")


def shown(row: MessageRow) -> Shown:
    """Return a message as lists draw it."""
    _kind, _dot, about = row.thread.partition(".")
    kind = kind_of(row.kind) or kind_of(f"notice.{row.kind}")
    return Shown(
        row=row,
        occasion=str(kind.label) if kind else row.kind,
        about=about,
        address=address_of_number(about),
        reason=str(FAILURES.get(row.failure, "")),
        look=LOOKS[row.state],
        may_resend=row.state in {MessageState.FAILED, MessageState.BOUNCED},
    )


def _show(text: str) -> Show:
    return Show(text) if text in set(Show) else Show.UNSENT
