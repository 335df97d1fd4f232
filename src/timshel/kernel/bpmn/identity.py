"""A diagram as one of another process: the same drawing under another code."""

from __future__ import annotations

from lxml import etree

from timshel.kernel.bpmn.extensions import BPMN, TIMSHEL, tag
from timshel.kernel.bpmn.reading import read_diagram

_REFERENCES = ("processRef", "bpmnElement")


def as_process(xml: str, *, code: str, variant: str, name: str = "") -> str:
    """Return a diagram whose process has another code, variant and perhaps name.

    Args:
        xml: BPMN 2.0 XML.
        code: the id of the process in the result.
        variant: ``light``, or anything else for the full one.
        name: in English; empty keeps the name and its translations.

    Raises:
        Invalid: this cannot be read as a diagram; under ``diagram``.
    """
    former = read_diagram(xml).process
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(xml.encode(), parser)
    processes = root.findall(tag(BPMN, "process"))
    process = next((each for each in processes if each.get("id", "") == former), processes[0])
    process.set("id", code)
    process.set("isExecutable", "true")
    if name:
        process.set("name", name)
        _drop_names(process)
    if variant == "light":
        process.set(tag(TIMSHEL, "variant"), variant)
    else:
        process.attrib.pop(tag(TIMSHEL, "variant"), "")
    for node in root.iter():
        for reference in _REFERENCES:
            if former and node.get(reference) == former:
                node.set(reference, code)
    written = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _drop_names(process: etree._Element) -> None:
    """Take away the translations of a name that does not hold any more."""
    for extensions in process.findall(tag(BPMN, "extensionElements")):
        for text in extensions.findall(tag(TIMSHEL, "text")):
            text.attrib.pop("name", "")
