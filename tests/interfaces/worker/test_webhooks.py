"""Calling other systems: nothing of the own network, no redirects, bounded in time and size."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from timshel.interfaces.worker.webhooks import LONGEST_TEXT, call_webhook
from timshel.kernel import outside
from timshel.kernel.outside import LARGEST_ANSWER, outside_address
from timshel.operation.process.actions import CallFailed

Lookup = Callable[..., list[tuple[Any, ...]]]
OUTSIDE = "93.184.215.14"
OWN_NETWORK = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.8",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.8",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::10.0.0.8",
    "64:ff9b::127.0.0.1",
    "64:ff9b:1::1",
    "2002:a00:8::1",
    "2002:7f00:1::",
    "fec0::1",
    "224.0.0.1",
    "ff02::1",
)


@dataclass
class Hook:
    """Another system, and what it was sent."""

    port: int
    status: int = 200
    answer: bytes = b'{"ok": true}'
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    hold: threading.Event | None = None

    def at(self, path: str = "/laptops", host: str = "hooks.example") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A small server on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.seen.append((self.path, dict(self.headers), json.loads(body)))
            if found.hold is not None:
                found.hold.wait(10)
                return
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.answer)))
            self.end_headers()
            self.wfile.write(found.answer)

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:  # who called has read enough
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Hook(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    if found.hold is not None:
        found.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


def meaning(*addresses: str) -> Lookup:
    """Return a look-up by which every name means these addresses."""

    def look_up(_host: str, port: int, **_how: Any) -> list[tuple[Any, ...]]:
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, port))
            for each in addresses
        ]

    return look_up


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Let the name of the hook mean this machine, and be allowed."""
    settings.WEBHOOK_HOSTS = frozenset({"hooks.example"})
    real = socket.getaddrinfo

    def look_up(host: str, *rest: Any, **how: Any) -> Any:
        return real("127.0.0.1" if host == "hooks.example" else host, *rest, **how)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def sent(address: Any, *, key: str = "step-7", **more: Any) -> Any:
    return call_webhook({"url": address, "number": "REQ0000001", **more}, key=key)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls wait for a fifth of a second in all."""
    real = outside.Bounds
    monkeypatch.setattr(outside, "Bounds", lambda: real(seconds=0.2))


@pytest.fixture
def no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where anything is connected to."""

    def connect(*where: Any, **_how: Any) -> Any:
        raise AssertionError(where)

    monkeypatch.setattr(socket, "create_connection", connect)


@pytest.mark.usefixtures("no_call")
class TestTheOwnNetwork:
    @pytest.mark.parametrize("scheme", ["http", "https"])
    @pytest.mark.parametrize("address", OWN_NETWORK)
    def test_its_addresses_are_not_called(self, address: str, scheme: str) -> None:
        host = f"[{address}]" if ":" in address else address
        with pytest.raises(CallFailed, match="within the own network"):
            sent(f"{scheme}://{host}/laptops")

    @pytest.mark.parametrize("address", OWN_NETWORK)
    def test_names_that_mean_its_addresses_are_not_called(
        self, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", meaning(address))
        with pytest.raises(CallFailed, match="within the own network"):
            sent("https://inside.example/laptops")

    @pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1"])
    def test_other_ways_to_write_them_are_not_called(self, host: str) -> None:
        with pytest.raises(CallFailed):
            sent(f"http://{host}/laptops")

    def test_a_name_is_allowed_by_itself_alone(self, settings: Any) -> None:
        settings.WEBHOOK_HOSTS = frozenset({"hooks.example"})
        for host in ("127.0.0.1", "hooks.example.evil.example@127.0.0.1"):
            with pytest.raises(CallFailed, match="within the own network"):
                sent(f"http://{host}/laptops")


@pytest.mark.parametrize("address", [OUTSIDE, "2606:2800:21f::1", "64:ff9b::93.184.215.14"])
def test_addresses_of_the_internet_are_called(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", meaning(address))
    assert outside_address("hooks.example", 443) == address


def test_of_several_meanings_the_one_outside_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", meaning("10.0.0.8", OUTSIDE))
    assert outside_address("hooks.example", 443) == OUTSIDE


def test_the_very_address_that_was_checked_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    def connect(where: Any, **how: Any) -> Any:
        called.append((where, how))
        raise TimeoutError("timed out")

    asked: list[str] = []

    def look_up(host: str, port: int, **how: Any) -> Any:
        asked.append(host)
        return meaning(OUTSIDE if len(asked) == 1 else "127.0.0.1")(host, port, **how)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    for address, port in (("https://hooks.example/a", 443), ("http://hooks.example:81/a", 81)):
        asked.clear()
        called.clear()
        with pytest.raises(CallFailed, match="timed out"):
            sent(address)
        ((where, how),) = called
        assert where == (OUTSIDE, port)
        assert 0 < how["timeout"] <= outside.SECONDS
        assert asked == ["hooks.example"]


@pytest.mark.usefixtures("no_call")
@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "hooks.example/laptops",
        "//hooks.example/laptops",
        "ftp://hooks.example/laptops",
        "file:///etc/passwd",
        "gopher://hooks.example/",
        "javascript:alert(1)",
        "http://",
        "http:///laptops",
        "https://[::1/laptops",
        "https://hooks.example:port/",
        "https://hooks.example:70000/",
        "https://hooks.example:0/",
        7,
        {"a": 1},
    ],
)
def test_what_is_no_address_is_not_called(address: Any) -> None:
    with pytest.raises(CallFailed, match="not one that can be called"):
        sent(address)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example", "xn--\u0000.example"])
