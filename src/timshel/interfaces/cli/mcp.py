"""``timshel mcp``: an assistant on this machine acts for the bearer of a token."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.exits import Stop

VARIABLE = "TIMSHEL_TOKEN"


@click.command()
@data_option
def mcp(data: Path) -> None:
    """Speak the Model Context Protocol over standard input and output.

    The assistant that starts it may see and do what the token in TIMSHEL_TOKEN may, and nothing
    else.

    \b
    Examples:
      TIMSHEL_TOKEN=... timshel mcp --data /srv/timshel
    """
    secret = os.environ.get(VARIABLE, "").strip()
    if not secret:
        raise Stop(f"Put an API token into {VARIABLE}; `timshel token issue` makes one.")
    with ready_django(data):
        from timshel.interfaces.mcp.caller import caller_of
        from timshel.interfaces.mcp.pipes import run

        if caller_of(secret, origin="", at=datetime.now(UTC)) is None:
            raise Stop(f"The token in {VARIABLE} does not hold: it is wrong, ended or taken back.")
        run(secret)
