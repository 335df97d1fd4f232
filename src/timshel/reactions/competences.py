"""Competence: what is due of it, and who answers for what is planned about skills."""

from __future__ import annotations

from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.planning.planned_action import hosting
from timshel.support.competence.access import may_manage, skill_seen
from timshel.support.competence.due import due_certificates, due_enrolments


class SkillHost:
    """Answers for skills, from whose gaps planned actions follow."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what a skill is called.

        Raises:
            NotFound: there is none, or the actor may not see it.
        """
        return skill_seen(code, actor=actor).name

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:  # noqa: ARG002 - the same for all
        """Tell whether the actor may say what is done about a skill."""
        return may_manage(actor)


def register() -> None:
    """Name what is due, and who answers for skills; harmless again."""
    hosting.register("skill", SkillHost())
    due.register("certificate", due_certificates)
    due.register("learning", due_enrolments)
