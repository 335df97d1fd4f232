"""What people of a pack can do and learn, as it was said, checked and signed off then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import actor_for
from timshel.support.competence import actions, queries

DAY = timedelta(days=1)
JUDGES = {"confirm": actions.confirm_level, "decline": actions.decline_level}


def load_competences(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Bring in skills, levels, certificates and paths; nothing where there are skills already.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    if queries.skill_list(actor=actor, size=1).items:
        return 0
    count = 0
    loaders = (
        ("skills", _skill),
        ("needs", _need),
        ("levels", _level),
        ("certificates", _certificate),
        ("paths", _path),
    )
    for part, load in loaders:
        for position, row in enumerate(file.data[part]):
            try:
                load(row, actor, at)
            except Invalid as refusal:
                raise refused(file, [part, position], refusal) from refusal
            count += 1
    for row in file.data["skills"]:
        if row.get("retired", False):
            actions.retire_skill(row["code"], actor=actor, at=at - 100 * DAY)
    return count


def _skill(row: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    content = actions.SkillContent(
        code=row["code"],
        name=row["name"],
        summary=row.get("summary", ""),
        levels=tuple(row["levels"]),
        services=tuple(row.get("services", ())),
        processes=tuple(row.get("processes", ())),
        needs_certificate=row.get("needs_certificate", False),
    )
    actions.create_skill(content, actor=actor, at=at - 720 * DAY)


def _need(row: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    kind = "team" if "team" in row else "role"
    actions.say_need(
        row["skill"],
        kind=kind,
        code=row[kind],
        level=row["level"],
        people=row["people"],
        actor=actor,
        at=at - 715 * DAY,
    )


def _level(row: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    moment = at - row["days_ago"] * DAY
    person, skill = row["person"], row["skill"]
    actions.say_level(
        person,
        skill=skill,
        level=row["level"],
        note=row.get("note", ""),
        actor=_as_person(row["said_by"], actor),
        at=moment,
    )
    if "then" in row:
        judge = _as_person(row.get("judged_by", ""), actor)
        JUDGES[row["then"]](person, skill=skill, actor=judge, at=moment + DAY)


def _certificate(row: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    issued = at.date() - row["issued"] * DAY
    content = actions.CertificateContent(
        person=row["person"],
        kind=row["kind"],
        title=row["title"],
        issuer=row["issuer"],
        issued_on=issued,
        expires_on=issued + row["lasts"] * DAY if "lasts" in row else None,
        skill=row.get("skill", ""),
        reference=row.get("reference", ""),
        link=row.get("link", ""),
    )
    moment = at - row["issued"] * DAY + DAY
    recorder = _as_person(row.get("said_by", ""), actor)
    number = actions.record_certificate(content, actor=recorder, at=moment)
    if reason := row.get("withdrawn"):
        actions.withdraw_certificate(number, reason=reason, actor=actor, at=moment + DAY)


def _path(row: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    moment = at - row["made"] * DAY
    content = actions.PathContent(row["name"], row.get("summary", ""), row.get("role", ""))
    number = actions.create_path(content, actor=actor, at=moment)
    steps = [
        actions.add_step(
            number,
            content=actions.StepContent(**each, position=place),
            actor=actor,
            at=moment,
        )
        for place, each in enumerate(row["steps"], start=1)
    ]
    for each in row.get("learners", ()):
        _learner(number, steps, each, actor, at)


def _learner(
    path: str, steps: list[int], row: Mapping[str, Any], actor: Actor, at: datetime
) -> None:
    started = at - row["started"] * DAY
    number = actions.enrol(
        path,
        person=row["person"],
        confirmer=row["confirmer"],
        due_date=at.date() + row["due_in"] * DAY if "due_in" in row else None,
        actor=actor,
        at=started,
    )
    learner = _as_person(row["person"], actor)
    signer = _as_person(row["confirmer"], actor)
    for place, step in enumerate(steps[: row["read"]], start=1):
        moment = started + place * DAY
        actions.read_step(number, step=step, actor=learner, at=moment)
        if place <= row["signed"]:
            actions.sign_step(number, step=step, actor=signer, at=moment + DAY)
    if row.get("stopped", False):
        actions.stop_learning(number, actor=signer, at=at - 5 * DAY)


def _as_person(code: str, actor: Actor) -> Actor:
    """Return a person as an actor; whoever loads the pack where nobody is named."""
    person = person_by_code(code) if code else None
    found = actor_for(person, channel=Channel.DESK) if person else None
    return found or actor
