"""Logging calls and visits on one screen: who it is, what it is about, and what comes of it."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.calls import NUMBER, SOURCE, line, queries_of, template
from tests.cast import FOUNDED, SYSTEM, Cast, opened
from tests.interfaces.web.desk import browser_of, seen, text_of, words_of
from tests.interfaces.web.test_order_wizard import answered
from tests.ordered import offer_laptop
from timshel.context.people.models import Person
from timshel.operation.call.actions import CallTold, record_calls
from timshel.operation.call.models import Call, CallBack
from timshel.operation.work.models import Comment, WorkItem

LOG = "/desk/log"


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.agent)


def _given(cast: Cast, **more: str) -> dict[str, str]:
    who = {"requester": str(cast.requester.person_id), "channel": "phone", "about": "new"}
    return {**who, "title": "It hums", **more}


def _phone_of(cast: Cast, number: str = "01632 960 018") -> None:
    Person.objects.filter(pk=cast.requester.person_id).update(phone=number, traits=["vip"])


def test_a_new_case_is_logged_with_the_call(browser: Client, cast: Cast) -> None:
    answer = browser.post(LOG, _given(cast, text="Loudly.", service="laptop"))
    assert (answer.status_code, answer["Location"]) == (302, LOG)
    item, call = WorkItem.objects.get(), Call.objects.get()
    view = seen(item.number, cast.agent)
    assert (view.requester.name, view.channel, view.stage) == ("Imre Castellane", "phone", "new")
    assert (call.work_item_id, call.opened_work, call.outcome) == (item.pk, True, "logged")
    assert (call.agent_id, call.caller_id) == (cast.agent.person_id, cast.requester.person_id)
    assert f"{item.number} is logged. Give the caller this number." in words_of(browser.get(LOG))


def test_one_press_logs_and_solves(browser: Client, cast: Cast) -> None:
    answer = browser.post(LOG, _given(cast, solve="1"))
    assert answer.status_code == 302, words_of(answer)
    item, call = WorkItem.objects.get(), Call.objects.get()
    view = seen(item.number, cast.agent)
    assert (view.stage, view.resolution_text) == ("resolved", "Solved while you were with us.")
    assert (call.outcome, call.opened_work) == ("resolved", True)


def test_what_nobody_routes_stays_with_the_desk_that_answered(browser: Client, cast: Cast) -> None:
    browser.post(LOG, _given(cast))
    assert WorkItem.objects.get().team_id == cast.teams["service-desk"]


def test_what_goes_to_others_is_logged_and_not_solved(browser: Client, cast: Cast) -> None:
    answer = browser.post(LOG, _given(cast, service="heating", solve="1"))
    assert answer.status_code == 422
    assert "This goes to another team" in words_of(answer)
    assert not WorkItem.objects.exists()
    assert browser.post(LOG, _given(cast, service="heating")).status_code == 302


def test_a_template_says_what_is_left_empty(browser: Client, cast: Cast) -> None:
    template()
    browser.post(LOG, _given(cast, title="", template="password", solve="1"))
    item = WorkItem.objects.get()
    view = seen(item.number, cast.agent)
    assert (item.title, item.description) == ("The password does not work", "Since this morning.")
    assert view.service_code == "mail"
    assert view.resolution_text == "We set a new password together."


def test_the_same_form_twice_does_it_once(browser: Client, cast: Cast) -> None:
    for _each in range(2):
        assert browser.post(LOG, _given(cast, once="abc")).status_code == 302
    assert (WorkItem.objects.count(), Call.objects.count()) == (1, 1)


def test_a_call_is_added_to_an_open_case(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester)
    browser.post(LOG, _given(cast, about=f"case:{number}", title="", text="How far is it?"))
    assert Comment.objects.get().text == "Imre Castellane called: How far is it?"
    assert Comment.objects.get().audience == "internal"
    call = Call.objects.get()
    assert (call.outcome, call.opened_work) == ("added", False)
    answer = browser.post(
        LOG,
        _given(
            cast, about=f"case:{number}", title="", channel="walk_in", solve="1", solution="Ok."
        ),
    )
    assert answer.status_code == 302
    assert seen(number, cast.agent).stage == "resolved"
    assert Comment.objects.last().text == "Imre Castellane came by: Asked how far it is."  # type: ignore[union-attr]
    assert Call.objects.order_by("pk").last().outcome == "resolved"  # type: ignore[union-attr]


def test_a_case_of_others_is_not_there(browser: Client, cast: Cast) -> None:
    number = opened(cast.requester, service="heating")
    answer = browser.post(LOG, _given(cast, about=f"case:{number}"))
    assert answer.status_code == 404
    assert not Call.objects.exists()


def test_a_question_that_is_answered_keeps_the_call_alone(browser: Client, cast: Cast) -> None:
    browser.post(LOG, _given(cast, about="question", solve="1", solution="Like this."))
    assert not WorkItem.objects.exists()
    call = Call.objects.get()
    assert (call.outcome, call.note) == ("answered", "It hums\n\nLike this.")


def test_a_question_without_an_offering_for_it_is_a_case(browser: Client, cast: Cast) -> None:
    browser.post(LOG, _given(cast, about="question"))
    assert WorkItem.objects.get().title == "It hums"


def _asked_for(browser: Client, cast: Cast, **more: str) -> str:
    """Log a call of somebody who needs a laptop; returns where its form is."""
    given = _given(cast, about="offering", offering="laptop-standard", **more)
    answer = browser.post(LOG, given)
    call = Call.objects.order_by("pk").last()
    assert call is not None
    form = f"/order/laptop-standard?for=imre.castellane&call={call.pk}"
    assert (answer.status_code, answer["Location"]) == (302, form)
    assert (call.outcome, call.work_item_id) == ("requested", None)
    return form


def test_what_a_caller_needs_is_tied_to_the_call_once_it_is_sent(
    browser: Client, cast: Cast
) -> None:
    offer_laptop(cast)
    form = _asked_for(browser, cast, channel="walk_in")
    sent = answered(browser, form, model="14", health="", once="a")
    assert sent.status_code == 302, words_of(sent)
    item, call = WorkItem.objects.get(kind="service_request"), Call.objects.get()
    assert (call.work_item_id, call.opened_work, call.outcome) == (item.pk, True, "requested")
    assert (item.channel, item.requester_id) == ("walk_in", cast.requester.person_id)
    record = words_of(browser.get(f"/desk/requests/{item.number}"))
    assert "Visit, " in record
    assert f"Imre Castellane · taken by {cast.agent.name} talked 0 s · Request opened" in record


def test_a_call_of_somebody_else_or_about_something_is_not_tied(
    browser: Client, cast: Cast
) -> None:
    offer_laptop(cast)
    form = _asked_for(browser, cast)
    for_another = form.replace("imre.castellane", "solveig.adeyemi")
    assert answered(browser, for_another, model="14", health="", once="a").status_code == 302
    assert Call.objects.get().work_item_id is None
    assert answered(browser, form, model="14", health="", once="b").status_code == 302
    first = Call.objects.get().work_item_id
    assert first is not None
    assert answered(browser, form, model="16", health="", once="c").status_code == 302
    assert Call.objects.get().work_item_id == first
    requester = browser_of(cast.requester)
    mine = form.replace("for=imre.castellane", "for=")
    assert answered(requester, mine, model="14", health="", once="d").status_code == 302
    assert list(WorkItem.objects.order_by("pk").values_list("channel", flat=True)) == [
        "portal",
        "phone",
        "portal",
        "portal",
    ]


@pytest.mark.parametrize("key", ["x", "-1", "9" * 19, "", "\0"])
def test_a_call_that_is_none_ties_nothing(browser: Client, cast: Cast, key: str) -> None:
    offer_laptop(cast)
    query = urlencode({"for": "imre.castellane", "call": key})
    assert browser.get(f"/order/laptop-standard?{query}").status_code == 200


def test_a_record_shows_who_called_about_it(browser: Client, cast: Cast) -> None:
    line()
    number = opened(cast.requester)
    page = f"/desk/incidents/{number}"
    assert 'id="calls"' not in text_of(browser.get(page))
    kept = {"about": f"case:{number}", "title": "", "text": "How far is it?"}
    browser.post(LOG, _given(cast, **kept))
    shown = words_of(browser.get(page))
    assert "Incoming call, " in shown
    agent = cast.agent.name
    assert f"Imre Castellane · taken by {agent} talked 0 s · Added to a case" in shown
    assert "Earlier calls" not in shown
    for _each in range(3):
        browser.post(LOG, _given(cast, **kept))
    assert words_of(browser.get(page)).count("Incoming call, ") == 4
    assert "Earlier calls" in words_of(browser.get(page))
    of_work_alone = browser_of(cast.service_owner)
    assert number in text_of(of_work_alone.get(page))
    assert 'id="calls"' not in text_of(of_work_alone.get(page))


def test_a_call_about_nothing_is_only_kept(browser: Client, cast: Cast) -> None:
    given = {"name": "Zuleika", "number": NUMBER, "channel": "phone", "about": "nothing"}
    assert browser.post(LOG, given).status_code == 302
    call = Call.objects.get()
    assert (call.outcome, call.caller_name, call.caller_number) == ("nothing", "Zuleika", NUMBER)
    assert not Person.objects.filter(name="Zuleika").exists()


def test_an_unknown_caller_with_a_case_is_known_from_then_on(browser: Client, cast: Cast) -> None:
    given = {"name": "Zuleika Nobody", "number": "01632 960 077", "channel": "phone"}
    browser.post(LOG, given | {"about": "new", "title": "It hums"})
    made = Person.objects.get(name="Zuleika Nobody")
    assert (made.unit, made.customer, made.phone) == (None, None, "01632 960 077")
    assert WorkItem.objects.get().requester == made
    page = words_of(browser.get(f"{LOG}?from=%2B441632960077"))
    assert "Zuleika Nobody" in page
    assert WorkItem.objects.get().number in page


def test_a_call_back_is_promised_on_the_way(browser: Client, cast: Cast) -> None:
    due = (datetime.now(UTC) + timedelta(hours=2)).replace(second=0, microsecond=0)
    given = _given(cast, back_at=_local(due, cast), back_number="4711", back_reason="New screen")
    assert browser.post(LOG, given).status_code == 302
    back = CallBack.objects.get()
    assert (back.number, back.reason, back.due_at) == ("4711", "New screen", due)
    assert (back.agent_id, back.person_id) == (cast.agent.person_id, cast.requester.person_id)
    assert back.work_item == WorkItem.objects.get()
    assert "New screen" in words_of(browser.get("/desk/call-backs"))


def _local(moment: datetime, cast: Cast) -> str:
    return f"{moment.astimezone(ZoneInfo(cast.agent.time_zone)):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"requester": ""}, "Find the person, or write down name and number."),
        ({"title": ""}, "Please say in a few words what it is about."),
        ({"about": "elsewhere"}, "Please say what it is about."),
        ({"about": "offering"}, "Find what they need, and choose it from the list."),
        ({"back_reason": "Later"}, "Please say when they will be called back."),
        ({"back_at": "2020-01-01T10:00", "back_number": "4711"}, "This moment is over already."),
        (
            {"back_at": "2126-01-01T10:00", "back_number": "4711"},
            "Please choose a moment within ninety days.",
        ),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_done(
    browser: Client, cast: Cast, more: dict[str, str], told: str
) -> None:
    answer = browser.post(LOG, _given(cast, text="Loudly.") | more)
    assert answer.status_code == 422
    assert told in html.unescape(text_of(answer))
    assert "Loudly." in text_of(answer)
    assert not WorkItem.objects.exists()
    assert not Call.objects.exists()


def test_who_calls_is_found_as_one_types(browser: Client, cast: Cast) -> None:
    _phone_of(cast)
    number = opened(cast.requester, title="The laptop LT-20417 is slow")
    for text in ("imre cas", "01632 960018", "+44 1632 960018", "LT-20417", number):
        answer = browser.get(f"{LOG}/callers", {"person": text})
        assert f'id="caller-{cast.requester.person_id}"' in text_of(answer), text
    assert "Nobody was found" in words_of(browser.get(f"{LOG}/callers", {"person": "zzz"}))


def test_a_telephone_system_opens_the_page_for_a_caller(browser: Client, cast: Cast) -> None:
    line()
    _phone_of(cast)
    number = opened(cast.requester, title="The laptop is slow")
    now = datetime.now(UTC)
    told = CallTold("c-1", "answered", now - timedelta(minutes=1), "desk", "jonas.okereke", NUMBER)
    record_calls([told], source=SOURCE, actor=SYSTEM, at=now)
    for address in (f"{LOG}?from={NUMBER}", f"{LOG}?from=%2B441632960018", f"{LOG}?call=c-1"):
        page = browser.get(address)
        words = words_of(page)
        assert "Imre Castellane" in words, address
        assert number in words
        assert "VIP" in words
        assert "Service desk: Talking" in words
    call = Call.objects.get()
    browser.post(LOG, _given(cast, about=f"case:{number}", call=str(call.pk)))
    call.refresh_from_db()
    assert (call.outcome, Call.objects.count()) == ("added", 1)


def test_a_number_that_nobody_has_is_kept_for_who_is_written_down(browser: Client) -> None:
    page = text_of(browser.get(f"{LOG}?from=%2B441632960099"))
    assert 'value="+441632960099"' in page
    assert '<details class="log-unknown" open>' in page


def test_the_card_shows_where_it_is_what_time(browser: Client, cast: Cast) -> None:
    key = cast.french_requester.person_id
    words = words_of(browser.get(f"{LOG}/caller", {"requester": str(key)}))
    assert "in Toronto." in words
    assert browser.get(f"{LOG}/caller", {"requester": "x"}).status_code == 404


def test_the_page_takes_as_many_queries_for_much_as_for_little(cast: Cast) -> None:
    browser = browser_of(cast.agent)
    address = f"{LOG}?person={cast.requester.person_id}"
    opened(cast.requester)
    browser.post(LOG, _given(cast, about="new"))
    browser.get(address)
    few = queries_of(browser, address)
    for _each in range(3):
        opened(cast.requester)
        browser.post(LOG, _given(cast, about="new"))
    assert queries_of(browser, address) == few


def test_without_scripts_the_person_is_found_by_a_button(browser: Client, cast: Cast) -> None:
    given = {"person": "castel", "find": "1", "channel": "phone", "about": "new", "title": "Hums"}
    answer = browser.post(LOG, given)
    assert f'id="caller-{cast.requester.person_id}"' in text_of(answer)
    assert 'value="Hums"' in text_of(answer)
    assert not Call.objects.exists()


def test_call_backs_are_done_missed_moved_and_dropped(browser: Client, cast: Cast) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    for name in ("A", "B", "C", "D"):
        given = {"name": name, "number": NUMBER, "channel": "phone", "about": "nothing"}
        browser.post(LOG, given | {"back_at": _local(soon, cast), "back_reason": name})
    keys = dict(CallBack.objects.values_list("name", "pk"))
    for name, deed in (("A", "finish"), ("B", "miss"), ("C", "cancel")):
        answer = browser.post(f"/desk/call-backs/{keys[name]}/{deed}")
        assert (answer.status_code, answer["Location"]) == (302, "/desk/call-backs?view=mine")
    later = _local(soon + timedelta(days=1), cast)
    assert browser.post(f"/desk/call-backs/{keys['D']}/move", {"due_at": later}).status_code == 302
    assert browser.post(f"/desk/call-backs/{keys['D']}/move", {"due_at": "x"}).status_code == 422
    assert browser.post(f"/desk/call-backs/{keys['D']}/burn").status_code == 404
    states = dict(CallBack.objects.values_list("name", "state"))
    assert states == {"A": "done", "B": "missed", "C": "cancelled", "D": "due"}
    assert browser.post(f"/desk/call-backs/{keys['A']}/finish").status_code == 409
    words = words_of(browser.get("/desk/call-backs?view=finished"))
    assert "Missed" in words


def test_the_navigation_counts_what_is_due(browser: Client, cast: Cast) -> None:
    page = text_of(browser.get(LOG))
    address = html.unescape(page.split("/desk/call-backs/count?who=")[1].split('"')[0])
    CallBack.objects.create(
        name="A",
        number="4711",
        reason="B",
        due_at=FOUNDED,
        agent_id=cast.agent.person_id,
        promised_at=FOUNDED,
    )
    counted = browser.get(f"/desk/call-backs/count?who={address}")
    assert "1 call-back is due" in words_of(counted)
    assert browser.get("/desk/call-backs/count?who=x").status_code == 400
