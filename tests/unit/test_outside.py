"""Calls to the outside: bounded in all, led nowhere, and to the very address that was checked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from timshel.kernel import sealing
from timshel.kernel.outside import Bounds, Call, NotReached, call

HURRY = Bounds(seconds=0.4)
HEAD = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection on this machine; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                other, _who = server.accept()
            except OSError:  # nobody came
                return
            with other:
                other.recv(65_536)
                try:
                    answer(other)
                except OSError:  # who called had enough
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            with socket.socket() as last:
                last.connect_ex(server.getsockname())
            thread.join()


@pytest.fixture(autouse=True)
def allowed(settings: Any) -> None:
    """Let this machine be called."""
    settings.WEBHOOK_HOSTS = frozenset({"127.0.0.1"})


def drip(other: socket.socket, first: bytes) -> None:
    """Send something now and then, without an end."""
    other.sendall(first)
    for _each in range(200):
        time.sleep(0.05)
        other.sendall(b"X")


@pytest.mark.parametrize(
    "first", [b"", HEAD, HEAD + b"X-Long: ", HEAD + b"Content-Length: 9000\r\n\r\n"]
)
def test_who_drips_gains_no_time(first: bytes) -> None:
    began = time.monotonic()
    with answering(lambda other: drip(other, first)) as address:
        with pytest.raises(NotReached, match="timed out"):
            call(address, Call(body=b"{}"), bounds=HURRY)
        assert time.monotonic() - began < 2


def test_who_reads_nothing_gains_no_time() -> None:
    with answering(lambda _other: time.sleep(1)) as address, pytest.raises(NotReached):
        call(address, Call(body=b"x" * 50_000_000), bounds=HURRY)


def test_a_resolver_that_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_asked: Any, **_how: Any) -> list[Any]:
        time.sleep(1)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    began = time.monotonic()
    with pytest.raises(NotReached, match="timed out"):
        call("https://hooks.example/", Call(), bounds=HURRY)
    assert time.monotonic() - began < 0.9


def test_of_a_huge_answer_only_so_much_is_read() -> None:
    def pour(other: socket.socket) -> None:
        other.sendall(HEAD + b"Content-Length: 1000000000\r\n\r\n")
        while True:
            other.sendall(b"x" * 1_000_000)

    with answering(pour) as address:
        assert call(address, Call(), bounds=Bounds(answer=5_000)).body == b"x" * 5_000


def test_it_is_led_nowhere() -> None:
    with answering(
        lambda other: other.sendall(
            b"HTTP/1.1 302 Found\r\nLOCATION: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        )
    ) as address:
        answer = call(address, Call("GET"))
    assert (answer.status, answer.header("location")) == (302, "http://127.0.0.1:1/")
    assert answer.header("retry-after") == ""


def test_a_line_in_a_header_is_refused() -> None:
    with (
        answering(lambda other: other.sendall(HEAD + b"\r\n")) as address,
        pytest.raises(NotReached),
    ):
        call(address, Call(headers={"X-A": "b\r\nX-C: d"}))


def test_what_is_sealed_opens_for_its_purpose_alone(settings: Any) -> None:
    sealed = sealing.seal(b"whsec", purpose="webhook")
    assert b"whsec" not in sealed
    assert sealed != sealing.seal(b"whsec", purpose="webhook")
    assert sealing.unseal(sealed, purpose="webhook") == b"whsec"
    for other in (sealed[:-1], sealed[:-1] + b"\0", b"\x02" + sealed[1:], b""):
        with pytest.raises(sealing.Unsealable):
            sealing.unseal(other, purpose="webhook")
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(sealed, purpose="mailbox")
    settings.SECRET_KEY = "another"
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(sealed, purpose="webhook")
