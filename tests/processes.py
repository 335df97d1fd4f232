"""Processes for tests: a diagram, and a draft of it that somebody tries."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.web.administration.process_starts import start_xml
from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.identity import as_process
from timshel.operation.process import actions
from timshel.operation.process.actions.trials import begin_trial

CODE = "loan"
FACTS = {"answers": {}, "requester": {}, "request": {}, "parts": []}


def loan(start: str = "approved", *, name: str = "A loan", code: str = CODE) -> str:
    """A diagram: an approval, then one task, unless it begins otherwise."""
    return as_process(start_xml(start), code=code, variant="full", name=name)


def published_loan(code: str = CODE, *, actor: Actor, at: datetime) -> None:
    """A process that is in force and has a draft."""
    actions.save_process_draft(loan(code=code, name=f"A {code}"), actor=actor, at=at)
    actions.publish_process(code, actor=actor, at=at)
    actions.save_process_draft(loan("simple", code=code, name=f"A {code}"), actor=actor, at=at)


def tried_loan(*designers: Actor, at: datetime) -> None:
    """A process in force with a draft that everybody named is trying."""
    published_loan(actor=designers[0], at=at)
    draft = actions.save_process_draft(loan(), actor=designers[0], at=at)
    for designer in designers:
        begin_trial(draft.pk, facts=FACTS, actor=designer, at=at)
