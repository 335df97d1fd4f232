"""One step of a form as templates show it: every field with its control, words and errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from timshel.interfaces.web.answering.asking import Asking
from timshel.interfaces.web.answering.files import note_of
from timshel.kernel.forms import Field, FieldType, Reference, Sensitivity
from timshel.kernel.forms.limits import LONGEST, day_limit, number_limit
from timshel.kernel.forms.shapes import REFERENCES
from timshel.kernel.forms.typed import Mistyped, read_date

MOST_RADIOS = 7
"""More answers than these are shown as a list that folds out."""

_MENTIONED = re.compile(r"\banswers\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*[\"']([^\"']*)[\"'])")
# What a browser may fill in, by the default or by the key of a field.
_OWN = {"name": "name", "email": "email", "phone": "tel"}
_FILLED_IN = {
    **_OWN,
    "telephone": "tel",
    "mobile": "tel",
    "street": "street-address",
    "address": "street-address",
    "postcode": "postal-code",
    "city": "address-level2",
    "country": "country-name",
    "birthday": "bday",
}


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose from."""

    value: str
    label: str
    detail: str
    id: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that is here already: the signed note of it, its name and its size in bytes."""

    note: str
    name: str
    size: int
    id: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as it is drawn.

    Args:
        key: of the field.
        name: of its input.
        id: of its input, to which errors link.
        widget: which control: input, area, money, date, slot, radios, list, checks, picker,
            files, table or consent.
        label: the question.
        help: a sentence below it.
        note: who is shown the answer, where that is not everybody concerned.
        is_required: whether it must be answered.
        value: what was typed, as it was typed; a mapping for a time slot.
        errors: what is wrong.
        described_by: the ids of what explains it.
        options: what to choose from.
        picked: what was picked of people and the like.
        rows: of a table: cell by cell.
        columns: of a table, for its headings.
        files: those that are here already.
        currency: three letters.
        input_mode: which keys a phone shows.
        autocomplete: what a browser may fill in, or "".
        least: of a native control.
        most: the same.
        accept: kinds of files.
        is_several: whether several files may be chosen.
        is_watched: whether other questions depend on the answer.
    """

    key: str
    name: str
    id: str
    widget: str
    label: str
    help: str = ""
    note: str = ""
    is_required: bool = False
    value: Any = ""
    errors: tuple[str, ...] = ()
    described_by: str = ""
    options: tuple[Option, ...] = ()
    picked: Option | None = None
    rows: tuple[tuple[FieldView, ...], ...] = ()
    columns: tuple[FieldView, ...] = ()
    files: tuple[FileView, ...] = ()
    currency: str = ""
    input_mode: str = ""
    autocomplete: str = ""
    least: str = ""
    most: str = ""
    accept: str = ""
    is_several: bool = True
    is_watched: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as it is drawn.

    Args:
        id: of the part of the page that holds it; the script takes it from a fresh copy.
        key: of the step.
        title: the heading.
        help: a sentence or two below it.
        fields: those that are asked.
        errors: for the summary above: the id of a control, its label, a sentence.
        shown_name: of the input that tells which fields were shown.
        shown: its value.
        save_url: where the script posts what was typed, or "".
    """

    id: str
    key: str
    title: str
    help: str
    fields: tuple[FieldView, ...]
    errors: tuple[tuple[str, str, str], ...]
    shown_name: str
    shown: str
    save_url: str


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is asked once for a whole step."""

    asking: Asking
    errors: Mapping[str, Sequence[str]]
    watched: frozenset[str]
    known: Mapping[str, Mapping[str, Reference]]
    lists: dict[str, Sequence[Reference] | None] = field(default_factory=dict)

    def listed(self, kind: str) -> Sequence[Reference] | None:
        """Return all there is of a kind, asked once, or None where that is too much."""
        if kind not in self.lists:
            self.lists[kind] = self.asking.references.listed(kind)
        return self.lists[kind]


def step_context(
    asking: Asking,
    step_key: str,
    raw: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]] | None = None,
) -> StepView:
    """Return a step for the template ``answering/step.html``, as its ``step``.

    Args:
        asking: the form.
        step_key: which step.
        raw: the raw answers of all steps, as they were typed, or the form's defaults.
        errors: what is wrong, by field key or ``key.row.column``.

    Raises:
        KeyError: the form has no such step.
    """
    step = asking.form.step(step_key)
    asked = asking.read(raw).visible.fields
    shown = [each for each in step.fields if each.key in asked]
    ground = _Ground(asking, errors or {}, _watched(asking), _known(asking, shown, raw))
    fields = tuple(_field_view(each, raw.get(each.key), ground) for each in shown)
    return StepView(
        id=f"{asking.prefix}answers",
        key=step.key,
        title=step.text("title", asking.language),
        help=step.text("help", asking.language),
        fields=fields,
        errors=tuple(_summary(fields)),
        shown_name=asking.shown_name(step),
        shown=",".join(each.key for each in shown),
        save_url=asking.save_url,
    )


