"""A step of a form in a page: what is drawn, and what comes back of it without any script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.unit.forms.designs import LAPTOP, REQUESTER, TODAY, Directory, form_of
from timshel.interfaces.web.answering import Asking, Posted, read_post, step_context
from timshel.interfaces.web.answering.files import note_of
from timshel.kernel.forms import Form, form_from

LAPTOP_FORM = form_from(LAPTOP)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIRECTORY = tmp_path


def asking(form: Form = LAPTOP_FORM, **more: Any) -> Asking:
    given: dict[str, Any] = {
        "form": form,
        "requester": REQUESTER,
        "references": Directory(),
        "language": "en",
        "today": TODAY,
        "owner": 7,
    }
    return Asking(**{**given, **more})


def drawn(step: str, raw: dict[str, Any], who: Asking | None = None, errors: Any = None) -> str:
    view = step_context(who or asking(), step, raw, errors)
    return render_to_string("answering/step.html", {"step": view})


def post(step: str, given: dict[str, Any], raw: Any = None, who: Asking | None = None) -> Posted:
    """Post what a page with these answers would, with some of it typed anew."""
    who = who or asking()
    view = step_context(who, step, raw or {})
    data = {view.shown_name: view.shown, **given}
    return read_post(RequestFactory().post("/", data), who, step, raw or {})  # type: ignore[arg-type]


def test_controls_are_tied_to_labels_help_and_errors() -> None:
    page = drawn("machine", {"model": "14", "count": "x"}, errors={"count": ["No number."]})
    assert '<label class="form-label" for="id_count">How many?' in page
    control = re.search(r'<input[^>]*id="id_count"[^>]*>', page)
    assert control is not None
    assert 'aria-invalid="true"' in control[0]
    assert 'aria-describedby="id_count_error"' in control[0]
    assert 'inputmode="decimal"' in control[0]
    assert 'value="x"' in control[0]
    assert "No number." in page
    assert 'aria-describedby="id_model_help"' in page
    assert "Only those who work on it see this answer." in page


def test_what_is_hidden_is_not_drawn_and_what_decides_is_marked() -> None:
    page = drawn("machine", {"model": "14"})
    assert 'id="id_reason"' not in page
    assert re.search(r'<fieldset[^>]*id="id_model"[^>]*data-answering-watch', page)
    assert 'id="id_reason"' in drawn("machine", {"model": "16"})


def test_the_summary_links_to_the_control() -> None:
    errors = {"users.0.who": ("Please choose an answer.",), "agreed": ("Please tick.",)}
    view = step_context(asking(), "place", {}, errors)
    assert view.errors == (
        ("id_users-0-who", "Others who use it, row 1, Who", "Please choose an answer."),
        ("id_agreed", "I look after it", "Please tick."),
    )
    page = render_to_string("answering/step.html", {"step": view})
    assert 'id="id_users-0-who"' in page
    assert 'id="id_agreed"' in page


def test_a_step_without_script_is_complete_or_not() -> None:
    posted = post("machine", {"model": "14", "count": "2", "price": "1,250"}, {"model": "14"})
    assert posted.is_complete
    assert posted.reading.answers["price"] == {"amount": "1250.00", "currency": "GBP"}
    assert posted.raw["price"] == "1,250"
    wrong = post("machine", {"model": "14", "count": "many"}, {"model": "14"})
    assert not wrong.is_complete
    assert list(wrong.shown_errors) == ["count"]
    assert wrong.raw["count"] == "many"


def test_a_question_that_comes_up_is_asked_before_going_on() -> None:
    posted = post("machine", {"model": "16"}, {"model": "14"})
    assert posted.has_new
    assert not posted.is_complete
    assert posted.shown_errors == {}
    again = post("machine", {"model": "16", "reason": ""}, posted.raw)
    assert again.shown_errors == {"reason": ("Please answer this question.",)}


def test_what_was_typed_into_a_hidden_question_is_kept() -> None:
    raw = {"model": "16", "reason": "Maps of whole oceans"}
    posted = post("machine", {"model": "14", "reason": raw["reason"]}, raw)
    assert posted.raw["reason"] == "Maps of whole oceans"
    assert "reason" not in posted.reading.answers
    back = post("machine", {"model": "16"}, posted.raw)
    assert back.raw["reason"] == "Maps of whole oceans"


def test_other_steps_are_left_alone() -> None:
    posted = post("machine", {"model": "14"}, {"model": "14", "start": "2026-04-01"})
    assert posted.raw["start"] == "2026-04-01"
    assert "agreed" not in posted.errors


def test_saving_as_typed_judges_nothing() -> None:
    posted = post("machine", {"model": "14", "count": "ma", "answering": "save"})
    assert posted.is_saving
    assert not posted.is_complete
    assert posted.shown_errors == {}
    assert posted.raw["count"] == "ma"


def test_rows_are_added_and_removed_by_buttons() -> None:
    raw = {"users": [{"who": "imre.castellane", "share": "5"}]}
    page = drawn("place", raw)
    assert 'value="add:users"' in page
    assert 'value="remove:users:0"' in page
    given = {"users.rows": "1", "users.0.who.code": "imre.castellane", "users.0.share": "5"}
    more = post("place", {**given, "answering": "add:users"}, raw)
    assert more.is_again
    assert more.raw["users"] == [{"who": "imre.castellane", "share": "5"}, {}]
    none = post("place", {**given, "answering": "remove:users:0"}, raw)
    assert none.raw["users"] == []
    assert drawn("place", none.raw).count('class="answering-row"') == 1


def test_people_are_found_by_typing_and_picked() -> None:
    posted = post("place", {"colleague": "e", "answering": "find"})
    assert posted.is_again
    page = drawn("place", posted.raw)
    assert len(re.findall(r'type="radio" name="colleague.code"', page)) == 3
    picked = post("place", {"colleague": "e", "colleague.code": "solveig.adeyemi"}, posted.raw)
    assert picked.raw["colleague"] == "solveig.adeyemi"
    page = drawn("place", picked.raw)
    assert 'name="colleague.was" value="solveig.adeyemi"' in page
    other = {
        "colleague": "imre",
        "colleague.code": "solveig.adeyemi",
        "colleague.was": "solveig.adeyemi",
    }
    assert post("place", other, picked.raw).reading.answers["colleague"] == "imre.castellane"
    none = {"colleague": "", "colleague.was": "solveig.adeyemi"}
    assert post("place", none, picked.raw).raw["colleague"] == ""


def test_files_are_kept_by_notes_that_are_worth_nothing_to_others() -> None:
    file = SimpleUploadedFile("offer.pdf", b"%PDF-1", content_type="application/pdf")
    posted = post("place", {"offer": file})
    (kept,) = posted.raw["offer"]
    assert (kept["name"], kept["size"]) == ("offer.pdf", 6)
    assert len(kept["sha256"]) == 64
    page = drawn("place", posted.raw)
    assert 'name="offer.kept"' in page
    assert kept["sha256"] not in page
    mine = post("place", {"offer.kept": note_of(kept, 7)}, posted.raw)
    assert mine.raw["offer"] == [kept]
    theirs = post("place", {"offer.kept": note_of(kept, 8)}, posted.raw)
    assert theirs.raw["offer"] == []
    same = SimpleUploadedFile("offer.pdf", b"%PDF-1", content_type="application/pdf")
    twice = post("place", {"offer": same, "offer.kept": note_of(kept, 7)}, posted.raw)
    assert twice.raw["offer"] == [kept]


def test_a_file_that_cannot_be_taken_is_said_at_its_field() -> None:
    posted = post("place", {"offer": SimpleUploadedFile("empty.pdf", b"")})
    assert posted.errors["offer"] == ("“empty.pdf” is empty.",)
    assert posted.raw["offer"] == []


def test_what_is_no_day_stays_as_it_was_typed() -> None:
    raw = {"start": "next week", "slot": {"date": "2/4/2026", "from": "9:00", "until": ""}}
    page = drawn("place", raw)
    assert re.search(r'type="text" id="id_start"[^>]*value="next week"', page)
    assert re.search(r'type="date" id="id_slot_date"[^>]*value="2026-04-02"', page)
    assert 'min="2026-03-05"' in page


def test_numbers_begin_as_the_language_writes_them() -> None:
    form = form_of({"key": "share", "type": "number"})
    assert 'value="2,5"' in drawn("only", {"share": 2.5}, asking(form, language="fr"))
    assert 'value="2.5"' in drawn("only", {"share": "2.5"}, asking(form, language="fr"))


def test_a_long_choice_folds_out_and_a_short_optional_one_can_be_left() -> None:
    choices = [{"value": str(each), "label": f"No. {each}"} for each in range(8)]
    form = form_of(
        {"key": "many", "type": "choice", "choices": choices},
        {"key": "few", "type": "choice", "choices": choices[:2]},
    )
    page = drawn("only", {"few": "1"}, asking(form))
    assert '<select class="form-select" id="id_many"' in page
    assert "No answer" in page
    assert page.count('type="radio"') == 3


def test_what_a_browser_may_fill_in_is_named() -> None:
    form = form_of({"key": "contact", "default": {"from": "requester.email"}})
    assert 'autocomplete="email"' in drawn("only", {}, asking(form))


def test_two_forms_on_a_page_do_not_meet() -> None:
    who = asking(prefix="seen.")
    page = drawn("machine", {}, who)
    assert 'id="seen.answers"' in page
    assert 'name="seen.count"' in page
    assert post("machine", {"seen.count": "3", "count": "4"}, {}, who).raw["count"] == "3"


def test_what_people_type_is_never_markup() -> None:
    page = drawn("machine", {"model": "16", "reason": "<script>alert(1)</script>"})
    assert "<script" not in page


def test_odd_posts_break_nothing() -> None:
    who = asking()
    view = step_context(who, "place", {})
    request = RequestFactory().post("/")
    for text in ("users.rows=99999", "users.rows=-1", "answering=remove:users:x", "slot=3"):
        request.POST = QueryDict(f"{view.shown_name}={view.shown}&{text}")  # type: ignore[misc]
        assert not read_post(request, who, "place", {}).is_complete  # type: ignore[arg-type]
