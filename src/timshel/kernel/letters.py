"""Kinds of letters: the words shipped for each, and places in them that values fill.

A text has places such as ``{{ number }}`` and nothing else: no conditions, no code. A line with a
place for which there is nothing to say is left out whole, so that "It is due by {{ moment }}."
vanishes where nothing is due. What people wrote is filled in once and never read for places.

Each app declares its kinds; whoever sends lets others word them otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.kernel.errors import Text

GREETING = gettext_lazy("Hello %(name)s,")

_PLACE = re.compile(r"\{\{[ \t]*([a-z][a-z0-9_]*)[ \t]*\}\}")
_BRACES = re.compile(r"\{\{.*?\}\}|\{\{|\}\}|\{%.*?%\}|\{%|%\}", re.DOTALL)
_MANY_LINES = re.compile(r"\n{3,}")
LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that a kind of letter has.

    Args:
        name: as it stands between the braces.
        label: what it is.
        sample: what it may be, for a preview.
    """

    name: str
    label: Text
    sample: Text


@dataclass(frozen=True, slots=True)
class Wording:
    """A subject line and a text, with places or without."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter.

    Args:
        code: such as ``incident.resolved``.
        label: on which occasion it is sent.
        variables: what it can say.
        shipped: makes its wording, with places, in the language that is active then.
    """

    code: str
    label: Text
    variables: tuple[Variable, ...]
    shipped: Callable[[], Wording]

    @property
    def names(self) -> frozenset[str]:
        """The names of its variables."""
        return frozenset(variable.name for variable in self.variables)

    def samples(self) -> dict[str, str]:
        """Return a value for each variable, in the active language."""
        return {variable.name: str(variable.sample) for variable in self.variables}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a letter is to say to one reader, before it is worded.

    Args:
        kind: the code of its kind.
        language: of the reader.
        values: of its variables, in the reader's language and time; those that are missing or
            empty have nothing to say.
    """

    kind: str
    language: str
    values: Mapping[str, str] = field(default_factory=dict)


class Places(Mapping[str, str]):
    """Gives for every name its place, to fill ``%(number)s`` with ``{{ number }}``."""

    def __getitem__(self, name: str) -> str:
        return place(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


PLACES = Places()
_kinds: dict[str, LetterKind] = {}


def declare(kinds: Iterable[LetterKind]) -> None:
    """Make kinds of letters known; declaring again replaces."""
    _kinds.update({kind.code: kind for kind in kinds})


def kind_of(code: str) -> LetterKind | None:
    """Return a kind of letter by its code, or None where none is called so."""
    return _kinds.get(code)


def kinds() -> tuple[LetterKind, ...]:
    """Return all kinds that were declared, by code."""
    return tuple(_kinds[code] for code in sorted(_kinds))


def shipping(
    subject: Text, *paragraphs: Text | tuple[Text, ...], mark: str = ""
) -> Callable[[], Wording]:
    """Return what makes a shipped wording: each text in the active language, with its places.

    Args:
        subject: with named placeholders, as in ``%(number)s``.
        paragraphs: likewise; one that is given as several texts has each on a line of its own.
            What must not be translated, such as an address alone, is given by :func:`place`.
        mark: the name of a variable that stands before the subject.
    """

    def shipped() -> Wording:
        made = [
            "\n".join(str(line) % PLACES for line in each)
            if isinstance(each, tuple)
            else str(each) % PLACES
            for each in paragraphs
        ]
        before = f"{place(mark)} " if mark else ""
        return Wording(before + str(subject) % PLACES, "\n\n".join(made) + "\n")

    return shipped


def place(name: str) -> str:
    """Return the place of a variable, as it stands in a text."""
    return f"{{{{ {name} }}}}"


def filled(wording: Wording, values: Mapping[str, str]) -> Wording:
    """Return a wording with its places filled: the one way in which all letters get their words.

    Args:
        wording: with places.
        values: what is filled in; a line with a place whose value is missing or empty is left
            out, in the subject only the place.
    """
    subject = _PLACE.sub(lambda found: values.get(found[1], ""), wording.subject)
    lines = [
        _PLACE.sub(lambda found: values[found[1]].strip("\n"), line)
        for line in wording.text.replace("\r\n", "\n").split("\n")
        if all(values.get(name, "").strip() for name in _PLACE.findall(line))
    ]
    text = _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()
    return Wording(" ".join(subject.split()), f"{text}\n")


def faults(text: str, *, names: Collection[str]) -> list[str]:
    """Return what is wrong with a text that has places, a sentence for each fault.

    Args:
        text: a subject or a body.
        names: of the variables there are.
    """
    found = []
    for match in _BRACES.finditer(text):
        known = _PLACE.fullmatch(match[0])
        if known is None:
            shown = " ".join(text[match.start() : match.start() + LONGEST_SHOWN].split())
            said = _("“%(text)s” is no place for a value. A place looks like {{ number }}.")
            found.append(said % {"text": shown})
        elif known[1] not in names:
            said = _("There is no value “%(name)s” in this message.")
            found.append(said % {"name": known[1]})
    return list(dict.fromkeys(found))
