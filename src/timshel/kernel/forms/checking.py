"""What is wrong with the design of a form, said where it stands and to whoever can mend it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from timshel.kernel import conditions
from timshel.kernel.errors import Invalid
from timshel.kernel.forms.defaults import defaults
from timshel.kernel.forms.limits import day_limit, number_limit
from timshel.kernel.forms.reading import read_answers
from timshel.kernel.forms.references import NoReferences
from timshel.kernel.forms.shapes import (
    COLUMN_TYPES,
    REFERENCES,
    WITH_CHOICES,
    Choice,
    Field,
    FieldType,
    Form,
    Sensitivity,
    Step,
)
from timshel.kernel.forms.visibility import NAMES, REQUESTER

# A day in the middle of nowhere: defaults are tried on it, and limits compared.
SOME_DAY = date(2026, 3, 2)

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TEXT_IN_CEL = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_MEMBER = re.compile(r"\b(answers|requester)\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(\"[^\"]*\"|'[^']*'))")
_RESERVED = frozenset(
    {
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
    }
)
_WITH_LIMITS = frozenset(
    {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.NUMBER,
        FieldType.MONEY,
        FieldType.DATE,
        FieldType.TIME_SLOT,
        FieldType.MULTIPLE_CHOICE,
        FieldType.FILE,
        FieldType.TABLE,
    }
)
_WITH_DAYS = frozenset({FieldType.DATE, FieldType.TIME_SLOT})
_WITHOUT_DEFAULT = frozenset({FieldType.FILE, FieldType.TABLE})
_WITH_PATTERN = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with a design.

    Args:
        path: where, such as ``steps.0.fields.2.choices``.
        sentence: what, and what to do.
        is_warning: whether the form works in spite of it.
    """

    path: str
    sentence: str
    is_warning: bool = False


def faults(form: Form, *, languages: Collection[str] = ()) -> list[Fault]:
    """Return what is wrong with a form, in the order of its parts.

    Args:
        form: any form that could be read.
        languages: those beside the first one in which people will read it; a missing translation
            is a warning.
    """
    return list(_Check(form, languages).all())


