"""The addresses of the portal."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.portal import (
    approvals,
    approvals_away,
    cases,
    guest,
    orders,
    report_help,
    requests,
    sharing,
)
from timshel.interfaces.web.portal.approval_counts import count
from timshel.interfaces.web.portal.approvals_by_link import approve
from timshel.interfaces.web.portal.case_promise import promise
from timshel.interfaces.web.portal.catalogue import area, ask, catalogue, service, suggest
from timshel.interfaces.web.portal.catalogue_offering import offering
from timshel.interfaces.web.portal.charter import charter_file, charter_page
from timshel.interfaces.web.portal.files import attachment, preview
from timshel.interfaces.web.portal.home import end_tour, home
from timshel.interfaces.web.portal.promises import promises
from timshel.interfaces.web.portal.rating import rate
from timshel.interfaces.web.portal.report import choose, report_incident
from timshel.operation.work.rules import VIEW_SHARED

urlpatterns = [
    path("", home, name="portal-home"),
    path("tour", end_tour, name="tour-end"),
    path("report", choose, name="report-choose"),
    path("report/incident", report_incident, name="report-incident"),
    path("report/help", report_help.found, name="report-help"),
    path("report/helped", report_help.helped, name="report-helped"),
    path("outages/<str:number>/join", report_help.join, name="outage-join"),
    path("ask", ask, name="ask"),
    path("catalogue", catalogue, name="catalogue"),
    path("catalogue/suggest", suggest, name="catalogue-suggest"),
    path("catalogue/offerings/<str:code>", offering, name="offering"),
    path("catalogue/<str:code>", area, name="catalogue-area"),
    *(
        path(f"ask/{purpose}", orders.by_purpose, {"purpose": purpose}, name=f"ask-{purpose}")
        for purpose in ("idea", "complaint", "compliment", "question")
    ),
    path("order/<str:code>", orders.order, name="order"),
    path("order/<str:code>/discard", orders.discard, name="order-discard"),
    path("services/<str:code>", service, name="service"),
    path("cases", cases.cases, name="case-list"),
    guarded_path("cases/unit", sharing.unit_cases, name="unit-cases", permissions=(VIEW_SHARED,)),
    path("cases/<str:number>", cases.case, name="case"),
    path("cases/<str:number>/share", sharing.share, name="case-share"),
    path("colleagues", sharing.colleagues, name="case-colleagues"),
    path("cases/<str:number>/promise", promise, name="case-promise"),
    *(
        path(f"cases/<str:number>/{verb}", cases.act, {"verb": verb}, name=f"case-{verb}")
        for verb in sorted({*cases.DEEDS, *requests.DEEDS})
    ),
    path("cases/<str:number>/change", requests.change, name="case-change"),
    path("cases/<str:number>/diagram", requests.picture_file, name="case-diagram"),
    path("cases/<str:number>/again", orders.again, name="order-again"),
    path("approvals", approvals.approvals, name="approval-list"),
    path("approvals/count", count, name="approval-count"),
    path("approvals/away", approvals_away.away, name="delegation-list"),
    path("approvals/away/<int:delegation_id>/end", approvals_away.end, name="delegation-end"),
    path("approvals/<int:approval_id>", approvals.approval, name="approval"),
    path("approvals/<int:approval_id>/answer", approvals.decide, name="approval-decide"),
    path(
        "approvals/<int:approval_id>/seats/<int:seat_id>/hand-over",
        approvals.hand_over,
        name="approval-hand-over",
    ),
    path("approve/<str:secret>", approve, name="approve"),
    path("rate/<str:secret>", rate, name="rate"),
    path("guest/<str:secret>", guest.report, name="guest-report"),
    path("guest-case/<str:secret>", guest.follow, name="guest-case"),
    path("promises", promises, name="promises"),
    path("charter", charter_page, name="charter"),
    path("charter/pdf", charter_file, name="charter-pdf"),
    path("files/<int:pk>/look", preview, name="attachment-preview"),
    path("files/<int:pk>/<path:name>", attachment, name="attachment"),
]
