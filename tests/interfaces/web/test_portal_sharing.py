"""A case is shared with colleagues and within a unit, and nothing internal goes with it."""

from __future__ import annotations

import pytest

from tests.cast import AT, FOUNDED, SYSTEM, Cast, actor, opened, person_id
from tests.interfaces.web.desk import browser_of, earlier, text_of, words_of
from tests.ordered import offer_laptop, ordered
from timshel.context.organization.queries import keys_by_code
from timshel.kernel.actor import Actor, Channel
from timshel.leadership.authority.actions import grant_role
from timshel.operation.teamwork.actions import add_watcher
from timshel.resolution_fulfilment.incident.actions import note_on_incident, reply_to_incident
from timshel.service_portfolio.service.actions import set_confidential


@pytest.fixture
def reader(cast: Cast) -> Actor:
    """Somebody who follows the cases of Climate and Oceans."""
    code = "solveig.adeyemi"
    key = keys_by_code().units["climate"]
    grant_role(
        person_id(code), role="unit_reader", scope_kind="unit", scope_id=key, actor=SYSTEM,
        at=FOUNDED,
    )  # fmt: skip
    return actor(code, Channel.PORTAL)


def share(number: str, cast: Cast) -> None:
    key = cast.other_requester.person_id or 0
    add_watcher(number, person_id=key, actor=cast.requester, at=earlier(1))


def test_a_case_is_shared_with_a_colleague_and_no_longer(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    note_on_incident(number, text="Hush hush", actor=cast.agent, at=earlier(1))
    reply_to_incident(number, text="We look at it", actor=cast.agent, at=earlier(1))
    client, other = browser_of(cast.requester), browser_of(cast.other_requester)
    assert other.get(f"/cases/{number}").status_code == 404
    assert "Share it with a colleague" in words_of(client.get(f"/cases/{number}"))
    offered = text_of(client.get("/colleagues?person=solv"))
    assert 'value="solveig.adeyemi"' in offered
    answer = client.post(f"/cases/{number}/share", {"person": "solveig.adeyemi Solveig"})
    assert answer["Location"] == f"/cases/{number}#sharing"
    page = words_of(other.get(f"/cases/{number}"))
    assert "We look at it" in page
    assert "Shared with you" in page
    assert "Hush" not in page
    assert "Send the message" not in page
    assert number in words_of(other.get("/cases?show=watched"))
    assert number not in words_of(other.get("/cases?show=all"))
    gone = other.post(f"/cases/{number}/share", {"remove": str(cast.other_requester.person_id)})
    assert gone["Location"] == "/cases"
    assert other.get(f"/cases/{number}").status_code == 404


def test_a_colleague_can_do_nothing_with_it(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    share(number, cast)
    other = browser_of(cast.other_requester)
    for verb, given in (
        ("reply", {"text": "x"}),
        ("withdraw", {"reason": "x"}),
        ("confirm", {}),
        ("share", {"person": "maelle.tessonneau"}),
    ):
        answer = other.post(f"/cases/{number}/{verb}", {**given, "once": verb})
        assert answer.status_code == 403


def test_a_person_who_is_not_there_is_refused(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    client = browser_of(cast.requester)
    for typed in ("", "nobody.known", "nora.fitzallan"):
        answer = client.post(f"/cases/{number}/share", {"person": typed}, follow=True)
        assert "Please choose" in words_of(answer)


def test_a_colleague_is_known_by_their_name_as_well(cast: Cast) -> None:
    number = opened(cast.requester, at=earlier())
    client = browser_of(cast.requester)
    answer = client.post(f"/cases/{number}/share", {"person": "Solveig Adeyemi"}, follow=True)
    assert "They see this case now" in words_of(answer)
    refused = client.post(f"/cases/{number}/share", {"person": "Nobody Atall"})
    assert refused["Location"] == f"/cases/{number}"


def test_a_confidential_case_is_not_shared(cast: Cast) -> None:
    set_confidential("laptop", is_confidential=True, actor=SYSTEM, at=AT)
    number = opened(cast.requester, at=earlier())
    client = browser_of(cast.requester)
    page = words_of(client.get(f"/cases/{number}"))
    assert "It cannot be shared" in page
    assert "Share it with a colleague" not in page
    answer = client.post(f"/cases/{number}/share", {"person": "solveig.adeyemi"})
    assert answer.status_code == 403


def test_the_cases_of_a_unit_are_listed_and_filtered(cast: Cast, reader: Actor) -> None:
    laptop = opened(cast.requester, title="It hums", at=earlier())
    mail = opened(cast.french_requester, title="No mail", service="mail", at=earlier())
    other = opened(cast.agent, title="Elsewhere", at=earlier())
    client = browser_of(reader)
    assert "Cases of my unit" in words_of(client.get("/cases"))
    page = words_of(client.get("/cases/unit"))
    assert laptop in page
    assert mail in page
    assert cast.requester.name in page
    assert other not in page
    assert laptop not in words_of(client.get("/cases/unit?service=mail"))
    assert mail not in words_of(client.get("/cases/unit?q=hums"))
    assert laptop not in words_of(client.get("/cases/unit?show=finished"))
    assert "Shared within your unit" in words_of(client.get(f"/cases/{laptop}"))
    set_confidential("mail", is_confidential=True, actor=SYSTEM, at=AT)
    assert mail not in words_of(client.get("/cases/unit"))
    assert client.get(f"/cases/{mail}").status_code == 404


def test_the_cases_of_a_unit_are_for_those_who_were_granted_it(cast: Cast) -> None:
    client = browser_of(cast.requester)
    assert client.get("/cases/unit").status_code == 403
    assert "Cases of my unit" not in words_of(client.get("/cases"))


def test_a_request_is_shared_without_what_is_confidential_in_it(cast: Cast, reader: Actor) -> None:
    offer_laptop(cast)
    number = ordered(cast.requester, at=earlier())
    own = words_of(browser_of(cast.requester).get(f"/cases/{number}"))
    assert "A bad back" in own
    page = words_of(browser_of(reader).get(f"/cases/{number}"))
    assert "14 inches" in page
    assert "A bad back" not in page
    assert "Who has to agree" not in page
