"""Reading what was typed into a form: plain answers, or sentences that say what to mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.kernel import conditions
from timshel.kernel.errors import Invalid
from timshel.kernel.forms.limits import LONGEST, day_limit, number_limit
from timshel.kernel.forms.references import Reference, References
from timshel.kernel.forms.shapes import (
    MOST_FILES,
    MOST_ROWS,
    REFERENCES,
    Field,
    FieldType,
    Form,
)
from timshel.kernel.forms.typed import Mistyped, read_date, read_money, read_number, read_time
from timshel.kernel.forms.visibility import Requester, Visible, Walk
from timshel.kernel.forms.words import day_words, number_words
from timshel.kernel.text import is_storable

Raw = Mapping[str, Any]
_SHA256 = re.compile(r"[0-9a-f]{64}")
Errors = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a form.

    Args:
        answers: JSON-plain answers of the visible fields that were answered and are right.
        errors: sentences by field key, or by ``key.row.column`` for the cell of a table.
        visible: which steps and fields are asked.
    """

    answers: dict[str, Any]
    errors: Errors
    visible: Visible

    def errors_in(self, keys: Collection[str]) -> Errors:
        """Return the errors of some fields, their cells included."""
        return {
            name: texts for name, texts in self.errors.items() if name.partition(".")[0] in keys
        }


@dataclass(slots=True)
class _Ground:
    """What the readers of values need beside the field and what was typed.

    ``faults`` collects what is wrong in single cells.
    """

    language: str
    today: date
    references: References
    named: Mapping[str, Mapping[str, Reference]]
    faults: Errors = field(default_factory=dict)


def read_answers(
    form: Form,
    raw: Raw,
    *,
    requester: Requester,
    language: str,
    references: References,
    today: date,
) -> Reading:
    """Read what was typed.

    Args:
        form: any form.
        raw: by field key, as typed or as programs send it: text; a list of texts for several
            choices; ``{"date", "from", "until"}`` for a time slot; text or ``{"amount",
            "currency"}`` for money; a list of rows (each by column key) for a table; for files a
            list of ``{"name", "media_type", "size", "sha256"}`` that the door vouches for; true or
            ``"on"`` for consent. What is hidden by a condition is dropped.
        requester: whom the form is filled in for; see ``visibility.REQUESTER``.
        language: in which it was typed: it says how numbers are written.
        references: finds people, units and the like; asked once for each type that occurs.
        today: the day from which ``today+3`` counts.
    """
    walk = Walk.through(form, requester)
    ground = _Ground(language, today, references, _named(form, raw, references))
    answers: dict[str, Any] = {}
    errors: Errors = {}
    for _step, fields in walk.steps(form):
        for each in fields:
            ground.faults = {}
            answer, found = _answer(each, raw.get(each.key), ground)
            if answer is not None:
                walk.note(each, answer)
            if not found:
                found = _broken_rule(each, answer, walk, language)
            if found:
                errors.update(found)
            elif answer is not None:
                answers[each.key] = answer
    return Reading(answers, errors, walk.seen())


def _answer(asked: Field, typed: Any, ground: _Ground) -> tuple[Any, Errors]:
    """Return an answer, or None, and what is wrong with it."""
    try:
        answer = _reader(asked)(asked, typed, ground)
    except Mistyped as mistake:
        return None, {asked.key: (str(mistake),)}
    if ground.faults:
        return None, dict(ground.faults)
    if answer is None and asked.required:
        return None, {asked.key: (_please_answer(asked),)}
    return answer, {}


def _broken_rule(asked: Field, answer: Any, walk: Walk, language: str) -> Errors:
    """Return the message of a rule that does not hold.

    A rule that cannot be worked out is broken where there is an answer, and kept where the field
    was left empty: a rule on a number says nothing about no number.
    """
    if not asked.rule:
        return {}
    try:
        is_kept = conditions.holds(asked.rule, walk.values())
    except Invalid:
        is_kept = answer is None
    if is_kept:
        return {}
    message = asked.text("message", language)
    return {asked.key: (message or _("This cannot be right. Please check it."),)}


