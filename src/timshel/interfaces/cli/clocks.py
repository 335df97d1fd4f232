"""``timshel clocks``: the stored clocks made anew from the journal, or proven equal to it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.exits import Stop
from timshel.interfaces.cli.output import progress, say
from timshel.interfaces.cli.preparation import prepare_database

if TYPE_CHECKING:
    from timshel.relationship_agreement.service_level.queries.proof import ClockDifference

SHOWN_DIFFERENCES = 1_000


@click.group()
def clocks() -> None:
    """Rebuild the clocks of service levels."""


@clocks.command()
@data_option
@click.option("--check", is_flag=True, help="Compare only, and write nothing.")
def rebuild(data: Path, *, check: bool) -> None:
    """Read every clock of all work again from the journal, and write it down.

    The stored clocks are a cache for sorting and for warnings. With --check each is compared with
    what the journal says, those that differ are named, and exit code 1 says that there are some.
    Nobody is told of what was late long ago.

    \b
    Examples:
      timshel clocks rebuild --check
      timshel clocks rebuild
    """
    with ready_django(data):
        prepare_database()
        now = datetime.now(UTC)
        if check:
            _check(at=now)
        else:
            _rebuild(at=now)


def _rebuild(*, at: datetime) -> None:
    from timshel.relationship_agreement.service_level.actions.revisions import rebuild_after
    from timshel.relationship_agreement.service_level.queries.proof import work_count

    key, done = 0, 0
    with progress("Rebuilding clocks", work_count()) as advance:
        while (came := rebuild_after(key, at=at)) is not None:
            key, count = came
            done += count
            advance(count)
    say(f"The clocks of {done:,} pieces of work are rebuilt.")


def _check(*, at: datetime) -> None:
    from timshel.relationship_agreement.service_level.queries.proof import (
        compare_after,
        work_count,
    )

    key, clock_count, differing = 0, 0, 0
    with progress("Comparing clocks", work_count()) as advance:
        while (came := compare_after(key, at=at)) is not None:
            key = came.key
            clock_count += came.clocks
            for difference in came.differences[: max(0, SHOWN_DIFFERENCES - differing)]:
                say(_sentence(difference))
            differing += len(came.differences)
            advance(came.work_items)
    if differing:
        raise Stop(f"{differing:,} of {clock_count:,} clocks differ from the journal.")
    say(f"All {clock_count:,} clocks equal what the journal says.")


def _sentence(difference: ClockDifference) -> str:
    of = f"  {difference.number} {difference.kind} {difference.lap}"
    if not difference.stored:
        return f"{of}: is missing"
    if not difference.read:
        return f"{of}: is stored, but not promised"
    pairs = (
        f"{name} is {_plain(value)}, not {_plain(difference.read[name])}"
        for name, value in difference.stored.items()
    )
    return f"{of}: {'; '.join(pairs)}"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return "nothing" if value is None else str(value)
