"""The policies: in effect, reviewed and read, or what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.support.documentation import queries
from timshel.support.documentation.actions import REGION
from timshel.support.documentation.queries import DocumentRow, PolicyGap, PolicyRow

GAPS: Mapping[PolicyGap, Promise] = {
    PolicyGap.NOT_IN_EFFECT: _("No version is in effect"),
    PolicyGap.REVIEW_OVERDUE: _("Review overdue"),
    PolicyGap.NO_READERS: _("Distributed to nobody"),
    PolicyGap.NOT_ASKED: _("Nobody was asked to confirm it"),
    PolicyGap.NOT_READ: _("Not everybody has read it"),
}


@dataclass(frozen=True, slots=True)
class ShownPolicy:
    """A policy with its words."""

    row: PolicyRow
    document: DocumentRow
    gaps: tuple[Promise, ...]


@require_safe
def register(request: TimshelRequest) -> HttpResponse:
    """List the policies with what is missing of them."""
    token = live.token()
    page = queries.policy_list(
        actor=request.actor, at=request.at, cursor=request.GET.get("cursor") or None
    )
    context = {
        "page": page.map(_shown),
        "is_any_in_effect": queries.has_policy_in_effect(actor=request.actor),
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/mandates/policies.html", context)


def _shown(row: PolicyRow) -> ShownPolicy:
    return ShownPolicy(row, row.document, tuple(GAPS[each] for each in row.gaps))
