"""Webhooks to real receivers: signed as the standard's own verifier wants it, and never inside."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.cast import Cast, opened
from tests.jobs import run_jobs
from tests.webhooks import Server, hooked, serving
from timshel.interfaces.worker import webhook_jobs
from timshel.interfaces.worker.webhook_jobs import WITHIN, post
from timshel.kernel import outside
from timshel.support.webhook import actions, rules
from timshel.support.webhook.models import Attempt, Delivery
from timshel.support.webhook.states import DeliveryState

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Any:
    settings.WEBHOOK_HOSTS = frozenset({"127.0.0.1"})
    with serving() as found:
        yield found


def test_the_standards_own_verifier_accepts_what_arrives(cast: Cast, server: Server) -> None:
    made = hooked(cast.administrator, address=server.at())
    number = opened(cast.requester, title="Je n’ai plus de réseau — 网络")
    run_jobs()
    ((headers, body),) = server.got
    event = Webhook(made.secret).verify(body.decode(), headers)
    assert event["subject"] == number
    assert event["data"]["title"] == "Je n’ai plus de réseau — 网络"
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(body.decode() + " ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(rules.secret_text(b"another" * 4)).verify(body.decode(), headers)
    delivery = Delivery.objects.get(subscription_id=made.id)
    assert delivery.state == DeliveryState.DELIVERED
    attempt = Attempt.objects.get(delivery=delivery)
    assert (attempt.status, attempt.answer) == (200, "ok")


def test_old_and_new_secret_both_verify_after_a_change(cast: Cast, server: Server) -> None:
    made = hooked(cast.administrator, address=server.at())
    second = actions.rotate_secret(made.id, actor=cast.administrator, at=datetime.now(UTC))
    opened(cast.requester)
    run_jobs()
    ((headers, body),) = server.got
    for secret in (made.secret, second):
        Webhook(secret).verify(body.decode(), headers)


def test_signatures_are_those_of_the_reference(cast: Cast) -> None:
    made = hooked(cast.administrator)
    at, body = datetime(2026, 3, 2, 10, tzinfo=UTC), b'{"a": "\xc3\xa9"}'
    ours = rules.signature(made.secret, event_id="evt_1", at=at, body=body)
    assert ours == Webhook(made.secret).sign("evt_1", at, body.decode())


class TestTheOwnNetwork:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"])
    def test_it_is_never_reached(self, cast: Cast, settings: Any, host: str) -> None:
        settings.WEBHOOK_HOSTS = frozenset()
        with serving() as inside:
            made = hooked(cast.administrator, address=f"http://{host}:{inside.port}/in")
            opened(cast.requester)
            run_jobs()
        assert not inside.got
        attempt = Attempt.objects.get(delivery__subscription_id=made.id)
        assert attempt.status is None
        assert "within the own network" in attempt.trouble or "called" in attempt.trouble

    def test_a_name_that_changes_its_meaning_gains_nothing(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.WEBHOOK_HOSTS = frozenset()
        meanings = ["93.184.215.14", "127.0.0.1"]
        asked: list[str] = []
        called: list[Any] = []

        def look_up(host: str, port: int, **_how: Any) -> list[tuple[Any, ...]]:
            asked.append(host)
            where = meanings[min(len(asked), len(meanings)) - 1]
            return [(socket.AF_INET, 1, 6, "", (where, port))]

        def connect(where: Any, **_how: Any) -> Any:
            called.append(where)
            raise TimeoutError("timed out")

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        monkeypatch.setattr(socket, "create_connection", connect)
        heard = post("http://rebinding.example/in", headers={}, body=b"{}")
        assert heard.status is None
        assert called == [("93.184.215.14", 80)]
        again = post("http://rebinding.example/in", headers={}, body=b"{}")
        assert "within the own network" in again.trouble
        assert called == [("93.184.215.14", 80)]

    def test_it_is_not_led_there(self, cast: Cast, server: Server) -> None:
        with serving() as inside:
            server.status, server.headers = 307, {"Location": inside.at("/secret")}
            made = hooked(cast.administrator, address=server.at())
            opened(cast.requester)
            run_jobs()
            assert not inside.got
        delivery = Delivery.objects.get(subscription_id=made.id)
        assert delivery.state == DeliveryState.WAITING
        assert Attempt.objects.get(delivery=delivery).status == 307


class TestReceiversThatAreHard:
    @pytest.mark.usefixtures("hurry")
    def test_one_that_drips_is_left(self, settings: Any) -> None:
        settings.WEBHOOK_HOSTS = frozenset({"127.0.0.1"})
        with socket.create_server(("127.0.0.1", 0)) as dripping:

            def drip() -> None:
                other, _who = dripping.accept()
                with other:
                    try:
                        other.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
                        while True:
                            time.sleep(0.05)
                            other.sendall(b"x")
                    except OSError:
                        return

            thread = threading.Thread(target=drip)
            thread.start()
            began = time.monotonic()
            heard = post(f"http://127.0.0.1:{dripping.getsockname()[1]}/", headers={}, body=b"{}")
            assert time.monotonic() - began < 2
            thread.join()
        assert "timed out" in heard.trouble
        assert heard.took < timedelta(seconds=2)

    def test_of_a_huge_answer_only_the_beginning_is_kept(self, cast: Cast, server: Server) -> None:
        server.answer = b"x" * 5_000_000
        made = hooked(cast.administrator, address=server.at())
        opened(cast.requester)
        run_jobs()
        attempt = Attempt.objects.get(delivery__subscription_id=made.id)
        assert attempt.answer == "x" * rules.EXCERPT

    @pytest.mark.parametrize("answer", [b"\xff\xfe\x00", b"a\x00b", b"<script>"])
    def test_any_answer_can_be_kept(self, cast: Cast, server: Server, answer: bytes) -> None:
        server.answer = answer
        made = hooked(cast.administrator, address=server.at())
        opened(cast.requester)
        run_jobs()
        assert "\0" not in Attempt.objects.get(delivery__subscription_id=made.id).answer

    @pytest.mark.usefixtures("hurry")
    def test_a_slow_one_keeps_no_other_waiting(self, cast: Cast, server: Server) -> None:
        server.hold = threading.Event()
        hooked(cast.administrator, address=server.at())
        with serving() as quick:
            made = hooked(cast.administrator, address=quick.at())
            for _each in range(3):
                opened(cast.requester)
            began = time.monotonic()
            run_jobs()
            assert time.monotonic() - began < 10
            assert len(quick.got) == 3
        found = Delivery.objects.filter(subscription_id=made.id, state=DeliveryState.DELIVERED)
        assert found.count() == 3


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let receivers have little time."""
    monkeypatch.setattr(webhook_jobs, "BOUNDS", outside.Bounds(seconds=0.3, answer=8_000))


def test_the_time_for_all_is_longer_than_for_one() -> None:
    assert WITHIN < rules.LEASE
