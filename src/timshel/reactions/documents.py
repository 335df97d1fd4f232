"""Documents: what the one search finds of them, and what is planned about them."""

from __future__ import annotations

from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.search import actions as search_words
from timshel.kernel.search import sources as search
from timshel.planning.planned_action import hosting
from timshel.support.documentation import searching
from timshel.support.documentation.access import known, may_change
from timshel.support.documentation.due import due_documents


class DocumentHost:
    """Answers for documents of which planned actions tell."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what a document is called.

        Raises:
            NotFound: there is none, or the actor may not know of it.
        """
        return known(code, actor=actor).title

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor may say what is done about a document."""
        return may_change(known(code, actor=actor), actor=actor)


def register() -> None:
    """Name what the one search asks, and who answers for documents; harmless again."""
    search.register(searching.DocumentSource())
    search_words.register_reader("documents", searching.words_after)
    hosting.register("document", DocumentHost())
    due.register("document", due_documents)
