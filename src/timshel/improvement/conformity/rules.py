"""What follows from evidence: how far it answers a question, and what a verdict must say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.states import WORST_FIRST, Judgement, Status
from timshel.kernel.errors import NotFound, Text
from timshel.kernel.text import is_storable, text_faults

VIEW = "conformity.view"
JUDGE = "conformity.judge"
EXPORT_PREFIX = "CEX"
LOOK = "conformity.look"  # the work of a worker, asked for or of every night

LONGEST_CODE = 60
LONGEST_NUMBER = 60
LONGEST_TITLE = 200
LONGEST_QUESTION = 1_000
LONGEST_NOTE = 5_000
LONGEST_ADDRESS = 500
LONGEST_SEARCH = 100
MOST_LINKS = 20
USUAL_AGE_DAYS = 400

_ADDRESS = re.compile(r"https?://[^/\s]|/(?!/)")
NEEDS_NOTE = frozenset({Judgement.PARTLY, Judgement.DOES_NOT, Judgement.NOT_APPLICABLE})
Faults = dict[str, list[Text]]
Translations = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ClauseGiven:
    """A clause of a model.

    Args:
        number: such as ``8.6.1``; of a practice or an objective its code.
        title: in words of our own.
        translations: of the title.
    """

    number: str
    title: str
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuestionGiven:
    """A question about a clause.

    Args:
        code: such as ``8.6.1-2``.
        clause: the number of its clause.
        text: the question.
        kind: what an auditor would ask to see.
        title: a few words for lists; may be empty.
        rules: the codes of the rules that look for evidence.
        by_hand: what people are to show where no rule can look.
        age_days: how old the newest evidence may be.
        translations: of the title, the text and what is to be shown by hand.
    """

    code: str
    clause: str
    text: str
    kind: str
    title: str = ""
    rules: tuple[str, ...] = ()
    by_hand: str = ""
    age_days: int = USUAL_AGE_DAYS
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelGiven:
    """A standard or a framework in one edition, with its clauses in their order."""

    code: str
    name: str
    edition: str
    clauses: tuple[ClauseGiven, ...]
    questions: tuple[QuestionGiven, ...] = ()
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CrossGiven:
    """A clause of one model that corresponds to one of another."""

    from_model: str
    from_clause: str
    to_model: str
    to_clause: str
    note: str = ""
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """Evidence by hand: what it is called, and where it is."""

    title: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class VerdictContent:
    """What somebody says of a question.

    Args:
        judgement: whether it is fulfilled.
        note: why; needed unless it conforms.
        links: what was shown.
        next_date: when it is looked at again; None where nothing is planned.
    """

    judgement: Judgement
    note: str = ""
    links: tuple[Link, ...] = ()
    next_date: date | None = None


def key_of_part(model: str, code: str) -> str:
    """Return by what a clause or a question of a model is named in addresses."""
    return f"{model}:{code}"


def parts_of(key: str) -> tuple[str, str]:
    """Return the codes of the model and of its part that a key names.

    Raises:
        NotFound: it names nothing.
    """
    model, _colon, code = key.partition(":")
    if not model or not code or not is_storable(key):
        raise NotFound
    return model, code


def worst_of(statuses: Iterable[Status]) -> Status | None:
    """Return the status that most wants to be mended; None of none."""
    given = set(statuses)
    return next((each for each in WORST_FIRST if each in given), None)


def counts_of(statuses: Iterable[Status]) -> dict[str, int]:
    """Return how many there are of each status, the worst first."""
    counted = Counter(statuses)
    return {each.value: counted[each] for each in WORST_FIRST}


def is_within(clause: str, whole: str) -> bool:
    """Tell whether a clause is another one or below it."""
    return clause == whole or clause.startswith(f"{whole}.")


def verdict_faults(content: VerdictContent, *, today: date) -> Faults:
    """Return what is wrong with a verdict, by field."""
    faults: Faults = {}
    if note := text_faults(content.note, longest=LONGEST_NOTE):
        faults["note"] = note
    elif content.judgement in NEEDS_NOTE and not content.note.strip():
        faults["note"] = [_("Please say why.")]
    if links := _link_faults(content.links):
        faults["links"] = links
    if content.next_date is not None and content.next_date <= today:
        faults["next_date"] = [_("Please choose a day after today.")]
    return faults


def _link_faults(links: Sequence[Link]) -> list[Text]:
    if len(links) > MOST_LINKS:
        return [_("At most %(count)d are possible.") % {"count": MOST_LINKS}]
    faults: list[Text] = []
    for each in links:
        faults += text_faults(each.title, longest=LONGEST_TITLE)
        faults += text_faults(each.address, longest=LONGEST_ADDRESS)
        if not each.title.strip():
            faults.append(_("Please say what each piece of evidence is."))
        if each.address and not _ADDRESS.match(each.address):
            faults.append(_("An address begins with / or https://."))
    return list(dict.fromkeys(faults))
