"""Looking whether an address on the web is there: outside our own network, bounded in time."""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext as _

from timshel.interfaces.worker.webhooks import PORTS, outside_address
from timshel.operation.process.actions import CallFailed

TIMEOUT_SECONDS = 10
MOST_TURNS = 5
NOT_FOR_HEAD = frozenset({403, 405, 501})
GONE = frozenset({404, 410})
BROKEN_FROM = 500


def link_trouble(address: str) -> str:
    """Return why an address cannot be read, or "" where it can, or where that is not known.

    Whoever asks to sign in is there; only what is gone, broken or unreachable is trouble.

    Args:
        address: on the web.
    """
    try:
        return _looked_at(address)
    except CallFailed as refusal:
        return str(refusal)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _("It could not be reached: %(error)s") % {"error": error}


def _looked_at(address: str) -> str:
    for _turn in range(MOST_TURNS):
        parts = urlsplit(address)
        if parts.scheme not in PORTS or not parts.hostname:
            return _("The address is not one of the web.")
        status, leads_to = _asked(parts, "HEAD")
        if status in NOT_FOR_HEAD:
            status, leads_to = _asked(parts, "GET")
        if not leads_to:
            is_gone = status in GONE or status >= BROKEN_FROM
            return _("It answered with status %(status)d.") % {"status": status} if is_gone else ""
        address = urljoin(address, leads_to)
    return _("It leads from one address to the next without end.")


def _asked(address: SplitResult, method: str) -> tuple[int, str]:
    """Ask the very address that was checked; returns the status and where it leads on to."""
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
        connection.request(method, target, headers={"User-Agent": "Timshel"})
        response = connection.getresponse()
        leads_to = response.headers.get("Location", "") if 300 <= response.status < 400 else ""
        return response.status, leads_to
    finally:
        connection.close()
        plain.close()
