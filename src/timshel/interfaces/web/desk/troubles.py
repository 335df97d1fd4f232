"""Processes that cannot go on by themselves: what is stuck or failed, and trying it again."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web import badges
from timshel.interfaces.web.addresses import record_address
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import WrongState
from timshel.operation.process.actions import retry_run
from timshel.operation.process.queries import TroubledRun, troubled_runs

PAGE_SIZE = 50
STEER = "request.steer"


@dataclass(frozen=True, slots=True)
class ShownTrouble:
    """A run that is stuck, as the page draws it."""

    row: TroubledRun
    kind: SafeString
    address: str
    lines: list[str]


@require_safe
def troubles(request: TimshelRequest) -> HttpResponse:
    """Show what is stuck, as far as the reader may see it."""
    page = troubled_runs(
        actor=request.actor, cursor=request.GET.get("cursor") or None, size=PAGE_SIZE
    )
    shown = page.map(
        lambda row: ShownTrouble(
            row,
            badges.work_kind(row.kind),
            record_address(row.kind, row.number),
            row.trouble.splitlines(),
        )
    )
    context = {"page": shown, "may_retry": request.actor.may_somewhere(STEER)}
    return render(request, "desk/troubles.html", context)


@require_POST
def retry(request: TimshelRequest, number: str) -> HttpResponse:
    """Try again what failed, and come back to the list."""
    try:
        retry_run(number, actor=request.actor, at=request.at)
    except WrongState:
        messages.info(request, _("Nothing of it has failed any more."))
    else:
        messages.success(request, _("What failed is tried again."))
    return redirect("troubles")
