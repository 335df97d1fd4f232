"""The form builder: making a form part by part, with several people at it, and publishing it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast
from tests.interfaces.web.desk import browser_of, text_of, words_of
from tests.unit.forms.designs import LAPTOP
from timshel.service_portfolio.catalogue.actions import publish_form, save_form_draft
from timshel.service_portfolio.catalogue.models import FormVersion

pytestmark = pytest.mark.django_db
ADDRESS = "/administration/forms"
DRAFT = f"{ADDRESS}/laptop/draft"


def begun(cast: Cast, code: str = "laptop", **more: Any) -> None:
    """Save the first draft of a form."""
    content = {**LAPTOP, **more}
    save_form_draft(code, content=content, seen_revision=0, actor=cast.administrator, at=AT)


def draft(code: str = "laptop") -> dict[str, Any]:
    """Return what the draft holds."""
    return dict(FormVersion.objects.get(code=code, state="draft").content)


def shown(browser: Client, part: str) -> dict[str, str]:
    """Return what the page of a part would post: its hidden and its typed values."""
    page = browser.get(DRAFT, {"part": part}).content.decode()
    form = page[page.index("data-builder") : page.index('class="builder-side"')]
    values = dict(
        re.findall(r'<input(?=[^>]*type="hidden")[^>]*name="(\w+)"[^>]*value="([^"]*)"', form)
    )
    values.pop("csrfmiddlewaretoken", None)
    for tag in re.findall(r'<input class="form-control[^>]*>', form):
        values[_of(tag, "name")] = _of(tag, "value")
    values |= dict(re.findall(r'<textarea[^>]*name="([\w.]+)"[^>]*>([^<]*)<', form))
    for name, options in re.findall(r'<select[^>]*name="([\w.]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = chosen[1] if chosen else ""
    for tag in re.findall(r'<input class="form-check-input[^>]*>', form):
        if " checked" in tag:
            values[_of(tag, "name")] = "on"
    return {name: unescape(value) for name, value in values.items()}


def _of(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return found[1] if found else ""


def write(browser: Client, part: str, do: str = "save", **typed: str) -> Any:
    """Post a part with something typed anew."""
    given = {name.replace("__", "."): value for name, value in typed.items()}
    return browser.post(DRAFT, {**shown(browser, part), **given, "do": do})


def test_forms_are_listed_with_their_standing(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.service_owner)
    page = words_of(browser.get(ADDRESS))
    assert "A laptop" in page
    assert "Draft" in page
    assert "No forms here" in words_of(browser.get(ADDRESS, {"q": "zzz"}))


def test_a_form_is_begun_empty_and_as_a_copy(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    answer = browser.post(f"{ADDRESS}/new", {"title": "A laptop", "code": "laptop"})
    assert answer["Location"] == DRAFT
    assert [step["key"] for step in draft()["steps"]] == ["step_1"]
    copied = {"title": "Another", "code": "another", "source": "laptop"}
    assert browser.post(f"{ADDRESS}/new", copied).status_code == 302
    assert draft("another")["title"] == "Another"
    again = browser.post(f"{ADDRESS}/new", {"title": "A laptop", "code": "laptop"})
    assert again.status_code == 422
    assert "There is a form of this code already." in words_of(again)
    wrong = browser.post(f"{ADDRESS}/new", {"title": "X", "code": "so not"})
    assert wrong.status_code == 422


def test_saving_a_part_as_it_was_changes_nothing(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    before = draft()
    for part in ("", "steps.0", *(f"steps.0.fields.{each}" for each in range(5))):
        assert write(browser, part).status_code == 302
    for part in (*(f"steps.1.fields.{each}" for each in range(7)), "steps.1.fields.4.columns.1"):
        assert write(browser, part).status_code == 302
    assert draft() == before
    assert FormVersion.objects.get(code="laptop").revision == 1


def test_a_question_is_written_in_both_languages(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    answer = write(
        browser,
        "steps.0.fields.2",
        label="How many of them?",
        label__fr="Combien ?",
        minimum="2",
        maximum="1 000",
        required="on",
    )
    assert answer["Location"].endswith("?part=steps.0.fields.2#part")
    assert draft()["steps"][0]["fields"][2] == {
        "key": "count",
        "type": "number",
        "label": "How many of them?",
        "required": True,
        "minimum": 2,
        "maximum": 1000,
        "translations": {"fr": {"label": "Combien ?"}},
    }


def test_parts_are_added_moved_copied_and_removed(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)

    def keys(step: int) -> list[str]:
        return [field["key"] for field in draft()["steps"][step]["fields"]]

    write(browser, "steps.0.fields.0", "add-field", new_type="money")
    assert keys(0)[:3] == ["model", "field_1", "reason"]
    write(browser, "steps.0.fields.1", label="What may it cost?", currency="gbp")
    assert keys(0)[1] == "what_may_it_cost"
    assert draft()["steps"][0]["fields"][1]["currency"] == "GBP"
    write(browser, "steps.0.fields.1", "up")
    assert keys(0)[:2] == ["what_may_it_cost", "model"]
    answer = write(browser, "steps.1.fields.0", "up")
    assert answer["Location"].endswith("part=steps.0.fields.6#part")
    assert keys(0)[-1] == "site"
    write(browser, "steps.0.fields.0", "copy")
    assert keys(0)[:2] == ["what_may_it_cost", "what_may_it_cost_2"]
    write(browser, "steps.0.fields.1", "remove")
    assert keys(0)[:2] == ["what_may_it_cost", "model"]
    write(browser, "steps.0", "add-step")
    assert [step["key"] for step in draft()["steps"]] == ["machine", "step_1", "place", "abroad"]
    write(browser, "steps.1", "down")
    assert [step["key"] for step in draft()["steps"]] == ["machine", "place", "step_1", "abroad"]
    write(browser, "steps.1.fields.3", "add-column")
    assert [each["key"] for each in draft()["steps"][1]["fields"][3]["columns"]] == [
        "who",
        "share",
        "column_1",
    ]


def test_answers_to_choose_from_are_rows(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    write(browser, "steps.0.fields.0", "add-choice")
    write(browser, "steps.0.fields.0", choices__2__label="Very large")
    write(browser, "steps.0.fields.0", "choice-up:2")
    assert [each["value"] for each in draft()["steps"][0]["fields"][0]["choices"]] == [
        "14",
        "very_large",
        "16",
    ]
    write(browser, "steps.0.fields.0", "drop-choice:1")
    assert len(draft()["steps"][0]["fields"][0]["choices"]) == 2


def test_another_kind_of_answer_takes_other_properties(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    write(browser, "steps.0.fields.0", type="long_text", default="")
    field = draft()["steps"][0]["fields"][0]
    assert field["type"] == "long_text"
    assert "choices" not in field


def test_a_condition_is_judged_at_its_input_and_kept(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    write(browser, "steps.0.fields.1", condition="answers.slot != null")
    page = text_of(browser.get(DRAFT, {"part": "steps.0.fields.1"}))
    assert 'id="part-condition-error"' in page
    assert "is asked later; a condition can only speak of earlier" in page
    assert draft()["steps"][0]["fields"][1]["condition"] == "answers.slot != null"
    assert "answers.model == '14'" in page


def test_a_key_is_there_once(cast: Cast) -> None:
    begun(cast)
    answer = write(browser_of(cast.administrator), "steps.0.fields.1", key="site")
    assert answer.status_code == 422
    assert "Another one has this key already." in words_of(answer)
    assert 'value="site"' in text_of(answer)
    assert draft() == LAPTOP


def test_a_size_is_written_as_people_write_it(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    write(browser, "steps.1.fields.5", size="2.5 MB")
    assert draft()["steps"][1]["fields"][5]["size"] == 2_621_440
    answer = write(browser, "steps.1.fields.5", size="much")
    assert answer.status_code == 422
    assert "Please write a size such as 5 MB." in words_of(answer)


def test_looking_on_keeps_nothing(cast: Cast) -> None:
    begun(cast)
    answer = write(browser_of(cast.administrator), "steps.0.fields.0", "try", label="Which one?")
    assert answer.status_code == 200
    assert "Which one?" in words_of(answer)
    assert draft() == LAPTOP


def test_going_elsewhere_keeps_what_was_typed(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    answer = write(browser, "steps.0", "go:steps.1.fields.0|place/site", title="Which of them")
    assert answer["Location"].endswith("part=steps.1.fields.0#part")
    assert draft()["steps"][0]["title"] == "Which of them"


def test_two_people_at_different_parts_do_not_meet(cast: Cast) -> None:
    begun(cast)
    one, other = browser_of(cast.administrator), browser_of(cast.process_owner)
    seen = shown(one, "steps.0.fields.2")
    write(other, "steps.0.fields.0", "down")
    write(other, "steps.1", title="Where")
    answer = one.post(DRAFT, {**seen, "label": "How many machines?", "do": "save"})
    assert answer.status_code == 302
    assert draft()["steps"][1]["title"] == "Where"
    labels = {field["key"]: field["label"] for field in draft()["steps"][0]["fields"]}
    assert labels["count"] == "How many machines?"
    assert [field["key"] for field in draft()["steps"][0]["fields"]][:2] == ["reason", "model"]


def test_two_people_at_one_part_are_told(cast: Cast) -> None:
    begun(cast)
    one, other = browser_of(cast.administrator), browser_of(cast.process_owner)
    seen = shown(one, "steps.0.fields.2")
    write(other, "steps.0.fields.2", label="Number of machines")
    answer = one.post(DRAFT, {**seen, "label": "How many machines?", "do": "save"})
    assert answer.status_code == 409
    assert "Someone else was quicker" in words_of(answer)
    page = text_of(answer)
    assert 'value="How many machines?"' in page
    assert draft()["steps"][0]["fields"][2]["label"] == "Number of machines"
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest is not None
    again = {**seen, "label": "How many machines?", "digest": digest[1], "do": "save"}
    assert one.post(DRAFT, again).status_code == 302
    assert draft()["steps"][0]["fields"][2]["label"] == "How many machines?"


def test_a_part_that_somebody_removed_is_not_brought_back(cast: Cast) -> None:
    begun(cast)
    one, other = browser_of(cast.administrator), browser_of(cast.process_owner)
    seen = shown(one, "steps.0.fields.2")
    write(other, "steps.0.fields.2", "remove")
    answer = one.post(DRAFT, {**seen, "label": "How many machines?"}, follow=True)
    assert "Somebody else removed this part meanwhile." in words_of(answer)


def test_publishing_says_what_is_wrong_first(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    write(browser, "steps.0.fields.1", condition="answers.slot != null")
    answer = browser.post(f"{ADDRESS}/laptop/publish")
    assert answer.status_code == 422
    assert "This form cannot be published yet." in words_of(answer)
    write(browser, "steps.0.fields.1", condition="")
    assert browser.post(f"{ADDRESS}/laptop/publish").status_code == 302
    assert FormVersion.objects.get(code="laptop").state == "published"
    assert browser.get(DRAFT)["Location"] == f"{ADDRESS}/laptop"


def test_versions_are_compared_in_words(cast: Cast) -> None:
    begun(cast)
    publish_form("laptop", actor=cast.administrator, at=AT)
    browser = browser_of(cast.administrator)
    assert browser.post(f"{ADDRESS}/laptop/start")["Location"] == DRAFT
    write(browser, "steps.0.fields.0", label="Which size?", choices__1__label="Sixteen")
    write(browser, "steps.1.fields.1", "remove")
    page = words_of(browser.get(f"{ADDRESS}/laptop", {"before": "1", "after": "2"}))
    assert "Question “Which size?”: question" in page
    assert "Question “Which size?”: answers" in page
    assert "Question “From”" in page
    assert "there is a draft of the next one" in page
    discarded = browser.post(f"{ADDRESS}/laptop/discard", follow=True)
    assert "The draft is gone" in words_of(discarded)
    retired = browser.post(f"{ADDRESS}/laptop/retire", follow=True)
    assert "no longer in force" in words_of(retired)


def test_a_first_draft_that_is_thrown_away_leaves_nothing(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    assert browser.post(f"{ADDRESS}/laptop/discard")["Location"] == ADDRESS
    assert browser.get(f"{ADDRESS}/laptop").status_code == 404


def test_a_form_is_tried_out_in_both_languages(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.administrator)
    address = f"{ADDRESS}/laptop/preview"
    assert "Quelle machine" in words_of(browser.get(address, {"language": "fr"}))
    page = text_of(browser.get(address))
    carried = re.search(r'name="carried" value="([^"]*)"', page)
    seen = re.search(r'name="answering.machine" value="([^"]*)"', page)
    assert carried is not None
    assert seen is not None
    given = {"step": "machine", "carried": carried[1], "answering.machine": seen[1]}
    wrong = browser.post(address, {**given, "model": "14", "count": "many"})
    assert wrong.status_code == 422
    right = browser.post(address, {**given, "model": "14", "count": "3"})
    assert right.status_code == 200
    assert "Where and when" in words_of(right)
    assert browser.get(address, {"version": "9"}).status_code == 404


def test_who_keeps_no_part_of_the_catalogue_stays_outside(cast: Cast) -> None:
    begun(cast)
    browser = browser_of(cast.agent)
    for address in (ADDRESS, f"{ADDRESS}/laptop", DRAFT, f"{ADDRESS}/new"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"{ADDRESS}/laptop/publish").status_code == 403
    assert draft() == LAPTOP
