"""Reading what a designer typed about one part of a form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from timshel.interfaces.web.administration import form_builder_parts as parts
from timshel.kernel.forms import FieldType, Sensitivity
from timshel.kernel.forms.typed import Mistyped, read_number

Given = Mapping[str, str]

OTHER_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES if code != "en")

WITH_COUNT = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.MULTIPLE_CHOICE, FieldType.FILE}
    | {FieldType.TABLE, FieldType.NUMBER, FieldType.MONEY}
)
WITH_DAYS = frozenset({FieldType.DATE, FieldType.TIME_SLOT})
WITH_PATTERN = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
WITH_CHOICES = frozenset({FieldType.CHOICE, FieldType.MULTIPLE_CHOICE})
WITHOUT_DEFAULT = frozenset(
    {FieldType.FILE, FieldType.TABLE, FieldType.CONSENT, FieldType.TIME_SLOT}
)
TEXTS = {
    "form": ("title",),
    "step": ("title", "help"),
    "field": ("label", "help", "message"),
    "column": ("label", "help", "message"),
}
LONGEST = 20_000
KILOBYTE = 1024
_SIZE = re.compile(r"(.*?)\s*([kKmMgG]?)(?:i?[bBoO])?$")


def read_part(
    given: Given, before: parts.Part, kind: str, *, language: str
) -> tuple[parts.Part, dict[str, list[str]]]:
    """Return a part as a designer typed it, and what cannot be kept as it was typed.

    What does not belong to the chosen type of a field is left out.

    Args:
        given: what was posted.
        before: the part as it was; what is below it stays.
        kind: form, step, field or column.
        language: of the designer: it says how numbers are written.
    """
    errors: dict[str, list[str]] = {}
    part: parts.Part = {key: before[key] for key in ("code", "key") if key in before}
    for name in TEXTS[kind]:
        part[name] = _text(given, name)
    if kind != "form":
        part["key"] = _text(given, "key") or str(before.get("key", ""))
    if kind in ("field", "column"):
        _read_field(part, given, kind, language=language, errors=errors)
    elif kind == "step":
        part["condition"] = _text(given, "condition")
    if kind in ("field", "column"):
        validation = {"rule": _text(given, "rule"), "message": part.pop("message")}
        part["validation"] = {name: text for name, text in validation.items() if text}
    part["translations"] = _translations(given, TEXTS[kind])
    for below in ("steps", "fields", "columns"):
        if below in before and (below != "columns" or part.get("type") == FieldType.TABLE):
            part[below] = before[below]
    return part, errors


def better_key(part: parts.Part, before: parts.Part, taken: set[str]) -> None:
    """Give a part whose key the builder made up one of the words of its label."""
    key = str(part.get("key", ""))
    label = str(part.get("label") or part.get("title") or "")
    was = str(before.get("label") or before.get("title") or "")
    if parts.is_made_up(key) and label != was:
        part["key"] = parts.key_from(label, taken) or key


def change_choices(part: parts.Part, deed: str) -> None:
    """Add, take away or move an answer to choose from, as a button asked."""
    verb, _colon, number = deed.partition(":")
    choices = part.setdefault("choices", [])
    if verb == "add-choice" and len(choices) < parts.MOST_CHOICES:
        choices.append({"value": "", "label": ""})
    if not number.isdecimal() or len(number) > 4 or int(number) >= len(choices):
        return
    at = int(number)
    if verb == "drop-choice":
        del choices[at]
    by = {"choice-up": -1, "choice-down": 1}.get(verb, 0)
    if by and 0 <= at + by < len(choices):
        choices[at], choices[at + by] = choices[at + by], choices[at]


def _read_field(
    part: parts.Part,
    given: Given,
    kind: str,
    *,
    language: str,
    errors: dict[str, list[str]],
) -> None:
    chosen = _text(given, "type")
    part["type"] = chosen if chosen in set(FieldType) else FieldType.TEXT.value
    part["required"] = given.get("required") == "on"
    part["condition"] = _text(given, "condition") if kind == "field" else ""
    sensitivity = _text(given, "sensitivity")
    part["sensitivity"] = "" if sensitivity == Sensitivity.NORMAL else sensitivity
    if part["type"] in WITH_CHOICES:
        part["choices"] = _choices(given)
    if part["type"] in WITH_PATTERN:
        part["pattern"] = _text(given, "pattern")
    if part["type"] == FieldType.MONEY:
        part["currency"] = _text(given, "currency").upper()
    if part["type"] == FieldType.FILE:
        part["accept"] = [each for each in re.split(r"[,\s]+", _text(given, "accept")) if each]
        part["size"] = _size(_text(given, "size"), language, errors)
    _read_limits(part, given, language=language)
    if part["type"] not in WITHOUT_DEFAULT:
        part["default"] = _default(given, part["type"], language)


def _read_limits(part: parts.Part, given: Given, *, language: str) -> None:
    for name in ("minimum", "maximum"):
        text = _text(given, name)
        if part["type"] in WITH_DAYS:
            part[name] = text or None
        elif part["type"] in WITH_COUNT:
            part[name] = _number(text, language) if text else None


def _default(given: Given, kind: str, language: str) -> Any:
    source, text = _text(given, "default_from"), _text(given, "default")
    if source:
        return {"from": source}
    if not text:
        return None
    if kind == FieldType.MULTIPLE_CHOICE:
        return [each.strip() for each in text.split(",") if each.strip()]
    return _number(text, language) if kind in (FieldType.NUMBER, FieldType.MONEY) else text


def _number(text: str, language: str) -> int | float | str:
    """Return a number that was typed; what is none stays as it is, to be mended."""
    try:
        value = read_number(text, language)
    except Mistyped:
        return text
    return int(value) if value == value.to_integral_value() else float(value)


def _size(text: str, language: str, errors: dict[str, list[str]]) -> int | None:
    if not text:
        return None
    found = _SIZE.fullmatch(text)
    try:
        amount = read_number(found[1] if found else text, language)
    except Mistyped:
        errors["size"] = [_("Please write a size such as 5 MB.")]
        return None
    power = " kmg".index(found[2].lower()) if found and found[2] else 0
    return int(amount * KILOBYTE**power)


def _choices(given: Given) -> list[parts.Part]:
    count = given.get("choices", "0")
    rows = min(int(count), parts.MOST_CHOICES) if count.isdecimal() and len(count) < 5 else 0
    choices: list[parts.Part] = []
    for number in range(rows):
        label = _text(given, f"choices.{number}.label")
        taken = {each["value"] for each in choices}
        value = _text(given, f"choices.{number}.value") or parts.key_from(label, taken)
        texts = {
            language: {"label": words}
            for language in OTHER_LANGUAGES
            if (words := _text(given, f"choices.{number}.label.{language}"))
        }
        if label or value or texts:
            choice = {"value": value, "label": label, "translations": texts}
            choices.append(
                {name: each for name, each in choice.items() if each or name != "translations"}
            )
    return choices


def _translations(given: Given, names: Iterable[str]) -> dict[str, dict[str, str]]:
    found = {
        language: {name: words for name in names if (words := _text(given, f"{name}.{language}"))}
        for language in OTHER_LANGUAGES
    }
    return {language: texts for language, texts in found.items() if texts}


def _text(given: Given, name: str) -> str:
    return given.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST]
