"""What we add to BPMN, in the namespace ``urn:timshel:bpmn:1``: tasks, approvals, calls, words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from timshel.kernel.bpmn.diagram import (
    ApprovalSpec,
    CallSpec,
    Check,
    TaskSpec,
    Translation,
    Value,
)

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TIMSHEL = "urn:timshel:bpmn:1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

Odd = Callable[[str, Any, str], None]

_ATTRIBUTES = {
    "task": {"team", "function", "level", "form", "target", "unit", "outcomes", "tells"},
    "approval": {"by", "role", "person", "needed", "remind", "expires", "on_expiry"},
    "call": {"service"},
    "text": {"language", "name", "documentation"},
    "check": {"text"},
    "value": {"name", "text", "expression"},
}
_CHILDREN = {"task": {"check"}, "call": {"value"}, "check": {"text"}}


@dataclass(frozen=True, slots=True)
class Found:
    """What an element's extensions say."""

    translations: tuple[Translation, ...]
    specs: dict[str, TaskSpec | ApprovalSpec | CallSpec]


def tag(namespace: str, name: str) -> str:
    """Return a tag as lxml writes it."""
    return f"{{{namespace}}}{name}"


def local(node: Any, namespace: str) -> str:
    """Return a node's local name if it is of the namespace, else nothing."""
    name = etree.QName(node)
    return str(name.localname) if name.namespace == namespace else ""


def documentation(node: Any) -> str:
    """Return what an element's readers are told."""
    texts = (child.text or "" for child in node.findall(tag(BPMN, "documentation")))
    return "\n\n".join(text.strip() for text in texts if text.strip())


def read(node: Any, odd: Odd) -> Found:
    """Read an element's extensions.

    Args:
        node: the BPMN element.
        odd: is told of everything that is not ours, with a code, the node and a detail.
    """
    translations: tuple[Translation, ...] = ()
    specs: dict[str, TaskSpec | ApprovalSpec | CallSpec] = {}
    for child in _extensions(node):
        name = local(child, TIMSHEL)
        if name not in ("text", "task", "approval", "call"):
            odd("extension" if name else "foreign", node, str(etree.QName(child).localname))
            continue
        _known(child, name, node, odd)
        if name == "text":
            translations += (_translation(child),)
        elif name in specs:
            odd("two_specs", node, name)
        else:
            specs[name] = _READERS[name](child, node, odd)
    return Found(translations, specs)


def _extensions(node: Any) -> list[Any]:
    return [child for each in node.findall(tag(BPMN, "extensionElements")) for child in each]


def _known(child: Any, name: str, node: Any, odd: Odd) -> None:
    """Say which attributes and children are not known: a misspelt one would be without effect."""
    for attribute in child.attrib:
        if attribute not in _ATTRIBUTES[name]:
            odd("attribute", node, str(etree.QName(attribute).localname))
    for inner in child:
        inner_name = local(inner, TIMSHEL)
        if inner_name in _CHILDREN.get(name, ()):
            _known(inner, inner_name, node, odd)
        else:
            odd("extension", node, str(etree.QName(inner).localname))


def _translation(node: Any) -> Translation:
    return Translation(
        node.get("language", ""), node.get("name", ""), node.get("documentation", "").strip()
    )


def _number(text: str, what: str, node: Any, odd: Odd) -> int:
    if text.isdecimal() and 0 < int(text) < 100_000:
        return int(text)
    odd("number", node, what)
    return 1


def _task(child: Any, node: Any, odd: Odd) -> TaskSpec:
    target = child.get("target", "")
    tells = child.get("tells", "true")
    if tells not in ("true", "false"):
        odd("yes_or_no", node, "tells")
    outcomes = tuple(
        word.strip() for word in child.get("outcomes", "done").split(",") if word.strip()
    )
    return TaskSpec(
        team=child.get("team", ""),
        function=child.get("function", ""),
        level=_number(child.get("level", "1"), "level", node, odd),
        form=child.get("form", ""),
        target=_number(target, "target", node, odd) if target else None,
        unit=child.get("unit", "hours"),
        outcomes=outcomes or ("done",),
        tells=tells != "false",
        checks=tuple(
            Check(
                each.get("text", ""),
                tuple(_translation(text) for text in each.findall(tag(TIMSHEL, "text"))),
            )
            for each in child.findall(tag(TIMSHEL, "check"))
        ),
    )


def _approval(child: Any, node: Any, odd: Odd) -> ApprovalSpec:
    needed = child.get("needed", "1")
    return ApprovalSpec(
        by=child.get("by", ""),
        role=child.get("role", ""),
        person=child.get("person", ""),
        needed=None if needed == "all" else _number(needed, "needed", node, odd),
        remind=child.get("remind", ""),
        expires=child.get("expires", ""),
        on_expiry=child.get("on_expiry", ""),
    )


def _call(child: Any, node: Any, odd: Odd) -> CallSpec:
    values = []
    for each in child.findall(tag(TIMSHEL, "value")):
        if ("text" in each.attrib) == ("expression" in each.attrib):
            odd("value", node, each.get("name", ""))
        expression = each.get("expression", "").strip()
        values.append(Value(each.get("name", ""), each.get("text", ""), expression))
    return CallSpec(child.get("service", ""), tuple(values))


_READERS: dict[str, Callable[[Any, Any, Odd], TaskSpec | ApprovalSpec | CallSpec]] = {
    "task": _task,
    "approval": _approval,
    "call": _call,
}
