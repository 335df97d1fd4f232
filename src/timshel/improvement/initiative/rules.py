"""What is said of improvements, how they are ranked, and how a promise is held against facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.improvement.initiative.states import AreaKind, Outcome, Urgency
from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

SUGGEST = "initiative.suggest"
VIEW = "initiative.view"
MANAGE = "initiative.manage"
AUTHORISE = "initiative.authorise"

PREFIX = "IMP"
LONGEST_TITLE = 200
LONGEST_TEXT = 4_000
LONGEST_PAGE = 300
LONGEST_CODE = 80
LONGEST_UNIT = 40
LONGEST_NAME = 200
LEAST, MOST = 1, 5
HIGH_COST = 4
LARGEST_FIGURE = Decimal("999999999999")

BENEFIT_WORDS: Mapping[int, Promise] = {
    1: _("Hardly anybody notices"),
    2: _("A few people notice"),
    3: _("A team or a service works better"),
    4: _("Many people work better"),
    5: _("Everybody works better, or a duty is met"),
}
COST_WORDS: Mapping[int, Promise] = {
    1: _("No money"),
    2: _("Paid from the running budget"),
    3: _("Planned in the budget of a unit"),
    4: _("Needs a budget of its own"),
    5: _("Needs money of several years"),
}
EFFORT_WORDS: Mapping[int, Promise] = {
    1: _("Hours"),
    2: _("Days"),
    3: _("Weeks"),
    4: _("Months"),
    5: _("More than a year"),
}
RISK_WORDS: Mapping[int, Promise] = {
    1: pgettext_lazy("risk of an improvement", "Nothing can go wrong"),
    2: pgettext_lazy("risk of an improvement", "Easily undone"),
    3: pgettext_lazy("risk of an improvement", "Some people could be disturbed"),
    4: pgettext_lazy("risk of an improvement", "A service could fail"),
    5: pgettext_lazy("risk of an improvement", "Much could be lost"),
}


@dataclass(frozen=True, slots=True)
class Area:
    """What an improvement or a cycle is about.

    Args:
        kind: of ``AreaKind``; empty for the whole system.
        code: of the service, unit, customer or process.
    """

    kind: str = ""
    code: str = ""


SYSTEM = Area()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What would be better.

    Args:
        title: in a sentence.
        detail: what is in the way today; may be empty.
        page: the path of the page on which somebody thought of it; may be empty.
        area: what it is about.
    """

    title: str
    detail: str = ""
    page: str = ""
    area: Area = SYSTEM


@dataclass(frozen=True, slots=True)
class Promised:
    """What an improvement is to bring.

    Args:
        text: in words.
        measure: the code of a measure of the report cards; empty where it is measured by hand.
        area: of whom the measure is; of all work together by default.
        unit: in what a figure by hand is told.
        before: the figure today.
        expected: the figure that is promised.
    """

    text: str = ""
    measure: str = ""
    area: Area = SYSTEM
    unit: str = ""
    before: Decimal | None = None
    expected: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an improvement would bring and cost, each from 1, least, to 5, most.

    Args:
        benefit: for people.
        cost: in money.
        effort: in time.
        risk: of doing it.
        promised: what it is to bring.
    """

    benefit: int
    cost: int
    effort: int
    risk: int
    promised: Promised = Promised()


@dataclass(frozen=True, slots=True)
class ImprovementContent:
    """What may be said otherwise of an improvement at any time.

    Args:
        title: in a sentence.
        detail: more of it.
        area: what it is about.
        urgency: which come first.
        owner: the code of whoever answers for it; empty for nobody yet.
        due_date: until when it is to be done; None for no day yet.
        cycle: the key of the cycle it belongs to; None for none.
    """

    title: str
    detail: str = ""
    area: Area = SYSTEM
    urgency: Urgency = Urgency.MIDDLE
    owner: str = ""
    due_date: date | None = None
    cycle: int | None = None


@dataclass(frozen=True, slots=True)
class CycleContent:
    """What a cycle is about, and what was written at each of its steps.

    Args:
        name: of the cycle.
        area: what it is about; the whole system by default.
        plan: what is to be reached, and how.
        do: what was done.
        check: what it brought.
        act: what follows from it.
    """

    name: str
    area: Area = SYSTEM
    plan: str = ""
    do: str = ""
    check: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was reached, held against what was promised.

    Args:
        promised: by how much the figure was to change.
        reached: by how much it changed.
        percent: the share of the promised change that was reached, in whole per cent; None where
            no change was promised.
        outcome: in a word.
    """

    promised: Decimal
    reached: Decimal
    percent: int | None
    outcome: Outcome


