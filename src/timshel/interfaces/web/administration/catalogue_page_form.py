"""The page of an offering as one long form: every text beside its translation, rows below.

What is typed and what is kept are both a flat mapping of names to texts, so that the form can be
shown again exactly as it was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.wording import language_name
from timshel.kernel.errors import Text
from timshel.service_portfolio.catalogue.rules.content import PageContent

FIRST, *OTHERS = (code for code, _name in settings.LANGUAGES)
BLANK = 2
"""Empty rows that stand ready below those that are filled in."""

MOST_ROWS = 60
SIMPLE = ("purpose", "icon", "support_calendar", "form", "process", "review_date")

Flat = Mapping[str, str]
Errors = Mapping[str, Sequence[Text]]

TEXTS: tuple[tuple[str, Promise, Promise, int], ...] = (
    ("name", _("Name"), _("In words that everybody understands."), 1),
    ("summary", _("In one sentence"), _("Shown on its tile and in what is found."), 2),
    (
        "text",
        _("What it is and what happens"),
        _("In plain words; Markdown for lists, links and what is bold."),
        12,
    ),
    ("keywords", _("Also found by"), _("Other words that people may type."), 2),
)
ROWS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "part": ("parts", ("offering", "optional", "chosen", "condition")),
    "question": ("questions", ("question", "answer")),
    "document": ("documents", ("title", "address")),
    "related": ("related", ("code",)),
}
TRANSLATED: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "answer"),
    "document": ("title",),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One field as it is drawn.

    Args:
        name: of the field.
        value: what stands in it.
        language: code of the language of the text, or "".
        language_name: what people call it.
        errors: what is wrong.
        rows: how high a text is; 1 is a line.
    """

    name: str
    value: str
    language: str = ""
    language_name: str = ""
    errors: tuple[str, ...] = ()
    rows: int = 1