class _Check:
    """One walk through a form; conditions may speak of what was passed already."""

    def __init__(self, form: Form, languages: Collection[str]) -> None:
        self.form = form
        self.languages = languages
        self.passed: set[str] = set()
        self.all_keys = {each.key for each in form.fields()}

    def all(self) -> Iterator[Fault]:
        form = self.form
        if not _CODE.fullmatch(form.code):
            yield Fault("code", _("A code is letters, digits, points and dashes, up to 60."))
        yield from self._named(form, "title", "")
        if not form.steps:
            yield Fault("steps", _("A form needs at least one step. Please add one."))
        yield from _twice("steps", [each.key for each in form.steps])
        for number, step in enumerate(form.steps):
            yield from self._step(step, f"steps.{number}")

    def _step(self, step: Step, path: str) -> Iterator[Fault]:
        yield from _key(step.key, path)
        yield from self._named(step, "title", path)
        yield from self._translated(step, "help", path)
        yield from self._condition(step.condition, f"{path}.condition", self.passed)
        if not step.fields:
            yield Fault(
                f"{path}.fields", _("This step asks nothing. Please add a field, or remove it.")
            )
        for number, field in enumerate(step.fields):
            yield from self._field(field, f"{path}.fields.{number}")

    def _field(self, field: Field, path: str) -> Iterator[Fault]:
        if field.key in self.passed:
            yield Fault(
                f"{path}.key", _("Another field has this key already. Please choose another key.")
            )
        yield from self._condition(field.condition, f"{path}.condition", self.passed)
        self.passed.add(field.key)
        yield from self._condition(field.rule, f"{path}.validation.rule", self.passed)
        yield from self._plain(field, path)
        yield from _default_from(field, path)
        yield from _bad_default(field, path)
        if field.type == FieldType.TABLE:
            yield from self._columns(field, path)
        elif field.columns:
            yield Fault(f"{path}.columns", _("Only a table has columns."))

    def _plain(self, field: Field, path: str) -> Iterator[Fault]:
        """Return what is wrong with a field or a column by itself."""
        yield from _key(field.key, path)
        yield from self._named(field, "label", path)
        for name in ("help", "message"):
            yield from self._translated(field, name, path)
        if field.type not in set(FieldType):
            sentence = _("There is no type of field “%(type)s”. Please choose one of the list.")
            yield Fault(f"{path}.type", sentence % {"type": field.type})
        if field.sensitivity not in set(Sensitivity):
            yield Fault(f"{path}.sensitivity", _("Please choose one of the list."))
        if field.rule and not field.message:
            sentence = _("Please write what people read when this does not hold.")
            yield Fault(f"{path}.validation.message", sentence, is_warning=True)
        yield from self._choices(field, path)
        yield from _limits(field, path)
        yield from _pattern(field, path)
        yield from _money(field, path)
        yield from _file(field, path)

    def _choices(self, field: Field, path: str) -> Iterator[Fault]:
        if field.type not in WITH_CHOICES:
            if field.choices:
                yield Fault(f"{path}.choices", _("Only a choice has answers to choose from."))
            return
        if not field.choices:
            yield Fault(f"{path}.choices", _("Please add the answers to choose from."))
        for number, choice in enumerate(field.choices):
            below = f"{path}.choices.{number}"
            if not choice.value:
                yield Fault(f"{below}.value", _("Please give this answer a value to be stored."))
            yield from self._named(choice, "label", below)
        values = [each.value for each in field.choices]
        yield from _twice(f"{path}.choices", values, name="value")

    def _columns(self, field: Field, path: str) -> Iterator[Fault]:
        if not field.columns:
            yield Fault(f"{path}.columns", _("Please add the columns of this table."))
        yield from _twice(f"{path}.columns", [each.key for each in field.columns])
        for number, column in enumerate(field.columns):
            below = f"{path}.columns.{number}"
            if column.type in set(FieldType) and column.type not in COLUMN_TYPES:
                yield Fault(f"{below}.type", _("A column of a table cannot be of this type."))
            if column.condition or column.rule:
                sentence = _("A column has no condition of its own; put it on the whole table.")
                yield Fault(f"{below}.condition", sentence)
            yield from self._plain(column, below)

    def _condition(self, text: str, path: str, allowed: Collection[str]) -> Iterator[Fault]:
        if not text:
            return
        try:
            conditions.check(text, names=NAMES)
        except Invalid as refusal:
            for sentence in refusal.fields["condition"]:
                yield Fault(path, str(sentence))
            return
        for whose, name in _members(text):
            if whose == "requester" and name not in REQUESTER:
                sentence = _("Nothing of the name “%(name)s” is known of the requester.")
                yield Fault(path, sentence % {"name": name})
            elif whose == "answers" and name not in self.all_keys:
                sentence = _("There is no field “%(name)s” in this form.")
                yield Fault(path, sentence % {"name": name})
            elif whose == "answers" and name not in allowed:
                sentence = _(
                    "The field “%(name)s” is asked later; a condition can only speak of earlier"
                    " answers."
                )
                yield Fault(path, sentence % {"name": name})

    def _named(self, part: Form | Step | Field | Choice, name: str, path: str) -> Iterator[Fault]:
        """Return what is wrong with a text that must be there."""
        if not getattr(part, name).strip():
            yield Fault(_under(path, name), _("Please write a text here."))
        yield from self._translated(part, name, path)

    def _translated(
        self, part: Form | Step | Field | Choice, name: str, path: str
    ) -> Iterator[Fault]:
        if not getattr(part, name):
            return
        for language in self.languages:
            if not part.translations.get(language, {}).get(name):
                yield Fault(
                    _under(path, f"translations.{language}.{name}"),
                    _("There is no translation of this text yet."),
                    is_warning=True,
                )


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _members(text: str) -> list[tuple[str, str]]:
    """Return which answers and which facts of the requester a condition speaks of."""
    texts = [found.span() for found in _TEXT_IN_CEL.finditer(text)]
    return [
        (found[1], found[2] or found[3][1:-1])
        for found in _MEMBER.finditer(text)
        if not any(start <= found.start() < end for start, end in texts)
    ]


def _key(key: str, path: str) -> Iterator[Fault]:
    if not _KEY.fullmatch(key):
        yield Fault(
            f"{path}.key",
            _("A key begins with a letter and has only letters, digits and low lines, up to 60."),
        )
    elif key in _RESERVED:
        yield Fault(f"{path}.key", _("This word means something in conditions. Please change it."))


