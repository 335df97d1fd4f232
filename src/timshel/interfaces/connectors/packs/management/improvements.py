"""The improvements of a pack, and its cycles of plan, do, check, act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.improvement.initiative import actions
from timshel.improvement.initiative.queries import (
    Wanted,
    improvement_list,
    one_cycle,
    one_improvement,
)
from timshel.improvement.initiative.rules import (
    SYSTEM,
    Area,
    Assessment,
    CycleContent,
    ImprovementContent,
    Promised,
    Suggestion,
)
from timshel.improvement.initiative.states import CycleDeed, Deed, Urgency
from timshel.interfaces.connectors.packs.files import PackFile, Steps, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, Refused
from timshel.kernel.events import unheard
from timshel.leadership.authority.queries import actor_for

Row = Mapping[str, Any]
WITH_WORDS: Mapping[Deed, Callable[..., None]] = {
    Deed.AUTHORISE: actions.authorise_improvement,
    Deed.START: actions.start_improvement,
    Deed.FINISH: actions.finish_improvement,
    Deed.PARK: actions.park_improvement,
    Deed.DECLINE: actions.decline_improvement,
    Deed.RESUME: actions.resume_improvement,
}


def load_improvements(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Bring in cycles and improvements where there are none; nobody is told of what is past.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Returns:
        How many of both are new.

    Raises:
        InvalidPack: something of it cannot be used.
    """
    if improvement_list(actor=actor, at=at, wanted=Wanted(when="all"), size=1).items:
        return 0
    loading = _Loading(file, actor=actor, at=at)
    with unheard():
        return loading.run()


class _Loading:
    """One loading of a file."""

    def __init__(self, file: PackFile, *, actor: Actor, at: datetime) -> None:
        self._file = file
        self._actor = actor
        self._at = at
        self._cycles: dict[str, int] = {}

    def run(self) -> int:
        """Bring in all of it; returns how much."""
        data = self._file.data
        for kind, bring in (("cycles", self._cycle), ("improvements", self._improvement)):
            for position, row in enumerate(data[kind]):
                place: Steps = [kind, position]
                try:
                    bring(row, place)
                except Invalid as refusal:
                    raise refused(self._file, place, refusal) from refusal
                except Refused as refusal:
                    raise self._file.fault(place, str(refusal)) from refusal
        return len(data["cycles"]) + len(data["improvements"])

    def _cycle(self, row: Row, place: Steps) -> None:
        by: dict[str, Any] = {"actor": self._person(row["by"], place)}
        began_at = self._ago(row["days_ago"])
        area = _area(row)
        key = actions.begin_cycle(CycleContent(row["name"], area), **by, at=began_at)
        for turn in row["turns"]:
            standing = one_cycle(key, at=began_at, **by)
            texts = {name: turn.get(name, "") for name in ("plan", "do", "check", "act")}
            actions.change_cycle(
                key,
                content=CycleContent(row["name"], area, **texts),
                seen_revision=standing.revision,
                at=standing.begun_at,
                **by,
            )
            for move in turn["moves"]:
                moved_at = self._ago(move["days_ago"])
                key = actions.move_cycle(key, deed=CycleDeed(move["deed"]), at=moved_at, **by)
        self._cycles[row["name"]] = key

    def _improvement(self, row: Row, place: Steps) -> None:
        suggestion = Suggestion(
            row["title"], row.get("detail", ""), row.get("page", ""), _area(row)
        )
        number = actions.suggest_improvement(
            suggestion, actor=self._person(row["by"], place), at=self._ago(row["days_ago"])
        )
        self._put_in_place(number, row)
        for position, step in enumerate(row["steps"]):
            self._step(number, step, [*place, "steps", position])

    def _put_in_place(self, number: str, row: Row) -> None:
        at = self._ago(row["days_ago"])
        standing = one_improvement(number, actor=self._actor, at=at).row
        content = ImprovementContent(
            title=standing.title,
            detail=standing.detail,
            area=standing.area,
            urgency=Urgency(row.get("urgency", Urgency.MIDDLE)),
            cycle=self._cycles.get(row.get("cycle", "")),
        )
        actions.change_improvement(
            number,
            content=content,
            seen_revision=standing.revision,
            actor=self._actor,
            at=at,
        )

    def _step(self, number: str, step: Row, place: Steps) -> None:
        deed, said = Deed(step["deed"]), step.get("said", "")
        by: dict[str, Any] = {
            "actor": self._person(step["by"], place),
            "at": self._ago(step["days_ago"]),
        }
        if deed is Deed.ASSESS:
            actions.assess_improvement(number, assessment=_assessment(step), said=said, **by)
        elif deed is Deed.PLAN:
            due = self._ago(step["due_days_ago"]).date()
            actions.plan_improvement(number, owner=step["owner"], due_date=due, said=said, **by)
        elif deed is Deed.MEASURE:
            reached = _figure(step, "reached")
            actions.measure_benefit(number, reached=reached, said=said, **by)
        else:
            WITH_WORDS[deed](number, said=said, **by)

    def _person(self, code: str, place: Steps) -> Actor:
        key = person_by_code(code)
        found = None if key is None else actor_for(key, channel=Channel.DESK)
        if found is None:
            raise self._file.fault(place, f"There is no person {code}.")
        return found

    def _ago(self, days: int) -> datetime:
        return self._at - timedelta(days=days)


def _area(row: Row) -> Area:
    found = row.get("area")
    return Area(found["kind"], found["code"]) if found else SYSTEM


def _assessment(step: Row) -> Assessment:
    promised = Promised(
        text=step["expected"],
        unit=step.get("unit", ""),
        before=_figure(step, "before"),
        expected=_figure(step, "promised"),
    )
    return Assessment(step["benefit"], step["cost"], step["effort"], step["risk"], promised)


def _figure(step: Row, name: str) -> Decimal | None:
    return Decimal(str(step[name])) if name in step else None
