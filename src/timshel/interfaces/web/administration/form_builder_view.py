"""The inputs of the form builder for one part of a form, with what is to be said at each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.administration import form_builder_parts as parts
from timshel.interfaces.web.administration.form_builder_outline import part_path
from timshel.interfaces.web.administration.form_builder_reading import (
    KILOBYTE,
    OTHER_LANGUAGES,
    WITH_CHOICES,
    WITH_COUNT,
    WITH_DAYS,
    WITH_PATTERN,
    WITHOUT_DEFAULT,
)
from timshel.interfaces.web.wording import language_name
from timshel.kernel.errors import Text
from timshel.kernel.forms import FIELD_TYPES, SENSITIVITIES, Fault, FieldType
from timshel.kernel.forms.shapes import COLUMN_TYPES

Options = Sequence[tuple[str, Text]]

TYPE_CHOICES: Options = tuple((str(code), name) for code, name in FIELD_TYPES.items())
SOURCES: Mapping[str, Promise] = {
    "requester.name": gettext_lazy("the requester's name"),
    "requester.email": gettext_lazy("the requester's mail address"),
    "requester.phone": gettext_lazy("the requester's telephone number"),
    "requester.person": gettext_lazy("the requester"),
    "requester.unit": gettext_lazy("the requester's unit"),
    "requester.site": gettext_lazy("the requester's site"),
    "today": gettext_lazy("today"),
}
SOURCES_BY_TYPE: Mapping[str, tuple[str, ...]] = {
    FieldType.TEXT: ("requester.name", "requester.email", "requester.phone"),
    FieldType.PERSON: ("requester.person",),
    FieldType.UNIT: ("requester.unit",),
    FieldType.SITE: ("requester.site",),
    FieldType.DATE: ("today",),
}
KIND_NAMES: Mapping[str, Promise] = {
    "form": gettext_lazy("The whole form"),
    "step": gettext_lazy("Step"),
    "field": gettext_lazy("Question"),
    "column": gettext_lazy("Column"),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the editor.

    Args:
        name: what is posted.
        label: what it is about.
        kind: text, area, select, check or code.
        value: as it is typed.
        help: a sentence below the label.
        errors: what is wrong.
        warnings: what is missing, though the form works without it.
        options: of a select.
        language: of what is typed, where that is not the first language.
    """

    name: str
    label: Text
    kind: str
    value: Any
    help: Text = ""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    options: Options = ()
    language: str = ""

    @property
    def id(self) -> str:
        """The id of the control."""
        return f"part-{self.name.replace('.', '-')}"

    @property
    def described_by(self) -> str:
        """The ids of what explains it."""
        said = (("error", self.errors), ("help", self.help), ("warning", self.warnings))
        return " ".join(f"{self.id}-{name}" for name, words in said if words)


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """An answer to choose from: its inputs and its place."""

    number: int
    inputs: tuple[Input, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs under a heading.

    Args:
        key: which group.
        title: its heading.
        inputs: in their order.
        names: what conditions can speak of, as ``(text, words)``.
        errors: what is wrong with the group itself.
        is_open: whether it is unfolded to begin with.
    """

    key: str
    title: Text
    inputs: tuple[Input, ...]
    names: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Editor:
    """The editor of one part.

    Args:
        kind: form, step, field or column.
        kind_name: in words.
        label: of the part.
        groups: its inputs.
        choices: the answers to choose from, where the part has such.
        has_choices: whether it may have them.
        is_table: whether columns can be added.
        summary: for the list of errors above: id, label, sentence.
    """

    kind: str
    kind_name: Text
    label: str
    groups: tuple[Group, ...]
    choices: tuple[ChoiceRow, ...]
    has_choices: bool
    is_table: bool
    summary: tuple[tuple[str, Text, str], ...]


class _Said:
    """What is to be said at each input: errors of the post, and faults of the design."""

    def __init__(
        self, path: str, found: Iterable[Fault], errors: Mapping[str, Sequence[str]]
    ) -> None:
        self.errors: dict[str, list[str]] = {name: list(texts) for name, texts in errors.items()}
        self.warnings: dict[str, list[str]] = {}
        for fault in found:
            if part_path(fault.path) != path:
                continue
            name = _input_name(fault.path.removeprefix(path).lstrip("."))
            (self.warnings if fault.is_warning else self.errors).setdefault(name, []).append(
                fault.sentence
            )

    def input(self, name: str, label: Text, kind: str, value: Any, **more: Any) -> Input:
        """Return an input with what is to be said at it."""
        return Input(
            name,
            label,
            kind,
            value,
            errors=tuple(self.errors.get(name, ())),
            warnings=tuple(self.warnings.get(name, ())),
            **more,
        )


def _input_name(suffix: str) -> str:
    """Return the input at which a fault is said: ``translations.fr.label`` is ``label.fr``."""
    suffix = suffix.removeprefix("validation.")
    return re.sub(r"translations\.(\w+)\.(\w+)", r"\2.\1", suffix)


def editor_of(
    design: parts.Part,
    path: str,
    found: Sequence[Fault],
    errors: Mapping[str, Sequence[str]],
) -> Editor:
    """Return the editor of the part at a path."""
    part = parts.find(design, path) or design
    kind = parts.kind_of(path)
    said = _Said(path, found, errors)
    kind_of_field = str(part.get("type", ""))
    groups = _groups(design, path, part, kind, said)
    has_choices = kind_of_field in WITH_CHOICES
    choices = _choice_rows(part, said) if has_choices else ()
    inputs = [each for group in groups for each in group.inputs]
    inputs += [each for row in choices for each in row.inputs]
    return Editor(
        kind=kind,
        kind_name=KIND_NAMES[kind],
        label=str(part.get("label") or part.get("title") or ""),
        groups=groups,
        choices=choices,
        has_choices=has_choices,
        is_table=FieldType.TABLE in (kind_of_field, _type_above(design, path)),
        summary=tuple(
            (each.id, each.label, text) for each in inputs for text in errors.get(each.name, ())
        ),
    )


def _type_above(design: parts.Part, path: str) -> str:
    above = parts.find(design, ".".join(path.split(".")[:4])) if ".columns." in path else None
    return str(above.get("type", "")) if above else ""


def _groups(
    design: parts.Part, path: str, part: parts.Part, kind: str, said: _Said
) -> tuple[Group, ...]:
    if kind == "form":
        return (
            Group(
                "words",
                _("Words"),
                tuple(_texts(part, said, "title", _("Title"))),
            ),
        )
    if kind == "step":
        words = (
            *_texts(part, said, "title", _("Title")),
            *_texts(part, said, "help", _("What people should know first"), kind="area"),
            _key_input(part, said),
        )
        return (Group("words", _("Words"), words), _condition_group(design, path, part, said))
    groups = [_question_group(part, kind, said), _answer_group(part, said)]
    if kind == "field":
        groups += [_condition_group(design, path, part, said), _rule_group(part, said)]
        groups.append(Group("sight", _("Who sees the answer"), (_sensitivity(part, said),)))
    return tuple(groups)


def _texts(
    part: parts.Part, said: _Said, name: str, label: Text, *, kind: str = "text"
) -> Iterable[Input]:
    """Return the input of a text in the first language, and one for each other language."""
    validation = part.get("validation", {})
    value = validation.get("message", "") if name == "message" else part.get(name, "")
    yield said.input(name, label, kind, value)
    for language in OTHER_LANGUAGES:
        words = {"what": label, "language": language_name(language)}
        yield said.input(
            f"{name}.{language}",
            _("%(what)s (%(language)s)") % words,
            kind,
            part.get("translations", {}).get(language, {}).get(name, ""),
            language=language,
        )


def _key_input(part: parts.Part, said: _Said) -> Input:
    return said.input(
        "key",
        _("Key"),
        "code",
        part.get("key", ""),
        help=_("The name in conditions and processes. Older answers keep the key they had."),
    )


def _question_group(part: parts.Part, kind: str, said: _Said) -> Group:
    types = [each for each in TYPE_CHOICES if kind == "field" or each[0] in COLUMN_TYPES]
    return Group(
        "question",
        _("Question"),
        (
            *_texts(part, said, "label", _("Question")),
            *_texts(part, said, "help", _("Help below it")),
            said.input("type", _("Kind of answer"), "select", part.get("type", ""), options=types),
            said.input("required", _("Has to be answered"), "check", part.get("required", False)),
            _key_input(part, said),
        ),
    )


def _answer_group(part: parts.Part, said: _Said) -> Group:
    kind = str(part.get("type", ""))
    inputs: list[Input] = []
    if kind == FieldType.MONEY:
        inputs.append(
            said.input(
                "currency",
                _("Currency"),
                "code",
                part.get("currency", ""),
                help=_("Three letters, such as GBP."),
            )
        )
    inputs += _limits(part, kind, said)
    if kind in WITH_PATTERN:
        inputs.append(
            said.input(
                "pattern",
                _("Pattern"),
                "code",
                part.get("pattern", ""),
                help=_("A regular expression that the whole text has to meet, as in [A-Z]{2}\\d+."),
            )
        )
    if kind == FieldType.FILE:
        inputs += _file_inputs(part, said)
    inputs += _default_inputs(part, kind, said)
    errors = tuple(said.errors.get("choices", ()) or said.errors.get("columns", ()))
    return Group("answer", _("Answer"), tuple(inputs), errors=errors)


def _limits(part: parts.Part, kind: str, said: _Said) -> list[Input]:
    words: Mapping[str, tuple[Text, Text]] = {
        FieldType.TEXT: (_("Fewest characters"), _("Most characters")),
        FieldType.LONG_TEXT: (_("Fewest characters"), _("Most characters")),
        FieldType.MULTIPLE_CHOICE: (_("Fewest answers"), _("Most answers")),
        FieldType.FILE: (_("Fewest files"), _("Most files")),
        FieldType.TABLE: (_("Fewest rows"), _("Most rows")),
        FieldType.NUMBER: (_("Least"), _("Most")),
        FieldType.MONEY: (_("Least"), _("Most")),
        FieldType.DATE: (_("First day"), _("Last day")),
        FieldType.TIME_SLOT: (_("First day"), _("Last day")),
    }
    if kind not in WITH_COUNT | WITH_DAYS:
        return []
    help_text = _("A day such as 2026-03-02, or today+3.") if kind in WITH_DAYS else ""
    values = [part.get(name) for name in ("minimum", "maximum")]
    return [
        said.input(name, label, "code", "" if value is None else str(value), help=help_text)
        for name, label, value in zip(("minimum", "maximum"), words[kind], values, strict=True)
    ]


def _file_inputs(part: parts.Part, said: _Said) -> list[Input]:
    size = part.get("size")
    return [
        said.input(
            "accept",
            _("Kinds of files"),
            "code",
            ", ".join(part.get("accept", [])),
            help=_("As in .pdf, .docx, image/*; empty for all."),
        ),
        said.input("size", _("Largest file"), "code", _size(size), help=_("As in 5 MB.")),
    ]


def _size(size: int | None) -> str:
    if not size:
        return ""
    for power, unit in ((2, "MB"), (1, "KB")):
        if size % KILOBYTE**power == 0:
            return f"{size // KILOBYTE**power} {unit}"
    return str(size)


def _default_inputs(part: parts.Part, kind: str, said: _Said) -> list[Input]:
    if kind in WITHOUT_DEFAULT:
        return []
    default = part.get("default")
    source = default.get("from", "") if isinstance(default, dict) else ""
    text = "" if source or default is None else default
    inputs = []
    if kind == FieldType.CHOICE:
        options = [("", _("none")), *_choice_options(part)]
        inputs.append(said.input("default", _("First answer"), "select", text, options=options))
    else:
        written = ", ".join(text) if isinstance(text, list) else str(text)
        help_text = _("What stands there to begin with.")
        inputs.append(said.input("default", _("First answer"), "text", written, help=help_text))
    sources = SOURCES_BY_TYPE.get(kind, ())
    if source and source not in sources:
        sources = (*sources, source)
    if sources:
        named = [(each, SOURCES.get(each, each)) for each in sources]
        options = [("", _("nowhere")), *named]
        label = _("or taken from")
        inputs.append(said.input("default_from", label, "select", source, options=options))
    return inputs


def _choice_options(part: parts.Part) -> Options:
    return [(each["value"], each["label"] or each["value"]) for each in part.get("choices", [])]


def _condition_group(design: parts.Part, path: str, part: parts.Part, said: _Said) -> Group:
    condition = part.get("condition", "")
    given = said.input(
        "condition",
        _("Asked only where this holds"),
        "code-area",
        condition,
        help=_("Empty: always. As in: answers.size == 'large' && !requester.is_customer"),
    )
    names = tuple(_names_before(design, path))
    return Group("condition", _("When it is asked"), (given,), names, is_open=bool(condition))


def _rule_group(part: parts.Part, said: _Said) -> Group:
    rule = part.get("validation", {}).get("rule", "")
    key = part.get("key", "")
    given = said.input(
        "rule",
        _("The answer has to meet this"),
        "code-area",
        rule,
        help=_("Empty: nothing. As in: answers.%(key)s != answers.other") % {"key": key},
    )
    words = _texts(part, said, "message", _("What people read where it does not"))
    inputs = (given, *words)
    is_open = bool(rule or part.get("validation", {}).get("message"))
    return Group("rule", _("Check of the answer"), inputs, is_open=is_open)


def _sensitivity(part: parts.Part, said: _Said) -> Input:
    return said.input(
        "sensitivity",
        _("Sensitivity"),
        "select",
        part.get("sensitivity") or "normal",
        options=tuple((str(code), name) for code, name in SENSITIVITIES.items()),
        help=_("Confidential answers are shown only to those who work on the request."),
    )


def _names_before(design: parts.Part, path: str) -> Iterable[tuple[str, str]]:
    """Return what a condition at a path may speak of, each with its question."""
    names = path.split(".")
    step, field = int(names[1]), int(names[3]) if len(names) > 3 else 0
    for number, each in enumerate(design.get("steps", [])[: step + 1]):
        fields = each.get("fields", [])
        for asked in fields if number < step else fields[:field]:
            name = f"answers.{asked.get('key', '')}"
            values = [choice.get("value", "") for choice in asked.get("choices", [])]
            sample = f"{name} == '{values[0]}'" if values else name
            if asked.get("type") == FieldType.MULTIPLE_CHOICE and values:
                sample = f"'{values[0]}' in {name}"
            yield sample, str(asked.get("label", ""))
    yield "requester.is_customer", _("whether somebody outside the organisation asks")
    yield "requester.unit == ''", _("the code of the requester's unit")
    yield "requester.site == ''", _("the code of the requester's site")


def _choice_rows(part: parts.Part, said: _Said) -> tuple[ChoiceRow, ...]:
    choices = part.get("choices", [])
    rows = []
    for number, choice in enumerate(choices):
        name = f"choices.{number}"
        texts = choice.get("translations", {})
        inputs = [said.input(f"{name}.label", _("Answer"), "text", choice.get("label", ""))]
        inputs += [
            said.input(
                f"{name}.label.{language}",
                _("%(what)s (%(language)s)")
                % {"what": _("Answer"), "language": language_name(language)},
                "text",
                texts.get(language, {}).get("label", ""),
                language=language,
            )
            for language in OTHER_LANGUAGES
        ]
        inputs.append(said.input(f"{name}.value", _("Value"), "code", choice.get("value", "")))
        last = number == len(choices) - 1
        rows.append(ChoiceRow(number, tuple(inputs), is_first=number == 0, is_last=last))
    return tuple(rows)
