"""Every diagram of the packs is valid BPMN 2.0, can run, and is run to each of its ends."""

from __future__ import annotations

from pathlib import Path

import pytest
import SpiffWorkflow.bpmn.parser
from lxml import etree

from timshel.kernel.bpmn.checks import findings
from timshel.kernel.bpmn.diagram import Diagram, Kind
from timshel.kernel.bpmn.exploring import explore
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.bpmn.translating import translated_xml
from timshel.kernel.bpmn.vocabulary import Vocabulary

PACKS = Path(__file__).parents[3] / "packs"
FILES = sorted(PACKS.glob("*/processes/*.bpmn"))
SCHEMA = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema" / "BPMN20.xsd"
DIAGRAMS = {path: read_diagram(path.read_text(encoding="utf-8")) for path in FILES}


def called(variant: str) -> dict[str, Diagram]:
    """Return what may be called, in a variant where there is one."""
    full = {each.process: each for each in DIAGRAMS.values() if not each.variant}
    return full | {each.process: each for each in DIAGRAMS.values() if each.variant == variant}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def test_there_are_many() -> None:
    assert len({each.process for each in DIAGRAMS.values()}) >= 15


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_valid_by_the_schema_of_the_standard(path: Path, schema: etree.XMLSchema) -> None:
    # The schema lets attributes of other namespaces be, and so our extensions.
    schema.assertValid(etree.parse(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_checks_have_nothing_against_it(path: Path) -> None:
    known = Vocabulary(processes=called(DIAGRAMS[path].variant))
    assert [each.sentence for each in findings(DIAGRAMS[path], known) if each.is_error] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_run_to_each_of_its_ends(path: Path) -> None:
    diagram = DIAGRAMS[path]
    coverage = explore(diagram, called(diagram.variant))
    assert coverage.is_complete
    assert coverage.stuck == {}
    assert coverage.missed == ()
    assert set(coverage.ends) == {each.id for each in diagram.elements if each.kind is Kind.END}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_people_read_of_it_is_there_in_french(path: Path) -> None:
    diagram = DIAGRAMS[path]
    french = read_diagram(translated_xml(path.read_text(encoding="utf-8"), "fr"))
    assert french.name != diagram.name or diagram.name_in("fr") == diagram.name
    named = (Kind.USER_TASK, Kind.CALL, Kind.SUB_PROCESS)
    missing = [
        each.id
        for each in diagram.elements
        if each.kind in named and not any(words.language == "fr" for words in each.translations)
    ]
    assert missing == []
