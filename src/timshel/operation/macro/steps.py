"""The steps of a macro: deeds as they are kept, with a text for each language where they say one.

A step is what ``handling.read_deed`` reads, but that ``texts`` may stand for ``text`` in it, by
language, with names of values in braces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from timshel.kernel.errors import Invalid, Text
from timshel.kernel.text import is_plain
from timshel.operation.macro.rules import (
    Filled,
    filled,
    in_language,
    unknown_variables,
    variables_in,
)
from timshel.operation.work.deeds import MOST_DEEDS, Deed, read_deed

TEXTS = "texts"

Step = Mapping[str, Any]


def step_faults(steps: Sequence[Any]) -> list[Text]:
    """Return what is wrong with the steps of a macro, a sentence each."""
    if not steps:
        return [_("Please say what the macro does.")]
    if len(steps) > MOST_DEEDS:
        return [_("A macro has at most %(count)d steps.") % {"count": MOST_DEEDS}]
    return [
        _("Step %(number)d: %(fault)s") % {"number": number, "fault": fault}
        for number, step in enumerate(steps, start=1)
        for fault in _faults_of(step)
    ]


def _faults_of(step: Any) -> list[Text]:
    if not isinstance(step, Mapping) or not is_plain(step):
        return [_("This cannot be read.")]
    texts = step.get(TEXTS)
    if texts is not None and not _are_texts(texts):
        return [_("Please write something.")]
    wrong = [name for text in texts_of(step) for name in unknown_variables(text)]
    if wrong:
        return [_("{{%(name)s}} stands for nothing.") % {"name": name} for name in wrong]
    try:
        read_deed(spoken(step, ())[0])
    except Invalid as refusal:
        return [text for texts in refusal.fields.values() for text in texts] or [refusal.message]
    return []


def _are_texts(texts: Any) -> bool:
    return (
        isinstance(texts, Mapping)
        and any(texts.values())
        and all(isinstance(each, str) for each in (*texts, *texts.values()))
    )


def texts_of(step: Step) -> tuple[str, ...]:
    """Return all that a step says, in whatever language."""
    texts = step.get(TEXTS)
    several = texts.values() if isinstance(texts, Mapping) else ()
    return tuple(str(each) for each in (*several, step.get("text")) if each)


def variables_of(steps: Iterable[Step]) -> frozenset[str]:
    """Return the names of values that any text of some steps holds."""
    return frozenset(
        name for step in steps for text in texts_of(step) for name in variables_in(text)
    )


def spoken(step: Step, languages: Iterable[str]) -> tuple[dict[str, Any], str]:
    """Return a step with one text in place of several, and the language of that text."""
    plain = {name: value for name, value in step.items() if name != TEXTS}
    if not isinstance(step.get(TEXTS), Mapping):
        return plain, ""
    language, text = in_language(step[TEXTS], languages)
    return {**plain, "text": text}, language


def deed_of(step: Step, languages: Iterable[str], values: Mapping[str, str]) -> tuple[Deed, Filled]:
    """Return the deed of a step with its text in a language and the values in place."""
    plain, _language = spoken(step, languages)
    said = filled(str(plain.get("text") or ""), values)
    if "text" in plain:
        plain["text"] = said.text
    return read_deed(plain), said


def step_deed(step: Step, languages: Iterable[str]) -> Deed:
    """Return the deed of a step with its text as it is written, names of values and all."""
    return read_deed(spoken(step, languages)[0])
