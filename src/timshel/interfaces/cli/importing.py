"""``timshel import``: records of other systems."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.output import progress, say
from timshel.interfaces.cli.preparation import prepare_database

if TYPE_CHECKING:
    from timshel.interfaces.connectors.servicenow_log.importing import ImportSummary

FOLLOW_SECONDS = 2
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_() -> None:
    """Take over records from another system."""


@import_.command("asterisk-queue-log")
@data_option
@click.argument("file", type=FILE)
@click.option(
    "--source", default="asterisk", show_default=True, help="Name of the telephone system."
)
@click.option("--follow", is_flag=True, help="Read on as the log grows, until stopped.")
def asterisk_queue_log(data: Path, file: Path, source: str, *, follow: bool) -> None:
    """Take in the calls of an Asterisk queue_log; reading it again changes nothing.

    \b
    Examples:
      timshel import asterisk-queue-log /var/log/asterisk/queue_log
      timshel import asterisk-queue-log queue_log --follow
    """
    with ready_django(data):
        from timshel.interfaces.connectors.asterisk_queue import read_on
        from timshel.kernel.actor import Channel, system_actor

        prepare_database()

        def wait() -> bool:
            if follow:
                time.sleep(FOLLOW_SECONDS)
            return follow

        for taken in read_on(
            file,
            source=source,
            actor=system_actor("timshel import", Channel.IMPORT),
            now=lambda: datetime.now(UTC),
            wait=wait,
        ):
            say(
                f"{taken.lines:,} lines, {taken.new:,} new events, {taken.known:,} known already, "
                f"{taken.passed:,} lines passed over"
            )


@import_.command("servicenow-log")
@data_option
@click.argument("file", type=FILE)
@click.option("--mapping", type=FILE, help="What becomes what, instead of the usual mapping.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to list the rows that were refused or repaired.  [default: beside the data]",
)
@click.option("--dry-run", is_flag=True, help="Read, plan and report, but write nothing.")
def servicenow_log(
    data: Path, file: Path, mapping: Path | None, report: Path | None, *, dry_run: bool
) -> None:
    """Import a ServiceNow incident log (csv or csv.gz) with its history.

    Can be broken off and run again: it goes on where it stopped, and twice gives the same.

    \b
    Examples:
      timshel import servicenow-log incident_event_log.csv.gz
      timshel import servicenow-log log.csv --dry-run --report findings.csv
    """
    with ready_django(data) as directory:
        from timshel.interfaces.connectors.servicenow_log.importing import import_log
        from timshel.interfaces.connectors.servicenow_log.log import count_rows
        from timshel.kernel.actor import Channel, system_actor

        prepare_database()
        now = datetime.now(UTC)
        with progress("Importing rows", count_rows(file)) as advance:
            summary = import_log(
                file,
                mapping=mapping,
                actor=system_actor("timshel import", Channel.IMPORT),
                at=now,
                progress=advance,
                report_path=report or directory / f"import-{now:%Y%m%d-%H%M%S}.csv",
                dry_run=dry_run,
            )
        _tell(summary)


def _tell(summary: ImportSummary) -> None:
    say(f"{summary.rows:,} rows, {summary.incidents:,} incidents")
    say(
        f"{summary.written:,} incidents written, {summary.known:,} known already, "
        f"{summary.differing:,} changed here since and left alone"
    )
    for outcome, count in sorted(summary.findings.items()):
        say(f"{count:,} rows {outcome}")
    say(f"{summary.seconds:.1f} s, {summary.rows_per_second:,.0f} rows a second")
    if summary.report is not None:
        say(f"Report: {summary.report}")
    if summary.dry_run:
        say("Nothing was written, as asked.")
