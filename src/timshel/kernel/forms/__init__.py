"""Forms as data: what is asked, of whom, and what was answered.

A form is designed once and used by everything that asks people something: ordering from the
catalogue, the tasks of a process. Nothing here knows what a person, a unit or a service is: such
answers are codes, which the caller resolves (``References``).

The way of an answer: ``form_from`` reads a design, ``defaults`` tells what stands in it to begin
with, ``read_answers`` turns what was typed into JSON-plain answers or sentences that say what to
mend, ``visible`` tells what is asked, ``display`` writes answers for people, and
``condition_values`` gives them to the conditions of a process. ``faults`` is for who designs.

Answers by type: text, long text, choice, person, unit, site, service, asset: a text. Number: a
number. Money: ``{"amount": "1250.00", "currency": "GBP"}``. Date: ``"2026-03-02"``. Time slot:
``{"date", "from", "until"}``. Multiple choice: a list of values. File: a list of ``{"name",
"media_type", "size", "sha256"}``. Table: a list of rows by column key. Consent: ``true``. What
was not answered is not there.
"""

from __future__ import annotations

from timshel.kernel.forms.checking import Fault, faults
from timshel.kernel.forms.comparison import FIELD_TYPES, SENSITIVITIES, Change, differences
from timshel.kernel.forms.defaults import defaults
from timshel.kernel.forms.display import Shown, display
from timshel.kernel.forms.plain import form_from, plain
from timshel.kernel.forms.reading import Reading, read_answers
from timshel.kernel.forms.references import NoReferences, Reference, References
from timshel.kernel.forms.shapes import Choice, Field, FieldType, Form, Sensitivity, Step
from timshel.kernel.forms.visibility import Visible, condition_values, visible

__all__ = [
    "FIELD_TYPES",
    "SENSITIVITIES",
    "Change",
    "Choice",
    "Fault",
    "Field",
    "FieldType",
    "Form",
    "NoReferences",
    "Reading",
    "Reference",
    "References",
    "Sensitivity",
    "Shown",
    "Step",
    "Visible",
    "condition_values",
    "defaults",
    "differences",
    "display",
    "faults",
    "form_from",
    "plain",
    "read_answers",
    "visible",
]
