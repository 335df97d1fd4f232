"""Who answers for what in the browser: reading, the editor, roles and their holders, files."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cast import SYSTEM, Cast
from tests.domain.test_responsibility import BY, INCIDENTS, LAPTOP, WORK, held
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.leadership.responsibility.actions import define_role, save_matrix
from timshel.leadership.responsibility.models import Assignment
from timshel.leadership.responsibility.queries import matrix, matrix_content
from timshel.leadership.responsibility.states import HolderSource

BASE = "/governance/responsibilities"
MATRIX = f"{BASE}/matrices/process/incident"


@pytest.fixture
def house(cast: Cast) -> Cast:
    """Two matrices: of the incidents, and of a service."""
    define_role("manager", name="Incident manager", permission="incident.assign", **BY)
    define_role("agent", name="Agent", source=HolderSource.FIRST_LEVEL, **BY)
    save_matrix(INCIDENTS, content=WORK, **BY)
    save_matrix(LAPTOP, content=WORK, **BY)
    return cast


def form_of(page: str) -> dict[str, str]:
    """Return the form of the editor as a browser would send it."""
    import re

    found = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]+name="(role-\d+)">(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


class TestReading:
    def test_all_matrices_stand_with_what_is_missing(self, house: Cast) -> None:
        page = words_of(browser_of(house.auditor).get(BASE))
        assert "Incidents" in page
        assert "Laptop and screen" in page
        assert "Incident manager: nobody holds the role." in page
        assert "2 without a matrix" in page
        held()
        browser = browser_of(house.manager)
        assert "complete" in words_of(browser.get(BASE))
        assert "Nothing is missing here." in words_of(browser.get(f"{BASE}?show=gaps"))

    def test_a_matrix_shows_letters_with_their_meaning_and_who_holds_what(
        self, house: Cast
    ) -> None:
        held()
        page = words_of(browser_of(house.agent).get(f"{BASE}/matrices/service/laptop"))
        assert "Tamsin Harrowgate" in page
        assert "IT service desk" in page
        assert "Accountable" in page
        assert "Take the report" in page

    def test_a_person_has_a_page(self, house: Cast) -> None:
        held(person="imre.castellane")
        page = words_of(browser_of(house.auditor).get(f"{BASE}/people/imre.castellane"))
        assert "What Imre Castellane answers for" in page
        assert "Incident manager" in page
        own = browser_of(house.requester)
        page = text_of(own.get(f"{BASE}/mine"))
        assert "What I answer for" in page
        assert "/matrices/" not in page
        assert own.get(f"{BASE}/people/tamsin.harrowgate").status_code == 403
        assert own.get(BASE).status_code == 403

    def test_who_answers_for_nothing_is_told_so(self, house: Cast) -> None:
        page = words_of(browser_of(house.requester).get(f"{BASE}/mine"))
        assert "No role is held in person" in page

    def test_a_role_has_a_page(self, house: Cast) -> None:
        held(note="For the summer")
        browser = browser_of(house.auditor)
        page = words_of(browser.get(f"{BASE}/roles/manager"))
        assert "Tamsin Harrowgate" in page
        assert "For the summer" in page
        assert "Assign incidents to teams and people" in page
        assert "Have somebody hold it" not in page
        assert "Incident manager" in words_of(browser.get(f"{BASE}/roles"))

    @pytest.mark.parametrize("path", ["matrices/process/none", "matrices/team/x", "roles/none"])
    def test_what_is_not_there_is_not_found(self, house: Cast, path: str) -> None:
        assert browser_of(house.auditor).get(f"{BASE}/{path}").status_code == 404


class TestEditor:
    def test_what_is_sent_back_unchanged_changes_nothing(self, house: Cast) -> None:
        browser = browser_of(house.process_owner)
        before = matrix_content(INCIDENTS, actor=SYSTEM)
        form = form_of(text_of(browser.get(f"{MATRIX}/change")))
        assert browser.post(f"{MATRIX}/change", form).status_code == 302
        assert matrix_content(INCIDENTS, actor=SYSTEM) == before
        assert matrix(INCIDENTS, actor=SYSTEM, at=BY["at"]).revision == 1

    def test_cells_rows_and_columns_are_changed(self, house: Cast) -> None:
        define_role("board", name="Board", **BY)
        browser = browser_of(house.process_owner)
        form = form_of(text_of(browser.get(f"{MATRIX}/change")))
        form |= {
            "cell-0-0": "a r",
            "role-2": "board",
            "cell-0-2": "c",
            "activity-1-name": "",
            "activity-2-name": "Close it",
            "activity-2-name_fr": "Clore",
            "activity-2-place": "5",
            "cell-2-2": "ra",
        }
        assert browser.post(f"{MATRIX}/change", form).status_code == 302
        content = matrix_content(INCIDENTS, actor=SYSTEM)
        assert content.roles == ("manager", "agent", "board")
        assert [(row.name, dict(row.letters)) for row in content.activities] == [
            ("Close it", {"board": "RA"}),
            ("Take the report", {"manager": "RA", "agent": "R", "board": "C"}),
        ]
        assert content.activities[0].translations == {"fr": {"name": "Clore"}}
        page = words_of(browser.get(MATRIX))
        assert "changed the matrix" in page

    def test_a_wrong_letter_is_refused_and_nothing_typed_is_lost(self, house: Cast) -> None:
        browser = browser_of(house.process_owner)
        form = form_of(text_of(browser.get(f"{MATRIX}/change")))
        answer = browser.post(f"{MATRIX}/change", {**form, "cell-0-0": "X"})
        assert answer.status_code == 422
        assert "only the letters R, A, C and I" in words_of(answer)
        assert 'name="cell-0-0" value="X"' in text_of(answer)

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("activity-0-name_fr", "a\0b", "characters that cannot be stored"),
            ("activity-0-name_fr", "a" * 201, "At most 200 characters are possible."),
            ("columns", "²", None),
            ("seen_revision", "²", None),
            ("seen_revision", "9" * 5_000, None),
            ("activity-0-id", "9" * 5_000, None),
        ],
    )
    def test_what_no_browser_sends_is_no_error_of_ours(
        self, house: Cast, field: str, value: str, words: str | None
    ) -> None:
        browser = browser_of(house.process_owner)
        form = form_of(text_of(browser.get(f"{MATRIX}/change")))
        answer = browser.post(f"{MATRIX}/change", {**form, field: value})
        if words is None:
            assert answer.status_code == 302
            assert form_of(text_of(browser.get(f"{MATRIX}/change")))["role-0"] == form["role-0"]
        else:
            assert answer.status_code == 422
            assert words in words_of(answer)

    def test_two_writers_notice_each_other(self, house: Cast) -> None:
        browser = browser_of(house.process_owner)
        form = form_of(text_of(browser.get(f"{MATRIX}/change")))
        browser.post(f"{MATRIX}/change", {**form, "cell-0-0": "RA"})
        answer = browser.post(f"{MATRIX}/change", {**form, "cell-0-0": "I"})
        assert answer.status_code == 422
        assert "Somebody else changed this matrix" in words_of(answer)
        letters = matrix_content(INCIDENTS, actor=SYSTEM).activities[0].letters
        assert letters["manager"] == "RA"

    def test_a_new_one_begins_like_another(self, house: Cast) -> None:
        browser = browser_of(house.process_owner)
        given = {"kind": "service", "code": "mail", "name": "Mail", "like": "service:laptop"}
        answer = browser.post(f"{BASE}/new", given)
        assert answer.headers["Location"] == f"{BASE}/matrices/service/mail/change"
        page = words_of(browser.get(f"{BASE}/matrices/service/mail"))
        assert "Take the report" in page
        answer = browser.post(f"{BASE}/new", given)
        assert "There is a matrix about this already." in words_of(answer)

    def test_one_is_removed(self, house: Cast) -> None:
        browser = browser_of(house.process_owner)
        assert browser.post(f"{MATRIX}/remove").status_code == 302
        assert browser.get(MATRIX).status_code == 404

    def test_an_owner_edits_the_matrix_of_their_service(self, house: Cast) -> None:
        browser = browser_of(house.service_owner)
        assert browser.get(f"{BASE}/matrices/service/laptop/change").status_code == 200
        assert browser.get(f"{MATRIX}/change").status_code == 403
        assert browser_of(house.agent).get(f"{MATRIX}/change").status_code == 403


class TestRoles:
    def test_a_role_is_added_and_changed(self, house: Cast) -> None:
        browser = browser_of(house.process_owner)
        given: dict[str, Any] = {
            "code": "board",
            "name": "Board",
            "source": "assigned",
            "name_fr": "Comité",
        }
        assert browser.post(f"{BASE}/roles/new", given).status_code == 302
        assert "already taken" in words_of(browser.post(f"{BASE}/roles/new", given))
        page = text_of(browser.get(f"{BASE}/roles/board/change"))
        assert 'value="Comité"' in page
        answer = browser.post(f"{BASE}/roles/board/change", {**given, "name": "Change board"})
        assert answer.status_code == 302
        assert "Change board" in words_of(browser.get(f"{BASE}/roles/board"))

    def test_somebody_holds_it_and_holds_it_no_more(self, house: Cast) -> None:
        browser = browser_of(house.process_owner)
        address = f"{BASE}/roles/manager"
        given = {"person": "tamsin", "team": "", "where": "", "valid_from": "2026-01-01"}
        assert browser.post(address, given).status_code == 302
        row = Assignment.objects.get()
        assert row.person is not None
        assert row.person.code == "tamsin.harrowgate"
        assert browser.post(f"{address}/assignments/{row.pk}/end").status_code == 302
        assert "not today" in words_of(browser.get(address))

    def test_who_is_meant_must_be_clear(self, house: Cast) -> None:
        browser = browser_of(house.process_owner)
        address = f"{BASE}/roles/manager"
        given = {"team": "", "where": "", "valid_from": "2026-01-01"}
        several = words_of(browser.post(address, {**given, "person": "aldermoor"}))
        assert "Several people were found" in several
        nobody = words_of(browser.post(address, {**given, "person": "zzz"}))
        assert "Nobody was found for “zzz”" in nobody
        assert not Assignment.objects.exists()


class TestFiles:
    def test_a_matrix_is_a_document_and_a_spreadsheet(self, house: Cast) -> None:
        held()
        browser = browser_of(house.auditor)
        assert browser.get(f"{MATRIX}/pdf").content.startswith(b"%PDF")
        book = load_workbook(BytesIO(browser.get(f"{MATRIX}/xlsx").content))
        rows = [[cell.value for cell in row] for row in book["Activities"].iter_rows()]
        assert rows[0] == ["Activity", "Incident manager", "Agent"]
        assert rows[2] == ["Take the report", "A", "R"]

    def test_all_of_them_are_one_spreadsheet(self, house: Cast) -> None:
        answer = browser_of(house.auditor).get(f"{BASE}/xlsx")
        book = load_workbook(BytesIO(answer.content))
        assert set(book.sheetnames) == {"Holders", "To be mended", "Laptop and screen", "Incidents"}
