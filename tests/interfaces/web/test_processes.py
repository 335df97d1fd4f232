"""Processes on pages: the list, drawing without losing anything, publishing, comparing, trying."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.test import Client

from tests.cast import SYSTEM, Cast, later
from tests.interfaces.web.desk import browser_of, text_of
from timshel.interfaces.web.administration.process_starts import start_xml
from timshel.kernel.bpmn.identity import as_process
from timshel.operation.process import actions
from timshel.operation.process.models import ProcessTrial, ProcessVersion

HERE = "/administration/processes"
ONE = f"{HERE}/loan/full"


def diagram(start: str = "approved", *, name: str = "A loan", code: str = "loan") -> str:
    """A diagram of a process."""
    return as_process(start_xml(start), code=code, variant="full", name=name)


@pytest.fixture
def designer(cast: Cast) -> Client:
    return browser_of(cast.process_owner)


@pytest.fixture
def draft(cast: Cast) -> ProcessVersion:
    return actions.save_process_draft(diagram(), actor=SYSTEM, at=later(minutes=1))


@pytest.fixture
def published(draft: ProcessVersion) -> ProcessVersion:
    return actions.publish_process(draft.code, actor=SYSTEM, at=later(minutes=2))


def kept() -> QuerySet[ProcessVersion]:
    """The versions that these tests make; the cast has those of the standard pack."""
    return ProcessVersion.objects.filter(code__in=("loan", "visit"))


def shown(answer: Any, status: int = 200) -> str:
    """The words of a page."""
    assert answer.status_code == status, text_of(answer)
    bare = re.sub(r"<[^>]+>", " ", text_of(answer))
    return re.sub(r"\s+", " ", html.unescape(bare))


def sent(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json")


def test_the_list_shows_versions_and_what_is_wrong(
    designer: Client, published: ProcessVersion
) -> None:
    actions.save_process_draft(
        diagram("empty", code="visit", name="A visit"), actor=SYSTEM, at=later(minutes=3)
    )
    page = shown(designer.get(HERE))
    assert "A loan loan Full Version 1 – 0 none" in page
    assert "A visit visit Full none Version 1 0 2 faults" in page
    found = shown(designer.get(HERE, {"q": "VISIT"}))
    assert "A visit" in found
    assert "A loan" not in found
    assert "None is called so." in shown(designer.get(HERE, {"q": "zeppelin"}))


def test_a_process_is_told_in_words_beside_its_picture(
    designer: Client, published: ProcessVersion
) -> None:
    answer = designer.get(f"{HERE}/loan")
    assert f'data-address="{ONE}/versions/1.bpmn"' in text_of(answer)
    page = shown(answer)
    assert "Agree to it Approval The line manager" in page
    assert "Do what is asked for Task The team that leads the service" in page
    assert page.index("Agree to it Approval") < page.index("Do what is asked for Task")
    assert "Nothing: it can run." in page


def test_words_and_picture_are_in_the_language_of_the_reader(
    designer: Client, published: ProcessVersion
) -> None:
    designer.post("/preferences", {"language": "fr", "time_zone": "UTC", "theme": "auto"})
    xml = text_of(designer.get(f"{ONE}/versions/1.bpmn"))
    assert 'name="Donner son accord"' in xml
    assert "Donner son accord" in text_of(designer.get(f"{HERE}/loan"))
    raw = designer.get(f"{ONE}/versions/1.bpmn?raw=1")
    assert 'name="Agree to it"' in text_of(raw)
    assert raw["Content-Security-Policy"] == "default-src 'none'; sandbox"
    file = designer.get(f"{ONE}/versions/1.bpmn?download=1")
    assert file["Content-Disposition"] == 'attachment; filename="loan.bpmn"'


def test_a_new_process_begins_with_what_was_chosen(designer: Client) -> None:
    form = {"code": "visit", "name": "A visit", "variant": "full", "begin": "approved"}
    answer = designer.post("/administration/new-process", form)
    assert answer["Location"] == f"{HERE}/visit/full/edit"
    saved = kept().get()
    assert (saved.name, saved.number, saved.revision, saved.state) == ("A visit", 1, 1, "draft")
    again = designer.post("/administration/new-process", form)
    assert again.status_code == 409
    assert kept().get().revision == 1


def test_a_light_variant_begins_as_a_copy_with_its_words(
    designer: Client, published: ProcessVersion
) -> None:
    page = text_of(designer.get("/administration/new-process?copy=loan&variant=light"))
    assert f'value="copy:{published.pk}" selected' in page
    form = {
        "code": "loan",
        "name": "A loan",
        "variant": "light",
        "begin": f"copy:{published.pk}",
    }
    answer = designer.post("/administration/new-process", form)
    assert answer["Location"] == f"{HERE}/loan/light/edit"
    light = kept().get(variant="light")
    assert 'timshel:variant="light"' in light.xml
    assert (light.code, light.name) == ("loan", "A loan")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"code": "A Visit"}, "Small letters, digits and hyphens, beginning with a letter."),
        ({"name": ""}, "Please fill this in."),
        ({"begin": "file"}, "Please choose a file."),
        ({"begin": "copy:0"}, "Select a valid choice."),
    ],
)
def test_a_beginning_that_cannot_be_is_refused_at_its_field(
    designer: Client, changed: dict[str, str], words: str
) -> None:
    form = {"code": "visit", "name": "A visit", "variant": "full", "begin": "simple"}
    page = shown(designer.post("/administration/new-process", form | changed), 422)
    assert words in page
    assert not kept().exists()


def test_a_file_begins_a_process_and_takes_its_code(designer: Client) -> None:
    file = SimpleUploadedFile("other.bpmn", diagram(code="other").encode())
    form = {"code": "visit", "name": "A visit", "variant": "full", "begin": "file", "file": file}
    assert designer.post("/administration/new-process", form).status_code == 302
    saved = kept().get()
    assert (saved.code, saved.name) == ("visit", "A visit")
    assert 'bpmnElement="visit"' in saved.xml


def test_a_draft_is_saved_as_it_is_drawn_and_says_what_is_wrong(
    designer: Client, published: ProcessVersion
) -> None:
    answer = sent(designer, f"{ONE}/save", xml=diagram("empty"), seen_revision=0)
    body = answer.json()
    assert (answer.status_code, body["revision"]) == (200, 1)
    assert [each["element"] for each in body["findings"]] == ["", "asked"]
    assert all(each["is_error"] for each in body["findings"])
    answer = sent(designer, f"{ONE}/save", xml=diagram("simple"), seen_revision=1)
    assert (answer.json()["revision"], answer.json()["findings"]) == (2, [])
    draft = kept().get(state="draft")
    assert (draft.number, draft.revision) == (2, 2)


def test_what_two_people_draw_is_never_lost(designer: Client, draft: ProcessVersion) -> None:
    assert (
        sent(designer, f"{ONE}/save", xml=diagram(name="Hers"), seen_revision=1).status_code == 200
    )
    answer = sent(designer, f"{ONE}/save", xml=diagram(name="His"), seen_revision=1)
    assert answer.status_code == 409
    assert answer.json()["revision"] == 2
    assert answer.json()["message"].startswith("Somebody else saved this draft in the meantime.")
    assert kept().get().name == "Hers"
    answer = sent(designer, f"{ONE}/save", xml=diagram(name="His"), seen_revision=2)
    assert (answer.status_code, kept().get().name) == (200, "His")


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ("<", "The diagram is no XML"),
        (diagram(code="other"), "This is a diagram of another process."),
    ],
)
def test_what_is_no_diagram_of_this_process_is_refused(
    designer: Client, draft: ProcessVersion, xml: str, words: str
) -> None:
    answer = sent(designer, f"{ONE}/save", xml=xml, seen_revision=1)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert kept().get().revision == 1


def test_a_message_that_is_no_json_is_refused(designer: Client, draft: ProcessVersion) -> None:
    texts = ("{", "[]", "[" * 100_000, '{"seen_revision": "x"}', '{"seen_revision": null}')
    for text in (*texts, '{"xml": "\\ud800"}'):
        answer = designer.post(f"{ONE}/save", text, content_type="application/json")
        assert (answer.status_code, answer.json()["message"]) == (
            422,
            "The message could not be read.",
        )


def test_a_diagram_is_checked_without_being_saved(designer: Client, draft: ProcessVersion) -> None:
    answer = sent(designer, f"{ONE}/check", xml=diagram("empty"))
    assert len(answer.json()["findings"]) == 2
    assert kept().get().revision == 1


def test_the_editor_holds_what_its_scripts_need(designer: Client, draft: ProcessVersion) -> None:
    page = text_of(designer.get(f"{ONE}/edit"))
    assert f'data-address="{ONE}/versions/1.bpmn?raw=1"' in page
    assert 'data-revision="1"' in page
    for part in ("words", "people", "call", "condition", "timer", "message", "error", "structure"):
        assert f'<template data-part="{part}">' in page
    assert 'data-takes="url body?"' in page
    assert "Name in French" in page
    assert re.search(r'data-library="[^"]+/bpmn-editor\.min[^"]*\.js"', page)


def test_only_pages_with_a_diagram_name_the_large_scripts(designer: Client, cast: Cast) -> None:
    for address in ("/", HERE, "/administration/"):
        page = text_of(designer.get(address))
        assert "bpmn-editor" not in page
        assert "bpmn-viewer" not in page


def test_the_file_is_a_way_without_scripts(designer: Client, draft: ProcessVersion) -> None:
    file = SimpleUploadedFile("x.bpmn", diagram("simple", code="x", name="Shorter").encode())
    answer = designer.post(f"{ONE}/import", {"file": file, "note": "No approval any more"})
    assert answer["Location"] == f"{ONE}/edit"
    saved = kept().get()
    assert (saved.code, saved.name, saved.note) == ("loan", "Shorter", "No approval any more")
    for content, words in (
        (b"<", "The diagram is no XML"),
        (b"\xff\xfe", "The file is not written in UTF-8."),
        (b"x" * 1_000_001, "The file is too large for a diagram."),
    ):
        wrong = {"file": SimpleUploadedFile("x.bpmn", content)}
        assert words in shown(designer.post(f"{ONE}/import", wrong), 422)
    assert kept().get().revision == saved.revision


def test_publishing_shows_what_changes_and_refuses_what_cannot_run(
    designer: Client, published: ProcessVersion
) -> None:
    by: dict[str, Any] = {"actor": SYSTEM, "at": later(minutes=5)}
    actions.save_process_draft(diagram("simple"), **by)
    page = shown(designer.get(f"{ONE}/publish"))
    assert "Agree to it Approval nothing" in page
    assert designer.post(f"{ONE}/publish")["Location"] == f"{HERE}/loan?variant=full"
    assert kept().get(state="published").number == 2
    actions.save_process_draft(diagram("empty"), **by)
    page = shown(designer.post(f"{ONE}/publish"), 422)
    assert "is a dead end" in page
    assert "It cannot be published before its faults are mended." in page
    assert kept().get(state="published").number == 2


def test_versions_are_compared(designer: Client, published: ProcessVersion) -> None:
    by: dict[str, Any] = {"actor": SYSTEM, "at": later(minutes=5)}
    changed = diagram(name="A longer loan").replace('expires="P5D"', 'expires="P9D"')
    actions.save_process_draft(changed, note="More time", **by)
    page = shown(designer.get(f"{HERE}/loan", {"before": "1", "after": "2"}))
    assert "The process: Name A loan A longer loan" in page
    assert "Agree to it: Ends by itself after P5D P9D" in page
    assert "More time" in page
    assert "Nothing differs." not in page


def test_a_draft_is_thrown_away(designer: Client, published: ProcessVersion) -> None:
    actions.save_process_draft(diagram("simple"), actor=SYSTEM, at=later(minutes=5))
    assert designer.post(f"{ONE}/discard")["Location"] == f"{HERE}/loan"
    assert kept().get().state == "published"
    only = actions.save_process_draft(
        diagram("simple", code="visit"), actor=SYSTEM, at=later(minutes=6)
    )
    assert designer.post(f"{HERE}/{only.code}/full/discard")["Location"] == HERE


def test_a_process_gets_an_owner_and_is_retired(
    designer: Client, published: ProcessVersion
) -> None:
    where = {"Location": f"{HERE}/loan?variant=full"}
    answer = designer.post(f"{ONE}/own", {"owner": "adaeze.thornquist@aldermoor.example"})
    assert answer["Location"] == where["Location"]
    assert "Adaeze Thornquist" in text_of(designer.get(f"{HERE}/loan"))
    designer.post(f"{ONE}/own", {"owner": "nobody at all"})
    assert "There is no such person, or you may not see them." in shown(designer.get(HERE))
    assert designer.post(f"{ONE}/retire")["Location"] == where["Location"]
    assert kept().get().state == "retired"


def test_a_variant_is_chosen_for_a_category(designer: Client, cast: Cast) -> None:
    answer = designer.post(
        "/administration/process-variants", {"category": "portal_only", "variant": "light"}
    )
    assert answer["Location"] == HERE
    assert re.search(r'<option value="light" selected>', text_of(designer.get(HERE)))


def test_a_trial_goes_step_by_step_and_does_nothing(
    designer: Client, draft: ProcessVersion
) -> None:
    page = shown(designer.get(f"{ONE}/trial"))
    assert "Begin the trial" in page
    answer = designer.post(f"{ONE}/trial", {"do": "begin", "price": "20"})
    assert answer["Location"] == f"{ONE}/trial"
    page = text_of(designer.get(f"{ONE}/trial"))
    approve = re.search(r'value="(complete:\w+:approved)"', page)
    assert approve is not None
    assert "Agree to it" in page
    assert f'data-address="{ONE}/trial.bpmn"' in page
    assert designer.get(f"{ONE}/trial.bpmn").status_code == 200
    designer.post(f"{ONE}/trial", {"play": approve[1]})
    page = text_of(designer.get(f"{ONE}/trial"))
    assert "steps.approve" in page
    assert 'data-flows="to_approve to_agreed to_fulfil"' in page
    done = re.search(r'value="(complete:\w+:done)"', page)
    assert done is not None
    designer.post(f"{ONE}/trial", {"play": done[1]})
    page = shown(designer.get(f"{ONE}/trial"))
    assert "It reached the end Done." in page
    assert designer.post(f"{ONE}/trial", {"play": done[1]}).status_code == 422
    assert ProcessTrial.objects.count() == 1


def test_a_trial_that_is_refused_ends_there(designer: Client, draft: ProcessVersion) -> None:
    designer.post(f"{ONE}/trial", {"do": "begin"})
    page = text_of(designer.get(f"{ONE}/trial"))
    refuse = re.search(r'value="(complete:\w+:refused)"', page)
    assert refuse is not None
    designer.post(f"{ONE}/trial", {"play": refuse[1]})
    page = shown(designer.get(f"{ONE}/trial"))
    assert "It reached the end Refused with the error refused." in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"requester": "nobody at all"}, "There is no such person, or you may not see them."),
        ({"further": "{"}, "This is not JSON."),
        ({"further": "[" * 20_000}, "This is not JSON."),
        ({"further": "[]"}, "This is not an object in JSON."),
        ({"further": '{"parts": "\\u0000"}'}, "This holds characters that cannot be stored."),
        ({"price": "-1"}, "Please give 0 or more."),
    ],
)
def test_a_pretended_request_that_cannot_be_is_refused(
    designer: Client, draft: ProcessVersion, given: dict[str, str], words: str
) -> None:
    assert words in shown(designer.post(f"{ONE}/trial", {"do": "begin", **given}), 422)
    assert not ProcessTrial.objects.exists()


def test_answers_that_cannot_be_stored_are_refused(designer: Client, draft: ProcessVersion) -> None:
    designer.post(f"{ONE}/trial", {"do": "begin"})
    approve = re.search(r'value="(complete:\w+:approved)"', text_of(designer.get(f"{ONE}/trial")))
    assert approve is not None
    for answers in ('{"model": "\\u0000"}', '{"model":' * 2_000, '{"model": NaN}'):
        answer = designer.post(f"{ONE}/trial", {"play": approve[1], "answers": answers})
        assert "The answers are not an object in JSON." in shown(answer, 422)


def test_all_ways_are_looked_for(designer: Client, draft: ProcessVersion) -> None:
    page = shown(designer.get(f"{ONE}/trial", {"explore": "1"}))
    assert "reached Done Agree to it: Approved" in page
    assert "reached Refused Agree to it: Refused" in page
    assert "never reached" not in page
    actions.save_process_draft(diagram("empty"), actor=SYSTEM, at=later(minutes=5))
    page = shown(designer.get(f"{ONE}/trial", {"explore": "1"}))
    assert "once the faults of the diagram are mended" in page


def test_readers_see_and_draw_nothing(cast: Cast, published: ProcessVersion) -> None:
    reader = browser_of(cast.agent)
    page = text_of(reader.get(f"{HERE}/loan"))
    assert "Agree to it" in page
    assert "/edit" not in page
    for address in (f"{ONE}/edit", f"{ONE}/trial", f"{ONE}/publish", "/administration/new-process"):
        assert reader.get(address).status_code == 403
    assert sent(reader, f"{ONE}/save", xml=diagram(), seen_revision=0).status_code == 403
    assert kept().count() == 1


def test_every_shipped_start_is_sound() -> None:
    folder = Path(__file__).parents[3] / "src/timshel/interfaces/web/administration"
    assert len(list(folder.glob("process_*.bpmn"))) == 3
