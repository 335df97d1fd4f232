"""The scope statement as pages and documents show it, and what the records say to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.scope.queries import organization_records
from timshel.context.scope.rules import Difference, Recorded, Records, ScopeContent
from timshel.context.scope.states import ITEM_NAMES, RECORDED, Gap, ItemKind
from timshel.service_portfolio.service.queries import service_list

KIND_NAMES = {
    ItemKind.SERVICE: gettext_lazy("Service"),
    ItemKind.UNIT: gettext_lazy("Unit"),
    ItemKind.SITE: gettext_lazy("Site"),
    ItemKind.CUSTOMER: gettext_lazy("Customer"),
    ItemKind.OTHER: gettext_lazy("Something else"),
}


def records_now(language: str) -> Records:
    """Return what there is to be covered, with the services that the catalogue offers."""
    offered = {
        each.code: Recorded(each.name)
        for area in service_list(language=language)
        for each in area.services
    }
    return {ItemKind.SERVICE: offered, **organization_records(language=language)}


def shown_content(content: ScopeContent) -> dict[str, Any]:
    """Return what a version says, kind by kind."""
    groups = [
        {
            "kind": kind.value,
            "name": ITEM_NAMES[kind],
            "items": [each for each in content.items if each.kind is kind],
        }
        for kind in RECORDED
    ]
    exclusions = [
        {"kind": KIND_NAMES[each.kind], "name": each.name, "reason": each.reason}
        for each in content.exclusions
    ]
    return {
        "statement": content.statement,
        "technology": content.technology,
        "groups": groups,
        "exclusions": exclusions,
    }


def shown_difference(found: Difference, *, may_change: bool) -> dict[str, Any]:
    """Return a difference with a sentence, and where it is mended."""
    is_missing = found.gap is Gap.NOT_COVERED
    parameter = "add" if is_missing else "remove"
    query = urlencode({parameter: f"{found.kind.value}:{found.code}"})
    is_service = found.kind is ItemKind.SERVICE
    return {
        "kind": KIND_NAMES[found.kind],
        "name": found.name,
        "sentence": _sentence(is_service=is_service, is_missing=is_missing),
        "record": reverse("service", args=[found.code]) if is_service and is_missing else "",
        "mend": f"{reverse('scope-draft')}?{query}" if may_change else "",
        "mend_label": _("Take it into the draft") if is_missing else _("Take it out of the draft"),
    }


def _sentence(*, is_service: bool, is_missing: bool) -> str:
    if is_missing:
        return _("Offered, but out of scope") if is_service else _("There, but out of scope")
    return _("In scope, but no longer offered") if is_service else _("In scope, but gone")
