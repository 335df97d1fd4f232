"""The XML of a diagram with its names and documentation in another language, for the viewer."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lxml import etree

from timshel.kernel.bpmn.extensions import BPMN, TIMSHEL, documentation, local, tag
from timshel.kernel.bpmn.reading import parse


@lru_cache(maxsize=256)
def translated_xml(xml: str, language: str) -> str:
    """Return a diagram's XML with the texts of a language in the place of the English ones.

    What has no text in the language keeps its English one.

    Args:
        xml: BPMN 2.0 XML with ``timshel:text`` extensions.
        language: such as ``fr`` or ``fr-CH``.

    Raises:
        Invalid: as for ``reading.read_diagram``.
    """
    root = parse(xml)
    for text in list(root.iter(tag(TIMSHEL, "text"))):
        owner = text.getparent()
        if local(owner, BPMN) == "extensionElements":
            owner = owner.getparent()
        if _is_best(text, language):
            _translate(owner, text)
    written: str = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}'


def _is_best(text: Any, language: str) -> bool:
    """Tell whether a text is the one for a language: the exact one, else that of its stem."""
    spoken = {each.get("language", "") for each in text.getparent() if each.tag == text.tag}
    wanted = language if language in spoken else language.partition("-")[0]
    return bool(text.get("language", "") == wanted)


def _translate(owner: Any, text: Any) -> None:
    name = text.get("name", "")
    if name:
        owner.set("text" if local(owner, TIMSHEL) == "check" else "name", name)
    told = text.get("documentation", "")
    if told and documentation(owner) and local(owner, BPMN):
        first, *others = owner.findall(tag(BPMN, "documentation"))
        first.text = told
        for other in others:
            owner.remove(other)
    elif told and local(owner, BPMN):
        written = etree.Element(tag(BPMN, "documentation"))
        written.text = told
        owner.insert(0, written)
