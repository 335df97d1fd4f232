"""How work is found: by number, by the words of its title and description, by what was said of it.

The rows that fit are narrowed to the newest before they are weighed, so that a word that stands in
every third of a million records costs no more than a rare one; what is open is looked at apart, so
that it is never lost among much newer work that is done. See docs/algorithms/search.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left, Upper

from timshel.kernel.actor import Actor
from timshel.kernel.search.conditions import TextQuery, text_query
from timshel.kernel.search.highlights import Part, excerpt, has_match, is_like, marked
from timshel.kernel.search.language import Number, Query, Term, read, words_of, words_of_rows
from timshel.kernel.search.sources import MOST, Found, Hit, Narrowing
from timshel.operation.work.models import (
    OPEN,
    Audience,
    Comment,
    CommentWords,
    ExternalReference,
    WorkItem,
    WorkItemQuerySet,
)
from timshel.operation.work.rules import VIEW, covers
from timshel.operation.work.states import OPEN_STAGES, STAGE_NAMES, Stage

SUGGESTED = 40
"""Rows of each kind that are weighed for a suggestion; for a page of results, as many as can be
paged through."""

RARE = 2_000
"""Up to so many rows that fit are all looked at. How rare a rare word is, statistics cannot tell,
and a plan that walks back in time until it has enough would then walk to the end."""

NEWEST = 50_000
"""Of what is frequent, so many of the newest pieces of work are looked at first."""

HALF_LIFE_DAYS = 45.0
LONGEST_EXCERPT_SOURCE = 4_000
ELSEWHERE = 0.3
INSTEAD = 0.7

# What a hit is worth beyond the share of the words that its title has.
OF_TEXT, OF_OPEN, OF_NEWNESS, OF_TALK = 0.5, 0.35, 0.35, -0.15

_DIGIT = re.compile(r"\d")
_LETTERS: dict[str, str] = {}

_COLUMNS = (
    *("pk", "kind", "number", "title", "stage", "updated_at", "requester__name"),
    *("team_id", "unit_id", "service_id"),
)


def know_numbers(letters: Mapping[str, str]) -> None:
    """Learn the letters with which the numbers of each kind of work begin.

    Args:
        letters: the kind by its letters, as ``{"INC": "incident"}``.
    """
    _LETTERS.update(letters)


def text_condition(text: str, *, is_typing: bool = False) -> Q:
    """Return the condition for what somebody typed to narrow a list of work.

    Title, description and number are looked at, not what was said: who narrows a list wants to
    recognise why a row is in it.

    Args:
        text: in the language of ``kernel.search.language``; without words it fits nothing.
        is_typing: whether the last word may go on, as in suggestions.
    """
    query = read(text, is_typing=is_typing)
    if not query.groups and query.excluded:
        return ~_words(Query(groups=tuple((term,) for term in query.excluded)))
    found = _words(query)
    return found | Q(number__in=_numbers(query.numbers)) if query.numbers else found


def _words(query: Query) -> Q:
    wanted = text_query(query)
    return Q(pk__in=[]) if wanted is None else Q(search=wanted)


def _numbers(numbers: Iterable[Number]) -> list[str]:
    """Return the numbers of work that some may be: those without letters, of each kind."""
    return [
        number.written(letters)
        for number in numbers
        for letters in ([number.letters] if number.letters else _LETTERS)
    ]


@dataclass(frozen=True, slots=True)
class WorkSource:
    """Finds incidents, requests and tasks that the reader may see."""

    name: str = "work"

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of work."""
        return frozenset(_LETTERS.values())

    def hits(
        self,
        query: Query,
        *,
        narrowing: Narrowing,
        actor: Actor,
        at: datetime,
        limit: int,
        after: int,
    ) -> Found:
        """Return what fits; at most ten queries, five while it is typed."""
        wanted = text_query(query)
        if wanted is None or limit < 1:
            return Found()
        items = narrowed(WorkItem.objects.visible_to(actor), narrowing, actor)
        exact = _exact(items, query)
        own = _candidates(items, query, wanted, narrowing, actor)
        told = {} if query.is_typing else _told(wanted, narrowing, actor)
        keys = {*exact, *own, *told}
        if not keys:
            return Found()
        rows = _rows(keys, wanted, with_rank=not query.is_typing)
        scored = [(_score(row, query, own, at), row) for row in rows]
        scored.sort(key=lambda each: (each[1]["pk"] not in exact, -each[0], -each[1]["pk"]))
        shown = scored[:MOST][after : after + limit]
        texts = {} if query.is_typing else _texts([row["pk"] for _score, row in shown], told)
        hits = tuple(_hit(row, score, query, actor, exact, texts) for score, row in shown)
        return Found(hits, has_more=len(scored) > after + limit)


