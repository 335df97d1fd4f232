"""Looking whether addresses are there: what is gone, what only wants a sign-in, where they lead."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from timshel.interfaces.worker import links
from timshel.interfaces.worker.links import MOST_TURNS, link_trouble
from timshel.kernel.outside import Bounds

STATUS = "It answered with status {}."
Answer = tuple[int, str]
"""A status, and where it leads to."""


@dataclass
class Site:
    """Pages on this machine, and how they were asked for."""

    port: int
    pages: dict[str, Answer] = field(default_factory=dict)
    refuses_head: int = 0
    seen: list[tuple[str, str]] = field(default_factory=list)

    def at(self, path: str, host: str = "pages.example") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A small server on this machine, under a name that may be called."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(*found.pages.get(self.path, (404, "")))

        def do_HEAD(self) -> None:
            if found.refuses_head:
                self.answer(found.refuses_head, "")
            else:
                self.do_GET()

        def answer(self, status: int, leads_to: str) -> None:
            found.seen.append((self.command, self.path))
            self.send_response(status)
            if leads_to:
                self.send_header("Location", leads_to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    settings.WEBHOOK_HOSTS = frozenset({"pages.example"})
    real = socket.getaddrinfo

    def look_up(host: str, *rest: Any, **how: Any) -> Any:
        inside = host in {"pages.example", "inside.example"}
        return real("127.0.0.1" if inside else host, *rest, **how)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("status", [200, 204, 401, 403, 405, 429])
def test_what_answers_is_there(site: Site, status: int) -> None:
    """Whoever asks to sign in, or answers people alone, is there all the same."""
    site.pages["/a?b=1"] = (status, "")
    assert link_trouble(site.at("/a?b=1")) == ""
    assert site.seen[0] == ("HEAD", "/a?b=1")


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_what_is_gone_or_broken_is_named(site: Site, status: int) -> None:
    site.pages["/a"] = (status, "")
    assert link_trouble(site.at("/a")) == STATUS.format(status)
    assert site.seen == [("HEAD", "/a")]


@pytest.mark.parametrize("status", [403, 405, 501])
def test_who_does_not_answer_heads_is_asked_for_the_page(site: Site, status: int) -> None:
    site.refuses_head = status
    site.pages["/a"] = (200, "")
    assert link_trouble(site.at("/a")) == ""
    assert site.seen == [("HEAD", "/a"), ("GET", "/a")]
    assert link_trouble(site.at("/gone")) == STATUS.format(404)


def test_it_is_followed_to_where_it_leads(site: Site) -> None:
    site.pages = {
        "/old/a": (301, "../b"),
        "/b": (307, site.at("/c")),
        "/c": (200, ""),
        "/lost": (302, "/nowhere"),
    }
    assert link_trouble(site.at("/old/a")) == ""
    assert [path for _how, path in site.seen] == ["/old/a", "/b", "/c"]
    assert link_trouble(site.at("/lost")) == STATUS.format(404)


def test_what_leads_in_circles_is_left(site: Site) -> None:
    site.pages = {"/a": (302, "/b"), "/b": (302, "/a")}
    trouble = link_trouble(site.at("/a"))
    assert trouble == "It leads from one address to the next without end."
    assert len(site.seen) == MOST_TURNS


@pytest.mark.parametrize("inside", ["inside.example", "127.0.0.1", "[::1]", "169.254.169.254"])
def test_it_does_not_lead_into_the_own_network(site: Site, inside: str) -> None:
    site.pages = {"/a": (302, site.at("/secret", inside)), "/secret": (200, "")}
    for address in (site.at("/a"), site.at("/secret", inside)):
        assert "within the own network" in link_trouble(address)
    assert site.seen == [("HEAD", "/a")]


@pytest.mark.parametrize("elsewhere", ["ftp://pages.example/", "file:///etc/passwd"])
def test_what_is_not_of_the_web_is_not_read(site: Site, elsewhere: str) -> None:
    site.pages["/a"] = (302, elsewhere)
    for address in (elsewhere, site.at("/a"), "http:///a", "pages.example/a", ""):
        assert link_trouble(address) == "The address is not one of the web."


@pytest.mark.parametrize(
    "address", ["https://[::1/a", "https://pages.example:port/", "https://pages.example:0/"]
)
def test_what_is_no_address_is_said(site: Site, address: str) -> None:
    assert link_trouble(address) == "The address is not one of the web."
    assert not site.seen


def test_a_name_that_cannot_be_looked_up_is_said(site: Site) -> None:
    assert link_trouble("https://a..example/").startswith("It could not be reached: ")
    assert not site.seen


def test_who_is_not_there_is_said(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    trouble = link_trouble(f"http://pages.example:{port}/")
    assert trouble.startswith("It could not be reached: ")
    assert "refused" in trouble


def test_who_does_not_answer_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "BOUNDS", Bounds(seconds=0.2, answer=0))
    with socket.create_server(("127.0.0.1", 0)) as server:
        trouble = link_trouble(f"http://pages.example:{server.getsockname()[1]}/")
    assert trouble == "It could not be reached: timed out"
