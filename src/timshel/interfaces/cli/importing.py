"""``timshel import``: records of other systems."""

from __future__ import annotations

from pathlib import Path

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.preparation import prepare_database


@click.group("import")
def import_() -> None:
    """Take over records from another system."""


@import_.command("servicenow-log")
@data_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def servicenow_log(data: Path, file: Path) -> None:
    """Import a ServiceNow incident log (csv or csv.gz) with its history.

    Can be broken off and run again; running it twice changes nothing.

    \b
    Examples:
      timshel import servicenow-log incident_event_log.csv.gz
    """
    with ready_django(data):
        from timshel.interfaces.connectors.servicenow_log import command

        prepare_database()
        command.run(file)
