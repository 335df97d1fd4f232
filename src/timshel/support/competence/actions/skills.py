"""Keeping skills, and what teams and roles need of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.leadership.responsibility.models import ProcessRole
from timshel.support.competence import access
from timshel.support.competence.actions.base import changed, journal, require_revision
from timshel.support.competence.models import Need, Skill
from timshel.support.competence.rules import SkillContent, codes_of, need_faults, skill_faults

SUBJECT = "skill"


@transaction.atomic
def create_skill(content: SkillContent, *, actor: Actor, at: datetime) -> str:
    """Name a skill; returns its code.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    faults = skill_faults(content)
    if "code" not in faults and Skill.objects.filter(code=content.code).exists():
        faults["code"] = [_("There is a skill with this code already.")]
    if faults:
        raise Invalid(faults)
    row = Skill(code=content.code)
    said = _said(content)
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    journal("skill.created", (SUBJECT, row.pk), changed({}, said), actor=actor, at=at)
    return row.code


@transaction.atomic
def change_skill(
    code: str, *, content: SkillContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say of a skill all anew; the same again does nothing.

    Args:
        code: of the skill.
        content: all of it; its code stays as it was made.
        seen_revision: of what was shown to whoever changes it.
        actor: who may change it.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.skill_to_change(code, actor=actor)
    require_revision(row.revision, seen_revision)
    faults = skill_faults(content)
    if content.code != row.code:
        faults["code"] = [_("This stays as it was made.")]
    if faults:
        raise Invalid(faults)
    said = _said(content)
    changes = changed(_said(row.content()), said)
    if not changes:
        return
    for name, value in said.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    journal("skill.changed", (SUBJECT, row.pk), changes, actor=actor, at=at)


@transaction.atomic
def retire_skill(code: str, *, actor: Actor, at: datetime) -> None:
    """Take a skill out of use: nobody needs it, and it counts nowhere; again does nothing.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    _retire(code, is_retired=True, actor=actor, at=at)


@transaction.atomic
def restore_skill(code: str, *, actor: Actor, at: datetime) -> None:
    """Take a skill into use again; again does nothing.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    _retire(code, is_retired=False, actor=actor, at=at)


@transaction.atomic
def say_need(
    skill: str,
    *,
    kind: str,
    code: str,
    level: int,
    people: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Say how many of a team or of the holders of a role need a skill; returns the key.

    Saying it again changes level and number.

    Args:
        skill: its code.
        kind: ``team`` or ``role``.
        code: of the team or the role.
        level: the lowest level that will do.
        people: how many.
        actor: who keeps skills.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: the skill is out of use.
        NotAllowed, NotFound: as they say.
    """
    row = access.skill_to_change(skill, actor=actor)
    if row.is_retired:
        raise WrongState(_("This skill is out of use."))
    faults = need_faults(level, people)
    whose: dict[str, Any] = {}
    if kind == "team":
        whose["team"] = Team.objects.filter(code=code, is_active=True).first()
    elif kind == "role":
        whose["role"] = ProcessRole.objects.filter(code=code).first()
    if not any(whose.values()):
        faults["who"] = [_("Please choose a team or a role that there is.")]
    if faults:
        raise Invalid(faults)
    before = Need.objects.filter(skill=row, **whose).first()
    if before is not None and (before.level, before.people) == (level, people):
        return before.pk
    old = {"level": before.level, "people": before.people} if before else {}
    found, _made = Need.objects.update_or_create(
        skill=row, **whose, defaults={"level": level, "people": people}
    )
    new = {"level": level, "people": people}
    changes = {kind: (code if before else None, code), **changed(old, new)}
    journal("skill.needed", (SUBJECT, row.pk), changes, actor=actor, at=at)
    return found.pk


@transaction.atomic
def drop_need(skill: str, *, need: int, actor: Actor, at: datetime) -> None:
    """Say that a team or a role needs a skill no more.

    Args:
        skill: its code.
        need: the key of the need.
        actor: who keeps skills.
        at: when.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = access.skill_to_change(skill, actor=actor)
    found = Need.objects.select_related("team", "role").filter(skill=row, pk=need).first()
    if found is None:
        raise NotFound
    kind = "team" if found.team else "role"
    whose = found.team or found.role
    changes = {kind: (whose.code if whose else "", None), "level": (found.level, None)}
    found.delete()
    journal("skill.not_needed", (SUBJECT, row.pk), changes, actor=actor, at=at)


def _retire(code: str, *, is_retired: bool, actor: Actor, at: datetime) -> None:
    row = access.skill_to_change(code, actor=actor)
    if row.is_retired == is_retired:
        return
    changes = {"is_retired": (row.is_retired, is_retired)}
    row.is_retired = is_retired
    row.revision += 1
    row.save()
    verb = "skill.retired" if is_retired else "skill.restored"
    journal(verb, (SUBJECT, row.pk), changes, actor=actor, at=at)


def _said(content: SkillContent) -> dict[str, Any]:
    return {
        "name": content.name.strip(),
        "summary": content.summary.strip(),
        "levels": [each.strip() for each in content.levels],
        "services": list(codes_of(content.services)),
        "processes": list(codes_of(content.processes)),
        "needs_certificate": content.needs_certificate,
    }
