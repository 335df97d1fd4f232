"""Pages and answers travel compressed to whoever takes them so, and say the same."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from tests.cast import Cast, account

TAKES = {"Accept-Encoding": "br, gzip"}


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(account(cast.agent))
    return client


def test_a_page_is_compressed_and_says_the_same(browser: Client) -> None:
    plain = browser.get("/charter")
    small = browser.get("/charter", headers=TAKES)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.content) < len(plain.content) / 2
    assert "<h1>" in gzip.decompress(small.content).decode()
