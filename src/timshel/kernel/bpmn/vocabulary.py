"""What a diagram may name: services with their values, and what exists outside the diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from timshel.kernel.bpmn.diagram import Diagram


class ValueKind(StrEnum):
    """What a fixed value of a service must look like."""

    TEXT = "text"
    ADDRESS = "address"
    IDENTIFIER = "identifier"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class ServiceValue:
    """One value of a service."""

    kind: ValueKind = ValueKind.TEXT
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """A named service of service tasks.

    Attributes:
        values: by name.
        pauses: whether the process waits there for something outside, so that a circle through it
            is no endless loop.
    """

    values: Mapping[str, ServiceValue] = field(default_factory=dict)
    pauses: bool = False


SERVICES: Mapping[str, Service] = {
    "send_mail": Service({"to": ServiceValue(), "subject": ServiceValue(), "text": ServiceValue()}),
    "call_webhook": Service(
        {
            "url": ServiceValue(ValueKind.ADDRESS),
            "body": ServiceValue(ValueKind.ANY, is_required=False),
        },
        pauses=True,
    ),
    "set_field": Service(
        {"field": ServiceValue(ValueKind.IDENTIFIER), "value": ServiceValue(ValueKind.ANY)}
    ),
    "tell_requester": Service({"text": ServiceValue()}),
    "open_parts": Service(pauses=True),
    "wait_for_event": Service({"name": ServiceValue()}, pauses=True),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What exists; a set that is none is not checked.

    Attributes:
        services: by name.
        teams, functions, forms, roles: their codes.
        processes: what may be called, by code.
        fields: keys of the form's fields that ``answers`` holds.
        error_codes: with which a process itself may end.
    """

    services: Mapping[str, Service] = field(default_factory=lambda: SERVICES)
    teams: frozenset[str] | None = None
    functions: frozenset[str] | None = None
    forms: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    processes: Mapping[str, Diagram] | None = None
    fields: frozenset[str] | None = None
    error_codes: frozenset[str] = frozenset({"refused", "impossible"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the checks say about a diagram.

    Attributes:
        severity: ``error``: it cannot run so; ``warning``: it runs, but perhaps not as meant.
        element_id: where; empty = the process as a whole.
        element_name: its name, or its id where it has none.
        sentence: where, what, and what to do.
        code: the same for the same kind of finding, for programs.
    """

    severity: str
    element_id: str
    element_name: str
    sentence: str
    code: str

    @property
    def is_error(self) -> bool:
        """Whether the diagram cannot be published with it."""
        return self.severity == "error"
