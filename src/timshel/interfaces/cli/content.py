"""``timshel content``: catalogue, forms and processes as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.output import say
from timshel.interfaces.cli.preparation import prepare_database

if TYPE_CHECKING:
    from timshel.interfaces.connectors.packs.content_files import Compared

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def content() -> None:
    """Take the catalogue, its forms and processes from here to there as files."""


@content.command("export")
@data_option
@click.argument("directory", type=NEW_FOLDER)
def export_(data: Path, directory: Path) -> None:
    """Write what is published into a folder: forms, processes, catalogue.

    Files of what is no longer published are taken out of those folders. The same content gives
    the same files.

    \b
    Examples:
      timshel content export ./content
    """
    with ready_django(data):
        from timshel.interfaces.connectors.packs.content_files import export_content

        prepare_database()
        count = export_content(directory)
    say(f"{count:,} files are in {directory}.")


@content.command("import")
@data_option
@click.argument("directory", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--publish", is_flag=True, help="Put it in force instead of making drafts.")
def import_(data: Path, directory: Path, *, dry_run: bool, publish: bool) -> None:
    """Bring in what the files of a folder say otherwise than what is published here.

    Without --publish it becomes drafts, which people look through and publish. What is not in the
    files stays as it is. All of it is brought in, or nothing.

    \b
    Examples:
      timshel content import ./content --dry-run
      timshel content import ./content --publish
    """
    with ready_django(data):
        from timshel.interfaces.connectors.packs.content_files import (
            compare_content,
            import_content,
        )
        from timshel.kernel.actor import Channel, system_actor

        prepare_database()
        compared = compare_content(directory)
        _tell(compared)
        if dry_run:
            say("Nothing was written, as asked.")
            return
        count = import_content(
            compared,
            publish=publish,
            actor=system_actor("timshel content import", Channel.IMPORT),
            at=datetime.now(UTC),
        )
    say(f"{count:,} things are published." if publish else f"{count:,} drafts were made.")


@content.command()
@data_option
@click.argument("directory", type=FOLDER)
def diff(data: Path, directory: Path) -> None:
    """Say what the files of a folder say otherwise than what is published here.

    \b
    Examples:
      timshel content diff ./content
    """
    with ready_django(data):
        from timshel.interfaces.connectors.packs.content_files import compare_content

        prepare_database()
        _tell(compare_content(directory))


def _tell(compared: Compared) -> None:
    for change in compared.changes:
        what = "new" if change.is_new else f"changed: {', '.join(change.parts)}"
        replaced = f"; replaces the draft of {change.replaces}" if change.replaces else ""
        say(f"  {change.kind} {change.code}: {what}{replaced}")
    for kind, code in compared.only_here:
        say(f"  {kind} {code}: only here, stays")
    new = sum(1 for change in compared.changes if change.is_new)
    changed = len(compared.changes) - new
    say(
        f"{new:,} new, {changed:,} changed, {compared.same:,} the same, "
        f"{len(compared.only_here):,} only here"
    )