def _summary(fields: Sequence[FieldView]) -> list[tuple[str, str, str]]:
    found = []
    for each in fields:
        found += [(each.id, each.label, text) for text in each.errors]
        for number, row in enumerate(each.rows, start=1):
            place = _("row %(number)d") % {"number": number}
            found += [
                (cell.id, f"{each.label}, {place}, {cell.label}", text)
                for cell in row
                for text in cell.errors
            ]
    return found


def _watched(asking: Asking) -> frozenset[str]:
    """Return the fields that other questions depend on."""
    form = asking.form
    texts = [step.condition for step in form.steps] + [each.condition for each in form.fields()]
    found = (match for text in texts for match in _MENTIONED.finditer(text))
    return frozenset(match[1] or match[2] for match in found)


def _known(
    asking: Asking, fields: Sequence[Field], raw: Mapping[str, Any]
) -> dict[str, Mapping[str, Reference]]:
    """Return what the codes on this page name, in one question for each kind."""
    codes: dict[str, set[str]] = {}
    for each in fields:
        typed = raw.get(each.key)
        rows = typed if each.type == FieldType.TABLE and isinstance(typed, list) else []
        cells = [(each, typed)]
        cells += [(column, row.get(column.key)) for column in each.columns for row in rows]
        for asked, value in cells:
            if asked.type in asking.references.kinds and isinstance(value, str) and value:
                codes.setdefault(asked.type, set()).add(value)
    return {kind: asking.references.known(kind, found) for kind, found in codes.items()}


def _field_view(asked: Field, raw: Any, ground: _Ground) -> FieldView:
    """Return a field; its cells, if it is a table."""
    asking = ground.asking
    view = _view(asked, raw, ground, name=asking.name_of(asked), error_key=asked.key)
    view = replace(view, is_watched=asked.key in ground.watched)
    if asked.type != FieldType.TABLE:
        return view
    rows = raw if isinstance(raw, list) and raw else [{}]
    return replace(
        view,
        rows=tuple(
            tuple(
                _view(
                    column,
                    row.get(column.key) if isinstance(row, Mapping) else None,
                    ground,
                    name=f"{view.name}.{number}.{column.key}",
                    error_key=f"{asked.key}.{number}.{column.key}",
                )
                for column in asked.columns
            )
            for number, row in enumerate(rows)
        ),
        columns=tuple(
            _view(column, None, ground, name=f"{view.name}.{column.key}", error_key="")
            for column in asked.columns
        ),
    )


def _view(asked: Field, raw: Any, ground: _Ground, *, name: str, error_key: str) -> FieldView:
    """Return what is common to all controls, completed by what is special to one."""
    language = ground.asking.language
    identity = f"id_{name.replace('.', '-')}"
    errors = tuple(str(text) for text in ground.errors.get(error_key, ()))
    help_text, note = asked.text("help", language), _note(asked)
    explained = [
        f"{identity}_{part}"
        for part, words in (("error", errors), ("help", help_text), ("note", note))
        if words
    ]
    view = FieldView(
        key=asked.key,
        name=name,
        id=identity,
        widget=_widget(asked, ground),
        label=asked.text("label", language),
        help=help_text,
        note=note,
        is_required=asked.required,
        value=_typed(raw),
        errors=errors,
        described_by=" ".join(explained),
        currency=asked.currency,
        autocomplete=_autocomplete(asked),
        accept=",".join(asked.accept),
        is_several=number_limit(asked.maximum) != 1,
    )
    return _SPECIAL[view.widget](view, asked, raw, ground) if view.widget in _SPECIAL else view


def _note(asked: Field) -> str:
    if asked.sensitivity == Sensitivity.CONFIDENTIAL:
        return _("Only those who work on it see this answer.")
    return ""


def _widget(asked: Field, ground: _Ground) -> str:
    if asked.type in REFERENCES and asked.type in ground.asking.references.kinds:
        return "picker" if ground.listed(asked.type) is None else "list"
    if asked.type == FieldType.CHOICE:
        return "radios" if len(asked.choices) <= MOST_RADIOS else "list"
    return _WIDGETS.get(asked.type, "input")


def _typed(raw: Any) -> Any:
    """Return what was typed as it is put into a control."""
    if isinstance(raw, Mapping):
        return dict(raw)
    return "" if raw is None or isinstance(raw, bool | list) else str(raw)


