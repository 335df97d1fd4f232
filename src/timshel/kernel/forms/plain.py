"""Forms as plain data and back, in the shape of the packs and of the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from timshel.kernel.errors import Invalid
from timshel.kernel.forms.shapes import Choice, Field, Form, Sensitivity, Step

Made = TypeVar("Made")

FORM_KEYS = frozenset({"code", "title", "steps", "translations"})
STEP_KEYS = frozenset({"key", "title", "help", "condition", "fields", "translations"})
CHOICE_KEYS = frozenset({"value", "label", "translations"})
FIELD_KEYS = frozenset(
    {
        "key",
        "type",
        "label",
        "help",
        "required",
        "default",
        "condition",
        "validation",
        "minimum",
        "maximum",
        "pattern",
        "currency",
        "columns",
        "choices",
        "accept",
        "size",
        "sensitivity",
        "translations",
    }
)


def form_from(data: Mapping[str, Any]) -> Form:
    """Read a form from plain data.

    Only the shape is held to: a form that asks for something impossible is read, and
    ``checking.faults`` tells what is wrong with it.

    Args:
        data: as YAML or JSON give it.

    Raises:
        Invalid: something has the wrong shape; the fields are paths such as
            ``steps.0.fields.2.choices``.
    """
    _known(data, FORM_KEYS, "")
    return Form(
        code=_text(data, "code", ""),
        title=_text(data, "title", ""),
        steps=_several(data, "steps", "", _step),
        translations=_translations(data, ""),
    )


def plain(form: Form) -> dict[str, Any]:
    """Return a form as plain data; ``form_from`` reads it back to an equal one."""
    return _without_empty(
        {
            "code": form.code,
            "title": form.title,
            "translations": _copied(form.translations),
            "steps": [_plain_step(each) for each in form.steps],
        },
        kept=("code", "title", "steps"),
    )


def _plain_step(step: Step) -> dict[str, Any]:
    return _without_empty(
        {
            "key": step.key,
            "title": step.title,
            "help": step.help,
            "translations": _copied(step.translations),
            "condition": step.condition,
            "fields": [_plain_field(each) for each in step.fields],
        },
        kept=("key", "title", "fields"),
    )


def _plain_field(field: Field) -> dict[str, Any]:
    validation = _without_empty({"rule": field.rule, "message": field.message}, kept=())
    sensitivity = "" if field.sensitivity == Sensitivity.NORMAL else str(field.sensitivity)
    return _without_empty(
        {
            "key": field.key,
            "type": str(field.type),
            "label": field.label,
            "help": field.help,
            "required": field.required,
            "default": {"from": field.default_from} if field.default_from else field.default,
            "condition": field.condition,
            "validation": validation,
            "minimum": field.minimum,
            "maximum": field.maximum,
            "pattern": field.pattern,
            "currency": field.currency,
            "columns": [_plain_field(each) for each in field.columns],
            "choices": [_plain_choice(each) for each in field.choices],
            "accept": list(field.accept),
            "size": field.size,
            "sensitivity": sensitivity,
            "translations": _copied(field.translations),
        },
        kept=("key", "type", "label"),
    )


def _plain_choice(choice: Choice) -> dict[str, Any]:
    return _without_empty(
        {
            "value": choice.value,
            "label": choice.label,
            "translations": _copied(choice.translations),
        },
        kept=("value", "label"),
    )


def _without_empty(data: dict[str, Any], *, kept: tuple[str, ...]) -> dict[str, Any]:
    """Leave out what says nothing. Zero says something: a count of none is not no count."""
    return {
        key: value
        for key, value in data.items()
        if key in kept or not (value is None or value is False or value in ("", [], {}))
    }


def _copied(translations: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {language: dict(texts) for language, texts in translations.items() if texts}


def _step(data: Mapping[str, Any], path: str) -> Step:
    _known(data, STEP_KEYS, path)
    return Step(
        key=_text(data, "key", path),
        title=_text(data, "title", path),
        help=_text(data, "help", path),
        condition=_text(data, "condition", path),
        fields=_several(data, "fields", path, _field),
        translations=_translations(data, path),
    )


def _field(data: Mapping[str, Any], path: str) -> Field:
    _known(data, FIELD_KEYS, path)
    default, default_from = _default(data, path)
    validation = _mapping(data, "validation", path)
    _known(validation, frozenset({"rule", "message"}), _under(path, "validation"))
    return Field(
        key=_text(data, "key", path),
        type=_text(data, "type", path),
        label=_text(data, "label", path),
        help=_text(data, "help", path),
        required=_yes_or_no(data, "required", path),
        default=default,
        default_from=default_from,
        condition=_text(data, "condition", path),
        rule=_text(validation, "rule", _under(path, "validation")),
        message=_text(validation, "message", _under(path, "validation")),
        minimum=_limit(data, "minimum", path),
        maximum=_limit(data, "maximum", path),
        pattern=_text(data, "pattern", path),
        currency=_text(data, "currency", path),
        columns=_several(data, "columns", path, _field),
        choices=_several(data, "choices", path, _choice),
        accept=_texts(data, "accept", path),
        size=_size(data, path),
        sensitivity=_text(data, "sensitivity", path) or Sensitivity.NORMAL,
        translations=_translations(data, path),
    )


def _choice(data: Mapping[str, Any], path: str) -> Choice:
    _known(data, CHOICE_KEYS, path)
    return Choice(
        value=_text(data, "value", path),
        label=_text(data, "label", path),
        translations=_translations(data, path),
    )


def _default(data: Mapping[str, Any], path: str) -> tuple[Any, str]:
    """Return a literal default and where a default is taken from; one of them is nothing."""
    given = data.get("default")
    if isinstance(given, Mapping) and "from" in given:
        _known(given, frozenset({"from"}), _under(path, "default"))
        return None, _text(given, "from", _under(path, "default"))
    return (given, "") if given not in ("", [], {}) else (None, "")


def _under(path: str, name: str | int) -> str:
    return f"{path}.{name}" if path else str(name)


def _refuse(path: str, sentence: str) -> Invalid:
    return Invalid({path: [sentence]})


def _known(data: Any, keys: frozenset[str], path: str) -> None:
    if not isinstance(data, Mapping):
        raise _refuse(path, _("This must be a set of named values."))
    unknown = sorted(str(key) for key in data if key not in keys)
    if unknown:
        sentence = _("Nothing of this name can be said here: %(names)s.")
        raise _refuse(path, sentence % {"names": ", ".join(unknown)})


def _text(data: Mapping[str, Any], name: str, path: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    # YAML reads an unquoted code of digits as a number; what was meant is clear.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _refuse(_under(path, name), _("This must be a text."))
    return value


def _yes_or_no(data: Mapping[str, Any], name: str, path: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise _refuse(_under(path, name), _("This must be true or false."))
    return value


def _limit(data: Mapping[str, Any], name: str, path: str) -> int | float | str | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        # YAML reads an unquoted date as one.
        if hasattr(value, "isoformat"):
            return str(value.isoformat())
        raise _refuse(_under(path, name), _("This must be a number or a date."))
    return value


def _size(data: Mapping[str, Any], path: str) -> int | None:
    value = data.get("size")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refuse(_under(path, "size"), _("This must be a whole number of bytes."))
    return value


def _mapping(data: Mapping[str, Any], name: str, path: str) -> Mapping[str, Any]:
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _refuse(_under(path, name), _("This must be a set of named values."))
    return value


def _several(
    data: Mapping[str, Any],
    name: str,
    path: str,
    read: Callable[[Mapping[str, Any], str], Made],
) -> tuple[Made, ...]:
    value = data.get(name)
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise _refuse(_under(path, name), _("This must be a list."))
    below = _under(path, name)
    return tuple(read(each, _under(below, number)) for number, each in enumerate(value))


def _texts(data: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
    value = data.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise _refuse(_under(path, name), _("This must be a list of texts."))
    return tuple(value)


def _translations(data: Mapping[str, Any], path: str) -> dict[str, dict[str, str]]:
    languages = _mapping(data, "translations", path)
    below = _under(path, "translations")
    found: dict[str, dict[str, str]] = {}
    for language, texts in languages.items():
        if not isinstance(texts, Mapping):
            raise _refuse(_under(below, language), _("This must be a set of named values."))
        named = {str(name): _text(texts, name, _under(below, language)) for name in texts}
        found[str(language)] = {name: text for name, text in named.items() if text}
    return {language: texts for language, texts in found.items() if texts}
