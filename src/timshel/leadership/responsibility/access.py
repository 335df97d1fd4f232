"""Who reads who answers for what, and who may say so."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.leadership.responsibility.models import Matrix
from timshel.leadership.responsibility.rules import MatrixKey
from timshel.leadership.responsibility.states import SubjectKind
from timshel.leadership.responsibility.subjects import facts

MANAGE = "responsibility.manage"
VIEW = ("process.view", "service_level.view", MANAGE)
"""Rights of which one opens the matrices."""


def may_view(actor: Actor) -> bool:
    """Tell whether the actor may read all matrices."""
    return any(actor.may_somewhere(each) for each in VIEW)


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may read all matrices.

    Raises:
        NotAllowed: the rights are missing altogether.
    """
    if not may_view(actor):
        raise NotAllowed


def require_view_of(person_id: int, *, actor: Actor) -> None:
    """Refuse unless the actor may read what somebody answers for; everybody may of themselves.

    Raises:
        NotAllowed: it is somebody else, and the rights are missing.
    """
    if actor.person_id != person_id:
        require_view(actor)


def may_manage(key: MatrixKey | None, *, actor: Actor) -> bool:
    """Tell whether the actor may write a matrix; of None, those of all and the roles.

    Whoever may for a service alone writes the matrix of that service. At most two queries.
    """
    if actor.may(MANAGE):
        return True
    if key is None or key.kind is not SubjectKind.SERVICE or not actor.may_somewhere(MANAGE):
        return False
    known = facts(key.kind, [key.code], language=actor.language).get(key.code)
    return known is not None and actor.may(MANAGE, service=known.id)


def require_manage(key: MatrixKey | None, *, actor: Actor) -> None:
    """Refuse unless the actor may write a matrix; of None, those of all and the roles.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
    """
    if not may_manage(key, actor=actor):
        raise NotAllowed


def matrix_to_change(key: MatrixKey, *, actor: Actor) -> Matrix:
    """Return a matrix, locked, that the actor may write.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
        NotFound: there is none.
    """
    require_manage(key, actor=actor)
    rows = Matrix.objects.select_for_update()
    row = rows.filter(kind=key.kind, code=key.code).first() if is_storable(key.code) else None
    if row is None:
        raise NotFound
    return row
