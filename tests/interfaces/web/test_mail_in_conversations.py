"""The mail behind what was said, at the desk and on the portal, and who sees what of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.brought import bring, reference, write
from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, now, text_of
from tests.unit.mail.test_reading import PNG
from timshel.resolution_fulfilment.intake.models import MailEntry


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Keep files in a folder of the test's own."""
    settings.DATA_DIRECTORY = tmp_path


QUOTING = "Still dark.\n\nOn 2 March 2026 at 9:14, desk@x.example wrote:\n> Is it on?\n"


def replied(cast: Cast, number: str, *, pictures: int = 0) -> MailEntry:
    mail = write(cast.requester, QUOTING, in_reply_to=reference(number))
    if pictures:
        shown = "".join(f'<img src="cid:{each}@x">' for each in range(pictures))
        mail.add_alternative(
            f"<p style='color:red'>Still dark.</p>{shown}<script>alert(1)</script>", subtype="html"
        )
        for each in range(pictures):
            mail.get_payload()[1].add_related(PNG, "image", "png", cid=f"<{each}@x>")
    bring(mail, at=now())
    return MailEntry.objects.get()


@pytest.fixture(params=["desk", "portal"])
def looking(request: pytest.FixtureRequest, cast: Cast) -> tuple[Client, str]:
    """Return somebody who looks at cases, and where these are."""
    who, where = {
        "desk": (cast.agent, "/desk/incidents"),
        "portal": (cast.requester, "/cases"),
    }[request.param]
    return browser_of(who), where


def test_quoted_text_is_folded_away_and_not_lost(cast: Cast, looking: tuple[Client, str]) -> None:
    browser, where = looking
    number = opened(cast.requester)
    replied(cast, number)
    page = text_of(browser.get(f"{where}/{number}"))
    assert "Still dark." in page
    folded = re.search(r"<details class=\"mail-fold\">.*?</details>", page, re.DOTALL)
    assert folded is not None
    assert "desk@x.example wrote:" in folded[0]
    assert "Is it on?" in folded[0]


def test_forty_three_pictures_cost_nothing_on_open(cast: Cast) -> None:
    """43 inline pictures took 27 seconds on every open: here a page asks for none of them."""
    number = opened(cast.requester)
    browser = browser_of(cast.agent)
    replied(cast, number)
    browser.get(f"/desk/incidents/{number}")
    with CaptureQueriesContext(connection) as before:
        browser.get(f"/desk/incidents/{number}")
    MailEntry.objects.all().delete()
    other = opened(cast.requester)
    entry = replied(cast, other, pictures=43)
    with CaptureQueriesContext(connection) as after:
        page = text_of(browser.get(f"/desk/incidents/{other}"))
    assert len(after) == len(before)
    assert all("mailpicture" not in each["sql"] for each in after.captured_queries)
    assert all('"html"' not in each["sql"] for each in after.captured_queries)
    assert "with 43 pictures" in page
    assert "/mail/pictures/" not in page
    assert f'src="/mail/{entry.pk}/original" loading="lazy" sandbox' in page
    frame = text_of(browser.get(f"/mail/{entry.pk}/original"))
    assert frame.count('loading="lazy"') == 43


def test_the_frame_may_do_nothing(cast: Cast) -> None:
    entry = replied(cast, opened(cast.requester), pictures=1)
    answer = browser_of(cast.requester).get(f"/mail/{entry.pk}/original")
    assert answer["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    assert "X-Frame-Options" not in answer
    assert "alert" not in text_of(answer)


def test_a_picture_is_sent_to_the_reader_it_was_signed_for(cast: Cast) -> None:
    entry = replied(cast, opened(cast.requester), pictures=1)
    frame = text_of(browser_of(cast.requester).get(f"/mail/{entry.pk}/original"))
    found = re.search(r'src="(/mail/pictures/[^"]+)"', frame)
    assert found is not None
    answer = Client().get(found[1])
    assert answer["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get(found[1][:-2] + "xx").status_code == 404


def test_who_may_not_see_the_entry_sees_nothing_of_its_mail(cast: Cast) -> None:
    entry = replied(cast, opened(cast.requester), pictures=1)
    for who in (cast.other_requester, cast.facilities_agent):
        browser = browser_of(who)
        assert browser.get(f"/mail/{entry.pk}/original").status_code == 404
        assert browser.get(f"/mail/messages/{entry.message_id}/raw").status_code in (403, 404)
    assert (
        browser_of(cast.requester).get(f"/mail/messages/{entry.message_id}/raw").status_code == 403
    )


def test_what_a_machine_noted_is_for_helpers_alone(cast: Cast) -> None:
    number = opened(cast.requester)
    bring(
        write(
            cast.requester,
            "I am away.\n\n-- \nImre",
            in_reply_to=reference(number),
            auto_submitted="auto-replied",
        ),
        at=now(),
    )
    entry = MailEntry.objects.get()
    requester, agent = browser_of(cast.requester), browser_of(cast.agent)
    assert "I am away." not in text_of(requester.get(f"/cases/{number}"))
    assert "I am away." in text_of(agent.get(f"/desk/incidents/{number}"))
    MailEntry.objects.update(html="<p>x</p>", has_html=True)
    assert requester.get(f"/mail/{entry.pk}/original").status_code == 404
    assert agent.get(f"/mail/{entry.pk}/original").status_code == 200


def test_the_original_message_is_plain_text(cast: Cast) -> None:
    entry = replied(cast, opened(cast.requester))
    answer = browser_of(cast.agent).get(f"/mail/messages/{entry.message_id}/raw")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"Still dark." in answer.content
