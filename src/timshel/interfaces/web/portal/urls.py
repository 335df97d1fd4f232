"""The addresses of the portal."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.portal.home import home

urlpatterns = [
    path("", home, name="portal-home"),
]
