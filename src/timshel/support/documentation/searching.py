"""How documents are found by whoever may read them: by number, title and the text in effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F, Q

from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import text_query
from timshel.kernel.search.highlights import excerpt, marked
from timshel.kernel.search.language import Query, words_of_rows
from timshel.kernel.search.sources import Found, Hit, Narrowing
from timshel.support.documentation.models import Document
from timshel.support.documentation.rules import PREFIX
from timshel.support.documentation.states import KIND_NAMES, DocumentKind

KIND = "document"


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """Finds the documents that the reader may know of."""

    name: str = "documents"
    kinds: frozenset[str] = frozenset({KIND})

    def hits(
        self,
        query: Query,
        *,
        narrowing: Narrowing,
        actor: Actor,
        at: datetime,  # noqa: ARG002 - as every source is asked
        limit: int,
        after: int,
    ) -> Found:
        """Return what fits, best first; one query."""
        wanted = text_query(query)
        is_about_others = narrowing.is_of_work or narrowing.service_id is not None
        if wanted is None or is_about_others or limit < 1:
            return Found()
        keys = [each.value for each in query.numbers if each.letters.upper() == PREFIX]
        fits = Q(search=wanted) | Q(pk__in=keys)
        rows = Document.objects.visible_to(actor).filter(fits).select_related("owner")
        ranked = rows.annotate(rank=SearchRank(F("search"), wanted)).order_by("-rank", "pk")
        found = list(ranked[after : after + limit + 1])
        hits = tuple(_hit(row, query, is_exact=row.pk in keys) for row in found[:limit])
        return Found(hits, has_more=len(found) > limit)


def words_after(mark: Any, limit: int) -> tuple[set[str], int | None]:
    """Return the words of the next titles by key, for learning; see ``kernel.search``."""
    rows = Document.objects.filter(pk__gt=mark or 0).order_by("pk").values_list("pk", "title")
    return words_of_rows(rows[:limit])


def _hit(row: Document, query: Query, *, is_exact: bool) -> Hit:
    number = number_of(PREFIX, row.pk)
    is_read = row.current_id is not None and not query.is_typing
    return Hit(
        kind=KIND,
        key=number,
        title=marked(row.title, query),
        excerpt=excerpt(row.content, query) if is_read else (),
        rank=float(getattr(row, "rank", 0.0)),
        address=(KIND, number),
        line=KIND_NAMES[DocumentKind(row.kind)],
        at=row.changed_at,
        is_exact=is_exact,
    )