def _please_answer(asked: Field) -> str:
    if asked.type == FieldType.CONSENT:
        return _("Please tick this box to go on.")
    if asked.type == FieldType.FILE:
        return _("Please add a file.")
    if asked.type == FieldType.TABLE:
        return _("Please fill in at least one row.")
    if asked.type == FieldType.TIME_SLOT:
        return _("Please say on which day, from when and until when.")
    if asked.type in {FieldType.CHOICE, FieldType.MULTIPLE_CHOICE} | REFERENCES:
        return _("Please choose an answer.")
    return _("Please answer this question.")


def _named(form: Form, raw: Raw, references: References) -> dict[str, Mapping[str, Reference]]:
    """Return what the codes in the form's answers name; one question for each type."""
    codes: dict[str, set[str]] = {}
    for each in form.fields():
        typed = raw.get(each.key)
        if each.type in references.kinds:
            codes.setdefault(each.type, set()).add(_as_text(typed))
        for column in each.columns:
            if column.type in references.kinds and each.type == FieldType.TABLE:
                cells = {_as_text(row.get(column.key)) for row in _rows(typed)}
                codes.setdefault(column.type, set()).update(cells)
    wanted = {kind: {each for each in found if each} for kind, found in codes.items()}
    return {kind: references.known(kind, found) for kind, found in wanted.items() if found}


def _as_text(typed: Any) -> str:
    """Return what was typed as one text with plain line ends."""
    if typed is None or isinstance(typed, bool | list | tuple | Mapping):
        return ""
    text = str(typed).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text if is_storable(text) else ""


def _rows(typed: Any) -> list[Mapping[str, Any]]:
    if not isinstance(typed, list | tuple):
        return []
    return [row for row in typed if isinstance(row, Mapping)]


def _read_text(asked: Field, typed: Any, ground: _Ground) -> str | None:
    _refuse_unstorable(typed)
    text = _as_text(typed)
    if asked.type == FieldType.TEXT:
        text = " ".join(text.split())
    if not text:
        return None
    longest = int(number_limit(asked.maximum) or LONGEST.get(asked.type, LONGEST[FieldType.TEXT]))
    shortest = int(number_limit(asked.minimum) or 0)
    _hold_length(len(text), shortest, longest)
    if asked.pattern and not _meets(asked.pattern, text):
        message = asked.text("message", ground.language)
        raise Mistyped(message or _("This is not written as it should be. Please check it."))
    return text


def _refuse_unstorable(typed: Any) -> None:
    if isinstance(typed, str) and not is_storable(typed):
        raise Mistyped(_("There are characters in this text that cannot be kept."))


def _hold_length(length: int, shortest: int, longest: int) -> None:
    if length > longest:
        text = ngettext(
            "Please write at most %(count)d character; there are %(length)d.",
            "Please write at most %(count)d characters; there are %(length)d.",
            longest,
        )
        raise Mistyped(text % {"count": longest, "length": length})
    if length < shortest:
        text = ngettext(
            "Please write at least %(count)d character; there are %(length)d.",
            "Please write at least %(count)d characters; there are %(length)d.",
            shortest,
        )
        raise Mistyped(text % {"count": shortest, "length": length})


def _meets(pattern: str, text: str) -> bool:
    """Tell whether a text meets a pattern, in time that grows only with the text."""
    values = {"text": text, "pattern": f"^(?:{pattern})$"}
    try:
        return conditions.holds("text.matches(pattern)", values)
    except Invalid:
        return False


def _read_number(asked: Field, typed: Any, ground: _Ground) -> int | float | None:
    if isinstance(typed, int | float | Decimal) and not isinstance(typed, bool):
        value = Decimal(str(typed))
        if not value.is_finite():
            raise Mistyped(_("Please write a number."))
    else:
        text = _as_text(typed)
        if not text:
            return None
        value = read_number(text, ground.language)
    _hold_number(value, asked, ground, unit="")
    return int(value) if value == value.to_integral_value() else float(value)


