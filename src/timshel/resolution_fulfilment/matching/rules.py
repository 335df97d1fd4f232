"""How alike two reports are: pure arithmetic over their words.

The likeness is the cosine of two vectors of words, each weighted by how often it stands in the
text (title words count more) and by how rare it is among the candidates: tf-idf, as in Salton and
Buckley, "Term-weighting approaches in automatic text retrieval" (1988). Words are compared by
their beginnings, so that a plural or a typo at the end does not part them.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from timshel.kernel.text import stream_safe

SHORTEST_WORD = 3
STEM = 6
TITLE_WEIGHT = 3.0
BODY_WEIGHT = 1.0
SERVICE_BONUS = 0.12
OFFERING_BONUS = 0.08
SITE_BONUS = 0.05
# Below this, what is proposed would be more noise than help.
LEAST = 0.2
# After so long, what helped then counts half.
HALF_LIFE = timedelta(days=90)
MOST_WORDS = 40
_WORD = re.compile(r"[^\W_]+")
# Words that stand in reports of anything; rare or not, they say nothing of what is broken.
_ENGLISH = (
    "and are but can cannot could does doesn for from had has have her his how into its not "
    "our please she the their them then there they this was were what when where which who "
    "will with would you your since after before "
)
_FRENCH = (
    "aux avec ces cet cette dans des depuis elle elles est être fait ils leur mais mes mon "
    "nos notre nous ont pas peut peux plus pour que qui sans ses son sont sur une votre vous "
)


@dataclass(frozen=True, slots=True)
class Report:
    """What of a report is compared.

    Args:
        key: its own.
        title: in a few words.
        body: the beginning of what was described.
        service_id: of which service, or None.
        offering_id: of which offering, or None.
        site_id: where the requester is, or None.
        resolved_at: when it was resolved; None for what is open.
    """

    key: int
    title: str
    body: str = ""
    service_id: int | None = None
    offering_id: int | None = None
    site_id: int | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A report that is like another.

    Args:
        key: of the report.
        score: from 0 to 1 and a little more; comparable within one answer alone.
        words: that both have, the most telling first, as they stand in the report.
        same_service: whether both are of one service.
    """

    key: int
    score: float
    words: tuple[str, ...]
    same_service: bool


def words_of(text: str) -> list[str]:
    """Return the telling words of a text without case and accents, in their order."""
    folded = unicodedata.normalize("NFKD", stream_safe(text.casefold()))
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    return [
        word for word in _WORD.findall(plain) if len(word) >= SHORTEST_WORD and word not in STOP
    ]


def query_words(title: str, body: str) -> tuple[str, ...]:
    """Return the words by which candidates are looked for, the first of the title first."""
    return tuple(dict.fromkeys([*words_of(title), *words_of(body)]))[:MOST_WORDS]


def matches(
    report: Report, candidates: Sequence[Report], *, at: datetime, limit: int
) -> tuple[Match, ...]:
    """Return the candidates that are like a report, the most alike first.

    Args:
        report: what is looked at.
        candidates: what it is compared with; rarity is counted among them.
        at: now, for how long ago something was resolved.
        limit: how many at most.
    """
    counted = [_weights(each) for each in candidates]
    own = _weights(report)
    rarity = _rarity([own, *counted])
    mine = _vector(own, rarity)
    found = [
        _match(report, candidate, mine, _vector(weights, rarity), at=at)
        for candidate, weights in zip(candidates, counted, strict=True)
        if candidate.key != report.key
    ]
    good = sorted((each for each in found if each.score >= LEAST), key=_order)
    return tuple(good[:limit])


def _order(match: Match) -> tuple[float, int]:
    return (-match.score, -match.key)


def _match(
    report: Report,
    candidate: Report,
    mine: Mapping[str, float],
    other: Mapping[str, float],
    *,
    at: datetime,
) -> Match:
    shared = sorted(mine.keys() & other.keys(), key=lambda word: -mine[word] * other[word])
    likeness = sum(mine[word] * other[word] for word in shared)
    same_service = report.service_id is not None and report.service_id == candidate.service_id
    bonus = SERVICE_BONUS if same_service else 0.0
    if report.offering_id is not None and report.offering_id == candidate.offering_id:
        bonus += OFFERING_BONUS
    if report.site_id is not None and report.site_id == candidate.site_id:
        bonus += SITE_BONUS
    # What shares no word is not alike, whatever else it shares.
    score = (likeness + bonus) * _freshness(candidate.resolved_at, at) if shared else 0.0
    spelt = {
        word[:STEM]: word for word in reversed(words_of(candidate.title + " " + candidate.body))
    }
    return Match(
        candidate.key, score, tuple(spelt.get(word, word) for word in shared[:3]), same_service
    )


def _freshness(resolved_at: datetime | None, at: datetime) -> float:
    if resolved_at is None:
        return 1.0
    age = max((at - resolved_at) / HALF_LIFE, 0.0)
    return float(0.5 + 0.5 * 0.5**age)


def _weights(report: Report) -> Counter[str]:
    weights: Counter[str] = Counter()
    for text, weight in ((report.title, TITLE_WEIGHT), (report.body, BODY_WEIGHT)):
        for word in set(words_of(text)):
            weights[word[:STEM]] += weight  # type: ignore[assignment]
    return weights


def _rarity(documents: Sequence[Mapping[str, float]]) -> dict[str, float]:
    frequency = Counter(word for document in documents for word in document)
    return {word: math.log(1 + len(documents) / count) for word, count in frequency.items()}


def _vector(weights: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    raw = {word: weight * rarity[word] for word, weight in weights.items()}
    length = math.sqrt(sum(value * value for value in raw.values()))
    return {word: value / length for word, value in raw.items()} if length else {}


def _without_accents(words: Iterable[str]) -> frozenset[str]:
    folded = (unicodedata.normalize("NFKD", word) for word in words)
    return frozenset(
        "".join(each for each in word if not unicodedata.combining(each)) for word in folded
    )


STOP = _without_accents(f"{_ENGLISH}{_FRENCH}".split())
