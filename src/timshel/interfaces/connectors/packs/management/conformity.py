"""Standards of a pack, their questions and their crosswalk; and verdicts of the demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.context.people.queries import people_by_code
from timshel.improvement.conformity import actions, queries
from timshel.improvement.conformity.rules import (
    ClauseGiven,
    CrossGiven,
    Link,
    ModelGiven,
    QuestionGiven,
    VerdictContent,
)
from timshel.improvement.conformity.states import Judgement
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, NotFound
from timshel.leadership.authority.queries import actor_for


def load_models(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Take over the models of a file and what corresponds to what; returns how much is new.

    Args:
        file: the file, checked against its schema.
        actor: who may judge conformity everywhere.
        at: when.

    Raises:
        InvalidPack: something of it cannot be used.
    """
    changed = 0
    for position, row in enumerate(file.data["models"]):
        try:
            changed += actions.load_model(_model(row), actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["models", position], refusal) from refusal
    given = [CrossGiven(**each) for each in file.data.get("crosswalk", ())]
    try:
        return changed + actions.load_crosswalk(given, actor=actor, at=at)
    except Invalid as refusal:
        raise refused(file, ["crosswalk"], refusal) from refusal


def load_verdicts(file: PackFile, /, *, actor: Actor, at: datetime) -> int:
    """Look at past moments, and judge questions upon that; nothing where anybody looked before.

    Args:
        file: the file, checked against its schema.
        actor: who sees all questions.
        at: now, from which days are counted.

    Raises:
        InvalidPack: a verdict cannot be given.
    """
    if queries.look_list(actor=actor, size=1).items:
        return 0
    people = people_by_code()
    verdicts = list(enumerate(file.data["verdicts"]))
    for days in sorted(file.data["looks"], reverse=True):
        # What was said before a look was said upon the look before it.
        last = at - timedelta(days=days)
        _judge_until(file, verdicts, last, people=people, at=at)
        actions.take_look(actor=actor, at=last)
    _judge_until(file, verdicts, at, people=people, at=at)
    return len(file.data["looks"]) + len(file.data["verdicts"])


def _judge_until(
    file: PackFile,
    verdicts: list[tuple[int, Mapping[str, Any]]],
    until: datetime,
    *,
    people: Mapping[str, int],
    at: datetime,
) -> None:
    """Give the verdicts up to a moment, and leave the later ones."""
    while verdicts:
        position, row = verdicts[0]
        moment = at - timedelta(days=row["days_ago"])
        if moment > until:
            return
        verdicts.pop(0)
        try:
            by = _someone(row["by"], people)
            content = _verdict(row, moment)
            actions.judge_question(row["question"], content=content, actor=by, at=moment)
        except Invalid as refusal:
            raise refused(file, ["verdicts", position], refusal) from refusal
        except NotFound as missing:
            raise file.fault(["verdicts", position, "question"], str(missing)) from missing


def _someone(code: str, people: Mapping[str, int]) -> Actor:
    found = actor_for(people[code], channel=Channel.DESK) if code in people else None
    if found is None:
        raise Invalid({"by": [code]})
    return found


def _model(row: Mapping[str, Any]) -> ModelGiven:
    return ModelGiven(
        code=row["code"],
        name=row["name"],
        edition=row["edition"],
        translations=row.get("translations", {}),
        clauses=tuple(ClauseGiven(**each) for each in row["clauses"]),
        questions=tuple(_question(each) for each in row.get("questions", ())),
    )


def _question(row: Mapping[str, Any]) -> QuestionGiven:
    given = {**row, "kind": row["kind"].replace(" ", "_"), "rules": tuple(row.get("rules", ()))}
    return QuestionGiven(**given)


def _verdict(row: Mapping[str, Any], moment: datetime) -> VerdictContent:
    days = row.get("next_in_days")
    return VerdictContent(
        judgement=Judgement(row["judgement"]),
        note=row.get("note", ""),
        links=tuple(Link(**each) for each in row.get("links", ())),
        next_date=(moment + timedelta(days=days)).date() if days else None,
    )
