"""Calling the outside: never our own network, the very address that was checked, in bounded time.

Addresses come from people: a step of a process, a webhook, a browser's push service, a link. So a
name is looked up once, what it means is checked, and that address is connected to, so that a name
cannot mean something else a moment later. Redirects are never followed.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # the last 32 bits are an address of version 4
SECONDS = 15.0
LARGEST_ANSWER = 100_000
_SENT_AT_ONCE = 65_536
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class NotReached(Exception):  # noqa: N818 - an answer of the outside, not a fault of ours
    """The address may not be called, or nobody answered as the protocol asks; says why.

    Args:
        message: a sentence.
        reason: what the network said, where it was asked.
    """

    def __init__(self, message: str, *, reason: str = "") -> None:
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is waited for and read.

    Args:
        seconds: for everything together: the name, the connection, sending, and the answer.
        answer: bytes of it that are read; the rest is left.
    """

    seconds: float = SECONDS
    answer: int = LARGEST_ANSWER


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent.

    Args:
        method: of HTTP.
        headers: beside the host, the length and our name.
        body: what is sent along; none where None.
    """

    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Args:
        status: of HTTP.
        headers: as they were sent.
        body: at most as many bytes as the bounds allow.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header, whatever the case of its name; empty where there is none."""
        wanted = name.lower()
        return next((said for each, said in self.headers.items() if each.lower() == wanted), "")


def readable_address(text: str) -> SplitResult:
    """Return an address in its parts.

    Raises:
        NotReached: it is none that can be called.
    """
    try:
        address = urlsplit(text)
        if address.scheme in PORTS and address.hostname and address.port != 0:
            return address
    except ValueError:  # brackets that do not close, a port that is no number
        pass
    raise NotReached(_("The address is not one that can be called."))


def call(
    address: str, asked: Call, *, bounds: Bounds | None = None, trust: ssl.SSLContext | None = None
) -> Answer:
    """Call an address of the internet, or of an allowed host, and read what it answers.

    Args:
        address: of ``http`` or ``https``; the certificate is checked.
        asked: what is sent.
        bounds: of time and size.
        trust: for tests, whom to trust; else the authorities that the system trusts.

    Raises:
        NotReached: the address is none, lies within the own network, or did not answer in time.
    """
    parts = readable_address(address)
    bounds = bounds or Bounds()
    ends_at = time.monotonic() + bounds.seconds
    try:
        return _called(parts, asked, bounds=bounds, ends_at=ends_at, trust=trust)
    except (OSError, ValueError, http.client.HTTPException) as error:
        message = _("It could not be called: %(error)s") % {"error": error}
        raise NotReached(message, reason=str(error)) from error


def outside_address(host: str, port: int, *, seconds: float = SECONDS) -> str:
    """Return the address of a host that may be called.

    Args:
        host: its name, or an address of any version.
        port: on which it is called.
        seconds: how long finding out may take.

    Raises:
        NotReached: it lies within our own network, where only named hosts may be called.
        OSError: nobody knows the name, or not in time.
    """
    for *_rest, where in _looked_up(host, port, seconds):
        if host in settings.WEBHOOK_HOSTS or is_outside(ipaddress.ip_address(where[0])):
            return str(where[0])
    raise NotReached(_("The address lies within the own network, where nothing is called."))


def is_outside(address: Address) -> bool:
    """Tell whether an address is one machine's of the internet, however it is carried there."""
    meant: Address = address
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local:
            return False
        if address in NAT64:
            meant = ipaddress.IPv4Address(address.packed[-4:])
        else:
            meant = address.sixtofour or address
    return address.is_global and meant.is_global and not (meant.is_multicast or meant.is_reserved)


def _called(
    parts: SplitResult,
    asked: Call,
    *,
    bounds: Bounds,
    ends_at: float,
    trust: ssl.SSLContext | None,
) -> Answer:
    host = parts.hostname or ""
    port = parts.port or PORTS[parts.scheme]
    where = outside_address(host, port, seconds=_left(ends_at))
    plain = socket.create_connection((where, port), timeout=_left(ends_at))
    connection = http.client.HTTPConnection(host, port)
    wire = plain
    try:
        if parts.scheme == "https":
            context = trust or ssl.create_default_context()
            plain.settimeout(_left(ends_at))
            wire = context.wrap_socket(plain, server_hostname=host)
        # The connection only asks its socket for what the wire has.
        connection.sock = _Wire(wire, ends_at)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": "Timshel", **asked.headers}
        connection.request(asked.method, target, body=asked.body, headers=headers)
        response = connection.getresponse()
        return Answer(
            response.status, MappingProxyType(dict(response.headers)), response.read(bounds.answer)
        )
    finally:
        wire.close()
        plain.close()


def _looked_up(host: str, port: int, seconds: float) -> list[tuple[Any, ...]]:
    """Return what a name means; a resolver that does not answer is left behind in its thread."""
    said: queue.Queue[list[tuple[Any, ...]] | Exception] = queue.Queue(1)

    def look_up() -> None:
        try:
            said.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            said.put(error)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        found = said.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("timed out") from None
    if isinstance(found, Exception):
        raise found
    return found


def _left(ends_at: float) -> float:
    """Return the seconds that are left.

    Raises:
        TimeoutError: there are none.
    """
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


class _Reader(io.RawIOBase):
    """Reads from a socket until a moment: one that sends a byte now and then gains no time."""

    def __init__(self, wire: socket.socket, ends_at: float) -> None:
        self._wire = wire
        self._ends_at = ends_at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        self._wire.settimeout(_left(self._ends_at))
        return self._wire.recv_into(buffer)


class _Wire:
    """What an HTTP connection asks of its socket, each within the time that is left."""

    def __init__(self, wire: socket.socket, ends_at: float) -> None:
        self._wire = wire
        self._ends_at = ends_at

    def sendall(self, data: bytes, /) -> None:
        view = memoryview(data)
        while view:
            self._wire.settimeout(_left(self._ends_at))
            view = view[self._wire.send(view[:_SENT_AT_ONCE]) :]

    def makefile(self, _mode: str, /) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._wire, self._ends_at))

    def close(self) -> None:
        """Leave the socket open: a connection that ends is closed before its answer is read."""
