"""The one address of this door."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.mcp.http import endpoint

urlpatterns = [path("", endpoint, name="mcp")]
