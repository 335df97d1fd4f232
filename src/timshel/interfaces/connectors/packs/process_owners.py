"""Who answers for the processes that are drawn, from a pack: those that nobody owns yet."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.utils.translation import gettext as _

from timshel.context.people.queries import people_by_code
from timshel.interfaces.connectors.packs.files import PackFile, Steps
from timshel.kernel.actor import Actor
from timshel.operation.process.actions import own_process
from timshel.operation.process.queries import process_list


def load_process_owners(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Give the processes of a file their owners, in all variants; who owns one already stays.

    Args:
        file: the file, checked against its schema.
        actor: who has the right everywhere.
        at: since when they own them.

    Returns:
        How many processes were given one.

    Raises:
        InvalidPack: there is no such person or process.
    """
    people = people_by_code()
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for row in process_list(actor=actor):
        owners[row.code][row.variant] = row.owner
    added = 0
    for number, row in enumerate(file.data["owners"]):
        place: Steps = ["owners", number]
        if row["person"] not in people:
            sentence = _("There is no person %(code)s.") % {"code": row["person"]}
            raise file.fault([*place, "person"], sentence)
        for position, code in enumerate(row["processes"]):
            if code not in owners:
                sentence = _("There is no process %(code)s.") % {"code": code}
                raise file.fault([*place, "processes", position], sentence)
            for variant in [each for each, owner in owners[code].items() if not owner]:
                own_process(
                    code, owner_id=people[row["person"]], variant=variant, actor=actor, at=at
                )
                added += 1
    return added
