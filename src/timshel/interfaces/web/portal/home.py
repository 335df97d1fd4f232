"""The first page: one search box, two doors, and how one's own cases stand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from timshel.interfaces.web.requests import TimshelRequest


def home(request: TimshelRequest) -> HttpResponse:
    """Show the doors."""
    return render(request, "portal/home.html", {})
