"""What the packs bring to read, to fill in and to run: complete in both languages, and sound.

Every form is one that people can fill in, every process one that runs to each of its ends, with
the answers of the forms that lead to it, and every page speaks of things that exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from lxml import etree

from timshel.interfaces.connectors.packs import packs_directory
from timshel.interfaces.connectors.packs.files import pack_file
from timshel.kernel import conditions
from timshel.kernel.bpmn.checks import findings
from timshel.kernel.bpmn.diagram import ApprovalSpec, CallSpec, Diagram, Kind, TaskSpec, TimerSpec
from timshel.kernel.bpmn.engine import Run, begin
from timshel.kernel.bpmn.exploring import explore
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.bpmn.records import StepKind
from timshel.kernel.bpmn.vocabulary import SERVICES, Vocabulary
from timshel.kernel.forms import Field, FieldType, Form, condition_values, form_from
from timshel.kernel.forms.checking import faults

PACKS = packs_directory()
ICONS = PACKS.parent / "frontend/node_modules/@tabler/icons/tabler-nodes-outline.json"
FORMS = sorted(PACKS.glob("*/forms/*.yaml"))
PROCESSES = sorted(PACKS.glob("*/processes/*.bpmn"))
PAGES = sorted(PACKS.glob("*/catalogue/*.yaml"))
SOME_DAY = date(2027, 3, 1)
AT = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
REQUESTER = {
    "person": "imre.castellane",
    "name": "Imre Castellane",
    "email": "imre.castellane@aldermoor.example",
    "phone": "+44 1632 960 021",
    "unit": "climate",
    "site": "aldermoor",
    "customer_category": "",
    "language": "fr",
    "is_customer": False,
}


def named(path: Path) -> str:
    return path.name.removesuffix(path.suffix)


def content(name: str) -> Any:
    return yaml.load((PACKS / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def form(path: Path) -> Form:
    return form_from(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@cache
def forms() -> dict[str, Form]:
    return {path.stem: form(path) for path in FORMS}


@cache
def diagram(path: Path) -> Diagram:
    return read_diagram(path.read_text(encoding="utf-8"))


@cache
def full_diagrams() -> dict[str, Diagram]:
    return {each.process: each for each in map(diagram, PROCESSES) if not each.variant}


@cache
def pages() -> dict[str, dict[str, Any]]:
    return {
        page["code"]: page
        for path in PAGES
        for page in pack_file(str(path.relative_to(PACKS))).data["offerings"]
    }


@cache
def codes(name: str, part: str) -> frozenset[str]:
    return frozenset(row["code"] for row in content(f"demonstration/{name}.yaml")[part])


@cache
def roles() -> frozenset[str]:
    standard = {row["code"] for row in content("standard/roles.yaml")["roles"]}
    return codes("roles", "roles") | standard


@cache
def offerings() -> dict[str, dict[str, Any]]:
    return {
        offering["code"]: {**offering, "service": service}
        for area in content("demonstration/services.yaml")["areas"]
        for service in area["services"]
        for offering in service["offerings"]
    }


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(
        teams=codes("organization", "teams"),
        functions=codes("functions", "functions"),
        forms=frozenset(forms()),
        roles=roles(),
        processes=full_diagrams(),
    )


def french_faults(text: str) -> Iterator[str]:
    """Yield what is wrong with the typography of a French text."""
    if "'" in text:
        yield "a straight apostrophe"
    if re.search(r"(?<=\w) [?!;:»]|« |[^\s\u00a0\u202f][?!;»](?!\w)", text):
        yield "an ordinary space, or none, before a mark or within quotation marks"
    if re.search(r"\d (?:£|\d{3}\b)", text):
        yield "an ordinary space within an amount"


def told_in_french(where: str, texts: Mapping[str, Any]) -> list[str]:
    """Return the faults of all French texts below a mapping."""
    found: list[str] = []
    for key, value in texts.items():
        if isinstance(value, str):
            found += [f"{where}.{key}: {fault}: {value}" for fault in french_faults(value)]
        elif isinstance(value, list):
            for number, each in enumerate(value):
                found += told_in_french(f"{where}.{key}.{number}", each)
    return found


class TestForms:
    @pytest.mark.parametrize("path", FORMS, ids=named)
    def test_a_form_has_no_faults_and_complete_french(self, path: Path) -> None:
        assert form(path).code == path.stem
        assert faults(form(path), languages=("fr",)) == []

    @pytest.mark.parametrize("path", FORMS, ids=named)
    def test_its_french_is_set_as_french_is(self, path: Path) -> None:
        found = [
            fault
            for translations in _translations(content(str(path.relative_to(PACKS))))
            for fault in told_in_french(path.stem, translations["fr"])
        ]
        assert found == []

    def test_every_type_of_field_is_used(self) -> None:
        used = {each.type for one in forms().values() for each in one.fields()}
        assert used == set(FieldType)

    def test_every_power_of_a_form_is_used(self) -> None:
        fields = [each for one in forms().values() for each in one.fields()]
        assert {each.sensitivity for each in fields} == {"normal", "personal", "confidential"}
        assert any(len(one.steps) > 1 for one in forms().values())
        assert any(step.condition for one in forms().values() for step in one.steps)
        for power in ("help", "default_from", "condition", "rule", "pattern", "accept", "size"):
            assert any(getattr(each, power) for each in fields), power

    def test_a_laptop_is_a_matter_of_a_minute(self) -> None:
        laptop = forms()["laptop"]
        to_be_typed = [
            each.key
            for each in laptop.fields()
            if each.required and each.default is None and not each.default_from
        ]
        assert len(laptop.steps) == 1
        assert to_be_typed == []


def _translations(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "translations":
                yield value
            else:
                yield from _translations(value)
    elif isinstance(data, list):
        for each in data:
            yield from _translations(each)


class TestProcesses:
    @pytest.mark.parametrize("path", PROCESSES, ids=named)
    def test_a_diagram_has_no_findings(self, path: Path) -> None:
        each = diagram(path)
        assert path.name == f"{each.process}{f'.{each.variant}' if each.variant else ''}.bpmn"
        assert findings(each, vocabulary()) == ()

    @pytest.mark.parametrize("path", PROCESSES, ids=named)
    def test_it_is_told_in_french_as_well(self, path: Path) -> None:
        each = diagram(path)
        told: list[tuple[str, str, str, Any]] = [
            (each.process, each.name, each.documentation, each)
        ]
        told += [(one.id, one.name, one.documentation, one) for one in each.elements]
        for key, name, documentation, one in told:
            if name:
                assert any(text.name for text in one.translations), key
            if documentation:
                assert any(text.documentation for text in one.translations), key
        words = [text for *_rest, one in told for text in one.translations]
        for flow in each.flows:
            assert not flow.name or flow.translations, flow.id
            words += flow.translations
        for one in each.elements:
            for check in one.spec.checks if isinstance(one.spec, TaskSpec) else ():
                assert check.text_in("fr") != check.text, check.text
                words += check.translations
        found = [
            fault
            for text in words
            for part in (text.name, text.documentation)
            for fault in french_faults(part)
        ]
        assert found == []
        assert each.documentation, "people read the process before they order"

    @pytest.mark.parametrize("path", PROCESSES, ids=named)
    def test_it_runs_to_each_of_its_ends(self, path: Path) -> None:
        reached = explore(diagram(path), full_diagrams())
        assert reached.missed == ()
        assert reached.stuck == {}
        assert reached.is_complete
        taken = {each.id for each in diagram(path).flows}
        assert reached.flows == taken

    @pytest.mark.parametrize("path", PROCESSES, ids=named)
    def test_its_picture_has_a_place_for_everything(self, path: Path) -> None:
        assert list(_misplaced(path)) == []

    def test_everything_that_runs_is_shown_once(self) -> None:
        elements = [each for path in PROCESSES for each in diagram(path).elements]
        assert {each.kind for each in elements} == set(Kind)
        calls = {each.spec.service for each in elements if isinstance(each.spec, CallSpec)}
        assert calls == set(SERVICES)
        approvals = [each.spec for each in elements if isinstance(each.spec, ApprovalSpec)]
        assert {each.by for each in approvals} == {
            *("line_manager", "service_owner", "budget_holder", "role", "person")
        }
        assert {each.on_expiry for each in approvals} == {"", "refused", "approved", "escalated"}
        assert {each.needed for each in approvals} == {1, 2}
        events = {
            (each.kind, type(each.spec).__name__, each.interrupting)
            for each in elements
            if each.kind in (Kind.CATCH, Kind.THROW, Kind.BOUNDARY, Kind.END)
        }
        assert events == {
            (Kind.CATCH, "TimerSpec", True),
            (Kind.CATCH, "MessageSpec", True),
            (Kind.THROW, "NoneType", True),
            (Kind.BOUNDARY, "TimerSpec", True),
            (Kind.BOUNDARY, "TimerSpec", False),
            (Kind.BOUNDARY, "MessageSpec", True),
            (Kind.BOUNDARY, "ErrorSpec", True),
            (Kind.END, "NoneType", True),
            (Kind.END, "ErrorSpec", True),
            (Kind.END, "TerminateSpec", True),
        }

    def test_there_are_many_and_some_are_light_as_well(self) -> None:
        assert len(full_diagrams()) >= 18
        light = {each.process for each in map(diagram, PROCESSES) if each.variant == "light"}
        assert light == {"question", "travel", "data-delivery"}
        assert light <= full_diagrams().keys()


SPACE = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
Box = tuple[float, float, float, float]


def _misplaced(path: Path) -> Iterator[str]:
    """Yield what has no place in a picture, or lies on something else."""
    each = diagram(path)
    root = etree.fromstring(path.read_bytes())
    boxes = {
        shape.get("bpmnElement", ""): _box(shape.find(BOUNDS))
        for shape in root.iter(f"{SPACE}BPMNShape")
    }
    edges = {
        edge.get("bpmnElement", ""): [
            (float(point.get("x", "")), float(point.get("y", ""))) for point in edge.iter(WAYPOINT)
        ]
        for edge in root.iter(f"{SPACE}BPMNEdge")
    }
    yield from sorted({one.id for one in each.elements} ^ boxes.keys())
    yield from sorted({one.id for one in each.flows} ^ edges.keys())
    solid = [one for one in each.elements if one.kind not in (Kind.SUB_PROCESS, Kind.BOUNDARY)]
    for number, first in enumerate(solid):
        for second in solid[number + 1 :]:
            if _overlap(boxes[first.id], boxes[second.id]):
                yield f"{first.id} lies on {second.id}"
    for flow in each.flows:
        for one in solid:
            if one.id not in (flow.source, flow.target, each.by_id[flow.source].attached_to):
                box = boxes[one.id]
                if any(_overlap(_piece(*ends), box) for ends in pairwise(edges[flow.id])):
                    yield f"{flow.id} runs through {one.id}"


def _box(bounds: Any) -> Box:
    x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def _piece(start: tuple[float, float], end: tuple[float, float]) -> Box:
    (x, y), (u, v) = start, end
    return min(x, u), min(y, v), max(x, u), max(y, v)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


class TestPages:
    def test_the_catalogue_is_large_enough_to_look_like_one(self) -> None:
        assert len(pages()) >= 66
        assert {page["purpose"] for page in pages().values()} == {
            *("order", "question", "complaint", "compliment", "idea", "other")
        }

    @pytest.mark.parametrize("code", sorted(pages()))
    def test_a_page_speaks_of_what_exists(self, code: str) -> None:
        page = pages()[code]
        assert code in offerings()
        assert page.get("form") in {None, *forms()}
        assert page.get("process") in {None, *full_diagrams()}
        assert code not in page.get("related", ())
        assert set(page.get("related", ())) <= offerings().keys()
        assert {part["offering"] for part in page.get("parts", ())} <= pages().keys()
        calendars = {row["code"] for row in content("standard/service-levels.yaml")["calendars"]}
        calendars |= codes("service-levels", "calendars")
        assert page.get("support_calendar") in {None, *calendars}

    @pytest.mark.parametrize("code", sorted(pages()))
    def test_those_who_are_entitled_exist(self, code: str) -> None:
        rows = pages()[code]["entitled"]
        assert rows
        known = {
            "unit": codes("organization", "units"),
            "site": codes("organization", "sites"),
            "role": roles(),
        }
        for row in rows:
            for key in row.keys() & known.keys():
                assert row[key] in known[key]

    @pytest.mark.parametrize("code", sorted(pages()))
    def test_a_page_is_told_in_french_as_well(self, code: str) -> None:
        page = pages()[code]
        french = page["translations"]["fr"]
        told = ("name", "summary", "keywords", "text", "questions", "documents")
        assert {key for key in told if key in page} == french.keys()
        for key in ("questions", "documents"):
            assert len(page.get(key, ())) == len(french.get(key, ()))
        assert told_in_french(code, french) == []

    @pytest.mark.skipif(not ICONS.exists(), reason="the icons are not fetched here")
    def test_every_icon_exists(self) -> None:
        icons = json.loads(ICONS.read_text(encoding="utf-8"))
        assert {page["icon"] for page in pages().values()} <= icons.keys()

    def test_every_form_and_process_is_used(self) -> None:
        asked = {page["form"] for page in pages().values() if "form" in page}
        elements = [each for path in PROCESSES for each in diagram(path).elements]
        filled = {each.spec.form for each in elements if isinstance(each.spec, TaskSpec)}
        assert forms().keys() <= asked | filled
        run = {page["process"] for page in pages().values() if "process" in page}
        assert full_diagrams().keys() == run | {each.called for each in elements if each.called}

    def test_anything_else_is_open_to_everybody(self) -> None:
        anything = {
            page["purpose"]: page["entitled"]
            for code, page in pages().items()
            if offerings()[code]["service"]["code"] == "anything-else"
        }
        assert set(anything) == {"other", "question", "complaint", "compliment", "idea"}
        assert all(rows == [{"audience": "everybody"}] for rows in anything.values())

    def test_some_are_for_some_people_only(self) -> None:
        def only(*rows: dict[str, str]) -> set[str]:
            return {code for code, page in pages().items() if page["entitled"] == list(rows)}

        assert only({"role": "manager"}) == {
            *("joining-new", "joining-leave", "account-new", "account-block")
        }
        assert only({"site": "lac-orme"}) == {"field-snowmobile"}
        assert only({"site": "kestrel-bay"}) == {"field-boat"}
        assert only({"unit": "data"}) == {"computing-gpu"}
        assert only({"audience": "customers", "category": "dedicated_team"}) == {"forecast-extract"}

    def test_two_things_are_wrong_on_purpose(self) -> None:
        """The health of the catalogue has something to find."""
        services = {each["service"]["code"]: each["service"] for each in offerings().values()}
        assert {code for code, service in services.items() if "owner" not in service} == {
            "bicycles"
        }
        past = {code for code, page in pages().items() if page["review_date"] < "2026-03-01"}
        assert past == {"printing-poster"}

    def test_what_is_promised_is_offered(self) -> None:
        for agreement in content("demonstration/service-levels.yaml")["agreements"]:
            for target in agreement.get("targets", ()):
                if "fulfil" in target and "offering" in target:
                    assert target["offering"] in pages(), target


class TestPagesRun:
    """The expressions of the processes, with what the forms that lead to them answer."""

    @pytest.mark.parametrize("code", sorted(pages()))
    def test_every_expression_can_be_worked_out(self, code: str) -> None:
        for one in _run_by(code):
            for facts in _all_facts(code):
                values = {**facts, "steps": _steps(one)}
                for flow in one.flows:
                    assert not flow.condition or conditions.holds(flow.condition, values) in (
                        True,
                        False,
                    )
                for element in one.elements:
                    if isinstance(element.spec, TimerSpec) and "(" in element.spec.text:
                        moment = conditions.value(element.spec.text, values)
                        assert isinstance(moment, datetime), element.id
                    elif isinstance(element.spec, CallSpec):
                        assert _texts_of(element.spec, values), element.id

    @pytest.mark.parametrize("code", sorted(pages()))
    def test_what_is_asked_for_always_comes_to_an_end(self, code: str) -> None:
        """Whatever people decide and whenever, something is waited for until the end."""
        for one in _run_by(code):
            for seed in range(3):
                chance = Random(f"{one.process} {one.variant} {seed}")
                run = _played(one, chance.choice(_all_facts(code)), chance)
                assert run.is_ended, [step.element_id for step in run.waiting()]

    def test_no_branch_on_an_answer_is_dead(self) -> None:
        """Each condition holds for some answers of some form, and does not for others."""
        seen: dict[tuple[str, str], set[bool]] = {}
        for code in pages():
            for one in _run_by(code):
                for flow in one.flows:
                    if flow.condition and "steps" not in conditions.names_read(flow.condition):
                        found = seen.setdefault((one.process, flow.id), set())
                        for facts in _all_facts(code):
                            found.add(conditions.holds(flow.condition, facts))
        assert seen
        assert {key for key, found in seen.items() if len(found) < 2} == set()

    def test_a_bundle_hands_its_answers_to_its_parts(self) -> None:
        bundle = pages()["joining-new"]
        answers = _answers(forms()["new-joiner"])
        for part in bundle["parts"]:
            page = pages()[part["offering"]]
            asked = forms()[page["form"]]
            handed = {key: each for key, each in answers.items() if key in _keys(asked)}
            assert handed, part
            facts = _facts(part["offering"], asked, handed, bundle="joining-new")
            reached = explore(full_diagrams()[page["process"]], full_diagrams(), facts=[facts])
            assert reached.ends
            if part.get("condition"):
                values = {"answers": condition_values(forms()["new-joiner"], answers)}
                assert isinstance(conditions.holds(part["condition"], values), bool)

    def test_a_new_colleague_is_the_work_of_many_teams(self) -> None:
        bundle = pages()["joining-new"]
        reached = [full_diagrams()["new-joiner"]]
        reached += [
            full_diagrams()[pages()[part["offering"]]["process"]]
            for part in bundle["parts"]
            if not part.get("condition")
        ]
        order = reached[0].elements
        approvals = [each.spec.by for each in order if isinstance(each.spec, ApprovalSpec)]
        assert approvals == ["budget_holder", "service_owner"]
        assert any(each.kind is Kind.CATCH for each in order)
        tasks = [
            each.spec
            for one in reached
            for each in one.elements
            if isinstance(each.spec, TaskSpec) and each.id in _IN_BUNDLE[one.process]
        ]
        assert len(tasks) == 6
        assert len({each.team or each.function for each in tasks}) == 6
        again = [each for each in tasks if "failed" in each.outcomes]
        assert [each.team for each in again] == ["service-desk"]


_IN_BUNDLE = {
    "new-joiner": {"welcome_pack"},
    "account-new": {"create_account"},
    "device-order": {"prepare_device", "check_device"},
    "badge": {"make_card"},
    "desk-setup": {"set_up"},
}
"""The tasks of a new colleague's order, where nothing special was asked for."""


