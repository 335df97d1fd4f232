"""Long work and how far it is, and the messages that could not be sent: watched and mended."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.addresses import address_of_number
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import WrongState
from timshel.kernel.paging import LARGEST_NUMBER, Page
from timshel.kernel.progress import actions as errands
from timshel.kernel.progress import queries as progress
from timshel.kernel.progress.queries import ErrandRow, Standing
from timshel.kernel.progress.states import ErrandState
from timshel.support.communication import actions as communication
from timshel.support.communication import queries as outgoing
from timshel.support.communication.access import MANAGE, require_manage

SEEN_WITH = ("journal.view", "service_level.configure")
RETRIED_WITH = ("service_level.configure",)
PAGE_SIZE = 25
STANDINGS: Mapping[Standing, Promise] = {
    Standing.ALL: gettext_lazy("All"),
    Standing.OPEN: gettext_lazy("Not done yet"),
    Standing.FAILED: gettext_lazy("Failed"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is drawn: its word, its icon and its tone, as in ``job-failed``."""

    word: Promise
    icon: str
    tone: str


LOOKS: Mapping[ErrandState, Look] = {
    ErrandState.QUEUED: Look(gettext_lazy("Waits for its turn"), "hourglass", "queued"),
    ErrandState.RUNNING: Look(gettext_lazy("Under way"), "progress", "running"),
    ErrandState.DELAYED: Look(gettext_lazy("Will be tried again"), "reload", "delayed"),
    ErrandState.DONE: Look(gettext_lazy("Done"), "circle-check", "done"),
    ErrandState.FAILED: Look(gettext_lazy("Failed"), "alert-circle", "failed"),
}


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A job as the page draws it.

    Args:
        row: as it was read.
        title: in the reader's language.
        look: of its state.
        progress: how far it is, in words; empty where there is nothing to say.
        has_bar: whether a bar says it, too.
        note: what came of it.
        may_retry: whether the reader may have it tried again, and it failed.
    """

    row: ErrandRow
    title: str
    look: Look
    progress: str
    has_bar: bool
    note: str
    may_retry: bool


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as the page draws it.

    Args:
        row: as it was read.
        about: the number of what it tells of, such as ``INC0000012``.
        address: of that, where there is a page of it.
    """

    row: outgoing.MessageRow
    about: str
    address: str


@require_safe
def jobs(request: TimshelRequest) -> HttpResponse:
    """Show long work, newest first, and what could not be sent to those who look after it."""
    actor = request.actor
    token = live.token()
    standing = _standing(request.GET.get("show", ""))
    page = progress.errand_list(
        seen_with=SEEN_WITH,
        standing=standing,
        actor=actor,
        size=PAGE_SIZE,
        cursor=request.GET.get("cursor") or None,
    )
    unsent = _unsent(request)
    context: dict[str, Any] = {
        "page": page.map(lambda row: shown(row, actor=actor)),
        "standing": standing,
        "standings": STANDINGS.items(),
        "unsent": unsent,
        "live_token": token,
        "live_regions": [errands.REGION, *([communication.REGION] if unsent else [])],
    }
    return render(request, "administration/jobs.html", context)


@require_POST
def retry_job(request: TimshelRequest, job_id: int) -> HttpResponse:
    """Have a job tried again that failed."""
    errands.retry_errand(
        min(job_id, LARGEST_NUMBER),
        seen_with=SEEN_WITH,
        allowed_with=RETRIED_WITH,
        actor=request.actor,
        at=request.at,
    )
    notices.success(request, _("The job goes on where it was left."))
    return redirect("jobs")


@require_POST
def retry_messages(request: TimshelRequest) -> HttpResponse:
    """Have messages sent again that could not be sent; those that somebody else sent are passed."""
    require_manage(request.actor)
    count = 0
    for message_id in _message_ids(request):
        with suppress(WrongState):
            communication.retry_message(message_id, actor=request.actor, at=request.at)
            count += 1
    told = ngettext(
        "%(count)d message is being sent again.", "%(count)d messages are being sent again.", count
    )
    notices.success(request, told % {"count": count})
    return redirect("jobs")


def shown(row: ErrandRow, *, actor: Actor) -> ShownJob:
    """Return a job as the page draws it.

    Args:
        row: as it was read.
        actor: who looks at it.
    """
    may_act = row.is_own or any(actor.scope(each).everywhere for each in RETRIED_WITH)
    note = row.result.get("note", "")
    return ShownJob(
        row=row,
        title=_(row.title) if row.title else row.kind,
        look=LOOKS[row.state],
        progress=_progress(row),
        has_bar=row.state in {ErrandState.RUNNING, ErrandState.DELAYED}
        or (row.state is ErrandState.FAILED and row.percent is not None),
        note=_(note) if note and isinstance(note, str) else "",
        may_retry=row.state is ErrandState.FAILED and may_act,
    )


def _progress(row: ErrandRow) -> str:
    done = number_format(row.done, force_grouping=True)
    if row.total is None or row.state is ErrandState.DONE:
        return _("%(done)s done") % {"done": done} if row.done else ""
    total = number_format(row.total, force_grouping=True)
    if row.percent is None:
        return ""
    words = {"done": done, "total": total, "percent": row.percent}
    return _("%(done)s of %(total)s, %(percent)d %%") % words


def _unsent(request: TimshelRequest) -> Page[ShownMessage] | None:
    """Return what could not be sent; None for who does not look after it."""
    if not request.actor.scope(MANAGE).everywhere:
        return None
    cursor = request.GET.get("messages") or None
    page = outgoing.failed_messages(actor=request.actor, cursor=cursor, size=PAGE_SIZE)
    return page.map(_shown_message)


def _shown_message(row: outgoing.MessageRow) -> ShownMessage:
    kind, _dot, about = row.thread.partition(".")
    # Threads are named after incidents, clocks of all kinds of work among them.
    address = address_of_number(about) if kind == "incident" else ""
    return ShownMessage(row, about or row.thread, address)


def _standing(text: str) -> Standing:
    return Standing(text) if text in set(Standing) else Standing.ALL


def _message_ids(request: TimshelRequest) -> list[int]:
    texts = request.POST.getlist("message")[:PAGE_SIZE]
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