def score_of(*, benefit: int, cost: int, effort: int, risk: int) -> int:
    """Return by what improvements are ranked: from 3, the least, to 75.

    The benefit counts as often as there is left of 18 after cost, effort and risk: a large benefit
    that costs nothing comes first, and a small one never makes up for much money, time and risk.
    """
    return benefit * (18 - cost - effort - risk)


def compare(*, before: Decimal, expected: Decimal, reached: Decimal) -> Comparison:
    """Hold a figure against what was promised; the promised change says which way is better."""
    promised, change = expected - before, reached - before
    percent = int((change * 100 / promised).to_integral_value()) if promised else None
    return Comparison(promised, change, percent, _outcome(promised, change))


def _outcome(promised: Decimal, change: Decimal) -> Outcome:
    if change == promised:
        return Outcome.REACHED
    if not change:
        return Outcome.NOTHING
    if not promised or (change > 0) != (promised > 0):
        return Outcome.WORSE
    return Outcome.MORE if abs(change) > abs(promised) else Outcome.PARTLY


def suggestion_faults(given: Suggestion) -> dict[str, list[Text]]:
    """Return what is wrong with a suggestion, by field."""
    found = {
        "title": _needed(given.title, _("Please say what would be better."), longest=LONGEST_TITLE),
        "detail": text_faults(given.detail, longest=LONGEST_TEXT),
        "page": _page_faults(given.page),
        "area": area_faults(given.area),
    }
    return _faults(found)


def assessment_faults(given: Assessment) -> dict[str, list[Text]]:
    """Return what is wrong with an assessment, by field."""
    found: dict[str, list[Text]] = {
        name: _band_faults(getattr(given, name)) for name in ("benefit", "cost", "effort", "risk")
    }
    promised = given.promised
    found["expected_benefit"] = _needed(
        promised.text, _("Please say what it is to bring."), longest=LONGEST_TEXT
    )
    found["measure"] = text_faults(promised.measure, longest=LONGEST_UNIT)
    found["unit"] = text_faults(promised.unit, longest=LONGEST_UNIT)
    found["value_before"] = figure_faults(promised.before)
    found["value_expected"] = figure_faults(promised.expected)
    if promised.before is not None and promised.expected is None:
        found["value_expected"] = [_("Please say which figure is promised.")]
    return _faults(found)


def content_faults(given: ImprovementContent) -> dict[str, list[Text]]:
    """Return what is wrong with the words of an improvement, by field."""
    found = {
        "title": _needed(given.title, _("Please say what would be better."), longest=LONGEST_TITLE),
        "detail": text_faults(given.detail, longest=LONGEST_TEXT),
        "area": area_faults(given.area),
    }
    return _faults(found)


def cycle_faults(given: CycleContent) -> dict[str, list[Text]]:
    """Return what is wrong with a cycle, by field."""
    found = {
        name: text_faults(getattr(given, name), longest=LONGEST_TEXT)
        for name in ("plan", "do", "check", "act")
    }
    found["name"] = _needed(given.name, _("Please give the cycle a name."), longest=LONGEST_NAME)
    found["area"] = area_faults(given.area)
    return _faults(found)


def area_faults(area: Area) -> list[Text]:
    """Return what is wrong with what something is about."""
    if not area.kind:
        return [_("Please say of which kind it is.")] if area.code else []
    if area.kind not in AreaKind.values:
        return [_("There is nothing of this kind.")]
    if not area.code.strip():
        return [_("Please choose what it is about.")]
    return text_faults(area.code, longest=LONGEST_CODE)


def figure_faults(value: Decimal | None) -> list[Text]:
    """Return what is wrong with a figure."""
    if value is None:
        return []
    if not value.is_finite() or abs(value) > LARGEST_FIGURE:
        return [_("Please give a figure of at most twelve digits.")]
    if value != round(value, 4):
        return [_("At most four decimals are possible.")]
    return []


def said_faults(said: str, *, needed: Text | None = None) -> list[Text]:
    """Return what is wrong with what is told to whoever suggested it.

    Args:
        said: as typed.
        needed: the sentence where nothing is said; None where nothing need be.
    """
    if needed is not None and not said.strip():
        return [needed]
    return text_faults(said, longest=LONGEST_TEXT)


def _needed(text: str, sentence: Text, *, longest: int) -> list[Text]:
    return text_faults(text, longest=longest) if text.strip() else [sentence]


def _page_faults(page: str) -> list[Text]:
    if page and (not page.startswith("/") or page.startswith("//") or "\\" in page):
        return [_("This is not the address of a page of ours.")]
    return text_faults(page, longest=LONGEST_PAGE)


def _band_faults(value: int) -> list[Text]:
    if LEAST <= value <= MOST:
        return []
    return [_("Please choose from %(least)d to %(most)d.") % {"least": LEAST, "most": MOST}]


def _faults(found: Mapping[str, list[Text]]) -> dict[str, list[Text]]:
    return {name: faults for name, faults in found.items() if faults}
