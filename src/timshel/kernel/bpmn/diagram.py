"""What a diagram says: elements, flows and what we add to them, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

Item = TypeVar("Item")


class Kind(StrEnum):
    """The elements that run, by their BPMN tag."""

    START = "startEvent"
    END = "endEvent"
    USER_TASK = "userTask"
    SERVICE_TASK = "serviceTask"
    EXCLUSIVE = "exclusiveGateway"
    INCLUSIVE = "inclusiveGateway"
    PARALLEL = "parallelGateway"
    EVENT_BASED = "eventBasedGateway"
    CATCH = "intermediateCatchEvent"
    THROW = "intermediateThrowEvent"
    BOUNDARY = "boundaryEvent"
    CALL = "callActivity"
    SUB_PROCESS = "subProcess"


ACTIVITIES = frozenset({Kind.USER_TASK, Kind.SERVICE_TASK, Kind.CALL, Kind.SUB_PROCESS})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE, Kind.PARALLEL, Kind.EVENT_BASED})
CHOICES = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})


@dataclass(frozen=True, slots=True)
class Translation:
    """An element's words in one language; an empty text stands for the English one."""

    language: str
    name: str = ""
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a task's checklist."""

    text: str
    translations: tuple[Translation, ...] = ()

    def text_in(self, language: str) -> str:
        """Return the line in a language, or in English."""
        return _in(self.translations, language, "name") or self.text


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """What people do, and who.

    Attributes:
        team: code of a team; empty = see ``function``.
        function: code of a function of the second tree; with neither, the offering's lead function.
        level: which team of the function, from 1.
        form: code of the form that the helper fills in; may be empty.
        target: how long it may take, in ``unit``; none = no own target.
        unit: ``hours``, ``minutes`` or ``working_days``.
        outcomes: what it may end with; the first is the usual one.
        tells: whether the requester sees its name.
        checks: its checklist.
    """

    team: str = ""
    function: str = ""
    level: int = 1
    form: str = ""
    target: int | None = None
    unit: str = "hours"
    outcomes: tuple[str, ...] = ("done",)
    tells: bool = True
    checks: tuple[Check, ...] = ()


APPROVAL_OUTCOMES = ("approved", "refused", "expired")


@dataclass(frozen=True, slots=True)
class ApprovalSpec:
    """Who must agree.

    Attributes:
        by: ``line_manager``, ``service_owner``, ``budget_holder``, ``role`` or ``person``.
        role: code of the role, where ``by`` is ``role``.
        person: key of the form field that holds the person, where ``by`` is ``person``.
        needed: how many must agree; none = all of them.
        remind: ISO 8601 duration after which they are reminded; empty = never.
        expires: ISO 8601 duration after which it expires; empty = never.
        on_expiry: what then happens: ``refused``, ``approved`` or ``escalated``; empty = outcome
            ``expired``.
    """

    by: str = "line_manager"
    role: str = ""
    person: str = ""
    needed: int | None = 1
    remind: str = ""
    expires: str = ""
    on_expiry: str = ""
    outcomes: tuple[str, ...] = APPROVAL_OUTCOMES


@dataclass(frozen=True, slots=True)
class Value:
    """One value that a service gets: fixed text, or a CEL expression."""

    name: str
    text: str = ""
    expression: str = ""


@dataclass(frozen=True, slots=True)
class CallSpec:
    """A named service and what it gets."""

    service: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class TimerSpec:
    """A moment to wait for: ``kind`` is ``duration`` or ``date``; ``text`` is ISO 8601 or CEL."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """A message to wait for, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class ErrorSpec:
    """An error that is thrown or caught; a catching one without a code catches every error."""

    code: str


@dataclass(frozen=True, slots=True)
class TerminateSpec:
    """An end that ends everything around it."""


