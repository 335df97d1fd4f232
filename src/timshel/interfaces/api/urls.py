"""The addresses of this door; whatever is not one of them is answered in its form as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path

from timshel.interfaces.api.documentation import document_view, page_view
from timshel.interfaces.api.door import at_the_door, unknown
from timshel.interfaces.api.operations import NAMES, operations_of, record_of
from timshel.interfaces.api.v1.interface import interface

API = interface()


def _v1() -> list[URLPattern]:
    """Return the addresses that ninja made, each once, with the door around its view."""
    patterns, _app, _namespace = API.urls
    by_route = {
        str(each.pattern): each
        for each in reversed(patterns)
        if isinstance(each, URLPattern) and each.name != "api-root"
    }
    known = operations_of(API)
    readable = {
        route: _Reading(each.callback, frozenset(NAMES.findall(route)))
        for route, each in by_route.items()
        if "GET" in known[route]
    }
    return [
        path(
            f"v1/{route}",
            at_the_door(each.callback, known[route], readable.get(record_of(route, readable))),
            name=f"api-{each.name}",
        )
        for route, each in reversed(by_route.items())
    ]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A view that reads a record, and the names of what its address holds."""

    view: Callable[..., HttpResponseBase]
    names: frozenset[str]

    def __call__(self, request: HttpRequest, **given: Any) -> HttpResponseBase:
        return self.view(request, **given)


urlpatterns = [
    path("v1/openapi.json", at_the_door(document_view(API)), name="api-document"),
    path("v1/docs", at_the_door(page_view(API)), name="api-reference"),
    *_v1(),
    re_path(r"", at_the_door(unknown), name="api-unknown"),
]
