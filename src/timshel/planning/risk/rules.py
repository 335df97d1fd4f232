"""What is said of a risk, how it is judged, and who may accept it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.planning.risk.states import (
    WITHOUT_PLAN,
    Acceptance,
    Colour,
    Dimension,
    Option,
    options,
)

VIEW = "risk.view"
MANAGE = "risk.manage"
ACCEPT = "risk.accept"
PREFIX = "RSK"
LONGEST_TITLE = 200
LONGEST_TEXT = 5_000
LONGEST_NAME = 100
MOST_LINKS = 50
LOWEST, HIGHEST = 1, 5
LEVELS = range(LOWEST, HIGHEST + 1)
LARGEST_SCORE = HIGHEST * HIGHEST

Faults = dict[str, list[Text]]


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """What a risk is about: the kind and the code of a record of another part."""

    kind: str
    code: str


@dataclass(frozen=True, slots=True)
class RiskContent:
    """What is said of a risk or an opportunity.

    Args:
        title: in a few words.
        area: the code of its area.
        owner: the code of the person who answers for it.
        is_opportunity: it is hoped for, not feared.
        event: what may happen.
        cause: why it may.
        consequence: what it would mean.
        links: what it is about.
    """

    title: str
    area: str
    owner: str
    is_opportunity: bool = False
    event: str = ""
    cause: str = ""
    consequence: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A likelihood and an impact, each from 1 to 5."""

    likelihood: int
    impact: int

    @property
    def score(self) -> int:
        """How high it is: likelihood times impact."""
        return self.likelihood * self.impact


@dataclass(frozen=True, slots=True)
class Analysis:
    """How a risk is judged.

    Args:
        inherent: without any treatment.
        residual: what remains with the treatment in place; None where there is none yet.
        reason: why it is judged so.
    """

    inherent: Level
    residual: Level | None
    reason: str


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done about a risk.

    Args:
        option: which way.
        plan: how; may be empty where nothing is to be done.
        residual: what shall remain of it; None where that stays as it was judged.
        review_date: when it is looked at again; None where that stays.
    """

    option: str
    plan: str
    residual: Level | None = None
    review_date: date | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What a review found, and when the next one is due."""

    found: str
    next_date: date


@dataclass(frozen=True, slots=True)
class Occurrence:
    """When a risk came true, and what happened."""

    on: date
    what: str


@dataclass(frozen=True, slots=True)
class LevelWords:
    """The words of one level on the scale of likelihood or of impact."""

    level: int
    name: str
    meaning: str = ""
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BandContent:
    """A range of scores and who may accept what lies in it.

    Args:
        code: its name for programs.
        name: for people.
        lowest: the lowest score in it; it reaches to the next band.
        colour: always shown with its name.
        acceptance: who may accept a risk in it.
        translations: the name in other languages.
    """

    code: str
    name: str
    lowest: int
    colour: str
    acceptance: str
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Criteria:
    """How risks are judged: the words of both scales, and the bands."""

    likelihood: tuple[LevelWords, ...]
    impact: tuple[LevelWords, ...]
    bands: tuple[BandContent, ...]


def needed_text(text: str, *, longest: int = LONGEST_TEXT, sentence: Text = "") -> list[Text]:
    """Return what is wrong with a text that must be there."""
    if not text.strip():
        return [sentence or _("Please fill this in.")]
    return text_faults(text, longest=longest)


def only_faults(found: Mapping[str, Sequence[Text]]) -> Faults:
    """Keep the fields in which something is wrong."""
    return {name: list(faults) for name, faults in found.items() if faults}


def content_faults(content: RiskContent) -> Faults:
    """Return what is wrong with what is said of a risk, by itself."""
    found: dict[str, list[Text]] = {
        name: text_faults(getattr(content, name), longest=LONGEST_TEXT)
        for name in ("cause", "consequence")
    }
    found["title"] = needed_text(content.title, longest=LONGEST_TITLE)
    found["event"] = needed_text(content.event, sentence=_("Please say what may happen."))
    if len(set(content.links)) > MOST_LINKS:
        found["links"] = [_("At most %(count)d links are possible.") % {"count": MOST_LINKS}]
    return only_faults(found)


def level_faults(level: Level | None, *, prefix: str = "") -> Faults:
    """Return what is wrong with a level; its fields begin with a prefix."""
    if level is None:
        return {}
    sentence = _("Please choose a level from 1 to 5.")
    return {
        f"{prefix}{name}": [sentence]
        for name in ("likelihood", "impact")
        if getattr(level, name) not in LEVELS
    }


