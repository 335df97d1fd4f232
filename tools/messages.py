"""The translations: taken from the source, compiled, and checked, without GNU gettext.

    python tools/messages.py update     take new messages from code and templates into the .po files
    python tools/messages.py compile    make the .mo files that Django reads
    python tools/messages.py check      fail when a catalogue is not complete, sound and up to date

Templates are turned into code by Django's own ``templatize``, as its makemessages does; Babel
reads both and writes the catalogues, sorted and without line numbers or dates, so that a change
of one message is a change of its own lines only.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "timshel"
LOCALE = PACKAGE / "locale"
SOURCE_LANGUAGE = "en"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT_TAGS = ["Translators:"]
LINE_WIDTH = 100
HEADER = """\
# What Timshel says, in another language. "python tools/messages.py update" keeps this file.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[a-z]")
MARKUP = re.compile(r"</?[a-z][^>]*>")
KEYS = re.compile(r"<kbd>.*?</kbd>")  # what is typed is no sentence
# What is wrong in a language's typography. No-break spaces are written as escapes: an editor
# shows them like others.
TYPOGRAPHY: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "fr": (
        ("a no-break space before : and »", re.compile("[^\u00a0](?=:(?:\\s|$)|»)")),
        ("a narrow no-break space before ; ! ?", re.compile("[^\u202f](?=[;!?](?:\\s|$))")),
        ("a no-break space after «", re.compile("«(?!\u00a0)")),
        ("an apostrophe ’ and quotes « »", re.compile("\\w'\\w|[\"“”]")),
        ("an ellipsis …", re.compile(r"\.\.\.")),
    )
}

READ_ALOUD = {"title", "placeholder", "aria-label", "alt", "label", "data-question"}
NOT_READ = {"script", "style", "code", "kbd"}
WORDS_OF_MACHINES = {"width"}  # blocks that hold the names of classes
NAMES = re.compile(r"\b(?:Timshel|OpenAPI|openapi\.json)\b")
WORD = re.compile(r"[^\W\d_]{2,}")


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")


def catalogues() -> Iterator[Path]:
    """Yield the .po file of every language that the settings name."""
    from timshel.config.settings import LANGUAGES

    for language, _name in LANGUAGES:
        if language != SOURCE_LANGUAGE:
            yield LOCALE / language / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[Path]:
    """Yield the files that may hold messages."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and not {"static", "static_build"} & {
            *path.relative_to(PACKAGE).parts
        }:
            yield path


def extracted() -> Catalog:
    """Return all messages of the source, each with the files in which it stands."""
    catalogue = Catalog(charset="utf-8")
    for path in sources():
        text = code_of(path)
        found = extract("python", io.BytesIO(text.encode()), KEYWORDS, COMMENT_TAGS)
        for _line, message, comments, context in found:
            # Without line numbers, a change of code changes no catalogue.
            place: Any = [(path.relative_to(ROOT).as_posix(), None)]
            catalogue.add(message, locations=place, auto_comments=comments, context=context)
    return catalogue


def code_of(path: Path) -> str:
    """Return a source file as Python code that holds its messages."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    # Brackets make any spacing legal between the calls that templatize leaves.
    return f"(\n{templatize(text, origin=str(path))}\n)"


def read(path: Path) -> Catalog:
    """Return a catalogue as it is on disk; an empty one where there is none."""
    text = path.read_bytes() if path.exists() else b""
    return read_po(io.BytesIO(text), locale=path.parent.parent.name, domain="django")


def brought_up_to_date(path: Path, template: Catalog) -> Catalog:
    """Return a catalogue with exactly the messages of the source, keeping what is translated."""
    catalogue = read(path)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as it is kept in its file."""
    header = HEADER.format(language=catalogue.locale_identifier, plurals=catalogue.plural_forms)
    file = io.BytesIO()
    write_po(file, catalogue, width=LINE_WIDTH, sort_output=True, omit_header=True)
    return header.encode() + file.getvalue().strip() + b"\n"


def update() -> int:
    """Bring every .po file up to date, keeping what is translated."""
    template = extracted()
    for path in catalogues():
        catalogue = brought_up_to_date(path, template)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalogue))
        left = sum(1 for message in messages(catalogue) if not is_translated(message))
        say(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {left} to be translated")
    return 0


def compile_all() -> int:
    """Write the .mo file beside every .po file."""
    for path in catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))
    return 0


def check() -> int:
    """Print what is wrong with the catalogues and the templates; returns the exit code."""
    template = extracted()
    lines = [line for path in catalogues() for line in faults_of_catalogue(path, template)]
    lines += [
        f"{path.relative_to(ROOT)}: not for translation: {text!r}"
        for path in sources()
        if path.suffix == ".html"
        for text in plain_words(path)
    ]
    for line in lines:
        say(line)
    if lines:
        say(f"{len(lines)} faults. Run: python tools/messages.py update, then translate.")
    return 1 if lines else 0


def faults_of_catalogue(path: Path, template: Catalog) -> Iterator[str]:
    """Yield what is wrong with one language's catalogue."""
    name, language = path.relative_to(ROOT), path.parent.parent.name
    present, wanted = read(path), {key(message) for message in messages(template)}
    known = {key(message) for message in messages(present)}
    for left_out in sorted(wanted - known):
        yield f"{name}: missing: {left_out!r}"
    for unused in sorted(known - wanted):
        yield f"{name}: not in the source: {unused!r}"
    for message in messages(present):
        for fault in faults_of(message, language):
            yield f"{name}: {fault}"
    if known == wanted and path.read_bytes() != written(brought_up_to_date(path, template)):
        yield f"{name}: not as it is written by an update"


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def key(message: Message) -> tuple[str, ...]:
    """Return what tells one message from another: context and English text."""
    return (str(message.context or ""), *forms(message.id))


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return the singular and plural forms of a text, or its only form."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def is_translated(message: Message) -> bool:
    """Tell whether every form of a message is there."""
    return bool(message.string) and all(forms(message.string)) and not message.fuzzy


