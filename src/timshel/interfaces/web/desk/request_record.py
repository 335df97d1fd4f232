"""The record of a request."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from timshel.interfaces.web.requests import TimshelRequest


def record(request: TimshelRequest, number: str) -> HttpResponse:
    """Show a request."""
    raise Http404
