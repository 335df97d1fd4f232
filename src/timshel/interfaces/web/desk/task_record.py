"""The record of a task."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from timshel.interfaces.web.requests import TimshelRequest


def record(request: TimshelRequest, number: str) -> HttpResponse:
    """Show a task."""
    raise Http404
