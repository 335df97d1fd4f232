"""Looking whether an address on the web is there: outside our own network, bounded in time."""

from __future__ import annotations

from urllib.parse import urljoin

from django.utils.translation import gettext as _

from timshel.kernel import outside

BOUNDS = outside.Bounds(seconds=10, answer=0)
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
    except outside.NotReached as error:
        if not error.reason:
            return str(error)
        return _("It could not be reached: %(error)s") % {"error": error.reason}


def _looked_at(address: str) -> str:
    for _turn in range(MOST_TURNS):
        if not _is_of_the_web(address):
            return _("The address is not one of the web.")
        status, leads_to = _asked(address, "HEAD")
        if status in NOT_FOR_HEAD:
            status, leads_to = _asked(address, "GET")
        if not leads_to:
            is_gone = status in GONE or status >= BROKEN_FROM
            return _("It answered with status %(status)d.") % {"status": status} if is_gone else ""
        address = urljoin(address, leads_to)
    return _("It leads from one address to the next without end.")


def _is_of_the_web(address: str) -> bool:
    try:
        return bool(outside.readable_address(address))
    except outside.NotReached:
        return False


def _asked(address: str, method: str) -> tuple[int, str]:
    """Ask an address, checked anew; returns the status and where it leads on to."""
    answer = outside.call(address, outside.Call(method), bounds=BOUNDS)
    leads_to = answer.header("Location") if 300 <= answer.status < 400 else ""
    return answer.status, leads_to