def analysis_faults(analysis: Analysis) -> Faults:
    """Return what is wrong with how a risk is judged."""
    reason = needed_text(analysis.reason, sentence=_("Please say why you judge it so."))
    return {
        **level_faults(analysis.inherent),
        **level_faults(analysis.residual, prefix="residual_"),
        **only_faults({"reason": reason}),
    }


def treatment_faults(treatment: Treatment, *, is_opportunity: bool, today: date) -> Faults:
    """Return what is wrong with what is planned about a risk."""
    found: dict[str, list[Text]] = {"plan": text_faults(treatment.plan, longest=LONGEST_TEXT)}
    if treatment.option not in options(is_opportunity=is_opportunity):
        found["option"] = [_("Please choose what shall be done.")]
    elif Option(treatment.option) not in WITHOUT_PLAN:
        found["plan"] = needed_text(treatment.plan, sentence=_("Please say how."))
    if treatment.review_date is not None:
        found["review_date"] = day_to_come(treatment.review_date, today=today)
    return {**level_faults(treatment.residual, prefix="residual_"), **only_faults(found)}


def review_faults(review: Review, *, today: date) -> Faults:
    """Return what is wrong with a review."""
    return only_faults(
        {
            "found": needed_text(review.found, sentence=_("Please say what the review found.")),
            "next_date": day_to_come(review.next_date, today=today),
        }
    )


def occurrence_faults(occurrence: Occurrence, *, today: date) -> Faults:
    """Return what is wrong with what is told of a risk that came true."""
    late = [_("This day is still to come.")] if occurrence.on > today else []
    return only_faults(
        {
            "on": late,
            "what": needed_text(occurrence.what, sentence=_("Please say what happened.")),
        }
    )


def day_to_come(day: date, *, today: date) -> list[Text]:
    """Return what is wrong with the day of the next review."""
    return [] if day > today else [_("Please choose a day after today.")]


def criteria_faults(criteria: Criteria) -> Faults:
    """Return what is wrong with the scales and the bands."""
    found = {
        dimension.value: _scale_faults(getattr(criteria, dimension.value))
        for dimension in Dimension
    }
    return only_faults({**found, "bands": _band_faults(criteria.bands)})


def words_faults(
    names: Iterable[str], translations: Iterable[Mapping[str, Mapping[str, str]]]
) -> list[Text]:
    """Return what is wrong with names in all languages."""
    told = [text for each in translations for words in each.values() for text in words.values()]
    for name in names:
        if faults := needed_text(name, longest=LONGEST_NAME):
            return faults
    return [fault for text in told for fault in text_faults(text, longest=LONGEST_TITLE)][:1]


def _scale_faults(words: Sequence[LevelWords]) -> list[Text]:
    if sorted(each.level for each in words) != list(LEVELS):
        return [_("Each level from 1 to 5 needs its words, once.")]
    meanings = [text_faults(each.meaning, longest=LONGEST_TITLE) for each in words]
    return [fault for faults in meanings for fault in faults] + words_faults(
        [each.name for each in words], [each.translations for each in words]
    )


def _band_faults(bands: Sequence[BandContent]) -> list[Text]:
    found: list[Text] = []
    lowest = [each.lowest for each in bands]
    if LOWEST not in lowest or len(set(lowest)) != len(lowest):
        found.append(_("The bands must begin at 1, and no two at the same score."))
    if any(not LOWEST <= each <= LARGEST_SCORE for each in lowest):
        found.append(_("A band must begin between 1 and 25."))
    if len({each.code for each in bands}) != len(bands) or not all(each.code for each in bands):
        found.append(_("Each band needs a code of its own."))
    if any(each.colour not in Colour or each.acceptance not in Acceptance for each in bands):
        found.append(_("Each band needs a colour and who may accept what lies in it."))
    return found + words_faults(
        [each.name for each in bands], [each.translations for each in bands]
    )


def plain_content(content: RiskContent) -> dict[str, Any]:
    """Return what is said of a risk as the journal keeps it; equal contents give equal values."""
    return {
        "title": content.title.strip(),
        "area": content.area,
        "owner": content.owner,
        "is_opportunity": content.is_opportunity,
        "event": content.event.strip(),
        "cause": content.cause.strip(),
        "consequence": content.consequence.strip(),
        "links": [f"{each.kind}:{each.code}" for each in sorted(set(content.links))],
    }
