"""What the catalogue lacks, as a whole and for each owner (B8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Text
from timshel.relationship_agreement.service_level.queries.delivery import promised_offerings
from timshel.service_portfolio.catalogue.queries.content import offering_keys
from timshel.service_portfolio.catalogue.queries.health import (
    Health,
    HealthRow,
    health,
    owner_name,
)
from timshel.service_portfolio.catalogue.states import AILMENT_NAMES, Ailment

CURES: dict[Ailment, Promise] = {
    Ailment.NO_OWNER: _("Name somebody who answers for the service."),
    Ailment.OWNER_LEFT: _("Name somebody else who answers for the service."),
    Ailment.NO_TEAM: _("Tie it to a function that a team supports."),
    Ailment.NO_SECOND_LEVEL: _("Name a team that takes over what the first one cannot do."),
    Ailment.NO_AGREEMENT: _("Promise a time to fulfil in an agreement."),
    Ailment.NO_REVIEW_DATE: _("Set a day on the page."),
    Ailment.REVIEW_OVERDUE: _("Read the page, mend what changed, and set the next day."),
    Ailment.UNUSED: _("Find out whether people miss it, or retire it."),
    Ailment.BROKEN_LINK: _("Mend the address, or take the document out."),
    Ailment.SEEN_BY_NOBODY: _("Say who may ask for it."),
    Ailment.NO_PROCESS: _("Publish the process, or choose another."),
    Ailment.NO_FORM: _("Publish the form, or choose another."),
    Ailment.NO_PAGE: _("Write its page, or take the offering out of use."),
}


@require_safe
def overview(request: TimshelRequest) -> HttpResponse:
    """Show what is lacking in all that the reader keeps, all of it or one kind."""
    chosen = request.GET.get("lacks", "")
    found = _health(request)
    rows = [row for row in found.rows if not chosen or chosen in row.ailments]
    context = {**_context(found), "rows": _shown(rows), "chosen": chosen}
    return render(request, "administration/catalogue_health.html", context)


@require_safe
def of_owner(request: TimshelRequest, person_id: int) -> HttpResponse:
    """Show what is lacking in what one person answers for."""
    name = owner_name(person_id)
    found = _health(request, owner_id=person_id)
    context = {**_context(found), "rows": _shown(found.rows), "owner": name}
    return render(request, "administration/catalogue_health.html", context)


def _health(request: TimshelRequest, *, owner_id: int | None = None) -> Health:
    promised = promised_offerings(offering_keys(), at=request.at)
    return health(promised=promised, owner_id=owner_id, actor=request.actor, at=request.at)


def _shown(rows: Iterable[HealthRow]) -> list[tuple[HealthRow, list[tuple[str, Text, Text]]]]:
    """Return rows with what they lack and what to do about it, in words."""
    return [
        (row, [(each.value, AILMENT_NAMES[each], CURES[each]) for each in row.ailments])
        for row in rows
    ]


def _context(found: Health) -> dict[str, Any]:
    return {
        "health": found,
        "sound": found.total - len(found.rows),
        "counts": [
            (ailment, AILMENT_NAMES[ailment], found.counts[ailment])
            for ailment in Ailment
            if found.counts.get(ailment)
        ],
    }
