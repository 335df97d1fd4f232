"""A session over standard input and output, for an assistant on the same machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import anyio
from django.db import close_old_connections
from django.utils.translation import gettext as _
from mcp.server.stdio import stdio_server

from timshel.interfaces.mcp.caller import Caller, caller_of, taken_of
from timshel.interfaces.mcp.server import server
from timshel.interfaces.mcp.tools import ToolRefused


def run(secret: str) -> None:
    """Serve until the other side closes its end.

    Args:
        secret: the token of whom the assistant acts for; it is looked up again for each call, so
            that one that was taken back opens nothing more.
    """
    anyio.run(_serve, _calling(secret))


def _calling(secret: str) -> Callable[[], Caller]:
    def calling() -> Caller:
        close_old_connections()  # a session may last for days
        at = datetime.now(UTC)
        caller = caller_of(secret, origin="", at=at)
        if caller is None:
            raise ToolRefused(_("This token does not hold any more."))
        taken = taken_of(caller, at=at)
        if taken is not None and not taken.is_granted:
            raise ToolRefused(_("These were too many requests in a minute."))
        return caller

    return calling


async def _serve(calling: Callable[[], Caller]) -> None:
    made = server(calling)
    async with stdio_server() as (incoming, outgoing):
        await made.run(incoming, outgoing, made.create_initialization_options())
