"""Where we stand: what each audience is shown, who may take whose part, and what it costs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast as people
from tests.cast import AT, SYSTEM, Cast
from tests.domain.test_due_reminders import FUNDS
from tests.interfaces import rooms
from timshel.context.issue.actions import open_issue
from timshel.context.issue.models import Issue
from timshel.improvement.nonconformity.models import Nonconformity
from timshel.performance_evaluation.internal_audit.models import Audit, Finding
from timshel.planning.objective.models import Objective
from timshel.planning.planned_action.actions import NOTHING, ActionPlan, plan_action
from timshel.planning.planned_action.states import ActionKind
from timshel.planning.risk.models import Risk
from timshel.support.documentation.models import Document

pytestmark = pytest.mark.django_db

HOME = "/governance/standing"
AUDIENCES = ("office", "owner", "auditor", "management")


def signed_in(actor: people.Actor) -> Client:
    client = Client()
    client.force_login(people.account(actor, username=f"u{actor.person_id}"))
    return client


def shown(client: Client, audience: str = "") -> str:
    sent = client.get(f"{HOME}?for={audience}" if audience else HOME)
    assert sent.status_code == 200
    return sent.content.decode()


def today() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    ("who", "usual", "others"),
    [
        ("process_owner", "office", AUDIENCES),
        ("auditor", "auditor", ("owner", "auditor", "management")),
        ("manager", "management", ("owner", "auditor", "management")),
        ("administrator", "owner", ("owner", "auditor", "management")),
        ("service_owner", "owner", ("owner",)),
    ],
)
def test_each_comes_to_their_own_view_and_may_take_others(
    cast: Cast, who: str, usual: str, others: tuple[str, ...]
) -> None:
    client = signed_in(getattr(cast, who))
    page = shown(client)
    assert shown(client, usual).count("<h2>") == page.count("<h2>")
    for each in AUDIENCES:
        link = f'href="{HOME}?for={each}"'
        if each in others:
            assert (link in page) == (len(others) > 1)
            assert client.get(f"{HOME}?for={each}").status_code == 200
        else:
            assert link not in page
            assert client.get(f"{HOME}?for={each}").status_code == 403
    if len(others) > 1:
        assert f'href="{HOME}?for={usual}" aria-current="page"' in page


def test_others_are_refused_and_what_is_no_audience_is_left_aside(cast: Cast) -> None:
    assert signed_in(cast.requester).get(f"{HOME}?for=owner").status_code == 403
    assert signed_in(cast.agent).get(HOME).status_code == 403
    assert Client().get(HOME).status_code == 302
    page = shown(signed_in(cast.auditor), "everybody")
    assert f'href="{HOME}?for=auditor" aria-current="page"' in page


def test_the_office_sees_what_is_late_anywhere(cast: Cast) -> None:
    rooms.grow(cast, 1, at=AT)
    day = today().date()
    for title, owner, days in (
        ("Funding ends", "imre.castellane", -3000),
        ("A new law", "bastian.nwosu", 9),
    ):
        content = replace(FUNDS, title=title, owner=owner)
        number = open_issue(content=content, actor=SYSTEM, at=AT)
        late = day + timedelta(days=days)
        Issue.objects.filter(pk=int(number[3:])).update(review_date=late)
    page = shown(signed_in(cast.process_owner))
    overdue = page.partition("Overdue in all parts")[2].partition("</li>\n  \n")[0]
    assert "Review of an issue" in overdue
    assert "Funding ends" in overdue
    assert "Imre Castellane" in overdue
    own = page.partition("Yours within a month")[2].partition("card-grid")[0]
    assert "A new law" in own
    assert "Funding ends" not in own
    for title in ("About to expire", "Next audit, review and meeting", "Verdicts"):
        assert title in page
    assert re.search(r"\d / 12", page)


def test_an_owner_sees_what_is_theirs_alone(cast: Cast) -> None:
    rooms.grow(cast, 1, at=AT)
    who = cast.service_owner.person_id
    assert who is not None
    Risk.objects.update(owner=cast.requester.person_id)
    Objective.objects.update(owner=cast.requester.person_id)
    Nonconformity.objects.update(owner=cast.requester.person_id)
    client = signed_in(cast.service_owner)
    before = shown(client)
    assert before.count("There is nothing of yours.") >= 4
    plan = ActionPlan(ActionKind.PLANNED, "Paint the wall", "adaeze.thornquist", AT.date())
    plan_action(NOTHING, plan=plan, actor=cast.process_owner, at=AT)
    Risk.objects.update(owner=who, title="The server room burns")
    Objective.objects.update(owner=who, title="Half as many calls", state="agreed")
    Nonconformity.objects.update(owner=who, title="No minutes")
    Document.objects.update(
        owner=who, title="Rules of the house", review_date=today().date() + timedelta(days=3)
    )
    page = shown(client)
    for title in ("Paint the wall", "The server room burns", "Half as many calls", "No minutes"):
        assert title in page, title
    if Document.objects.filter(current__isnull=False).exists():
        assert "Rules of the house" in page


def test_an_auditor_sees_audits_findings_and_clauses(cast: Cast) -> None:
    rooms.grow(cast, 1, at=AT)
    Audit.objects.update(
        state="running", title="Audit of changes", ends_on=today().date() + timedelta(days=2)
    )
    Finding.objects.update(state="answered", grade="major", text="Nobody signs")
    client = signed_in(cast.auditor)
    page = shown(client)
    assert page.count("Audit of changes") >= 1
    assert "Nobody signs" in page
    count = Finding.objects.count()
    major = page.partition("Major nonconformity</dt>")[2].partition("</dd>")[0]
    assert f">{count}" in major
    assert "/governance/conformity/exports" in page
    assert "/governance/conformity/exports" not in shown(signed_in(cast.manager), "auditor")


def test_top_management_sees_what_was_reached_and_what_threatens(cast: Cast) -> None:
    rooms.grow(cast, 1, at=AT)
    Objective.objects.filter(level="objective").update(
        state="met", ended_at=today() - timedelta(days=400), outcome="Reached."
    )
    Risk.objects.update(title="The server room burns", is_opportunity=False)
    plan = ActionPlan(ActionKind.DECISION, "Buy a second line", "imre.castellane", AT.date())
    plan_action(NOTHING, plan=plan, actor=cast.process_owner, at=AT)
    page = shown(signed_in(cast.manager))
    met = page.partition("Met within a year</dt>")[2].partition("</dd>")[0]
    count = Objective.objects.filter(level="objective").count()
    assert f"the year before: {count}" in met
    for words in ("The server room burns", "Buy a second line", "Services last month"):
        assert words in page, words
    assert "What improvements brought" in page


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_view_costs_the_same_with_three_and_ten_of_everything(cast: Cast, audience: str) -> None:
    client = signed_in(cast.process_owner)
    for position in range(3):
        rooms.grow(cast, position, at=AT)
    shown(client, audience)
    with CaptureQueriesContext(connection) as few:
        shown(client, audience)
    for position in range(3, 10):
        rooms.grow(cast, position, at=AT)
    with CaptureQueriesContext(connection) as many:
        shown(client, audience)
    assert (len(few), len(many)) == (COSTS[audience], COSTS[audience])


COSTS = {"office": 64, "owner": 28, "auditor": 35, "management": 37}
"""Queries, with those of every page: session, reader, bell and navigation."""
