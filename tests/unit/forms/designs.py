"""A form with a field of each type, and things that its answers can name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from timshel.kernel.forms import Form, Reading, Reference, form_from, read_answers

TODAY = date(2026, 3, 2)
REQUESTER = {
    "person": "imre.castellane",
    "name": "Imre Castellane",
    "email": "imre@example.org",
    "unit": "climate",
    "site": "headquarters",
    "customer_category": "",
    "language": "en",
    "is_customer": False,
}


class Directory:
    """A few people and sites; tells how often it was asked."""

    kinds = frozenset({"person", "site"})
    people = (
        Reference("imre.castellane", "Imre Castellane", "Climate and Oceans"),
        Reference("solveig.adeyemi", "Solveig Adeyemi", "Materials"),
        Reference("maelle.tessonneau", "Maëlle Tessonneau", "Climate and Oceans"),
    )
    sites = (Reference("lac-orme", "Lac-Orme"), Reference("headquarters", "Headquarters"))

    def __init__(self) -> None:
        self.asked: list[str] = []

    def known(self, kind: str, codes: Collection[str]) -> Mapping[str, Reference]:
        self.asked.append(kind)
        return {each.code: each for each in self._of(kind) if each.code in codes}

    def matching(self, kind: str, text: str) -> Sequence[Reference]:
        return [each for each in self._of(kind) if text.casefold() in each.label.casefold()]

    def listed(self, kind: str) -> Sequence[Reference] | None:
        return self.sites if kind == "site" else None

    def _of(self, kind: str) -> Sequence[Reference]:
        return self.people if kind == "person" else self.sites


def one_field(**field: Any) -> Form:
    """Return a form that asks one question, ``answers.it``."""
    given = {"key": "it", "type": "text", "label": "It", **field}
    steps = [{"key": "only", "title": "Only", "fields": [given]}]
    return form_from({"code": "one", "title": "One", "steps": steps})


def form_of(*fields: Mapping[str, Any]) -> Form:
    """Return a form of one step."""
    given = [{"type": "text", "label": str(each["key"]), **each} for each in fields]
    return form_from(
        {
            "code": "some",
            "title": "Some",
            "steps": [{"key": "only", "title": "Only", "fields": given}],
        }
    )


def read(
    form: Form,
    raw: Mapping[str, Any],
    *,
    language: str = "en",
    requester: Mapping[str, Any] = REQUESTER,
    references: Any = None,
) -> Reading:
    """Read what was typed on a Monday."""
    return read_answers(
        form,
        raw,
        requester=requester,
        language=language,
        references=references or Directory(),
        today=TODAY,
    )


def answer(typed: Any, *, language: str = "en", **field: Any) -> Any:
    """Return the answer to one question, or the only sentence that is wrong with it."""
    reading = read(one_field(**field), {"it": typed}, language=language)
    if reading.errors:
        ((sentence,),) = reading.errors.values()
        return f"! {sentence}"
    return reading.answers.get("it")


LAPTOP: dict[str, Any] = {
    "code": "laptop",
    "title": "A laptop",
    "translations": {"fr": {"title": "Un ordinateur portable"}},
    "steps": [
        {
            "key": "machine",
            "title": "Which machine",
            "translations": {"fr": {"title": "Quelle machine"}},
            "fields": [
                {
                    "key": "model",
                    "type": "choice",
                    "label": "Which size do you need?",
                    "help": "14 inches fit every bag.",
                    "required": True,
                    "default": "14",
                    "choices": [
                        {
                            "value": "14",
                            "label": "14 inches",
                            "translations": {"fr": {"label": "14 pouces"}},
                        },
                        {"value": "16", "label": "16 inches"},
                    ],
                    "translations": {"fr": {"label": "Quelle taille ?"}},
                },
                {
                    "key": "reason",
                    "type": "long_text",
                    "label": "Why the large one?",
                    "condition": "answers.model == '16'",
                    "required": True,
                    "minimum": 10,
                },
                {
                    "key": "count",
                    "type": "number",
                    "label": "How many?",
                    "minimum": 1,
                    "maximum": 9,
                },
                {
                    "key": "price",
                    "type": "money",
                    "label": "At most",
                    "currency": "GBP",
                    "sensitivity": "confidential",
                },
                {
                    "key": "extras",
                    "type": "multiple_choice",
                    "label": "With it",
                    "choices": [
                        {"value": "bag", "label": "A bag"},
                        {"value": "dock", "label": "A dock"},
                        {"value": "mouse", "label": "A mouse"},
                    ],
                    "maximum": 2,
                },
            ],
        },
        {
            "key": "place",
            "title": "Where and when",
            "fields": [
                {
                    "key": "site",
                    "type": "site",
                    "label": "Site",
                    "default": {"from": "requester.site"},
                },
                {"key": "start", "type": "date", "label": "From", "minimum": "today+3"},
                {"key": "slot", "type": "time_slot", "label": "Delivery"},
                {
                    "key": "colleague",
                    "type": "person",
                    "label": "For whom",
                    "sensitivity": "personal",
                },
                {
                    "key": "users",
                    "type": "table",
                    "label": "Others who use it",
                    "columns": [
                        {"key": "who", "type": "person", "label": "Who", "required": True},
                        {"key": "share", "type": "number", "label": "Share", "maximum": 100},
                    ],
                },
                {
                    "key": "offer",
                    "type": "file",
                    "label": "Offer",
                    "accept": [".pdf"],
                    "size": 1000,
                },
                {"key": "agreed", "type": "consent", "label": "I look after it", "required": True},
            ],
        },
        {
            "key": "abroad",
            "title": "Abroad",
            "condition": "requester.site == 'lac-orme'",
            "fields": [{"key": "power", "type": "text", "label": "Kind of plug"}],
        },
    ],
}
