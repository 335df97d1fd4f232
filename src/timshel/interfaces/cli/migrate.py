"""``timshel migrate``: bring the tables and the standard content up to date."""

from __future__ import annotations

from pathlib import Path

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.output import say
from timshel.interfaces.cli.preparation import prepare_database


@click.command()
@data_option
def migrate(data: Path) -> None:
    """Bring the tables up to date after an upgrade.

    ``timshel up`` does this by itself; use it where several hosts share one database.

    \b
    Examples:
      timshel migrate
      DATABASE_URL=postgresql://timshel@db.example/timshel timshel migrate
    """
    with ready_django(data):
        applied = prepare_database()
        say(f"{applied} migrations applied." if applied else "The tables are up to date.")
