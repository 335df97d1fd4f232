"""The addresses of the pages beside one of the interface's lists."""

from __future__ import annotations

from django.test import RequestFactory

from timshel.interfaces.api.links import page_links
from timshel.kernel.paging import Page


def test_they_keep_all_that_was_asked_but_the_place_and_the_count() -> None:
    asked = "state=failed&state=withheld&total=true&cursor=here&text=a%26b"
    request = RequestFactory().get(f"/api/v1/things?{asked}")
    links = page_links(request, Page((), next_cursor="on", previous_cursor=None))
    assert links.next == "/api/v1/things?state=failed&state=withheld&cursor=on&text=a%26b"
    assert links.previous is None
