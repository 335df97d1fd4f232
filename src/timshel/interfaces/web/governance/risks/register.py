"""The register of risks: the list, the heat map, the criteria, and all of it as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.risks.words import MARKS, mark_of, shown
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.planning.risk import queries
from timshel.planning.risk.access import MANAGE
from timshel.planning.risk.actions import REGION
from timshel.planning.risk.queries import HeatMap, RiskFilter
from timshel.planning.risk.states import Basis, LinkKind, Option, RiskState

KINDS = ("risk", "opportunity")


def asked_of(request: TimshelRequest) -> RiskFilter:
    """Return which risks the address asks for; what it says amiss narrows nothing."""
    given = request.GET
    kind, state = given.get("kind", ""), given.get("state", "")
    link_kind = given.get("link_kind", "")
    return RiskFilter(
        kind=kind if kind in KINDS else "",
        state=state if state in {*RiskState.values, "all"} else "open",
        area=given.get("area", ""),
        owner=given.get("owner", ""),
        band=given.get("band", ""),
        overdue=given.get("overdue") == "yes",
        basis=_basis(given.get("basis", ""), Basis.RESIDUAL),
        likelihood=_level(given.get("likelihood", "")),
        impact=_level(given.get("impact", "")),
        link_kind=link_kind if link_kind in LinkKind.values else "",
        link_code=given.get("link", ""),
        text=given.get("text", ""),
    )


@require_safe
def risks(request: TimshelRequest) -> HttpResponse:
    """List risks and opportunities, the highest first."""
    token = live.token()
    actor = request.actor
    asked = asked_of(request)
    page = queries.risk_list(
        actor=actor, at=request.at, asked=asked, cursor=request.GET.get("cursor") or None
    )
    summary = queries.risk_summary(actor=actor, at=request.at)
    context = {
        "page": page.map(shown),
        "asked": asked,
        "summary": summary,
        "tiles": [(band, count, MARKS[band.colour]) for band, count in summary.bands],
        "states": RiskState.choices,
        "areas": queries.area_list(language=actor.language),
        "owners": queries.owner_list(actor=actor),
        "bases": Basis.choices,
        "is_narrowed": asked != RiskFilter(),
        "may_identify": actor.may_somewhere(MANAGE),
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/risks/list.html", context)


@require_safe
def heat(request: TimshelRequest) -> HttpResponse:
    """Show how many open risks have which level, each number a link to its list."""
    token = live.token()
    basis = _basis(request.GET.get("basis", ""), Basis.INHERENT)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else "risk"
    found = queries.heat_map(actor=request.actor, basis=basis, kind=kind)
    context = {
        "map": found,
        "rows": _cells(found, kind),
        "basis": basis,
        "bases": Basis.choices,
        "kind": kind,
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/risks/map.html", context)


@require_safe
def how_judged(request: TimshelRequest) -> HttpResponse:
    """Show by what risks are judged, and who may accept them."""
    found = queries.criteria(language=request.actor.language)
    context = {
        "criteria": found,
        "bands": [(each, MARKS[each.colour]) for each in reversed(found.bands)],
        "areas": queries.area_list(language=request.actor.language),
    }
    return render(request, "governance/risks/criteria.html", context)


@require_safe
def as_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the risks that the page would list, all of them."""
    columns = (
        Column(_("Number")),
        Column(_("In a few words")),
        Column(_("What it is")),
        Column(_("Area")),
        Column(_("Who answers for it")),
        Column(_("Standing")),
        Column(_("Likelihood without treatment"), ColumnKind.NUMBER),
        Column(_("Impact without treatment"), ColumnKind.NUMBER),
        Column(_("Likelihood that remains"), ColumnKind.NUMBER),
        Column(_("Impact that remains"), ColumnKind.NUMBER),
        Column(_("Score"), ColumnKind.NUMBER),
        Column(_("Band")),
        Column(_("What shall be done")),
        Column(_("Review"), ColumnKind.DATE),
        Column(_("What may happen?")),
        Column(_("Why may it happen?")),
        Column(_("What would it mean?")),
    )
    found = queries.whole_register(actor=request.actor, at=request.at, asked=asked_of(request))
    rows = [
        (
            row.number,
            row.title,
            _("Opportunity") if row.is_opportunity else _("Risk"),
            row.area,
            row.owner,
            str(row.state.label),
            row.inherent.likelihood if row.inherent else None,
            row.inherent.impact if row.inherent else None,
            row.residual.likelihood if row.residual else None,
            row.residual.impact if row.residual else None,
            row.score,
            row.band.name if row.band else "",
            str(Option(row.treatment).label) if row.treatment else "",
            row.review_date,
            words.event,
            words.cause,
            words.consequence,
        )
        for row, words in found
    ]
    sheet = Sheet(_("Risks and opportunities"), columns, rows)
    content = spreadsheet([sheet], zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="risks.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _cells(found: HeatMap, kind: str) -> list[dict[str, Any]]:
    """Return the rows of the map with where each number leads."""
    whole = reverse("risk-list")

    def address(likelihood: int, impact: int) -> str:
        asked: dict[str, str | int] = {
            "kind": kind,
            "basis": found.basis.value,
            "likelihood": likelihood,
            "impact": impact,
        }
        return f"{whole}?{urlencode(asked)}"

    return [
        {
            "words": words,
            "cells": [
                {
                    "cell": cell,
                    "address": address(cell.likelihood, cell.impact),
                    "mark": mark_of(cell.band),
                }
                for cell in cells
            ],
        }
        for words, cells in found.rows
    ]


def _basis(text: str, otherwise: Basis) -> Basis:
    return Basis(text) if text in Basis.values else otherwise


def _level(text: str) -> int | None:
    return int(text) if text in {"1", "2", "3", "4", "5"} else None
