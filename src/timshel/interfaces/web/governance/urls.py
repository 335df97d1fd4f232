"""The addresses of governance."""

from __future__ import annotations

from django.urls import URLPattern
from django.urls import path as open_path

from timshel.interfaces.web.governance import cards, cases, finder, overview, subscriptions
from timshel.interfaces.web.governance.entrance import View, for_readers


def path(address: str, view: View, *, name: str) -> URLPattern:
    """Return an address of governance, behind its entrance."""
    return open_path(address, for_readers(view), name=name)


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
]
