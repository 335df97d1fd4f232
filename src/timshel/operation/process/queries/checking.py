"""What is wrong with a diagram, by what there is to name here."""

from __future__ import annotations

from timshel.kernel.bpmn.checks import findings
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.bpmn.vocabulary import Finding
from timshel.operation.process.hosting import vocabulary


def check_diagram(xml: str) -> tuple[Finding, ...]:
    """Return what is wrong with a diagram, and what is odd about it.

    Raises:
        Invalid: this cannot be read as a diagram.
    """
    return findings(read_diagram(xml), vocabulary())
