"""The addresses of skills and certificates."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
