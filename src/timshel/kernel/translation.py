"""Content in several languages: a row holds its words in the organisation's first language, and
a mapping from other languages to the words in those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models


class Translated(models.Model):
    """A row whose texts have translations, as ``{"fr": {"name": "Réseau"}}``."""

    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def text(self, field: str, language: str) -> str:
        """Return a text in a language, or in the first language where it is not translated."""
        return translated(getattr(self, field), self.translations, field, language)


def translated(
    text: str, translations: Mapping[str, Mapping[str, Any]], field: str, language: str
) -> str:
    """Return the translation of ``field`` for ``language``, or ``text`` where there is none."""
    return str(translations.get(language, {}).get(field) or text)
