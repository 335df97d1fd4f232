"""The product's words in a visitor's language, so that a journey finds what a person would read."""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext


class Words:
    """The words of one language.

    Args:
        language: such as "fr".
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str | Promise, **values: object) -> str:
        """Return an English text of the product in this language, its placeholders filled."""
        with translation.override(self.language):
            said = str(text) if isinstance(text, Promise) else gettext(text)
        return said % values if values else said