def _hold_number(value: Decimal, asked: Field, ground: _Ground, *, unit: str) -> None:
    least, most = number_limit(asked.minimum), number_limit(asked.maximum)
    if least is not None and value < least:
        words = number_words(least, ground.language, unit=unit)
        raise Mistyped(_("Please give at least %(limit)s.") % {"limit": words})
    if most is not None and value > most:
        words = number_words(most, ground.language, unit=unit)
        raise Mistyped(_("Please give at most %(limit)s.") % {"limit": words})


def _read_money(asked: Field, typed: Any, ground: _Ground) -> dict[str, str] | None:
    given = asked.currency
    language = ground.language
    if isinstance(typed, Mapping):
        given = _as_text(typed.get("currency")) or asked.currency
        typed, language = typed.get("amount"), "en"
    text = _as_text(typed)
    if not text:
        return None
    if asked.currency and given != asked.currency:
        raise Mistyped(_("Please give the amount in %(currency)s.") % {"currency": asked.currency})
    value = read_money(text, asked.currency, language)
    _hold_number(value, asked, ground, unit=asked.currency)
    return {"amount": str(value), "currency": given}


def _read_date(asked: Field, typed: Any, ground: _Ground) -> str | None:
    text = _as_text(typed)
    if not text:
        return None
    day = read_date(text, ground.language)
    _hold_date(day, asked, ground)
    return day.isoformat()


def _hold_date(day: date, asked: Field, ground: _Ground) -> None:
    first = day_limit(asked.minimum, ground.today)
    last = day_limit(asked.maximum, ground.today)
    if first is not None and day < first:
        words = day_words(first, ground.language)
        raise Mistyped(_("Please choose %(day)s or later.") % {"day": words})
    if last is not None and day > last:
        words = day_words(last, ground.language)
        raise Mistyped(_("Please choose %(day)s or earlier.") % {"day": words})


def _read_time_slot(asked: Field, typed: Any, ground: _Ground) -> dict[str, str] | None:
    parts = typed if isinstance(typed, Mapping) else {}
    texts = {name: _as_text(parts.get(name)) for name in ("date", "from", "until")}
    if not any(texts.values()):
        return None
    if not all(texts.values()):
        raise Mistyped(_("Please say on which day, from when and until when."))
    day = read_date(texts["date"], ground.language)
    _hold_date(day, asked, ground)
    begins, ends = read_time(texts["from"]), read_time(texts["until"])
    if begins >= ends:
        raise Mistyped(_("The end must be later than the beginning."))
    return {
        "date": day.isoformat(),
        "from": f"{begins:%H:%M}",
        "until": f"{ends:%H:%M}",
    }


def _read_choice(asked: Field, typed: Any, _ground: _Ground) -> str | None:
    text = _as_text(typed)
    if not text:
        return None
    if text not in {each.value for each in asked.choices}:
        raise Mistyped(_("Please choose one of the answers."))
    return text


def _read_choices(asked: Field, typed: Any, _ground: _Ground) -> list[str] | None:
    given = typed if isinstance(typed, list | tuple) else [typed]
    texts = {_as_text(each) for each in given} - {""}
    if not texts:
        return None
    values = [each.value for each in asked.choices]
    if texts - set(values):
        raise Mistyped(_("Please choose among the answers."))
    _hold_count(len(texts), asked)
    return [value for value in values if value in texts]


def _hold_count(count: int, asked: Field) -> None:
    least, most = number_limit(asked.minimum), number_limit(asked.maximum)
    if least is not None and count < least:
        text = ngettext(
            "Please give at least %(count)d.", "Please give at least %(count)d.", int(least)
        )
        raise Mistyped(text % {"count": int(least)})
    if most is not None and count > most:
        text = ngettext(
            "Please give at most %(count)d.", "Please give at most %(count)d.", int(most)
        )
        raise Mistyped(text % {"count": int(most)})


def _read_reference(asked: Field, typed: Any, ground: _Ground) -> str | None:
    if asked.type not in ground.references.kinds:
        return _read_text(asked, typed, ground)
    _refuse_unstorable(typed)
    text = _as_text(typed)
    if not text:
        return None
    if text in ground.named.get(asked.type, {}):
        return text
    found = ground.references.matching(asked.type, text)
    if len(found) == 1:
        return found[0].code
    if found:
        raise Mistyped(_("Several fit “%(text)s”. Please choose one.") % {"text": text})
    raise Mistyped(_("Nothing was found for “%(text)s”. Try a part of the name.") % {"text": text})


