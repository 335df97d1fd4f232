"""Questions that the catalogue's pages answer, for whoever looks for help rather than an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, TextField
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from timshel.kernel.actor import Actor
from timshel.kernel.translation import translated
from timshel.service_portfolio.catalogue.queries.ordering import entitled_entries
from timshel.service_portfolio.catalogue.rules.content import content_from

MOST_PAGES = 60
BEGINNING = 5
"""Letters of a word that must stand in a page for it to be read at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of a page with its answer, in the reader's language.

    Args:
        offering: the code of the offering whose page it is.
        name: of the offering.
        question: as the page has it.
        answer: Markdown.
    """

    offering: str
    name: str
    question: str
    answer: str


def answers_about(
    words: Sequence[str], *, service: str | None, actor: Actor, at: datetime
) -> tuple[Answer, ...]:
    """Return the questions and answers of pages that hold one of the words; one query.

    Args:
        words: without case.
        service: the code of a service all of whose pages are read; None for no such.
        actor: who asks: only pages that they are entitled to.
        at: now.
    """
    if not words:
        return ()
    text = Cast(KeyTransform("questions", "page__content"), TextField())
    others = Cast(KeyTransform("translations", "page__content"), TextField())
    entries = entitled_entries(None, actor=actor, at=at).annotate(asked=text, translated=others)
    beginnings = {word[:BEGINNING] for word in words}
    holds = reduce(
        or_, (Q(asked__icontains=each) | Q(translated__icontains=each) for each in beginnings)
    )
    if service:
        holds |= Q(offering__service__code=service)
    rows = entries.filter(holds, asked__isnull=False).order_by("-requests_90_days", "pk")
    columns = ("offering__code", "offering__name", "offering__translations", "page__content")
    return tuple(
        answer
        for row in rows.values_list(*columns)[:MOST_PAGES]
        for answer in _answers(*row, language=actor.language)
    )


def _answers(
    code: str,
    name: str,
    translations: Mapping[str, Any],
    content: Mapping[str, Any],
    *,
    language: str,
) -> Iterator[Answer]:
    read = content_from(content)
    name = read.said("name", language) or translated(name, translations, "name", language)
    for each in read.questions_in(language):
        yield Answer(code, name, each.question, each.answer)
