"""The page of policies: in effect, reviewed and read, or what is missing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, later
from tests.documents import begun, effective, told
from tests.interfaces.api.test_agreements import Program
from tests.interfaces.web.desk import browser_of, words_of
from timshel.kernel.errors import NotAllowed
from timshel.support.documentation import actions, queries
from timshel.support.documentation.queries import PolicyGap
from timshel.support.documentation.rules import Audience
from timshel.support.documentation.states import DocumentKind

pytestmark = pytest.mark.django_db
POLICIES = "/governance/policies"
TWO = Audience(people=("imre.castellane", "tamsin.harrowgate"))


def gaps(cast: Cast, days: int = 1) -> list[tuple[int, int, tuple[PolicyGap, ...]]]:
    page = queries.policy_list(actor=cast.auditor, at=later(days=days))
    return [(row.addressed, row.confirmed, row.gaps) for row in page.items]


def policy(cast: Cast, code: str = "policy") -> str:
    return effective(cast, at=later(), code=code, title=code, kind=DocumentKind.POLICY)


def test_what_is_missing_of_a_policy_is_said(cast: Cast) -> None:
    effective(cast, at=later(), code="procedure", title="A procedure")
    assert gaps(cast) == []
    assert not queries.has_policy_in_effect(actor=cast.auditor)
    begun(cast, at=later(), code="draft", title="draft", kind=DocumentKind.POLICY)
    assert gaps(cast) == [(0, 0, (PolicyGap.NOT_IN_EFFECT,))]
    number = policy(cast)
    assert queries.has_policy_in_effect(actor=cast.auditor)
    assert gaps(cast)[1] == (0, 0, (PolicyGap.NO_READERS,))
    told(cast, number, TWO, at=later())
    assert gaps(cast)[1] == (2, 0, (PolicyGap.NOT_READ,))
    for who in (cast.requester, cast.lead):
        actions.confirm_reading(number, version=1, actor=who, at=later(hours=1))
    assert gaps(cast)[1] == (2, 2, ())
    assert gaps(cast, days=4_000)[1] == (2, 2, (PolicyGap.REVIEW_OVERDUE,))
    with pytest.raises(NotAllowed):
        queries.policy_list(actor=cast.requester, at=later())


def test_the_page_and_programs_say_the_same(cast: Cast) -> None:
    client = browser_of(cast.auditor)
    empty = words_of(client.get(POLICIES))
    assert "No policy is in effect" in empty
    assert "No policy is written down yet" in empty
    told(cast, policy(cast), TWO, at=later())
    shown = words_of(client.get(POLICIES))
    assert "0 of 2" in shown
    assert "Not everybody has read it" in shown
    (line,) = Program(cast.process_owner).ask("GET", "/documents/policies")["items"]
    assert (line["addressed"], line["confirmed"]) == (2, 0)
    assert "not_read" in line["missing"]
    assert browser_of(cast.requester).get(POLICIES).status_code == 403


def test_the_page_takes_as_many_queries_with_six_as_with_two(cast: Cast) -> None:
    client = browser_of(cast.auditor)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(POLICIES).status_code == 200
        return len(caught)

    for position in range(2):
        told(cast, policy(cast, f"policy-{position}"), TWO, at=later())
    client.get(POLICIES)
    few = count()
    for position in range(2, 6):
        told(cast, policy(cast, f"policy-{position}"), TWO, at=later())
    assert count() == few
