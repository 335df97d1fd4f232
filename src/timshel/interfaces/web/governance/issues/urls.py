"""The addresses of issues of the context, below ``/governance``."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
