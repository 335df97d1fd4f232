"""Pages of boards and meetings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.interfaces.web.desk import browser_of, earlier, now, words_of
from timshel.interfaces.web.governance.meetings.forms import person_of
from timshel.kernel.errors import Invalid
from timshel.planning.planned_action.models import PlannedAction
from timshel.support.meeting import actions
from timshel.support.meeting.models import Board, Meeting
from timshel.support.meeting.rules import BoardContent, MeetingContent, MinutesContent

pytestmark = pytest.mark.django_db
BOARDS = "/governance/boards"
MEETINGS = "/governance/meetings"
BOARD = {
    "code": "review",
    "name": "Management review",
    "kind": "management_review",
    "purpose": "Looks at all.",
    "chair": "Wendell Achterberg",
    "secretary": "tamsin.harrowgate",
    "every_months": "3",
    "place_1": "2",
    "item_1": "Any other business",
    "source_1": "",
    "place_2": "1",
    "item_2": "",
    "source_2": "overdue_actions",
    "seen_revision": "",
}
SPRING = {
    "title": "Spring review",
    "starts_at": "2099-03-02T10:00",
    "ends_at": "2099-03-02T12:00",
    "place": "B 12",
    "invited": "Imre Castellane\nsolveig.adeyemi",
}


def set_up(cast: Cast, code: str = "review") -> str:
    content = BoardContent(
        f"Board {code}", "other", "wendell.achterberg", 3, secretary="tamsin.harrowgate"
    )
    actions.create_board(code, content=content, actor=cast.process_owner, at=now())
    actions.add_member(code, person="imre.castellane", actor=cast.process_owner, at=now())
    return code


def called(cast: Cast, *, hours_ago: float = -24, board: str = "review") -> str:
    start = earlier(hours_ago)
    content = MeetingContent("Spring review", start, start + timedelta(hours=1), "B 12")
    return actions.call_meeting(content=content, actor=cast.manager, at=now(), board=board)


def page(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


class TestBoards:
    def test_what_it_is_about_is_chosen_and_shown_by_name(self, cast: Cast) -> None:
        keeper = browser_of(cast.process_owner)
        wrong = keeper.post(f"{BOARDS}/new", {**BOARD, "service": "no-such"})
        assert wrong.status_code == 422
        assert "Looks at all." in wrong.content.decode()
        given = {**BOARD, "service": "laptop", "customer": "brackwater"}
        assert keeper.post(f"{BOARDS}/new", given).status_code == 302
        shown = page(keeper, f"{BOARDS}/review")
        assert "<dd>Laptop and screen</dd>" in shown
        assert "<dd>Brackwater" in shown
        Board.objects.update(service="gone")
        form = page(keeper, f"{BOARDS}/review/change")
        assert '<option value="gone" selected>gone</option>' in form
        assert '<option value="brackwater" selected>' in form

    def test_a_board_is_set_up_changed_and_gets_members(self, cast: Cast) -> None:
        keeper = browser_of(cast.process_owner)
        assert "Overdue actions" in page(keeper, f"{BOARDS}/new")
        refused = keeper.post(f"{BOARDS}/new", {**BOARD, "chair": "nobody at all"})
        assert refused.status_code == 422
        assert "Looks at all." in refused.content.decode()
        assert "Nobody was found" in refused.content.decode()
        assert keeper.post(f"{BOARDS}/new", {**BOARD, "code": "New!"}).status_code == 422
        assert keeper.post(f"{BOARDS}/new", BOARD).status_code == 302
        agenda = [each["title"] for each in Board.objects.get().agenda]
        assert agenda[1:] == ["Overdue actions", "Any other business"]
        shown = page(keeper, f"{BOARDS}/review")
        assert "at least every 3 months" in shown
        assert "No meeting is called." in shown
        changed = {**BOARD, "name": "The review", "is_active": "on", "seen_revision": "1"}
        assert "Looks at all." in page(keeper, f"{BOARDS}/review/change")
        assert keeper.post(f"{BOARDS}/review/change", changed).status_code == 302
        stale = keeper.post(f"{BOARDS}/review/change", {**changed, "name": "Other"})
        assert stale.status_code == 422
        assert "Somebody else changed this" in stale.content.decode()
        assert 'value="Other"' in stale.content.decode()
        members = f"{BOARDS}/review/members"
        assert "Add a member" in page(keeper, f"{members}/new")
        assert keeper.post(f"{members}/new", {"person": "nobody"}).status_code == 422
        given = {"person": "Imre Castellane", "role": "Speaks for climate"}
        assert keeper.post(f"{members}/new", given).status_code == 302
        assert "Speaks for climate" in page(keeper, f"{BOARDS}/review")
        assert keeper.post(f"{members}/imre.castellane/end").status_code == 302
        assert keeper.post(f"{members}/imre.castellane/end").status_code == 404
        assert "The review" in page(keeper, BOARDS)
        assert "No boards here" in page(keeper, f"{BOARDS}?which=ended")

    def test_who_sits_there_sees_it_and_others_do_not(self, cast: Cast) -> None:
        set_up(cast)
        member = browser_of(cast.requester)
        assert "Board review" in page(member, BOARDS)
        shown = page(member, f"{BOARDS}/review")
        assert "Change" not in words_of(member.get(f"{BOARDS}/review"))
        assert "Imre Castellane" in shown
        for address in (f"{BOARDS}/new", f"{BOARDS}/review/change", f"{BOARDS}/review/members/new"):
            page(member, address, status=403)
        assert member.post(f"{BOARDS}/review/members/imre.castellane/end").status_code == 403
        stranger = browser_of(cast.other_requester)
        assert "No boards here" in page(stranger, BOARDS)
        page(stranger, f"{BOARDS}/review", status=404)
        assert "Board review" in page(browser_of(cast.auditor), BOARDS)


class TestMeetings:
    def test_a_meeting_is_called_changed_and_called_off(self, cast: Cast) -> None:
        set_up(cast)
        chair = browser_of(cast.manager)
        assert "Board review" in page(chair, f"{MEETINGS}/new?board=review")
        late = {**SPRING, "ends_at": SPRING["starts_at"]}
        refused = chair.post(f"{MEETINGS}/new?board=review", late)
        assert refused.status_code == 422
        assert "It must end after it starts." in refused.content.decode()
        assert "B 12" in refused.content.decode()
        assert chair.post(f"{MEETINGS}/new?board=review", SPRING).status_code == 302
        number = Meeting.objects.get().number
        address = f"{MEETINGS}/{number}"
        shown = page(chair, address)
        for words in ("Spring review", "Solveig Adeyemi", "Open actions of earlier meetings"):
            assert words in shown
        form = page(chair, f"{address}/change")
        assert "solveig.adeyemi" in form
        changed = {**SPRING, "place": "A 1", "seen_revision": "1"}
        assert chair.post(f"{address}/change", changed).status_code == 302
        stale = chair.post(f"{address}/change", {**changed, "place": "C 3"})
        assert stale.status_code == 422
        assert 'value="C 3"' in stale.content.decode()
        assert "Spring review" in page(browser_of(cast.requester), f"{MEETINGS}/mine")
        assert chair.post(f"{address}/cancel").status_code == 302
        assert "Called off" in page(chair, f"{MEETINGS}?when=past")
        page(chair, f"{address}/change", status=403)
        page(chair, f"{MEETINGS}/new", status=403)
        stranger = browser_of(cast.agent)
        assert "No meetings here" in page(stranger, MEETINGS)
        page(stranger, address, status=404)
        keeper = browser_of(cast.process_owner)
        assert "Call a meeting" in page(keeper, f"{MEETINGS}/new")
        assert "Please say who leads" in keeper.post(f"{MEETINGS}/new", SPRING).content.decode()

    def test_the_agenda_is_said_anew_and_prepared(self, cast: Cast) -> None:
        set_up(cast)
        number = called(cast)
        address = f"{MEETINGS}/{number}"
        secretary = browser_of(cast.lead)
        assert "Open actions of earlier meetings" in page(secretary, f"{address}/agenda")
        rows = {"place_1": "1", "item_1": "News", "source_1": "planned_work", "seen_revision": "1"}
        wrong = secretary.post(f"{address}/agenda", {**rows, "source_1": "clouds"})
        assert wrong.status_code == 422
        assert 'value="News"' in wrong.content.decode()
        assert secretary.post(f"{address}/agenda", rows).status_code == 302
        assert secretary.post(f"{address}/prepare").status_code == 302
        shown = page(secretary, address)
        assert "There was nothing." in shown
        member = browser_of(cast.requester)
        page(member, f"{address}/agenda", status=403)
        assert member.post(f"{address}/prepare").status_code == 403

    def test_minutes_are_written_decided_and_approved(self, cast: Cast) -> None:
        set_up(cast)
        number = called(cast, hours_ago=2)
        address = f"{MEETINGS}/{number}"
        secretary, chair = browser_of(cast.lead), browser_of(cast.manager)
        assert "Who was there" in page(secretary, f"{address}/minutes")
        given = {
            "text_1": "All is **well**.",
            "presence_1": "present",
            "presence_2": "excused",
            "presence_3": "present",
            "guests": "Ottilie Marchbanks",
            "seen_revision": "1",
        }
        wrong = secretary.post(f"{address}/minutes", {**given, "presence_1": "asleep"})
        assert wrong.status_code == 422
        assert "All is **well**." in wrong.content.decode()
        assert secretary.post(f"{address}/minutes", given).status_code == 302
        assert secretary.post(f"{address}/minutes", {**given, "text_1": "x"}).status_code == 422
        empty = secretary.post(f"{address}/decide", {"text": " ", "decided_by": "vote"})
        assert empty.status_code == 422
        for text in ("We buy a spare.", "We sell it."):
            decided = secretary.post(f"{address}/decide", {"text": text, "decided_by": "vote"})
            assert decided.status_code == 302
        key = Meeting.objects.get().decisions.get(text="We sell it.").pk
        assert secretary.post(f"{address}/decisions/{key}/remove").status_code == 302
        action = {
            "title": "Buy the spare",
            "kind": "decision",
            "owner": "Imre Castellane",
            "due_date": "2099-12-01",
        }
        planned = secretary.post(f"/governance/actions/new?about=meeting:{number}", action)
        assert planned.status_code == 302
        assert PlannedAction.objects.get().about_code == number
        assert secretary.post(f"{address}/hold").status_code == 302
        assert secretary.post(f"{address}/approve").status_code == 403
        assert "Approve the minutes" in page(chair, address)
        assert chair.post(f"{address}/approve").status_code == 302
        shown = page(browser_of(cast.requester), address)
        for words in (
            "<strong>well</strong>",
            "We buy a spare.",
            "Ottilie Marchbanks",
            "Buy the spare",
            "Minutes approved",
        ):
            assert words in shown
        assert "We sell it." not in shown
        page(secretary, f"{address}/minutes", status=403)
        assert (
            secretary.post(f"{address}/decide", {"text": "Late.", "decided_by": "vote"}).status_code
            == 422
        )

    def test_it_goes_into_calendars_and_onto_paper(self, cast: Cast) -> None:
        set_up(cast)
        number = called(cast, hours_ago=2)
        content = MinutesContent(texts={1: "First.\n\nSecond."}, guests=("Ottilie",))
        actions.write_minutes(number, content=content, actor=cast.lead, at=now())
        actions.add_decision(number, text="We buy.", decided_by="chair", actor=cast.lead, at=now())
        member = browser_of(cast.requester)
        sent = member.get(f"{MEETINGS}/{number}/ics")
        text = sent.content.decode()
        assert "SUMMARY:Spring review" in text
        assert "LOCATION:B 12" in text
        assert "TRANSP:OPAQUE" in text
        assert number in sent["Content-Disposition"]
        paper = member.get(f"{MEETINGS}/{number}/pdf")
        assert paper.content.startswith(b"%PDF")
        stranger = browser_of(cast.agent)
        for name in ("ics", "pdf"):
            page(stranger, f"{MEETINGS}/{number}/{name}", status=404)

    def test_lists_take_as_many_queries_however_long_they_are(self, cast: Cast) -> None:
        set_up(cast)
        client = browser_of(cast.auditor)
        addresses = (MEETINGS, BOARDS, f"{BOARDS}/review", f"{MEETINGS}?when=past")

        def counts() -> list[int]:
            found = []
            for address in addresses:
                with CaptureQueriesContext(
                    connection,
                ) as caught:
                    page(client, address)
                found.append(len(caught))
            return found

        called(cast)
        called(cast, hours_ago=5)
        counts()
        few = counts()
        for position in range(4):
            called(cast)
            called(cast, hours_ago=5)
            set_up(cast, f"board-{position}")
        assert counts() == few


def test_colleagues_are_named_without_a_right(cast: Cast) -> None:
    by: dict[str, Any] = {"field": "chair", "actor": cast.requester}
    assert person_of("solveig.adeyemi", **by) == "solveig.adeyemi"
    assert person_of("Solveig Adeyemi", **by) == "solveig.adeyemi"
    with pytest.raises(Invalid):
        person_of("nobody at all", **by)