def narrowed(items: WorkItemQuerySet, narrowing: Narrowing, actor: Actor) -> WorkItemQuerySet:
    """Return the rows that a narrowing leaves.

    Args:
        items: any work.
        narrowing: to what.
        actor: who looks, for what is theirs.
    """
    if narrowing.kinds:
        items = items.filter(kind__in=narrowing.kinds)
    if narrowing.stages:
        items = items.filter(stage__in=narrowing.stages)
    if narrowing.is_open is not None:
        items = items.filter(OPEN if narrowing.is_open else ~OPEN)
    if narrowing.is_mine:
        mine = actor.person_id or 0
        items = items.filter(Q(assignee_id=mine) | Q(requester_id=mine) | Q(opened_by_id=mine))
    if narrowing.service_id is not None:
        items = items.filter(service_id=narrowing.service_id)
    if narrowing.since is not None:
        items = items.filter(opened_at__gte=narrowing.since)
    if narrowing.until is not None:
        items = items.filter(opened_at__lt=narrowing.until)
    return items


def words_after(mark: Any, limit: int) -> tuple[set[str], int | None]:
    """Return the words of the next rows of work by key, for learning; see ``kernel.search``."""
    rows = WorkItem.objects.filter(pk__gt=mark or 0).order_by("pk")
    return words_of_rows(rows.values_list("pk", "title", Left("description", 10_000))[:limit])


def comment_words_after(mark: Any, limit: int) -> tuple[set[str], int | None]:
    """Return the words of the next comments by key, for learning; see ``kernel.search``."""
    rows = Comment.objects.filter(pk__gt=mark or 0).order_by("pk")
    return words_of_rows(rows.values_list("pk", Left("text", 10_000))[:limit])


def _exact(items: WorkItemQuerySet, query: Query) -> set[int]:
    """Return the keys of what was called by its number, here or in another system."""
    found: set[int] = set()
    if numbers := _numbers(query.numbers):
        found.update(items.filter(number__in=numbers).values_list("pk", flat=True))
    if not query.is_typing and _DIGIT.search(query.text) and " " not in query.text:
        elsewhere = ExternalReference.objects.annotate(folded_id=Upper("external_id"))
        named = elsewhere.filter(folded_id=query.text.upper()).values("work_item_id")
        found.update(items.filter(pk__in=named).values_list("pk", flat=True))
    return found


def _candidates(
    items: WorkItemQuerySet,
    query: Query,
    wanted: TextQuery,
    narrowing: Narrowing,
    actor: Actor,
) -> set[int]:
    """Return the keys of the newest that the reader sees and that fit, open ones apart."""
    most = SUGGESTED if query.is_typing else MOST
    fitting = narrowed(WorkItem.objects.filter(search=wanted), narrowing, actor)
    rare = SUGGESTED * 10 if query.is_typing else RARE
    keys = list(fitting.values_list("pk", flat=True)[: rare + 1])
    if len(keys) > rare:
        keys = _of_many(fitting, actor, rare)
    seen = items.filter(pk__in=_listed(keys)).order_by("-updated_at", "-pk").values_list("pk")
    return {pk for (pk,) in seen.filter(OPEN)[:most].union(seen[:most], all=True)}


def _of_many(fitting: WorkItemQuerySet, actor: Actor, most: int) -> list[int]:
    """Return, of very many that fit, the newest, some that are open, and the reader's own.

    Where the newest pieces of work hold enough of it, no older one is read.
    """
    mine = Q(requester_id=actor.person_id or 0) | Q(opened_by_id=actor.person_id or 0)
    keys = fitting.values_list("pk")
    last = WorkItem.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = {pk for (pk,) in keys.filter(pk__gt=last - NEWEST).order_by("-pk")[:most]}
    if len(found) < most // 2:
        # An order that no index has: the rows are found by the words, not by walking back.
        moment = ExpressionWrapper(F("updated_at") + timedelta(0), output_field=DateTimeField())
        found.update(pk for (pk,) in keys.order_by(moment.desc())[:most])
    some = keys.filter(OPEN)[:most].union(keys.filter(mine)[:most])
    return [*found, *(pk for (pk,) in some)]


