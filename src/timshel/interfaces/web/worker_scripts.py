"""Scripts that a browser runs beside the pages: each is sent from where its scope begins."""

from __future__ import annotations

from django.http import HttpResponse


def worker_script(text: str) -> HttpResponse:
    """Return the answer with such a script; the browser asks each time whether it changed."""
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
