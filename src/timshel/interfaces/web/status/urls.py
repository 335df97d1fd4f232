"""The addresses of the status page; those in mails stand apart from the codes of services."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.status import feeds, pages

urlpatterns = [
    path("status", pages.status, name="status"),
    path("status/feed.atom", feeds.atom, name="status-atom"),
    path("status/planned.ics", feeds.planned, name="status-planned"),
    path("status/<slug:code>", pages.service_status, name="status-service"),
    path("status/<slug:code>/feed.atom", feeds.atom, name="status-service-atom"),
    path("status/<slug:code>/planned.ics", feeds.planned, name="status-service-planned"),
    path("status-mail", pages.subscribe, name="status-subscribe"),
    path("status-mail/confirm/<slug:token>", pages.confirm, name="status-confirm"),
    path("status-mail/end/<slug:token>", pages.end, name="status-end"),
]
