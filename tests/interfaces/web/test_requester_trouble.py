"""Who works on a case sees at once that mail to its requester does not arrive."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import AT, Cast, opened
from tests.interfaces.web.desk import browser_of, earlier, text_of
from tests.mailed import ADDRESS, bounced
from timshel.context.people.models import Person
from timshel.support.communication.models import AddressTrouble

pytestmark = pytest.mark.django_db
SAID = "Mail to this address does not arrive, so none is sent there."


@pytest.fixture
def page(cast: Cast) -> Any:
    """Read the record of a case of the requester's, as an agent or a French one."""
    number = opened(cast.requester, at=earlier())
    browser = browser_of(cast.agent)
    return lambda: text_of(browser.get(f"/desk/incidents/{number}"))


def test_an_address_at_which_nothing_arrives_is_said(cast: Cast, page: Any) -> None:
    person = Person.objects.get(pk=cast.requester.person_id)
    Person.objects.filter(pk=person.pk).update(email=ADDRESS.upper())
    assert SAID not in page()
    bounced(person.pk, at=AT)
    told = page()
    assert SAID in told
    assert "550 5.1.1 nobody there" in told
    AddressTrouble.objects.update(is_hard=False)
    told = page()
    assert SAID not in told
    assert "Mail to this address came back of late." in told
    AddressTrouble.objects.all().delete()
    assert "came back of late" not in page()


def test_the_trouble_of_somebody_else_is_not(cast: Cast, page: Any) -> None:
    bounced(cast.other_requester.person_id, at=AT)
    assert Person.objects.get(pk=cast.requester.person_id).email.lower() != ADDRESS
    assert SAID not in page()


def test_one_without_an_address_has_none(cast: Cast, page: Any) -> None:
    bounced(cast.requester.person_id, at=AT)
    Person.objects.filter(pk=cast.requester.person_id).update(email="")
    assert SAID not in page()