def _twice(path: str, keys: Sequence[str], *, name: str = "key") -> Iterator[Fault]:
    for number, key in enumerate(keys):
        if key and key in keys[:number]:
            yield Fault(f"{path}.{number}.{name}", _("This is there already. Please change it."))


def _limits(field: Field, path: str) -> Iterator[Fault]:
    given = {name: getattr(field, name) for name in ("minimum", "maximum")}
    given = {name: limit for name, limit in given.items() if limit is not None}
    if not given:
        return
    if field.type not in _WITH_LIMITS:
        for name in given:
            yield Fault(f"{path}.{name}", _("A field of this type has no least and no most."))
        return
    has_days = field.type in _WITH_DAYS
    read: dict[str, Any] = {
        name: day_limit(limit, SOME_DAY) if has_days else number_limit(limit)
        for name, limit in given.items()
    }
    for name, limit in read.items():
        if limit is None and has_days:
            sentence = _("Please write a day such as 2026-03-02, or today, or today+3.")
            yield Fault(f"{path}.{name}", sentence)
        elif limit is None:
            yield Fault(f"{path}.{name}", _("Please write a number."))
    if None not in read.values() and len(read) == 2 and read["minimum"] > read["maximum"]:
        yield Fault(f"{path}.minimum", _("The least is more than the most."))


def _pattern(field: Field, path: str) -> Iterator[Fault]:
    if not field.pattern:
        return
    if field.type not in _WITH_PATTERN:
        yield Fault(f"{path}.pattern", _("Only a text has a pattern."))
        return
    try:
        conditions.holds("''.matches(pattern)", {"pattern": f"^(?:{field.pattern})$"})
    except Invalid:
        yield Fault(f"{path}.pattern", _("This pattern cannot be read. Please check it."))
    else:
        if not field.message:
            sentence = _("Please write what people read when their text does not fit the pattern.")
            yield Fault(f"{path}.validation.message", sentence, is_warning=True)


def _money(field: Field, path: str) -> Iterator[Fault]:
    if field.type == FieldType.MONEY:
        if not _CURRENCY.fullmatch(field.currency):
            sentence = _("Please write the three letters of a currency, such as GBP.")
            yield Fault(f"{path}.currency", sentence)
    elif field.currency:
        yield Fault(f"{path}.currency", _("Only an amount of money has a currency."))


def _file(field: Field, path: str) -> Iterator[Fault]:
    if field.type != FieldType.FILE:
        if field.accept:
            yield Fault(f"{path}.accept", _("Only a field for files takes kinds of files."))
        if field.size is not None:
            yield Fault(f"{path}.size", _("Only a field for files takes a size."))
        return
    if field.size is not None and field.size < 1:
        yield Fault(f"{path}.size", _("Please write a number of bytes."))
    for each in field.accept:
        if not re.fullmatch(r"\.[\w.+-]+|[\w.+-]+/(?:\*|[\w.+-]+)", each):
            sentence = _("Please write kinds of files as .pdf or image/*.")
            yield Fault(f"{path}.accept", sentence)


def _default_from(field: Field, path: str) -> Iterator[Fault]:
    source = field.default_from
    if not source:
        return
    name = source.removeprefix("requester.")
    is_known = name != source and name in REQUESTER - {"is_customer"}
    is_day = field.type == FieldType.DATE and day_limit(source, SOME_DAY) is not None
    if not is_known and not is_day:
        sentence = _("A default cannot be taken from “%(source)s”.")
        yield Fault(f"{path}.default", sentence % {"source": source})


def _bad_default(field: Field, path: str) -> Iterator[Fault]:
    """Try the default as if somebody had typed it."""
    if field.default is None:
        return
    if field.type in _WITHOUT_DEFAULT:
        yield Fault(f"{path}.default", _("A field of this type has no default."))
        return
    if field.type in REFERENCES or field.type not in set(FieldType):
        return
    alone = Form("default", "", (Step("only", "", fields=(_bare(field),)),))
    found = read_answers(
        alone,
        defaults(alone, {}, SOME_DAY),
        requester={},
        language="en",
        references=NoReferences(),
        today=SOME_DAY,
    )
    for sentences in found.errors.values():
        for sentence in sentences:
            yield Fault(f"{path}.default", sentence)


def _bare(field: Field) -> Field:
    return replace(field, condition="", rule="", required=False)
