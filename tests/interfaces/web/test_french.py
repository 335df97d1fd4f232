"""The pages in French: no sentence of ours is left in English, and what the system did is told."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, earlier, now, words_of
from timshel.context.people.actions import change_preferences
from timshel.kernel.actor import system_actor
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import warn_and_breach_due
from timshel.resolution_fulfilment.incident import actions

CATALOGUE = Path("src/timshel/locale/fr/LC_MESSAGES/django.po")
PORTAL = (
    "/",
    "/report",
    "/report?q=xyz",
    "/report/incident?service=laptop",
    "/ask",
    "/preferences",
)
LISTS = ("/cases", "/cases?show=finished", "/cases?show=all&q=xyz", "/search?q=xyz")
DESK = ("/desk/queues/mine", "/desk/queues/all?open=all", "/desk/queues/all?q=xyz")
STEPS = ("", "/assign", "/escalate", "/wait", "/resolve", "/cancel", "/change", "/link")


@pytest.fixture
def sentences() -> list[str]:
    """The longer English texts of the catalogue, up to their first placeholder."""
    with CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file, locale="fr") if message.id]
    texts = [message.id if isinstance(message.id, str) else message.id[0] for message in messages]
    starts = {text.partition("%")[0].strip() for text in texts}
    assert len(starts) > 500
    return [start for start in starts if start.count(" ") >= 2]


def _french(who: Any) -> Client:
    zone = "Europe/Paris"
    change_preferences(who.person_id, language="fr", time_zone=zone, actor=who, at=earlier(500))
    return browser_of(who)


@pytest.mark.django_db
def test_no_sentence_is_left_in_english(cast: Cast, sentences: list[str]) -> None:
    number = opened(cast.french_requester, title="Écran noir", at=earlier(200))
    actions.take_incident(number, actor=cast.agent, at=earlier(150))
    actions.reply_to_incident(number, text="Bonjour", actor=cast.agent, at=earlier(120))
    actions.note_on_incident(number, text="Encore un", actor=cast.agent, at=earlier(110))
    reason = WaitingReason.SUPPLIER
    actions.wait_incident(number, reason=reason, actor=cast.agent, at=earlier(100))
    requester, agent = _french(cast.french_requester), _french(cast.lead)
    visits = [
        (requester, page) for page in (*PORTAL, *LISTS, f"/cases/{number}", "/cases/INC9999999")
    ]
    visits += [(agent, page) for page in (*DESK, "/desk/incidents/new")]
    visits += [(agent, f"/desk/incidents/{number}{step}") for step in STEPS]
    for browser, page in visits:
        answer = browser.get(page)
        assert answer.headers["Content-Language"] == "fr", page
        text = unescape(answer.content.decode())
        assert [english for english in sentences if english in text] == [], page


@pytest.mark.django_db
def test_what_the_system_did_is_told_in_french(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier(24 * 30))
    warn_and_breach_due(at=now())
    closing = system_actor("Closing what was resolved")
    actions.resolve_incident(
        number, code="fixed", text="Réparé", actor=cast.agent, at=earlier(24 * 20)
    )
    actions.close_due_incidents(actor=closing, at=now(), limit=10)
    words = words_of(_french(cast.lead).get(f"/desk/incidents/{number}"))
    assert "Suivi des délais a constaté qu’une échéance est dépassée" in words
    assert "Délai : Délai de première réponse" in words
    assert "Clôture automatique l’a clos" in words
    assert "breached" not in words
    assert re.search(r"\d{4}-\d{2}-\d{2}T", words) is None
