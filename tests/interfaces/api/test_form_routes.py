"""Forms by the interface: written, judged, published, compared and taken out of force."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cast import Cast, token
from tests.interfaces.api.world import Caller
from tests.unit.forms.designs import LAPTOP
from timshel.leadership.authority.access import PERMISSIONS
from timshel.service_portfolio.catalogue.models import FormVersion

DESIGN = {key: value for key, value in LAPTOP.items() if key != "code"}


class Asked:
    """The interface as each of the cast uses it, by role."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def ask(self, method: str, role: str, path: str, body: Any = None) -> Any:
        """Return an answer, with what it holds as ``said``."""
        caller = Caller(token(getattr(self.cast, role), PERMISSIONS))
        answer = caller.ask(method, path, body)
        answer.said = json.loads(answer.content) if answer.content else None
        return answer


@pytest.fixture
def api(cast: Cast) -> Asked:
    return Asked(cast)


def _saved(api: Asked, design: dict[str, Any], revision: int = 0) -> Any:
    body = {"design": design, "revision": revision}
    return api.ask("PUT", "administrator", "/forms/laptop/draft", body)


def test_a_form_goes_from_a_draft_to_the_end_of_its_life(api: Asked) -> None:
    assert _saved(api, DESIGN).said == {"code": "laptop", "number": 1, "revision": 1}
    rows = api.ask("GET", "service_owner", "/forms").said["items"]
    (listed,) = [each for each in rows if each["code"] == "laptop"]
    assert (listed["published"], listed["draft_revision"], listed["uses"]) == (None, 1, 0)
    published = api.ask("POST", "administrator", "/forms/laptop/publish")
    assert published.status_code == 200, published.content
    (version,) = published.said["versions"]
    assert (version["number"], version["state"], version["design"]) == (1, "published", LAPTOP)
    changed = {**DESIGN, "title": "A notebook"}
    assert _saved(api, changed).said["number"] == 2
    compared = api.ask("GET", "service_owner", "/forms/laptop/differences?before=1&after=2").said
    assert compared["items"] == [
        {"subject": "Form: title", "before": "A laptop", "after": "A notebook"}
    ]
    assert api.ask("DELETE", "administrator", "/forms/laptop/draft").status_code == 204
    retired = api.ask("POST", "administrator", "/forms/laptop/retire")
    assert retired.said["versions"][0]["state"] == "retired"


def test_what_is_wrong_is_told_by_place(api: Asked) -> None:
    wrong = json.loads(json.dumps(DESIGN))
    wrong["steps"][0]["fields"][1]["condition"] = "answers.slot != null"
    assert _saved(api, wrong).status_code == 200
    found = api.ask("GET", "service_owner", "/forms/laptop/faults").said["items"]
    assert [each["path"] for each in found if not each["is_warning"]] == [
        "steps.0.fields.1.condition"
    ]
    assert any(each["path"].endswith("translations.fr.label") for each in found)
    answer = api.ask("POST", "administrator", "/forms/laptop/publish")
    assert answer.status_code == 422
    assert "steps.0.fields.1.condition" in answer.content.decode()
    assert FormVersion.objects.get(code="laptop").state == "draft"


def test_a_design_of_another_shape_is_refused(api: Asked) -> None:
    assert _saved(api, {"title": "X", "steps": "none"}).status_code == 422
    assert _saved(api, {"title": "X", "pages": []}).status_code == 422
    assert not FormVersion.objects.filter(code="laptop").exists()


def test_two_who_write_are_told(api: Asked) -> None:
    _saved(api, DESIGN)
    assert _saved(api, {**DESIGN, "title": "One"}, 1).said["revision"] == 2
    assert _saved(api, {**DESIGN, "title": "Other"}, 1).status_code == 409
    assert FormVersion.objects.get(code="laptop").title == "One"


def test_what_is_not_there_is_not_found(api: Asked) -> None:
    assert api.ask("GET", "administrator", "/forms/nothing").status_code == 404
    assert api.ask("GET", "administrator", "/forms/nothing/faults").status_code == 404
    assert api.ask("POST", "administrator", "/forms/nothing/publish").status_code == 404
    _saved(api, DESIGN)
    address = "/forms/laptop/differences?before=1&after=9"
    assert api.ask("GET", "administrator", address).status_code == 404


def test_without_the_right_nothing_is_seen_and_nothing_changes(api: Asked) -> None:
    _saved(api, DESIGN)
    assert api.ask("GET", "agent", "/forms").status_code == 403
    assert api.ask("GET", "agent", "/forms/laptop").status_code == 403
    body = {"design": {**DESIGN, "title": "Mine"}, "revision": 1}
    assert api.ask("PUT", "agent", "/forms/laptop/draft", body).status_code == 403
    assert api.ask("POST", "agent", "/forms/laptop/publish").status_code == 403
    assert FormVersion.objects.get(code="laptop").title == "A laptop"
