"""What differs between two designs of a form, part by part, for who publishes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.kernel.forms.shapes import Choice, Field, Form, Step

FIELD_TYPES: Mapping[str, Promise] = {
    "text": gettext_lazy("Short text"),
    "long_text": gettext_lazy("Long text"),
    "number": gettext_lazy("Number"),
    "money": gettext_lazy("Amount of money"),
    "date": gettext_lazy("Day"),
    "time_slot": gettext_lazy("Day and time"),
    "choice": gettext_lazy("One of several answers"),
    "multiple_choice": gettext_lazy("Any of several answers"),
    "person": gettext_lazy("Person"),
    "unit": gettext_lazy("Unit"),
    "site": gettext_lazy("Site"),
    "service": gettext_lazy("Service"),
    "asset": gettext_lazy("Asset"),
    "file": gettext_lazy("Files"),
    "table": gettext_lazy("Table"),
    "consent": gettext_lazy("Consent"),
}
SENSITIVITIES: Mapping[str, Promise] = {
    "normal": gettext_lazy("Normal"),
    "personal": gettext_lazy("Personal"),
    "confidential": gettext_lazy("Confidential"),
}
PROPERTIES: Mapping[str, Promise] = {
    "key": gettext_lazy("key"),
    "title": gettext_lazy("title"),
    "type": gettext_lazy("type"),
    "label": gettext_lazy("question"),
    "help": gettext_lazy("help"),
    "required": gettext_lazy("required"),
    "default": gettext_lazy("first answer"),
    "condition": gettext_lazy("condition"),
    "rule": gettext_lazy("rule"),
    "message": gettext_lazy("message"),
    "minimum": gettext_lazy("least"),
    "maximum": gettext_lazy("most"),
    "pattern": gettext_lazy("pattern"),
    "currency": gettext_lazy("currency"),
    "choices": gettext_lazy("answers"),
    "accept": gettext_lazy("kinds of files"),
    "size": gettext_lazy("size of a file"),
    "sensitivity": gettext_lazy("sensitivity"),
    "order": gettext_lazy("order of the questions"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: what, how it was, how it is; "" where there is nothing."""

    subject: str
    before: str
    after: str


def differences(before: Form, after: Form) -> tuple[Change, ...]:
    """Return what differs between two designs, in the order of the later one.

    Steps and fields are known by their keys: one that has another key is another one.
    """
    return tuple(_form(before, after))


def _form(before: Form, after: Form) -> Iterator[Change]:
    yield from _own(_("Form"), before, after, ("title",))
    old = {each.key: each for each in before.steps}
    new = {each.key: each for each in after.steps}
    orders = [[each.title for each in form.steps] for form in (before, after)]
    if sorted(old) == sorted(new) and list(old) != list(new):
        yield Change(_("Order of the steps"), "\n".join(orders[0]), "\n".join(orders[1]))
    for key in dict.fromkeys((*new, *old)):
        yield from _step(old.get(key), new.get(key))
    yield from _fields(before, after)


def _step(before: Step | None, after: Step | None) -> Iterator[Change]:
    name = _("Step “%(name)s”") % {"name": (after or before or _NOTHING).title}
    if before is None or after is None:
        yield Change(name, _there(before), _there(after))
        return
    yield from _own(name, before, after, ("title", "help", "condition"))
    orders = [[each.key for each in step.fields] for step in (before, after)]
    if sorted(orders[0]) == sorted(orders[1]) and orders[0] != orders[1]:
        labels = [[each.label for each in step.fields] for step in (before, after)]
        yield _change(name, "order", "\n".join(labels[0]), "\n".join(labels[1]))


def _fields(before: Form, after: Form) -> Iterator[Change]:
    old = {each.key: (step, each) for step in before.steps for each in step.fields}
    new = {each.key: (step, each) for step in after.steps for each in step.fields}
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        name = _("Question “%(name)s”") % {"name": (now or was or (_NOTHING, _NO_FIELD))[1].label}
        if was is None or now is None:
            yield Change(name, _there(was and was[1]), _there(now and now[1]))
            continue
        if was[0].key != now[0].key:
            yield Change(_("%(what)s: step") % {"what": name}, was[0].title, now[0].title)
        yield from _field(name, was[1], now[1])


def _field(name: str, before: Field, after: Field) -> Iterator[Change]:
    names = ("type", "label", "help", "required", "condition", "rule", "message")
    limits = ("minimum", "maximum", "pattern", "currency", "accept", "size", "sensitivity")
    yield from _own(name, before, after, (*names, *limits))
    defaults = [each.default_from or _plain(each.default) for each in (before, after)]
    if defaults[0] != defaults[1]:
        yield _change(name, "default", *defaults)
    choices = [_choices(each.choices) for each in (before, after)]
    if choices[0] != choices[1]:
        yield _change(name, "choices", *choices)
    old = {each.key: each for each in before.columns}
    new = {each.key: each for each in after.columns}
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        place = _("%(what)s, column “%(name)s”") % {
            "what": name,
            "name": (now or was or _NO_FIELD).label,
        }
        if was is None or now is None:
            yield Change(place, _there(was), _there(now))
        else:
            yield from _field(place, was, now)


def _own(
    subject: str,
    before: Form | Step | Field,
    after: Form | Step | Field,
    names: Sequence[str],
) -> Iterator[Change]:
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield _change(subject, name, _value(name, old), _value(name, new))
        for language in sorted({*before.translations, *after.translations}):
            old = before.translations.get(language, {}).get(name, "")
            new = after.translations.get(language, {}).get(name, "")
            if old != new:
                place = _("%(what)s (%(language)s)") % {"what": subject, "language": language}
                yield _change(place, name, old, new)


def _change(subject: str, name: str, before: str, after: str) -> Change:
    words = {"what": subject, "property": PROPERTIES[name]}
    return Change(_("%(what)s: %(property)s") % words, before, after)


def _value(name: str, value: Any) -> str:
    if name == "type":
        return str(FIELD_TYPES.get(value, value))
    if name == "sensitivity":
        return str(SENSITIVITIES.get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


def _choices(choices: Sequence[Choice]) -> str:
    lines = []
    for each in choices:
        others = [texts.get("label", "") for texts in each.translations.values()]
        words = " / ".join(text for text in (each.label, *others) if text)
        lines.append(f"{each.value}: {words}")
    return "\n".join(lines)


def _there(part: Step | Field | None) -> str:
    if part is None:
        return ""
    return _value("type", part.type) if isinstance(part, Field) else _("there")


_NOTHING = Step("", "")
_NO_FIELD = Field("", "text", "")
