"""Pages and answers as few bytes: what is text is compressed on its way."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# What is worth it; pictures, documents and workbooks are compressed already.
COMPRESSED = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/xml",
    "application/javascript",
    "image/svg+xml",
)


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages and answers, but no files: these are sent as they lie, piece by piece.

    What is compressed together with a secret could betray it by its length; the tokens of forms
    are masked anew for each page, and some random bytes are added to every answer.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress an answer that is text and has its whole content at hand."""
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith(COMPRESSED):
            return response
        return super().process_response(request, response)
