"""``timshel journal``: proof that the journal was not touched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.exits import Stop
from timshel.interfaces.cli.output import progress, say

SHOWN_FINDINGS = 50


@click.group()
def journal() -> None:
    """Examine the journal, which is the audit trail."""


@journal.command()
@data_option
@click.option("--head", help="A head that was kept elsewhere; some block must have it.")
@click.option("--seal", is_flag=True, help="First seal what still waits to be sealed.")
def verify(data: Path, head: str | None, *, seal: bool) -> None:
    """Recompute every hash of the journal and name each entry that was tampered with.

    Exit code 0 means that nothing was changed, removed or slipped in. Keep the printed head
    hash outside the database: it shows later that the chain was not replaced as a whole.

    \b
    Examples:
      timshel journal verify
      timshel journal verify --head 9f2c…
    """
    with ready_django(data):
        from timshel.kernel.journal.sealing import seal_everything
        from timshel.kernel.journal.sealing import verify as verify_journal

        if seal:
            seal_everything(at=datetime.now(UTC))
        with progress("Verifying entries", None) as advance:
            verdict = verify_journal(known_head=(head or "").strip().lower(), progress=advance)
        waiting = verdict.entries - verdict.sealed
        say(
            f"{verdict.entries:,} entries, {verdict.sealed:,} sealed in {verdict.blocks:,} blocks, "
            f"{max(waiting, 0):,} not sealed yet."
        )
        say(f"Head: {verdict.head}")
        for finding in verdict.findings[:SHOWN_FINDINGS]:
            entry = f"entry {finding.entry_id}" if finding.entry_id is not None else "no entry"
            block = f", block {finding.block}" if finding.block is not None else ""
            say(f"  {finding.fault}: {entry}{block}")
        if verdict.findings:
            raise Stop(f"The journal was tampered with: {len(verdict.findings):,} findings.")
        say("The journal is whole.")