def faults_of(message: Message, language: str) -> Iterator[str]:
    """Yield what is wrong with one translated message."""
    name = forms(message.id)[0]
    if not is_translated(message):
        yield f"not translated: {name!r}"
        return
    for form in forms(message.string):
        for what, in_order in CHECKS.items():
            if not in_order(message, form):
                yield f"{what} differ: {name!r} and {form!r}"
        for rule, wrong in TYPOGRAPHY.get(language, ()):
            if wrong.search(MARKUP.sub("", KEYS.sub("", form))):
                yield f"needs {rule}: {form!r}"


def has_the_same_placeholders(message: Message, form: str) -> bool:
    """Tell whether a form fills in what the English text does.

    A plural form may leave the number out ("one reply"), but none may bring in a new name.
    """
    known = {found for text in forms(message.id) for found in PLACEHOLDER.findall(text)}
    used = set(PLACEHOLDER.findall(form))
    return used == known or (used < known and not isinstance(message.id, str))


def has_the_same_markup(message: Message, form: str) -> bool:
    """Tell whether a form holds the elements of the English text."""
    return sorted(MARKUP.findall(form)) == sorted(MARKUP.findall(forms(message.id)[0]))


def has_the_same_ends(message: Message, form: str) -> bool:
    """Tell whether a form begins and ends as the English text does: blanks and punctuation."""
    name = forms(message.id)[0]
    blanks = name[: len(name) - len(name.lstrip())], name[len(name.rstrip()) :]
    same_blanks = blanks == (form[: len(form) - len(form.lstrip())], form[len(form.rstrip()) :])
    last, own_last = name.rstrip()[-1], form.rstrip()[-1]
    ends = ".?!:,…"
    return same_blanks and (last == own_last or (last not in ends and own_last not in ends))


CHECKS: Mapping[str, Callable[[Message, str], bool]] = {
    "placeholders": has_the_same_placeholders,
    "elements": has_the_same_markup,
    "ends": has_the_same_ends,
}


class WordsOfPage(HTMLParser):
    """Gathers the words of a page that somebody reads or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes that are read."""
        if tag in NOT_READ or ("translate", "no") in attrs:
            self._unread.append(tag)
        self.words += [value for name, value in attrs if value and name in READ_ALOUD]

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if self._unread and self._unread[-1] == tag:
            self._unread.pop()

    def handle_data(self, data: str) -> None:
        """Take the text of an element that is read."""
        if not self._unread:
            self.words.append(data)


# A template that begins with this stands within a tag: all of it is attributes.
OF_A_TAG = "{# Attributes"


def plain_words(path: Path) -> Iterator[str]:
    """Yield the words of a template that stand outside of translation."""
    page, is_apart = WordsOfPage(), False
    text = path.read_text(encoding="utf-8")
    if text.startswith(OF_A_TAG):
        page.feed("<input")
    for token in Lexer(text).tokenize():
        if token.token_type == TokenType.BLOCK:
            name, *rest = token.contents.split()
            if name in {"blocktranslate", "endblocktranslate", "block", "endblock"}:
                is_apart = name == "blocktranslate" or (
                    name == "block" and rest[0] in WORDS_OF_MACHINES
                )
        elif token.token_type == TokenType.TEXT and not is_apart:
            page.feed(token.contents)
    if text.startswith(OF_A_TAG):
        page.feed(">")
    page.close()
    for words in page.words:
        if WORD.search(NAMES.sub("", words)):
            yield words.strip()


if __name__ == "__main__":
    commands = {"update": update, "compile": compile_all, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
