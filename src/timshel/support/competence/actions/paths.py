"""Writing learning paths and their steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.leadership.responsibility.models import ProcessRole
from timshel.support.competence import access
from timshel.support.competence.actions.base import changed, journal, require_revision
from timshel.support.competence.models import LearningPath, PathStep
from timshel.support.competence.rules import PathContent, StepContent, path_faults, step_faults
from timshel.support.competence.states import EnrolmentState

SUBJECT = "learning_path"
_STEP = ("title", "text", "document", "link", "position")


@transaction.atomic
def create_path(content: PathContent, *, actor: Actor, at: datetime) -> str:
    """Name a learning path; returns its number.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    role = _checked(content)
    row = LearningPath.objects.create(
        name=content.name.strip(), summary=content.summary.strip(), role=role
    )
    changes = changed({}, {"name": row.name, "role": content.role})
    journal("learning_path.created", (SUBJECT, row.pk), changes, actor=actor, at=at)
    return row.number


@transaction.atomic
def change_path(
    number: str, *, content: PathContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say of a path all anew; the same again does nothing.

    Args:
        number: of the path.
        content: all of it.
        seen_revision: of what was shown to whoever changes it.
        actor: who may change it.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.path_to_change(number, actor=actor)
    require_revision(row.revision, seen_revision)
    role = _checked(content)
    before = {"name": row.name, "summary": row.summary, "role": row.role.code if row.role else ""}
    after = {
        "name": content.name.strip(),
        "summary": content.summary.strip(),
        "role": content.role,
    }
    changes = changed(before, after)
    if not changes:
        return
    row.name, row.summary, row.role = after["name"], after["summary"], role
    row.revision += 1
    row.save()
    journal("learning_path.changed", (SUBJECT, row.pk), changes, actor=actor, at=at)


@transaction.atomic
def retire_path(number: str, *, actor: Actor, at: datetime) -> None:
    """Put nobody on a path any more; whoever is on it goes on; again does nothing.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    _retire(number, is_retired=True, actor=actor, at=at)


@transaction.atomic
def restore_path(number: str, *, actor: Actor, at: datetime) -> None:
    """Let people be put on a path again; again does nothing.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    _retire(number, is_retired=False, actor=actor, at=at)


@transaction.atomic
def add_step(number: str, *, content: StepContent, actor: Actor, at: datetime) -> int:
    """Add a step to a path; returns its key. Who is on the path has to go through it as well.

    Args:
        number: of the path.
        content: the step.
        actor: who may change the path.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed, NotFound: as they say.
    """
    row = access.path_to_change(number, actor=actor)
    if faults := step_faults(content):
        raise Invalid(faults)
    step = PathStep.objects.create(path=row, **_said(content))
    changes = changed({}, {**_said(content), "step": step.pk})
    journal("learning_path.step_added", (SUBJECT, row.pk), changes, actor=actor, at=at)
    return step.pk


@transaction.atomic
def change_step(
    number: str, *, step: int, content: StepContent, actor: Actor, at: datetime
) -> None:
    """Say of a step all anew; the same again does nothing.

    Args:
        number: of the path.
        step: its key.
        content: all of the step.
        actor: who may change the path.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed, NotFound: as they say.
    """
    row = access.path_to_change(number, actor=actor)
    found = _step(row, step)
    if faults := step_faults(content):
        raise Invalid(faults)
    said = _said(content)
    changes = changed({name: getattr(found, name) for name in _STEP}, said)
    if not changes:
        return
    for name, value in said.items():
        setattr(found, name, value)
    found.save()
    journal("learning_path.step_changed", (SUBJECT, row.pk), changes, actor=actor, at=at)


@transaction.atomic
def remove_step(number: str, *, step: int, actor: Actor, at: datetime) -> None:
    """Take a step away that nobody has read, of a path on which nobody is.

    Args:
        number: of the path.
        step: its key.
        actor: who may change the path.
        at: when.

    Raises:
        WrongState: somebody has read it, or is on the path.
        NotAllowed, NotFound: as they say.
    """
    row = access.path_to_change(number, actor=actor)
    found = _step(row, step)
    if found.progress.exists():
        raise WrongState(_("Somebody has read this step already: it stays."))
    if row.enrolments.filter(state=EnrolmentState.RUNNING).exists():
        raise WrongState(_("Somebody is on this path: its steps stay until they are through."))
    title = found.title
    found.delete()
    changes = {"title": (title, None)}
    journal("learning_path.step_removed", (SUBJECT, row.pk), changes, actor=actor, at=at)


def _checked(content: PathContent) -> ProcessRole | None:
    faults = path_faults(content)
    role = ProcessRole.objects.filter(code=content.role).first() if content.role else None
    if content.role and role is None:
        faults["role"] = [_("There is no role %(code)s.") % {"code": content.role}]
    if faults:
        raise Invalid(faults)
    return role


def _step(row: LearningPath, key: int) -> PathStep:
    found = row.steps.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def _retire(number: str, *, is_retired: bool, actor: Actor, at: datetime) -> None:
    row = access.path_to_change(number, actor=actor)
    if row.is_retired == is_retired:
        return
    changes = {"is_retired": (row.is_retired, is_retired)}
    row.is_retired = is_retired
    row.revision += 1
    row.save()
    verb = "learning_path.retired" if is_retired else "learning_path.restored"
    journal(verb, (SUBJECT, row.pk), changes, actor=actor, at=at)


def _said(content: StepContent) -> dict[str, Any]:
    return {
        "title": content.title.strip(),
        "text": content.text.strip(),
        "document": content.document.strip().upper(),
        "link": content.link.strip(),
        "position": content.position,
    }