Spec = TaskSpec | ApprovalSpec | CallSpec | TimerSpec | MessageSpec | ErrorSpec | TerminateSpec


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in the XML that is not of our vocabulary; :mod:`checks` says it in a sentence."""

    code: str
    element_id: str
    element_name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that runs.

    Attributes:
        id: unique in the file, and an identifier in conditions.
        kind: what it is.
        name: in English.
        documentation: what readers are told, in English.
        translations: both in other languages.
        parent: id of the sub-process it lies in; empty = in the process itself.
        spec: what it does or waits for; none for gateways, plain events, calls and sub-processes.
        default: id of the flow that a gateway takes when no condition holds.
        attached_to: for a boundary event, the id of its activity.
        interrupting: for a boundary event, whether it ends its activity.
        called: for a call activity, the id of the called process.
    """

    id: str
    kind: Kind
    name: str = ""
    documentation: str = ""
    translations: tuple[Translation, ...] = ()
    parent: str = ""
    spec: Spec | None = None
    default: str = ""
    attached_to: str = ""
    interrupting: bool = True
    called: str = ""

    def name_in(self, language: str) -> str:
        """Return the name in a language, or in English."""
        return _in(self.translations, language, "name") or self.name

    def documentation_in(self, language: str) -> str:
        """Return what readers are told in a language, or in English."""
        return _in(self.translations, language, "documentation") or self.documentation

    @property
    def label(self) -> str:
        """The name, or the id where there is none: how sentences speak of it."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow; ``condition`` is CEL, empty = none."""

    id: str
    source: str
    target: str
    condition: str = ""
    name: str = ""
    translations: tuple[Translation, ...] = ()
    parent: str = ""

    @property
    def label(self) -> str:
        """The name, or the id where there is none."""
        return self.name or self.id


@dataclass(frozen=True, eq=False)
class Diagram:
    """A whole diagram; two are equal when their XML is.

    Attributes:
        process: id of the process, which is its code.
        variant: ``light`` or another word; empty = the full one.
        elements: everything that runs, in the order of the file.
        flows: all arrows, in the order of the file: conditions are tried in this order.
        messages: names of all messages; errors: codes of all errors.
        oddities: what the vocabulary does not hold.
        digest: of the XML, hexadecimal.
    """

    process: str
    name: str
    documentation: str
    translations: tuple[Translation, ...]
    variant: str
    elements: tuple[Element, ...]
    flows: tuple[Flow, ...]
    messages: tuple[str, ...]
    errors: tuple[str, ...]
    oddities: tuple[Oddity, ...]
    digest: str = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Diagram) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def name_in(self, language: str) -> str:
        """Return the process's name in a language, or in English."""
        return _in(self.translations, language, "name") or self.name

    def documentation_in(self, language: str) -> str:
        """Return what readers are told of the process in a language, or in English."""
        return _in(self.translations, language, "documentation") or self.documentation

    @cached_property
    def by_id(self) -> Mapping[str, Element]:
        """Every element by its id."""
        return {each.id: each for each in self.elements}

    @cached_property
    def flow_by_id(self) -> Mapping[str, Flow]:
        """Every flow by its id."""
        return {each.id: each for each in self.flows}

    @cached_property
    def _leaving(self) -> Mapping[str, tuple[Flow, ...]]:
        return _grouped(self.flows, "source")

    @cached_property
    def _arriving(self) -> Mapping[str, tuple[Flow, ...]]:
        return _grouped(self.flows, "target")

    @cached_property
    def _attached(self) -> Mapping[str, tuple[Element, ...]]:
        return _grouped(self.elements, "attached_to")

    @cached_property
    def _inside(self) -> Mapping[str, tuple[Element, ...]]:
        return _grouped(self.elements, "parent")

    def outgoing(self, element_id: str) -> tuple[Flow, ...]:
        """Return the flows that leave an element."""
        return self._leaving.get(element_id, ())

    def incoming(self, element_id: str) -> tuple[Flow, ...]:
        """Return the flows that arrive at an element."""
        return self._arriving.get(element_id, ())

    def boundary(self, element_id: str) -> tuple[Element, ...]:
        """Return the boundary events of an activity."""
        return self._attached.get(element_id, ())

    def inside(self, parent: str = "") -> tuple[Element, ...]:
        """Return what lies directly in a sub-process, or (empty) in the process itself."""
        return self._inside.get(parent, ())

    def start(self, parent: str = "") -> Element | None:
        """Return the start event of a sub-process or of the process itself."""
        return next((each for each in self.inside(parent) if each.kind is Kind.START), None)


def _in(translations: tuple[Translation, ...], language: str, part: str) -> str:
    short = language.partition("-")[0]
    for wanted in (language, short):
        for each in translations:
            if each.language == wanted:
                return str(getattr(each, part))
    return ""


def _grouped(items: tuple[Item, ...], key: str) -> Mapping[str, tuple[Item, ...]]:
    groups: dict[str, list[Item]] = {}
    for each in items:
        groups.setdefault(getattr(each, key), []).append(each)
    return {name: tuple(group) for name, group in groups.items()}
