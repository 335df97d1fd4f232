"""What indicators tell other parts: what they are called, and what is planned because of them."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.performance_evaluation.indicator.access import known, may_read
from timshel.planning.planned_action import hosting

KIND = "indicator"


class Host:
    """Answers for indicators, from which planned actions follow."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what an indicator tells.

        Raises:
            NotFound: there is none, or the actor may not see it.
        """
        return known(code, actor=actor).title

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor may say what is done about it."""
        try:
            row = known(code, actor=actor)
        except NotFound:
            return False
        return may_read(row, actor=actor)


def register() -> None:
    """Say who answers for indicators."""
    hosting.register(KIND, Host())
