"""A form that is being filled in: what is asked, of whom, in which language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from timshel.kernel.forms import Field, Form, Reading, References, Step, read_answers

CONTROL = "answering"
"""The name of what the buttons within a step send, and the script when it asks anew."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A form as one person fills it in.

    Args:
        form: what is asked.
        requester: whom it is filled in for; see ``kernel.forms.visibility.REQUESTER``.
        references: finds people, units and the like within the reader's rights.
        language: of the reader; numbers are read as it writes them.
        today: the reader's day.
        owner: the key of the person who fills it in; their files are nobody else's.
        prefix: before the names of all inputs, where a page has more than one form.
        save_url: where the script posts what was typed; "" where nothing is saved on the way.
    """

    form: Form
    requester: Mapping[str, Any]
    references: References
    language: str
    today: date
    owner: int | None
    prefix: str = ""
    save_url: str = ""

    def read(self, raw: Mapping[str, Any]) -> Reading:
        """Read raw answers of all steps."""
        return read_answers(
            self.form,
            raw,
            requester=self.requester,
            language=self.language,
            references=self.references,
            today=self.today,
        )

    def name_of(self, field: Field) -> str:
        """Return the name of a field's input."""
        return f"{self.prefix}{field.key}"

    def shown_name(self, step: Step) -> str:
        """Return the name of the input that tells which fields a page showed."""
        return f"{self.prefix}{CONTROL}.{step.key}"
