"""Offerings for tests beyond the laptop of ``tests.ordered``: pages, bundles, single processes."""

from __future__ import annotations

from typing import Any

from tests.cast import FOUNDED, Cast
from tests.ordered import simple_diagram
from tests.unit.bpmn.drawing import call, end, flow, start, xml
from timshel.operation.process import actions as processes
from timshel.service_portfolio.catalogue import actions as catalogue

EVERYBODY = [{"audience": "everybody"}]
JOINER_FORM: dict[str, Any] = {
    "code": "joiner",
    "title": "Somebody new",
    "steps": [
        {
            "key": "who",
            "title": "Who comes",
            "fields": [
                {"key": "name", "type": "text", "label": "What is their name?", "required": True},
                {"key": "needs_mail", "type": "consent", "label": "They need a mailbox"},
            ],
        },
        {
            "key": "desk",
            "title": "Where they sit",
            "fields": [
                {"key": "desk", "type": "text", "label": "Which desk?", "required": True},
            ],
        },
    ],
}
JOINER = {"name": "Odile", "needs_mail": True, "desk": "2.14"}


def publish(diagram: str, process: str, cast: Cast) -> None:
    """Publish a process."""
    owner: dict[str, Any] = {"actor": cast.process_owner, "at": FOUNDED}
    processes.save_process_draft(diagram, **owner)
    processes.publish_process(process, **owner)


def show(offering: str, cast: Cast, *, to: Any = EVERYBODY, **content: Any) -> None:
    """Publish the page of an offering to those who are entitled to it."""
    owner: dict[str, Any] = {"actor": cast.process_owner, "at": FOUNDED}
    page = {"name": offering, "summary": "To work with.", "text": "We bring it.", **content}
    catalogue.save_page_draft(offering, content=page, seen_revision=0, **owner)
    catalogue.publish_page(offering, **owner)
    catalogue.set_entitlements(offering, rows=to, **owner)


def bundle_diagram() -> str:
    """Opens the parts and waits for them."""
    return xml(
        start(),
        call("everything", "open_parts"),
        end(),
        flow("start", "everything"),
        flow("everything", "end"),
        process="joining",
    )


def offer_bundle(cast: Cast) -> None:
    """A new joiner: a laptop always, a dock unless left out, a mailbox for who needs one."""
    owner: dict[str, Any] = {"actor": cast.process_owner, "at": FOUNDED}
    catalogue.save_form_draft("joiner", content=JOINER_FORM, seen_revision=0, **owner)
    catalogue.publish_form("joiner", **owner)
    publish(simple_diagram(process="part"), "part", cast)
    publish(bundle_diagram(), "joining", cast)
    for offering in ("laptop-standard", "laptop-dock", "mail-box"):
        show(offering, cast, process="part")
    parts = [
        {"offering": "laptop-standard"},
        {"offering": "laptop-dock", "optional": True, "chosen": True},
        {"offering": "mail-box", "optional": True, "condition": "answers.needs_mail"},
    ]
    show("heating-room", cast, form="joiner", process="joining", parts=parts)
