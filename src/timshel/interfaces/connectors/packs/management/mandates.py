"""The mandates of a pack: written down, put into force and ended as it was then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import actor_for
from timshel.leadership.mandate import actions
from timshel.leadership.mandate.access import may_manage
from timshel.leadership.mandate.queries import MandateFilter, mandate_list
from timshel.leadership.mandate.rules import MandateContent, Money
from timshel.leadership.mandate.states import HolderKind, Subject

DAY = timedelta(days=1)
ENDINGS = {"ended": actions.end_mandate, "withdrawn": actions.withdraw_mandate}


def load_mandates(file: PackFile, /, *, actor: Actor, at: datetime) -> int:
    """Write down the mandates of a file with what became of them; nothing where there are any.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    if mandate_list(actor=actor, at=at, asked=MandateFilter(state="all"), size=1).items:
        return 0  # whoever looks after it says what is in the register from then on
    keeper = _keeper(file.data["keeper"], instead=actor)
    for position, row in enumerate(file.data["mandates"]):
        try:
            _load(row, keeper=keeper, at=at)
        except Invalid as refusal:
            raise refused(file, ["mandates", position], refusal) from refusal
    return len(file.data["mandates"])


def _load(row: Mapping[str, Any], *, keeper: Actor, at: datetime) -> None:
    written = at - row["days_ago"] * DAY
    number = actions.draft_mandate(_content(row, at=at), actor=keeper, at=written)
    if "in_force_days_ago" in row:
        moment = at - row["in_force_days_ago"] * DAY
        actions.put_in_force(number, actor=keeper, at=moment)
    if ending := row.get("ending"):
        moment = at - ending["days_ago"] * DAY
        ENDINGS[ending["how"]](number, reason=ending["reason"], actor=keeper, at=moment)


def _content(row: Mapping[str, Any], *, at: datetime) -> MandateContent:
    kind = next(each for each in HolderKind if each.value in row)
    today = at.date()
    limit = Money(Decimal(str(row["limit"])), row["currency"]) if "limit" in row else None
    until = today + row["until_in"] * DAY if "until_in" in row else None
    return MandateContent(
        title=row["title"],
        subject=Subject(row["subject"]),
        holder_kind=kind,
        holder=row[kind.value],
        granted_by=row["granted_by"],
        rests_on=row["rests_on"],
        valid_from=today - row["since_days_ago"] * DAY,
        valid_until=until,
        own_words=row.get("own_words", ""),
        limit=limit,
        unit=row.get("unit", ""),
        service=row.get("service", ""),
        conditions=row.get("conditions", ""),
    )


def _keeper(code: str, *, instead: Actor) -> Actor:
    """Return who keeps mandates as an actor; whoever loads the pack where they may not."""
    person = person_by_code(code)
    found = actor_for(person, channel=Channel.DESK) if person else None
    return found if found is not None and may_manage(found) else instead
