"""The panels of a record: each form does one thing, without any script, and refusals are told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast, opened
from tests.incidents import row
from tests.interfaces.web.desk import browser_of, earlier, now, seen, text_of, words_of
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from timshel.kernel.actor import Actor
from timshel.operation.teamwork import actions, queries
from timshel.operation.teamwork.models import WorkLink
from timshel.operation.work.models import Watcher
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident.actions import note_on_incident, reply_to_incident
from timshel.resolution_fulfilment.incident.queries import mergers


def around(number: str, who: Actor) -> queries.WorkAround:
    return queries.around(number, actor=who, at=now())


def sent(who: Actor, address: str, **given: str) -> Any:
    return browser_of(who).post(address, given)


def test_tags_are_added_and_taken_off(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    client = browser_of(cast.agent)
    address = f"/desk/work/{number}/tags"
    answer = client.post(address, {"tags": "screen, new starter"})
    assert answer["Location"] == f"/desk/incidents/{number}#tags"
    page = client.get(f"/desk/incidents/{number}")
    assert "Take off the tag new starter" in text_of(page)
    client.post(address, {"remove": "screen"})
    assert around(number, cast.agent).tags == ("new starter",)
    answer = client.post(address, {"tags": "x" * 60}, follow=True)
    assert "at most 50 characters" in words_of(answer)


def test_links_are_made_by_number(cast: Cast) -> None:
    number, other = (opened(cast.requester, at=earlier()) for _each in range(2))
    client = browser_of(cast.agent)
    address = f"/desk/work/{number}/links"
    client.post(address, {"to": f"{other} The screen stays black", "kind": "caused_by"})
    for here, there, word in ((number, other, "Caused by"), (other, number, "Cause of")):
        page = client.get(f"/desk/incidents/{here}")
        assert f"/desk/incidents/{there}" in text_of(page)
        assert word in words_of(page)
    client.post(address, {"remove": str(WorkLink.objects.get().pk)})
    assert around(number, cast.agent).links == ()
    answer = client.post(address, {"to": "INC9999999", "kind": "related"}, follow=True)
    assert "There is no such case" in words_of(answer)


def test_time_is_written_down_corrected_and_removed(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    client = browser_of(cast.agent)
    address, day = f"/desk/work/{number}/time", earlier(30).date().isoformat()
    client.post(address, {"minutes": "75", "day": day, "note": "Cable", "is_shown": "1"})
    (line,) = around(number, cast.agent).time
    assert (line.minutes, line.note, line.is_internal) == (75, "Cable", False)
    assert "1 h 15 min" in words_of(client.get(f"/desk/incidents/{number}"))
    client.post(address, {"line": str(line.id), "minutes": "60", "day": day})
    assert around(number, cast.agent).minutes == 60
    for minutes, when in (("0", day), ("", day), ("5", ""), ("9" * 30, day)):
        client.post(address, {"minutes": minutes, "day": when})
    assert around(number, cast.agent).minutes == 60
    client.post(address, {"remove": str(line.id)})
    assert around(number, cast.agent).time == ()


def test_a_checklist_is_made_and_ticked(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    client = browser_of(cast.agent)
    address = f"/desk/work/{number}/checks"
    client.post(address, {"text": "Ask\n\nOrder"})
    first, second = around(number, cast.agent).checks
    client.post(address, {"line": str(first.id), "done": "1"})
    client.post(address, {"remove": str(second.id)})
    page = client.get(f"/desk/incidents/{number}")
    assert 'aria-checked="true"' in text_of(page)
    assert [each.done_by for each in around(number, cast.agent).checks] == [cast.agent.name]


def test_watchers_come_and_go(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    client = browser_of(cast.agent)
    address = f"/desk/work/{number}/watchers"
    client.post(address, {"person": "solveig.adeyemi Solveig"})
    client.post(address, {"person": "me"})
    names = {each.name for each in around(number, cast.agent).watchers}
    assert names == {cast.other_requester.name, cast.agent.name}
    client.post(address, {"remove": str(cast.other_requester.person_id)})
    assert around(number, cast.agent).watches
    answer = client.post(address, {"person": "nobody.known"}, follow=True)
    assert "choose a person" in words_of(answer)


def test_whoever_watches_no_longer_may_lose_the_page(cast: Cast) -> None:
    number = opened(cast.requester, service="heating", at=earlier())
    key = cast.agent.person_id or 0
    actions.add_watcher(number, person_id=key, actor=cast.facilities_agent, at=earlier(1))
    client = browser_of(cast.agent)
    assert client.get(f"/desk/incidents/{number}").status_code == 200
    answer = client.post(f"/desk/work/{number}/watchers", {"remove": str(key)})
    assert answer["Location"] == "/desk/"
    assert client.get(f"/desk/incidents/{number}").status_code == 404


def test_fields_offer_as_one_types(cast: Cast) -> None:
    number = opened(cast.requester, title="The printer jams", at=earlier())
    other = opened(cast.requester, title="A printer smells", at=earlier(1))
    actions.tag_work(other, tags=["printing"], actor=cast.agent, at=earlier(1))
    client = browser_of(cast.agent)
    offered = text_of(client.get(f"/desk/work/{number}/others?to=print"))
    assert f'value="{other}"' in offered
    assert number not in offered
    assert 'value="laser, printing"' in text_of(client.get("/desk/tags?tags=laser, pri"))
    assert 'value="solveig.adeyemi"' in text_of(client.get("/desk/colleagues?person=solv"))


def test_requests_and_tasks_have_the_panels_too(cast: Cast) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    number = ordered(cast.requester, at=earlier())
    (task,) = tasks_of(number)
    client = browser_of(cast.lead)
    request, of_task = (
        text_of(client.get(f"/desk/{each}"))
        for each in (f"requests/{number}", f"tasks/{task.number}")
    )
    assert 'id="watchers"' in request
    assert 'id="watchers"' not in of_task
    assert 'id="checks"' not in of_task
    assert 'id="time"' in of_task
    answer = client.post(f"/desk/work/{task.number}/tags", {"tags": "x"})
    assert answer["Location"] == f"/desk/tasks/{task.number}#tags"


def test_panels_are_refused_without_the_right(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    for who, status in ((cast.manager, 403), (cast.facilities_agent, 404), (cast.requester, 403)):
        client = browser_of(who)
        for panel in ("tags", "links", "time", "checks"):
            given = {"tags": "x", "to": number, "minutes": "5", "text": "x"}
            given["day"] = now().date().isoformat()
            assert client.post(f"/desk/work/{number}/{panel}", given).status_code == status
    page = browser_of(cast.auditor).get(f"/desk/incidents/{number}")
    assert f"/desk/work/{number}/tags" not in text_of(page)


def test_cases_are_merged_on_a_page_and_taken_apart(cast: Cast) -> None:
    number, other = (opened(cast.requester, at=earlier()) for _each in range(2))
    client = browser_of(cast.agent)
    assert client.get(f"/desk/incidents/{number}/merge").status_code == 200
    answer = client.post(f"/desk/incidents/{number}/merge", {"into": f"{other} black"})
    assert answer["Location"] == f"/desk/incidents/{other}"
    assert row(number).stage == Stage.CANCELLED
    assert "goes on in" in words_of(client.get(f"/desk/incidents/{number}"))
    assert number in words_of(client.get(f"/desk/incidents/{other}"))
    client.post(f"/desk/incidents/{number}/unmerge")
    assert row(number).stage == Stage.NEW
    client.post(f"/desk/incidents/{other}/merge", {"numbers": number})
    assert mergers(number, actor=cast.agent).into == other


@pytest.mark.parametrize("given", [{}, {"into": "x", "numbers": "y"}, {"into": "INC9999999"}])
def test_a_merger_that_is_wrong_keeps_what_was_typed(given: dict[str, str], cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    answer = sent(cast.agent, f"/desk/incidents/{number}/merge", **given)
    assert answer.status_code in (404, 422)
    for value in given.values():
        assert answer.status_code == 404 or value in text_of(answer)
    assert row(number).stage == Stage.NEW


def test_a_message_is_split_off(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    reply = reply_to_incident(number, text="And mail", actor=cast.requester, at=earlier(1))
    note = note_on_incident(number, text="Hush", actor=cast.agent, at=earlier(1))
    client = browser_of(cast.agent)
    address = f"/desk/incidents/{number}/split"
    assert "And mail" in text_of(client.get(f"{address}?comment={reply.comment_id}"))
    assert "Hush" not in text_of(client.get(f"{address}?comment={note.comment_id}"))
    given = {"title": "Mail", "text": "And mail", "comment": str(reply.comment_id), "once": "a"}
    answer = client.post(address, given)
    assert client.post(address, given)["Location"] == answer["Location"]  # sent twice, made once
    made = answer["Location"].rpartition("/")[2]
    assert seen(made, cast.agent).title == "Mail"
    assert client.post(address, {"title": "", "text": "x"}).status_code == 422


def test_every_message_leads_to_splitting_it_off(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    reply = reply_to_incident(number, text="And mail", actor=cast.requester, at=earlier(1))
    note = note_on_incident(number, text="Hush", actor=cast.agent, at=earlier(1))
    address = f"/desk/incidents/{number}"
    page = browser_of(cast.agent).get(address)
    assert f'href="{address}/split?comment={reply.comment_id}"' in text_of(page)
    assert f"Make a case of its own of what {cast.requester.name} wrote" in words_of(page)
    assert f"?comment={note.comment_id}" not in text_of(page)
    assert "/split?comment" not in text_of(browser_of(cast.auditor).get(address))


def test_a_parent_is_named_by_number_with_its_title_behind_it(cast: Cast) -> None:
    parent, child = (opened(cast.requester, at=earlier()) for _each in range(2))
    client = browser_of(cast.agent)
    address = f"/desk/incidents/{child}/link"
    form = text_of(client.get(address))
    assert f'hx-get="/desk/work/{child}/others?only=incident"' in form
    assert 'id="link-parent"' in form
    given = {"parent": f" {parent.lower()} The screen stays black", "seen_version": "1"}
    assert client.post(address, given).status_code == 302
    view = seen(child, cast.agent).parent
    assert view is not None
    assert view.number == parent
    wrong = client.post(address, {"parent": "INC9999999 Black", "seen_version": "2"})
    assert wrong.status_code == 422
    assert 'value="INC9999999 Black"' in text_of(wrong)
    assert "There is no such case" in words_of(wrong)
    assert client.post(address, {"parent": " ", "seen_version": "2"}).status_code == 302
    assert seen(child, cast.agent).parent is None


def test_whoever_reported_a_joined_case_is_led_to_the_one_that_goes_on(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    other = opened(cast.french_requester, at=earlier(), title="Black in room 2")
    mine = browser_of(cast.requester)
    assert "joined with another case" not in words_of(mine.get(f"/cases/{number}"))
    sent(cast.agent, f"/desk/incidents/{number}/merge", into=other)
    page = mine.get(f"/cases/{number}")
    told = f"This was joined with another case, which goes on: {other} Black in room 2"
    assert told in words_of(page)
    assert f'href="/cases/{other}"' in text_of(page)
    Watcher.objects.all().delete()
    assert other not in text_of(mine.get(f"/cases/{number}"))
    withdrawn = opened(cast.requester, at=earlier())
    mine.post(f"/cases/{withdrawn}/withdraw", {"once": "a", "reason": ""})
    assert row(withdrawn).stage == Stage.CANCELLED
    assert "joined with" not in words_of(mine.get(f"/cases/{withdrawn}"))


def test_an_open_record_tells_who_types_and_keeps_drafts(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    agent, lead = browser_of(cast.agent), browser_of(cast.lead)
    address = f"/desk/work/{number}"
    agent.post(f"{address}/presence", {"typing": "reply"})
    told = lead.post(f"{address}/presence").json()
    assert told["present"] == [{"name": cast.agent.name, "typing": "reply"}]
    assert agent.post(f"{address}/presence", {"left": "1"}).status_code == 204
    assert lead.post(f"{address}/presence").json()["present"] == []
    assert agent.post(f"{address}/draft", {"box": "reply", "text": "Dear"}).json()["saved_at"]
    assert agent.get(f"{address}/draft").json()["drafts"]["reply"]["text"] == "Dear"
    assert lead.get(f"{address}/draft").json() == {"drafts": {}}
    assert agent.post(f"{address}/draft", {"box": "reply", "text": ""}).json() == {"saved_at": None}
    people = agent.get(f"{address}/mentions?q=tams").json()["people"]
    assert [each["code"] for each in people] == ["tamsin.harrowgate"]