def test_a_name_that_cannot_be_looked_up_is_refused(host: str) -> None:
    with pytest.raises(CallFailed):
        sent(f"https://{host}/laptops")


def test_what_nobody_knows_could_not_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_asked: Any, **_how: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(CallFailed, match=r"It could not be called: .*not known"):
        sent("https://unheard-of.example/")


@pytest.mark.usefixtures("allowed")
class TestCalling:
    def test_what_is_sent_and_what_comes_back(self, hook: Hook) -> None:
        answer = sent(hook.at("/laptops?a=1"), key="step-7", body={"model": "14"})
        assert answer == {"status": 200, "body": {"ok": True}}
        ((path, headers, body),) = hook.seen
        assert path == "/laptops?a=1"
        assert headers["Idempotency-Key"] == "step-7"
        assert headers["Content-Type"] == "application/json"
        assert headers["Host"] == f"hooks.example:{hook.port}"
        assert body == {"request": "REQ0000001", "body": {"model": "14"}}

    def test_an_address_without_a_path_has_one(self, hook: Hook) -> None:
        sent(hook.at(""))
        assert hook.seen[0][0] == "/"

    def test_a_host_that_is_not_named_is_not_called(self, hook: Hook, settings: Any) -> None:
        settings.WEBHOOK_HOSTS = frozenset({"others.example"})
        with pytest.raises(CallFailed, match="within the own network"):
            sent(hook.at())
        assert not hook.seen

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_it_is_not_led_elsewhere(self, hook: Hook, status: int) -> None:
        hook.status, hook.headers = status, {"Location": hook.at("/elsewhere")}
        with pytest.raises(CallFailed, match=f"status {status}"):
            sent(hook.at())
        assert [path for path, _headers, _body in hook.seen] == ["/laptops"]

    @pytest.mark.parametrize("status", [400, 401, 404, 409, 429, 500, 503])
    def test_any_other_word_than_yes_has_failed(self, hook: Hook, status: int) -> None:
        hook.status = status
        with pytest.raises(CallFailed, match=f"It answered with status {status}."):
            sent(hook.at())

    @pytest.mark.parametrize("status", [200, 201, 202])
    def test_every_yes_is_one(self, hook: Hook, status: int) -> None:
        hook.status = status
        assert sent(hook.at())["status"] == status

    def test_who_does_not_answer_is_not_waited_for(
        self, hook: Hook, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hook.hold = threading.Event()
        hurry(monkeypatch)
        with pytest.raises(CallFailed, match="timed out"):
            sent(hook.at())

    def test_of_an_answer_that_is_too_large_only_so_much_is_read(self, hook: Hook) -> None:
        hook.answer = b"[" + b"1," * LARGEST_ANSWER + b"1]"
        body = sent(hook.at())["body"]
        assert body == hook.answer[:LONGEST_TEXT].decode()

    @pytest.mark.parametrize(
        ("answer", "read"),
        [
            (b"", ""),
            (b"Fine.", "Fine."),
            (b"\xff\xfe", "\ufffd\ufffd"),
            (b"a\0b", "ab"),
            (b"x" * 2_000, "x" * LONGEST_TEXT),
            (b"[" * 50_000, "[" * LONGEST_TEXT),
            (b'{"a": NaN}', '{"a": NaN}'),
            (b'["\\u0000"]', '["\\u0000"]'),
        ],
    )
    def test_an_answer_is_kept_as_the_database_takes_it(
        self, hook: Hook, answer: bytes, read: Any
    ) -> None:
        hook.answer = answer
        assert sent(hook.at())["body"] == read

    def test_what_does_not_speak_the_protocol_has_failed(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:

            def answer() -> None:
                other, _who = server.accept()
                with other:
                    other.recv(65_536)
                    other.sendall(b"220 mail.example ready\r\n")

            thread = threading.Thread(target=answer)
            thread.start()
            with pytest.raises(CallFailed, match="could not be called"):
                sent(f"http://hooks.example:{server.getsockname()[1]}/")
            thread.join()

    def test_a_certificate_is_asked_for(self, hook: Hook) -> None:
        with pytest.raises(CallFailed, match="could not be called"):
            sent(hook.at().replace("http:", "https:"))
        assert not hook.seen