def _played(one: Diagram, facts: Mapping[str, Any], chance: Random) -> Run:
    """Play a process by chance until it ends or stands still."""
    run = begin(one, full_diagrams(), facts, AT)
    for number in range(400):
        if run.is_ended or not run.waiting():
            break
        step = chance.choice(run.waiting())
        at = AT + timedelta(hours=number)
        if step.kind in (StepKind.TIMER, StepKind.MESSAGE):
            run.trigger(step.id, facts=facts, at=at)
            continue
        outcomes = getattr(step.spec, "outcomes", ("done",))
        answers = _filled(getattr(step.spec, "form", ""))
        run.complete(step.id, outcome=chance.choice(outcomes), answers=answers, facts=facts, at=at)
    return run


def _run_by(code: str) -> list[Diagram]:
    """Return what a page runs, in all variants."""
    return [each for each in map(diagram, PROCESSES) if each.process == pages()[code]["process"]]


@cache
def _all_facts(code: str) -> tuple[dict[str, Any], ...]:
    """Return what conditions may read for a page: with each other choice, and within a bundle."""
    asked = forms()[pages()[code]["form"]]
    usual = [_facts(code, asked, answers, bundle="") for answers in _variations(asked)]
    return (*usual, _facts(code, asked, _answers(asked), bundle="joining-new"))


