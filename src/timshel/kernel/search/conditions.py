"""A query as PostgreSQL's full text reads it: folded words as written, and their forms in English
and French, over vectors that ``timshel_vector`` made."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import TypeAlias

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchVectorField
from django.db.models import Func, TextField, Value

from timshel.kernel.search.language import SHORTEST_BEGINNING, Query, Term

WORDS = "simple"
LANGUAGES = ("english", "french")
SHORTEST_FORM = 3

TextQuery: TypeAlias = SearchQuery | CombinedSearchQuery


class Words(Func):
    """The words of a heading and of a text, in the forms of both languages, for an index."""

    function = "timshel_vector"
    arity = 2
    output_field = SearchVectorField()


def text_query(query: Query) -> TextQuery | None:
    """Return what full text looks for, or None where there is nothing to look for.

    Args:
        query: as read; exclusions alone look for nothing.
    """
    if not query.groups:
        return None
    wanted = [_either(group) for group in query.groups]
    unwanted = [_as_written(term, is_excluded=True) for term in query.excluded]
    return reduce(and_, [*wanted, *unwanted])


def folded_value(text: str) -> Func:
    """Return a text as the database folds it, for comparison with folded columns."""
    return Func(Value(text), function="timshel_fold", output_field=TextField())


def _either(group: tuple[Term, ...]) -> TextQuery:
    return reduce(or_, (_term(term) for term in group))


def _term(term: Term) -> TextQuery:
    found = _as_written(term)
    if term.joined:
        found = found | _raw(f"'{term.joined}'")
    if term.spelled:  # a script whose accents the database folds in its own way
        found = found | SearchQuery(folded_value(term.spelled), config=WORDS, search_type="phrase")
    if not term.is_exact and len(term.words) == 1 and len(term.text) >= SHORTEST_FORM:
        for language in LANGUAGES:
            found = found | SearchQuery(term.text, config=language, search_type="plain")
    return found


def _as_written(term: Term, *, is_excluded: bool = False) -> TextQuery:
    # Words hold letters and digits alone: nothing that the syntax of a query would read.
    words = [f"'{word}'" for word in term.words]
    if term.is_beginning and len(term.words[-1]) >= SHORTEST_BEGINNING:
        words[-1] += ":*"
    return _raw(" <-> ".join(words), is_excluded=is_excluded)


def _raw(text: str, *, is_excluded: bool = False) -> SearchQuery:
    return SearchQuery(text, config=WORDS, search_type="raw", invert=is_excluded)
