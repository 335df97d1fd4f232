"""Who sees how far the requirements are met, and who judges them."""

from __future__ import annotations

from timshel.improvement.conformity.models import ConformityModel, Export, Question
from timshel.improvement.conformity.rules import EXPORT_PREFIX, JUDGE, LOOK, VIEW, parts_of
from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.leadership.authority.queries import actor_for

__all__ = [
    "JUDGE",
    "VIEW",
    "export_to_read",
    "known",
    "known_model",
    "may_export",
    "may_judge",
    "may_see",
    "question_to_judge",
    "require_judge",
    "require_view",
    "viewer_of",
]


def may_see(actor: Actor) -> bool:
    """Tell whether the actor sees questions and evidence; the twin of ``visible_to``."""
    return actor.may_somewhere(VIEW)


def may_judge(actor: Actor) -> bool:
    """Tell whether the actor gives verdicts."""
    return actor.scope(JUDGE).everywhere


def may_export(actor: Actor) -> bool:
    """Tell whether the actor makes exports and fetches them; the twin of ``visible_to``."""
    return may_judge(actor)


def require_view(actor: Actor) -> None:
    """Refuse unless the actor sees questions and evidence.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_see(actor):
        raise NotAllowed


def require_judge(actor: Actor) -> None:
    """Refuse unless the actor gives verdicts and makes exports.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_judge(actor):
        raise NotAllowed


def viewer_of(person_id: int | None) -> Actor:
    """Return by whom a worker looks: whoever asked for it, with the rights that they have now.

    Args:
        person_id: who asked; the system looks for a program, and for who left meanwhile.
    """
    found = actor_for(person_id, channel=Channel.SYSTEM) if person_id is not None else None
    return found or system_actor(LOOK)


def known_model(code: str, *, actor: Actor) -> ConformityModel:
    """Return a model; of an empty code the first that has questions.

    Raises:
        NotAllowed: the actor may not see any.
        NotFound: there is none.
    """
    require_view(actor)
    wanted = {"code": code} if code else {"questions__isnull": False}
    found = ConformityModel.objects.filter(**wanted).order_by("pk").first()
    if found is None:
        raise NotFound
    return found


def known(key: str, *, actor: Actor) -> Question:
    """Return a question that the actor may see, with its clause.

    Args:
        key: of the question, such as ``iso-20000-1-2018:4.1-1``.
        actor: who asks.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    model, code = parts_of(key)
    rows = Question.objects.visible_to(actor).select_related("clause", "model")
    found = rows.filter(model__code=model, code=code).first()
    if found is None:
        raise NotFound
    return found


def question_to_judge(key: str, *, actor: Actor) -> Question:
    """Return a question, locked, that the actor may judge.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    found = known(key, actor=actor)
    require_judge(actor)
    rows = Question.objects.select_for_update(of=("self",)).select_related("clause", "model")
    return rows.get(pk=found.pk)


def export_to_read(number: str, *, actor: Actor) -> Export:
    """Return an export that the actor may fetch.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Export.objects.visible_to(actor).select_related("model", "look", "created_by")
    found = rows.filter(pk=key_of(EXPORT_PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found
