"""What a form is made of: steps, their fields, and what a field asks for.

Shapes hold what was designed and judge nothing, so that a half-finished form can be kept, shown
and mended: ``checking`` says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from timshel.kernel.translation import translated

Translations = Mapping[str, Mapping[str, str]]
Limit = int | float | str | None

LONGEST_TEXT = 1_000
LONGEST_LONG_TEXT = 20_000
MOST_ROWS = 100
MOST_FILES = 10


class FieldType(StrEnum):
    """The kinds of questions that a field can ask."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    TIME_SLOT = "time_slot"
    CHOICE = "choice"
    MULTIPLE_CHOICE = "multiple_choice"
    PERSON = "person"
    UNIT = "unit"
    SITE = "site"
    SERVICE = "service"
    ASSET = "asset"
    FILE = "file"
    TABLE = "table"
    CONSENT = "consent"


REFERENCES = frozenset(
    {FieldType.PERSON, FieldType.UNIT, FieldType.SITE, FieldType.SERVICE, FieldType.ASSET}
)
"""Types whose answer is the code of something that the caller knows."""

WITH_CHOICES = frozenset({FieldType.CHOICE, FieldType.MULTIPLE_CHOICE})

COLUMN_TYPES = frozenset(
    {
        FieldType.TEXT,
        FieldType.NUMBER,
        FieldType.MONEY,
        FieldType.DATE,
        FieldType.CHOICE,
        FieldType.PERSON,
        FieldType.UNIT,
        FieldType.SITE,
        FieldType.SERVICE,
        FieldType.ASSET,
    }
)
"""Types that the column of a table may have: those whose answer is one short text."""


class Sensitivity(StrEnum):
    """Who is shown an answer."""

    NORMAL = "normal"
    PERSONAL = "personal"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers to choose from.

    Args:
        value: what is stored.
        label: what people read.
        translations: of ``label``, by language.
    """

    value: str
    label: str
    translations: Translations = field(default_factory=dict)

    def text(self, name: str, language: str) -> str:
        """Return a text of this choice in a language, or in the first one."""
        return translated(getattr(self, name), self.translations, name, language)


@dataclass(frozen=True, slots=True)
class Field:
    """One question; a column of a table is a field, too.

    Args:
        key: the identifier under which the answer is kept, unique within the form.
        type: a :class:`FieldType`; text, since a design may name one that does not exist.
        label: the question.
        help: a sentence below it.
        required: whether it must be answered, where it is shown.
        default: the answer that is there to begin with, as it would be typed, or None.
        default_from: where the first answer is taken from (``requester.site``, ``today``), or "".
        condition: CEL over ``answers`` and ``requester``; shown where it holds; "" is always.
        rule: CEL that must hold for the answer, or "".
        message: what is said where it does not.
        minimum: of a number, an amount, a date (ISO or ``today+3``), the length of a text, the
            count of choices, rows or files.
        maximum: the same.
        pattern: a regular expression that a whole text must match, or "".
        currency: three letters, for money.
        columns: of a table.
        choices: of a choice or a multiple choice.
        accept: what files are taken, as in ``.pdf`` or ``image/*``; empty for all.
        size: bytes that a file may have at most, or None for the house's own limit.
        sensitivity: a :class:`Sensitivity`.
        translations: of ``label``, ``help`` and ``message``, by language.
    """

    key: str
    type: str
    label: str
    help: str = ""
    required: bool = False
    default: Any = None
    default_from: str = ""
    condition: str = ""
    rule: str = ""
    message: str = ""
    minimum: Limit = None
    maximum: Limit = None
    pattern: str = ""
    currency: str = ""
    columns: tuple[Field, ...] = ()
    choices: tuple[Choice, ...] = ()
    accept: tuple[str, ...] = ()
    size: int | None = None
    sensitivity: str = Sensitivity.NORMAL
    translations: Translations = field(default_factory=dict)

    def text(self, name: str, language: str) -> str:
        """Return a text of this field in a language, or in the first one."""
        return translated(getattr(self, name), self.translations, name, language)


@dataclass(frozen=True, slots=True)
class Step:
    """The questions that are asked on one page.

    Args:
        key: an identifier, unique among the steps.
        title: the heading.
        help: a sentence or two below it, or "".
        condition: CEL; the step is asked where it holds; "" is always.
        fields: in their order.
        translations: of ``title`` and ``help``, by language.
    """

    key: str
    title: str
    help: str = ""
    condition: str = ""
    fields: tuple[Field, ...] = ()
    translations: Translations = field(default_factory=dict)

    def text(self, name: str, language: str) -> str:
        """Return a text of this step in a language, or in the first one."""
        return translated(getattr(self, name), self.translations, name, language)


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its steps in their order.

    Args:
        code: its name among forms.
        title: what people read.
        steps: in their order.
        translations: of ``title``, by language.
    """

    code: str
    title: str
    steps: tuple[Step, ...] = ()
    translations: Translations = field(default_factory=dict)

    def text(self, name: str, language: str) -> str:
        """Return a text of this form in a language, or in the first one."""
        return translated(getattr(self, name), self.translations, name, language)

    def fields(self) -> Iterator[Field]:
        """Return all fields of all steps, in the order in which they are asked."""
        for step in self.steps:
            yield from step.fields

    def step(self, key: str) -> Step:
        """Return the step of a key.

        Raises:
            KeyError: there is none.
        """
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def field(self, key: str) -> Field:
        """Return the field of a key.

        Raises:
            KeyError: there is none.
        """
        for each in self.fields():
            if each.key == key:
                return each
        raise KeyError(key)