def _steps(one: Diagram) -> dict[str, Any]:
    """Return the steps of a process as if each had been done once, with its form filled in."""
    return {
        each.id: {
            "outcome": each.spec.outcomes[0],
            "by": "Jonas Okereke-Vale",
            "at": "2027-03-01T10:00:00+00:00",
            "answers": _filled(each.spec.form) if isinstance(each.spec, TaskSpec) else {},
        }
        for each in one.elements
        if isinstance(each.spec, (TaskSpec, ApprovalSpec))
    }


def _filled(code: str) -> dict[str, Any]:
    return condition_values(forms()[code], _answers(forms()[code])) if code else {}


def _texts_of(spec: CallSpec, values: Mapping[str, Any]) -> bool:
    """Tell whether every value that an automatic step gives is there."""
    given = [
        conditions.value(each.expression, values) if each.expression else each.text
        for each in spec.values
    ]
    return all(each is not None for each in given)


def _keys(asked: Form) -> set[str]:
    return {each.key for each in asked.fields()}


def _facts(code: str, asked: Form, answers: Mapping[str, Any], *, bundle: str) -> dict[str, Any]:
    return {
        "answers": condition_values(asked, answers),
        "requester": REQUESTER,
        "request": {
            "number": "REQ0000001",
            "offering": code,
            "service": offerings()[code]["service"]["code"],
            "variant": "full",
            "purpose": pages()[code]["purpose"],
            "price": 0.0,
            "for_other": False,
            "fields": {},
            "bundle": bundle,
        },
        "parts": [],
    }


