"""The indicators of a pack: followed since some days, read until now, and put on scorecards."""

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
from timshel.performance_evaluation.indicator.access import may_manage
from timshel.performance_evaluation.indicator.actions import (
    IndicatorContent,
    ScorecardContent,
    add_indicator,
    add_scorecard,
    read_due,
    retire_indicator,
)
from timshel.performance_evaluation.indicator.queries import IndicatorFilter, indicator_list
from timshel.performance_evaluation.indicator.states import Audience, Direction, Frequency

EVERYTHING = "everything"
DAY = timedelta(days=1)


def load_indicators(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Follow the indicators of a file; returns how many, none where there are some already.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    if indicator_list(actor=actor, at=at, wanted=IndicatorFilter(), size=1).items:
        return 0
    numbers: dict[str, str] = {}
    for position, row in enumerate(file.data["indicators"]):
        try:
            numbers[row["key"]] = _load(row, actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["indicators", position], refusal) from refusal
    for position, row in enumerate(file.data["scorecards"]):
        try:
            _load_card(row, numbers, actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["scorecards", position], refusal) from refusal
    read_due(actor=actor, at=at)
    return len(numbers) + len(file.data["scorecards"])


def _load(row: Mapping[str, Any], *, actor: Actor, at: datetime) -> str:
    setter = _setter(row["owner"], actor)
    number = add_indicator(_content(row), actor=setter, at=at - row["made"] * DAY)
    if ending := row.get("retired"):
        moment = at - ending["days_ago"] * DAY
        read_due(actor=actor, at=moment)
        retire_indicator(number, reason=ending["reason"], actor=setter, at=moment)
    return number


def _content(row: Mapping[str, Any]) -> IndicatorContent:
    kind, _colon, code = row.get("of", EVERYTHING).partition(":")
    return IndicatorContent(
        title=row["title"],
        owner=row["owner"],
        measure=row["measure"],
        target=Decimal(str(row["target"])),
        warning=Decimal(str(row["warning"])),
        critical=Decimal(str(row["critical"])),
        direction=Direction(row["direction"]),
        frequency=Frequency(row.get("frequency", Frequency.MONTH)),
        subject_kind=kind,
        subject_code=code,
        why=row["why"],
        clause=row.get("clause", ""),
        process_code=row.get("process", ""),
    )


def _load_card(
    row: Mapping[str, Any], numbers: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    kind, _colon, code = row.get("for", Audience.SYSTEM.value).partition(":")
    content = ScorecardContent(
        title=row["title"],
        owner=row["owner"],
        indicators=tuple(numbers.get(key, key) for key in row["indicators"]),
        audience=Audience(kind),
        audience_code=code,
        purpose=row.get("purpose", ""),
    )
    add_scorecard(content, actor=_setter(row["owner"], actor), at=at - row["made"] * DAY)


def _setter(code: str, actor: Actor) -> Actor:
    """Return a person who may choose indicators; whoever loads the pack where they may not."""
    person = person_by_code(code)
    found = actor_for(person, channel=Channel.DESK) if person else None
    return found if found is not None and may_manage(found) else actor
