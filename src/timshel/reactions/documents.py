"""What the one search asks of documents, and whose words it learns."""

from __future__ import annotations

from timshel.kernel.search import actions as search_words
from timshel.kernel.search import sources as search
from timshel.support.documentation import searching


def register() -> None:
    """Name the source of documents; harmless again."""
    search.register(searching.DocumentSource())
    search_words.register_reader("documents", searching.words_after)
