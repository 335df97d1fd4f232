"""The addresses: health for machines, the API, and the pages."""

from __future__ import annotations

from django.urls import include, path

from timshel.interfaces.web import health

urlpatterns = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("api/", include("timshel.interfaces.api.urls")),
    path("mcp", include("timshel.interfaces.mcp.urls")),
    path("", include("timshel.interfaces.web.urls")),
]

handler400 = "timshel.interfaces.web.errors.bad_request"
handler403 = "timshel.interfaces.web.errors.permission_denied"
handler404 = "timshel.interfaces.web.errors.not_found"
handler500 = "timshel.interfaces.web.errors.server_error"
