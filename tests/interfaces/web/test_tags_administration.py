"""The page of tags: who keeps them, how they are renamed, made one, and deleted."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import AT, Cast, opened
from tests.interfaces.web.desk import browser_of, text_of, words_of
from timshel.kernel.journal.models import Entry
from timshel.operation.teamwork import actions
from timshel.operation.teamwork.models import Tag, WorkTag

ADDRESS = "/administration/tags"


@pytest.fixture
def browser(cast: Cast) -> Client:
    first, second = opened(cast.requester), opened(cast.requester)
    actions.tag_work(first, tags=["scren", "VPN"], actor=cast.agent, at=AT)
    actions.tag_work(second, tags=["screen", "VPN"], actor=cast.agent, at=AT)
    return browser_of(cast.administrator)


def page_of(name: str) -> str:
    return f"{ADDRESS}/{Tag.objects.get(name=name).pk}"


def names() -> list[tuple[str, int]]:
    return [
        (tag.name, WorkTag.objects.filter(tag=tag).count()) for tag in Tag.objects.order_by("name")
    ]


def test_they_are_listed_with_their_uses(browser: Client) -> None:
    words = words_of(browser.get(ADDRESS))
    assert "Tag Work that has it screen 1 scren 1 VPN 2" in words
    assert "screen 1 scren 1" in words_of(browser.get(f"{ADDRESS}?q=SCR"))
    assert "VPN" not in words_of(browser.get(f"{ADDRESS}?q=SCR"))
    assert "No tags here" in words_of(browser.get(f"{ADDRESS}?q=zzz"))
    assert "2 pieces of work have this tag." in words_of(browser.get(page_of("VPN")))
    assert 'href="/administration/tags"' in text_of(browser.get("/administration/"))


def test_one_gets_another_name(browser: Client, cast: Cast) -> None:
    answer = browser.post(page_of("VPN"), {"name": "Remote work"})
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    assert names() == [("Remote work", 2), ("screen", 1), ("scren", 1)]
    entry = Entry.objects.get(verb="tag.renamed")
    assert (entry.changes, entry.actor_name) == (
        {"name": ["VPN", "Remote work"]},
        cast.administrator.name,
    )
    assert "Saved." in words_of(browser.get(ADDRESS))


def test_the_name_of_another_makes_one_of_two(browser: Client) -> None:
    assert browser.post(page_of("scren"), {"name": "Screen"}).status_code == 302
    assert names() == [("VPN", 2), ("screen", 2)]
    assert "What was tagged “scren” is tagged “screen” now." in words_of(browser.get(ADDRESS))


def test_one_takes_the_place_of_another(browser: Client) -> None:
    answer = browser.post(f"{page_of('scren')}/merge", {"into": "#SCREEN"})
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    assert names() == [("VPN", 2), ("screen", 2)]
    assert Entry.objects.get(verb="tag.merged").changes == {
        "name": ["scren", "screen"],
        "uses": [1, 0],
    }


@pytest.mark.parametrize(
    ("way", "given", "said"),
    [
        ("", {"name": ""}, "Please fill this in."),
        ("", {"name": "a,b"}, "A tag cannot hold a comma."),
        ("/merge", {"into": ""}, "Please fill this in."),
        ("/merge", {"into": "nothing"}, "There is no such tag."),
        ("/merge", {"into": "SCREN"}, "This is the same tag."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    browser: Client, way: str, given: dict[str, str], said: str
) -> None:
    answer = browser.post(f"{page_of('scren')}{way}", given)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert names() == [("VPN", 2), ("screen", 1), ("scren", 1)]


def test_one_is_deleted(browser: Client) -> None:
    assert browser.get(f"{page_of('VPN')}/delete").status_code == 405
    answer = browser.post(f"{page_of('VPN')}/delete")
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    assert names() == [("screen", 1), ("scren", 1)]
    assert "The tag is gone." in words_of(browser.get(ADDRESS))


def test_only_whoever_keeps_them_comes_here(browser: Client, cast: Cast) -> None:
    address = page_of("VPN")
    lead = browser_of(cast.lead)
    assert [lead.get(each).status_code for each in (ADDRESS, address)] == [403, 403]
    for way in ("", "/merge", "/delete"):
        assert lead.post(f"{address}{way}", {"name": "x", "into": "screen"}).status_code == 403
    assert names() == [("VPN", 2), ("screen", 1), ("scren", 1)]
    assert browser.get(f"{ADDRESS}/{2**62}").status_code == 404
