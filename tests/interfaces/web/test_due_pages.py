"""The calendar of what is due: page, file and feed."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from django.test import Client

from tests import cast as people
from tests.cast import AT, Cast
from tests.interfaces import rooms
from timshel.interfaces.web.governance.calendar.views import by_day
from timshel.kernel import due
from timshel.kernel.due import Asked, Due, Part, everything_due
from timshel.leadership.authority.models import Account
from timshel.planning.planned_action.actions import NOTHING, ActionPlan, plan_action
from timshel.planning.planned_action.states import ActionKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(cast: Cast) -> list[str]:
    today = datetime.now(UTC).date()
    numbers = []
    for owner, title, day in (
        ("imre.castellane", "Replace the switch", today - timedelta(days=3)),
        ("imre.castellane", "Mend the door", today + timedelta(days=40)),
        ("tamsin.harrowgate", "Paint the wall", today + timedelta(days=5)),
    ):
        plan = ActionPlan(ActionKind.PLANNED, title, owner, day)
        numbers.append(plan_action(NOTHING, plan=plan, actor=cast.process_owner, at=AT))
    return numbers


def signed_in(actor: people.Actor) -> Client:
    client = Client()
    client.force_login(people.account(actor, username=f"u{actor.person_id}"))
    return client


def test_what_is_due_stands_by_day_with_the_overdue_first(cast: Cast, planned: list[str]) -> None:
    client = signed_in(cast.process_owner)
    shown = client.get("/governance/due").content.decode()
    places = [shown.index(each) for each in ("Replace the switch", "Paint the wall", "Mend the")]
    assert places == sorted(places)
    assert shown.count("Overdue") == 1
    assert "Mend the door" not in client.get("/governance/due?ahead=month").content.decode()
    assert "Nothing is due" in client.get("/governance/due?whose=mine").content.decode()
    own = signed_in(cast.requester).get("/governance/due").content.decode()
    assert "Replace the switch" in own
    assert "Paint the wall" not in own


def test_the_file_is_read_by_calendar_programs(cast: Cast, planned: list[str]) -> None:
    sent = signed_in(cast.process_owner).get("/governance/due.ics")
    calendar = icalendar.Calendar.from_ical(sent.content)
    events = {str(each["uid"]): each for each in calendar.walk("VEVENT")}
    assert set(events) == {f"planned_action-{number}@timshel" for number in planned}
    first = events[f"planned_action-{planned[0]}@timshel"]
    assert str(first["summary"]) == "Action: Replace the switch"
    assert isinstance(first["dtstart"].dt, date)
    assert planned[0] in str(first["description"])


def test_a_feed_shows_ones_own_until_the_password_changes(cast: Cast, planned: list[str]) -> None:
    shown = signed_in(cast.requester).get("/governance/due").content.decode()
    address = shown.split('href="http://localhost:8000')[1].split('"')[0]
    sent = Client().get(address)
    assert sent.status_code == 200
    assert b"Replace the switch" in sent.content
    assert b"Paint the wall" not in sent.content
    account = Account.objects.get(person_id=cast.requester.person_id)
    account.set_password("another one entirely")
    account.save()
    assert Client().get(address).status_code == 404
    assert Client().get("/governance/due/made-up.ics").status_code == 404


def test_numbers_of_records_are_shown_and_made_up_codes_are_not() -> None:
    day = AT.date()
    rows = [Due(day, "a", code, "What", "Review") for code in ("ACT0000001", "std-1:8.2.4-1")]
    ((_day, shown),) = by_day(rows, day)
    assert [each.number for each in shown] == ["ACT0000001", ""]


def test_parts_are_put_together_by_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    day = AT.date()
    late = Due(day + timedelta(days=1), "b", "2", "Second", "Review")
    early = Due(day, "a", "1", "First", "Review")
    parts = {"b": Part(lambda _asked: [late]), "a": Part(lambda _asked: [early])}
    monkeypatch.setattr(due, "_parts", parts)
    found = everything_due(Asked(day, cast.process_owner, AT))
    assert found == (early, late)


def test_where_we_stand_counts_what_its_lists_show(cast: Cast, planned: list[str]) -> None:
    client = signed_in(cast.process_owner)
    shown = client.get("/governance/standing").content.decode()
    assert "Nothing of yours is due" in shown
    for count, address in ((3, "?whose=all"), (1, "?when=overdue&amp;whose=all")):
        assert f'href="/governance/actions{address}">{count}</a>' in shown
    assert (
        client.get("/governance/actions?when=overdue&whose=all").content.count(
            b"/governance/actions/ACT"
        )
        == 1
    )
    assert signed_in(cast.requester).get("/governance/standing").status_code == 403


LINK = r'href="/governance/(?:[a-z]+/[A-Z]{3}\d+|conformity/questions/[^"/]+)"'
A_PAGE = 50  # so many questions are listed at once


def test_each_card_counts_what_its_lists_show(cast: Cast) -> None:
    rooms.grow(cast, 1, at=AT)
    rooms.grow(cast, 2, at=AT)
    client = signed_in(cast.process_owner)
    shown = client.get("/governance/standing").content.decode()
    figures = re.findall(r'class="numeric"><a href="([^"]+)">(\d+)</a>', shown)
    assert len(figures) == 22
    for address, count in figures:
        listed = client.get(html.unescape(address)).content.decode()
        table = listed.partition("<tbody")[2].rpartition("</table>")[0]
        rows = len(set(re.findall(LINK, table)))
        assert rows == min(int(count), A_PAGE), address
