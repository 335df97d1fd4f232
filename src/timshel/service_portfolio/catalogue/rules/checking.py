"""What is wrong with a page that shall be shown, all of it, in sentences for whoever writes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from timshel.kernel import conditions
from timshel.kernel.errors import Invalid, Text
from timshel.service_portfolio.catalogue.rules.content import PageContent, Part, Price
from timshel.service_portfolio.catalogue.states import PricePeriod, Purpose

LONGEST = {"name": 200, "summary": 500, "keywords": 500, "text": 50_000}
MOST = {"parts": 30, "questions": 50, "documents": 30, "related": 20}
DEAREST = 10**10
ICON = re.compile(r"[a-z0-9-]{1,40}")
CURRENCY = re.compile(r"[A-Z]{3}")
PART_NAMES = frozenset({"answers", "requester"})

Faults = dict[str, list[Text]]


@dataclass(frozen=True, slots=True)
class Known:
    """What a page may speak of.

    Args:
        languages: codes of languages that texts may be in.
        forms: codes of forms that are published.
        processes: codes of processes that are published.
        offerings: codes of offerings.
        bundles: codes of offerings whose published page is a bundle.
    """

    languages: Collection[str]
    forms: Collection[str]
    processes: Collection[str]
    offerings: Collection[str]
    bundles: Collection[str]


def content_faults(content: PageContent, *, code: str, known: Known) -> Faults:
    """Return what is wrong with a page, by field; nothing where it may be shown.

    Args:
        content: the page.
        code: of its offering.
        known: what it may speak of.
    """
    found: Faults = {}
    for path, sentence in _faults(content, code, known):
        found.setdefault(path, []).append(sentence)
    return found


def _faults(content: PageContent, code: str, known: Known) -> Iterator[tuple[str, Text]]:
    yield from _text_faults(content, known)
    if content.purpose not in set(Purpose):
        yield "purpose", _("Choose one of the purposes.")
    if content.icon and not ICON.fullmatch(content.icon):
        yield "icon", _("The name of an icon holds small letters, digits and hyphens.")
    if content.price is not None:
        yield from _price_faults(content.price)
    yield from _reference_faults(content, code, known)
    yield from _part_faults(content.parts, code, known)
    yield from _reading_faults(content)


def _text_faults(content: PageContent, known: Known) -> Iterator[tuple[str, Text]]:
    if not content.name.strip():
        yield "name", _("Please give a name.")
    if not content.summary.strip():
        yield "summary", _("Say in one sentence what it is.")
    if not content.text.strip():
        yield "text", _("Say in plain words what it is and what happens.")
    for language, texts in content.translations.items():
        path = f"translations.{language}"
        if language not in known.languages:
            yield path, _("Texts cannot be in the language %(code)s.") % {"code": language}
        yield from _length_faults(texts, f"{path}.")
    yield from _length_faults({name: getattr(content, name) for name in LONGEST}, "")
    for name, most in MOST.items():
        if len(getattr(content, name)) > most:
            yield name, _("At most %(count)d are possible here.") % {"count": most}


def _length_faults(texts: Mapping[str, Any], path: str) -> Iterator[tuple[str, Text]]:
    for name, longest in LONGEST.items():
        if len(texts.get(name, "")) > longest:
            yield f"{path}{name}", _too_long(longest)


def _too_long(longest: int) -> Text:
    return _("At most %(count)d characters are possible.") % {"count": longest}


def _price_faults(price: Price) -> Iterator[tuple[str, Text]]:
    exponent = price.amount.as_tuple().exponent
    if not isinstance(exponent, int):
        yield "price.amount", _("This should be an amount such as 12.50.")
    elif price.amount < 0 or price.amount >= DEAREST or exponent < -2:
        yield "price.amount", _("A price is not below zero and has at most two decimals.")
    if not CURRENCY.fullmatch(price.currency):
        yield "price.currency", _("A currency has three capital letters, such as EUR.")
    if price.per not in set(PricePeriod):
        yield "price.per", _("A price is paid once, or for each month or year.")


def _reference_faults(content: PageContent, code: str, known: Known) -> Iterator[tuple[str, Text]]:
    if content.form and content.form not in known.forms:
        yield "form", _("There is no published form “%(code)s”.") % {"code": content.form}
    if content.process and content.process not in known.processes:
        yield "process", _("There is no published process “%(code)s”.") % {"code": content.process}
    for position, each in enumerate(content.related):
        if each not in known.offerings:
            yield f"related.{position}", _no_offering(each)
        elif each == code:
            yield f"related.{position}", _("An offering is not related to itself.")


def _no_offering(code: str) -> Text:
    return _("There is no offering “%(code)s”.") % {"code": code}


def _part_faults(parts: tuple[Part, ...], code: str, known: Known) -> Iterator[tuple[str, Text]]:
    times = Counter(part.offering for part in parts)
    for position, part in enumerate(parts):
        path = f"parts.{position}"
        if part.offering not in known.offerings:
            yield f"{path}.offering", _no_offering(part.offering)
        elif part.offering == code:
            yield f"{path}.offering", _("A bundle is not a part of itself.")
        elif part.offering in known.bundles:
            yield f"{path}.offering", _("A bundle cannot be a part of another bundle.")
        if times[part.offering] > 1:
            yield f"{path}.offering", _("This offering is there more than once.")
        if part.condition:
            yield from _condition_faults(part.condition, f"{path}.condition")


def _condition_faults(condition: str, path: str) -> Iterator[tuple[str, Text]]:
    try:
        conditions.check(condition, names=PART_NAMES)
    except Invalid as refusal:
        yield from ((path, sentence) for sentence in refusal.fields["condition"])


def _reading_faults(content: PageContent) -> Iterator[tuple[str, Text]]:
    for position, each in enumerate(content.questions):
        if not each.question.strip() or not each.answer.strip():
            yield (
                f"questions.{position}",
                _("A question needs an answer, and an answer a question."),
            )
    for position, document in enumerate(content.documents):
        if not document.title.strip():
            yield f"documents.{position}.title", _("Please give a title.")
        if not is_address(document.address):
            yield (
                f"documents.{position}.address",
                _("This should be an address that begins with https:// or with a slash."),
            )


def is_address(address: str) -> bool:
    """Tell whether an address can be linked to: on the web, or a path of this house."""
    if address.startswith("/"):
        return not address.startswith("//")
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.hostname)


def problems_at(faults: Mapping[str, list[Text]], prefix: str) -> list[Text]:
    """Return the sentences about a field and all that is within it."""
    return [
        sentence
        for path, sentences in faults.items()
        if path == prefix or path.startswith(f"{prefix}.")
        for sentence in sentences
    ]
