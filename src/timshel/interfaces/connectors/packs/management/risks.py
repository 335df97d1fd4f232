"""Risks of a pack: the criteria by which they are judged, and a register with its past."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.context.people.queries import people_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import actor_for
from timshel.planning.risk import actions
from timshel.planning.risk.queries import RiskFilter, area_list, has_criteria, risk_list
from timshel.planning.risk.rules import (
    Analysis,
    BandContent,
    Criteria,
    Level,
    LevelWords,
    Link,
    Occurrence,
    Review,
    RiskContent,
    Treatment,
)
from timshel.planning.risk.states import LinkKind

ABOUT = {
    "services": LinkKind.SERVICE,
    "suppliers": LinkKind.SUPPLIER,
    "processes": LinkKind.PROCESS,
}
Deed = Callable[[str, Mapping[str, Any], Actor, datetime], None]


def load_criteria(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Define the areas that are missing, and set the scales and bands where there are none.

    Args:
        file: the file, checked against its schema.
        actor: who manages all risks.
        at: when.

    Raises:
        InvalidPack: something of it cannot be used.
    """
    known = {row.code for row in area_list(language="en")}
    added = 0
    for position, row in enumerate(file.data["areas"]):
        if row["code"] in known:
            continue
        words = row.get("translations", {})
        try:
            actions.define_area(
                row["code"],
                name=row["name"],
                translations=words,
                position=position,
                actor=actor,
                at=at,
            )
        except Invalid as refusal:
            raise refused(file, ["areas", position], refusal) from refusal
        added += 1
    if has_criteria():
        return added
    criteria = Criteria(
        likelihood=tuple(LevelWords(**each) for each in file.data["likelihood"]),
        impact=tuple(LevelWords(**each) for each in file.data["impact"]),
        bands=tuple(BandContent(**each) for each in file.data["bands"]),
    )
    try:
        actions.set_criteria(criteria, actor=actor, at=at)
    except Invalid as refusal:
        raise refused(file, ["bands"], refusal) from refusal
    return added + 1


def load_risk_register(file: PackFile, /, *, actor: Actor, at: datetime) -> int:
    """Write down the risks of a file with what became of them; nothing where there are any.

    Args:
        file: the file, checked against its schema.
        actor: who sees all risks.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    if risk_list(actor=actor, at=at, asked=RiskFilter(state="all"), size=1).items:
        return 0  # whoever looks after it says what is in the register from then on
    people = _People()
    for position, row in enumerate(file.data["risks"]):
        try:
            by = people.actor(row["by"])
            number = actions.identify_risk(
                _content(row), actor=by, at=at - timedelta(days=row["days_ago"])
            )
            for deed in row.get("deeds", ()):
                DEEDS[deed["do"]](
                    number,
                    deed,
                    people.actor(deed.get("by", row["owner"])),
                    at - timedelta(days=deed["days_ago"]),
                )
        except Invalid as refusal:
            raise refused(file, ["risks", position], refusal) from refusal
    return len(file.data["risks"])


class _People:
    """The rights of people, read once for each."""

    def __init__(self) -> None:
        self._keys = people_by_code()
        self._actors: dict[str, Actor] = {}

    def actor(self, code: str) -> Actor:
        """Return the rights of a person.

        Raises:
            Invalid: there is no such person.
        """
        if code not in self._actors:
            found = (
                actor_for(self._keys[code], channel=Channel.DESK) if code in self._keys else None
            )
            if found is None:
                raise Invalid({"by": [code]})
            self._actors[code] = found
        return self._actors[code]


def _content(row: Mapping[str, Any]) -> RiskContent:
    return RiskContent(
        title=row["title"],
        area=row["area"],
        owner=row["owner"],
        is_opportunity=row.get("is_opportunity", False),
        event=row["event"],
        cause=row.get("cause", ""),
        consequence=row.get("consequence", ""),
        links=tuple(
            Link(kind.value, code) for name, kind in ABOUT.items() for code in row.get(name, ())
        ),
    )


def _level(deed: Mapping[str, Any], name: str) -> Level | None:
    return Level(*deed[name]) if name in deed else None


def _analyse(number: str, deed: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    judged = Analysis(Level(*deed["inherent"]), _level(deed, "residual"), deed["text"])
    actions.analyse_risk(number, analysis=judged, actor=actor, at=at)


def _treat(number: str, deed: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    review = (at + timedelta(days=deed["next_in_days"])).date() if "next_in_days" in deed else None
    plan = Treatment(deed["option"], deed.get("text", ""), _level(deed, "residual"), review)
    actions.treat_risk(number, treatment=plan, actor=actor, at=at)


def _accept(number: str, deed: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    actions.accept_risk(number, reason=deed["text"], actor=actor, at=at)


def _monitor(number: str, _deed: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    actions.monitor_risk(number, actor=actor, at=at)


def _review(number: str, deed: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    review = Review(deed["text"], (at + timedelta(days=deed["next_in_days"])).date())
    actions.review_risk(number, review=review, actor=actor, at=at)


def _occur(number: str, deed: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    happened = Occurrence(at.date(), deed["text"])
    actions.record_occurrence(number, occurrence=happened, actor=actor, at=at)


def _close(number: str, deed: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    actions.close_risk(number, reason=deed["text"], actor=actor, at=at)


DEEDS: Mapping[str, Deed] = {
    "analyse": _analyse,
    "treat": _treat,
    "accept": _accept,
    "monitor": _monitor,
    "review": _review,
    "occur": _occur,
    "close": _close,
}
