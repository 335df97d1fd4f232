"""Orders for tests: a form, a process, a page, and requests made by the real actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import AT, FOUNDED, Cast
from tests.unit.bpmn.drawing import approval, call, end, extended, flow, node, start, xml
from timshel.kernel.actor import Actor
from timshel.operation.process import actions as processes
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import TASK
from timshel.resolution_fulfilment.service_request import actions
from timshel.service_portfolio.catalogue import actions as catalogue

LAPTOP_FORM: dict[str, Any] = {
    "code": "laptop",
    "title": "A laptop",
    "steps": [
        {
            "key": "machine",
            "title": "Which machine",
            "fields": [
                {
                    "key": "model",
                    "type": "choice",
                    "label": "Which size do you need?",
                    "required": True,
                    "choices": [
                        {"value": "14", "label": "14 inches"},
                        {"value": "16", "label": "16 inches"},
                    ],
                },
                {
                    "key": "health",
                    "type": "text",
                    "label": "Anything about your health?",
                    "sensitivity": "confidential",
                },
            ],
        }
    ],
}
SERIAL_FORM: dict[str, Any] = {
    "code": "serial",
    "title": "The machine",
    "steps": [
        {
            "key": "machine",
            "title": "The machine",
            "fields": [
                {"key": "serial", "type": "text", "label": "Serial number", "required": True}
            ],
        }
    ],
}
ANSWERS = {"model": "14", "health": "A bad back"}


def task(key: str, *, name: str = "", checks: tuple[str, ...] = (), **said: str) -> str:
    """Draw a task with its checklist, in English and French."""
    written = "".join(f' {attribute}="{value}"' for attribute, value in said.items())
    lines = "".join(
        f'<timshel:check text="{each}"><timshel:text language="fr" name="{each} (fr)"/>'
        "</timshel:check>"
        for each in checks
    )
    title = name or key.capitalize()
    words = f'<timshel:text language="fr" name="{title} (fr)" documentation="Voici comment."/>'
    inside = extended(f"{words}<timshel:task{written}>{lines}</timshel:task>")
    told = "<bpmn:documentation>This is how.</bpmn:documentation>"
    return node("userTask", key, told + inside, name=title)


def laptop_diagram() -> str:
    """The line manager approves, the desk prepares it, the workplace team brings it."""
    return xml(
        start(),
        approval("approve"),
        node("exclusiveGateway", "approved", default="approved_no", name="Approved?"),
        task(
            "prepare",
            team="service-desk",
            checks=("Battery charged", "Disk encrypted"),
            form="serial",
            outcomes="done,impossible",
        ),
        task("bring", team="workplace", target="4", unit="hours", tells="false"),
        end(),
        end("refused", "E1"),
        flow("start", "approve"),
        flow("approve", "approved"),
        flow("approved", "prepare", "steps.approve.outcome == 'approved'"),
        flow("approved", "refused", key="approved_no"),
        flow("prepare", "bring"),
        flow("bring", "end"),
        process="laptop",
        top='<bpmn:error id="E1" errorCode="refused"/>',
    )


def offer_laptop(
    cast: Cast, *, diagram: str = "", process: str = "laptop", offering: str = "laptop-standard"
) -> None:
    """Publish the forms, the process and the page of an offering."""
    owner = {"actor": cast.process_owner, "at": FOUNDED}
    for form in (LAPTOP_FORM, SERIAL_FORM):
        catalogue.save_form_draft(form["code"], content=form, seen_revision=0, **owner)
        catalogue.publish_form(form["code"], **owner)
    processes.save_process_draft(diagram or laptop_diagram(), **owner)
    processes.publish_process(process, **owner)
    catalogue.save_page_draft(
        offering,
        content={
            "name": "A laptop",
            "summary": "A laptop to work with.",
            "text": "We set it up.",
            "form": "laptop",
            "process": process,
        },
        seen_revision=0,
        **owner,
    )
    catalogue.publish_page(offering, **owner)
    catalogue.set_entitlements(offering, rows=[{"audience": "everybody"}], **owner)


def simple_diagram(*, process: str = "simple_laptop", **said: Any) -> str:
    """One task, without anybody's approval."""
    return xml(
        start(),
        task("prepare", **{"team": "service-desk", **said}),
        end(),
        flow("start", "prepare"),
        flow("prepare", "end"),
        process=process,
    )


def failing_diagram(*, process: str = "failing_laptop") -> str:
    """A call of another system, then a task."""
    return xml(
        start(),
        call("tell", "call_webhook", url="https://hooks.example/laptops"),
        task("prepare", team="service-desk"),
        end(),
        flow("start", "tell"),
        flow("tell", "prepare"),
        flow("prepare", "end"),
        process=process,
    )


def ordered(
    by: Actor, *, at: datetime = AT, offering: str = "laptop-standard", **given: Any
) -> str:
    """Order a laptop; returns the number."""
    wanted = actions.Order(offering, raw=dict(ANSWERS), **given)
    return actions.order(wanted, actor=by, at=at).number


def tasks_of(number: str) -> list[WorkItem]:
    """Return the tasks of a request, oldest first."""
    return list(WorkItem.objects.filter(parent__number=number, kind=TASK).order_by("pk"))