def _read_files(asked: Field, typed: Any, _ground: _Ground) -> list[dict[str, Any]] | None:
    files = [_file(each) for each in _rows(typed)]
    if not files:
        return None
    for each in files:
        _hold_file(each, asked)
    if asked.maximum is None and len(files) > MOST_FILES:
        raise Mistyped(_("Please add at most %(count)d files.") % {"count": MOST_FILES})
    _hold_count(len(files), asked)
    return files


def _file(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file as it is kept; what lies under no hash of ours is no file."""
    name, sha256, size = (given.get(each) for each in ("name", "sha256", "size"))
    is_ours = isinstance(sha256, str) and _SHA256.fullmatch(sha256) is not None
    if not is_ours or not isinstance(size, int) or not is_storable(str(name)):
        raise Mistyped(_("Please add the file again."))
    media_type = str(given.get("media_type", ""))
    return {"name": str(name), "media_type": media_type, "size": size, "sha256": sha256}


def _hold_file(file: Mapping[str, Any], asked: Field) -> None:
    if asked.size is not None and file["size"] > asked.size:
        raise Mistyped(_("The file “%(name)s” is too large.") % {"name": file["name"]})
    if asked.accept and not any(_is_accepted(file, each) for each in asked.accept):
        text = _("The file “%(name)s” is of another kind. Please add one of these: %(kinds)s.")
        raise Mistyped(text % {"name": file["name"], "kinds": ", ".join(asked.accept)})


def _is_accepted(file: Mapping[str, Any], kind: str) -> bool:
    if kind.startswith("."):
        return str(file["name"]).casefold().endswith(kind.casefold())
    if kind.endswith("/*"):
        return str(file["media_type"]).startswith(kind[:-1])
    return bool(file["media_type"] == kind)


def _read_table(asked: Field, typed: Any, ground: _Ground) -> list[dict[str, Any]] | None:
    rows = _rows(typed)
    if len(rows) > MOST_ROWS:
        raise Mistyped(_("Please give at most %(count)d rows.") % {"count": MOST_ROWS})
    read = [
        _read_row(asked, number, row, ground)
        for number, row in enumerate(rows)
        if any(_as_text(row.get(column.key)) for column in asked.columns)
    ]
    if not read:
        return None
    if not ground.faults:
        _hold_count(len(read), asked)
    return read


def _read_row(asked: Field, number: int, row: Mapping[str, Any], ground: _Ground) -> dict[str, Any]:
    """Read a row; what is wrong is noted by cell, the number being that of the typed row."""
    cells: dict[str, Any] = {}
    for column in asked.columns:
        name = f"{asked.key}.{number}.{column.key}"
        try:
            cell = _reader(column)(column, row.get(column.key), ground)
        except Mistyped as mistake:
            ground.faults[name] = (str(mistake),)
            continue
        if cell is not None:
            cells[column.key] = cell
        elif column.required:
            ground.faults[name] = (_please_answer(column),)
    return cells


def _read_consent(_asked: Field, typed: Any, _ground: _Ground) -> bool | None:
    return True if typed is True or typed in ("on", "true", "1", "yes") else None


_Reader = Callable[[Field, Any, _Ground], Any]
_READERS: dict[str, _Reader] = {
    FieldType.TEXT: _read_text,
    FieldType.LONG_TEXT: _read_text,
    FieldType.NUMBER: _read_number,
    FieldType.MONEY: _read_money,
    FieldType.DATE: _read_date,
    FieldType.TIME_SLOT: _read_time_slot,
    FieldType.CHOICE: _read_choice,
    FieldType.MULTIPLE_CHOICE: _read_choices,
    FieldType.FILE: _read_files,
    FieldType.TABLE: _read_table,
    FieldType.CONSENT: _read_consent,
    **dict.fromkeys(REFERENCES, _read_reference),
}


def _reader(asked: Field) -> _Reader:
    """Return what reads a field; one of a type that does not exist is read as text."""
    return _READERS.get(asked.type) or _read_text
