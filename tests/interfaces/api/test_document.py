"""The OpenAPI document is whole, and changes on purpose only; its page needs no script.

Renew the snapshot with ``TIMSHEL_RENEW_SNAPSHOTS=1 pytest tests/interfaces/api/test_document.py``.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from django.test import Client
from pydantic import BaseModel

from timshel.interfaces.api.operations import declared
from timshel.interfaces.api.scopes import AREA_OF_TAG, scope_of
from timshel.interfaces.api.urls import API
from timshel.interfaces.api.v1.incident_stages import ResolutionGiven
from timshel.leadership.authority.access import AREAS
from timshel.resolution_fulfilment.incident.states import ResolutionCode

SNAPSHOT = Path(__file__).with_name("openapi.json")
Operation = dict[str, Any]


@pytest.fixture
def document() -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_what_it_was(document: dict[str, Any]) -> None:
    if os.environ.get("TIMSHEL_RENEW_SNAPSHOTS"):
        SNAPSHOT.write_text(json.dumps(document, indent=0, ensure_ascii=False) + "\n")
    assert document == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_it_is_openapi_3_1_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    for kind, name in re.findall(r'"#/components/(\w+)/([\w-]+)"', json.dumps(document)):
        assert name in document["components"][kind]


def test_each_operation_says_everything(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    names = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in operations(document):
        assert set(operation["tags"]) <= tags, path
        assert operation["summary"], path
        assert operation["description"].endswith("."), path
        scope = scope_of(method.upper(), operation["tags"], operation["operationId"])
        wanted = [] if scope is None else [scope]
        assert operation["security"] == [{"TokenAuthentication": wanted}], path
        always = {"400", "401", "403", "405", "422", "429", "500", "503"}
        assert always <= set(operation["responses"]), path
        assert any(status.startswith("2") for status in operation["responses"]), path
        assert ("{" in path) <= ("404" in operation["responses"]), path
        headers = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
        if method in ("post", "patch") and "Idempotency-Key" in headers:
            assert {"409", "422"} <= set(operation["responses"]), path
        for parameter in operation["parameters"]:
            assert parameter["description"], (path, parameter["name"])
        for status, answer in operation["responses"].items():
            assert "$ref" in answer or answer["description"], (path, status)


def test_each_tag_belongs_to_an_area_of_scopes(document: dict[str, Any]) -> None:
    lost = {tag["name"] for tag in document["tags"]} - set(AREA_OF_TAG)
    assert lost == set(), "name their area in AREA_OF_TAG of interfaces.api.scopes"
    assert set(AREA_OF_TAG.values()) <= set(AREAS)


def test_two_shapes_never_share_a_name() -> None:
    """Of two classes of one name the document would show one, and hide the other."""
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for _route, operation in declared(API):
        answers = (model for model in operation.response_models.values() if model)
        for model in [*operation.models, *answers]:
            if isinstance(model, type) and issubclass(model, BaseModel):
                for name, shape in model.model_json_schema().get("$defs", {}).items():
                    written = json.dumps(shape, sort_keys=True)
                    known[name].setdefault(written, operation.operation_id or "")
    twice = {name: list(where.values()) for name, where in known.items() if len(where) > 1}
    assert twice == {}, "give each class a name of its own, or use fields.listed for enumerations"


def test_each_problem_is_a_problem_document_with_an_example(document: dict[str, Any]) -> None:
    for name, response in document["components"]["responses"].items():
        if name == "NotModified":
            continue
        (media_type,) = response["content"]
        assert media_type == "application/problem+json"
        content = response["content"][media_type]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        for code, example in content["examples"].items():
            assert example["value"]["code"] == code


def test_each_schema_says_what_it_is(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name


def test_the_words_of_this_version_are_those_of_the_domain() -> None:
    given = get_args(ResolutionGiven.model_fields["code"].annotation)
    assert set(given) == set(ResolutionCode) - {ResolutionCode.CONFIRMED}


def test_every_address_of_the_interface_is_in_the_document(document: dict[str, Any]) -> None:
    patterns, _app, _namespace = API.urls
    routes = {
        "/api/v1/" + re.sub(r"<(\w+)>", r"{\1}", str(each.pattern))
        for each in patterns
        if each.name != "api-root"
    }
    assert routes == set(document["paths"])


class Page(HTMLParser):
    """Collects what a strict policy forbids, and what is linked within the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.anchors: list[str] = []
        self.targets: list[str] = []
        self.sources: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._in_script = tag == "script"
        if tag == "style" or "style" in values or any(name.startswith("on") for name in values):
            self.forbidden.append(f"{tag} {values}")
        self.anchors += [values["id"]] if "id" in values else []
        self.targets += [values["href"][1:]] if values.get("href", "").startswith("#") else []
        self.sources += [values[name] for name in ("src", "href") if "//" in values.get(name, "")]

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.forbidden.append(f"script {data}")
        self._in_script = False


class TestPage:
    @pytest.fixture
    def page(self) -> str:
        answer = Client().get("/api/v1/docs")
        assert answer.status_code == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        return answer.content.decode()

    def test_it_holds_nothing_that_a_strict_policy_forbids(self, page: str) -> None:
        parsed = Page(page)
        assert parsed.forbidden == []
        assert parsed.sources == []

    def test_each_link_within_it_leads_somewhere_and_only_there(self, page: str) -> None:
        parsed = Page(page)
        assert set(parsed.targets) <= set(parsed.anchors)
        assert len(parsed.anchors) == len(set(parsed.anchors))

    def test_it_shows_every_operation_and_every_shape(
        self, page: str, document: dict[str, Any]
    ) -> None:
        for path, method, operation in operations(document):
            assert f"{method.upper()} {path}" in page
            assert f'id="{operation["operationId"]}"' in page
        for name in document["components"]["schemas"]:
            assert f'id="shape-{name}"' in page