@dataclass(frozen=True, slots=True)
class TextField:
    """A text in all languages."""

    label: str
    help: str
    is_needed: bool
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list, with its inputs by what they hold.

    Args:
        number: from 0.
        inputs: by name, ``question_fr`` for what is translated.
        errors: about the row as a whole.
        is_blank: nothing stands in it yet.
    """

    number: int
    inputs: Mapping[str, Input]
    errors: tuple[str, ...]
    is_blank: bool


@dataclass(frozen=True, slots=True)
class PageForm:
    """Everything that the template draws."""

    texts: tuple[TextField, ...]
    simple: Mapping[str, Input]
    price: Mapping[str, Input]
    parts: tuple[Row, ...]
    questions: tuple[Row, ...]
    documents: tuple[Row, ...]
    related: tuple[Row, ...]
    errors: tuple[tuple[str, str], ...] = field(default=())


def flat_from(content: PageContent) -> dict[str, str]:
    """Return what a page says as the form holds it."""
    plain = content.plain()
    found = {name: str(plain.get(name, "")) for name in (*SIMPLE, *(each[0] for each in TEXTS))}
    for language in OTHERS:
        texts = content.translations.get(language, {})
        found |= {f"{name}_{language}": str(texts.get(name, "")) for name, *_rest in TEXTS}
    if content.price is not None:
        price = content.price
        found |= {
            "price_amount": str(price.amount),
            "price_currency": price.currency,
            "price_per": str(price.per),
        }
    for number, part in enumerate(content.parts):
        found[f"part-{number}-offering"] = part.offering
        found[f"part-{number}-optional"] = "yes" if part.optional else ""
        found[f"part-{number}-chosen"] = "yes" if part.chosen else ""
        found[f"part-{number}-condition"] = part.condition
    for number, code in enumerate(content.related):
        found[f"related-{number}-code"] = code
    return found | dict(_flat_rows(content))


def _flat_rows(content: PageContent) -> Iterator[tuple[str, str]]:
    plain = content.plain()
    for kind, names in TRANSLATED.items():
        plural, all_names = ROWS[kind]
        for number, row in enumerate(plain.get(plural, ())):
            for name in all_names:
                yield f"{kind}-{number}-{name}", str(row.get(name, ""))
            for language in OTHERS:
                others = content.translations.get(language, {}).get(plural, [])
                other = others[number] if number < len(others) else {}
                for name in names:
                    yield f"{kind}-{number}-{name}_{language}", str(other.get(name, ""))


def plain_from(flat: Flat) -> dict[str, Any]:
    """Return what was typed in the shape that a page is kept in; empty rows are left out."""
    found: dict[str, Any] = {name: _of(flat, name) for name in SIMPLE}
    found |= {name: _of(flat, name) for name, *_rest in TEXTS}
    if _of(flat, "price_amount"):
        found["price"] = {
            "amount": _of(flat, "price_amount").replace("\u00a0", "").replace(",", "."),
            "currency": _of(flat, "price_currency").upper(),
            "per": _of(flat, "price_per"),
        }
    translations: dict[str, dict[str, Any]] = {
        language: {name: _of(flat, f"{name}_{language}") for name, *_rest in TEXTS}
        for language in OTHERS
    }
    found["related"] = [_of(flat, f"related-{number}-code") for number in _filled(flat, "related")]
    found["parts"] = [_part(flat, number) for number in _filled(flat, "part")]
    for kind, names in TRANSLATED.items():
        plural, all_names = ROWS[kind]
        numbers = list(_filled(flat, kind))
        found[plural] = [
            {name: _of(flat, f"{kind}-{number}-{name}") for name in all_names} for number in numbers
        ]
        for language, texts in translations.items():
            texts[plural] = [
                {name: _of(flat, f"{kind}-{number}-{name}_{language}") for name in names}
                for number in numbers
            ]
    found["translations"] = translations
    return found


def _part(flat: Flat, number: int) -> dict[str, Any]:
    return {
        "offering": _of(flat, f"part-{number}-offering"),
        "optional": bool(_of(flat, f"part-{number}-optional")),
        "chosen": bool(_of(flat, f"part-{number}-chosen")),
        "condition": _of(flat, f"part-{number}-condition"),
    }


def _of(flat: Flat, name: str) -> str:
    return flat.get(name, "").replace("\r\n", "\n").strip()


def _filled(flat: Flat, kind: str) -> Iterator[int]:
    """Return the numbers of the rows of a kind in which anything was typed."""
    _plural, names = ROWS[kind]
    # Whether a part is chosen says nothing where no part is named.
    told = ["offering", "condition"] if kind == "part" else list(names)
    told += [f"{name}_{language}" for name in TRANSLATED.get(kind, ()) for language in OTHERS]
    for number in range(MOST_ROWS):
        if any(_of(flat, f"{kind}-{number}-{name}") for name in told):
            yield number


def page_form(flat: Flat, errors: Errors) -> PageForm:
    """Return the form with what stands in it.

    Args:
        flat: what is kept, or what was typed.
        errors: what is wrong, by the place in the page, such as ``parts.0.offering``.
    """
    named = {_name_of(path): [str(each) for each in said] for path, said in errors.items()}

    def drawn(name: str, *, language: str = "", rows: int = 1) -> Input:
        return Input(
            name=name,
            value=flat.get(name, ""),
            language=language,
            language_name=language_name(language) if language else "",
            errors=tuple(named.get(name, ())),
            rows=rows,
        )

    texts = tuple(
        TextField(
            label=str(label),
            help=str(help_text),
            is_needed=name != "keywords",
            inputs=(
                drawn(name, language=FIRST, rows=rows),
                *(drawn(f"{name}_{each}", language=each, rows=rows) for each in OTHERS),
            ),
        )
        for name, label, help_text, rows in TEXTS
    )
    return PageForm(
        texts=texts,
        simple={name: drawn(name) for name in SIMPLE},
        price={name: drawn(f"price_{name}") for name in ("amount", "currency", "per")},
        parts=_rows("part", flat, named),
        questions=_rows("question", flat, named),
        documents=_rows("document", flat, named),
        related=_rows("related", flat, named),
        errors=tuple((name, each) for name, said in named.items() for each in said),
    )


def _rows(kind: str, flat: Flat, named: Mapping[str, list[str]]) -> tuple[Row, ...]:
    filled = list(_filled(flat, kind))
    count = min((max(filled) + 1 if filled else 0) + BLANK, MOST_ROWS)
    return tuple(
        Row(
            number=number,
            inputs=_inputs(kind, number, flat, named),
            errors=tuple(named.get(f"{kind}-{number}", ())),
            is_blank=number not in filled,
        )
        for number in range(count)
    )


def _inputs(
    kind: str, number: int, flat: Flat, named: Mapping[str, list[str]]
) -> Mapping[str, Input]:
    _plural, names = ROWS[kind]
    languages = dict.fromkeys(TRANSLATED.get(kind, ()), FIRST)
    languages |= {
        f"{name}_{language}": language for name in TRANSLATED.get(kind, ()) for language in OTHERS
    }
    found = {}
    for name in dict.fromkeys((*names, *languages)):
        full, language = f"{kind}-{number}-{name}", languages.get(name, "")
        found[name] = Input(
            name=full,
            value=flat.get(full, ""),
            language=language,
            language_name=language_name(language) if language else "",
            errors=tuple(named.get(full, ())),
            rows=3 if name.startswith("answer") else 1,
        )
    return found


def _name_of(path: str) -> str:
    """Return the name of the field that a place in a page is typed into."""
    head, *rest = path.split(".")
    if head == "price":
        return f"price_{rest[0]}" if rest else "price_amount"
    if head == "translations" and len(rest) > 1:
        return f"{rest[1]}_{rest[0]}" if len(rest) == 2 else path
    kinds = {plural: kind for kind, (plural, _names) in ROWS.items()}
    if head in kinds and rest:
        kind = kinds[head]
        if kind == "related":
            return f"related-{rest[0]}-code"
        return "-".join((kind, *rest))
    return head
