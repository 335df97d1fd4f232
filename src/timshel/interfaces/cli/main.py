"""The entry point: one group of commands, and one place where a refusal becomes an exit code."""

from __future__ import annotations

import os
import sys

import click

from timshel.interfaces.cli.api_document import api_document
from timshel.interfaces.cli.check import check
from timshel.interfaces.cli.clocks import clocks
from timshel.interfaces.cli.content import content
from timshel.interfaces.cli.demo import demo
from timshel.interfaces.cli.exits import EXIT_CODES, Exit, Stop
from timshel.interfaces.cli.importing import import_
from timshel.interfaces.cli.init import init
from timshel.interfaces.cli.journal import journal
from timshel.interfaces.cli.mail import mail
from timshel.interfaces.cli.mcp import mcp
from timshel.interfaces.cli.migrate import migrate
from timshel.interfaces.cli.output import warn
from timshel.interfaces.cli.token import token
from timshel.interfaces.cli.up import up
from timshel.kernel.errors import Invalid, Refused

HELP = f"""One service management system for a whole organisation.

\b
Examples:
  timshel up                        start everything, make what is missing
  timshel demo --data .data/demo    load the demonstration organisation
  timshel check                     look for what is wrong

{EXIT_CODES}"""


@click.group(help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="timshel", message="%(prog)s %(version)s")
def timshel() -> None:
    """Gather the commands; the help text above is what people read."""


COMMANDS = (
    *(up, init, migrate, demo, import_, content, clocks, journal, token, mail, mcp, check),
    api_document,
)
for command in COMMANDS:
    timshel.add_command(command)


def main() -> None:
    """Run the command line; what people can mend ends with a sentence, not with a traceback."""
    os.umask(0o077)  # what a command writes into the data directory is nobody else's business
    try:
        code = timshel.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        warn("Broken off.")
        code = Exit.INTERRUPTED
    except Stop as stop:
        warn(stop.message)
        code = stop.code
    except Refused as refused:
        warn(_sentences(refused))
        code = Exit.WRONG
    except Exception as error:
        message = _database_trouble(error)
        if message is None:
            raise
        warn(message)
        code = Exit.DATABASE
    sys.exit(int(code or 0))


def _sentences(refused: Refused) -> str:
    """Return what a refusal says, with a line for each field that is wrong."""
    lines = [str(refused.message)]
    if isinstance(refused, Invalid):
        for name, sentences in refused.fields.items():
            lines += [
                f"  {name}: {sentence}" if name else f"  {sentence}" for sentence in sentences
            ]
    return "\n".join(lines)


def _database_trouble(error: Exception) -> str | None:
    """Return a sentence when the database could not be reached, None for anything else."""
    from django.db import OperationalError

    if isinstance(error, OperationalError):
        return f"The database cannot be reached or refused: {str(error).strip()}"
    return None


if __name__ == "__main__":
    main()
