"""Push messages reach a service by https, and nothing within our own network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.push import Browser, PushServer, push_server
from timshel.interfaces.worker.web_push import WebPush
from timshel.support.notification import encryption
from timshel.support.notification.actions import PushFailed, PushTarget, SubscriptionGone

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Iterator[PushServer]:
    settings.WEBHOOK_HOSTS = frozenset({"localhost"})
    settings.BASE_ADDRESS = "https://desk.timshel.example"
    with push_server(tmp_path) as told:
        yield told


def target(server: PushServer, browser: Browser) -> PushTarget:
    return PushTarget(f"{server.address}abc?x=1", browser.public_key, browser.secret)


def push(server: PushServer, browser: Browser, *, is_urgent: bool = False) -> None:
    WebPush(server.trust).push(
        target(server, browser), b'{"body": "Hello"}', topic="t", is_urgent=is_urgent, at=AT
    )


def test_only_the_browser_can_read_what_arrives(server: PushServer, settings: Any) -> None:
    browser = Browser()
    push(server, browser, is_urgent=True)
    (received,) = server.received
    assert json.loads(browser.read(received.body)) == {"body": "Hello"}
    assert b"Hello" not in received.body
    assert received.path == "/send/abc?x=1"
    assert received.headers["Content-Encoding"] == "aes128gcm"
    assert received.headers["Urgency"] == "high"
    assert int(received.headers["TTL"]) > 0
    assert len(received.headers["Topic"]) == 32
    key = encryption.application_key(settings.SECRET_KEY)
    assert received.headers["Authorization"].endswith(f", k={key}")


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_told_of(server: PushServer, status: int) -> None:
    server.status = status
    with pytest.raises(SubscriptionGone):
        push(server, Browser())


@pytest.mark.parametrize("status", [301, 400, 403, 413, 429, 500, 503])
def test_what_is_refused_may_be_tried_again(server: PushServer, status: int) -> None:
    server.status = status
    with pytest.raises(PushFailed, match=str(status)):
        push(server, Browser())


def test_not_to_our_own_network(server: PushServer, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = frozenset()
    with pytest.raises(PushFailed, match="own network"):
        push(server, Browser())
    assert server.received == []


def test_not_to_whom_nobody_vouches_for(server: PushServer) -> None:
    server.trust = None
    with pytest.raises(PushFailed, match="certificate"):
        push(server, Browser())
    assert server.received == []


@pytest.mark.parametrize("endpoint", ["http://push.example/a", "", "https://"])
def test_not_without_https(endpoint: str) -> None:
    browser = Browser()
    wrong = PushTarget(endpoint, browser.public_key, browser.secret)
    with pytest.raises(SubscriptionGone):
        WebPush().push(wrong, b"{}", topic="t", is_urgent=False, at=AT)


def test_a_service_that_is_away(server: PushServer) -> None:
    away = PushTarget("https://localhost:1/", Browser().public_key, Browser().secret)
    with pytest.raises(PushFailed):
        WebPush(server.trust).push(away, b"{}", topic="t", is_urgent=False, at=AT)
