"""What a page of the catalogue says, as plain data and back; the shape of the packs' files.

Only the shape is held to here, so that a half-written page can be kept: ``checking`` says what is
wrong with one that shall be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Invalid, Text
from timshel.kernel.translation import translated
from timshel.service_portfolio.catalogue.states import PricePeriod, Purpose

Made = TypeVar("Made")
Plain = dict[str, Any]

KEYS = frozenset(
    {
        "purpose",
        "name",
        "summary",
        "keywords",
        "icon",
        "text",
        "price",
        "support_calendar",
        "form",
        "process",
        "parts",
        "questions",
        "documents",
        "related",
        "review_date",
        "translations",
    }
)
TEXTS = ("name", "summary", "keywords", "text")
MOST_DIGITS = 12
"""A price has fewer digits than this before its decimal point, and after it."""

NOT_AMOUNT: Text = _("This should be an amount such as 12.50.")
NOT_TEXT: Text = _("This should be a text.")
NOT_LIST: Text = _("This should be a list.")
NOT_MAPPING: Text = _("This should be a group of named values.")


@dataclass(frozen=True, slots=True)
class Price:
    """What something costs.

    Args:
        amount: in ``currency``.
        currency: three letters.
        per: a :class:`PricePeriod`.
    """

    amount: Decimal
    currency: str
    per: str = PricePeriod.ONCE


@dataclass(frozen=True, slots=True)
class Part:
    """An offering that comes with a bundle.

    Args:
        offering: its code.
        optional: whether it can be left out.
        chosen: whether an optional one is taken unless it is left out.
        condition: CEL over ``answers`` and ``requester``; the part is there where it holds; ""
            is always.
    """

    offering: str
    optional: bool = False
    chosen: bool = True
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that people ask, with its answer in Markdown."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Document:
    """Something to read elsewhere."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page of the catalogue.

    Args:
        name: of the offering, in words that everybody understands.
        purpose: a :class:`Purpose`.
        summary: one sentence.
        keywords: further words that people may look for.
        icon: the name of a drawing.
        text: what it is and what happens, as Markdown.
        price: None where it is free.
        support_calendar: code of the calendar of support hours, or "".
        form: code of the form to fill in, or "".
        process: code of the process that follows, or "" for one task at the lead function.
        parts: what comes with it; makes it a bundle.
        questions: with answers.
        documents: to read.
        related: codes of offerings.
        review_date: when somebody looks at it again.
        translations: of the texts, the questions and the documents' titles, by language;
            questions and documents by their position.
    """

    name: str = ""
    purpose: str = Purpose.ORDER
    summary: str = ""
    keywords: str = ""
    icon: str = ""
    text: str = ""
    price: Price | None = None
    support_calendar: str = ""
    form: str = ""
    process: str = ""
    parts: tuple[Part, ...] = ()
    questions: tuple[Question, ...] = ()
    documents: tuple[Document, ...] = ()
    related: tuple[str, ...] = ()
    review_date: date | None = None
    translations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def is_bundle(self) -> bool:
        """Whether further offerings come with it."""
        return bool(self.parts)

    def said(self, name: str, language: str) -> str:
        """Return a text in a language, or in the first language where it is not translated."""
        return translated(getattr(self, name), self.translations, name, language)

    def questions_in(self, language: str) -> tuple[Question, ...]:
        """Return the questions and answers in a language, each as far as it is translated."""
        return tuple(
            Question(
                question=str(other.get("question") or each.question),
                answer=str(other.get("answer") or each.answer),
            )
            for each, other in zip(
                self.questions,
                self._others("questions", language, len(self.questions)),
                strict=True,
            )
        )

    def documents_in(self, language: str) -> tuple[Document, ...]:
        """Return the documents with their titles in a language, where they are translated."""
        return tuple(
            Document(title=str(other.get("title") or each.title), address=each.address)
            for each, other in zip(
                self.documents,
                self._others("documents", language, len(self.documents)),
                strict=True,
            )
        )

    def _others(self, name: str, language: str, count: int) -> list[Mapping[str, Any]]:
        given = self.translations.get(language, {}).get(name) or []
        found = [each if isinstance(each, Mapping) else {} for each in given[:count]]
        return [*found, *({} for _each in range(count - len(found)))]

    def plain(self) -> Plain:
        """Return it as plain data without what is empty; :func:`content_from` reads it back."""
        found: Plain = {
            "purpose": str(self.purpose),
            "name": self.name,
            "summary": self.summary,
            "keywords": self.keywords,
            "icon": self.icon,
            "text": self.text,
            "price": None if self.price is None else _plain_price(self.price),
            "support_calendar": self.support_calendar,
            "form": self.form,
            "process": self.process,
            "parts": [_plain_part(each) for each in self.parts],
            "questions": [{"question": q.question, "answer": q.answer} for q in self.questions],
            "documents": [{"title": d.title, "address": d.address} for d in self.documents],
            "related": list(self.related),
            "review_date": self.review_date.isoformat() if self.review_date else None,
            "translations": {
                language: dict(texts) for language, texts in self.translations.items() if texts
            },
        }
        return {
            name: value
            for name, value in found.items()
            if value not in ("", None, [], {}) or name in {"purpose", "name"}
        }


def _plain_price(price: Price) -> Plain:
    return {"amount": str(price.amount), "currency": price.currency, "per": str(price.per)}


def _plain_part(part: Part) -> Plain:
    found: Plain = {"offering": part.offering}
    if part.optional:
        found |= {"optional": True, "chosen": part.chosen}
    if part.condition:
        found["condition"] = part.condition
    return found


def content_from(data: Mapping[str, Any]) -> PageContent:
    """Read a page from plain data.

    Args:
        data: as YAML or JSON give it.

    Raises:
        Invalid: something has the wrong shape; the fields are paths such as ``parts.0.optional``.
    """
    _known(data, KEYS, "")
    return PageContent(
        name=_text(data, "name"),
        purpose=_text(data, "purpose") or Purpose.ORDER,
        summary=_text(data, "summary"),
        keywords=_text(data, "keywords"),
        icon=_text(data, "icon"),
        text=_text(data, "text"),
        price=_price(data.get("price")),
        support_calendar=_text(data, "support_calendar"),
        form=_text(data, "form"),
        process=_text(data, "process"),
        parts=_several(data, "parts", _part),
        questions=_several(data, "questions", _question),
        documents=_several(data, "documents", _document),
        related=_several(data, "related", _code),
        review_date=_date(data.get("review_date")),
        translations=_translations(data.get("translations")),
    )


def _refuse(path: str, sentence: Text) -> Invalid:
    return Invalid({path: [sentence]})


def _known(data: Any, keys: frozenset[str], path: str) -> None:
    if not isinstance(data, Mapping):
        raise _refuse(path, NOT_MAPPING)
    strange = sorted(str(key) for key in data if key not in keys)
    if strange:
        raise _refuse(path, _("“%(name)s” is not known here.") % {"name": ", ".join(strange)})


def _text(data: Mapping[str, Any], name: str, path: str = "") -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _refuse(f"{path}{name}", NOT_TEXT)
    if "\0" in value:
        raise _refuse(f"{path}{name}", _("This text holds a character that cannot be kept."))
    return value


def _price(data: Any) -> Price | None:
    if data is None:
        return None
    _known(data, frozenset({"amount", "currency", "per"}), "price")
    given = data.get("amount")
    try:
        amount = Decimal(str(given))
    except InvalidOperation:
        raise _refuse("price.amount", NOT_AMOUNT) from None
    # Neither "NaN" nor "1E+500000" could be written out, let alone be paid.
    if not amount.is_finite() or abs(amount.adjusted()) > MOST_DIGITS:
        raise _refuse("price.amount", NOT_AMOUNT)
    return Price(
        amount=amount,
        currency=_text(data, "currency", "price."),
        per=_text(data, "per", "price.") or PricePeriod.ONCE,
    )


def _several(
    data: Mapping[str, Any], name: str, read: Callable[[Any, str], Made]
) -> tuple[Made, ...]:
    given = data.get(name)
    if given is None:
        return ()
    if not isinstance(given, list | tuple):
        raise _refuse(name, NOT_LIST)
    return tuple(read(each, f"{name}.{position}") for position, each in enumerate(given))


def _part(data: Any, path: str) -> Part:
    _known(data, frozenset({"offering", "optional", "chosen", "condition"}), path)
    return Part(
        offering=_text(data, "offering", f"{path}."),
        optional=_yes_or_no(data, "optional", path, default=False),
        chosen=_yes_or_no(data, "chosen", path, default=True),
        condition=_text(data, "condition", f"{path}."),
    )


def _yes_or_no(data: Mapping[str, Any], name: str, path: str, *, default: bool) -> bool:
    value = data.get(name, default)
    if not isinstance(value, bool):
        raise _refuse(f"{path}.{name}", _("This should be yes or no."))
    return value


def _question(data: Any, path: str) -> Question:
    _known(data, frozenset({"question", "answer"}), path)
    return Question(_text(data, "question", f"{path}."), _text(data, "answer", f"{path}."))


def _document(data: Any, path: str) -> Document:
    _known(data, frozenset({"title", "address"}), path)
    return Document(_text(data, "title", f"{path}."), _text(data, "address", f"{path}."))


def _code(data: Any, path: str) -> str:
    if not isinstance(data, str):
        raise _refuse(path, NOT_TEXT)
    return data


def _date(data: Any) -> date | None:
    if data in (None, ""):
        return None
    if isinstance(data, date):
        return data
    try:
        return date.fromisoformat(str(data))
    except ValueError:
        raise _refuse("review_date", _("This should be a date such as 2027-03-01.")) from None


def _translations(data: Any) -> dict[str, dict[str, Any]]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise _refuse("translations", NOT_MAPPING)
    return {
        str(language): _texts(texts, f"translations.{language}") for language, texts in data.items()
    }


def _texts(data: Any, path: str) -> dict[str, Any]:
    _known(data, frozenset({*TEXTS, "questions", "documents"}), path)
    found: dict[str, Any] = {
        name: _text(data, name, f"{path}.") for name in TEXTS if data.get(name)
    }
    for name, keys in (("questions", ("question", "answer")), ("documents", ("title",))):
        rows = data.get(name)
        if rows is None:
            continue
        if not isinstance(rows, list | tuple):
            raise _refuse(f"{path}.{name}", NOT_LIST)
        read = [_row(row, keys, f"{path}.{name}.{number}") for number, row in enumerate(rows)]
        if any(read):
            found[name] = read
    return found


def _row(data: Any, keys: tuple[str, ...], path: str) -> dict[str, str]:
    _known(data, frozenset(keys), path)
    return {key: _text(data, key, f"{path}.") for key in keys if data.get(key)}
