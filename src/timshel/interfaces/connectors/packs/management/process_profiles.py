"""The processes of a pack: described, tied to each other, reviewed and retired as it was then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import actor_for
from timshel.leadership.process_profile.access import may_see
from timshel.leadership.process_profile.actions import (
    FlowContent,
    ProfileContent,
    add_flow,
    link_profile,
    retire_process,
    review_process,
    write_profile,
)
from timshel.leadership.process_profile.queries import ProfileFilter, profile, profile_list
from timshel.leadership.process_profile.rules import FLOW_TEXTS, TEXTS
from timshel.leadership.process_profile.states import Direction

DAY = timedelta(days=1)


def load_process_profiles(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Describe the processes of a file; returns how many, none where there are some already.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    if profile_list(actor=actor, at=at, wanted=ProfileFilter(), size=1).items:
        return 0
    loaders = (("processes", _describe), ("flows", _tie), ("processes", _review))
    for part, load in loaders:
        for position, row in enumerate(file.data[part]):
            try:
                load(row, actor=actor, at=at)
            except Invalid as refusal:
                raise refused(file, [part, position], refusal) from refusal
    return len(file.data["processes"])


def _describe(row: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    made_at = at - row["made"] * DAY
    content = ProfileContent(
        **{name: row[name] for name in TEXTS if name in row},
        review_date=at.date() + row["review_in"] * DAY if "review_in" in row else None,
        translations=row.get("translations", {}),
    )
    write_profile(row["code"], content=content, actor=actor, at=made_at)
    link_profile(
        row["code"],
        machines=row.get("machines", []),
        diagrams=row.get("diagrams", []),
        seen_revision=1,
        actor=actor,
        at=made_at,
    )


def _tie(row: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    is_output = "from" in row
    other = "to" if is_output else "from"
    flow = FlowContent(
        direction=Direction.OUTPUT if is_output else Direction.INPUT,
        process=row.get(other, ""),
        **{name: row[name] for name in FLOW_TEXTS if name in row},
        translations=row.get("translations", {}),
    )
    add_flow(row["from" if is_output else "to"], flow=flow, actor=actor, at=at - 270 * DAY)


def _review(row: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    for each in row.get("reviews", []):
        moment = at - each["days_ago"] * DAY
        review_process(
            row["code"],
            found=each["found"],
            review_date=moment.date() + each["next_in"] * DAY,
            actor=_reviewer(row["code"], each["by"], actor=actor, at=moment),
            at=moment,
        )
    if "retired" in row:
        retire_process(row["code"], actor=actor, at=at - row["retired"] * DAY)


def _reviewer(code: str, by: str, *, actor: Actor, at: datetime) -> Actor:
    """Return a person as an actor; whoever loads the pack where they could not review it then."""
    person = person_by_code(by)
    found = actor_for(person, channel=Channel.DESK) if person else None
    if found is None or not may_see(code, actor=found, at=at):
        return actor
    return found if profile(code, actor=found, at=at).may_review else actor