def _listed(keys: Iterable[int]) -> RawSQL:
    """Return keys as one parameter, however many."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])


def _told(wanted: TextQuery, narrowing: Narrowing, actor: Actor) -> dict[int, int]:
    """Return for the newest work in which something fitting was said, the comment."""
    fitting = CommentWords.objects.filter(search=wanted)
    keys = list(fitting.values_list("pk", flat=True)[: RARE + 1])
    if len(keys) > RARE:
        keys = list(fitting.order_by("-pk").values_list("pk", flat=True)[:RARE])
    said = CommentWords.objects.visible_to(actor).filter(pk__in=_listed(keys))
    if narrowing != Narrowing():
        said = said.filter(work_item__in=narrowed(WorkItem.objects.all(), narrowing, actor))
    newest = said.order_by("-pk").values_list("work_item_id", "pk")[:MOST]
    return dict(reversed(list(newest)))


def _rows(keys: Iterable[int], wanted: TextQuery, *, with_rank: bool) -> list[dict[str, Any]]:
    items = WorkItem.objects.filter(pk__in=_listed(keys))
    if not with_rank:
        return list(items.values(*_COLUMNS))
    ranked = items.annotate(text_rank=SearchRank(F("search"), wanted, normalization=1))
    return list(ranked.values(*_COLUMNS, "text_rank"))


def _score(row: dict[str, Any], query: Query, own: set[int], at: datetime) -> float:
    days = max(0.0, (at - row["updated_at"]).total_seconds() / 86_400)
    return (
        share_of(row["title"], query)
        + OF_TEXT * min(1.0, float(row.get("text_rank") or 0.0))
        + OF_OPEN * (row["stage"] in OPEN_STAGES)
        + OF_NEWNESS * math.exp2(-days / HALF_LIFE_DAYS)
        + OF_TALK * (row["pk"] not in own)
    )


def share_of(title: str, query: Query) -> float:
    """Return how much of what was looked for a title has, from 0 to 1.

    A word counts 1 as written, 0.9 in another form, 0.8 as a beginning, 0.3 where the title does
    not have it; one that stands for a typed word that is not known, seven tenths of that.

    Args:
        title: of a hit.
        query: what was looked for.
    """
    words = words_of(title)
    shares = [max(_degree(term, words, query) for term in group) for group in query.groups]
    return sum(shares) / len(shares) if shares else 0.0


def _degree(term: Term, words: tuple[str, ...], query: Query) -> float:
    degree = sum(_word_degree(each, term, words) for each in term.words) / len(term.words)
    return degree * INSTEAD if term.text in query.also else degree


def _word_degree(wanted: str, term: Term, words: tuple[str, ...]) -> float:
    if wanted in words:
        return 1.0
    if not term.is_exact and any(is_like(word, wanted) for word in words):
        return 0.9
    if term.is_beginning and any(word.startswith(wanted) for word in words):
        return 0.8
    return ELSEWHERE


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    audience: str


def _texts(keys: list[int], told: dict[int, int]) -> dict[int, tuple[str, _Said | None]]:
    """Return description and what fits of the conversation, by work; two queries.

    The comments were found under the reader's rights; no other is read.
    """
    described = dict(
        WorkItem.objects.filter(pk__in=keys).values_list(
            "pk", Left("description", LONGEST_EXCERPT_SOURCE)
        )
    )
    wanted = {told[key]: key for key in keys if key in told}
    said: dict[int, _Said] = {}
    if wanted:
        rows = Comment.objects.filter(pk__in=wanted).values_list(
            "pk", Left("text", LONGEST_EXCERPT_SOURCE), "audience"
        )
        said = {wanted[pk]: _Said(text, audience) for pk, text, audience in rows}
    return {key: (described.get(key, ""), said.get(key)) for key in keys}


def _hit(
    row: dict[str, Any],
    score: float,
    query: Query,
    actor: Actor,
    exact: set[int],
    texts: Mapping[int, tuple[str, _Said | None]],
) -> Hit:
    sees_inside = covers(actor, VIEW, _Placed(row["team_id"], row["unit_id"], row["service_id"]))
    parts, whence = _excerpt(texts.get(row["pk"]), query)
    stage = Stage(row["stage"])
    return Hit(
        kind=row["kind"],
        key=row["number"],
        title=marked(row["title"], query),
        excerpt=parts,
        rank=score,
        address=("record" if sees_inside else "case", row["kind"], row["number"]),
        line=row["requester__name"] if sees_inside else "",
        state=stage.value,
        state_name=STAGE_NAMES[stage],
        at=row["updated_at"],
        is_exact=row["pk"] in exact,
        excerpt_of=whence,
    )


def _excerpt(texts: tuple[str, _Said | None] | None, query: Query) -> tuple[tuple[Part, ...], str]:
    """Return the piece that shows why something was found, and whence it is."""
    if texts is None:
        return (), ""
    description, said = texts
    own = excerpt(description, query)
    if said is None or has_match(own):
        return own, ""
    return excerpt(said.text, query), "note" if said.audience == Audience.INTERNAL else "reply"


@dataclass(slots=True)
class _Placed:
    team_id: int | None
    unit_id: int | None
    service_id: int | None
