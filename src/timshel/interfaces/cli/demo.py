"""``timshel demo``: the demonstration organisation."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.output import progress, say
from timshel.interfaces.cli.preparation import prepare_database


@click.command()
@data_option
def demo(data: Path) -> None:
    """Load a demonstration organisation with two years of history, and print its sign-ins.

    Meant for a database of its own, since its password is known to everybody. What is there
    already stays as it is.

    \b
    Examples:
      timshel demo --data .data/demo && timshel up --data .data/demo
    """
    with ready_django(data):
        from timshel.interfaces.connectors.packs import load_demonstration
        from timshel.kernel.actor import system_actor

        prepare_database()
        with progress("Loading the demonstration organisation", None) as advance:
            loaded = load_demonstration(
                actor=system_actor("timshel demo"), at=datetime.now(UTC), progress=advance
            )
        say(f"Sign in as one of these; the password is always: {loaded.password}")
        for sign_in in loaded.sign_ins:
            note = f"  ({sign_in.note})" if sign_in.note else ""
            say(f"  {sign_in.username:16} {sign_in.name}{note}")
