"""Which steps and fields of a form are asked, given what was answered so far.

A condition speaks only of fields that come before it, so one walk from the first field to the
last decides everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from timshel.kernel import conditions
from timshel.kernel.errors import Invalid
from timshel.kernel.forms.shapes import Field, FieldType, Form, Step

Answers = Mapping[str, Any]
Requester = Mapping[str, Any]

REQUESTER = frozenset(
    {
        "person",
        "name",
        "email",
        "phone",
        "unit",
        "site",
        "customer_category",
        "language",
        "is_customer",
    }
)
"""What a form may know of the person it is filled in for; all are text but ``is_customer``."""

NAMES = frozenset({"answers", "requester"})

_EMPTY: dict[str, Any] = {
    FieldType.NUMBER: None,
    FieldType.MONEY: None,
    FieldType.TIME_SLOT: None,
    FieldType.MULTIPLE_CHOICE: [],
    FieldType.FILE: [],
    FieldType.TABLE: [],
    FieldType.CONSENT: False,
}


@dataclass(frozen=True, slots=True)
class Visible:
    """What is asked.

    Args:
        steps: the keys of the steps, in their order; a step without a visible field is not asked.
        fields: the keys of the fields.
    """

    steps: tuple[str, ...]
    fields: frozenset[str]


@dataclass(slots=True)
class Walk:
    """One walk through a form, deciding on each field by the answers before it.

    Args:
        requester: whom the form is filled in for.
        known: the answers so far, as conditions read them.
    """

    requester: Requester
    known: dict[str, Any]
    _steps: list[str] = field(default_factory=list)
    _fields: set[str] = field(default_factory=set)

    @classmethod
    def through(cls, form: Form, requester: Requester) -> Walk:
        """Begin with a form of which nothing is answered."""
        return cls(requester, {each.key: empty(each) for each in form.fields()})

    def steps(self, form: Form) -> Iterator[tuple[Step, Iterator[Field]]]:
        """Return the steps that are asked, each with those of its fields that are."""
        for step in form.steps:
            if self.holds(step.condition):
                yield step, self._asked(step)

    def note(self, asked: Field, answer: Any) -> None:
        """Remember an answer, for the conditions that follow."""
        self.known[asked.key] = for_conditions(asked, answer)

    def holds(self, condition: str) -> bool:
        """Tell whether a condition holds; one that cannot be worked out does not."""
        if not condition:
            return True
        try:
            return conditions.holds(condition, self.values())
        except Invalid:
            return False

    def values(self) -> dict[str, Any]:
        """Return what conditions read."""
        return {"answers": self.known, "requester": dict(self.requester)}

    def seen(self) -> Visible:
        """Return what was asked on the way."""
        return Visible(tuple(self._steps), frozenset(self._fields))

    def _asked(self, step: Step) -> Iterator[Field]:
        for each in step.fields:
            if not self.holds(each.condition):
                continue
            if step.key not in self._steps:
                self._steps.append(step.key)
            self._fields.add(each.key)
            yield each


def visible(form: Form, answers: Answers, requester: Requester) -> Visible:
    """Return which steps and fields are asked.

    Args:
        form: any form; a condition that cannot be worked out does not hold.
        answers: as ``read_answers`` returned them; those of hidden fields count as empty.
        requester: the values named in ``REQUESTER``.
    """
    walk = Walk.through(form, requester)
    for _step, fields in walk.steps(form):
        for each in fields:
            if each.key in answers:
                walk.note(each, answers[each.key])
    return walk.seen()


def condition_values(form: Form, answers: Answers) -> dict[str, Any]:
    """Return answers as conditions read them: every field of the form is there.

    What was not asked or not answered is empty (``""``, ``null``, ``[]`` or ``false`` by type),
    so that a condition may speak of it; the amount of money is a number, in ``amount`` beside
    ``currency``. Use this for the gateways of a process, too.

    Args:
        form: that was answered.
        answers: as ``read_answers`` returned them.
    """
    return {
        each.key: for_conditions(each, answers[each.key]) if each.key in answers else empty(each)
        for each in form.fields()
    }


def empty(asked: Field) -> Any:
    """Return what a field that is not answered is in a condition."""
    found = _EMPTY.get(asked.type, "")
    return list(found) if isinstance(found, list) else found


def for_conditions(asked: Field, answer: Any) -> Any:
    """Return an answer as conditions read it."""
    if answer is None:
        return empty(asked)
    if asked.type == FieldType.MONEY and isinstance(answer, Mapping):
        return {"amount": float(answer["amount"]), "currency": answer["currency"]}
    if asked.type == FieldType.TABLE:
        columns = {each.key: each for each in asked.columns}
        return [
            {key: for_conditions(column, row.get(key)) for key, column in columns.items()}
            for row in answer
        ]
    return answer
