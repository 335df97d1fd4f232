"""The addresses of notices and of what somebody chose about them."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.notifications import bell, choosing, devices, listing

urlpatterns = [
    path("notifications", listing.notices, name="notification-list"),
    path("notifications/count", bell.count, name="notification-count"),
    path("notifications/record", bell.read_record, name="notification-record"),
    path("notifications/panel", bell.panel, name="notification-panel"),
    path("notifications/read", listing.mark_all, name="notification-read-all"),
    path("notifications/worker.js", devices.worker, name="notification-worker"),
    path("notifications/<int:notice_id>/open", listing.open_notice, name="notification-open"),
    path("notifications/<int:notice_id>/read", listing.mark, name="notification-read"),
    path("preferences/notifications", choosing.choices, name="notification-preferences"),
    path("preferences/notifications/try", choosing.try_out, name="notification-try"),
    path("preferences/notifications/devices", devices.add, name="device-add"),
    path("preferences/notifications/devices/forget", devices.forget, name="device-forget"),
    path(
        "preferences/notifications/devices/<int:device_id>/remove",
        devices.remove,
        name="device-remove",
    ),
]
