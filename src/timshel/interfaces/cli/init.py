"""``timshel init``: a data directory from nothing, with the first account."""

from __future__ import annotations

from pathlib import Path

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.output import say
from timshel.interfaces.cli.preparation import make_first_administrator, prepare_database


@click.command()
@data_option
@click.option(
    "--administrator",
    default="administrator",
    show_default=True,
    help="Sign-in name of the first account.",
)
@click.option(
    "--password",
    envvar="TIMSHEL_ADMINISTRATOR_PASSWORD",
    show_envvar=True,
    help="Its password; without this one is generated and printed once.",
)
@click.option("--quiet", is_flag=True, hidden=True, help="Say nothing when nothing is missing.")
def init(data: Path, administrator: str, password: str | None, *, quiet: bool) -> None:
    """Make the data directory, the database, the standard content and the first account.

    Does only what is still missing, so it can be run again at any time.

    \b
    Examples:
      timshel init --data /srv/timshel
      timshel init --data /srv/timshel --administrator ada
    """
    with ready_django(data) as directory:
        applied = prepare_database()
        made = make_first_administrator(administrator, password)
        if made is not None:
            say(f"First account: {made.username}")
            if password is None:
                say(f"Its password, shown only now: {made.password}")
        if applied or made:
            say(f"Ready: {directory}")
        elif not quiet:
            say(f"Nothing is missing: {directory}")
