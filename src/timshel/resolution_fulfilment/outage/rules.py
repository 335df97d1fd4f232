"""What the words of an outage must be like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

LONGEST_TITLE = 200
LONGEST_MESSAGE = 5_000


@dataclass(frozen=True, slots=True)
class OutageWords:
    """What everybody is told.

    Args:
        title: what is out of order, in a few plain words.
        message: what is known, and what to do meanwhile; Markdown.
        translations: the same in other languages, as ``{"fr": {"title": …, "message": …}}``.
    """

    title: str
    message: str = ""
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def word_faults(words: OutageWords) -> dict[str, list[Text]]:
    """Return what is wrong with the words, by field; those of a translation end with its code."""
    found: dict[str, list[Text]] = {
        "title": text_faults(words.title, longest=LONGEST_TITLE),
        "message": text_faults(words.message, longest=LONGEST_MESSAGE),
    }
    if not words.title.strip():
        found["title"] = [_("Please say in a few words what is out of order.")]
    for language, texts in words.translations.items():
        found[f"title_{language}"] = text_faults(texts.get("title", ""), longest=LONGEST_TITLE)
        found[f"message_{language}"] = text_faults(
            texts.get("message", ""), longest=LONGEST_MESSAGE
        )
    return {name: faults for name, faults in found.items() if faults}