def _autocomplete(asked: Field) -> str:
    source = asked.default_from.removeprefix("requester.")
    return _OWN.get(source, "") or _FILLED_IN.get(asked.key, "")


def _text_input(view: FieldView, asked: Field, raw: Any, ground: _Ground) -> FieldView:
    if asked.type == FieldType.NUMBER:
        # A default and what a program sent are written with a point.
        is_typed = isinstance(raw, str) or not ground.asking.language.startswith("fr")
        value = view.value if is_typed else view.value.replace(".", ",")
        return replace(view, input_mode="decimal", value=value)
    longest = number_limit(asked.maximum) or LONGEST.get(asked.type)
    return replace(view, most=str(int(longest)) if longest else "")


def _money(view: FieldView, _asked: Field, raw: Any, _ground: _Ground) -> FieldView:
    amount = raw.get("amount", "") if isinstance(raw, Mapping) else view.value
    return replace(view, input_mode="decimal", value=str(amount))


def _date(view: FieldView, asked: Field, _raw: Any, ground: _Ground) -> FieldView:
    return _within(replace(view, value=_native_day(view.value, ground)), asked, ground)


def _slot(view: FieldView, asked: Field, raw: Any, ground: _Ground) -> FieldView:
    parts = raw if isinstance(raw, Mapping) else {}
    value = {name: str(parts.get(name) or "") for name in ("date", "from", "until")}
    value["date"] = _native_day(value["date"], ground)
    return _within(replace(view, value=value), asked, ground)


def _native_day(text: str, ground: _Ground) -> str:
    """Return a day as a browser's own control takes it; what is no day stays as it is."""
    try:
        return read_date(text, ground.asking.language).isoformat()
    except Mistyped:
        return text


def _within(view: FieldView, asked: Field, ground: _Ground) -> FieldView:
    """Tell a browser's own control between which days to choose."""
    least = day_limit(asked.minimum, ground.asking.today)
    most = day_limit(asked.maximum, ground.asking.today)
    return replace(
        view,
        least=least.isoformat() if least else "",
        most=most.isoformat() if most else "",
    )


def _options(view: FieldView, asked: Field, raw: Any, ground: _Ground) -> FieldView:
    language = ground.asking.language
    chosen = {str(each) for each in raw} if isinstance(raw, list) else {str(view.value)}
    if asked.type in REFERENCES:
        given = [(each.code, each.label, each.detail) for each in ground.listed(asked.type) or ()]
    else:
        given = [(each.value, each.text("label", language), "") for each in asked.choices]
    if view.widget == "radios" and not asked.required:
        given = [*given, ("", _("No answer"), "")]
    return replace(
        view,
        options=tuple(
            Option(value, label, detail, f"{view.id}_{number}", value in chosen)
            for number, (value, label, detail) in enumerate(given)
        ),
    )


def _picker(view: FieldView, asked: Field, _raw: Any, ground: _Ground) -> FieldView:
    text = str(view.value)
    known = ground.known.get(asked.type, {}).get(text)
    if known:
        picked = Option(known.code, known.label, known.detail, f"{view.id}_picked", is_chosen=True)
        return replace(view, value="", picked=picked)
    found = ground.asking.references.matching(asked.type, text) if text.strip() else ()
    return replace(
        view,
        options=tuple(
            Option(each.code, each.label, each.detail, f"{view.id}_{number}", is_chosen=False)
            for number, each in enumerate(found)
        ),
    )


def _files(view: FieldView, _asked: Field, raw: Any, ground: _Ground) -> FieldView:
    files = [each for each in raw if isinstance(each, Mapping)] if isinstance(raw, list) else []
    return replace(
        view,
        value="",
        files=tuple(
            FileView(
                note_of(each, ground.asking.owner), each["name"], each["size"], f"{view.id}_{place}"
            )
            for place, each in enumerate(files)
        ),
    )


def _consent(view: FieldView, _asked: Field, raw: Any, _ground: _Ground) -> FieldView:
    return replace(view, value=raw is True or raw == "on")


_WIDGETS: dict[str, str] = {
    FieldType.LONG_TEXT: "area",
    FieldType.MONEY: "money",
    FieldType.DATE: "date",
    FieldType.TIME_SLOT: "slot",
    FieldType.MULTIPLE_CHOICE: "checks",
    FieldType.FILE: "files",
    FieldType.TABLE: "table",
    FieldType.CONSENT: "consent",
}
_SPECIAL: dict[str, Callable[[FieldView, Field, Any, _Ground], FieldView]] = {
    "input": _text_input,
    "area": _text_input,
    "money": _money,
    "date": _date,
    "slot": _slot,
    "radios": _options,
    "list": _options,
    "checks": _options,
    "picker": _picker,
    "files": _files,
    "consent": _consent,
}
