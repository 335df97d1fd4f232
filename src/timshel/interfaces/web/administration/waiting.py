"""What waiting does to clocks: a table of reasons and clocks."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.administration.calendars import may_change
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed
from timshel.operation.work.states import WAITING_NAMES, WaitingReason
from timshel.relationship_agreement.service_level.access import require_view
from timshel.relationship_agreement.service_level.actions import set_waiting_rule
from timshel.relationship_agreement.service_level.queries.book import waiting_rules
from timshel.relationship_agreement.service_level.states import KIND_NAMES, ClockKind

CHOICES = {"pauses": True, "counts": False}
MEANINGS: dict[WaitingReason, Promise] = {
    WaitingReason.REQUESTER: gettext_lazy("It is the requester's turn: they were asked."),
    WaitingReason.SUPPLIER: gettext_lazy("A firm that we chose has the work."),
    WaitingReason.PROBLEM: gettext_lazy("The cause has to be found and removed first."),
    WaitingReason.CHANGE: gettext_lazy("A change has to be made first."),
    WaitingReason.EVIDENCE: gettext_lazy("It has to be seen again before it can be understood."),
    WaitingReason.APPOINTMENT: gettext_lazy("A moment was agreed with the requester."),
    WaitingReason.APPROVAL: gettext_lazy("A process asked somebody whether this may be done."),
}


@dataclass(frozen=True, slots=True)
class RuleCell:
    """What waiting for a reason does to a clock.

    Args:
        name: of its control in the form.
        clock: in words.
        pauses: whether the clock stands still.
    """

    name: str
    clock: str
    pauses: bool


@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: TimshelRequest) -> HttpResponse:
    """Show the table, and save it."""
    if request.method == "POST":
        return _saved(request)
    require_view(request.actor)
    rules = waiting_rules()
    rows = [
        (
            WAITING_NAMES[reason],
            MEANINGS[reason],
            [
                RuleCell(
                    f"{kind}.{reason}", str(KIND_NAMES[kind]), rules.get((kind, reason), False)
                )
                for kind in ClockKind
            ],
        )
        for reason in WaitingReason
    ]
    context = {
        "rows": rows,
        "clocks": [KIND_NAMES[kind] for kind in ClockKind],
        "may_change": may_change(request),
    }
    return render(request, "administration/waiting.html", context)


def _saved(request: TimshelRequest) -> HttpResponse:
    """Set what differs from what holds; what was not sent stays as it is."""
    if not may_change(request):
        raise NotAllowed
    changed = 0
    with transaction.atomic():
        rules = waiting_rules()
        for kind in ClockKind:
            for reason in WaitingReason:
                wanted = CHOICES.get(request.POST.get(f"{kind}.{reason}", ""))
                if wanted is None or wanted == rules.get((kind, reason), False):
                    continue
                set_waiting_rule(
                    kind, reason=reason, pauses=wanted, actor=request.actor, at=request.at
                )
                changed += 1
    if changed:
        text = _("The rules are saved. Open work is being read again.")
        link = format_html('<a href="{}">{}</a>', reverse("jobs"), _("See how far that is"))
        messages.success(request, format_html("{} {}.", text, link))
    else:
        messages.info(request, _("Nothing was changed."))
    return HttpResponseRedirect(reverse("waiting"))
