"""The addresses of governance."""

from __future__ import annotations

from functools import partial

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance import cards, cases, charter, finder, overview, subscriptions
from timshel.leadership.policy.access import MANAGE as MANAGE_POLICY
from timshel.relationship_agreement.service_level.access import VIEW

# For those who may see agreements and how they are kept.
path = partial(guarded_path, permissions=(VIEW,))
charter_path = partial(guarded_path, permissions=(MANAGE_POLICY,))
PROMISE = "charter/promises/<str:code>"
CARD = "report-cards/<str:kind>/<str:code>"

urlpatterns = [
    path("", overview.overview, name="governance"),
    path("finder", finder.found, name="finder"),
    path("measures", overview.measures, name="measures"),
    path("cases", cases.cases, name="governance-cases"),
    path(CARD, cards.card, name="report-card"),
    path(f"{CARD}/pdf", cards.as_pdf, name="report-card-pdf"),
    path(f"{CARD}/xlsx", cards.as_xlsx, name="report-card-xlsx"),
    path(f"{CARD}/subscribe", subscriptions.subscribe, name="report-card-subscribe"),
    path("subscriptions/<int:pk>/end", subscriptions.end, name="subscription-end"),
    path(
        "promises/<str:number>/<str:clock>/<int:lap>/remediation",
        cards.remediate,
        name="promise-remediation",
    ),
    charter_path("charter", charter.charter_list, name="charter-list"),
    charter_path("charter/new", charter.new_promise, name="charter-new"),
    charter_path("charter/preview", charter.preview, name="charter-preview"),
    charter_path("charter/preview/pdf", charter.preview_file, name="charter-preview-pdf"),
    charter_path(PROMISE, charter.promise, name="charter-promise"),
    charter_path(f"{PROMISE}/change", charter.change_promise, name="charter-change"),
    charter_path(f"{PROMISE}/publish", charter.publish, name="charter-publish"),
    charter_path(f"{PROMISE}/retire", charter.retire, name="charter-retire"),
    charter_path(f"{PROMISE}/discard", charter.discard, name="charter-discard"),
]
