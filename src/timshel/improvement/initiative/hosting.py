"""What planned actions ask about the improvements that they follow from."""

from __future__ import annotations

from timshel.improvement.initiative import access
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound


class ImprovementHost:
    """Answers for improvements."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what an improvement is called.

        Raises:
            NotFound: there is none, or the actor may not see it.
        """
        return access.known(code, actor=actor).title

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor follows an improvement, or answers for it."""
        try:
            row = access.known(code, actor=actor)
        except NotFound:
            return False
        is_owner = row.owner_id is not None and row.owner_id == actor.person_id
        return is_owner or access.may_change(row, actor=actor)
