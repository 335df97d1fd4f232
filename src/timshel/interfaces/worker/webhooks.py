"""Calling other systems for processes: only outside our own network, bounded in time and size."""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from timshel.kernel.text import is_plain
from timshel.operation.process.actions import CallFailed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TIMEOUT_SECONDS = 15
LARGEST_ANSWER = 100_000
LONGEST_TEXT = 1_000  # characters of an answer that is no JSON
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # the last 32 bits are an address of version 4


def call_webhook(values: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
    """Post a step's body to its address as JSON.

    The address is looked up once and the very address that was checked is called, so that a name
    cannot mean something else a moment later.

    Args:
        values: ``url``, ``body`` and the ``number`` of the request.
        key: goes along as ``Idempotency-Key``, the same for each attempt.

    Returns:
        ``status`` and ``body``, read as JSON where it is.

    Raises:
        CallFailed: the address is not allowed, or the other side did not say yes.
    """
    address = _address(str(values.get("url") or ""))
    body = json.dumps({"request": values.get("number"), "body": values.get("body")}).encode()
    try:
        status, answer = _post(address, body, key=key)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise CallFailed(_("It could not be called: %(error)s") % {"error": error}) from error
    if not 200 <= status < 300:
        raise CallFailed(_("It answered with status %(status)d.") % {"status": status})
    return {"status": status, "body": _read(answer)}


def _address(text: str) -> SplitResult:
    """Return an address in its parts.

    Raises:
        CallFailed: it is none that can be called.
    """
    try:
        address = urlsplit(text)
        if address.scheme in PORTS and address.hostname and address.port != 0:
            return address
    except ValueError:  # brackets that do not close, a port that is no number
        pass
    raise CallFailed(_("The address is not one that can be called."))


def _post(address: SplitResult, body: bytes, *, key: str) -> tuple[int, bytes]:
    host = address.hostname or ""
    port = address.port or PORTS[address.scheme]
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    plain = socket.create_connection((outside_address(host, port), port), timeout=TIMEOUT_SECONDS)
    try:
        connection.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            if address.scheme == "https"
            else plain
        )
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "User-Agent": "Timshel",
        }
        connection.request("POST", target, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(LARGEST_ANSWER)
    finally:
        connection.close()
        plain.close()


def outside_address(host: str, port: int) -> str:
    """Return the address of a host that may be called.

    Raises:
        CallFailed: it lies within our own network, where only named hosts may be called.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_rest, where in found:
        if host in settings.WEBHOOK_HOSTS or _is_outside(ipaddress.ip_address(where[0])):
            return str(where[0])
    raise CallFailed(_("The address lies within the own network, where nothing is called."))


def _is_outside(address: Address) -> bool:
    """Return whether an address is one machine's of the internet, however it is carried there."""
    meant: Address = address
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local:
            return False
        if address in NAT64:
            meant = ipaddress.IPv4Address(address.packed[-4:])
        else:
            meant = address.sixtofour or address
    return address.is_global and meant.is_global and not (meant.is_multicast or meant.is_reserved)


def _read(answer: bytes) -> Any:
    """Return what was answered: as JSON where it is some that the database takes, else as text."""
    text = answer.decode("utf-8", "replace").replace("\0", "")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text[:LONGEST_TEXT]
    return found if is_plain(found) else text[:LONGEST_TEXT]
