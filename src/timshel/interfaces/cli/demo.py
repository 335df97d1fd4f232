"""``timshel demo``: the demonstration organisation."""

from __future__ import annotations

from pathlib import Path

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.preparation import prepare_database


@click.command()
@data_option
@click.option("--if-empty", is_flag=True, help="Do nothing when the database has accounts already.")
def demo(data: Path, *, if_empty: bool) -> None:
    """Load a demonstration organisation with some weeks of history.

    Meant for an empty database; prints the sign-ins.

    \b
    Examples:
      timshel demo --data .data/demo && timshel up --data .data/demo
    """
    with ready_django(data):
        from timshel.interfaces.cli.demo_pack import load_demonstration

        prepare_database()
        load_demonstration(if_empty=if_empty)
