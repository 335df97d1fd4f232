"""The addresses of the pages beside the one that is sent, in one shape for all lists."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from pydantic import Field

from timshel.interfaces.api.fields import Sent
from timshel.kernel.paging import Page


class Links(Sent):
    """The addresses of the pages beside this one."""

    next: str | None = Field(description="The next page, or null on the last one.")
    previous: str | None = Field(description="The page before, or null on the first one.")


def page_links(request: HttpRequest, page: Page[Any]) -> Links:
    """Return the addresses of the pages beside one of the list that a request asks for.

    Args:
        request: whose address says what is listed.
        page: as it was read.
    """
    return Links(
        next=_address(request, page.next_cursor), previous=_address(request, page.previous_cursor)
    )


def _address(request: HttpRequest, cursor: str | None) -> str | None:
    """Return the address of another page of the same list; counting once is enough."""
    if cursor is None:
        return None
    asked = request.GET.copy()
    asked["cursor"] = cursor
    asked.pop("total", None)
    return f"{request.path}?{asked.urlencode()}"
