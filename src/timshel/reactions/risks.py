"""Risks: what services, suppliers and processes are called, and who plans actions about risks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.leadership.responsibility.subjects import SubjectSource
from timshel.operation.process.answering import process_facts
from timshel.planning.planned_action import hosting
from timshel.planning.risk import subjects
from timshel.planning.risk.actions import SUBJECT
from timshel.planning.risk.due import due_risks
from timshel.planning.risk.queries import may_plan_about, risk_title
from timshel.planning.risk.states import LinkKind
from timshel.planning.risk.subjects import LinkFacts, LinkSource
from timshel.service_portfolio.parties.queries import supplier_list
from timshel.service_portfolio.service.answering import service_facts


class RiskHost:
    """Answers for risks where actions are planned about them."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what a risk is called."""
        return risk_title(code, actor=actor)

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor says what is done about a risk."""
        return may_plan_about(code, actor=actor)


def register() -> None:
    """Say what risks can be about, and that actions follow from them."""
    subjects.register(LinkKind.SERVICE, _known(service_facts))
    subjects.register(LinkKind.PROCESS, _known(process_facts))
    subjects.register(LinkKind.SUPPLIER, _suppliers)
    hosting.register(SUBJECT, RiskHost())
    due.register("risk", due_risks)


def _known(source: SubjectSource) -> LinkSource:
    """Return what answers with names and keys alone."""

    def answer(codes: Collection[str] | None, *, language: str) -> Mapping[str, LinkFacts]:
        facts = source(codes, language=language)
        return {code: LinkFacts(code, each.name, each.id) for code, each in facts.items()}

    return answer


def _suppliers(codes: Collection[str] | None, *, language: str) -> Mapping[str, LinkFacts]:
    rows = supplier_list(language=language, active_only=codes is None)
    return {
        row.code: LinkFacts(row.code, row.name)
        for row in rows
        if codes is None or row.code in codes
    }
