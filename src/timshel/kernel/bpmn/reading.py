"""A diagram from XML: nothing is fetched, no entity is resolved, and size and depth are bounded.

What is no XML, or no BPMN process at all, is refused here. What is BPMN but not of our vocabulary
is kept as an oddity, so that the checks can name everything that is wrong at once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from timshel.kernel.bpmn import extensions
from timshel.kernel.bpmn.diagram import (
    Diagram,
    Element,
    ErrorSpec,
    Flow,
    Kind,
    MessageSpec,
    Oddity,
    Spec,
    TaskSpec,
    TerminateSpec,
    TimerSpec,
)
from timshel.kernel.bpmn.extensions import BPMN, TIMSHEL, XSI, local, tag
from timshel.kernel.errors import Invalid, Text

MAXIMUM_BYTES = 1_000_000
MAXIMUM_DEPTH = 40

_KINDS = {tag(BPMN, kind.value): kind for kind in Kind}
# Drawn for readers; nothing of it runs.
_DRAWN = frozenset(
    tag(BPMN, name)
    for name in (
        "association", "category", "dataInputAssociation", "dataObject", "dataObjectReference",
        "dataOutputAssociation", "dataStore", "dataStoreReference", "documentation",
        "extensionElements", "group", "incoming", "ioSpecification", "itemDefinition", "laneSet",
        "outgoing", "textAnnotation",
    )
)  # fmt: skip
_TOP = frozenset(
    tag(BPMN, name) for name in ("process", "collaboration", "message", "error", "signal")
)
_LOOPS = frozenset(
    tag(BPMN, name) for name in ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
)
_DEFINITIONS = {
    Kind.END: {"errorEventDefinition", "terminateEventDefinition"},
    Kind.CATCH: {"timerEventDefinition", "messageEventDefinition"},
    Kind.BOUNDARY: {"timerEventDefinition", "messageEventDefinition", "errorEventDefinition"},
}
_CEL = frozenset({"", "cel", "https://cel.dev", "urn:timshel:cel"})


def read_diagram(xml: str) -> Diagram:
    """Read a diagram.

    Args:
        xml: BPMN 2.0 XML.

    Raises:
        Invalid: it is too large or too deep, no XML, or holds no process; under ``diagram``.
    """
    return _read(xml)


@lru_cache(maxsize=128)
def _read(xml: str) -> Diagram:
    root = parse(xml)
    return _Reading(root).diagram(hashlib.sha256(xml.encode()).hexdigest())


def parse(xml: str) -> Any:
    """Parse a diagram's XML safely.

    Args:
        xml: BPMN 2.0 XML.

    Returns:
        The root, as an lxml element.

    Raises:
        Invalid: as for :func:`read_diagram`.
    """
    raw = xml.encode()
    if len(raw) > MAXIMUM_BYTES:
        raise _wrong(_("The diagram is larger than one megabyte. Make it smaller."))
    if "<!DOCTYPE" in xml or "<!ENTITY" in xml:
        raise _wrong(_("The diagram declares a document type or entities. Take them out."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _wrong(_("The diagram is no XML: %(reason)s") % {"reason": error}) from error
    if _depth(root) > MAXIMUM_DEPTH:
        raise _wrong(_("The diagram is nested too deeply."))
    if root.tag != tag(BPMN, "definitions"):
        raise _wrong(_("The file is no BPMN 2.0 diagram."))
    return root


def _depth(root: Any) -> int:
    deepest, level = 0, [(root, 1)]
    while level:
        node, depth = level.pop()
        deepest = max(deepest, depth)
        if depth > MAXIMUM_DEPTH:
            break
        level.extend((child, depth + 1) for child in node)
    return deepest


def _wrong(sentence: Text) -> Invalid:
    return Invalid({"diagram": [sentence]}, message=sentence)


@dataclass
class _Reading:
    """What has been read so far."""

    root: Any
    elements: list[Element] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def diagram(self, digest: str) -> Diagram:
        process = self._process()
        for node in self.root:
            if node.tag == tag(BPMN, "message"):
                self.messages[node.get("id", "")] = node.get("name", "")
            elif node.tag == tag(BPMN, "error"):
                self.errors[node.get("id", "")] = node.get("errorCode", "")
            elif local(node, BPMN) and node.tag not in _TOP | _DRAWN:
                self._odd("unsupported", node, local(node, BPMN))
        found = extensions.read(process, self._odd)
        self._attributes(process)
        self._inside(process, "")
        return Diagram(
            process=process.get("id", ""),
            name=process.get("name", ""),
            documentation=extensions.documentation(process),
            translations=found.translations,
            variant=process.get(tag(TIMSHEL, "variant"), ""),
            elements=tuple(self.elements),
            flows=tuple(self.flows),
            messages=tuple(dict.fromkeys(self.messages.values())),
            errors=tuple(dict.fromkeys(self.errors.values())),
            oddities=tuple(self.oddities),
            digest=digest,
        )

    def _process(self) -> Any:
        processes = self.root.findall(tag(BPMN, "process"))
        if not processes:
            raise _wrong(_("The diagram holds no process."))
        runs = [each for each in processes if each.get("isExecutable") == "true"]
        if not runs:
            self._odd("not_executable", processes[0])
        for other in runs[1:]:
            self._odd("second_process", other)
        return runs[0] if runs else processes[0]

    def _odd(self, code: str, node: Any, detail: str = "") -> None:
        name = node.get("name", "") or ""
        self.oddities.append(Oddity(code, node.get("id", "") or "", name, detail))

    def _inside(self, container: Any, parent: str) -> None:
        for node in container:
            if node.tag == tag(BPMN, "sequenceFlow"):
                self._flow(node, parent)
            elif node.tag in _KINDS:
                self._element(node, _KINDS[node.tag], parent)
            elif local(node, BPMN) and node.tag not in _DRAWN | _LOOPS:
                self._odd("unsupported", node, local(node, BPMN))
            elif not local(node, BPMN):
                self._odd("foreign", container, etree.QName(node).localname)

    def _flow(self, node: Any, parent: str) -> None:
        found = extensions.read(node, self._odd)
        self._attributes(node)
        condition = node.find(tag(BPMN, "conditionExpression"))
        text = ""
        if condition is not None:
            text = (condition.text or "").strip()
            if condition.get("language", "").lower() not in _CEL:
                self._odd("script", node, condition.get("language", ""))
            elif not text:
                self._odd("empty_condition", node)
        self.flows.append(
            Flow(
                id=node.get("id", ""),
                source=node.get("sourceRef", ""),
                target=node.get("targetRef", ""),
                condition=text,
                name=node.get("name", ""),
                translations=found.translations,
                parent=parent,
            )
        )

    def _element(self, node: Any, kind: Kind, parent: str) -> None:
        self._attributes(node)
        self._oddities_of(node, kind)
        found = extensions.read(node, self._odd)
        element = Element(
            id=node.get("id", ""),
            kind=kind,
            name=" ".join(node.get("name", "").split()),
            documentation=extensions.documentation(node),
            translations=found.translations,
            parent=parent,
            spec=self._spec(node, kind, found),
            default=node.get("default", ""),
        )
        if kind is Kind.BOUNDARY:
            interrupting = node.get("cancelActivity", "true") != "false"
            element = replace(
                element, attached_to=node.get("attachedToRef", ""), interrupting=interrupting
            )
        if kind is Kind.CALL:
            element = replace(element, called=node.get("calledElement", ""))
        self.elements.append(element)
        if kind is Kind.SUB_PROCESS:
            self._inside(node, element.id)

    def _oddities_of(self, node: Any, kind: Kind) -> None:
        if node.get("triggeredByEvent") == "true":
            self._odd("event_sub_process", node)
        if node.get("isForCompensation") == "true":
            self._odd("compensation", node)
        for child in node:
            name = etree.QName(child).localname
            if child.tag in _LOOPS:
                self._odd("loop", node)
            elif "cript" in name and kind is not Kind.SUB_PROCESS:
                self._odd("script", node, name)
            elif not (
                child.tag in _DRAWN or kind is Kind.SUB_PROCESS or name.endswith("EventDefinition")
            ):
                self._odd("part", node, name)

    def _attributes(self, node: Any) -> None:
        """Attributes of other programs may hold scripts (``camunda:expression`` …)."""
        for name in node.attrib:
            namespace = etree.QName(name).namespace
            if namespace not in (None, TIMSHEL, XSI, BPMN):
                self._odd("foreign", node, etree.QName(name).localname)

    def _spec(self, node: Any, kind: Kind, found: extensions.Found) -> Spec | None:
        allowed = {Kind.USER_TASK: ("task", "approval"), Kind.SERVICE_TASK: ("call",)}
        for name in found.specs:
            if name not in allowed.get(kind, ()):
                self._odd("misplaced", node, name)
        if kind is Kind.USER_TASK:
            if len(found.specs) > 1:
                self._odd("two_specs", node)
            return next(iter(found.specs.values()), TaskSpec())
        if kind is Kind.SERVICE_TASK:
            return found.specs.get("call")
        return self._trigger(node, kind)

    def _trigger(self, node: Any, kind: Kind) -> Spec | None:
        definitions = [each for each in node if local(each, BPMN).endswith("EventDefinition")]
        if len(definitions) > 1:
            self._odd("two_triggers", node)
        for each in definitions:
            name = local(each, BPMN)
            if name not in _DEFINITIONS.get(kind, ()):
                self._odd("trigger", node, name)
                continue
            return self._definition(node, each, name)
        if kind in (Kind.CATCH, Kind.BOUNDARY) and not definitions:
            self._odd("no_trigger", node)
        return None

    def _definition(self, node: Any, definition: Any, name: str) -> Spec | None:
        if name == "terminateEventDefinition":
            return TerminateSpec()
        if name == "timerEventDefinition":
            return self._timer(node, definition)
        if name == "messageEventDefinition":
            message = self.messages.get(definition.get("messageRef", ""), "")
            if not message:
                self._odd("unknown_message", node, definition.get("messageRef", ""))
            return MessageSpec(message)
        reference = definition.get("errorRef", "")
        if reference and not self.errors.get(reference):
            self._odd("unknown_error", node, reference)
        elif not reference and node.tag == tag(BPMN, "endEvent"):
            self._odd("unknown_error", node)
        return ErrorSpec(self.errors.get(reference, ""))

    def _timer(self, node: Any, definition: Any) -> Spec | None:
        for kind, name in (("duration", "timeDuration"), ("date", "timeDate")):
            child = definition.find(tag(BPMN, name))
            if child is not None and (child.text or "").strip():
                if child.get("language", "").lower() not in _CEL:
                    self._odd("script", node, child.get("language", ""))
                return TimerSpec(kind, child.text.strip())
        cycle = definition.find(tag(BPMN, "timeCycle")) is not None
        self._odd("cycle" if cycle else "no_time", node)
        return None
