"""What is said of a process, and what must not be said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.leadership.process_profile.states import Direction

Translations = Mapping[str, Mapping[str, str]]

SUBJECT = "process_profile"
LONGEST_CODE = 60
LONGEST_NAME = 200
LONGEST_TEXT = 4_000
LONGEST_OUTSIDE = 100
LONGEST_WHAT = 200
LONGEST_FOUND = 1_000
MOST_FLOWS = 60
MOST_LINKS = 40
CODE = r"^[a-z][a-z0-9-]{1,58}[a-z0-9]$"
TAKEN = frozenset({"new", "xlsx", "state-machines"})
"""Codes that addresses have taken already."""

TEXTS: Mapping[str, int] = {
    "name": LONGEST_NAME,
    "purpose": LONGEST_TEXT,
    "scope": LONGEST_TEXT,
    "customers": LONGEST_TEXT,
    "full_when": LONGEST_TEXT,
    "full_steps": LONGEST_TEXT,
    "light_when": LONGEST_TEXT,
    "light_steps": LONGEST_TEXT,
}
FLOW_TEXTS: Mapping[str, int] = {"what": LONGEST_WHAT, "outside": LONGEST_OUTSIDE}


@dataclass(frozen=True, slots=True)
class ProfileContent:
    """What is said of a process.

    Args:
        name: what people call it.
        purpose: what it is for; Markdown.
        scope: what starts it, what belongs to it and what does not; Markdown.
        customers: who has something of it; Markdown.
        full_when: when the full variant is used.
        full_steps: its steps, one a line.
        light_when: when the light variant is used.
        light_steps: its steps, one a line.
        review_date: by when it is looked at again, or None.
        translations: the texts in other languages.
    """

    name: str
    purpose: str
    scope: str = ""
    customers: str = ""
    full_when: str = ""
    full_steps: str = ""
    light_when: str = ""
    light_steps: str = ""
    review_date: date | None = None
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlowContent:
    """What passes between a process and another one, or somebody outside all of them.

    Args:
        direction: whether it comes in or goes out.
        what: passes.
        process: the code of the other process; empty where it is none.
        outside: who else it comes from or goes to, where it is no process.
        translations: ``what`` and ``outside`` in other languages.
    """

    direction: Direction
    what: str
    process: str = ""
    outside: str = ""
    translations: Translations = field(default_factory=dict)


def code_faults(code: str) -> list[Text]:
    """Return what is wrong with the code of a process."""
    if re.fullmatch(CODE, code) is None:
        return [_("Small letters, digits and hyphens, beginning with a letter.")]
    return [_("This word is taken. Choose another code.")] if code in TAKEN else []


def content_faults(content: ProfileContent) -> dict[str, list[Text]]:
    """Return what is wrong with what is said, by field; a translation's ends with its code."""
    faults = _text_faults(content, TEXTS)
    if not content.name.strip():
        faults["name"] = [_("Please give a name.")]
    if not content.purpose.strip():
        faults["purpose"] = [_("Please say what the process is for.")]
    if content.light_steps.strip() and not content.light_when.strip():
        faults["light_when"] = [_("Please say when the light variant is used.")]
    return {name: texts for name, texts in faults.items() if texts}


def flow_faults(flow: FlowContent) -> dict[str, list[Text]]:
    """Return what is wrong with a flow by itself, by field."""
    faults = _text_faults(flow, FLOW_TEXTS)
    if not flow.what.strip():
        faults["what"] = [_("Please say what passes.")]
    if bool(flow.process) == bool(flow.outside.strip()):
        faults["process"] = [_("Choose a process, or name who else it is: one of the two.")]
    return {name: texts for name, texts in faults.items() if texts}


def _text_faults(
    said: ProfileContent | FlowContent, limits: Mapping[str, int]
) -> dict[str, list[Text]]:
    faults = {name: text_faults(getattr(said, name), longest=most) for name, most in limits.items()}
    known = {code for code, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
    for language, texts in said.translations.items():
        if language not in known or not set(texts) <= set(limits):
            faults["translations"] = [_("There is no such language or text.")]
            continue
        for name, text in texts.items():
            faults[f"{name}_{language}"] = text_faults(text, longest=limits[name])
    return faults


def cleaned(text: str) -> str:
    """Return a text as it is kept: without blanks around it, with one sort of line end."""
    return text.replace("\r\n", "\n").strip()


def cleaned_translations(translations: Translations) -> dict[str, dict[str, str]]:
    """Return translations as they are kept, without empty ones."""
    found = {
        language: {name: cleaned(text) for name, text in texts.items() if text.strip()}
        for language, texts in translations.items()
    }
    return {language: texts for language, texts in found.items() if texts}


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something."""
    return tuple(each.strip() for each in text.splitlines() if each.strip())