def _variations(asked: Form) -> Iterator[dict[str, Any]]:
    """Yield answers of a form: usual ones, and each other choice in turn."""
    usual = _answers(asked)
    yield usual
    for each in asked.fields():
        for other in _others(each):
            yield {**usual, each.key: other}


def _answers(asked: Form) -> dict[str, Any]:
    return {each.key: _answer(each) for each in asked.fields()}


def _answer(asked: Field) -> Any:
    if asked.type == FieldType.TABLE:
        return [{column.key: _answer(column) for column in asked.columns}]
    if asked.type == FieldType.CHOICE:
        return asked.default or asked.choices[0].value
    return _USUAL[FieldType(asked.type)]


def _others(asked: Field) -> Iterator[Any]:
    if asked.type == FieldType.CHOICE:
        yield from (choice.value for choice in asked.choices)
    elif asked.type == FieldType.MULTIPLE_CHOICE:
        yield from ([choice.value] for choice in asked.choices)
        yield [choice.value for choice in asked.choices]
    elif asked.type == FieldType.MONEY:
        yield from ({"amount": amount, "currency": "GBP"} for amount in ("2000.00", "20000.00"))
    elif asked.type == FieldType.NUMBER:
        yield 100_000
    elif asked.type == FieldType.TABLE:
        for column in asked.columns:
            for other in _others(column):
                yield [{**_answer(asked)[0], column.key: other}]


_USUAL: dict[FieldType, Any] = {
    FieldType.TEXT: "https://example.org/somewhere",
    FieldType.LONG_TEXT: "Something that somebody wrote.",
    FieldType.NUMBER: 1,
    FieldType.MONEY: {"amount": "100.00", "currency": "GBP"},
    FieldType.DATE: (SOME_DAY + timedelta(days=14)).isoformat(),
    FieldType.TIME_SLOT: {"date": SOME_DAY.isoformat(), "from": "09:00", "until": "10:30"},
    FieldType.MULTIPLE_CHOICE: [],
    FieldType.PERSON: "tess.iverley",
    FieldType.UNIT: "climate",
    FieldType.SITE: "aldermoor",
    FieldType.SERVICE: "laptop",
    FieldType.ASSET: "A-1042",
    FieldType.FILE: [],
    FieldType.CONSENT: True,
}
