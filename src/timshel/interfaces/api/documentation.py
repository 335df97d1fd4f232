"""The OpenAPI document and its readable page, both made once from the code that answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from pydantic_core import to_json

from timshel.interfaces.api.document import complete
from timshel.interfaces.api.reference import Reference, reference

View = Callable[[HttpRequest], HttpResponse]
MEDIA_TYPE = "application/json"


def document_view(api: NinjaAPI) -> View:
    """Return the view of an API's document; it holds no secret and needs no token."""

    @cache
    def body() -> bytes:
        return to_json(complete(api), indent=2)

    @require_GET
    def openapi_document(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
        return HttpResponse(body(), content_type=MEDIA_TYPE)

    return openapi_document


def page_view(api: NinjaAPI) -> View:
    """Return the view of an API's readable page."""

    @cache
    def content() -> Reference:
        return reference(complete(api), address=settings.BASE_ADDRESS)

    @require_GET
    def reference_page(request: HttpRequest) -> HttpResponse:
        return render(request, "api/reference.html", {"reference": content()})

    return reference_page
