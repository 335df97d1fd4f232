"""The rights around competence, and finding records with their right in one call."""

from __future__ import annotations

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.support.competence.models import Certificate, Enrolment, LearningPath, Skill
from timshel.support.competence.rules import (
    CERTIFICATE_PREFIX,
    ENROLMENT_PREFIX,
    MANAGE,
    PATH_PREFIX,
    VIEW,
)

__all__ = ["MANAGE", "VIEW"]


def may_view(actor: Actor) -> bool:
    """Tell whether the actor may see everybody's skills."""
    return actor.scope(VIEW).everywhere


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor keeps skills, needs and paths."""
    return actor.scope(MANAGE).everywhere


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor keeps skills, needs and paths.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def may_see_person(person: Person, *, actor: Actor) -> bool:
    """Tell whether the actor may see what somebody can do; the twin of ``visible_to``."""
    if may_view(actor):
        return True
    return actor.person_id is not None and actor.person_id in (person.pk, person.manager_id)


def may_confirm(person: Person, *, actor: Actor) -> bool:
    """Tell whether the actor judges somebody: their manager, or who keeps skills; never oneself."""
    if actor.person_id == person.pk:
        return False
    is_manager = actor.person_id is not None and person.manager_id == actor.person_id
    return is_manager or may_manage(actor)


def require_confirm(person: Person, *, actor: Actor) -> None:
    """Refuse unless the actor judges somebody.

    Raises:
        NotAllowed: they do not.
    """
    if not may_confirm(person, actor=actor):
        raise NotAllowed


def may_see_enrolment(row: Enrolment, *, actor: Actor) -> bool:
    """Tell whether the actor may see somebody on a path; the twin of ``visible_to``."""
    signs = actor.person_id is not None and row.confirmer_id == actor.person_id
    return signs or may_see_person(row.person, actor=actor)


def may_sign(row: Enrolment, *, actor: Actor) -> bool:
    """Tell whether the actor signs off somebody's steps; never one's own."""
    if actor.person_id == row.person_id:
        return False
    signs = actor.person_id is not None and row.confirmer_id == actor.person_id
    return signs or may_confirm(row.person, actor=actor)


def person_seen(code: str, *, actor: Actor) -> Person:
    """Return a person of whose skills the actor may know, with team and manager read along.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = Person.objects.select_related("manager").filter(code=code).first()
    if found is None or not may_see_person(found, actor=actor):
        raise NotFound
    return found


def skill_seen(code: str, *, actor: Actor) -> Skill:
    """Return a skill.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found: Skill | None = Skill.objects.visible_to(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def skill_to_change(code: str, *, actor: Actor) -> Skill:
    """Return a skill, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    key = skill_seen(code, actor=actor).pk
    require_manage(actor)
    row: Skill = Skill.objects.select_for_update().get(pk=key)
    return row


def certificate_seen(number: str, *, actor: Actor) -> Certificate:
    """Return a certificate with its person and skill.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Certificate.objects.visible_to(actor).select_related("person", "skill", "judged_by")
    found: Certificate | None = rows.filter(pk=key_of(CERTIFICATE_PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def certificate_to_judge(number: str, *, actor: Actor) -> Certificate:
    """Return a certificate, locked, that the actor may check and withdraw.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    found = certificate_seen(number, actor=actor)
    require_confirm(found.person, actor=actor)
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("person", "skill")
    row: Certificate = rows.get(pk=found.pk)
    return row


def path_seen(number: str, *, actor: Actor) -> LearningPath:
    """Return a learning path with its role.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = LearningPath.objects.visible_to(actor).select_related("role")
    found: LearningPath | None = rows.filter(pk=key_of(PATH_PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def path_to_change(number: str, *, actor: Actor) -> LearningPath:
    """Return a learning path, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    key = path_seen(number, actor=actor).pk
    require_manage(actor)
    rows = LearningPath.objects.select_for_update(of=("self",)).select_related("role")
    row: LearningPath = rows.get(pk=key)
    return row


def enrolment_seen(number: str, *, actor: Actor) -> Enrolment:
    """Return somebody on a path, with both and who signs off.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Enrolment.objects.visible_to(actor).select_related("path", "person", "confirmer")
    found = rows.filter(pk=key_of(ENROLMENT_PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def enrolment_locked(number: str, *, actor: Actor) -> Enrolment:
    """Return somebody on a path, locked.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    key = enrolment_seen(number, actor=actor).pk
    rows = Enrolment.objects.select_for_update(of=("self",))
    return rows.select_related("path", "person", "confirmer").get(pk=key)
