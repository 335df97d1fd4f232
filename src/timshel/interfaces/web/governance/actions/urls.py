"""The addresses of planned actions, below ``/governance``."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
